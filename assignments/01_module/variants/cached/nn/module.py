"""Another layout of what is kept: a Sequential keeps the steps back, loading a state keeps a list of things to do.

The walk over the tree is one generator, `_walk`, of what a small data class calls a place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
    dtype = parameter.data.dtype
    if parameter.grad is None:
        parameter.grad = np.array(gradient, dtype=dtype)
    else:
        parameter.grad = np.asarray(parameter.grad + gradient, dtype=dtype)


@dataclass(frozen=True)
class Place:
    """Where something is kept: it is read anew each time, as an attribute may be assigned another object."""

    owner: Module
    name: str
    path: str

    @property
    def item(self) -> Any:
        """The object itself: a module, a parameter, a buffer or something else."""
        return vars(self.owner)[self.name]

    @property
    def is_buffer(self) -> bool:
        """Whether it was registered as a buffer and has an array."""
        return self.name in vars(self.owner).get("_buffer_names", {}) and self.item is not None

    @property
    def array(self) -> np.ndarray:
        """The array of a parameter or a buffer."""
        return self.item if self.is_buffer else self.item.data


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
        names = vars(self).get("_buffer_names", {})
        taken = name in vars(self) or hasattr(type(self), name)  # of the class: no property is run
        if not name or "." in name or (taken and name not in names):
            raise KeyError(f"{name!r} cannot be the name of a buffer here")
        vars(self).update({"_buffer_names": {**names, name: True}, name: array})

    def _places(self, path: str = "") -> list[Place]:
        return [Place(self, name, path + name) for name in vars(self)]

    def _walk(self, path: str = "") -> Iterator[Place]:
        """Every place below this module: parameters, buffers, then each child followed by what is below it."""
        places = self._places(path)
        yield from (p for p in places if isinstance(p.item, Parameter))
        yield from (p for p in places if p.is_buffer)
        for place in places:
            if isinstance(place.item, Module):
                yield place
                yield from place.item._walk(f"{place.path}.")

    def _once(self, wanted: Callable[[Place], bool]) -> Iterator[Place]:
        """The wanted places of the walk, without those whose object was met before."""
        met: set[int] = set()
        for place in self._walk():
            if wanted(place) and id(place.item) not in met:
                met.add(id(place.item))
                yield place

    def children(self) -> Iterator[Module]:
        """Iterate over the modules held directly by this one, each once."""
        held = {id(p.item): p.item for p in self._places() if isinstance(p.item, Module)}
        yield from held.values()

    def modules(self) -> Iterator[Module]:
        """Iterate over this module and all below it, depth first, each once."""
        yield self
        for place in self._once(lambda p: isinstance(p.item, Module)):
            yield place.item

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Iterate over all parameters with dotted names, each once."""
        for place in self._once(lambda p: isinstance(p.item, Parameter)):
            yield place.path, place.item

    def parameters(self) -> Iterator[Parameter]:
        """Iterate over the parameters of `named_parameters`, without the names."""
        for _, parameter in self.named_parameters():
            yield parameter

    def named_buffers(self) -> Iterator[tuple[str, np.ndarray]]:
        """Iterate over all buffers with dotted names, each once."""
        for place in self._once(lambda p: p.is_buffer):
            yield place.path, place.item

    def train(self, mode: bool = True) -> Module:
        """Set `training` here and in every module below."""
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self) -> Module:
        """Set `training` to False here and in every module below."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Set the `grad` of every parameter to None."""
        for place in self._walk():
            if isinstance(place.item, Parameter):
                place.item.grad = None

    def _state(self) -> dict[str, np.ndarray]:
        return {p.path: p.array for p in self._walk() if not isinstance(p.item, Module)}

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copy everything that is needed to restore this module."""
        return {path: array.copy() for path, array in self._state().items()}

    def load_state_dict(self, state: Mapping[str, np.ndarray], strict: bool = True) -> None:
        """Copy the arrays of a `state_dict` into the parameters and buffers, in place, or change nothing."""
        own = self._state()
        missing, unexpected = own.keys() - state.keys(), state.keys() - own.keys()
        if strict and missing | unexpected:
            raise KeyError(f"not in the state: {sorted(missing)}; not in the module: {sorted(unexpected)}")
        to_do = [self._load(path, own[path], state[path]) for path in own.keys() & state.keys()]
        for load in to_do:
            load()

    @staticmethod
    def _load(path: str, target: np.ndarray, value: np.ndarray) -> Callable[[], None]:
        """What loads one array, once all have been found to fit."""
        check_shape(path, np.shape(value), target.shape)

        def load() -> None:
            target[...] = value

        return load


class Sequential(Module):
    """Modules one after the other; what is kept of a forward pass is the list of the steps back."""

    def __init__(self, *modules: Module) -> None:
        self._length = 0
        for module in modules:
            self.append(module)

    def append(self, module: Module) -> Sequential:
        """Add a module at the end; TypeError if it is none."""
        if not isinstance(module, Module):
            raise TypeError(f"{module!r} is not a Module")
        setattr(self, f"{self._length}", module)
        self._length += 1
        return self

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Module]:
        return map(self.__getitem__, range(self._length))

    def __getitem__(self, index: int | slice) -> Module:
        if isinstance(index, slice):
            return Sequential(*list(self)[index])
        if not -self._length <= index < self._length:
            raise IndexError(f"index {index} is out of range for {self._length} modules")
        return getattr(self, f"{index % self._length}")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Call every module in turn."""
        steps_back: list[Callable[[np.ndarray], np.ndarray]] = []
        for module in self:
            x = module(x)
            steps_back.insert(0, module.backward)
        self.save_for_backward(*steps_back)
        return x

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Go the steps back."""
        for step in self.saved_values:
            dy = step(dy)
        return dy
