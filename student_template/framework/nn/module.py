"""Every part of a network is a Module: it computes, and it sends gradients back.

Conventions of the whole package, said once:

- Arrays are plain ``numpy.ndarray``. The output has the dtype of the input, and so has dx.
- ``y = m.forward(x)``, then ``dx = m.backward(dy)``. Here dy is the gradient of the final loss
  with respect to y, of y's shape, and dx is the same with respect to x.
- ``backward`` adds the gradients of the module's own parameters to their ``grad``.
- Neither x nor dy is ever changed. A returned array shares no memory with a parameter or with
  what the module keeps for ``backward``.

A Module finds its parts by itself: an attribute that holds a Parameter is one of its parameters,
one that holds a Module is one of its children, in the order in which they were first assigned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np

from .parameter import Parameter

T = TypeVar("T")


def check_shape(name: str, actual: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """Insist on a shape.

    Args:
        name: what the array is called in the message.
        actual: the shape that the array has.
        expected: the shape that it should have.

    Raises:
        ValueError: naming both shapes, if they differ.
    """
    if actual != expected:
        raise ValueError(f"{name} has shape {actual}, but should have shape {expected}")


def accumulate_grad(parameter: Parameter, gradient: np.ndarray) -> None:
    """Add a gradient to what ``parameter.grad`` already holds.

    A ``grad`` of None counts as zero. Afterwards ``parameter.grad`` has the dtype of
    ``parameter.data`` and memory of its own: changing one never changes ``gradient``.

    Args:
        parameter: the parameter that was differentiated with respect to.
        gradient: float array of the parameter's shape; one contribution to d loss / d parameter.

    Raises:
        ValueError: if the gradient does not have exactly the parameter's shape.

    >>> p = Parameter([1.0, 2.0])
    >>> accumulate_grad(p, np.array([0.5, 0.0]))
    >>> accumulate_grad(p, np.array([0.5, 3.0]))
    >>> p.grad
    array([1., 3.])
    """
    raise NotImplementedError("nn.module.accumulate_grad")


class Module:
    """The base class of layers, losses and whole networks.

    A subclass writes ``forward`` and ``backward``. Its constructor need not call this class's.

    Attributes:
        training: True while the network is being trained, False while it is evaluated; changed
            by ``train`` and ``eval``. Only layers that behave differently look at it.
    """

    training: bool = True

    def forward(self, *inputs: Any, **options: Any) -> Any:
        """Compute the output and keep what ``backward`` will need."""
        raise NotImplementedError(f"{type(self).__name__}.forward")

    def backward(self, *gradients: Any) -> Any:
        """Turn the gradient of the output into that of the input; add to the parameters'."""
        raise NotImplementedError(f"{type(self).__name__}.backward")

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        """Run ``forward`` with the same arguments: ``m(x)`` is ``m.forward(x)``."""
        raise NotImplementedError("nn.Module.__call__")

    def save_for_backward(self, *values: Any) -> None:
        """Keep values of this forward pass, in place of those of the one before.

        Args:
            values: whatever ``backward`` will need, in the order in which it will unpack them.
        """
        self._saved = values

    @property
    def saved_values(self) -> tuple[Any, ...]:
        """What the last ``save_for_backward`` was given, as a tuple.

        Raises:
            RuntimeError: if nothing has been saved yet.
        """
        if "_saved" not in vars(self):
            why = "was called before forward, or forward did not call save_for_backward"
            raise RuntimeError(f"{type(self).__name__}.backward {why}")
        return self._saved

    def register_buffer(self, name: str, array: np.ndarray | None) -> None:
        """Make an array part of the module's state without making it a parameter.

        It becomes the attribute ``name`` (the very array, no copy) and belongs to ``named_buffers``
        and ``state_dict`` from now on, also after the attribute is assigned another array. A buffer
        may be registered again, with another array.

        Args:
            name: the attribute's name, without a dot.
            array: of any shape and dtype; a buffer that is None is left out everywhere.

        Raises:
            KeyError: if the name is empty, has a dot, or is already that of an attribute which is no
                buffer, of this object or of its class.
        """
        raise NotImplementedError("nn.Module.register_buffer")

    def children(self) -> Iterator[Module]:
        """Iterate over the modules held directly by this one, each once, in registration order."""
        raise NotImplementedError("nn.Module.children")

    def modules(self) -> Iterator[Module]:
        """Iterate over this module and all modules below it, each once.

        A module comes before its children, and a child with all that is below it before the next.
        """
        raise NotImplementedError("nn.Module.modules")

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Iterate over all parameters, of this module and of all modules below it, with names.

        Returns:
            Pairs (name, parameter): this module's own in registration order, then those of each
            child in turn. The name is the path of attributes, joined by dots. A parameter found in
            several places comes once, under the first name.

        >>> class Scale(Module):
        ...     def __init__(self):
        ...         self.factor = Parameter(1.0)
        >>> [name for name, _ in Sequential(Scale(), Sequential(Scale())).named_parameters()]
        ['0.factor', '1.0.factor']
        """
        raise NotImplementedError("nn.Module.named_parameters")

    def parameters(self) -> Iterator[Parameter]:
        """Iterate over the parameters of ``named_parameters``, without the names."""
        raise NotImplementedError("nn.Module.parameters")

    def named_buffers(self) -> Iterator[tuple[str, np.ndarray]]:
        """Iterate over all buffers as pairs (name, array), as ``named_parameters`` does."""
        raise NotImplementedError("nn.Module.named_buffers")

    def train(self, mode: bool = True) -> Module:
        """Set ``training`` here and in every module below.

        Args:
            mode: the new value.

        Returns:
            This module.
        """
        raise NotImplementedError("nn.Module.train")

    def eval(self) -> Module:
        """Set ``training`` to False here and in every module below; return this module."""
        raise NotImplementedError("nn.Module.eval")

    def zero_grad(self) -> None:
        """Set the ``grad`` of every parameter to None."""
        raise NotImplementedError("nn.Module.zero_grad")

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copy everything that is needed to restore this module.

        Returns:
            Dotted names to copies of the arrays: a module's own parameters, its buffers, then those
            of its children in turn. What is found in several places is there under each name.
        """
        raise NotImplementedError("nn.Module.state_dict")

    def load_state_dict(self, state: Mapping[str, np.ndarray], strict: bool = True) -> None:
        """Copy the arrays of a ``state_dict`` into the parameters and buffers, in place.

        Either everything is loaded or, if this raises, nothing is changed.

        Args:
            state: dotted names to arrays; not changed, and not referred to afterwards.
            strict: whether the names must be exactly those of ``self.state_dict()``. If not, only
                the names that occur in both are loaded.

        Raises:
            KeyError: naming the missing and the unexpected keys, if ``strict`` and there are any.
            ValueError: naming the key and both shapes, if an array has the wrong shape.
        """
        raise NotImplementedError("nn.Module.load_state_dict")

    # Students' modules have private names of their own, which must not be these: all have "module" in them.


class Sequential(Module):
    """Modules one after the other: each receives what the one before returned.

    Equation: y = f_n(... f_2(f_1(x)))

    The modules become children named "0", "1", "2" and so on. The same module in two places of
    one Sequential is not supported, because a module keeps the values of one forward pass only.

    Args:
        modules: the modules, first to last; none at all makes the identity.

    Raises:
        TypeError: if one of them is not a Module.

    >>> class Double(Module):
    ...     def forward(self, x):
    ...         return 2 * x
    >>> class AddOne(Module):
    ...     def forward(self, x):
    ...         return x + 1
    >>> Sequential(Double(), AddOne()).forward(np.array([1.0, 3.0]))
    array([3., 7.])
    """

    def __init__(self, *modules: Module) -> None:
        raise NotImplementedError("nn.Sequential.__init__")

    def append(self, module: Module) -> Sequential:
        """Add a module at the end.

        Args:
            module: the module; it is called after all the others.

        Returns:
            This Sequential.

        Raises:
            TypeError: if it is not a Module.
        """
        raise NotImplementedError("nn.Sequential.append")

    def __len__(self) -> int:
        """Count the modules."""
        raise NotImplementedError("nn.Sequential.__len__")

    def __iter__(self) -> Iterator[Module]:
        """Iterate over the modules, first to last."""
        raise NotImplementedError("nn.Sequential.__iter__")

    def __getitem__(self, index: int | slice) -> Module:
        """Return one module, or a Sequential of several.

        Args:
            index: an int, negative to count from the end; or a slice, which gives a Sequential
                holding the same modules, numbered from 0 again.

        Raises:
            IndexError: if there is no such module.
        """
        raise NotImplementedError("nn.Sequential.__getitem__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Call every module in turn.

        Args:
            x: array; the input of the first module.

        Returns:
            The output of the last module.
        """
        raise NotImplementedError("nn.Sequential.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Send a gradient back through every module.

        Args:
            dy: array of the shape of the output; d loss / d y.

        Returns:
            d loss / d x, of the shape of the input.

        Raises:
            RuntimeError, ValueError: as the modules do; without modules, nothing needs to be raised.
        """
        raise NotImplementedError("nn.Sequential.backward")
