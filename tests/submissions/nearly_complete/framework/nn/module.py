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
    check_shape("gradient", np.shape(gradient), parameter.data.shape)
    if parameter.grad is None:
        total = gradient
    else:
        total = parameter.grad + gradient
    parameter.grad = np.array(total, dtype=parameter.data.dtype)


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
        return self.forward(*inputs, **options)

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
            raise RuntimeError(f"{type(self).__name__}.backward was called before forward")
        return self._saved

    def _own(self, kind):
        """(name, value) of my attributes of this kind, in order."""
        return [(name, value) for name, value in vars(self).items() if isinstance(value, kind)]

    def _own_buffers(self):
        names = vars(self).get("_buffer_names", ())
        out = []
        for name, value in vars(self).items():
            if name in names and value is not None and not isinstance(value, (Parameter, Module)):
                out.append((name, value))
        return out

    def _walk(self, prefix, seen):
        """(prefix, module) for me and everything below me, each module once."""
        if id(self) in seen:
            return
        seen.add(id(self))
        yield prefix, self
        for name, child in self._own(Module):
            yield from child._walk(prefix + name + ".", seen)

    def _entries(self, prefix):
        """(name, array, function that writes) for all the state, under all names."""

        def writer(array, holder, attribute):
            def put(new):
                if isinstance(array, np.ndarray):
                    array[...] = new
                else:
                    setattr(holder, attribute, new)

            return put

        for name, p in self._own(Parameter):
            yield prefix + name, p.data, writer(p.data, p, "data")
        for name, array in self._own_buffers():
            yield prefix + name, array, writer(array, self, name)
        for name, child in self._own(Module):
            yield from child._entries(prefix + name + ".")

    def register_buffer(self, name: str, array: np.ndarray | None) -> None:
        """Make an array part of the module's state without making it a parameter.

        It becomes the attribute ``name`` (the very array, no copy) and belongs to ``named_buffers``
        and ``state_dict`` from now on, also after the attribute is assigned another array.

        Args:
            name: the attribute's name, without a dot.
            array: of any shape and dtype; a buffer that is None is left out everywhere.

        Raises:
            KeyError: if the name is empty, has a dot, or is already another attribute's.
        """
        if name == "" or "." in name:
            raise KeyError(f"bad buffer name {name!r}")
        if "_buffer_names" not in vars(self):
            self._buffer_names = set()
        taken = name in vars(self) or hasattr(type(self), name)
        if taken and name not in self._buffer_names:
            raise KeyError(f"there is already an attribute {name!r}")
        self._buffer_names.add(name)
        setattr(self, name, array)

    def children(self) -> Iterator[Module]:
        """Iterate over the modules held directly by this one, each once, in registration order."""
        seen = set()
        for _, child in self._own(Module):
            if id(child) not in seen:
                seen.add(id(child))
                yield child

    def modules(self) -> Iterator[Module]:
        """Iterate over this module and all modules below it, each once.

        A module comes before its children, and a child with all that is below it before the next.
        """
        for _, module in self._walk("", set()):
            yield module

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
        seen = set()
        for prefix, module in self._walk("", set()):
            for name, p in module._own(Parameter):
                if id(p) not in seen:
                    seen.add(id(p))
                    yield prefix + name, p

    def parameters(self) -> Iterator[Parameter]:
        """Iterate over the parameters of ``named_parameters``, without the names."""
        for _, p in self.named_parameters():
            yield p

    def named_buffers(self) -> Iterator[tuple[str, np.ndarray]]:
        """Iterate over all buffers as pairs (name, array), as ``named_parameters`` does."""
        seen = set()
        for prefix, module in self._walk("", set()):
            for name, array in module._own_buffers():
                if id(array) not in seen:
                    seen.add(id(array))
                    yield prefix + name, array

    def train(self, mode: bool = True) -> Module:
        """Set ``training`` here and in every module below.

        Args:
            mode: the new value.

        Returns:
            This module.
        """
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Module:
        """Set ``training`` to False here and in every module below; return this module."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Set the ``grad`` of every parameter to None."""
        for p in self.parameters():
            p.grad = None

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copy everything that is needed to restore this module.

        Returns:
            Dotted names to copies of the arrays: a module's own parameters, its buffers, then those
            of its children in turn. What is found in several places is there under each name.
        """
        return {name: np.array(array) for name, array, _ in self._entries("")}

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
        entries = list(self._entries(""))
        names = [name for name, _, _ in entries]
        if strict:
            missing = [n for n in names if n not in state]
            unexpected = [n for n in state if n not in names]
            if missing or unexpected:
                raise KeyError(f"missing keys: {missing}, unexpected keys: {unexpected}")
        # first look at everything, then write
        todo = []
        for name, array, put in entries:
            if name not in state:
                continue
            check_shape(name, np.shape(state[name]), np.shape(array))
            todo.append((put, np.array(state[name], dtype=array.dtype)))
        for put, new in todo:
            put(new)


class Sequential(Module):
    """Modules one after the other: each receives what the one before returned.

    Equation: y = f_n(... f_2(f_1(x)))

    The modules become children named "0", "1", "2" and so on. The same module in two places of
    one Sequential is not supported, because a module keeps the values of one forward pass only.

    Args:
        modules: the modules, first to last; none at all makes the identity.

    Raises:
        TypeError: if one of them is not a Module.
    """

    def __init__(self, *modules: Module) -> None:
        for m in modules:
            self.append(m)

    def append(self, module: Module) -> Sequential:
        """Add a module at the end.

        Args:
            module: the module; it is called after all the others.

        Returns:
            This Sequential.

        Raises:
            TypeError: if it is not a Module.
        """
        if not isinstance(module, Module):
            raise TypeError(f"Sequential takes modules, not {type(module).__name__}")
        setattr(self, str(len(self)), module)
        return self

    def __len__(self) -> int:
        """Count the modules."""
        n = 0
        while str(n) in vars(self):
            n += 1
        return n

    def __iter__(self) -> Iterator[Module]:
        """Iterate over the modules, first to last."""
        for i in range(len(self)):
            yield getattr(self, str(i))

    def __getitem__(self, index: int | slice) -> Module:
        """Return one module, or a Sequential of several.

        Args:
            index: an int, negative to count from the end; or a slice, which gives a Sequential
                holding the same modules, numbered from 0 again.

        Raises:
            IndexError: if there is no such module.
        """
        picked = list(self)[index]
        if isinstance(index, slice):
            return Sequential(*picked)
        return picked

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Call every module in turn.

        Args:
            x: array; the input of the first module.

        Returns:
            The output of the last module.
        """
        y = x
        for m in self:
            y = m(y)
        self.save_for_backward(np.shape(y))
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Send a gradient back through every module.

        Args:
            dy: array of the shape of the output; d loss / d y.

        Returns:
            d loss / d x, of the shape of the input.

        Raises:
            RuntimeError: if ``forward`` has not been called.
        """
        (shape,) = self.saved_values
        check_shape("dy", np.shape(dy), shape)
        dx = dy
        for m in reversed(list(self)):
            dx = m.backward(dx)
        return dx
