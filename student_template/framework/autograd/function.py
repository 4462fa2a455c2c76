"""Operations of one's own: what to compute, and how its gradient goes back, in arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .grad_mode import is_grad_enabled
from .tensor import Tensor, record


class Context:
    """What one call of a ``Function`` keeps for its ``backward``. Each call has its own.

    Attributes:
        needs_input_grad: a tuple with a bool for each input of ``apply``: whether it is a tensor that requires a
            gradient.

    Any other attribute may be set: ``ctx.axis = 1``.

    Source: PyTorch, torch.autograd.function.FunctionCtx.
    """

    def __init__(self, needs_input_grad: tuple[bool, ...] = ()) -> None:
        """Without anything saved."""
        raise NotImplementedError("autograd.Context.__init__")

    def save_for_backward(self, *values: Any) -> None:
        """Keep arrays, or anything else, for ``backward``. A second call replaces what the first one kept."""
        raise NotImplementedError("autograd.Context.save_for_backward")

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What was given to ``save_for_backward``, in this order; () if nothing was."""
        raise NotImplementedError("autograd.Context.saved_tensors")


class Function:
    """An operation of one's own. A subclass writes both directions:

    class Cube(Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx, dy):
            [x] = ctx.saved_tensors
            return 3 * x**2 * dy

    y = Cube.apply(x)

    Source: PyTorch, torch.autograd.Function.
    """

    @staticmethod
    def forward(ctx: Context, *inputs: Any) -> np.ndarray:
        """Compute the result: an array. Tensors are given as their arrays; other inputs come as they are.

        Raises:
            NotImplementedError: if a subclass does not define it.
        """
        raise NotImplementedError("autograd.Function.forward")

    @staticmethod
    def backward(ctx: Context, dy: np.ndarray) -> Any:
        """The gradients of the inputs, for dy = d result / d y, an array of the shape of y.

        Returns:
            an array, if ``apply`` had one input; otherwise a tuple with one for each input, None for those without a
            gradient. A gradient has the shape of its input.

        Raises:
            NotImplementedError: if a subclass does not define it.
        """
        raise NotImplementedError("autograd.Function.backward")

    @classmethod
    def apply(cls, *inputs: Any) -> Tensor:
        """Run ``forward`` with a new context; record it, if an input is a tensor that requires a gradient.

        When ``backward`` of a tensor comes this way, the gradients that the subclass's ``backward`` gives are checked,
        converted to the dtype of their input, and go on.

        Raises:
            RuntimeError: in ``Tensor.backward``: if there are more or fewer gradients than inputs; with
                ``create_graph``, as arrays cannot be differentiated again.
            ValueError: in ``Tensor.backward``, naming both shapes, if a gradient has another one than its input.
        """
        raise NotImplementedError("autograd.Function.apply")
