"""One row for everything that was handed in, and for everybody who handed in nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """What became of a submission."""

    GRADED = "graded"
    STALE = "stale"  # it has a result, but one that would be another now
    WAITING = "waiting"  # it will be graded by the next run
    ABSENT = "absent"  # the class list has this person, and nothing was handed in
    REFUSED = "refused"  # by a limit of the policy
    EARLIER = "earlier attempt"  # only the last one of each person is graded
    UNREADABLE = "unreadable"
    OURS = "ours"  # the grader itself failed


@dataclass(frozen=True)
class Person:
    """Who handed in a submission. Of a group, all names, ids and addresses, with a semicolon between.

    `due` is this person's own due date, if a class list says one.
    """

    name: str = ""
    id: str = ""
    email: str = ""
    login: str = ""
    due: datetime | None = None


NOBODY = Person()


@dataclass(frozen=True)
class Row:
    """Something that was handed in, and its result, if it has one.

    `name` is unique in a run, `path` is where it lies ("" if nothing lies anywhere). `history` has earlier attempts of
    which only time and score are known. `note` says why there is no result, or is the first notice of the report.
    `result` is the number of the result in the store.
    """

    name: str
    path: str = ""
    person: Person = NOBODY
    submitted: datetime | None = None
    due: datetime | None = None
    late: bool = False
    attempt: int = 0
    history: tuple[tuple[datetime, float], ...] = ()
    state: State = State.WAITING
    note: str = ""
    result: int | None = None
    earned: float | None = None
    points: float | None = None
    withheld: float = 0.0
    seconds: float | None = None
    by_assignment: Mapping[str, float] = field(default_factory=dict)

    @property
    def who(self) -> str:
        """The key of the person: all attempts with the same one are of the same person."""
        person = self.person
        return person.id or person.email or person.login or person.name or self.name

    @property
    def order(self) -> tuple[float, int, str]:
        """Later attempts come later: by time, then by number, then by name."""
        return (self.submitted.timestamp() if self.submitted else 0.0, self.attempt, self.name)
