"""What a student may believe, and how that fits what one check saw."""

import ast
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property

from grader.assignment import Misconception
from grader.assignment.misconceptions import Entry
from grader.diagnosis.epsilons import with_other_epsilons
from grader.diagnosis.evidence import contains, same, wrong_numbers


class Fit(Enum):
    """How the result of a theory in a check compares with what is wrong there."""

    NOTHING = "it leads to nothing wrong"
    WHOLE = "it leads to the very same"
    PART = "it leads to a part of that, and to nothing else"
    ALIKE = "it leads to the same kind of failure, in numbers that are drawn anew in every run"
    PLACE = "it leads to the same, as others may that are not known"
    OTHER = "it leads to something else"


@dataclass(frozen=True)
class Found:
    """What a trial of a theory on a check found.

    `numbers` counts the different wrong numbers in which the two agree.
    """

    fit: Fit
    numbers: int = 0


@dataclass(frozen=True)
class Theory:
    """One misconception of the bank, or two at once. `nodes` take the places of their targets."""

    misconceptions: tuple[Misconception, ...]
    nodes: tuple[Entry, ...]

    @property
    def name(self) -> str:
        return " + ".join(m.name for m in self.misconceptions)

    @property
    def components(self) -> set[str]:
        """The components of which it must fail a check."""
        return set().union(*(m.components for m in self.misconceptions))

    @property
    def is_as_in_the_bank(self) -> bool:
        """Whether it is one entry of the bank, with the entry's own small numbers."""
        return [m.node for m in self.misconceptions] == [*self.nodes[:1]]

    @cached_property
    def text(self) -> str:
        """Its definition, in words."""
        return "\n".join(f"{target}:\n{_text(node)}" for target, node in self.edits)

    @property
    def edits(self) -> list[tuple[str, Entry]]:
        """The edits that turn the reference into a package with this belief."""
        return [(m.target, node) for m, node in zip(self.misconceptions, self.nodes, strict=True)]

    def with_other_epsilons(self) -> list["Theory"]:
        """The same belief with other small numbers in it."""
        return [Theory(self.misconceptions, (node,)) for node in with_other_epsilons(self.nodes[0])]


@cache
def _text(node: Entry) -> str:
    return ast.unparse(node)


def theory_of(misconception: Misconception) -> Theory:
    """The theory that somebody has this misconception."""
    return Theory((misconception,), (misconception.node,))


def both(one: Theory, other: Theory) -> Theory:
    """The theory that somebody has both at once."""
    return Theory(one.misconceptions + other.misconceptions, one.nodes + other.nodes)


def compared(seen: BaseException, led_to: BaseException | None) -> Found:
    """How the result of a theory in a check fits what was seen there."""
    if led_to is None:
        return Found(Fit.NOTHING)
    if same(seen, led_to):
        return Found(Fit.WHOLE, wrong_numbers(seen))
    if contains(seen, led_to):
        return Found(Fit.PART, wrong_numbers(led_to))
    return Found(Fit.OTHER)
