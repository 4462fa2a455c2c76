"""What files of the reference import from each other is there, also in what students receive; else nothing runs."""

import pytest

from grader.assignment import AssignmentError, Course
from grader.grading import import_reference

INIT = "reference/nn/__init__.py"


ASSIGNED = """
A, (B, *C) = 1, (2, 3)
if A:
    D: int = 4
for E in (5,):
    pass
with open(__file__) as F:
    pass
"""


@pytest.fixture
def refusal(course_root):
    """What is said of the course with a line more in a file."""

    def run(line: str, file: str = INIT) -> str:
        path = course_root / file
        path.write_text(path.read_text() + line + "\n")
        with pytest.raises(AssignmentError) as caught:
            Course.load(course_root)
        return str(caught.value).removeprefix(f"{course_root}/")

    return run


def test_a_name_that_an_init_imports_and_no_file_defines_is_the_authors(refusal):
    said = refusal("from .scale import Skale")

    assert said == f"{INIT}: line 9: it imports 'Skale', which nn/scale.py does not define"


def test_a_file_that_is_not_there_is_the_authors(refusal):
    assert refusal("from .tilt import Tilt") == f"{INIT}: line 9: it imports from nn.tilt, which there is not"


def test_what_is_a_part_of_the_solution_is_not_there_for_students(refusal):
    said = refusal("from .scale import _times")

    where = "nn/scale.py defines as a part of the solution, so that it is not in what students receive"
    assert said == f"{INIT}: line 9: it imports '_times', which {where}"


@pytest.mark.parametrize(
    ("line", "file"),
    [
        ("from ..nn import Skale", "reference/nn/chain.py"),
        ("from . import skale", INIT),
        ("try:\n    from .scale import Skale\nexcept ImportError:\n    pass", INIT),
    ],
)
def test_every_way_to_import_is_looked_at(refusal, line, file):
    assert refusal(line, file).startswith(f"{file}: line ")


@pytest.mark.parametrize(
    "line",
    [
        "from . import scale",
        "from .scale import *",
        "from .scale import Scale as Other",
        "from .given import np",
        "from ..nn.given import LIMIT",
        "import numpy.linalg",
    ],
)
def test_what_is_there_may_be_imported(course_root, line):
    path = course_root / "reference/nn/chain.py"
    path.write_text(path.read_text() + line + "\n")

    assert Course.load(course_root).stubs["nn/chain.py"].rstrip().endswith(line)


def test_names_that_are_assigned_in_any_way_are_defined(course_root):
    given = course_root / "reference/nn/given.py"
    given.write_text(given.read_text() + ASSIGNED)
    init = course_root / INIT
    init.write_text(init.read_text() + "from .given import A, B, C, D, E, F\n")

    assert Course.load(course_root)


def test_a_reference_that_cannot_be_imported_is_told_by_its_file(course_root):
    path = course_root / "reference/nn/given.py"
    path.write_text("1 / 0\n" + path.read_text())

    with pytest.raises(AssignmentError, match=r"reference/nn/given\.py: it cannot be imported: ZeroDivisionError"):
        import_reference(course_root)
