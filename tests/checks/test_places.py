"""Which of the student's functions may be named where a check is hidden."""

from types import ModuleType

import pytest

from grader.checks.places import function_of
from grader.grading import import_reference
from grader.isolation.outside.faults import StudentError

HOLES = {"nn/scale.py": ("Scale",), "nn/shift.py": ("Shift.forward", "shifted")}


@pytest.fixture
def reference(course) -> ModuleType:
    return import_reference(course.root)


def error(*names: str, file: str = "framework/nn/scale.py") -> StudentError:
    return StudentError(["builtins.ValueError"], "no", [(file, 3, name) for name in names])


def test_the_innermost_function_that_students_are_asked_to_write_is_named(reference):
    assert (
        function_of(error("Scale.__init__", "Scale.forward", "Scale.forward.helper", "mine"), reference, HOLES)
        == "Scale.forward"
    )


@pytest.mark.parametrize(
    "name",
    [
        "secret_3_25",
        "Scale.secret_3_25",
        "Scale",
        "Scale.forward.__call__",
        "Scale.forward.__call__.__call__",
        "Scale._hidden",
        "Scale.0",
        "",
        "np",
        "Scale.__class__",
    ],
)
def test_a_name_that_the_student_made_up_is_not(reference, name):
    assert function_of(error(name), reference, HOLES) == ""


@pytest.mark.parametrize(
    ("file", "name", "told"),
    [
        ("framework/nn/shift.py", "shifted", "shifted"),
        ("framework/nn/shift.py", "Shift.forward", "Shift.forward"),
        ("framework/nn/shift.py", "Shift.__init__", ""),
        ("framework/nn/given.py", "twice", ""),
        ("framework/nn/../nn/scale.py", "Scale.forward", ""),
        ("framework/secret.py", "Scale.forward", ""),
    ],
)
def test_only_what_is_a_hole_in_that_file(reference, file, name, told):
    assert function_of(error(name, file=file), reference, HOLES) == told


def test_what_has_no_frames_has_no_function(reference):
    assert function_of(ValueError("no"), reference, HOLES) == ""
