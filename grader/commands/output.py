"""Output: to the screen, whatever its encoding, and to files, which are replaced as a whole."""

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
    """Write to standard output, whatever its encoding. It is no error if its reader has closed the pipe.

    Raises:
        click.ClickException: if it cannot be written to.
    """
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # so that flushing the buffer at exit cannot fail
        if not isinstance(error, BrokenPipeError):
            refuse("standard output", error.strerror)


@contextlib.contextmanager
def status_line(text: str) -> Iterator[Callable[[str], None]]:
    """A line on a terminal that shows progress. Yields a function that changes it.

    If standard error is no terminal, nothing is shown, whatever FORCE_COLOR says.
    """
    if sys.stderr.isatty():
        from rich.console import Console

        console = Console(stderr=True)
        if not console.is_dumb_terminal:
            with console.status(text, spinner="line") as status:
                yield status.update
            return
    yield lambda _text: None


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees either the old content or the new one. A device or pipe is written directly.

    Raises:
        click.ClickException: if it cannot be written.
    """
    try:
        path = Path(os.path.realpath(path))
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
            return
        part = beside(path, f"{secrets.token_hex(4)}.part")  # process ids repeat in containers that share a folder
        try:
            _write_whole(part, text)
            os.replace(part, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                part.unlink()
    except OSError as error:
        refuse(path, error.strerror)


def beside(path: Path, ending: str) -> Path:
    """The path of a hidden file in the same folder, the same each time. Its name is never too long."""
    name = os.fsencode(path.name)
    short = path.name if len(name) <= 200 else hashlib.sha256(name).hexdigest()  # disks allow 255 bytes
    return path.with_name(f".{short}.{ending}")


@contextlib.contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Lock a file, so that no other grading writes it: the later one would destroy the results of the earlier one.

    The lock is a file beside it.

    Raises:
        click.ClickException: if another grading has it, or if it cannot be written.
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
    """A descriptor of the lock file. It stays locked until it is closed or this process ends.

    On a file system without locks, it is just a descriptor.
    """
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
        os.close(descriptor)  # another grading removed this lock file in between


def append(path: Path, text: Callable[[int], str]) -> None:
    """Append to a file that other programs append to as well. `text` is called with the number of bytes already in it.

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
    """Raise click.ClickException: the place cannot be written, and why."""
    raise click.ClickException(f"{place} cannot be written: {problem}")
