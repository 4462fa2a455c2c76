"""How fast the student's code is compared with the reference: processor time of two workers, as the kernel counts it.

Both compute the same, in turn, on inputs that are new in every round. All answers are compared, so code that computes
nothing, or computes later, is wrong. The time does not come from the worker. What its threads do between two rounds
counts in the next one. Other processes can only make a round longer, so the shortest of several rounds count. Each is
measured twice in a round, always after the other, which has filled the caches: whoever follows himself is up to 10 %
faster. Slow code does fewer calls in a round, as a long round is never free of disturbance. Two measurements of the
same also tell how much other processes still disturb.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.calls import Call
from grader.checks.trees import leaves
from grader.compare import Mismatch, compare
from grader.isolation.outside.faults import SandboxError, StudentFault

Draw = Callable[[np.random.Generator], Call]  # makes one call to be measured, with new inputs
Work = Callable[[Any], Draw]  # makes the objects that are needed, from a framework
ROUNDS, MOST_ROUNDS = 8, 25
# Seconds of processor time that a round of the reference should take at least; a faster call is repeated. Caches that
# another process has filled cost up to a millisecond.
LEAST = 0.03
MOST_REPEATED = 100
SECONDS_OF_THE_REFERENCE = 60.0  # several times what all rounds take
# Largest difference of two measurements of the same: to stop early, and at the end. Of 20 series of 25 rounds, on a
# machine with a load of up to ten, 4,000 random orders gave no ratio of the reference to itself beyond 0.92 to 1.08;
# 5 % of them were withheld.
WANTED, ALLOWED = 0.04, 0.05
TIMES_THE_REFERENCE = 2  # memory for answers; those of another dtype are wrong, but they should still be compared


class TooBusyError(SandboxError):
    """The machine is too busy to measure how fast anything is. That is no fault of the student's."""


@dataclass(frozen=True)
class Speed:
    """The time that the student's code takes, as a multiple of the reference's: most likely `likely`."""

    likely: float
    doubt: float  # largest difference of two measurements of the same, as a share

    @property
    def ratio(self) -> float:
        """The multiple, to 10 %.

        Raises:
            TooBusyError: if two measurements of the same differ too much to say that.
        """
        self._require_quiet()
        return self.likely

    @property
    def low(self) -> float:
        return self.likely * math.exp(-self._margin)

    @property
    def high(self) -> float:
        return self.likely * math.exp(self._margin)

    def require(self, at_most: float, what: str = "this") -> None:
        """Raise `Mismatch` if the code clearly takes longer than `at_most` times the reference.

        Raises:
            TooBusyError: if two measurements of the same differ so much that this may be so or not.
        """
        if self.low > at_most:
            took = f"{what} takes {self.likely:.2g} times as long as it should need ({self.low:.2g} to {self.high:.2g})"
            raise Mismatch("The code is slower than it may be.", f"{took}, but may take {at_most:g} times as long")
        if self.high > at_most:
            self._require_quiet()

    def _require_quiet(self) -> None:
        if self.doubt > ALLOWED:
            raise TooBusyError(f"two measurements of the same code differ by {100 * self.doubt:.0f} %")

    @property
    def _margin(self) -> float:
        # It held the truth in all of the series above, and in 24 more of code that takes three times as long.
        return 3 * max(self.doubt, 0.04)


def measure(student: Any, rival: Any, work: Work, rng: np.random.Generator) -> Speed:
    """Measure what `work` makes from the student's framework, and from the reference in a worker of its own.

    Args:
        work: makes objects once, and returns a function that draws the inputs of one call: `lambda rng: Call("call",
            conv, "forward", (rng.normal(size=(8, 3, 32, 32)),))`. The result has to be a value.

    Raises:
        Mismatch: if an answer is wrong.
        SandboxError: if moving inputs and results takes as long as computing them: the author has to ask for more.
    """
    race = _Race(_Side(student, work, False), _Side(rival, work, True), rng)
    race.run_in()
    while len(race.times) < ROUNDS or (race.doubt > WANTED and len(race.times) < MOST_ROUNDS):
        race.round()
    return race.speed


def least(times: Sequence[float]) -> float:
    """The time without disturbance: the mean of the two shortest times."""
    return sum(sorted(times)[:2]) / 2


@dataclass
class _Side:
    """One of the two frameworks."""

    framework: Any
    work: Work
    is_rival: bool
    draw: Draw = field(init=False)
    repeated: int = 1  # calls in one run
    _read: float = 0.0

    def __post_init__(self) -> None:
        self.draw = self.work(self.framework)
        self.framework.finish()
        self._read = self.framework.processor_time

    def run(self, calls: list[Call], room: int) -> tuple[float, list[Any]]:
        """Do some calls. Returns processor time and results.

        The time is that since the last run; or that of this run, if other things run in the same process.
        """
        self.framework.allow(self.framework.taken + room)
        if not self.framework.is_alone:
            self._read = self.framework.processor_time
        try:
            results = self.framework.run(calls)
        except StudentFault as fault:
            if self.is_rival:
                raise SandboxError(f"the reference could not be measured: {fault}") from fault
            raise
        before, self._read = self._read, self.framework.processor_time
        return self._read - before, results


@dataclass
class _Race:
    student: _Side
    rival: _Side
    rng: np.random.Generator
    room: int = 1 << 20  # bytes
    times: list[tuple[float, ...]] = field(default_factory=list)  # student, rival, student, rival, moving alone

    def run_in(self) -> None:
        """Have both sides compute, and find out how often a run has to repeat the call so that it takes long enough."""
        took, [result] = self._run(self.rival)[:2]
        size = sum(np.asarray(leaf).nbytes for leaf in leaves(result, "").values())
        self.room += TIMES_THE_REFERENCE * size
        took = min(self._run(self.rival)[0] for _ in range(2))
        _require_work(took, min(self._move([result], 0) for _ in range(2)))
        theirs = min(self._run(self.student)[0] for _ in range(2))
        repeated = min(max(1, math.ceil(LEAST / max(took, 1e-6))), MOST_REPEATED)
        self.rival.repeated = repeated
        self.student.repeated = max(1, round(repeated * min(took / max(theirs, 1e-6), 1.0)))
        self.room *= repeated

    def round(self) -> None:
        """Measure both sides twice, in turn, each time on new inputs."""
        times = []
        for seed in self.rng.integers(1 << 62, size=2).tolist():
            (student, theirs), (rival, ours) = self._run(self.student, seed), self._run(self.rival, seed)
            for their, our in zip(theirs, ours[: len(theirs)], strict=True):
                compare(their, our, "the result whose speed is measured")
            times += [student, rival]
        self.times.append((*times, self._move(ours, seed)))

    @property
    def doubt(self) -> float:
        """The largest difference of two measurements of the same, as a share."""
        first, second, third, fourth, _moving = (sorted(times) for times in zip(*self.times, strict=True))
        student, rival = sorted(first + third), sorted(second + fourth)
        pairs = [(first[0], third[0]), (second[0], fourth[0]), student[:2], rival[:2]]
        return max(abs(math.log(max(one, 1e-9) / max(other, 1e-9))) for one, other in pairs)

    @property
    def speed(self) -> Speed:
        first, second, third, fourth, moving = zip(*self.times, strict=True)
        student = least(first + third) / self.student.repeated
        rival, move = (least(times) / self.rival.repeated for times in (second + fourth, moving))
        _require_work(rival, move)
        ratio = max(student - move, 0.0) / (rival - move)
        return Speed(ratio, self.doubt if self.student.framework.is_alone else min(self.doubt, ALLOWED))

    def _run(self, side: _Side, seed: int = 0) -> tuple[float, list[Any]]:
        return side.run(self._drawn(side, seed), self.room)

    def _move(self, results: list[Any], seed: int) -> float:
        """The time to move the same inputs and results without computing anything."""
        given = self._drawn(self.rival, seed)
        calls = [Call("move", None, "", (result,), {"inputs": call.args}) for call, result in zip(given, results)]
        return self.rival.run(calls, self.room)[0]

    def _drawn(self, side: _Side, seed: int) -> list[Call]:
        rng = np.random.default_rng(seed)
        return [side.draw(rng) for _ in range(side.repeated)]


def _require_work(took: float, moving: float) -> None:
    if moving > took / 2:
        raise SandboxError("there is too little to compute: to move inputs and results takes as long")
