"""PyTorch itself: a tree of torch modules is built beside ours, and asked for names, order and state.

Where the contract differs from PyTorch, it decides: the errors of `load_state_dict`, and that it is all or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch

from .parameter import Parameter


def check_shape(name: str, actual: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """Insist on a shape: ValueError naming both, if they differ."""
    if actual != expected:
        raise ValueError(f"{name} has shape {actual}, but should have shape {expected}")


def to_tensor(array: np.ndarray, dtype: np.dtype | None = None) -> torch.Tensor:
    """A copy as a tensor, of its own dtype or another: torch takes only native byte order, and no negative strides."""
    native = np.dtype(array.dtype if dtype is None else dtype).newbyteorder("=")
    return torch.from_numpy(np.array(array, dtype=native, order="C"))


def to_array(tensor: torch.Tensor) -> np.ndarray:
    """A copy as an array: autograd may keep the tensor itself."""
    return tensor.detach().numpy().copy()


def accumulate_grad(parameter: Parameter, gradient: np.ndarray) -> None:
    """Add a gradient to what `parameter.grad` already holds, as autograd does at a leaf."""
    check_shape("the gradient", gradient.shape, parameter.shape)
    leaf = to_tensor(parameter.data).requires_grad_()
    if parameter.grad is not None:
        leaf.grad = to_tensor(parameter.grad, parameter.data.dtype)
    leaf.backward(to_tensor(gradient, parameter.data.dtype))
    parameter.grad = to_array(leaf.grad)


class Mirror(torch.nn.Module):
    """A torch module with the same parts as one of ours, and so on downwards; the tensors are copies.

    What is the same object in several places there is the same here. Parts are put into torch's own tables, as
    `register_parameter` refuses the names of torch's methods ("type", "float"), which are free here.
    """

    def __init__(self, module: Module, built: dict[int, Any]) -> None:
        super().__init__()
        self.original = (module,)  # in a tuple, as it is no part
        built[id(module)] = self
        for name, value in vars(module).items():
            if isinstance(value, Parameter):
                self._parameters[name] = once(built, value, lambda p: torch.nn.Parameter(to_tensor(p.data)))
            elif isinstance(value, Module):
                self._modules[name] = once(built, value, lambda m: Mirror(m, built))
        for name in vars(module).get("_buffer_names", {}):
            self._buffers[name] = once(built, vars(module).get(name), to_buffer)


def to_buffer(array: np.ndarray | None) -> torch.Tensor | None:
    """A buffer of a torch module, that may be None there too."""
    return None if array is None else to_tensor(array)


def once(built: dict[int, Any], item: Any, build: Any) -> Any:
    """What was built for this very object before, or now."""
    if id(item) not in built:
        built[id(item)] = build(item)
    return built[id(item)]


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
        """Make an array part of the state; torch judges the name, but for the attributes of our class."""
        names = vars(self).get("_buffer_names", {})
        if name not in names and (name in vars(self) or hasattr(type(self), name)):
            raise KeyError(f"attribute {name!r} already exists")
        if not name or "." in name:
            torch.nn.Module().register_buffer(name, None)  # raises KeyError
        self._buffer_names = {**names, name: None}
        setattr(self, name, array)

    def _arrays(self) -> dict[str, np.ndarray]:
        """The very arrays of the state, by the names that torch gives them."""
        mirror, arrays = Mirror(self, {}), {}
        for path, module in mirror.named_modules(remove_duplicate=False):
            [original] = module.original
            for name, part in [*module._parameters.items(), *module._buffers.items()]:
                if part is not None:
                    item = vars(original)[name]
                    arrays[f"{path}.{name}" if path else name] = item.data if isinstance(item, Parameter) else item
        return arrays

    def _find(self, path: str) -> Any:
        """What stands at a dotted path."""
        first, _, rest = path.partition(".")
        return vars(self)[first]._find(rest) if rest else vars(self)[first]

    def children(self) -> Iterator[Module]:
        """Iterate over the modules held directly by this one, each once."""
        return (child.original[0] for child in Mirror(self, {}).children())

    def modules(self) -> Iterator[Module]:
        """Iterate over this module and all below it, depth first, each once."""
        return (module.original[0] for module in Mirror(self, {}).modules())

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Iterate over all parameters with dotted names, each once."""
        return ((name, self._find(name)) for name, _ in Mirror(self, {}).named_parameters())

    def parameters(self) -> Iterator[Parameter]:
        """Iterate over the parameters of `named_parameters`, without the names."""
        return (parameter for _, parameter in self.named_parameters())

    def named_buffers(self) -> Iterator[tuple[str, np.ndarray]]:
        """Iterate over all buffers with dotted names, each once."""
        return ((name, self._find(name)) for name, _ in Mirror(self, {}).named_buffers())

    def train(self, mode: bool = True) -> Module:
        """Set `training` here and in every module below."""
        for mirror in Mirror(self, {}).train(mode).modules():
            mirror.original[0].training = mirror.training
        return self

    def eval(self) -> Module:
        """Set `training` to False here and in every module below."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Set the `grad` of every parameter to None."""
        for parameter in self.parameters():
            parameter.grad = None

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copy everything that is needed to restore this module."""
        return {name: to_array(tensor) for name, tensor in Mirror(self, {}).state_dict().items()}

    def load_state_dict(self, state: Mapping[str, np.ndarray], strict: bool = True) -> None:
        """Load into the mirror, and copy from there once all is well."""
        arrays, mirror = self._arrays(), Mirror(self, {})
        for name in arrays.keys() & state.keys():
            check_shape(f"{name!r}", np.shape(state[name]), arrays[name].shape)
        keys = mirror.load_state_dict({name: to_tensor(np.asarray(a)) for name, a in state.items()}, strict=False)
        if strict and (keys.missing_keys or keys.unexpected_keys):
            raise KeyError(str(keys))
        for name, tensor in mirror.state_dict().items():
            if name in state:
                np.copyto(arrays[name], tensor.numpy())


class Sequential(Module):
    """Modules one after the other; a torch.nn.ModuleList of mirrors keeps count and order."""

    def __init__(self, *modules: Module) -> None:
        for module in modules:
            self.append(module)

    def append(self, module: Module) -> Sequential:
        """Add a module at the end; TypeError if it is none."""
        if not isinstance(module, Module):
            raise TypeError(f"{torch.typename(module)} is not a Module subclass")
        setattr(self, str(len(self)), module)
        return self

    def __len__(self) -> int:
        return len(self._list())

    def _list(self) -> torch.nn.ModuleList:
        return torch.nn.ModuleList(Mirror(self, {})._modules.values())

    def __iter__(self) -> Iterator[Module]:
        return (mirror.original[0] for mirror in self._list())

    def __getitem__(self, index: int | slice) -> Module:
        chosen = self._list()[index]  # raises IndexError
        if isinstance(index, slice):
            return Sequential(*(mirror.original[0] for mirror in chosen))
        return chosen.original[0]

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Call every module in turn."""
        for module in self:
            x = module(x)
        return x

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Send a gradient back through every module, the last one first."""
        for module in reversed(list(self)):
            dy = module.backward(dy)
        return dy
