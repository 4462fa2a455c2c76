"""Many small base classes: Module is put together from one class that notes parts, one that walks and one that saves.

Parts are noted when they are assigned, in `__setattr__`, and not looked for afterwards.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .parameter import Parameter


def check_shape(name: str, actual: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """Insist on a shape: ValueError naming both, if they differ."""
    if actual != expected:
        raise ValueError(f"{name} has shape {actual}, but should have shape {expected}")


def accumulate_grad(parameter: Parameter, gradient: np.ndarray) -> None:
    """Add a gradient to what `parameter.grad` already holds."""
    check_shape("the gradient", gradient.shape, parameter.shape)
    fresh = np.zeros_like(parameter.data) if parameter.grad is None else parameter.grad.astype(parameter.data.dtype)
    fresh += gradient.astype(fresh.dtype)
    parameter.grad = fresh


class Registry:
    """Notes under which names parameters, modules and buffers were assigned, in this order."""

    @property
    def _names(self) -> dict[str, list[str]]:
        """For each kind of part the names; made at the first use, as no constructor need have been called."""
        return vars(self).setdefault("_noted", {"parameter": [], "module": [], "buffer": []})

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if isinstance(value, Parameter):
            self._note("parameter", name)
        elif isinstance(value, Registry):
            self._note("module", name)

    def _note(self, kind: str, name: str) -> None:
        if name not in self._names[kind]:
            self._names[kind].append(name)

    def _parts(self, kind: str, of_type: type) -> Iterator[tuple[str, Any]]:
        """The parts of a kind that still are there: an attribute may have been assigned something else."""
        for name in self._names[kind]:
            if isinstance(vars(self).get(name), of_type):
                yield name, vars(self)[name]

    def register_buffer(self, name: str, array: np.ndarray | None) -> None:
        """Make an array part of the state without making it a parameter."""
        free = name in self._names["buffer"] or inspect.getattr_static(self, name, Registry) is Registry
        if name == "" or "." in name or not free:
            raise KeyError(f"{type(self).__name__}.register_buffer: {name!r} is no name, or is in use")
        self._note("buffer", name)
        setattr(self, name, array)


class Tree(Registry):
    """Walks over itself and everything below."""

    @property
    def _children(self) -> Iterator[tuple[str, Module]]:
        return self._parts("module", Module)

    @property
    def _parameters(self) -> Iterator[tuple[str, Parameter]]:
        return self._parts("parameter", Parameter)

    @property
    def _buffers(self) -> Iterator[tuple[str, np.ndarray]]:
        return self._parts("buffer", np.ndarray)

    def children(self) -> Iterator[Module]:
        """Iterate over the modules held directly by this one, each once."""
        yield from dict.fromkeys(child for _, child in self._children)  # modules are equal only to themselves

    def modules(self) -> Iterator[Module]:
        """Iterate over this module and all below it, depth first, each once."""
        met = {self: True}
        for child in self.children():
            met.update(dict.fromkeys(child.modules()))
        yield from met

    def _named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """Every module on every path, with the path as a prefix of names."""
        yield prefix, self
        for name, child in self._children:
            yield from child._named_modules(f"{prefix}{name}.")

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Iterate over all parameters with dotted names, each once."""
        met: set[Parameter] = set()
        for prefix, module in self._named_modules():
            for name, parameter in module._parameters:
                if parameter not in met:
                    yield prefix + name, parameter
                met.add(parameter)

    def parameters(self) -> Iterator[Parameter]:
        """Iterate over the parameters of `named_parameters`, without the names."""
        yield from (parameter for _, parameter in self.named_parameters())

    def named_buffers(self) -> Iterator[tuple[str, np.ndarray]]:
        """Iterate over all buffers with dotted names, each once."""
        met: list[np.ndarray] = []
        for prefix, module in self._named_modules():
            for name, buffer in module._buffers:
                if all(buffer is not other for other in met):
                    met.append(buffer)
                    yield prefix + name, buffer


class Stateful(Tree):
    """Saves and restores everything."""

    def _arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        for prefix, module in self._named_modules():
            yield from ((prefix + name, parameter.data) for name, parameter in module._parameters)
            yield from ((prefix + name, buffer) for name, buffer in module._buffers)

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copy everything that is needed to restore this module."""
        return {name: array.copy() for name, array in self._arrays()}

    def load_state_dict(self, state: Mapping[str, np.ndarray], strict: bool = True) -> None:
        """Copy the arrays of a `state_dict` into the parameters and buffers, in place, or change nothing."""
        arrays = dict(self._arrays())
        if strict:
            self._require_keys(set(arrays), set(state))
        pairs = {name: (arrays[name], np.asarray(value)) for name, value in state.items() if name in arrays}
        for name, (array, value) in pairs.items():
            check_shape(f"{name} of the state", value.shape, array.shape)
        for array, value in pairs.values():
            array[()] = value

    @staticmethod
    def _require_keys(own: set[str], given: set[str]) -> None:
        faults = {"missing": own - given, "unexpected": given - own}
        if any(faults.values()):
            said = [f"{what} keys: {', '.join(sorted(keys))}" for what, keys in faults.items() if keys]
            raise KeyError("; ".join(said))


class Module(Stateful):
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


class Sequential(Module, Sequence):
    """Modules one after the other; what a sequence can do is inherited from `collections.abc.Sequence`."""

    def __init__(self, *modules: Module) -> None:
        super().__init__()
        for module in modules:
            self.append(module)

    def append(self, module: Module) -> Sequential:
        """Add a module at the end; TypeError if it is none."""
        if not isinstance(module, Module):
            raise TypeError(f"{type(module).__name__} is no subclass of Module")
        setattr(self, str(len(self)), module)
        return self

    def __len__(self) -> int:
        return len(self._names["module"])

    def __getitem__(self, index: int | slice) -> Module:
        names = self._names["module"][index]
        return getattr(self, names) if isinstance(names, str) else Sequential(*(getattr(self, name) for name in names))

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Call every module in turn."""
        for module in self:
            x = module(x)
        return x

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Send a gradient back through every module, the last one first."""
        for module in reversed(self):
            dy = module.backward(dy)
        return dy
