"""Finds out why checks failed, once all checks have ended.

Only then the time can be shared, and the checks that passed refute much.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from time import monotonic, process_time

from grader.assignment import AssignmentError, Misconception
from grader.assignment.mutants import Mutant
from grader.checks.plan import Failure
from grader.diagnosis.cause import of_slip
from grader.diagnosis.clues import Case, Clues, evidence_of, observed, size_of
from grader.diagnosis.component import Component, components_of, sound_components
from grader.diagnosis.evidence import same, wrong_numbers
from grader.diagnosis.suspects import Suspects, passed_names, suspects_of
from grader.diagnosis.theory import Fit, theory_of
from grader.diagnosis.trials import Make, Memory, Trials
from grader.diagnosis.weighing import weigh
from grader.result import CheckResult

EXPLANATION_SECONDS = 10.0  # of processor time for all failures of one assignment: about 1500 reruns of a check
# The likeliest misconceptions come first. Of the time they leave, this share is for the others, and the rest for slips.
FOR_OTHERS = 0.5
MOST_KEPT = 1 << 26  # bytes of all wrong arrays of a submission; those of a usual check have less than 10 kB


class Investigation:
    """Collects the failures of one submission while checks run, and then looks for their causes.

    `clues` are what is found, by check. `cut` counts, by assignment, failures that nothing explains although not
    everything was tried. `problem` is an error in the search itself: a broken bank, or a fault of ours.
    """

    def __init__(self, suspects: Suspects, memory: Memory | None = None) -> None:
        self.clues: dict[str, Clues] = {}
        self.cut: Counter[str] = Counter()
        self.problem: Exception | None = None
        self._suspects = suspects
        self._trials = Trials(suspects.variants, memory)
        self._failures: dict[str, list[Failure]] = {}  # by assignment
        self._kept = 0
        self._until = math.inf
        self._slips: dict[str, tuple[Mutant, Make]] = {}  # slips that explain a failure; they are tried first

    def hear_of(self, failure: Failure) -> None:
        """Describe a failure and keep it, unless a part is not written yet, which needs no explanation."""
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

    def explain(
        self, results: Sequence[CheckResult], seconds: float = EXPLANATION_SECONDS, until: float = math.inf
    ) -> None:
        """Look for the causes of all failures.

        Args:
            results: of all checks that ran; a misconception is excluded if a check passed that it fails.
            seconds: processor time for each assignment.
            until: the end of the search, in the time of `time.monotonic`.
        """
        self._until = until
        for number, failures in self._failures.items():
            own = [r for r in results if r.check.assignment == number]
            passed = passed_names(own)
            cases = [Case(failure, self._suspects_of(failure, passed)) for failure in failures]
            self._trials.end = process_time() + seconds
            quick, slow = (
                components_of([case for case in cases if bool(case.failure.check.time_limit) is is_slow], own)
                for is_slow in (False, True)
            )
            sound = sound_components(own)
            self._search(quick, [], sound, self._trials.end)
            self._search(slow, quick, sound, self._trials.end)  # checks with time limits come last, if time is left
            for case in cases:
                id = case.failure.check.id
                fits = {cause.name: fit for cause, fit in case.causes.items()}
                self.clues[id] = replace(self.clues[id], causes=tuple(case.causes), fits=fits)
            self.cut[number] += sum(case.cut and not case.causes for case in cases)
        self._failures.clear()

    def _suspects_of(self, failure: Failure, passed: Set[str]) -> list[Misconception]:
        """The misconceptions that may be the cause; none if the bank is broken, as points do not depend on it."""
        try:
            return suspects_of(self._suspects.bank(failure.check.assignment), failure.check, passed)
        except AssignmentError as error:
            self.problem = error
            return []

    @contextmanager
    def _at_no_cost(self) -> Iterator[None]:
        """Ignore errors in the block, as an explanation must never cost a result."""
        try:
            yield
        except Exception as error:
            self.problem = error

    # The search has rounds. So what is likely is tried for every failure before anything unlikely is tried for one.

    def _search(self, components: list[Component], earlier: list[Component], sound: Set[str], end: float) -> None:
        cases = [case for component in components for case in component.cases]
        self._round(cases, self._likely, end)
        now = process_time()
        for_others = now + FOR_OTHERS * (end - now)
        self._round([c for c in cases if not c.fitting], self._others, for_others)
        self._round(components, self._settle, end)
        weigh([*earlier, *components], sound)
        self._round([c for c in cases if not c.causes], self._slip, end)

    def _round(self, many: Sequence[object], look: Callable[[object, float], None], end: float) -> None:
        """Give each failure an equal share of the time. Time that one leaves is shared by the others."""
        for number, one in enumerate(many):
            now = process_time()
            with self._at_no_cost():
                look(one, now + (end - now) / (len(many) - number))

    def _likely(self, case: Case, end: float) -> None:
        """Try the misconceptions that must fail this check."""
        self._try_all(case, [s for s in case.suspects if case.failure.check.short_name in s.fails], end)

    def _others(self, case: Case, end: float) -> None:
        case.cut = False  # likely ones that were not tried before are tried now
        self._try_all(case, case.suspects, end)

    def _try_all(self, case: Case, suspects: Sequence[Misconception], end: float) -> None:
        for theory in map(theory_of, suspects):
            if theory in case.tried:
                continue
            if self._is_over(case, end):
                return
            if self._trials.of(case, theory).fit is Fit.OTHER:
                self._try_other_epsilons(case, theory.with_other_epsilons(), end)

    def _try_other_epsilons(self, case: Case, versions: Sequence[object], end: float) -> None:
        for version in versions:
            if self._is_over(case, end) or self._trials.of(case, version).fit is Fit.WHOLE:
                return

    def _settle(self, component: Component, end: float) -> None:
        variants = self._suspects.variants
        component.settle(self._trials, variants, lambda: self._is_over(component.cases[0], end))

    def _slip(self, case: Case, end: float) -> None:
        """Find the first slip that explains a failure. An exception alone is too little to recognise a slip."""
        if not case.has_array:
            return
        for mutant, make in chain(self._slips.values(), self._mutants(case.failure)):
            if self._is_over(case, end):
                return
            if same(case.failure.error, self._trials.rerun(case.failure, make)):
                self._slips[mutant.name] = mutant, make
                case.causes[of_slip(mutant)] = Fit.WHOLE
                return

    def _mutants(self, failure: Failure) -> Iterator[tuple[Mutant, Make]]:
        variants = self._suspects.variants
        return (
            (mutant, variants.importer({mutant.file: mutant.tree}, sharing=True))
            for mutant in self._suspects.mutants(failure.check)
        )

    def _is_over(self, case: Case, end: float) -> bool:
        if process_time() < end and monotonic() < self._until:
            return False
        case.cut = True
        return True
