"""Asks a framework one case. Classes and options have the same names in both, so this is written once."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from grader.recordings.case import Case

Array = np.ndarray
Tree = Any  # an array, None, or a tuple of trees
Way = Callable[[Any, dict[str, Any], dict[str, Array]], dict[str, Any]]


class Framework(Protocol):
    """The differences between PyTorch and this course: tensors, and how a backward pass is run."""

    nn: Any
    optim: Any
    lr_scheduler: Any
    utils: Any
    datasets: Any  # TensorDataset, DataLoader and so on
    autograd: Any  # no_grad, Function and so on
    trainer: Any  # the class of this course, or None: PyTorch has no training loop

    def tensor(self, array: Array) -> Any: ...
    def array(self, tensor: Any) -> Array: ...
    def parameter(self, array: Array) -> Any: ...
    def data(self, parameter: Any) -> Array: ...
    def forward(self, module: Any, *inputs: Array) -> Any: ...
    def backward(self, module: Any, dy: Array | None) -> Array: ...
    def passes(self, module: Any, inputs: Tree, upstream: Tree) -> tuple[Tree, Tree]: ...
    def logsumexp(self, x: Array, **options: Any) -> Array: ...
    def vjp(self, function: Callable[[Any], Any], x: Array, dy: Array) -> Array: ...
    def draft(self, name: str, *arrays: Array, **options: Any) -> Any: ...
    def leaf(self, array: Array) -> Any: ...
    def operation(self, name: str, leaves: list[Any], options: dict[str, Any]) -> Any: ...
    def back(self, y: Any, dy: Array, create_graph: bool = False) -> None: ...


def play(framework: Framework, case: Case, ways: Mapping[str, Way]) -> dict[str, Any]:
    """The results of a case, by name: arrays, floats and lists of names.

    In a case in which the two differ on purpose, an error is a result, too: {"raises": "ValueError"}.
    """
    try:
        return ways[case.way](framework, case.spec, case.arrays)
    except Exception as error:
        if not case.differs:
            raise
        return {"raises": type(error).__name__}


def module(f: Framework, spec: dict, arrays: dict[str, Array]) -> dict[str, Any]:
    """Forward and, as often as `times` says, backward; parameters "weight", "0.bias" and so on are from the arrays."""
    module = built(f, spec["module"])
    for name, p in module.named_parameters():
        p.data = f.tensor(arrays[name])
    y = f.forward(module, arrays["x"])
    for _ in range(spec.get("times", 1)):
        dx = f.backward(module, arrays["dy"])
    grads = {f"{name}.grad": f.array(p.grad) for name, p in module.named_parameters()}
    return {"y": y, "dx": dx} | grads


def passes(f: Framework, spec: dict, arrays: dict[str, Array]) -> dict[str, Any]:
    """One forward and one backward of a module with several inputs and outputs, which may be nested.

    `inputs` and `outputs` of the spec are lists of their names, such as ["x", ["h0", "c0"]]. An input without an array
    is not given, and nothing arrives at an output y without an array dy. The gradient of x is called dx, too.
    """
    module = built(f, spec["module"])
    for name, p in module.named_parameters():
        p.data = f.tensor(arrays[name])
    upstream = _mapped(lambda name: arrays.get(f"d{name}"), spec["outputs"])
    y, dx = f.passes(module, _mapped(arrays.get, spec["inputs"]), upstream)
    results = _named(spec["outputs"], y)
    results |= {f"d{name}": array for name, array in _named(spec["inputs"], dx).items() if name in arrays}
    return results | {f"{name}.grad": f.array(p.grad) for name, p in module.named_parameters()}


def _mapped(function: Callable[[str], Any], names: str | list) -> Tree:
    """A tree of what the function makes of nested names, and None for a group of which it makes nothing."""
    if isinstance(names, str):
        return function(names)
    made = tuple(_mapped(function, name) for name in names)
    return None if all(part is None for part in made) else made


def _named(names: str | list, tree: Tree) -> dict[str, Array]:
    """The arrays of a tree by nested names; what is None has none. A tree for one name may be its only leaf."""
    if tree is None:
        return {}
    if isinstance(names, str):
        return {names: tree}
    parts = tree if isinstance(tree, tuple) else (tree,)
    return {key: leaf for pair in zip(names, parts, strict=True) for key, leaf in _named(*pair).items()}


def built(f: Framework, spec: list) -> Any:
    """A module from data: ["Linear", {"in_features": 3, ...}], or ["Sequential", [...]] of such."""
    name, arguments = spec
    if isinstance(arguments, list):
        return getattr(f.nn, name)(*(built(f, inner) for inner in arguments))
    return getattr(f.nn, name)(**arguments)


WAYS: dict[str, Way] = {"module": module, "passes": passes}
