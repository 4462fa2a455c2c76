"""Exceptions that can be pickled, whatever arguments their constructors have."""

from typing import Any


class Portable(Exception):
    """Base class of exceptions with their own constructor. By default, `pickle` would call it with the text alone."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade, (type(self), self.args, self.__getstate__() or {})


def _remade(cls: type[Portable], args: tuple[Any, ...], state: dict[str, Any]) -> Portable:
    error = cls.__new__(cls, *args)
    vars(error).update(state)
    return error
