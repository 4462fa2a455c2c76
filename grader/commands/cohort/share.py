"""The protocol between `grader cohort run` and its grading processes. It imports little, so that they start early.

A grading process reads lines of JSON: first a `Share`, then a `Task` for each submission. It answers each task by a
line. {"submission": ...} is the digest of a submission that was only looked at. With {"report": ...}, it was graded.
{"problem": "..."} says that this submission could not be read. {"refused": "..."} says that nothing can be graded.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from grader.isolation.walls import identity

Say = Callable[..., None]


@dataclass(frozen=True)
class Share:
    """How each submission is graded."""

    numbers: tuple[str, ...] = ()
    seed: int | None = None
    allow_unconfined: bool = False


@dataclass(frozen=True)
class Task:
    """One submission to be graded; or one to be looked at, to find out its digest."""

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
