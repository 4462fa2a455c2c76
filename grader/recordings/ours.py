"""A framework with this course's interface, as `play` wants it."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np


class Ours:
    """Wraps a package: the reference, or another one. It gets only copies, so it cannot overwrite a case."""

    def __init__(self, package: ModuleType) -> None:
        self._package = package
        self.nn, self.optim = package.nn, package.optim
        self.lr_scheduler, self.utils = package.optim.lr_scheduler, package.nn.utils
        self.datasets, self.trainer = package.data, package.training.Trainer
        self.autograd, self.grad_scaler = package.autograd, package.amp.GradScaler

    def tensor(self, array: np.ndarray) -> np.ndarray:
        return np.array(array)

    def array(self, value: Any) -> np.ndarray:
        """A copy; of a tensor of `autograd`, that of its array."""
        return np.array(value.data if isinstance(value, self.autograd.Tensor) else value)

    def parameter(self, array: np.ndarray) -> Any:
        return self.nn.Parameter(array.copy())

    def data(self, parameter: Any) -> np.ndarray:
        return parameter.data.copy()

    def forward(self, module: Any, *inputs: np.ndarray) -> Any:
        return module(*map(self.tensor, inputs))

    def backward(self, module: Any, dy: np.ndarray | None) -> np.ndarray:
        return module.backward() if dy is None else module.backward(self.tensor(dy))

    def passes(self, module: Any, inputs: Any, upstream: Any) -> tuple[Any, Any]:
        """Forward and backward of nested tuples of arrays."""
        return module(*self._copied(inputs)), module.backward(*self._copied(upstream))

    def _copied(self, tree: Any) -> Any:
        if isinstance(tree, tuple):
            return tuple(map(self._copied, tree))
        return None if tree is None else self.tensor(tree)

    def vjp(self, function: Callable[[np.ndarray], np.ndarray], x: np.ndarray, dy: np.ndarray) -> np.ndarray:
        """Numerical, with a step that is exact for functions of the second degree."""
        return self._package.gradcheck.numerical_vjp(function, x.copy(), dy.copy(), eps=0.5)

    def draft(self, name: str, *arrays: np.ndarray, **options: Any) -> Any:
        """One of the functions that students test."""
        return getattr(self._package.tests_written.drafts, name)(*map(self.tensor, arrays), **options)

    def logsumexp(self, x: np.ndarray, **options: Any) -> np.ndarray:
        return self.nn.logsumexp(self.tensor(x), **options)

    def leaf(self, array: np.ndarray) -> Any:
        """A tensor that requires a gradient."""
        return self.autograd.Tensor(array.copy(), requires_grad=True)

    def operation(self, name: str, leaves: list[Any], options: dict[str, Any]) -> Any:
        """One of `autograd`. What is no option, such as a shape, comes from the options, too."""
        given = [leaves] if name in ("concatenate", "stack") else leaves
        if "condition" in options:
            return self.autograd.where(np.array(options["condition"]), *leaves)
        by_place = [options[key] for key in ("shape", "axes", "key") if key in options]
        named = {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}
        named = {key: value for key, value in named.items() if key not in ("shape", "axes", "key")}
        return getattr(self.autograd, name)(*given, *by_place, **named)

    def back(self, y: Any, dy: np.ndarray, create_graph: bool = False) -> None:
        """A backward after which there may be another one."""
        y.backward(dy.copy(), create_graph=create_graph)
