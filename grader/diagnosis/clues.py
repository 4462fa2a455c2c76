"""What is found out about one failed check while it can still be run again."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations
from time import monotonic, process_time
from types import ModuleType

from grader.assignment import Assignment, AssignmentError, Course, Misconception, Variants, read_misconceptions
from grader.assignment.mutants import Mutant, mutants
from grader.checks.plugin import Failure
from grader.compare import Mismatch
from grader.diagnosis.cause import Cause, of_misconceptions, of_slip
from grader.diagnosis.epsilons import with_other_epsilons
from grader.diagnosis.evidence import same
from grader.diagnosis.time_limit import time_limit
from grader.patterns import observe
from grader.result import Check

SECONDS = 10.0  # of processor time for all failures of a submission: about 1500 reruns of a check
SECONDS_FOR_SLIPS = 2.0  # of these for the slips that could explain one failure
SECONDS_OF_ONE = 1.0  # of processor time for one rerun, should a variant never end

Make = Callable[[], ModuleType]  # imports a package afresh


@dataclass(frozen=True)
class Clues:
    """Every cause found that leaves the same evidence, and what the wrong answer looks like."""

    causes: tuple[Cause, ...] = ()
    observation: str = ""


class Suspects:
    """What a failure may come from, the same for all submissions: variants of the reference and banks of misconceptions, each read when it is first needed."""

    def __init__(self, course: Course, assignments: Sequence[Assignment]) -> None:
        self.assignments = {a.number: a for a in assignments}
        self.variants = Variants(course)
        self._banks: dict[str, tuple[Misconception, ...]] = {}

    def bank(self, number: str) -> tuple[Misconception, ...]:
        """The bank of an assignment; to read it takes longer than some checks.

        Raises:
            AssignmentError: if it is broken.
        """
        if number not in self._banks:
            self._banks[number] = read_misconceptions(self.assignments[number].folder)
        return self._banks[number]


class Investigation:
    """Gathers the clues of one submission's failures; `problem` is what went wrong in that, a broken bank or a fault in here.

    Args:
        seconds: processor time for all of them.
        until: on the clock of `time.monotonic`; later ones are not looked into, as the checks that are left need the time.
    """

    def __init__(self, suspects: Suspects, seconds: float = SECONDS, until: float = math.inf) -> None:
        self.clues: dict[str, Clues] = {}
        self.problem: Exception | None = None
        self._suspects = suspects
        self._variants = suspects.variants
        self._known: set[str] = set()  # misconceptions that explained a failure before
        self._slips: dict[str, tuple[Mutant, Make]] = {}  # that explained a failure before: they come first
        self._left, self._until = seconds, until

    def look_into(self, failure: Failure) -> None:
        """Keep what can be found out about a failure; one for a part that is not written yet needs no other explanation."""
        if isinstance(failure.error, NotImplementedError) or getattr(failure.error, "unwritten", False):
            return
        try:
            self.clues[failure.check.id] = self._clues(failure)
        except Exception as error:  # an explanation is never worth a result
            self.problem = error

    def _clues(self, failure: Failure) -> Clues:
        error = failure.error
        observation = observe(error.actual, error.expected, failure.shapes) if isinstance(error, Mismatch) else ""
        if monotonic() >= self._until:
            return Clues(observation=observation)
        started = process_time()
        end = started + self._left
        causes = tuple(self._misconceptions(failure, end))
        if not causes and _has_array(error):  # an exception is too little to know a slip by
            causes = tuple(self._slip(failure, end))
        self._left -= process_time() - started
        return Clues(causes, observation)

    def _bank(self, number: str) -> tuple[Misconception, ...]:
        """Without it, a grading is still worth its points."""
        try:
            return self._suspects.bank(number)
        except AssignmentError as error:
            self.problem = error
            return ()

    def _misconceptions(self, failure: Failure, end: float) -> Iterator[Cause]:
        """What explains a failure: misconceptions that explained another before; if none does, any other; then pairs of those that fail, too."""
        failing = []
        suspects = suspects_of(self._bank(failure.check.assignment), failure.check)
        known = [s for s in suspects if s.name in self._known]
        for group in (known, [s for s in suspects if s not in known]):
            explaining = []
            for suspect in group:
                error = self._try(failure, suspect) if process_time() < end else None
                if same(failure.error, error) or (error and self._explains_with_another_epsilon(failure, suspect, end)):
                    explaining.append(suspect)
                elif error:
                    failing.append(suspect)
            if explaining:
                self._known |= {s.name for s in explaining}
                yield from (of_misconceptions((s,), _has_array(failure.error)) for s in explaining)
                return
        yield from self._pair(failure, failing, end)

    def _pair(self, failure: Failure, failing: list[Misconception], end: float) -> Iterator[Cause]:
        for pair in combinations(failing, 2):
            if process_time() >= end:
                return
            if pair[0].target != pair[1].target and same(failure.error, self._try(failure, *pair)):
                yield of_misconceptions(pair, _has_array(failure.error))
                return

    def _explains_with_another_epsilon(self, failure: Failure, suspect: Misconception, end: float) -> bool:
        versions = (replace(suspect, node=node) for node in with_other_epsilons(suspect.node) if process_time() < end)
        return any(same(failure.error, self._try(failure, version)) for version in versions)

    def _slip(self, failure: Failure, end: float) -> Iterator[Cause]:
        """The first slip that explains a failure."""
        end = min(end, process_time() + SECONDS_FOR_SLIPS)
        for mutant, make in chain(self._slips.values(), self._mutants(failure.check)):
            if process_time() >= end:
                return
            if same(failure.error, self._rerun(failure, make)):
                self._slips[mutant.name] = mutant, make
                yield of_slip(mutant)
                return

    def _mutants(self, check: Check) -> Iterator[tuple[Mutant, Make]]:
        """Those in the component that a check is about, each with what imports it."""
        for file, holes in self._suspects.assignments[check.assignment].holes.items():
            for mutant in mutants(file, self._variants.trees[file], holes, check.component):
                yield mutant, self._variants.importer({file: mutant.tree})

    def _try(self, failure: Failure, *misconceptions: Misconception) -> BaseException | None:
        edits = [(m.target, m.node) for m in misconceptions]
        return self._rerun(failure, lambda: self._variants.package(*edits))

    def _rerun(self, failure: Failure, make: Make) -> BaseException | None:
        """What the check raises for a variant."""
        try:
            with time_limit(SECONDS_OF_ONE):
                return failure.rerun(make())
        except Exception:  # a variant that cannot even be imported explains nothing; `audit` tells the author of a misconception
            return None


def _has_array(error: BaseException) -> bool:
    return isinstance(error, Mismatch) and error.actual is not None


def suspects_of(bank: Sequence[Misconception], check: Check) -> list[Misconception]:
    """The misconceptions that a check can fail for: by the audit's law they name its component. Those that name the check itself come first."""
    suspects = [m for m in bank if any(f.partition("/")[0] == check.component for f in m.fails)]
    return sorted(suspects, key=lambda m: check.short_name not in m.fails)
