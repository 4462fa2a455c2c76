"""Arrays that know how they were made, and so can compute gradients."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .grad_mode import enable_grad, is_grad_enabled, no_grad


class Tensor:
    """An array, and the way back to what it was made of.

    A *leaf* was not made by a recorded operation: a parameter, an input. Results of operations on tensors that require
    a gradient require one, too, unless they are made inside ``no_grad``.

    Attributes:
        data: the array.
        grad: None, or d result / d data, summed over all calls of ``backward``: an array of the shape and dtype of
            data. Only leaves that require a gradient have one, and tensors with ``retain_grad()``. It is a Tensor if
            ``backward`` was asked to ``create_graph``.
        requires_grad: whether ``backward`` computes its gradient.

    Operators and methods are those of `methods.py`. Tensors are equal only to themselves, and can be keys of a dict.

    Source: PyTorch, torch.Tensor.
    """

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        """A leaf.

        Args:
            data: an array, a number, nested lists of numbers, or a tensor, whose array is taken. An array of float64
                or float32 is kept, not copied. Numbers become float64 unless they are float32 or bool.
            requires_grad: whether its gradient is wanted.

        Raises:
            RuntimeError: if data of bool should have a gradient.
        """
        array = np.asarray(data.data if isinstance(data, Tensor) else data)
        if array.dtype.kind != "b":
            array = array.astype(np.float32 if array.dtype == np.float32 else np.float64, copy=False)
        elif requires_grad:
            raise RuntimeError("only tensors of float64 or float32 can require a gradient, not of bool")
        self.data, self.grad, self.requires_grad = array, None, requires_grad
        self._inputs: tuple[Tensor, ...] = ()
        self._pull: Callable[..., Sequence[Tensor | None]] | None = None
        self._retains = False

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made it."""
        return self._pull is None

    def detach(self) -> "Tensor":
        """A leaf that shares this array, and through which no gradient goes back. It does not require one."""
        return Tensor(self.data)

    def retain_grad(self) -> None:
        """Have ``backward`` set ``grad``, although this tensor may be no leaf. A leaf stays as it is.

        Raises:
            RuntimeError: if this tensor does not require a gradient.
        """
        if not self.requires_grad:
            raise RuntimeError("retain_grad needs a tensor that requires a gradient")
        self._retains = True

    def backward(self, gradient: Any = None, retain_graph: bool = True, create_graph: bool = False) -> None:
        """Add d result / d leaf to ``grad`` of every leaf that this tensor was made of and that requires a gradient.

        Each operation is gone back through once, after all operations that used what it gave. Where something was used
        several times, the gradients of all its uses are added. Of graphs of any depth, without recursion.

        Args:
            gradient: d result / d self, an array, number or tensor of exactly the shape of self. It may be left out if
                self has one element: then it is 1.
            retain_graph: whether ``backward`` may come this way again. If not, the graph is taken apart: what
                operations kept is freed.
            create_graph: whether the gradients are tensors, recorded so that they can be differentiated themselves.

        Raises:
            RuntimeError: if self does not require a gradient; if a gradient is needed, but none is given; if a graph
                was not retained; if create_graph meets a Function of one's own.
            ValueError: naming both shapes, if the gradient has another one than self.
        """
        if not self.requires_grad:
            raise RuntimeError("backward needs a tensor that requires a gradient, and was not made inside no_grad")
        with enable_grad() if create_graph else no_grad():
            gradients = {self: _first_gradient(self, gradient)}
            waiting = _ordered(self)
            while waiting:  # which takes each from the list, so that what is freed is gone at once
                tensor = waiting.pop()
                _go_back(tensor, gradients)
                if not retain_graph and not tensor.is_leaf:
                    tensor._inputs, tensor._pull = (), _refuse


def record(data: Any, inputs: Sequence[Tensor], pull: Callable[[Tensor, Tensor], Sequence[Tensor | None]]) -> Tensor:
    """The tensor that an operation gives, with the way back to its inputs. All operations can be written with it.

    Args:
        data: the result, an array or a number.
        inputs: the tensors that the operation was given.
        pull: function of dy and y that returns a gradient for each input, or None. y is the tensor that is returned
            here, and dy = d result / d y a tensor of its shape. Gradients are tensors as well, computed by operations:
            so they can be differentiated again. They may still have the shape and dtype that y has by broadcasting;
            they are summed and converted to fit their input. A pull must not keep y: it would refer to itself.

    Returns:
        a Tensor; it requires a gradient if an input does, and operations are recorded now.
    """
    result = Tensor(data)
    if is_grad_enabled() and any(tensor.requires_grad for tensor in inputs):
        result.requires_grad, result._inputs, result._pull = True, tuple(inputs), pull
    return result


def operands(*values: Any) -> tuple[Tensor, ...]:
    """What an operation is given, as tensors: arrays and numbers become tensors that require no gradient.

    A Python number takes the dtype of what stands beside it, so that x * 2 has the dtype of x. Without a float beside
    it, it is float64.
    """
    if all(isinstance(value, Tensor) for value in values):
        return values
    floats = [value.dtype for value in values if getattr(value, "dtype", np.dtype(bool)).kind == "f"]
    dtype = np.result_type(*floats) if floats else np.dtype(np.float64)
    arrays = (np.asarray(value, dtype) if type(value) in (int, float) else value for value in values)
    return tuple(value if isinstance(value, Tensor) else Tensor(value) for value in arrays)


def _first_gradient(tensor: Tensor, gradient: Any) -> Tensor:
    if gradient is None:
        if tensor.data.size != 1:
            raise RuntimeError(f"backward of a tensor of shape {tensor.data.shape} needs a gradient of this shape")
        gradient = np.ones(tensor.data.shape)
    [gradient] = operands(gradient)
    if gradient.data.shape != tensor.data.shape:
        shapes = f"{gradient.data.shape}, but should have {tensor.data.shape}"
        raise ValueError(f"the gradient that backward was given has shape {shapes}")
    return _fit(gradient, tensor)


def _ordered(last: Tensor) -> list[Tensor]:
    """All that a tensor was made of, each before everything that used it; only what requires a gradient."""
    order, seen, waiting = [], {last}, [(last, iter(last._inputs))]
    while waiting:
        tensor, inputs = waiting[-1]
        new = next((one for one in inputs if one.requires_grad and one not in seen), None)
        if new is None:
            order.append(tensor)
            waiting.pop()
        else:
            seen.add(new)
            waiting.append((new, iter(new._inputs)))
    return order


def _go_back(tensor: Tensor, gradients: dict[Tensor, Tensor]) -> None:
    """Take the gradient of a tensor, which is complete, and add its parts to those of its inputs."""
    gradient = gradients.pop(tensor, None)
    if gradient is None:  # a Function gave none
        return
    if tensor.is_leaf or tensor._retains:
        _accumulate(tensor, gradient)
    if tensor.is_leaf:
        return
    for one, part in zip(tensor._inputs, tensor._pull(gradient, tensor), strict=True):
        if part is not None and one.requires_grad:
            part = _fit(part, one)
            gradients[one] = gradients[one] + part if one in gradients else part


def _accumulate(tensor: Tensor, gradient: Tensor) -> None:
    """Into memory that nobody else has."""
    if is_grad_enabled():
        tensor.grad = gradient + 0.0 if tensor.grad is None else gradient + tensor.grad
    elif tensor.grad is None:
        tensor.grad = gradient.data.copy()
    else:
        tensor.grad = np.asarray(gradient.data + Tensor(tensor.grad).data)


def _fit(gradient: Tensor, tensor: Tensor) -> Tensor:
    """Sum a gradient over what was broadcast, and give it the dtype of its tensor."""
    shape, found = tensor.data.shape, gradient.data.shape
    if found != shape:
        new = len(found) - len(shape)
        repeated = tuple(i for i, n in enumerate(found) if i < new or shape[i - new] != n)
        gradient = gradient.sum(axis=repeated).reshape(shape)
    return gradient if gradient.data.dtype == tensor.data.dtype else _converted(gradient, tensor.data.dtype)


def _converted(tensor: Tensor, dtype: np.dtype) -> Tensor:
    return record(tensor.data.astype(dtype), (tensor,), lambda dy, _: (dy,))


def _refuse(_dy: Tensor, _y: Tensor) -> Sequence[Tensor | None]:
    raise RuntimeError("backward went through this graph before, without retain_graph=True")
