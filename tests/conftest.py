"""What tests share: a course of three layers (tiny_course/), submissions to it, and one sandbox."""

import shutil
from pathlib import Path

import pytest

from grader.assignment import Course
from grader.formats.json_report import to_json
from grader.grading import grade
from grader.isolation.sandbox import Sandbox
from grader.result import AssignmentReport, Outcome, Report
from grader.submission import Submission

TINY = Path(__file__).parent / "tiny_course"

collect_ignore = ["tiny_course"]  # its checks are run by the grader, not by pytest


@pytest.fixture
def course_root(tmp_path) -> Path:
    """A copy of the tiny course, to be changed."""
    return Path(shutil.copytree(TINY, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__")))


@pytest.fixture(scope="session")
def course() -> Course:
    """The tiny course as it is."""
    return Course.load(TINY)


@pytest.fixture(scope="session")
def sandbox():
    """A zygote for all tests; every check still gets a worker of its own."""
    with Sandbox().start() as running:
        yield running


@pytest.fixture
def graded(course, sandbox):
    """Grade the tiny reference with some files replaced (None: taken away) on one assignment."""

    def run(files: dict[str, str | bytes | None], number: str = "01", course: Course = course) -> AssignmentReport:
        report = grade(course, tiny_submission(course, files), course.select((number,)), sandbox)
        assert_decent(report)
        return report.assignments[0]

    return run


def tiny_submission(course: Course, files: dict[str, str | bytes | None]) -> Submission:
    texts = {**course.reference, **files}
    return Submission("tiny", {p: t.encode() if isinstance(t, str) else t for p, t in texts.items() if t is not None})


def assert_decent(report: Report) -> None:
    """All checks of every assignment have a result, and none tells of the grader's own inside."""
    text = to_json(report)
    for trace in ("Traceback", "site-packages", "/grader/", "pluggy", "Unsendable", "internal"):
        assert trace not in text
    for assignment in report.assignments:
        assert sum(r.check.points for r in assignment.results) == assignment.points
        assert all(r.kind and r.message for r in assignment.results if r.outcome is not Outcome.PASSED)
