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
        self.needs_input_grad = needs_input_grad
        self._saved: tuple[Any, ...] = ()

    def save_for_backward(self, *values: Any) -> None:
        """Keep arrays, or anything else, for ``backward``. A second call replaces what the first one kept."""
        self._saved = values

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What was given to ``save_for_backward``, in this order; () if nothing was."""
        return self._saved


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
        raise NotImplementedError("a subclass of Function defines forward(ctx, *inputs)")

    @staticmethod
    def backward(ctx: Context, dy: np.ndarray) -> Any:
        """The gradients of the inputs, for dy = d result / d y, an array of the shape of y.

        Returns:
            an array, if ``apply`` had one input; otherwise a tuple with one for each input, None for those without a
            gradient. A gradient has the shape of its input.

        Raises:
            NotImplementedError: if a subclass does not define it.
        """
        raise NotImplementedError("a subclass of Function defines backward(ctx, dy)")

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
        places = [place for place, value in enumerate(inputs) if isinstance(value, Tensor)]
        tensors = [inputs[place] for place in places]
        ctx = Context(tuple(isinstance(value, Tensor) and value.requires_grad for value in inputs))
        data = cls.forward(ctx, *(value.data if isinstance(value, Tensor) else value for value in inputs))

        def pull(dy: Tensor, _y: Tensor) -> Sequence[Tensor | None]:
            if is_grad_enabled():
                raise RuntimeError(f"create_graph: {cls.__name__} computes its gradient with arrays")
            found = cls.backward(ctx, dy.data)
            gradients = found if isinstance(found, tuple | list) else (found,)
            if len(gradients) != len(inputs):
                given = f"{len(gradients)} gradients for {len(inputs)} inputs"
                raise RuntimeError(f"backward of {cls.__name__} gave {given}")
            return [_checked(cls, gradients[place], tensor) for place, tensor in zip(places, tensors, strict=True)]

        return record(data, tensors, pull)


def _checked(cls: type, gradient: Any, tensor: Tensor) -> Tensor | None:
    if gradient is None:
        return None
    shape = np.shape(gradient)
    if shape != tensor.data.shape:
        shapes = f"{shape} for an input of shape {tensor.data.shape}"
        raise ValueError(f"backward of {cls.__name__} gave a gradient of shape {shapes}")
    return Tensor(gradient)
