"""What `grader cohort run` was asked to do."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

import click

from grader.cohort.rows import Row
from grader.commands.cohort.share import Share
from grader.policy import Policy, PolicyError, read_policy


@dataclass(frozen=True)
class Asked:
    """The arguments and options. `shard` is (i, n): only the i-th of n parts of the class."""

    source: Path
    folder: Path
    share: Share
    forms: tuple[str, ...] = ("json",)
    audience: str | None = None
    jobs: int = 1
    cluster: str | None = None
    roster: Path | None = None
    policy: Path | None = None
    due: datetime | None = None
    attempts: str | None = None
    only: tuple[str, ...] = ()
    limit: int | None = None
    retry: tuple[str, ...] = ()
    again: bool = False
    shard: tuple[int, int] = (1, 1)

    @property
    def called(self) -> str:
        """The source as the store names it, with the part of it."""
        part = f" (part {self.shard[0]}/{self.shard[1]})" if self.shard[1] > 1 else ""
        return f"{self.source}{part}"

    def wants(self, row: Row) -> bool:
        """Whether --only allows to grade this row now."""
        who = row.person
        names = (row.name, who.name, who.id, who.email, who.login)
        return not self.only or any(fnmatchcase(name, pattern) for name in names for pattern in self.only)

    def has(self, row: Row) -> bool:
        """Whether a row is in this shard. All attempts of a person are in the same one, on any machine."""
        number = int.from_bytes(hashlib.sha256(row.who.encode("utf-8", "surrogatepass")).digest()[:8], "big")
        return number % self.shard[1] == self.shard[0] - 1


def policy_of(path: Path | None) -> tuple[str, Policy]:
    """The text of a policy.toml, and what it says. Without one, all checks are added up.

    Raises:
        click.ClickException: if it is wrong.
    """
    if path is None:
        return "", Policy()
    try:
        return path.read_text(encoding="utf-8"), read_policy(path)
    except (OSError, UnicodeDecodeError, PolicyError) as error:
        raise click.ClickException(f"{error}") from error
