"""Exceptions that can go from one process to another, whatever their constructors are given."""

from typing import Any


class Portable(Exception):
    """Base of exceptions with a constructor of their own, which `pickle` would call with the text alone."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade, (type(self), self.args, self.__getstate__() or {})


def _remade(cls: type[Portable], args: tuple[Any, ...], state: dict[str, Any]) -> Portable:
    error = cls.__new__(cls, *args)
    vars(error).update(state)
    return error
