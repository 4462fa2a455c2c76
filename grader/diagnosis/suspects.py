"""What a failure may come from."""

import ast
from collections.abc import Iterable, Iterator, Sequence, Set

from grader.assignment import Assignment, Course, Misconception, Variants, read_misconceptions
from grader.assignment.mutants import Mutant, mutants
from grader.result import Check, CheckResult, Outcome


class Suspects:
    """What a failure may come from, the same for all submissions.

    These are variants of the reference, and banks of misconceptions, each read when it is first needed.
    """

    def __init__(self, course: Course, assignments: Sequence[Assignment], variants: Variants | None = None) -> None:
        self.assignments = {a.number: a for a in assignments}
        self.variants = variants or Variants(course)
        self._banks: dict[str, tuple[Misconception, ...]] = {}

    def bank(self, number: str) -> tuple[Misconception, ...]:
        """The bank of an assignment; to read it takes longer than some checks.

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
    """Whether two misconceptions cannot both be somebody's: they say what one and the same function does.

    Raises:
        TargetError: if a target does not exist.
    """
    return not functions_of(one, variants).isdisjoint(functions_of(other, variants))


def functions_of(one: Misconception, variants: Variants) -> set[tuple[str, str]]:
    """What a misconception is about: files and the functions in them.

    Raises:
        TargetError: if its target does not exist.
    """
    file, name = variants.place(one.target)
    if not isinstance(one.node, ast.ClassDef):
        return {(file, name)}
    return {(file, f"{name}.{part.name}") for part in one.node.body if isinstance(part, ast.FunctionDef)}


def suspects_of(bank: Sequence[Misconception], check: Check, passed: Set[str] = frozenset()) -> list[Misconception]:
    """The misconceptions that a check can fail for.

    By the audit's law they name its component, and no check of it passed that one has to fail. What passed in another component refutes nothing: there the student's code may do without what the reference has in common.
    Those that name the check itself come first.
    """
    own = {m: [f for f in m.fails if f.partition("/")[0] == check.component] for m in bank}
    suspects = [m for m, fails in own.items() if fails and passed.isdisjoint(fails)]
    return sorted(suspects, key=lambda m: check.short_name not in m.fails)


def passed_names(results: Iterable[CheckResult]) -> set[str]:
    """Checks that passed, with all their parameters, as misconceptions name them."""
    outcomes: dict[str, set[bool]] = {}
    for result in results:
        outcomes.setdefault(result.check.short_name, set()).add(result.outcome is Outcome.PASSED)
    return {name for name, passed in outcomes.items() if passed == {True}}
