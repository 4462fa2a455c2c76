"""What the command line stands on: standard streams, descriptors, a working directory, room on the disk. What is lacking is said in a sentence."""

import codecs
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import suppress

import click

DESCRIPTORS = 1024  # what systems usually allow at first; thirty-two workers at once need about a hundred
# What a machine lacks is neither the submission's fault nor a bug.
_DESCRIPTORS = (errno.EMFILE, errno.ENFILE)
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)
_NAMES = (errno.ENAMETOOLONG, errno.ELOOP)


def prepare_surroundings() -> None:
    """Make do with odd ones as far as that can be."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        _make_writable(stream)
    _allow_descriptors()


def require_working_directory() -> None:
    """Raises click.ClickException: it was deleted, so no path that was given means anything."""
    try:
        os.getcwd()
    except FileNotFoundError:
        raise click.ClickException("the working directory was deleted; go to another one and try again") from None


def what_is_lacking(error: BaseException) -> str:
    """What the machine could not give, if that is why; "" for any other reason."""
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
    if number in _DESCRIPTORS or os.strerror(errno.EMFILE) in str(
        error
    ):  # what came from another process has its cause as text alone
        return f"this process may not open enough files (ulimit -n says {_limit()}, about a hundred are needed); what was written before stays"
    if number in _DISK:
        screen = _last_module(error).partition(".")[0] == "click"  # which writes nothing else
        return f"{error.filename or ('standard output' if screen else 'a file')} cannot be written: {error.strerror}"
    if number in _NAMES:
        return f"{error.filename}: {error.strerror}"
    return ""


def _open_closed_streams() -> None:
    """Let no connection of ours be taken for a standard stream that the caller closed: it would get the same number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _make_writable(stream: object) -> None:
    """PYTHONIOENCODING can name an encoding that cannot replace what it does not have, or a way to replace that does not exist."""
    with suppress(AttributeError):  # not a stream of Python's own
        try:
            codecs.lookup_error(stream.errors)
            "\N{BULLET}".encode(stream.encoding, "backslashreplace")
        except (LookupError, UnicodeError):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _allow_descriptors() -> None:
    """Use what the system lets this user have."""
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
    """The module in which it was raised."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace.tb_frame.f_globals.get("__name__", "") if trace else ""
