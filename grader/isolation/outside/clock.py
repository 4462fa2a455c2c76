"""Time: what a worker has used of its own, on however busy a machine, and what all checks may use together.

One rule decides. A worker's time runs from a request until the answer is here, except while the worker is ready to run
and the kernel gives the processor to others. Processor time counts in any case, as a worker could keep itself waiting
with threads of its own. `Clock` measures this, and `Budget` grants it.
"""

from collections.abc import Callable
from time import monotonic

from grader.isolation.outside.processor import Use

SHORTEST = 0.01  # s; less time than this counts as none
MOMENT = 0.05  # s, in which most processes that are ready to run get the processor
SECONDS_TO_READ = 1.0  # to read the largest answer, if it came in time while the grader did something else
LEAST = 0.25  # s that every check can count on: 25 times what a check of the reference takes
NOTHING = Use()


class Clock:
    """One worker's time, of which it has `seconds`. After `until`, as `time.monotonic` has it, waiting counts, too.

    `look` asks the kernel about the worker. That takes a while, so it is asked only once `seconds` have passed by the
    wall clock. `before` is what the worker had used when this clock was made.
    """

    def __init__(self, seconds: float, until: float, look: Callable[[], Use], before: Use = NOTHING) -> None:
        self.seconds = seconds
        self._until = until
        self._look = look
        self._before = before
        self._past = 0.0  # s, of requests that were answered
        self._since: float | None = None  # when the present request was sent
        self._to_read = 0.0

    def start(self) -> None:
        """Note that a request was sent."""
        self._since = monotonic()

    def stop(self) -> None:
        """Note that its answer has come."""
        self._past, self._since, self._to_read = self.wall, None, 0.0

    def find_answer(self) -> None:
        """Note that an answer has come, wholly or in part, at an unknown time.

        So the time since the request does not count, and reading the rest of the answer may take a moment.
        """
        self._since, self._to_read = monotonic(), SECONDS_TO_READ

    def left(self) -> float:
        """Seconds after which to look again.

        Raises:
            TimeoutError: if the time is used up.
        """
        if self._since is None:
            self.start()
        allowed = self.seconds + self._to_read
        left = allowed - self.wall
        if left < SHORTEST:
            left = min(self._really_left(allowed), self._until - monotonic())
        if left < SHORTEST:
            raise TimeoutError("the time was used up before all had come")
        return left

    @property
    def waiting(self) -> float:
        """Seconds since the present request."""
        return 0.0 if self._since is None else monotonic() - self._since

    @property
    def wall(self) -> float:
        """Seconds since each request until its answer, as if the worker never had to wait for the processor."""
        return self._past + self.waiting

    @property
    def used(self) -> float:
        """Seconds that count by the rule."""
        wall = self.wall
        return wall if wall < LEAST else min(self._own(wall, self._look()), self.seconds)

    def _really_left(self, allowed: float) -> float:
        """What is left by the rule; or a moment more, if the worker is ready to run.

        The kernel counts a wait only when it ends. A worker that has run for all its time gets no such moment.
        """
        wall, use = self.wall, self._look()  # wall first, as the grader itself may have to wait in between
        left = allowed - self._own(wall, use)
        return max(left, MOMENT) if use.is_ready and self._running(use) < allowed - SHORTEST else left

    def _running(self, use: Use) -> float:
        return use.running - self._before.running

    def _own(self, wall: float, use: Use) -> float:
        waiting = max(use.waiting - self._before.waiting, 0.0)
        return max(wall - min(waiting, wall), self._running(use))


class Budget:
    """What the checks of one assignment may use, on the clocks of their workers: `seconds` each, `total` together.

    Half of the total is divided evenly among the checks. Each is sure of its part, whatever the others use. The other
    half is common, and so is what a check leaves of its part; a check that needs more than its part takes it there.
    So a loop costs the checks that meet it and no other, and all end within the total, unless a part would be less than
    `LEAST`.

    Checks that have a limit of their own, all together `own`, are not among these `checks`: that time is set aside.
    """

    def __init__(self, seconds: float, total: float, checks: int, own: float = 0.0) -> None:
        total = max(total - own, 0.0)
        self._seconds = seconds
        self.left = total
        self._to_come = checks
        self._part = min(seconds, max(total / 2 / max(checks, 1), LEAST))

    def grant(self, own: float | None = None) -> float:
        """The time limit of the next check.

        It is taken out of the budget; `give_back` returns what the check does not use.

        A check with a limit of its own gets that.
        """
        if own is not None:
            return own
        self._to_come = max(self._to_come - 1, 0)
        granted = max(min(self._seconds, self.left - self._to_come * self._part), self._part)
        self.left -= granted
        return granted

    def give_back(self, seconds: float) -> None:
        """A check has ended that used so much less than it was granted."""
        self.left += seconds
