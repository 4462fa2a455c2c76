"""Tables instead of recursion: one walk lists every path of the tree, and all answers are picked from that list.

Gradients are added with `np.add.at`; arrays of a state are written with `np.copyto`.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np

from .parameter import Parameter

T = TypeVar("T")


def check_shape(name: str, actual: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """Insist on a shape: ValueError naming both, if they differ."""
    if actual != expected:
        raise ValueError(f"{name} has shape {actual}, but should have shape {expected}")


def accumulate_grad(parameter: Parameter, gradient: np.ndarray) -> None:
    """Add a gradient to what `parameter.grad` already holds: both are scattered into zeros."""
    check_shape("the gradient", gradient.shape, parameter.shape)
    total = np.zeros(parameter.shape, parameter.data.dtype)
    for term in (parameter.grad, gradient):
        if term is not None:
            np.add.at(total, ..., term)
    parameter.grad = total


def first_of_each(pairs: Iterable[tuple[str, T]]) -> Iterator[tuple[str, T]]:
    """Those pairs whose object was not in an earlier one."""
    table: dict[int, tuple[str, T]] = {}
    for name, item in pairs:
        table.setdefault(id(item), (name, item))
    return iter(table.values())


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
        names = vars(self).get("_buffers", frozenset())
        if not name or "." in name or (name not in names and name in dir(self)):
            raise KeyError(f"a buffer of {type(self).__name__} cannot be called {name!r}")
        self._buffers = names | {name}
        setattr(self, name, array)

    def _paths(self) -> Iterator[tuple[str, Module]]:
        """Every path of the tree with the module at its end, depth first; a module on two paths comes twice."""
        stack: list[tuple[str, Module]] = [("", self)]
        while stack:
            path, module = stack.pop()
            yield path, module
            below = [(f"{path}{name}.", m) for name, m in vars(module).items() if isinstance(m, Module)]
            stack += reversed(below)

    def _table(self) -> list[tuple[str, Any]]:
        """Every path to a parameter or a buffer, in the order of a state, with what is found there."""
        return [
            (path + name, value)
            for path, module in self._paths()
            for belongs in (module._is_parameter, module._is_buffer)
            for name, value in vars(module).items()
            if belongs(name, value)
        ]

    def _is_parameter(self, _name: str, value: Any) -> bool:
        return isinstance(value, Parameter)

    def _is_buffer(self, name: str, value: Any) -> bool:
        return name in vars(self).get("_buffers", ()) and value is not None

    def children(self) -> Iterator[Module]:
        """Iterate over the modules held directly by this one, each once."""
        held = ((name, value) for name, value in vars(self).items() if isinstance(value, Module))
        return (child for _, child in first_of_each(held))

    def modules(self) -> Iterator[Module]:
        """Iterate over this module and all below it, depth first, each once."""
        return (module for _, module in first_of_each(self._paths()))

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Iterate over all parameters with dotted names, each once."""
        return first_of_each((name, item) for name, item in self._table() if isinstance(item, Parameter))

    def parameters(self) -> Iterator[Parameter]:
        """Iterate over the parameters of `named_parameters`, without the names."""
        return map(operator.itemgetter(1), self.named_parameters())

    def named_buffers(self) -> Iterator[tuple[str, np.ndarray]]:
        """Iterate over all buffers with dotted names, each once."""
        return first_of_each((name, item) for name, item in self._table() if not isinstance(item, Parameter))

    def train(self, mode: bool = True) -> Module:
        """Set `training` here and in every module below."""
        for _, module in self._paths():
            module.training = mode
        return self

    def eval(self) -> Module:
        """Set `training` to False here and in every module below."""
        return self.train(mode=False)

    def zero_grad(self) -> None:
        """Set the `grad` of every parameter to None."""
        for parameter in self.parameters():
            parameter.grad = None

    def _arrays(self) -> dict[str, np.ndarray]:
        """The very arrays of the state, by dotted name."""
        return {name: item.data if isinstance(item, Parameter) else item for name, item in self._table()}

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copy everything that is needed to restore this module."""
        return {name: np.array(array) for name, array in self._arrays().items()}

    def load_state_dict(self, state: Mapping[str, np.ndarray], strict: bool = True) -> None:
        """Copy the arrays of a `state_dict` into the parameters and buffers, in place, or change nothing."""
        arrays = self._arrays()
        different = sorted(arrays.keys() ^ state.keys())
        if strict and different:
            blame = ", ".join(f"{name} ({'missing' if name in arrays else 'unexpected'})" for name in different)
            raise KeyError(f"the keys are not those of this module: {blame}")
        both = [name for name in arrays if name in state]
        for name in both:
            check_shape(name, np.shape(state[name]), arrays[name].shape)
        for name in both:
            np.copyto(arrays[name], state[name], casting="unsafe")


class Sequential(Module):
    """Modules one after the other: each receives what the one before returned."""

    def __init__(self, *modules: Module) -> None:
        functools.reduce(Sequential.append, modules, self)

    def append(self, module: Module) -> Sequential:
        """Add a module at the end; TypeError if it is none."""
        if not isinstance(module, Module):
            raise TypeError(f"a Sequential takes modules, not a {type(module).__name__}")
        vars(self)[str(len(self))] = module
        return self

    def __len__(self) -> int:
        return sum(name.isdigit() for name in vars(self))

    def __iter__(self) -> Iterator[Module]:
        return (vars(self)[str(i)] for i in range(len(self)))

    def __getitem__(self, index: int | slice) -> Module:
        chosen = range(len(self))[index]  # raises IndexError, and takes slices and negative numbers
        if isinstance(chosen, range):
            return Sequential(*(vars(self)[str(i)] for i in chosen))
        return vars(self)[str(chosen)]

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Call every module in turn."""
        return functools.reduce(lambda value, module: module(value), self, x)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Send a gradient back through every module, the last one first."""
        return functools.reduce(lambda gradient, module: module.backward(gradient), self[::-1], dy)
