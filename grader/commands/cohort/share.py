"""The protocol between `grader cohort run` and its grading processes. It imports little, so that they start early.

A grading process reads lines of JSON: first a `Share`, then a `Task` for each submission. It answers each task by a
line. {"submission": ...} is the digest of a submission that was only looked at. With {"report": ...}, it was graded.
{"problem": "..."} says that this submission could not be read. {"refused": "..."} says that nothing can be graded.
"""

import json
import os
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

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
    """One submission to be graded; or one to be looked at, to find out its digest.

    `content` is the submission itself, if it was read before, see `packed`. Otherwise it is read from `path`.
    """

    name: str
    path: str
    grade: bool = True
    content: dict[str, Any] | None = None


def packed(files: Mapping[str, bytes], notices: Sequence[str]) -> dict[str, Any]:
    """A submission that was read, in a form that lines of JSON can have."""
    return {"files": {path: b64encode(data).decode() for path, data in files.items()}, "notices": list(notices)}


def unpacked(content: Mapping[str, Any]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The files and the notices of a submission, from what `packed` made of them."""
    return {path: b64decode(text) for path, text in content["files"].items()}, tuple(content["notices"])


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
