"""How fast the student's code is compared with the reference: processor time of two workers, as the kernel counts it.

Both compute the same, in turn, on inputs that are new in every round. All answers are compared, so code that computes
nothing, or computes later, is wrong. The time does not come from the worker. What its threads do between two rounds
counts in the next one. Other processes can only make a round longer, so the shortest of several rounds count. The
reference is measured twice in each round, to see how much other processes still disturb.
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
ROUNDS, MOST_ROUNDS = 5, 25
# Seconds of processor time that a round of the reference should take at least; a faster call is repeated. Caches that
# another process has filled cost up to a millisecond.
LEAST = 0.03
MOST_REPEATED = 100
SECONDS_OF_THE_REFERENCE = 60.0  # several times what all rounds take; it is measured three times in each
# Largest difference of two measurements of the same: to stop early, and at the end. At 0.1, ratios of the reference to
# itself beyond 1.1 were seen on a machine with a load of ten.
WANTED, ALLOWED = 0.04, 0.05
TIMES_THE_REFERENCE = 2  # memory for answers; those of another dtype are wrong, but they should still be compared


class TooBusyError(SandboxError):
    """The machine is too busy to measure how fast anything is. That is no fault of the student's."""


@dataclass(frozen=True)
class Speed:
    """The time that the student's code takes, as a multiple of the reference's. It is between `low` and `high`."""

    ratio: float
    low: float
    high: float

    def require(self, at_most: float, what: str = "this") -> None:
        """Raise `Mismatch` if the code clearly takes longer than `at_most` times the reference."""
        if self.low > at_most:
            took = f"{what} takes {self.ratio:.2g} times as long as it should need ({self.low:.2g} to {self.high:.2g})"
            raise Mismatch("The code is slower than it may be.", f"{took}, but may take {at_most:g} times as long")


def measure(student: Any, rival: Any, work: Work, rng: np.random.Generator) -> Speed:
    """Measure what `work` makes from the student's framework, and from the reference in a worker of its own.

    Args:
        work: makes objects once, and returns a function that draws the inputs of one call: `lambda rng: Call("call",
            conv, "forward", (rng.normal(size=(8, 3, 32, 32)),))`. The result has to be a value.

    Raises:
        Mismatch: if an answer is wrong.
        TooBusyError: if two measurements of the reference differ too much.
        ValueError: if moving inputs and results takes longer than computing them.
    """
    race = _Race(_Side(student, work, False), _Side(rival, work, True), rng)
    race.run_in()
    while len(race.times) < ROUNDS or (race.doubt > WANTED and len(race.times) < MOST_ROUNDS):
        race.round()
    if race.doubt > ALLOWED and student.is_alone:
        raise TooBusyError(f"two measurements of the reference differ by {100 * race.doubt:.0f} % after {MOST_ROUNDS}")
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
    repeated: int = 1
    room: int = 1 << 20  # bytes
    times: list[tuple[float, float, float, float]] = field(default_factory=list)  # student, rival twice, moving alone

    def run_in(self) -> None:
        """Have both sides compute once, and find out how often a round has to repeat the call."""
        took, [result] = self._run(self.rival)[:2]
        size = sum(np.asarray(leaf).nbytes for leaf in leaves(result, "").values())
        self.room += TIMES_THE_REFERENCE * size
        took = min(self._run(self.rival)[0] for _ in range(2))
        _require_work(took, min(self._move([result], 0) for _ in range(2)))
        self.repeated = min(max(1, math.ceil(LEAST / max(took, 1e-6))), MOST_REPEATED)
        self.room *= self.repeated

    def round(self) -> None:
        """Measure everything once, in random order, as a side that follows itself finds its caches full."""
        seed = int(self.rng.integers(1 << 62))
        sides = (self.student, self.rival, self.rival)
        found = {int(i): self._run(sides[i], seed) for i in self.rng.permutation(3)}
        moving = self._move(found[1][1], seed)
        for theirs, ours in zip(found[0][1], found[1][1], strict=True):
            compare(theirs, ours, "the result whose speed is measured")
        self.times.append((found[0][0], found[1][0], found[2][0], moving))

    @property
    def doubt(self) -> float:
        """The largest difference of two measurements of the same, as a share."""
        student, rival, again, _moving = (sorted(times) for times in zip(*self.times, strict=True))
        pairs = [(rival[0], again[0]), student[:2], rival[:2]]
        return max(abs(math.log(max(one, 1e-9) / max(other, 1e-9))) for one, other in pairs)

    @property
    def speed(self) -> Speed:
        student, rival, again, moving = map(least, zip(*self.times, strict=True))
        ours = (rival + again) / 2
        _require_work(ours, moving)
        ratio = max(student - moving, 0.0) / (ours - moving)
        doubt = max(self.doubt, 0.01)
        return Speed(ratio, ratio * math.exp(-doubt), ratio * math.exp(doubt))

    def _run(self, side: _Side, seed: int = 0) -> tuple[float, list[Any]]:
        return side.run(self._drawn(side, seed), self.room)

    def _move(self, results: list[Any], seed: int) -> float:
        """The time to move the same inputs and results without computing anything."""
        given = self._drawn(self.rival, seed)
        calls = [Call("move", None, "", (result,), {"inputs": call.args}) for call, result in zip(given, results)]
        return self.rival.run(calls, self.room)[0]

    def _drawn(self, side: _Side, seed: int) -> list[Call]:
        rng = np.random.default_rng(seed)
        return [side.draw(rng) for _ in range(self.repeated)]


def _require_work(took: float, moving: float) -> None:
    if moving > took / 2:
        raise ValueError("there is too little to compute: to move inputs and results takes as long")
