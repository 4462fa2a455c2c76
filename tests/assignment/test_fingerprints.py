"""A fingerprint changes with every file that a result may depend on, and with nothing else."""

import pytest

from grader.assignment import AssignmentError, Course
from grader.assignment.fingerprints import (
    fingerprint_of,
    fingerprint_of_checks,
    fingerprint_of_grader,
    fingerprint_of_reference,
)


def of_course(root, *numbers: str) -> tuple[str, str]:
    course = Course.load(root)
    return fingerprint_of_checks(course.select(numbers)), fingerprint_of_reference(course)


@pytest.mark.parametrize(
    "path",
    [
        "assignments/01_scaling/test_hidden.py",
        "assignments/01_scaling/cases.json",
        "assignments/01_scaling/data/cases.npz",
        "assignments/01_scaling/misconceptions/new.txt",
        "reference/nn/table.txt",
        "reference/nn/scale.py",
    ],
)
def test_any_file_that_a_check_may_read_changes_it(course_root, path):
    before = of_course(course_root, "01")
    file = course_root / path
    file.parent.mkdir(exist_ok=True)
    with file.open("a") as text:
        text.write("\n# changed")

    assert of_course(course_root, "01") != before


@pytest.mark.parametrize(
    "path",
    [
        "assignments/01_scaling/README.md",
        "assignments/01_scaling/survivors.toml",
        "assignments/01_scaling/__pycache__/x.txt",
        "assignments/01_scaling/.x.swp",
        "assignments/02_chain/test_hidden.py",
        "assignments/01_scaling/recordings/answers.json",
        "assignments/01_scaling/variants/loops/nn/scale.py",
    ],
)
def test_what_no_grade_on_the_assignment_comes_from_does_not(course_root, path):
    before = of_course(course_root, "01")
    file = course_root / path
    file.parent.mkdir(exist_ok=True, parents=True)
    with file.open("a") as text:
        text.write("\n# changed")

    assert of_course(course_root, "01") == before


def test_which_file_belongs_to_a_later_assignment_changes_it(course_root):
    before = of_course(course_root, "01")
    facts = course_root / "assignments/02_chain/assignment.toml"
    text = facts.read_text()
    facts.write_text(text.replace('requires = ["01"]', "requires = []"))

    assert facts.read_text() != text
    assert of_course(course_root, "01") != before


def test_other_assignments_have_another(course_root):
    assert len({of_course(course_root, *numbers) for numbers in (("01",), ("02",), ("01", "02"))}) == 3


def test_neither_a_name_nor_a_border_between_files_can_be_moved(tmp_path):
    trees = [{"a": "xy", "b": ""}, {"a": "x", "b": "y"}, {"a": "xy"}, {"c": "xy", "b": ""}, {"a": "xb\x000\x00"}]
    for number, tree in enumerate(trees):
        (tmp_path / str(number)).mkdir()
        for name, text in tree.items():
            (tmp_path / str(number) / name).write_text(text)

    assert len({fingerprint_of(tmp_path / str(number)) for number in range(len(trees))}) == len(trees)


def test_rooms_of_the_grader_can_be_left_out():
    assert fingerprint_of_grader() == fingerprint_of_grader()
    assert fingerprint_of_grader(without=("formats",)) not in (
        fingerprint_of_grader(),
        fingerprint_of_grader(without=("cli.py",)),
    )


def test_a_file_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    (tmp_path / "data.npz").write_bytes(b"1")
    monkeypatch.setattr(
        type(tmp_path), "read_bytes", lambda _path: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))
    )

    with pytest.raises(AssignmentError, match=r"data\.npz: it cannot be read: Permission denied"):
        fingerprint_of(tmp_path)
