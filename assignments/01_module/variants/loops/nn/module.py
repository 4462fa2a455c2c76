"""Explicit loops: over the attributes of a module, over the names of a state and over the numbers of an array.

What has been found already is a list, searched with `is`; most walks build their whole list before they return.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from .parameter import Parameter


def check_shape(name: str, actual: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """Insist on a shape: ValueError naming both, if they differ."""
    if actual != expected:
        raise ValueError(f"{name} has shape {actual}, but should have shape {expected}")


def accumulate_grad(parameter: Parameter, gradient: np.ndarray) -> None:
    """Add a gradient to what `parameter.grad` already holds, number by number."""
    check_shape("the gradient", gradient.shape, parameter.shape)
    total = np.empty(parameter.shape, parameter.data.dtype)
    for index in np.ndindex(parameter.shape):
        before = 0.0 if parameter.grad is None else parameter.grad[index]
        total[index] = before + gradient[index]
    parameter.grad = total


def contains(items: list[Any], wanted: Any) -> bool:
    """Whether the very object is in the list; `in` would ask for equality."""
    return any(item is wanted for item in items)


class Module:
    """The base class of layers, losses and whole networks."""

    training: bool = True

    def forward(self, *inputs: Any, **options: Any) -> Any:
        """Compute the output and keep what `backward` will need."""
        raise NotImplementedError(f"{type(self).__name__}.forward")

    def backward(self, *gradients: Any) -> Any:
        """Turn the gradient of the output into that of the input; add to the parameters'."""
        raise NotImplementedError(f"{type(self).__name__}.backward")

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        """Run `forward`."""
        return self.forward(*inputs, **options)

    def save_for_backward(self, *values: Any) -> None:
        """Keep values of this forward pass, in place of those of the one before."""
        self._saved = values

    @property
    def saved_values(self) -> tuple[Any, ...]:
        """What the last `save_for_backward` was given; RuntimeError if there was none."""
        if "_saved" not in vars(self):
            raise RuntimeError(f"{type(self).__name__}.backward was called before forward")
        return self._saved

    def register_buffer(self, name: str, array: np.ndarray | None) -> None:
        """Make an array part of the state without making it a parameter."""
        if name == "" or "." in name:
            raise KeyError(f"a buffer cannot be called {name!r}")
        registered = vars(self).setdefault("_registered", [])
        if name not in registered:
            for owner in (self, *type(self).__mro__):
                if name in vars(owner):
                    raise KeyError(f"{type(self).__name__} already has an attribute {name!r}")
            registered.append(name)
        setattr(self, name, array)

    def _own(self, kind: type) -> list[tuple[str, Any]]:
        """The attributes of one kind, with names."""
        found = []
        for name, value in vars(self).items():
            if isinstance(value, kind):
                found.append((name, value))
        return found

    def _own_buffers(self) -> list[tuple[str, np.ndarray]]:
        """The buffers of this module itself that are not None, with names."""
        found = []
        for name in vars(self).get("_registered", []):
            array = vars(self).get(name)
            if array is not None:
                found.append((name, array))
        return found

    def _everything(self) -> list[tuple[str, Any]]:
        """All parameters and buffers in the order of a state, under each of their names."""
        found = self._own(Parameter) + self._own_buffers()
        for name, child in self._own(Module):
            for below, item in child._everything():
                found.append((f"{name}.{below}", item))
        return found

    def children(self) -> Iterator[Module]:
        """Iterate over the modules held directly by this one, each once."""
        found: list[Module] = []
        for _, child in self._own(Module):
            if not contains(found, child):
                found.append(child)
        return iter(found)

    def modules(self) -> Iterator[Module]:
        """Iterate over this module and all below it, depth first, each once."""
        found: list[Module] = []
        waiting = [self]
        while waiting:
            module = waiting.pop(0)
            if not contains(found, module):
                found.append(module)
                waiting = list(module.children()) + waiting
        return iter(found)

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Iterate over all parameters with dotted names, each once."""
        seen: list[Parameter] = []
        for name, item in self._everything():
            if isinstance(item, Parameter) and not contains(seen, item):
                seen.append(item)
                yield name, item

    def parameters(self) -> Iterator[Parameter]:
        """Iterate over the parameters of `named_parameters`, without the names."""
        for _, parameter in self.named_parameters():
            yield parameter

    def named_buffers(self) -> Iterator[tuple[str, np.ndarray]]:
        """Iterate over all buffers with dotted names, each once."""
        seen: list[np.ndarray] = []
        for name, item in self._everything():
            if not isinstance(item, Parameter) and not contains(seen, item):
                seen.append(item)
                yield name, item

    def train(self, mode: bool = True) -> Module:
        """Set `training` here and in every module below."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Module:
        """Set `training` to False here and in every module below."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Set the `grad` of every parameter to None."""
        for parameter in self.parameters():
            parameter.grad = None

    def _arrays(self) -> dict[str, np.ndarray]:
        """The very arrays of the state, by dotted name."""
        arrays = {}
        for name, item in self._everything():
            arrays[name] = item.data if isinstance(item, Parameter) else item
        return arrays

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copy everything that is needed to restore this module."""
        state = {}
        for name, array in self._arrays().items():
            state[name] = array.copy()
        return state

    def load_state_dict(self, state: Mapping[str, np.ndarray], strict: bool = True) -> None:
        """Copy the arrays of a `state_dict` into the parameters and buffers, in place, or change nothing."""
        arrays = self._arrays()
        missing, unexpected = [], []
        for name in arrays:
            if name not in state:
                missing.append(name)
        for name in state:
            if name not in arrays:
                unexpected.append(name)
        if strict and (missing or unexpected):
            raise KeyError(f"missing keys: {missing}; unexpected keys: {unexpected}")
        for name, array in arrays.items():
            if name in state:
                check_shape(f"the array {name!r}", np.shape(state[name]), array.shape)
        for name, array in arrays.items():
            if name in state:
                for index in np.ndindex(array.shape):
                    array[index] = state[name][index]


class Sequential(Module):
    """Modules one after the other: each receives what the one before returned."""

    def __init__(self, *modules: Module) -> None:
        for module in modules:
            self.append(module)

    def append(self, module: Module) -> Sequential:
        """Add a module at the end; TypeError if it is none."""
        if not isinstance(module, Module):
            raise TypeError(f"a Sequential takes modules, not a {type(module).__name__}")
        setattr(self, str(len(self)), module)
        return self

    def __len__(self) -> int:
        count = 0
        for _ in self:
            count += 1
        return count

    def __iter__(self) -> Iterator[Module]:
        position = 0
        while str(position) in vars(self):
            yield vars(self)[str(position)]
            position += 1

    def __getitem__(self, index: int | slice) -> Module:
        if isinstance(index, slice):
            chain = Sequential()
            for position in range(*index.indices(len(self))):
                chain.append(self[position])
            return chain
        position = index + len(self) if index < 0 else index
        if not 0 <= position < len(self):
            raise IndexError(f"there is no module {index} in a Sequential of {len(self)}")
        return vars(self)[str(position)]

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Call every module in turn."""
        for module in self:
            x = module(x)
        return x

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Send a gradient back through every module, the last one first."""
        position = len(self)
        while position > 0:
            position -= 1
            dy = self[position].backward(dy)
        return dy
