"""The leak check finds a line of the solution wherever it was planted, and nothing in a clean template."""

from pathlib import Path

import pytest

from grader.assignment import Course
from grader.release.leaks import leaks
from grader.release.template import template_files

SECRET = "return np.multiply(factor, x)"  # a line of a private function of the tiny reference
REAL = Path(__file__).parents[2]


def found(course, text: str) -> list[str]:
    return leaks(course, {"handouts/01.md": text})


def test_a_clean_template_has_no_leak(course):
    assert leaks(course, template_files(course)) == []


def test_the_real_template_has_no_leak():
    course = Course.load(REAL)

    assert leaks(course, template_files(course)) == []


@pytest.mark.parametrize(
    "line",
    [
        SECRET,
        f"        {SECRET}",
        f"{SECRET}  # as easy as that",
        "return  np.multiply( factor,x )",
        "\treturn np . multiply(factor, x)\t",
        f"{SECRET}\r",
    ],
)
def test_a_planted_line_is_found_in_any_layout(course, line):
    assert found(course, f"# Scaling\n\n{line}\n") == [f"handouts/01.md:3: {line.strip()}"]


@pytest.mark.parametrize(
    "line",
    [
        "self.factor = max(float(factor), _SMALLEST_FACTOR)",  # of a hole
        "return shifted(x, self.amount)",  # of another file
        "_SMALLEST_FACTOR = -LIMIT",  # a private constant
        "# every element takes part in the product",  # a comment of the solution
    ],
)
def test_every_kind_of_secret_is_found(course, line):
    assert len(found(course, line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "",
        "return x",  # too short to say anything
        "def forward(self, x: np.ndarray) -> np.ndarray:",  # a signature, which students have
        '"""Return y, of x\'s shape."""',  # a docstring, likewise
        "raise TypeError(f'an array is needed')",  # of a given file
        "if not isinstance(x, np.ndarray):",
    ],
)
def test_what_students_have_anyway_is_no_leak(course, line):
    assert found(course, line) == []


def test_every_place_is_named(course):
    files = {"a.py": SECRET, "b.py": f"x = 1\n{SECRET}"}

    assert [place.split(": ")[0] for place in leaks(course, files)] == ["a.py:1", "b.py:2"]


def test_a_secret_that_a_given_file_has_too_is_none(course_root):
    given = course_root / "reference/nn/given.py"
    given.write_text(f"{given.read_text()}\n\ndef f(factor, x):\n    {SECRET}\n")

    assert found(Course.load(course_root), SECRET) == []


@pytest.mark.parametrize("place", ["assignments/01_scaling/README.md", "assignments/01_scaling/test_public.py"])
def test_a_line_planted_in_the_course_is_found(course_root, place):
    (course_root / place).write_text(f"{(course_root / place).read_text()}\n# {SECRET}\n    {SECRET}\n")
    course = Course.load(course_root)

    assert len(leaks(course, template_files(course))) == 1
