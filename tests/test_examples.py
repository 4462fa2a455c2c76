"""The examples in the docstrings of the reference, which students receive with the stubs, give what they say."""

import doctest
import importlib
import sys
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import pytest

from grader.assignment import Course

ROOT = Path(__file__).resolve().parents[1]
COURSE = Course.load(ROOT)
FILES = sorted(file for file, text in COURSE.reference.items() if ">>> " in text)
FIRST = ("01", "02", "03", "04")  # every class in them has an example: students learn there how to use them
# Classes of which there is nothing to be shown alone; their subclasses have examples.
BASES = {"Module", "Loss", "ClassLoss", "Optimizer", "LRScheduler"}


def _module(file: str) -> ModuleType:
    name = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return importlib.import_module(f"reference.{name}")


OWN = {file for number in FIRST for assignment in COURSE.select((number,)) for file in assignment.holes}
MODULES = {file: _module(file) for file in {*FILES, *OWN}}
REFERENCE = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "reference"}


@pytest.fixture(autouse=True)
def the_reference_of_this_course():
    """Examples import from `reference`, in whose place other tests put that of a smaller course."""
    with patch.dict(sys.modules, REFERENCE):
        yield


@pytest.mark.parametrize("file", FILES)
def test_every_example_gives_what_it_says(file):
    found = doctest.testmod(MODULES[file])

    assert found.attempted > 0
    assert found.failed == 0


@pytest.mark.parametrize("number", FIRST)
def test_everything_that_is_written_in_the_first_assignments_has_an_example(number):
    [assignment] = COURSE.select((number,))
    for file, holes in assignment.holes.items():
        found = doctest.DocTestFinder().find(MODULES[file])
        shown = {
            test.name.removeprefix(f"{MODULES[file].__name__}.").partition(".")[0] for test in found if test.examples
        }

        assert {hole.partition(".")[0] for hole in holes} - BASES <= shown, file
