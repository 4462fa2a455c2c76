"""The table of assignments in README.md is written, not kept by hand."""

import pytest

from grader.assignment import AssignmentError
from grader.release.readme import BEGIN, END, with_table

TABLE = """
| | title | points | requires |
|---|---|---:|---|
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
