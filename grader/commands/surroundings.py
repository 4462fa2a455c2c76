"""The state of the machine that the command line needs.

These are standard streams, file descriptors, a working directory, and room on the disk. A sentence says what is
missing.
"""

import codecs
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import suppress

import click

DESCRIPTORS = 1024  # the usual soft limit; thirty-two workers at once need about a hundred
# Errors that say that the machine lacks something. They are neither the submission's fault nor a bug.
_DESCRIPTORS = (errno.EMFILE, errno.ENFILE)
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)
_NAMES = (errno.ENAMETOOLONG, errno.ELOOP)


def prepare_surroundings() -> None:
    """Make do with unusual streams and low limits, as far as possible."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        _make_writable(stream)
    _allow_descriptors()


def require_working_directory() -> None:
    """Raise click.ClickException if the working directory was deleted: relative paths would mean nothing."""
    try:
        os.getcwd()
    except FileNotFoundError:
        raise click.ClickException("the working directory was deleted; go to another one and try again") from None


def what_is_lacking(error: BaseException) -> str:
    """What the machine could not provide, if that caused the error; "" otherwise."""
    return next(filter(None, map(_lacking, _chain(error))), "")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and those that led to it."""
    seen: list[BaseException] = []
    while error and error not in seen:
        yield error
        seen.append(error)
        error = error.__cause__ or error.__context__


def _lacking(error: BaseException) -> str:
    number = error.errno if isinstance(error, OSError) else None
    too_few = os.strerror(errno.EMFILE) in str(error)  # an error of another process has its cause only as text
    if number in _DESCRIPTORS or too_few:
        needed = f"ulimit -n says {_limit()}, about a hundred are needed"
        return f"this process may not open enough files ({needed}); what was written before stays"
    if number in _DISK:
        screen = _last_module(error).partition(".")[0] == "click"  # click writes to the screen only
        return f"{error.filename or ('standard output' if screen else 'a file')} cannot be written: {error.strerror}"
    if number in _NAMES:
        return f"{error.filename}: {error.strerror}"
    return ""


def _open_closed_streams() -> None:
    """Open standard streams that the caller has closed. Else a connection of ours would get the number of one."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _make_writable(stream: object) -> None:
    """Make a stream able to write any text.

    PYTHONIOENCODING can name an encoding that has no replacement character, or an error handler that does not exist.
    """
    with suppress(AttributeError):  # another object than a text stream of Python's
        try:
            codecs.lookup_error(stream.errors)
            "\N{BULLET}".encode(stream.encoding, "backslashreplace")
        except (LookupError, UnicodeError):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _allow_descriptors() -> None:
    """Raise the soft limit of open files as far as the system lets this user."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY and soft < DESCRIPTORS:
            most = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _limit() -> str:
    import resource

    return str(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _last_module(error: BaseException) -> str:
    """The module in which the error was raised."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace.tb_frame.f_globals.get("__name__", "") if trace else ""
