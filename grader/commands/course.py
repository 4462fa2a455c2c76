"""Which course a command is about: the one that is named, that which the grader is part of, or that in the working directory or above it.

A course's checks and reference run with all rights of whoever grades. So a course that was found, not named, has to belong to this user, as anybody
could have put one into a folder above, /tmp for instance.
"""

import functools
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

OWN = Path(__file__).resolve().parents[2]  # the repository, unless the grader was installed without it


def with_course(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the course's folder as its first argument; what --course said is the context's object."""

    @functools.wraps(command)
    def found(*arguments: Any, **options: Any) -> Any:
        return command(click.get_current_context().obj or found_course(), *arguments, **options)

    return found


def found_course() -> Path:
    """The course that the grader is part of, or else the nearest one above.

    Raises:
        click.ClickException: if there is none, or if it is somebody else's.
    """
    if _is_course(OWN):
        return OWN
    here = Path.cwd()
    for folder in (here, *here.parents):
        if _is_course(folder):
            return _own(folder)
    raise click.ClickException(
        f"there is no course here: neither {here} nor a folder above it has assignments/ and reference/. Go to the course's folder, or name it"
        " before the verb: grader --course FOLDER grade ..."
    )


def _is_course(folder: Path) -> bool:
    return (folder / "assignments").is_dir() and (folder / "reference").is_dir()


def _own(folder: Path) -> Path:
    for part in (folder, folder / "assignments", folder / "reference"):
        if not _is_mine(part):
            raise click.ClickException(
                f"the course found in {folder} is another user's, and its checks would run as you. If you trust it, name it before the verb:"
                f" grader --course {folder} grade ..."
            )
        if part != folder and part.stat().st_mode & stat.S_IWOTH:
            raise click.ClickException(
                f"anybody can write into {part}, and its checks would run as you. Take that right away (chmod o-w), or name the course before"
                f" the verb: grader --course {folder} grade ..."
            )
    return folder


def _is_mine(part: Path) -> bool:
    """Whether a folder belongs to this user, or to root; and so does the link, if it is one: it could lead to a submission of this user's."""
    return {part.lstat().st_uid, part.stat().st_uid} <= {os.getuid(), 0}
