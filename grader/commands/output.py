"""Where output goes: the screen, whatever its encoding, and files that are never half there."""

import contextlib
import fcntl
import hashlib
import os
import secrets
import sys
from collections.abc import Callable, Iterator
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


@contextlib.contextmanager
def status_line(text: str) -> Iterator[Callable[[str], None]]:
    """A line on a terminal that says how far it is, and what changes it; nothing elsewhere, whatever FORCE_COLOR says."""
    if sys.stderr.isatty():
        from rich.console import Console

        console = Console(stderr=True)
        if not console.is_dumb_terminal:
            with console.status(text, spinner="line") as status:
                yield status.update
            return
    yield lambda _text: None


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old content or the new, never a part; a device or pipe is written to as it is.

    Raises:
        click.ClickException: if it cannot be written.
    """
    try:
        path = Path(os.path.realpath(path))
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
            return
        part = beside(path, f"{secrets.token_hex(4)}.part")  # containers that share a folder have the same process ids
        try:
            _write_whole(part, text)
            os.replace(part, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                part.unlink()
    except OSError as error:
        refuse(path, error.strerror)


def beside(path: Path, ending: str) -> Path:
    """A hidden file in the same folder, whose name is short enough whatever the other's length; the same one each time."""
    name = (
        path.name if len(os.fsencode(path.name)) <= 200 else hashlib.sha256(os.fsencode(path.name)).hexdigest()
    )  # of 255 bytes
    return path.with_name(f".{name}.{ending}")


@contextlib.contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Keep a file from being written by two gradings at once, by a lock beside it: the later one would take the results of the other away.

    Raises:
        click.ClickException: if another has it, or if it cannot be written.
    """
    path = Path(os.path.realpath(path))
    if os.path.exists(path) and not os.path.isfile(path):  # a device or pipe
        yield
        return
    lock = beside(path, "lock")
    try:
        descriptor = _locked(lock)
    except BlockingIOError as error:
        raise click.ClickException(
            f"{path} is being written by another run of the grader; wait for it, or name another file"
        ) from error
    except OSError as error:
        refuse(path, error.strerror)
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            lock.unlink()
        os.close(descriptor)


def _locked(lock: Path) -> int:
    """A descriptor of the file, locked until it is closed or this process ends; where a file system knows no locks, it is just a descriptor."""
    while True:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(descriptor), lock.stat()):
                return descriptor
        except BlockingIOError:
            os.close(descriptor)
            raise
        except FileNotFoundError:
            pass
        except OSError:
            return descriptor
        os.close(descriptor)  # whoever had it took the file away in between


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
