"""Where output goes: the screen, whatever its encoding, and files that are never half there."""

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click


def show(text: str) -> None:
    """Write to standard output, whatever its encoding; a reader that went away has seen enough.

    Raises:
        click.ClickException: if it cannot be written to.
    """
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # what is left in the buffer goes nowhere
        if not isinstance(error, BrokenPipeError):
            refuse("standard output", error.strerror)


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old content or the new, never a part; a device or pipe is written to as it is.

    Raises:
        click.ClickException: if it cannot be written.
    """
    path = Path(os.path.realpath(path))
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
            return
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            _write_whole(part, text)
            os.replace(part, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                part.unlink()
    except OSError as error:
        refuse(path, error.strerror)


def append(path: Path, text: Callable[[int], str]) -> None:
    """Add to a file that others write to as well; `text` is told how many bytes stand in it.

    Raises:
        click.ClickException: if it cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text(file.tell()))
    except OSError as error:
        refuse(path, error.strerror)


def _write_whole(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def refuse(place: Path | str, problem: str) -> NoReturn:
    """Raises click.ClickException: the place cannot be written, and why."""
    raise click.ClickException(f"{place} cannot be written: {problem}")
