"""The table of assignments in README.md is written, not kept by hand."""

import pytest

from grader.assignment import AssignmentError, Course
from grader.assignment.folder import AUDITED
from grader.assignment.records import records_of, with_findings
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


def test_what_audits_found_is_kept_and_written_into_the_readme(run, course_root):
    readme = course_root / "README.md"
    readme.write_text(f"{BEGIN}\n{END}\nProved:\n\n{begin(AUDIT)}\n{end(AUDIT)}\n")

    run(
        "audit",
        "-a",
        "01",
        "--laws",
        "1,2",
        "--seeds",
        "2",
        "--no-cache",
        "--jobs",
        "1",
        "--record",
        course=course_root,
    )
    run("release", "table", course=course_root)

    lines = readme.read_text().partition("Proved:\n\n")[2].splitlines()
    assert lines[0] == begin(AUDIT)
    assert lines[2].startswith("| | 1 seeds that cost the reference nothing | 2 points for nothing | 3 ")
    assert lines[4].startswith("| 01 | 2 | ")
    assert lines[5] == f"| 02 |{' – |' * 8}"
    assert lines[-1] == end(AUDIT)


@pytest.fixture
def scaling(course_root):
    """An assignment that may be changed."""
    [assignment] = Course.load(course_root).select(("01",))
    return assignment


def test_later_audits_replace_only_the_laws_that_they_ran(scaling):
    for found in ({1: ("2 seeds", True), 3: ("3 of 4 rejected", False)}, {1: ("9 seeds", True)}):
        (scaling.folder / AUDITED).write_text(with_findings(scaling, found))

    records = records_of(scaling)
    assert {law: (record.evidence, record.holds) for law, record in records.items()} == {
        1: ("9 seeds", True),
        3: ("3 of 4 rejected", False),
    }


def test_a_result_of_an_assignment_that_has_changed_since_has_a_star(scaling):
    found = {3: ("3 of 4 rejected", False), 4: ("5 of 5 checks fail", True)}
    (scaling.folder / AUDITED).write_text(with_findings(scaling, found))
    course, text = Course.load(scaling.folder.parents[1]), f"{BEGIN}\n{END}\n{begin(AUDIT)}\n{end(AUDIT)}\n"

    assert "| 01 | – | – | 3 of 4 (broken) | 5 of 5 |" in with_table(course, text)
    (scaling.folder / "README.md").write_text("Another handout.")
    assert "| 01 | – | – | 3 of 4 (broken) | 5 of 5 |" in with_table(course, text)
    (scaling.folder / "test_hidden.py").write_text("# other checks\n")
    assert "| 01 | – | – | 3 of 4 (broken) * | 5 of 5 * |" in with_table(course, text)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"1": 2}', '{"a": {}}', '{"1": {"evidence": "2 seeds"}}'])
def test_a_file_that_no_audit_wrote_is_refused(scaling, text):
    (scaling.folder / AUDITED).write_text(text)

    with pytest.raises(AssignmentError, match=r"audited\.json.*no audit wrote this file"):
        records_of(scaling)
