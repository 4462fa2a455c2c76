"""`grader new misconception`: what a class shows becomes a draft, which the audit refuses until it is completed."""

import ast

import pytest

from tests.cohort.pretending import Mark, hand_in
from tests.cohort.test_report import A, B, C

ODD = Mark(0.0, seen="The values are those of another row.")
DRAFT = "assignments/01_scaling/.drafts/scale_1.py"


@pytest.fixture
def graded(pretended, tmp_path):
    """The results of a class of which two people fail two checks in the same way."""
    for name in ("eve", "zoe"):
        hand_in(tmp_path / "week", name, {A: Mark(), B: ODD, f"{C}[two\nlines]": ODD})
    hand_in(tmp_path / "week", "ada", {A: Mark(), B: Mark(), f"{C}[two\nlines]": Mark()})
    pretended("run", tmp_path / "week")
    return tmp_path / "out"


def test_a_draft_has_what_the_group_shows_and_leaves_the_rest_to_the_author(graded, run, course_root):
    code, out, _err = run("--course", course_root, "new", "misconception", "--from", f"{graded}:1")
    text = (course_root / DRAFT).read_text()
    [entry] = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    facts = {each.arg: ast.literal_eval(each.value) for each in entry.decorator_list[0].keywords}

    assert code == 0
    assert facts == {"hint": "", "fails": ("Scale/test_b", "Scale/test_c")}
    assert ast.literal_eval(entry.decorator_list[0].args[0]) == ast.get_docstring(entry) == ""
    assert "# 2 people of week, run 1 fail these checks" in text
    assert "# Scale/test_b: The values are those of another row." in text
    assert "eve, zoe" in text
    assert "grader audit -a 01" in out


def test_the_audit_refuses_a_draft_wherever_it_lies(graded, run, course_root):
    run("--course", course_root, "new", "misconception", "--from", f"{graded}:1")
    code, _out, err = run("--course", course_root, "audit", "-a", "01", "--laws", "3")
    assert (code, "scale_1.py is a draft: complete it" in err) == (1, True)

    (course_root / DRAFT).rename(course_root / "assignments/01_scaling/misconceptions/scale_1.py")
    code, _out, err = run("--course", course_root, "audit", "-a", "01", "--laws", "3")
    assert (code, "the hint has to be a question" in err) == (1, True)


def test_a_draft_replaces_nothing(graded, run, course_root):
    call = ("--course", course_root, "new", "misconception", "--from", f"{graded}:1")
    run(*call)
    (course_root / DRAFT).write_text("mine")
    code, _out, err = run(*call)

    assert (code, (course_root / DRAFT).read_text()) == (1, "mine")
    assert "is there already" in err


@pytest.mark.parametrize(
    ("group", "said"),
    [("{}:2", "has no group 2: the report on it lists 1"), ("{}:0", "has no group 0"), ("{}", "names no group")],
)
def test_a_group_that_is_not_there_is_a_sentence(graded, run, course_root, group, said):
    code, _out, err = run("--course", course_root, "new", "misconception", "--from", group.format(graded))

    assert code == 1
    assert said in err
