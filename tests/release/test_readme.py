"""The table of assignments in README.md is written, not kept by hand."""

import pytest

from grader.assignment import AssignmentError
from grader.release.readme import ASSIGNMENTS, AUDIT, begin, end, with_table

BEGIN, END = begin(ASSIGNMENTS), end(ASSIGNMENTS)
TABLE = """
| | title | points | requires |
| --- | --- | --- | --- |
| 01 | [Scaling](assignments/01_scaling/README.md) | 10 | |
| 02 | [Chains](assignments/02_chain/README.md) | 4 | 01 |

"""


def test_the_table_takes_the_place_of_an_older_one_and_all_else_stays(course):
    text = f"# A course\n\n{BEGIN}\n| an older one |\n{END}\n\nThe end.\n"

    found = with_table(course, text)

    assert found == f"# A course\n\n{BEGIN}\n{TABLE}{END}\n\nThe end.\n"
    assert with_table(course, found) == found


@pytest.mark.parametrize("text", ["", BEGIN, f"{END}\n{BEGIN}\n", f"{BEGIN}\n{BEGIN}\n{END}", f"{BEGIN}\n{END}{END}"])
def test_a_readme_without_the_marks_is_refused(course, text):
    with pytest.raises(AssignmentError, match=r"README\.md: the table belongs between two lines"):
        with_table(course, text)


def test_the_verb_writes_the_readme_of_the_course(run, course_root):
    (course_root / "README.md").write_text(f"{BEGIN}\n{END}\n")

    status, out, _ = run("release", "table", course=course_root)

    assert (status, out) == (0, f"wrote the table of 2 assignments into {course_root}/README.md\n")
    assert (course_root / "README.md").read_text() == f"{BEGIN}\n{TABLE}{END}\n"


def test_the_verb_says_where_there_is_no_readme(run, course_root):
    status, _, errors = run("release", "table", course=course_root)

    assert status == 1
    assert f"{course_root}/README.md cannot be written: No such file or directory" in errors


def test_what_an_audit_found_is_written_into_the_readme(run, course_root):
    readme = course_root / "README.md"
    readme.write_text(f"Proved:\n\n{begin(AUDIT)}\n{end(AUDIT)}\n")

    run("audit", "--laws", "1,2", "--seeds", "2", "--no-cache", "--jobs", "1", "--readme", course=course_root)

    lines = readme.read_text().splitlines()
    assert lines[:5] == ["Proved:", "", begin(AUDIT), "", "| law | 01 | 02 |"]
    assert lines[6].startswith("| 1 the reference earns everything | 2 seeds")
    assert lines[-1] == end(AUDIT)


def test_an_audit_says_where_its_table_would_belong(run, course_root):
    (course_root / "README.md").write_text("Nothing.\n")

    status, _, errors = run("audit", "--laws", "1", "--seeds", "1", "--no-cache", "--readme", course=course_root)

    assert status == 1
    assert f"README.md: the table belongs between two lines, {begin(AUDIT)} and {end(AUDIT)}" in errors
