"""policy.toml. Every key is optional. Without any, the score is the sum of the checks, whenever it was submitted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from grader.documents import first_breach_unless_known, parse_toml

SCHEMA = Path(__file__).with_name("schema.json")


class PolicyError(Exception):
    """policy.toml is wrong. The instructor has to mend it."""


@dataclass(frozen=True)
class Step:
    """Lateness of up to so many hours takes off this share."""

    hours: float
    share: float


@dataclass(frozen=True)
class Late:
    """What lateness takes off: the share `penalty` for each `per`, at most `most`, and nothing within the grace period.

    `form` "steps" counts an hour or day that has begun as a whole one, "linear" counts the part. `of` says what the
    share is taken of: the points "earned", or the "maximum". A fixed number of `points` for each `per` may be taken off
    instead, or besides. With `steps`, the share is that of the first step that reaches so far; after the last, it
    stays. What is later than `cutoff_hours` is worth nothing.
    """

    grace_minutes: float = 0.0
    penalty: float = 0.0
    per: str = "day"
    form: str = "steps"
    most: float = 1.0
    of: str = "earned"
    points: float = 0.0
    steps: tuple[Step, ...] = ()
    cutoff_hours: float | None = None


@dataclass(frozen=True)
class Early:
    """Whoever submits so many hours before the due date gets this share of the points earned on top."""

    hours: float = 0.0
    bonus: float = 0.0


@dataclass(frozen=True)
class Term:
    """What holds for several assignments together.

    Each person has so many late days in stock (`people`: by e-mail address), of which at most `days_at_once` are used
    for one assignment. The lowest assignments are left out, by the share of their maximum.
    """

    late_days: int = 0
    days_at_once: int | None = None
    people: Mapping[str, int] = field(default_factory=dict)
    drop_lowest: int = 0


@dataclass(frozen=True)
class Submissions:
    """How many submissions are graded in 24 hours and in all; None means any number.

    `keep` says which one counts: "latest" or "best".
    """

    per_day: int | None = None
    total: int | None = None
    keep: str = "latest"


@dataclass(frozen=True)
class Points:
    """How checks become a score. Patterns are as for file names: "03/hidden/*", "*/CrossEntropyLoss/*"."""

    all_or_nothing: tuple[str, ...] = ()  # the checks of one pattern earn all their points together, or none
    drop_lowest: int = 0  # so many checks are left out: those whose removal helps the student most
    extra_credit: tuple[str, ...] = ()  # these checks add to the score and not to the maximum
    at_most: float = 1.0  # times the maximum: what extra credit can lift the score to


@dataclass(frozen=True)
class Policy:
    """All rules.

    `extensions` are hours by e-mail address. `hidden_checks` says when Gradescope shows hidden checks, if their author
    did not; after `hidden_until` graded submissions, they are visible to that person.
    """

    late: Late = Late()
    extensions: Mapping[str, float] = field(default_factory=dict)
    submissions: Submissions = Submissions()
    points: Points = Points()
    hidden_checks: str = "visible"
    hidden_until: int | None = None
    early: Early = Early()
    term: Term = Term()


def read_policy(path: Path) -> Policy:
    """Read policy.toml.

    Raises:
        PolicyError: naming the file and the key that is wrong.
    """
    try:
        return parse_policy(path.read_text(encoding="utf-8"), path)
    except OSError as error:
        raise PolicyError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path}: {error}") from error


def parse_policy(text: str, path: Path = Path("policy.toml")) -> Policy:
    """What the text of policy.toml says. `path` is where it is from.

    Raises:
        PolicyError: naming the file and the key that is wrong.
    """
    try:
        data = parse_toml(text)
    except ValueError as error:  # not TOML, or a number that is not finite
        raise PolicyError(f"{path}: {error}") from error
    _validate(path, data)
    points = {key: tuple(value) if isinstance(value, list) else value for key, value in data.get("points", {}).items()}
    term = data.get("term", {})
    people = {email.lower(): days for email, days in term.get("people", {}).items()}
    return Policy(
        late=_late(path, data.get("late", {})),
        early=Early(**data.get("early", {})),
        term=Term(**term | {"people": people}),
        extensions={email.lower(): hours for email, hours in data.get("extensions", {}).items()},
        submissions=Submissions(**data.get("submissions", {})),
        points=Points(**points),
        **data.get("show", {}),
    )


def _late(path: Path, data: dict[str, Any]) -> Late:
    steps = tuple(Step(**step) for step in data.get("steps", ()))
    if steps and "penalty" in data:
        raise PolicyError(f"{path}: late: it has both penalty and steps; only one of them can say what is taken off")
    if any(a.hours >= b.hours or a.share > b.share for a, b in pairwise(steps)):
        raise PolicyError(f"{path}: late.steps: each step needs more hours than the one before, and no smaller share")
    return Late(**data | {"steps": steps})


def _validate(path: Path, data: dict[str, Any]) -> None:
    if breach := first_breach_unless_known(data, SCHEMA):
        place, problem = breach
        raise PolicyError(f"{path}: {place or 'policy'}: {problem}")
