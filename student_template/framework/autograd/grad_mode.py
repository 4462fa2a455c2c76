"""Whether operations are recorded: with gradients, or without."""

from collections.abc import Callable
from functools import wraps
from typing import Any


def is_grad_enabled() -> bool:
    """Whether operations are recorded now: True, except inside ``no_grad``."""
    raise NotImplementedError("autograd.is_grad_enabled")


class no_grad:  # noqa: N801
    """A context in which nothing is recorded, and a decorator of functions that record nothing.

    with no_grad():          @no_grad()
        y = model(x)         def evaluate(x): ...

    Inside, no result requires a gradient, whatever it is made of. When the context is left, also by an exception, it is
    as it was before. Contexts may be nested. Tensors that are made inside with ``requires_grad=True`` do require it.

    Source: PyTorch, torch.no_grad.
    """

    def __init__(self) -> None:
        raise NotImplementedError("autograd.no_grad.__init__")

    def __enter__(self) -> None:
        """Begin to record nothing."""
        raise NotImplementedError("autograd.no_grad.__enter__")

    def __exit__(self, *exception: object) -> None:
        """Go back to what was before; an exception goes on."""
        raise NotImplementedError("autograd.no_grad.__exit__")

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function that does the same inside such a context: every call enters and leaves it."""
        raise NotImplementedError("autograd.no_grad.__call__")


class enable_grad:  # noqa: N801
    """The opposite of ``no_grad``, in the same two ways: inside, operations are recorded again.

    Source: PyTorch, torch.enable_grad.
    """

    def __init__(self) -> None:
        raise NotImplementedError("autograd.enable_grad.__init__")

    def __enter__(self) -> None:
        """Begin to record."""
        raise NotImplementedError("autograd.enable_grad.__enter__")

    def __exit__(self, *exception: object) -> None:
        """Go back to what was before; an exception goes on."""
        raise NotImplementedError("autograd.enable_grad.__exit__")

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function that does the same inside such a context: every call enters and leaves it."""
        raise NotImplementedError("autograd.enable_grad.__call__")
