"""The protocol between `grader cohort` and its grading processes. This module imports little, so that they start early.

A grading process reads lines of JSON: first a `Share`, then a `Task` for each submission. It answers each task by a
line. {"row": ...} is the row of the table; it has no points if the submission was only looked at. {"problem": "..."}
says that this submission could not be done. {"refused": "..."} says that nothing can be graded at all.
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
from grader.isolation.walls import identity

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
    """One submission to be graded; or one to be looked at, to find out what its reports would be made from."""

    name: str
    path: str
    grade: bool = True


def end_with(command: int) -> None:
    """End when the command with this process id ends, however it does, as nobody would read the results."""
    try:
        identity.die_with(command)
    except ProcessLookupError:  # it was killed while this process started
        sys.exit(1)


@contextmanager
def answers() -> Iterator[Say]:
    """Yields a function that answers whoever started this process. If nothing can be graded, it answers why.

    What checks print goes to standard error.
    """
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(**message: object) -> None:
        out.write(json.dumps(message) + "\n")
        out.flush()

    try:
        yield say
    except click.ClickException as error:
        say(refused=error.message)
