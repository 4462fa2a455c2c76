"""The numbers of worked examples in handouts, computed with the reference.

Of each example, `EXAMPLES` has a function that computes pieces of its text. Each piece has to stand in the handout, and
every number of the example has to stand in a piece. What an example begins with is in pieces, too, as it is given.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from grader.assignment import Course
from tests.handouts.example_analysis import analysis_example
from tests.handouts.example_attention import attention_example
from tests.handouts.example_autograd import autograd_example
from tests.handouts.example_interop import interop_example
from tests.handouts.example_language_model import language_model_example
from tests.handouts.example_sequences import sequences_example
from tests.handouts.example_training import training_example
from tests.handouts.writing import plain

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course.load(ROOT)
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")


EXAMPLES: dict[str, Callable[[], Iterator[str]]] = {
    "06": training_example,
    "08": sequences_example,
    "09": attention_example,
    "10": autograd_example,
    "12": interop_example,
    "13": analysis_example,
    "14": language_model_example,
}


def example_of(number: str) -> str:
    [assignment] = COURSE.select((number,))
    handout = (assignment.folder / "README.md").read_text(encoding="utf-8")
    return plain(handout.partition("\n## A worked example with numbers\n")[2].partition("\n## ")[0])


@pytest.mark.parametrize("number", EXAMPLES)
def test_the_numbers_of_a_worked_example_are_those_of_the_reference(number):
    example = example_of(number)

    assert [piece for piece in EXAMPLES[number]() if not places(example, [piece])] == []


@pytest.mark.parametrize("number", EXAMPLES)
def test_every_number_of_a_worked_example_is_computed_or_given(number):
    assert unknown(example_of(number), list(EXAMPLES[number]())) == []


def test_a_number_that_nobody_computes_is_found():
    assert unknown("w = 1.5 and v = 2, twice 1.5", ["w = 1.5", "and"]) == ["2, twice 1.", "1.5"]


def test_a_number_with_one_digit_more_is_found():
    assert places("so w = 2.47 and w = 2.4.", ["w = 2.4"]) == set(range(16, 23))
    assert places("so w = 2.47", ["w = 2.4", "7"]) == set()


def unknown(example: str, pieces: list[str]) -> list[str]:
    """The places of numbers that are in no piece, with what follows."""
    known = places(example, pieces)
    return [example[at.start() : at.end() + 10] for at in NUMBER.finditer(example) if at.start() not in known]


def places(text: str, pieces: Iterable[str]) -> set[int]:
    """Where in a text pieces of it stand, of which no number goes on before or after them."""
    patterns = (rf"(?<![\d.]){re.escape(plain(piece))}(?!\d|\.\d)" for piece in pieces)
    return {i for pattern in patterns for at in re.finditer(pattern, text) for i in range(*at.span())}
