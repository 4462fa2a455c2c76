"""`raises`: like pytest's, but it also works for code in another process, and a stub does not satisfy it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from grader.compare import Mismatch

# These say that there is no code yet that could raise: a stub, or a file that could not be imported.
NOT_THERE = {"builtins.NotImplementedError", "grader.isolation.inside.package.BlockedError"}


_frameworks: list[Any] = []  # the frameworks under test, in this process or another


@contextmanager
def under_test(framework: Any) -> Iterator[Any]:
    """Have every `raises` separate what this framework was asked before its block from what the block asks."""
    _frameworks.append(framework)
    try:
        yield framework
    finally:
        _frameworks.remove(framework)


def finish() -> None:
    """Do all calls that still wait for a round trip. Raises what the framework's code raises."""
    for framework in _frameworks:
        framework.finish()


@contextmanager
def raises(*classes: type[BaseException], doing: str, naming: tuple[object, ...] = ()) -> Iterator[None]:
    """Expect the block to raise one of `classes` or a subclass.

    Calls that still wait for a round trip are done before the block. Calls that wait at its end belong to it.

    Args:
        classes: what may be raised. NotImplementedError is a RuntimeError, but never counts, as a stub raises it.
        doing: what the block does, for the message, e.g. "Linear(5, 3) given an input of shape (7, 4)".
        naming: values whose text the exception's message has to contain, e.g. two shapes. Spaces and kinds of brackets
            do not matter.

    Raises:
        Mismatch: if nothing or something else was raised, or if the message lacks a value.
    """
    wanted = " or ".join(cls.__name__ for cls in classes)
    finish()
    try:
        yield
        finish()
    except Exception as error:
        names, message = identity(error)
        if not NOT_THERE.isdisjoint(names) or not names:
            raise
        if any(f"{cls.__module__}.{cls.__qualname__}" in names for cls in classes):
            _require_names(message, naming, doing)
            return
        found = ": ".join(part for part in (names[0].rpartition(".")[2], message) if part)
        raise Mismatch(
            "Another exception than the expected one was raised.", f"{doing} should raise {wanted}, but raised {found}"
        ) from error
    else:
        raise Mismatch("No exception was raised.", f"{doing} should raise {wanted}, but raised nothing")


def identity(error: Exception) -> tuple[list[str], str]:
    """The names of an exception's classes, and its message.

    The exception is one of this process, or one reported from another (`faults.StudentError`). There are no names if
    the student's code raised nothing.
    """
    if hasattr(error, "types"):
        return error.types, error.message  # type: ignore[attr-defined]
    if hasattr(error, "outcome") or isinstance(error, Mismatch):  # the process died, the time is over; a check's own
        return [], ""
    return [f"{c.__module__}.{c.__qualname__}" for c in type(error).__mro__], str(error)


def _require_names(message: str, naming: tuple[object, ...], doing: str) -> None:
    missing = [str(name) for name in naming if _bare(str(name)) not in _bare(message)]
    if missing:
        raise Mismatch(
            "The exception's message does not name what it should.",
            f"{doing}: the message of the exception should name {' and '.join(missing)}, but is {message!r}",
        )


def _bare(text: str) -> str:
    """The text without spaces, and with shapes written alike: "(7,4)" for "[7, 4]", "(5)" for "(5,)"."""
    return "".join(text.split()).translate(str.maketrans("[]", "()")).replace(",)", ")")
