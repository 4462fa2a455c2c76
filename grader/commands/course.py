"""Finds the course that a command is about.

It is the one named by --course, or the one that the grader is part of, or the one in the working directory or above it.
The checks and the reference of a course run with all rights of whoever grades. Anybody could put a course into a folder
above, such as /tmp. So a course that was found and not named must belong to this user.
"""

import functools
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

OWN = Path(__file__).resolve().parents[2]  # the repository, unless the grader was installed with `pip install .`


def with_course(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the course's folder as its first argument. The context's object is what --course named."""

    @functools.wraps(command)
    def found(*arguments: Any, **options: Any) -> Any:
        return command(click.get_current_context().obj or found_course(), *arguments, **options)

    return found


def found_course() -> Path:
    """The course that the grader is part of, or else the nearest one above the working directory.

    Raises:
        click.ClickException: if there is none, or if it belongs to somebody else.
    """
    if _is_course(OWN):
        return OWN
    here = Path.cwd()
    for folder in (here, *here.parents):
        if _is_course(folder):
            return _own(folder)
    raise click.ClickException(
        f"there is no course here: neither {here} nor a folder above it has assignments/ and reference/."
        " Go to the course's folder, or name it before the verb: grader --course FOLDER grade ..."
    )


def _is_course(folder: Path) -> bool:
    return (folder / "assignments").is_dir() and (folder / "reference").is_dir()


def _own(folder: Path) -> Path:
    for part in (folder, folder / "assignments", folder / "reference"):
        if not _is_mine(part):
            raise click.ClickException(
                f"the course found in {folder} is another user's, and its checks would run as you."
                f" If you trust it, name it before the verb: grader --course {folder} grade ..."
            )
        if part != folder and part.stat().st_mode & stat.S_IWOTH:
            raise click.ClickException(
                f"anybody can write into {part}, and its checks would run as you. Take that right away (chmod o-w),"
                f" or name the course before the verb: grader --course {folder} grade ..."
            )
    return folder


def _is_mine(part: Path) -> bool:
    """Whether a folder belongs to this user or to root.

    If it is a symbolic link, the link must do so, too: another user's link could lead to a submission of this user's.
    """
    return {part.lstat().st_uid, part.stat().st_uid} <= {os.getuid(), 0}
