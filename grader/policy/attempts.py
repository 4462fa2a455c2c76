"""Several submissions of the same person or group: which are graded, and which of them counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from grader.policy.rules import Submissions

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Attempt:
    """An earlier submission: when it was made, and its score.

    `graded` submissions count against the limits.
    """

    time: datetime
    score: float
    graded: bool = True


def refusal(attempts: Sequence[Attempt], now: datetime, rules: Submissions) -> str | None:
    """Why a submission made at `now` is not graded, in a sentence for the student; None if it is graded.

    The 24 hours end at `now`, the time of the submission. So if it is graded again a month later, the answer is the
    same.
    """
    earlier = sorted(a.time for a in attempts if a.graded and a.time < now)
    if rules.total is not None and len(earlier) >= rules.total:
        return f"This submission was not graded: {_times(rules.total)} in all may be graded, and they are used up."
    recent = [time for time in earlier if time > now - DAY]
    if rules.per_day is not None and len(recent) >= rules.per_day:
        again = (recent[-rules.per_day] + DAY).astimezone(now.tzinfo)
        return (
            f"This submission was not graded: {_times(rules.per_day)} may be graded in 24 hours, and they are used up."
            f" The next one can be from {again:%Y-%m-%d %H:%M:%S} (UTC{again:%z}) on."
        )
    return None


def best(attempts: Sequence[Attempt]) -> Attempt | None:
    """The submission with the highest score; if several have it, the first."""
    return max(attempts, key=lambda a: a.score, default=None)


def standing(attempts: Sequence[Attempt], rules: Submissions) -> Attempt | None:
    """The earlier submission whose score counts as long as the new one is not graded: the best, or the latest graded.

    A later submission that was not graded has that score, too; or a higher one, if more was found before the grader
    failed.
    """
    if rules.keep == "best":
        return best(attempts)
    latest = max((a.time for a in attempts if a.graded), default=None)
    return best([a for a in attempts if latest is None or a.time >= latest])


def _times(count: int) -> str:
    return "1 submission" if count == 1 else f"{count} submissions"
