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
        raise NotImplementedError("autograd.Tensor.__init__")

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made it."""
        raise NotImplementedError("autograd.Tensor.is_leaf")

    def detach(self) -> "Tensor":
        """A leaf that shares this array, and through which no gradient goes back. It does not require one."""
        raise NotImplementedError("autograd.Tensor.detach")

    def retain_grad(self) -> None:
        """Have ``backward`` set ``grad``, although this tensor may be no leaf. A leaf stays as it is.

        Raises:
            RuntimeError: if this tensor does not require a gradient.
        """
        raise NotImplementedError("autograd.Tensor.retain_grad")

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
        raise NotImplementedError("autograd.Tensor.backward")


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
    raise NotImplementedError("autograd.record")


def operands(*values: Any) -> tuple[Tensor, ...]:
    """What an operation is given, as tensors: arrays and numbers become tensors that require no gradient.

    A Python number takes the dtype of what stands beside it, so that x * 2 has the dtype of x. Without a float beside
    it, it is float64.
    """
    raise NotImplementedError("autograd.operands")
