"""What each bank of the course says of itself, as far as it is known without running a wrong answer."""

from pathlib import Path

import pytest

from grader.assignment import Course, read_misconceptions
from grader.audit.listing import list_checks

COURSE = Course.load(Path(__file__).parents[2])


@pytest.mark.parametrize("assignment", COURSE.assignments, ids=lambda a: a.number)
def test_every_check_that_a_misconception_lists_exists(assignment):
    known = {check["name"] for check in list_checks(COURSE, assignment)}

    missing = {m.name: set(m.fails) - known for m in read_misconceptions(assignment.folder) if set(m.fails) - known}

    assert known
    assert not missing
