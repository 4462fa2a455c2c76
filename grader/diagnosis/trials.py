"""A trial runs a check again, in this process and on a variant of the reference."""

import math
from collections.abc import Callable, MutableMapping
from time import process_time
from types import ModuleType

from grader.assignment import Variants
from grader.checks.plan import Failure
from grader.diagnosis.clues import Case, evidence_of
from grader.diagnosis.evidence import alike, same
from grader.diagnosis.theory import Fit, Found, Theory, compared
from grader.diagnosis.time_limit import time_limit

Make = Callable[[], ModuleType]  # imports a package afresh
Memory = MutableMapping[tuple[str, str], BaseException | None]  # by the check's id and the theory's text

SECONDS_OF_ONE = 1.0  # of processor time for one rerun, as a variant may never end


class Trials:
    """Trials of theories, until `end` [s of processor time].

    Their results may be kept from one submission to the next, if all submissions have the same seed.
    """

    def __init__(self, variants: Variants, memory: Memory | None = None) -> None:
        self._variants = variants
        self._memory = memory
        self.end = math.inf

    def of(self, case: Case, theory: Theory) -> Found:
        """How a theory fits a failed check."""
        if theory not in case.tried:
            case.tried[theory] = compared(case.failure.error, self._led_to(case.failure, case.failure.check.id, theory))
        return case.tried[theory]

    def settle(self, case: Case, theory: Theory) -> Fit:
        """The same, once the theory fits another check.

        If its own results differ from run to run, these may differ from the student's.
        """
        found = self.of(case, theory)
        if found.fit is not Fit.OTHER:
            return found.fit
        first, second = (self.rerun(case.failure, self._maker(theory)) for _ in range(2))
        if first and second and not same(first, second) and alike(first, case.failure.error):
            case.tried[theory] = Found(Fit.ALIKE)
        return case.tried[theory].fit

    def fails(self, failure: Failure, id: str, theory: Theory) -> bool:
        """Whether a theory fails another check, that with this id.

        `failure` is one of the same submission, and can run checks.
        """
        return self._led_to(failure, id, theory) is not None

    def _led_to(self, failure: Failure, id: str, theory: Theory) -> BaseException | None:
        if self._memory is None:
            return self.rerun(failure, self._maker(theory), id)
        if (id, theory.text) not in self._memory:
            error = self.rerun(failure, self._maker(theory), id)
            self._memory[id, theory.text] = error and evidence_of(error)
        return self._memory[id, theory.text]

    def _maker(self, theory: Theory) -> Make:
        return lambda: self._variants.package(*theory.edits, sharing=True)

    def rerun(self, failure: Failure, make: Make, id: str = "") -> BaseException | None:
        """What a variant makes the failed check raise, or another check with this id."""
        own = failure.check.time_limit
        seconds = max(min(own, self.end - process_time()), SECONDS_OF_ONE) if own else SECONDS_OF_ONE
        try:
            with time_limit(seconds):
                is_own = id in ("", failure.check.id)
                return failure.rerun(make()) if is_own else failure.rerun_other(id, make())
        except Exception:  # a variant that cannot be imported explains nothing; the audit reports it to its author
            return None
