"""Hidden checks of assignment 10: random graphs, other ones for every submission.

Of a graph that goes wrong, the smallest part is looked for that still does. That is what a student is told.
"""

from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from grader.checks import seconds, weight
from grader.compare import Mismatch

from .drawing import ARITHMETIC, ELEMENTWISE, EVERYTHING, REDUCTIONS, SHAPING, draw, values_of
from .programs import Difference, Program, cuts, difference, parts

BATCHES = (4, 16, 50)  # programs of a round trip; few at first, as most wrong answers show at once


def require_same(student: Any, reference: ModuleType, rng: np.random.Generator, names: Sequence[str], *lengths: int):
    """Compare a program of each of these lengths.

    Raises:
        Mismatch: for the smallest part of the first program that goes wrong.
    """
    waiting, batches = list(lengths), iter(BATCHES)
    while waiting:
        batch = next(batches, BATCHES[-1])
        drawn = [draw(reference, rng, names, length) for length in waiting[:batch]]
        waiting = waiting[batch:]
        for found in _differences(student, [program for program, _ in drawn], [given for _, given in drawn]):
            raise _smallest(student, reference, rng, found).mismatch()


def _differences(student: Any, programs: Sequence[Program], expected: Sequence[Any]) -> Iterator[Difference]:
    answers = student.inside.run_programs([program.data for program in programs])
    if not isinstance(answers, list) or len(answers) != len(programs):
        raise Mismatch("Programs have no answers.", f"{len(programs)} programs did not give as many answers")
    for program, answer, wanted in zip(programs, answers, expected, strict=True):
        if not isinstance(wanted, str) and (found := difference(program, answer, wanted)):
            yield found


def _smallest(student: Any, reference: ModuleType, rng: np.random.Generator, found: Difference) -> Difference:
    while True:
        values = values_of(reference, found.program)
        for smaller in (list(parts(found.program, values, rng)), list(cuts(found.program, values))):
            wanted = reference.inside.run_programs([program.data for program in smaller])
            other = next(_differences(student, smaller, wanted), None)
            if other:
                found = other
                break
        else:
            return found


def _lengths(rng: np.random.Generator, count: int, longest: int) -> list[int]:
    """Many short ones and some long ones, in random order."""
    return [int(longest * share**3) + 1 for share in rng.random(count)]


class TestPrograms:
    @seconds(30)
    @weight(2)
    def test_arithmetic(self, student, reference, rng):
        """270 random graphs of arithmetic on broadcast operands have the right values and gradients."""
        require_same(student, reference, rng, (*ARITHMETIC, "neg", "tanh"), *_lengths(rng, 270, 14))

    @seconds(30)
    @weight(2)
    def test_functions(self, student, reference, rng):
        """270 random graphs of functions of one and of several entries have the right values and gradients."""
        require_same(student, reference, rng, (*ELEMENTWISE, *REDUCTIONS, "mul", "add"), *_lengths(rng, 270, 14))

    @seconds(30)
    @weight(2)
    def test_shapes(self, student, reference, rng):
        """270 random graphs that reshape, index and join have the right values and gradients."""
        require_same(student, reference, rng, (*SHAPING, "mul", "add", "sum"), *_lengths(rng, 270, 14))

    @seconds(30)
    @weight(2)
    def test_everything(self, student, reference, rng):
        """200 random graphs of up to 100 operations of all kinds have the right values and gradients."""
        require_same(student, reference, rng, EVERYTHING, *_lengths(rng, 200, 50))
