"""Finds out why checks failed, once all have ended: only then the time can be shared, and what passed refutes much."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, combinations
from time import monotonic, process_time
from types import ModuleType

from grader.assignment import AssignmentError, Misconception
from grader.assignment.mutants import Mutant
from grader.checks.plan import Failure
from grader.diagnosis.cause import of_misconceptions, of_slip
from grader.diagnosis.clues import Case, Clues, evidence_of, observed, size_of
from grader.diagnosis.epsilons import with_other_epsilons
from grader.diagnosis.evidence import same, wrong_numbers
from grader.diagnosis.suspects import Suspects, exclude_each_other, passed_names, suspects_of
from grader.diagnosis.time_limit import time_limit
from grader.result import CheckResult

Make = Callable[[], ModuleType]  # imports a package afresh

SECONDS = 10.0  # of processor time for all failures of one assignment: about 1500 reruns of a check
SECONDS_OF_ONE = 1.0  # of processor time for one rerun, should a variant never end
FOR_OTHERS = (
    0.5  # of what the likeliest misconceptions leave of the time: the share of the others. The rest is for slips
)
MOST_KEPT = 1 << 26  # bytes of all wrong arrays of a submission: those of a usual check have under 10 kB


class Investigation:
    """Gathers the failures of one submission while checks run, and then looks for their causes.

    `clues` are what is found, by check; `cut` counts by assignment the failures that nothing explains although not all was tried;
    `problem` is what went wrong in that, a broken bank or a fault in here.
    """

    def __init__(self, suspects: Suspects) -> None:
        self.clues: dict[str, Clues] = {}
        self.cut: Counter[str] = Counter()
        self.problem: Exception | None = None
        self._suspects = suspects
        self._failures: dict[str, list[Failure]] = {}  # by assignment
        self._kept = 0
        self._end = self._until = math.inf
        self._known: set[str] = set()  # misconceptions that explain a failure
        self._slips: dict[str, tuple[Mutant, Make]] = {}  # that explain a failure: they come first

    def hear_of(self, failure: Failure) -> None:
        """Describe a failure, and keep it; one for a part that is not written yet needs no explanation."""
        if isinstance(failure.error, NotImplementedError) or getattr(failure.error, "unwritten", False):
            return
        with self._at_no_cost():
            self.clues[failure.check.id] = Clues((), observed(failure), wrong_numbers(failure.error))
            size = size_of(failure.error)
            if self._kept + size > MOST_KEPT:
                self.cut[failure.check.assignment] += 1
                return
            self._kept += size
            self._failures.setdefault(failure.check.assignment, []).append(
                replace(failure, error=evidence_of(failure.error))
            )

    def explain(self, results: Sequence[CheckResult], seconds: float = SECONDS, until: float = math.inf) -> None:
        """Look for the causes of all failures.

        Args:
            results: of all checks that ran; a misconception is none if a check passed that it has to fail.
            seconds: processor time for each assignment.
            until: on the clock of `time.monotonic`; then the search ends.
        """
        self._until = until
        for number, failures in self._failures.items():
            passed = passed_names(r for r in results if r.check.assignment == number)
            cases = [Case(failure, self._suspects_of(failure, passed)) for failure in failures]
            self._end = process_time() + seconds
            self._search([case for case in cases if case.failure.check.time_limit is None])
            self._search([case for case in cases if case.failure.check.time_limit])  # as time is left
            for case in cases:
                id = case.failure.check.id
                self.clues[id] = replace(self.clues[id], causes=tuple(case.causes))
            self.cut[number] += sum(case.cut and not case.causes for case in cases)
        self._failures.clear()

    def _suspects_of(self, failure: Failure, passed: Set[str]) -> list[Misconception]:
        """Without a bank, a grading is still worth its points."""
        try:
            return suspects_of(self._suspects.bank(failure.check.assignment), failure.check, passed)
        except AssignmentError as error:
            self.problem = error
            return []

    @contextmanager
    def _at_no_cost(self) -> Iterator[None]:
        """An explanation is never worth a result."""
        try:
            yield
        except Exception as error:
            self.problem = error

    # The search: in rounds, so that every failure is looked into with what is likely before any with what is not

    def _search(self, cases: list[Case]) -> None:
        end = self._end
        self._round(cases, self._likely, end)
        now = process_time()
        self._round([c for c in cases if not c.causes], self._others, now + FOR_OTHERS * (end - now))
        self._round([c for c in cases if not c.causes], self._slip, end)
        self._round([c for c in cases if c.causes], self._known_ones, end)

    def _round(self, cases: Sequence[Case], look: Callable[[Case, float], None], end: float) -> None:
        """Each has an equal share of the time; what it leaves is the others'."""
        for number, case in enumerate(cases):
            now = process_time()
            with self._at_no_cost():
                look(case, now + (end - now) / (len(cases) - number))

    def _likely(self, case: Case, end: float) -> None:
        """What has to fail this very check."""
        self._try_all(case, [s for s in case.suspects if case.failure.check.short_name in s.fails], end)

    def _known_ones(self, case: Case, end: float) -> None:
        """What explains other failures: of several causes, that of most failures is the likeliest."""
        self._try_all(case, [s for s in case.suspects if s.name in self._known], end)

    def _others(self, case: Case, end: float) -> None:
        case.cut = False  # what was left of the likely ones is tried now
        self._known_ones(case, end)
        if not case.causes:
            self._try_all(case, case.suspects, end)
        if not case.causes:
            self._pair(case, end)

    def _try_all(self, case: Case, suspects: Sequence[Misconception], end: float) -> None:
        for suspect in suspects:
            if suspect.name in case.tried:
                continue
            if self._is_over(case, end):
                return
            case.tried.add(suspect.name)
            error = self._try(case, suspect)
            if same(case.failure.error, error) or (error and self._explains_with_another_epsilon(case, suspect, end)):
                self._known.add(suspect.name)
                case.causes.append(of_misconceptions((suspect,)))
            elif error:
                case.failing.append(suspect)

    def _pair(self, case: Case, end: float) -> None:
        for pair in combinations(case.failing, 2):
            if self._is_over(case, end):
                return
            if not exclude_each_other(*pair, self._suspects.variants) and same(
                case.failure.error, self._try(case, *pair)
            ):
                case.causes.append(of_misconceptions(pair))
                return

    def _explains_with_another_epsilon(self, case: Case, suspect: Misconception, end: float) -> bool:
        versions = (
            replace(suspect, node=node) for node in with_other_epsilons(suspect.node) if not self._is_over(case, end)
        )
        return any(same(case.failure.error, self._try(case, version)) for version in versions)

    def _slip(self, case: Case, end: float) -> None:
        """The first slip that explains a failure; an exception is too little to know one by."""
        if not case.has_array:
            return
        for mutant, make in chain(self._slips.values(), self._mutants(case.failure)):
            if self._is_over(case, end):
                return
            if same(case.failure.error, self._rerun(case.failure, make)):
                self._slips[mutant.name] = mutant, make
                case.causes.append(of_slip(mutant))
                return

    def _mutants(self, failure: Failure) -> Iterator[tuple[Mutant, Make]]:
        variants = self._suspects.variants
        return (
            (mutant, variants.importer({mutant.file: mutant.tree})) for mutant in self._suspects.mutants(failure.check)
        )

    def _is_over(self, case: Case, end: float) -> bool:
        if process_time() < end and monotonic() < self._until:
            return False
        case.cut = True
        return True

    def _try(self, case: Case, *misconceptions: Misconception) -> BaseException | None:
        edits = [(m.target, m.node) for m in misconceptions]
        return self._rerun(case.failure, lambda: self._suspects.variants.package(*edits))

    def _rerun(self, failure: Failure, make: Make) -> BaseException | None:
        """What the check raises for a variant."""
        own = failure.check.time_limit
        seconds = max(min(own, self._end - process_time()), SECONDS_OF_ONE) if own else SECONDS_OF_ONE
        try:
            with time_limit(seconds):
                return failure.rerun(make())
        except (
            Exception
        ):  # a variant that cannot even be imported explains nothing; `audit` tells the author of a misconception
            return None
