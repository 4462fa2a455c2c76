"""PyTorch as `play` wants it."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
import torch.utils.data
from torch.optim import lr_scheduler as schedules

from grader.recordings.case import Case
from grader.recordings.play import Way, play


def _linear_gradients(x: torch.Tensor, weight: torch.Tensor, dy: torch.Tensor) -> tuple[torch.Tensor, ...]:
    leaves = [x, weight, torch.zeros(len(weight))]
    for leaf in leaves:
        leaf.requires_grad = True
    torch.nn.functional.linear(*leaves).backward(dy)
    return tuple(leaf.grad for leaf in leaves)


DRAFTS: dict[str, Callable[..., Any]] = {
    "softmax": torch.softmax,
    "mean_squared_error": torch.nn.functional.mse_loss,
    "linear_gradients": _linear_gradients,
}


def _mapped(function: Callable[[Any], Any], tree: Any) -> Any:
    """A tuple of what the function makes of the leaves of nested tuples; None stays as it is."""
    if isinstance(tree, tuple):
        return tuple(_mapped(function, part) for part in tree)
    return None if tree is None else function(tree)


def _leaf(array: np.ndarray) -> torch.Tensor:
    return torch.tensor(array, requires_grad=array.dtype.kind == "f")


def _pairs(y: Any, dy: Any) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Each output with what arrives there."""
    if isinstance(y, tuple) and dy is not None:
        for part, arriving in zip(y, dy, strict=True):
            yield from _pairs(part, arriving)
    elif dy is not None:
        yield y, torch.tensor(dy)


def _reduced(function: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    """With PyTorch's names of `axis` and `keepdims`; without an axis, over all."""

    def reduced(x: torch.Tensor, axis: Any = None, keepdims: bool = False, **more: Any) -> torch.Tensor:
        axes = tuple(range(x.ndim)) if axis is None else axis
        return function(x, dim=axes, keepdim=keepdims, **more)

    return reduced


# What is called otherwise in PyTorch, or takes other arguments.
OPERATIONS: dict[str, Callable[..., torch.Tensor]] = {
    **{name: _reduced(getattr(torch, name)) for name in ("sum", "mean", "var", "logsumexp")},
    "max": _reduced(torch.amax),
    "min": _reduced(torch.amin),
    "softmax": lambda x, axis: torch.softmax(x, axis),
    "log_softmax": lambda x, axis: torch.log_softmax(x, axis),
    "reshape": lambda x, shape: x.reshape(shape),
    "transpose": lambda x, axes: x.permute(axes),
    "broadcast_to": lambda x, shape: torch.broadcast_to(x, shape),
    "getitem": lambda x, key: x[key if isinstance(key, int) else torch.tensor(key)],
    "where": lambda x, y, condition: torch.where(torch.tensor(condition), x, y),
    "concatenate": lambda x, y, axis: torch.cat([x, y], axis),
    "stack": lambda x, y, axis: torch.stack([x, y], axis),
}


class PyTorch:
    """Real PyTorch: no class, function or gradient here is ours."""

    nn, optim = torch.nn, torch.optim
    utils = torch.nn.utils
    datasets = torch.utils.data
    autograd = SimpleNamespace(
        **{name: getattr(torch, name) for name in ("no_grad", "enable_grad", "is_grad_enabled")},
        Function=torch.autograd.Function,
    )
    trainer = None
    grad_scaler = partial(torch.amp.GradScaler, "cpu")
    # In this course momentum is left alone
    lr_scheduler = SimpleNamespace(
        **vars(schedules) | {"OneCycleLR": partial(schedules.OneCycleLR, cycle_momentum=False)}
    )

    def tensor(self, array: np.ndarray) -> torch.Tensor:
        return torch.tensor(array)

    def array(self, tensor: torch.Tensor) -> np.ndarray:
        return tensor.detach().numpy().copy()

    def parameter(self, array: np.ndarray) -> torch.nn.Parameter:
        return torch.nn.Parameter(torch.tensor(array))

    data = array

    def forward(self, module: torch.nn.Module, *inputs: np.ndarray) -> Any:
        """Run forward. A mean or sum becomes a Python float, as in this course. The graph is kept for `backward`."""
        self.x = torch.tensor(inputs[0], requires_grad=True)
        self.y = module(self.x, *(torch.tensor(other) for other in inputs[1:]))
        return self.y.item() if getattr(module, "reduction", "none") != "none" else self.array(self.y)

    def backward(self, _module: torch.nn.Module, dy: np.ndarray | None) -> np.ndarray:
        self.x.grad = None  # this course returns dx, and only parameters accumulate
        self.y.backward(None if dy is None else torch.tensor(dy), retain_graph=True)
        return self.array(self.x.grad)

    def passes(self, module: torch.nn.Module, inputs: Any, upstream: Any) -> tuple[Any, Any]:
        """Forward and backward of nested tuples of arrays; the gradients of integers and of None are None."""
        given = _mapped(_leaf, inputs)
        y = module(*given)
        outputs = y if isinstance(y, tuple) else (y,)
        torch.autograd.backward(*zip(*_pairs(outputs, upstream), strict=True))
        return _mapped(self.array, y), _mapped(lambda leaf: None if leaf.grad is None else self.array(leaf.grad), given)

    def vjp(self, function: Callable[[torch.Tensor], torch.Tensor], x: np.ndarray, dy: np.ndarray) -> np.ndarray:
        tensor = torch.tensor(x, requires_grad=True)
        function(tensor).backward(torch.tensor(dy))
        return self.array(tensor.grad)

    def draft(self, name: str, *arrays: np.ndarray, **options: Any) -> Any:
        """What PyTorch has in the place of a function that students test."""
        y = DRAFTS[name](*map(torch.tensor, arrays), **options)
        if isinstance(y, tuple):
            return tuple(map(self.array, y))
        return self.array(y) if y.ndim else y.item()

    def logsumexp(self, x: np.ndarray, **options: Any) -> np.ndarray:
        return self.array(torch.logsumexp(torch.tensor(x), **options))

    def leaf(self, array: np.ndarray) -> torch.Tensor:
        return torch.tensor(array, requires_grad=True)

    def operation(self, name: str, leaves: list[torch.Tensor], options: dict[str, Any]) -> torch.Tensor:
        function = OPERATIONS.get(name) or getattr(torch, name)
        return function(*leaves, **options)

    def back(self, y: torch.Tensor, dy: np.ndarray, create_graph: bool = False) -> None:
        y.backward(torch.tensor(dy), retain_graph=True, create_graph=create_graph)


def ask(case: Case, ways: Mapping[str, Way]) -> dict[str, Any]:
    """What PyTorch answers."""
    with _in_float64(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of schedules without training, and of KL's "mean"
        return play(PyTorch(), case, ways)


@contextmanager
def _in_float64() -> Iterator[None]:
    """Have PyTorch keep its own scalars in float64.

    By default it rounds some to float32, NAdam's product of momenta for one.
    """
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(default)
