"""submission_metadata.json: what Gradescope says about a submission.

The reader leaves out whatever is missing or strange in it, and names it. For the keys see "Submission Metadata" in
Gradescope's documentation. Real files have two keys more: `users[].assignment`, with the due dates of one person and so
every extension, and `autograder_error`.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from grader.policy import Attempt, Member

SAME = timedelta(seconds=1)  # Gradescope writes the same moment with more digits in one place than in another
MAX_SIZE = 50 << 20  # bytes; the file contains earlier results.json, each of at most one million


@dataclass(frozen=True)
class Metadata:
    """When it was submitted, by whom, and what was submitted before. `problems` are sentences for instructors."""

    created_at: datetime | None = None
    members: tuple[Member, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    refused: tuple[datetime, ...] = ()  # times of earlier submissions that were not graded
    previous: dict[str, Any] | None = None  # the latest results.json
    visibilities: frozenset[str] = frozenset()  # those of its tests
    problems: tuple[str, ...] = ()


def read_metadata(path: Path) -> Metadata:
    """Read the file. Whatever it contains, there is a result."""
    try:
        if path.stat().st_size > MAX_SIZE:
            return Metadata(problems=(f"{path.name} is too large to be read",))
        data = json.loads(path.read_text(encoding="utf-8", errors="replace"))
    except (OSError, ValueError, RecursionError) as error:
        return Metadata(problems=(f"{path.name} cannot be read: {type(error).__name__}",))
    return understand(data)


def understand(data: Any) -> Metadata:
    """What the content of the file says."""
    data = _table(data)
    created_at = moment(data.get("created_at"))
    members = tuple(_members(data))
    earlier = [_table(entry) for entry in _list(data.get("previous_submissions"))]
    previous = _latest_results(earlier)
    refused = _refused(previous)
    problems = [
        *(["created_at is not known, so nothing depends on the time of the submission"] if created_at is None else []),
        *(["there is no due date"] if not any(m.due for m in members) else []),
    ]
    return Metadata(
        created_at=created_at,
        members=members,
        attempts=tuple(_attempts(earlier, refused)),
        refused=refused,
        previous=previous,
        visibilities=frozenset(_visibilities(_table(previous))),
        problems=tuple(problems),
    )


def moment(text: Any) -> datetime | None:
    """A time with its offset, or in UTC if it has none. None if it is no time, or not of a year from 1990 to 2500."""
    try:
        time = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)) if 1990 <= time.year <= 2500 else None


def _members(data: dict[str, Any]) -> Iterator[Member]:
    """Everybody who submitted, each with a due date: their own, or else the assignment's.

    Without users in the file, it is one person without a name.
    """
    general = moment(_table(data.get("assignment")).get("due_date"))
    for user in map(_table, _list(data.get("users")) or [{}]):
        own = moment(_table(user.get("assignment")).get("due_date"))
        yield Member(str(user.get("email") or ""), own or general)


def _attempts(earlier: list[dict[str, Any]], refused: tuple[datetime, ...]) -> Iterator[Attempt]:
    """Earlier submissions. One that was refused, or failed by our fault or Gradescope's, is not `graded`."""
    for entry in earlier:
        time, score = moment(entry.get("submission_time")), entry.get("score")
        if time is None:
            continue
        failed = entry.get("autograder_error") is True or _extra(entry.get("results")).get("finished") is False
        graded = not failed and not any(abs(time - other) < SAME for other in refused)
        yield Attempt(time, _finite(score), graded)


def _latest_results(earlier: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The results of the latest submission that has any."""
    found = [entry["results"] for entry in earlier if isinstance(entry.get("results"), dict)]
    return found[-1] if found else None


def _visibilities(results: dict[str, Any]) -> Iterator[str]:
    for test in map(_table, _list(results.get("tests"))):
        yield str(test.get("visibility", results.get("visibility", "visible")))


def _refused(previous: Any) -> tuple[datetime, ...]:
    """The times of refused submissions, as our own results name them.

    Gradescope cannot tell a submission that was not graded from one that was.
    """
    times = map(moment, _list(_extra(previous).get("refused")))
    return tuple(time for time in times if time)


def _extra(results: Any) -> dict[str, Any]:
    return _table(_table(results).get("extra_data"))


def _finite(number: Any) -> float:
    """A score. Gradescope writes points as strings, so these count too. Anything that is no number counts as zero."""
    try:
        value = float(number)
    except (TypeError, ValueError, OverflowError):
        return 0.0
    return value if math.isfinite(value) else 0.0


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
