"""What PyTorch is asked about gradients: of every operation, of graphs, of what is not recorded, and second ones.

Not compared: the types of errors, and memory. PyTorch frees a graph unless it is told otherwise, and the cases tell it.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.recordings.case import Arrays, Case

SHAPES = {
    "": ((2, 3), (2, 3)),
    " with a row": ((2, 3), (3,)),
    " with a column": ((2, 1), (2, 3)),
    " with a number": ((), (2,)),
}
PRODUCTS = (((2, 3), (3, 2)), ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((2, 2, 3), (3, 2)), ((2, 3), (2, 3, 1)))
AXES: tuple[dict[str, Any], ...] = ({}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": [0, 2]}, {"axis": 1})
KEYS = (1, -1, [0, 0, 1], [[0, 1], [1, 1]])
GRAPHS: dict[str, Callable[..., Any]] = {
    "x * x + x": lambda x: x * x + x,
    "2 - x / (x @ x)": lambda x: 2 - x / (x @ x),
    "h = exp(x); h * log(h) + h": lambda x: x.exp() * x.exp().log() + x.exp(),
    "2 ** x - x ** 2": lambda x: 2**x - x**2,
    "x * x.detach()": lambda x: x * x.detach(),
    "x[0] * x[1] + x": lambda x: x[0] * x[1] + x,
}
WITHOUT_A_TWIN = {
    "record": "it is how this course suggests to write operations, and all of them are",
    "operands": "the same: float32 beside numbers is compared in test_hidden_tensors.py",
    "Context": "PyTorch makes its own; the case of Function uses one",
}


def cases() -> Iterator[Case]:
    """Every operation, and graphs."""
    rng = np.random.default_rng(10)
    for name in ("add", "sub", "mul", "div", "pow", "maximum", "minimum"):
        for what, shapes in SHAPES.items():
            yield _case(rng, name, what, *(_positive(rng, shape) for shape in shapes))
    for one, other in PRODUCTS:
        yield _case(rng, "matmul", f" {one} {other}", _normal(rng, one), _normal(rng, other))
    for name in ("neg", "abs", "exp", "log", "sqrt", "tanh", "sigmoid", "relu"):
        yield _case(rng, name, "", _positive(rng, (2, 3)) if name in ("log", "sqrt") else _normal(rng, (2, 3)))
    edges = np.array([0.0, -0.0, 1.0, -1.0, 0.5])
    for name, options in (("abs", {}), ("relu", {}), ("clip", {"min": -1.0, "max": 0.5}), ("clip", {"max": 0.5})):
        yield _case(rng, name, f" at its edges {options}", edges, **options)
    yield _case(rng, "maximum", " of equal numbers", np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0]))
    yield _case(rng, "pow", " at zero", np.array([0.0, 0.0, 2.0]), np.array([0.0, 2.0, 0.0]))
    yield _case(rng, "where", "", _normal(rng, (2, 3)), _normal(rng, (3,)), condition=[[True, False, True]])
    yield from _several(rng)
    for name in GRAPHS:
        yield Case(name, "graph", {"graph": name}, {"x": _positive(rng, (2, 2)), "dy": _normal(rng, (2, 2))})
        if "detach" not in name:
            yield Case(f"the second derivative of {name}", "second", {"graph": name}, _square(rng))
    asked = {"names": ["Tensor", "no_grad", "enable_grad", "is_grad_enabled", "Function"]}
    yield Case("what is recorded, and an operation of one's own", "states", asked, {"x": _positive(rng, (2,))})


def _several(rng: np.random.Generator) -> Iterator[Case]:
    """Functions of several entries, and shapes."""
    for name in ("sum", "mean", "var", "max", "min", "logsumexp"):
        for options in AXES[name == "logsumexp" :]:
            yield _case(rng, name, f" {options}", _normal(rng, (2, 3, 2)), **options)
    yield _case(rng, "var", " without correction", _normal(rng, (2, 3)), axis=1, correction=0)
    for name in ("softmax", "log_softmax"):
        for axis in (0, -1):
            yield _case(rng, name, f" {axis}", _normal(rng, (2, 3)), axis=axis)
    why = "the first of equal entries has the whole gradient here; torch.amax lets them share it"
    tied = {"x": np.array([2.0, 1.0, 2.0]), "dy": np.array(1.5)}
    yield Case("max of equal entries", "operation", {"operation": "max", "options": {}}, tied, why)
    for shape in ([3, 2], [6], [-1, 1]):
        yield _case(rng, "reshape", f" {shape}", _normal(rng, (2, 3)), shape=shape)
    yield _case(rng, "transpose", "", _normal(rng, (2, 3, 2)), axes=[1, 2, 0])
    yield _case(rng, "broadcast_to", "", _normal(rng, (3, 1)), shape=[2, 3, 2])
    for key in KEYS:
        yield _case(rng, "getitem", f" {key}", _normal(rng, (2, 3)), key=key)
    yield _case(rng, "concatenate", "", _normal(rng, (2, 3)), _normal(rng, (2, 1)), axis=1)
    yield _case(rng, "stack", "", _normal(rng, (2, 3)), _normal(rng, (2, 3)), axis=-1)


def _case(rng: np.random.Generator, name: str, what: str, *operands: np.ndarray, **options: Any) -> Case:
    """A case whose dy fits any result: numbers that are repeated until there are enough."""
    arrays = dict(zip("xy", operands)) | {"dy": _normal(rng, (5,))}
    return Case(f"{name}{what}", "operation", {"operation": name, "options": options}, arrays)


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(np.round(rng.normal(size=shape), 2))


def _positive(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(np.round(rng.uniform(0.5, 2, shape), 2))


def _square(rng: np.random.Generator) -> Arrays:
    return {"x": _positive(rng, (2, 2)), "dy": _normal(rng, (2, 2)), "again": _normal(rng, (2, 2))}


def _operation(f: Any, spec: dict[str, Any], arrays: Arrays) -> dict[str, Any]:
    leaves = [f.leaf(arrays[name]) for name in "xy" if name in arrays]
    y = f.operation(spec["operation"], leaves, spec["options"])
    value = f.array(y)
    f.back(y, np.resize(arrays["dy"], value.shape))
    return {"y": value} | {f"{name}.grad": f.array(leaf.grad) for name, leaf in zip("xy", leaves)}


def _graph(f: Any, spec: dict[str, Any], arrays: Arrays) -> dict[str, Any]:
    """Gradients after one backward and after a second one."""
    x = f.leaf(arrays["x"])
    y = GRAPHS[spec["graph"]](x)
    f.back(y, arrays["dy"])
    once = f.array(x.grad).copy()
    f.back(y, arrays["dy"])
    return {"y": f.array(y), "x.grad": once, "x.grad after a second backward": f.array(x.grad)}


def _second(f: Any, spec: dict[str, Any], arrays: Arrays) -> dict[str, Any]:
    x = f.leaf(arrays["x"])
    f.back(GRAPHS[spec["graph"]](x), arrays["dy"], create_graph=True)
    first, x.grad = x.grad, None
    f.back(first, arrays["again"])
    return {"x.grad": f.array(first), "the gradient of x.grad": f.array(x.grad)}


def _states(f: Any, _spec: dict[str, Any], arrays: Arrays) -> dict[str, Any]:
    """What is recorded in and around contexts, and an operation of one's own."""

    class Cube(f.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx: Any, dy: Any) -> Any:
            return dy * 3 * ctx.saved_tensors[0] ** 2

    x, found = f.leaf(arrays["x"]), []
    with f.autograd.no_grad():
        found += [(x * 2).requires_grad, f.autograd.is_grad_enabled(), Cube.apply(x).requires_grad]
        with f.autograd.enable_grad():
            found += [(x * 2).requires_grad, f.autograd.is_grad_enabled()]
    y = Cube.apply(x * 2)
    found += [y.requires_grad, y.is_leaf, x.is_leaf, y.detach().requires_grad]
    f.back(y, np.array([1.0, -2.0]))
    return {"states": [str(state) for state in found], "y": f.array(y), "x.grad": f.array(x.grad)}


WAYS = {"operation": _operation, "graph": _graph, "second": _second, "states": _states}
