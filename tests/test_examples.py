"""The examples in the docstrings of the reference, which students receive with the stubs, give what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

from grader.assignment import Course

ROOT = Path(__file__).resolve().parents[1]
COURSE = Course.load(ROOT)
FILES = sorted(file for file, text in COURSE.reference.items() if ">>> " in text)
FIRST = (
    "01",
    "02",
    "03",
    "04",
)  # assignments in which every class has an example: students learn there how to use them
# Classes of which there is nothing to be shown alone; their subclasses have examples.
BASES = {"Module", "Loss", "ClassLoss", "Optimizer", "LRScheduler"}


def module_of(file: str):
    name = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return importlib.import_module(f"reference.{name}")


@pytest.mark.parametrize("file", FILES)
def test_every_example_gives_what_it_says(file):
    found = doctest.testmod(module_of(file))

    assert found.attempted > 0
    assert found.failed == 0


@pytest.mark.parametrize("number", FIRST)
def test_everything_that_is_written_in_the_first_assignments_has_an_example(number):
    [assignment] = COURSE.select((number,))
    for file, holes in assignment.holes.items():
        found = doctest.DocTestFinder().find(module_of(file))
        shown = {
            test.name.removeprefix(f"{module_of(file).__name__}.").partition(".")[0] for test in found if test.examples
        }

        assert {hole.partition(".")[0] for hole in holes} - BASES <= shown, file
