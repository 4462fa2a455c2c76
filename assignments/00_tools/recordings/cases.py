"""What PyTorch is asked about the tools: derivatives of functions, and the three functions that students test.

A central difference is exact, but for rounding, for functions of the second degree and a large step. So numerical
derivatives are compared with PyTorch's own ones of such functions, to the last digits. How gradcheck judges is not
compared: PyTorch's has another rule.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.recordings.case import Case


def cases() -> Iterator[Case]:
    """Derivatives of maps of the second degree; then each function, with its options and at its edges."""
    rng = np.random.default_rng(0)
    for title, x, y in (("a vector", (3,), (2,)), ("a matrix", (2, 3), (2, 2)), ("a number", (), (3,))):
        arrays = {"a": rng.normal(size=(*y, *x)), "x": np.asarray(rng.normal(size=x)), "dy": rng.normal(size=y)}
        yield Case(f"numerical_vjp for {title}", "vjp", {}, arrays)
    x = rng.normal(0, 2, (2, 3, 4))
    for dim in (-1, 0, 1, -2):
        yield Case(f"softmax along {dim}", "draft", {"name": "softmax", "options": {"dim": dim}}, {"x": x})
    rows = np.array([[1e4, 1e4, -1e4], [-1e4, 1.0 - 1e4, -1e4]])
    yield Case("softmax of large numbers", "draft", {"name": "softmax", "options": {"dim": -1}}, {"x": rows})
    pair = {"prediction": rng.normal(size=(3, 2)), "target": rng.normal(size=(3, 2))}
    for reduction in ("none", "mean", "sum"):
        spec = {"name": "mean_squared_error", "options": {"reduction": reduction}}
        yield Case(f"mean_squared_error, {reduction}", "draft", spec, pair)
    for leading in ((4,), (), (2, 3)):
        arrays = {"x": rng.normal(size=(*leading, 3)), "weight": rng.normal(size=(2, 3))}
        arrays |= {"dy": rng.normal(size=(*leading, 2))}
        yield Case(f"linear_gradients, leading {leading}", "draft", {"name": "linear_gradients", "options": {}}, arrays)


def _vjp(f: Any, _spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """Of y = (sum over x of a * x)², which is of the second degree."""
    a, x, dy = arrays["a"], arrays["x"], arrays["dy"]
    axes = tuple(range(dy.ndim, a.ndim))
    return {"dx": f.vjp(lambda x: ((f.tensor(a) * x).sum(axes) if axes else f.tensor(a) * x) ** 2, x, dy)}


def _draft(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    found = f.draft(spec["name"], *arrays.values(), **spec["options"])
    return {str(i): one for i, one in enumerate(found)} if isinstance(found, tuple) else {"y": found}


WAYS = {"vjp": _vjp, "draft": _draft}
