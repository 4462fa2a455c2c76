"""What is found out about one failed check while it can still be run again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from time import monotonic

from grader.assignment import Assignment, Course, Misconception, Variants, read_misconceptions
from grader.checks.plugin import Failure
from grader.compare import Mismatch
from grader.diagnosis.evidence import same
from grader.diagnosis.time_limit import time_limit
from grader.patterns import observe
from grader.result import Check

SECONDS = 10.0  # for all failures of a submission: about 1500 reruns of a check
SECONDS_OF_ONE = 1.0  # of processor time for one rerun, should a variant never end


@dataclass(frozen=True)
class Clues:
    """`causes` are the names of misconceptions, or of pairs ("a + b"), that leave the same evidence."""

    causes: tuple[str, ...] = ()
    observation: str = ""


class Investigation:
    """Gathers the clues of one submission's failures.

    Args:
        seconds: the time for all of them.

    Raises:
        AssignmentError: if a bank is broken.
    """

    def __init__(self, course: Course, assignments: Sequence[Assignment], seconds: float = SECONDS) -> None:
        self.clues: dict[str, Clues] = {}
        self.banks = {a.number: read_misconceptions(a.folder) for a in assignments}
        self._variants = Variants(course)
        self._left = seconds

    def look_into(self, failure: Failure) -> None:
        """Keep what can be found out about a failure."""
        started = monotonic()
        observation = ""
        if isinstance(failure.error, Mismatch):
            observation = observe(failure.error.actual, failure.error.expected, failure.shapes)
        causes = tuple(self._causes(failure, started + self._left))
        self._left -= monotonic() - started
        self.clues[failure.check.id] = Clues(causes, observation)

    def _causes(self, failure: Failure, deadline: float) -> Iterator[str]:
        """Names of what explains a failure: single misconceptions, or a pair of those that do not pass either, where no single one does."""
        others, explained = [], False
        for suspect in suspects_of(self.banks[failure.check.assignment], failure.check):
            error = self._try((suspect,), failure) if monotonic() < deadline else None
            if same(failure.error, error):
                explained = True
                yield suspect.name
            elif error:
                others.append(suspect)
        for pair in () if explained else combinations(others, 2):
            if monotonic() >= deadline:
                return
            if pair[0].target != pair[1].target and same(failure.error, self._try(pair, failure)):
                yield f"{pair[0].name} + {pair[1].name}"
                return

    def _try(self, misconceptions: tuple[Misconception, ...], failure: Failure) -> BaseException | None:
        """What the check raises for a student with these misconceptions."""
        try:
            with time_limit(SECONDS_OF_ONE):
                return failure.rerun(self._variants.package(*((m.target, m.node) for m in misconceptions)))
        except Exception:  # a misconception that cannot even be imported explains nothing; `audit` tells its author
            return None


def suspects_of(bank: Sequence[Misconception], check: Check) -> list[Misconception]:
    """The misconceptions that a check can fail for: by the audit's law they name its component. Those that name the check itself come first."""
    name = short_name(check)
    suspects = [m for m in bank if any(f.partition("/")[0] == check.component for f in m.fails)]
    return sorted(suspects, key=lambda m: name not in m.fails)


def short_name(check: Check) -> str:
    """A check as misconceptions name it: "Linear/test_forward"."""
    return check.id.split("/", 2)[2].partition("[")[0]
