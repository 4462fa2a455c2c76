"""Random graphs, as data: what is drawn, what it should give, and the smallest part of one that goes wrong.

A program has leaves (an array, and whether it requires a gradient), steps, and the upstream gradient of the last one. A
step is (operation, places of its operands, further arguments, options, how it is given them). A place is the number of
a leaf or of an earlier step; a float is a constant. The operands are given one by one before the further arguments
("first"), after them ("last"), or as one list ("list").
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.compare import Mismatch, Tolerance

Step = tuple[str, tuple[int | float, ...], tuple[Any, ...], dict[str, Any], str]
# Rounding is enlarged by at most 1e3, see `is_sound`, so that a right answer in another order is inside.
SAME = Tolerance(1e-10, 1e-10, absolute=1e-10)
LETTERS = "xyzuvwabcdefghijklmn"
SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**", "matmul": "@"}


@dataclass(frozen=True)
class Program:
    """A graph whose result is its last step."""

    leaves: tuple[tuple[np.ndarray, bool], ...]
    steps: tuple[Step, ...]
    dy: np.ndarray

    @property
    def data(self) -> list[Any]:
        """What crosses to another process."""
        return [list(self.leaves), list(self.steps), self.dy]

    def pruned(self) -> "Program":
        """Without what the result is not made of."""
        count, used = len(self.leaves), {len(self.leaves) + len(self.steps) - 1}
        for place in range(count + len(self.steps) - 1, count - 1, -1):
            if place in used:
                used |= {one for one in self.steps[place - count][1] if isinstance(one, int)}
        new = {old: place for place, old in enumerate(sorted(used))}
        leaves = tuple(leaf for place, leaf in enumerate(self.leaves) if place in used)
        steps = tuple(_moved(step, new) for place, step in enumerate(self.steps, count) if place in used)
        return Program(leaves, steps, self.dy)

    def text(self) -> str:
        """As people write it: "b = exp(x); b * x"; what is used once stands where it is used."""
        names = {place: LETTERS[place % len(LETTERS)] for place in range(len(self.leaves))}
        uses = [one for step in self.steps for one in step[1] if isinstance(one, int)]
        lines, free = [], iter(f"h{number}" for number in range(1, 1000))
        for place, step in enumerate(self.steps, len(self.leaves)):
            written = _written(step, names)
            if place == len(self.leaves) + len(self.steps) - 1:
                return "; ".join([*lines, written])
            if uses.count(place) > 1:
                names[place] = next(free)
                lines.append(f"{names[place]} = {written}")
            else:
                names[place] = written
        return "; ".join(lines)


def _moved(step: Step, new: dict[int, int]) -> Step:
    name, places, *rest = step
    return (name, tuple(new[one] if isinstance(one, int) else one for one in places), *rest)


def _written(step: Step, names: dict[int, str]) -> str:
    name, places, arguments, options, how = step
    operands = [names[one] if isinstance(one, int) else f"{one:g}" for one in places]
    if name in SIGNS:
        one, other = (f"({text})" if " " in text and not text.endswith(")") else text for text in operands)
        return f"{one} {SIGNS[name]} {other}"
    given = [f"[{', '.join(operands)}]" if how == "list" else ", ".join(operands)]
    more = [_brief(one) for one in arguments]
    given = [*more, *given] if how == "last" else [*given, *more]
    return f"{name}({', '.join([*given, *(f'{key}={value!r}' for key, value in options.items())])})"


def _brief(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_brief, value))})"
    return "indices" if isinstance(value, np.ndarray) else "..." if value is Ellipsis else repr(value)


# What goes wrong


@dataclass(frozen=True)
class Difference:
    """What differs: of the value, if `leaf` is None, or of the gradient of a leaf."""

    program: Program
    leaf: int | None
    found: Any
    expected: Any

    def mismatch(self) -> Mismatch:
        """What a student is told: the operations, in `kind`, without a number; the numbers are in the message."""
        text = self.program.text()
        kind = f"A random graph, cut down to its smallest wrong part: {self._what()} of `{text}` is wrong."
        uses = [one for step in self.program.steps for one in step[1]]
        if self.leaf is not None and (times := uses.count(self.leaf)) > 1:
            kind = f"{kind} {_letter(self.leaf)} is used {'twice' if times == 2 else f'{times} times'} in it."
        mismatch = Mismatch(kind, f"`{text}`: {self._what()} is {self._numbers()}")
        if isinstance(self.found, np.ndarray) and isinstance(self.expected, np.ndarray):
            mismatch.actual, mismatch.expected, mismatch.tolerance = self.found, self.expected, SAME
        return mismatch

    def _what(self) -> str:
        if isinstance(self.found, str):
            return "the computation"
        return "the value" if self.leaf is None else f"the gradient of {_letter(self.leaf)}"

    def _numbers(self) -> str:
        found, expected = self.found, self.expected
        if isinstance(found, str):
            return f"ended by {found[:200]}"
        if not (isinstance(found, np.ndarray) and isinstance(expected, np.ndarray)) or found.shape != expected.shape:
            shapes = [
                f"of shape {one.shape}" if isinstance(one, np.ndarray) else repr(one) for one in (found, expected)
            ]
            return f"{shapes[0]}, but should be {shapes[1]}"
        place = np.unravel_index(int(np.argmax(_wrong(found, expected))), found.shape)
        where = f" at {[int(one) for one in place]}" if place else ""
        return f"{found[place]:.10g}{where}, but should be {expected[place]:.10g}"


def _shape(value: Any) -> str:
    return f"of shape {value.shape}" if isinstance(value, np.ndarray) else repr(value)


def _letter(place: int) -> str:
    return LETTERS[place % len(LETTERS)]


def difference(program: Program, found: Any, expected: Any) -> Difference | None:
    """The first thing that differs, if any does."""
    if isinstance(found, str) or not _is_answer(found, expected):
        return Difference(program, None, found if isinstance(found, str) else "an answer of another form", "")
    if _differ(found[0], expected[0]):
        return Difference(program, None, found[0], expected[0])
    pairs = enumerate(zip(found[1], expected[1], strict=True))
    return next((Difference(program, leaf, one, other) for leaf, (one, other) in pairs if _differ(one, other)), None)


def _is_answer(found: Any, expected: Any) -> bool:
    is_pair = isinstance(found, list) and len(found) == 2
    return is_pair and isinstance(found[1], list) and len(found[1]) == len(expected[1])


def _differ(one: Any, other: Any) -> bool:
    if not isinstance(one, np.ndarray) or not isinstance(other, np.ndarray):
        return one is not other  # None where there is no gradient
    return one.shape != other.shape or one.dtype.kind != "f" or bool(_wrong(one, other).any())


def _wrong(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return ~(np.abs(one - other) <= SAME.allowed(other))


# Smaller ones


def parts(program: Program, values: Sequence[np.ndarray], rng: np.random.Generator) -> Iterator[Program]:
    """What ends at an earlier step, the smallest first. `values` are those of all places."""
    count = len(program.leaves)
    for number in range(1, len(program.steps)):
        dy = rng.uniform(0.5, 1.5, values[count + number - 1].shape)
        yield Program(program.leaves, program.steps[:number], dy).pruned()


def cuts(program: Program, values: Sequence[np.ndarray]) -> Iterator[Program]:
    """The same with one step replaced by a leaf of its value, and what led to it gone."""
    count = len(program.leaves)
    for cut in range(count, count + len(program.steps) - 1):
        new = {place: place + (count <= place < cut) for place in range(count + len(program.steps))}
        new[cut] = count
        steps = [_moved(step, new) for place, step in enumerate(program.steps, count) if place != cut]
        yield Program((*program.leaves, (values[cut], True)), tuple(steps), program.dy).pruned()
