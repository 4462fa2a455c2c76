"""What a process of `grader cohort` is told, and how it answers. This imports little, so that all of them start early.

In comes a line of JSON with a `Share`, then one with a path for each submission; out goes a line for each: {"row": ...}, or {"problem": "..."} if
it could not be graded, or {"refused": "..."} if nothing can be graded at all.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from grader.formats import EXTENSIONS

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
