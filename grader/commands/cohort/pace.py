"""How far a cohort is: how many are graded, how long the others will take, and whom the grader is at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from grader.submission.words import listed


@dataclass
class Pace:
    """Says after each beginning and end how far it is. `total` submissions are to be graded in this run."""

    total: int
    say: Callable[[str], None]
    clock: Callable[[], float] = monotonic
    done: int = 0
    at: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._begun = self.clock()

    def begin(self, name: str) -> None:
        """A submission is being graded now."""
        self.at.append(name)
        self.say(self.told())

    def end(self, name: str) -> None:
        """A submission has been graded."""
        self.done += 1
        if name in self.at:
            self.at.remove(name)
        self.say(self.told())

    def told(self) -> str:
        """One line: "graded: 12 of 40, about 3 min left; now: ada, bob"."""
        now = f"; now: {listed(self.at)}" if self.at else ""
        return f"graded: {self.done} of {self.total}{self._left()}{now}"

    def _left(self) -> str:
        """The time left, if all others take as long as these did on average; nothing before one has ended."""
        if not self.done or self.done >= self.total:
            return ""
        seconds = (self.clock() - self._begun) / self.done * (self.total - self.done)
        if seconds < 60:
            return f", about {max(seconds, 1):.0f} s left"
        hours, minutes = divmod(round(seconds / 60), 60)
        return f", about {f'{hours} h ' * bool(hours)}{minutes} min left"
