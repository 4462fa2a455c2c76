"""What a failure may come from."""

import ast
from collections.abc import Iterable, Iterator, Sequence, Set

from grader.assignment import Assignment, Course, Misconception, Variants, read_misconceptions
from grader.assignment.mutants import Mutant, mutants
from grader.result import Check, CheckResult, Outcome


class Suspects:
    """What a failure may come from. It is the same for all submissions.

    These are variants of the reference, and banks of misconceptions. Each is read when it is first needed.
    """

    def __init__(self, course: Course, assignments: Sequence[Assignment], variants: Variants | None = None) -> None:
        self.assignments = {a.number: a for a in assignments}
        self.variants = variants or Variants(course)
        self._banks: dict[str, tuple[Misconception, ...]] = {}

    def bank(self, number: str) -> tuple[Misconception, ...]:
        """The bank of an assignment. Reading it takes longer than some checks.

        Raises:
            AssignmentError: if it is broken.
        """
        if number not in self._banks:
            self._banks[number] = read_misconceptions(self.assignments[number].folder)
        return self._banks[number]

    def mutants(self, check: Check) -> Iterator[Mutant]:
        """The slips in the component that a check is about."""
        for file, holes in self.assignments[check.assignment].holes.items():
            yield from mutants(file, self.variants.trees[file], holes, check.component)


def exclude_each_other(one: Misconception, other: Misconception, variants: Variants) -> bool:
    """Whether nobody can have both misconceptions, as both say what the same function does.

    Raises:
        TargetError: if a target does not exist.
    """
    return not functions_of(one, variants).isdisjoint(functions_of(other, variants))


def functions_of(one: Misconception, variants: Variants) -> set[tuple[str, str]]:
    """The files and functions that a misconception is about.

    Raises:
        TargetError: if its target does not exist.
    """
    file, name = variants.place(one.target)
    if not isinstance(one.node, ast.ClassDef):
        return {(file, name)}
    return {(file, f"{name}.{part.name}") for part in one.node.body if isinstance(part, ast.FunctionDef)}


def suspects_of(bank: Sequence[Misconception], check: Check, passed: Set[str] = frozenset()) -> list[Misconception]:
    """The misconceptions that can make a check fail, those that list this very check first.

    By law 3 of the audit they list a check of its component. No check of the component may have passed that the
    misconception must fail. A check that passed in another component refutes nothing: the student's code need not share
    what is common in the reference.
    """
    own = {m: [f for f in m.fails if f.partition("/")[0] == check.component] for m in bank}
    suspects = [m for m, fails in own.items() if fails and passed.isdisjoint(fails)]
    return sorted(suspects, key=lambda m: check.short_name not in m.fails)


def passed_names(results: Iterable[CheckResult]) -> set[str]:
    """Names of checks that passed with all their parameters, as misconceptions write them."""
    outcomes: dict[str, set[bool]] = {}
    for result in results:
        outcomes.setdefault(result.check.short_name, set()).add(result.outcome is Outcome.PASSED)
    return {name for name, passed in outcomes.items() if passed == {True}}
