"""What a process of `grader cohort` is told, and how it answers. This imports little, so that all of them start early.

In comes a line of JSON with a `Share`, then one with a `Task` for each submission. Out goes a line for each:
{"row": ...}, which has no points if the submission was only looked at; or {"problem": "..."} if that could not be done; or
{"refused": "..."} if nothing can be graded at all.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from grader.formats import EXTENSIONS
from grader.isolation import identity

Say = Callable[..., None]


@dataclass(frozen=True)
class Share:
    """How each submission is graded, and where its reports go."""

    folder: str
    forms: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    audience: str | None = None
    seed: int | None = None
    allow_unconfined: bool = False

    def files(self, name: str) -> list[tuple[str, Path]]:
        """Format and file of each report of a submission."""
        return [(form, Path(self.folder, f"{name}.{EXTENSIONS[form]}")) for form in self.forms]


@dataclass(frozen=True)
class Task:
    """One submission, to be graded; or only to be looked at: what would its reports be made from?"""

    name: str
    path: str
    grade: bool = True


def end_with(command: int) -> None:
    """End when the command with this process id does, however it does: nobody would hear what is found here."""
    try:
        identity.die_with(command)
    except ProcessLookupError:  # it was killed while this process started
        sys.exit(1)


@contextmanager
def answers() -> Iterator[Say]:
    """What says something to whoever started this process, who is also told why nothing can be graded; checks that print do so on standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(**message: object) -> None:
        out.write(json.dumps(message) + "\n")
        out.flush()

    try:
        yield say
    except click.ClickException as error:
        say(refused=error.message)
