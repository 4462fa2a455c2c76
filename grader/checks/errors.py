"""`raises`: like pytest's, for code in this process or another, and not fooled by a stub."""

from collections.abc import Iterator
from contextlib import contextmanager

from grader.compare import Mismatch


@contextmanager
def raises(
    *classes: type[BaseException], doing: str, naming: tuple[object, ...] = ()
) -> Iterator[None]:
    """Expect the block to raise one of `classes` or a subclass.

    Args:
        classes: what may be raised. NotImplementedError never counts, although it is a RuntimeError: it says that nothing is written yet.
        doing: what the block does, for the message, e.g. "Linear(5, 3) given an input of shape (7, 4)".
        naming: values whose text the exception's message has to contain, e.g. two shapes.

    Raises:
        Mismatch: if nothing or something else was raised, or the message lacks a name.
    """
    wanted = " or ".join(cls.__name__ for cls in classes)
    try:
        yield
    except Exception as error:
        names, message = _identity(error)
        if _counts(names, classes):
            _require_names(message, naming, doing)
            return
        if names is None or "builtins.NotImplementedError" in names or not _is_foreign(error):
            raise
        raise Mismatch(
            "Another exception than the expected one was raised.",
            f"{doing} should raise {wanted}, but raised {names[0].rpartition('.')[2]}: {message}",
        ) from error
    else:
        raise Mismatch("No exception was raised.", f"{doing} should raise {wanted}, but raised nothing")


def _identity(error: Exception) -> tuple[list[str] | None, str]:
    """Names of the classes of an exception, here or as reported from another process (`faults.StudentError`)."""
    if hasattr(error, "types"):
        return error.types, error.message  # type: ignore[attr-defined]
    if hasattr(error, "outcome"):  # another fault: the process died, the time is over
        return None, ""
    return [f"{c.__module__}.{c.__qualname__}" for c in type(error).__mro__], str(error)


def _is_foreign(error: Exception) -> bool:
    """Whether the exception may be the code's under test; a `Mismatch` is the check's own."""
    return not isinstance(error, Mismatch)


def _counts(names: list[str] | None, classes: tuple[type[BaseException], ...]) -> bool:
    if names is None or "builtins.NotImplementedError" in names:
        return False
    return any(f"{cls.__module__}.{cls.__qualname__}" in names for cls in classes)


def _require_names(message: str, naming: tuple[object, ...], doing: str) -> None:
    missing = [str(name) for name in naming if str(name).replace(" ", "") not in message.replace(" ", "")]
    if missing:
        raise Mismatch(
            "The exception's message does not name what it should.",
            f"{doing}: the message of the exception should name {' and '.join(missing)}, but is {message!r}",
        )
