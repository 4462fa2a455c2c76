"""Every dtype said aloud: gradients are summed in double precision, a state is converted before any of it is written.

Arrays are written with `np.copyto` and `out=`, and only into memory that was made here.
"""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from .parameter import Parameter


def check_shape(name: str, actual: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """Insist on a shape: ValueError naming both, if they differ."""
    if actual != expected:
        raise ValueError(f"{name} has shape {actual}, but should have shape {expected}")


def accumulate_grad(parameter: Parameter, gradient: np.ndarray) -> None:
    """Add a gradient to what `parameter.grad` already holds; the sum is rounded once, at the end."""
    check_shape("the gradient", gradient.shape, parameter.shape)
    total = np.array(gradient, dtype=np.float64, copy=True)
    if parameter.grad is not None:
        np.add(total, parameter.grad, out=total)
    parameter.grad = total.astype(parameter.data.dtype, copy=False)


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
        if len(name) == 0:
            raise KeyError("a buffer needs a name")
        if name.count(".") > 0:
            raise KeyError(f"the name of a buffer has no dot, but {name!r} has one")
        is_attribute = name in vars(self) or any(name in vars(cls) for cls in type(self).__mro__)
        if is_attribute and name not in self._buffer_names():
            raise KeyError(f"{name!r} is an attribute already, and no buffer")
        self._names_of_buffers = tuple(dict.fromkeys((*self._buffer_names(), name)))
        setattr(self, name, array)

    def _buffer_names(self) -> tuple[str, ...]:
        return vars(self).get("_names_of_buffers", ())

    def _named_children(self) -> list[tuple[str, Module]]:
        return [(name, value) for name, value in vars(self).items() if isinstance(value, Module)]

    def _own_parameters(self) -> list[tuple[str, Parameter]]:
        return [(name, value) for name, value in vars(self).items() if isinstance(value, Parameter)]

    def _own_buffers(self) -> list[tuple[str, np.ndarray]]:
        own = [(name, vars(self).get(name)) for name in self._buffer_names()]
        return [(name, array) for name, array in own if array is not None]

    def _own_arrays(self) -> list[tuple[str, np.ndarray]]:
        return [(name, parameter.data) for name, parameter in self._own_parameters()] + self._own_buffers()

    def _collect(self, own: Callable[[Module], list[tuple[str, Any]]], prefix: str = "") -> dict[str, Any]:
        """What `own` gives for this module and for all below, under each of its names."""
        found = {prefix + name: item for name, item in own(self)}
        for name, child in self._named_children():
            found.update(child._collect(own, f"{prefix}{name}."))
        return found

    def children(self) -> Iterator[Module]:
        """Iterate over the modules held directly by this one, each once."""
        return iter(_without_repetitions([child for _, child in self._named_children()]))

    def modules(self) -> Iterator[Module]:
        """Iterate over this module and all below it, depth first, each once."""
        found: list[Module] = [self]
        for child in self.children():
            found.extend(child.modules())
        return iter(_without_repetitions(found))

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Iterate over all parameters with dotted names, each once."""
        return _under_first_names(self._collect(Module._own_parameters))

    def parameters(self) -> Iterator[Parameter]:
        """Iterate over the parameters of `named_parameters`, without the names."""
        return (parameter for _, parameter in self.named_parameters())

    def named_buffers(self) -> Iterator[tuple[str, np.ndarray]]:
        """Iterate over all buffers with dotted names, each once."""
        return _under_first_names(self._collect(Module._own_buffers))

    def train(self, mode: bool = True) -> Module:
        """Set `training` here and in every module below."""
        for module in self.modules():
            module.training = bool(mode)
        return self

    def eval(self) -> Module:
        """Set `training` to False here and in every module below."""
        return self.train(mode=False)

    def zero_grad(self) -> None:
        """Set the `grad` of every parameter to None."""
        for parameter in self.parameters():
            parameter.grad = None

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copy everything that is needed to restore this module."""
        arrays = self._collect(Module._own_arrays)
        return OrderedDict((name, np.array(array, dtype=array.dtype, copy=True)) for name, array in arrays.items())

    def load_state_dict(self, state: Mapping[str, np.ndarray], strict: bool = True) -> None:
        """Copy the arrays of a `state_dict` into the parameters and buffers, in place, or change nothing."""
        targets = self._collect(Module._own_arrays)
        missing = [name for name in targets if name not in state]
        unexpected = [name for name in state if name not in targets]
        if strict and len(missing) + len(unexpected) > 0:
            raise KeyError(f"missing: {', '.join(missing) or 'none'}; unexpected: {', '.join(unexpected) or 'none'}")
        converted = {
            name: self._converted(name, state[name], target) for name, target in targets.items() if name in state
        }
        for name, array in converted.items():
            np.copyto(targets[name], array, casting="no")

    @staticmethod
    def _converted(name: str, value: np.ndarray, target: np.ndarray) -> np.ndarray:
        """A copy of an array of the state in the dtype of its target."""
        check_shape(f"{name} in the state", np.shape(value), target.shape)
        return np.array(value, dtype=target.dtype, copy=True)


def _without_repetitions(modules: list[Module]) -> list[Module]:
    """Each object at its first place only."""
    return list({id(module): module for module in modules}.values())


def _under_first_names(found: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each object once, with the first of its names."""
    firsts = {id(item): name for name, item in reversed(found.items())}  # the first name is written last
    return ((name, item) for name, item in found.items() if firsts[id(item)] == name)


class Sequential(Module):
    """Modules one after the other: each receives what the one before returned."""

    def __init__(self, *modules: Module) -> None:
        for position, module in enumerate(modules):
            self._put(position, module)

    def _put(self, position: int, module: Module) -> None:
        if not isinstance(module, Module):
            raise TypeError(f"module {position} of a Sequential is a {type(module).__name__}, not a Module")
        setattr(self, format(position, "d"), module)

    def append(self, module: Module) -> Sequential:
        """Add a module at the end; TypeError if it is none."""
        self._put(len(self), module)
        return self

    def __len__(self) -> int:
        return len(self._chain())

    def _chain(self) -> list[Module]:
        return [child for name, child in self._named_children() if name.isdecimal()]

    def __iter__(self) -> Iterator[Module]:
        return iter(self._chain())

    def __getitem__(self, index: int | slice) -> Module:
        if isinstance(index, slice):
            return Sequential(*self._chain()[index])
        return self._chain()[operator.index(index)]

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Call every module in turn."""
        y = x
        for module in self._chain():
            y = module(y)
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Send a gradient back through every module, the last one first."""
        dx = dy
        for module in self._chain()[::-1]:
            dx = module.backward(dx)
        return dx
