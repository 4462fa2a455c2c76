"""What PyTorch is asked about activations: ordinary inputs, and the points at which conventions differ."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.recordings.case import Case

OPTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ReLU", {}),
    ("LeakyReLU", {}),
    ("LeakyReLU", {"negative_slope": 0.25}),
    ("LeakyReLU", {"negative_slope": -1.5}),
    ("ELU", {}),
    ("ELU", {"alpha": 2.5}),
    ("Sigmoid", {}),
    ("Tanh", {}),
    ("Softplus", {}),
    ("Softplus", {"beta": 2.5}),
    ("SiLU", {}),
    ("GELU", {}),
    ("GELU", {"approximate": "tanh"}),
    ("Softmax", {"dim": -1}),
    ("Softmax", {"dim": 0}),
    ("LogSoftmax", {"dim": -1}),
    ("LogSoftmax", {"dim": 1}),
)
# Zero of both signs is where a corner is; the large ones are the largest that are promised.
EDGES = np.array([-1e4, -700.0, -30.0, -1e-9, -0.0, 0.0, 1e-9, 7.0, 30.0, 1e4])
SOFTPLUS_EDGES = np.array([-1e4, -700.0, -30.0, -1e-9, -0.0, 0.0, 1e-9, 7.0])  # beyond 20 PyTorch has another formula


def cases() -> Iterator[Case]:
    """Each class and option on numbers of usual size in both dtypes, and on the edges."""
    rng = np.random.default_rng(2)
    for name, options in OPTIONS:
        title = f"{name}({', '.join(f'{k}={v}' for k, v in options.items())})"
        usual = {"x": rng.normal(0, 2, (2, 2, 3)), "dy": rng.normal(size=(2, 2, 3))}
        edges = SOFTPLUS_EDGES if name == "Softplus" else EDGES
        edges = np.stack([edges, edges[::-1]]) if "dim" in options else edges
        yield _case(title, name, options, usual)
        yield _case(f"{title} in float32", name, options, {k: v[0].astype(np.float32) for k, v in usual.items()})
        yield _case(f"{title} at its edges", name, options, {"x": edges, "dy": rng.normal(size=edges.shape)})
    yield from _impossible_scores(rng)
    yield from _logsumexp(rng)
    yield from _on_purpose(rng)


def _case(title: str, name: str, options: dict, arrays: dict[str, np.ndarray]) -> Case:
    return Case(title, "module", {"module": [name, options]}, arrays)


def _impossible_scores(rng: np.random.Generator) -> Iterator[Case]:
    x = rng.normal(0, 2, (3, 4))
    x[0, 1] = x[2, 0] = x[2, 3] = -np.inf
    for name in ("Softmax", "LogSoftmax"):
        yield _case(f"{name} of scores that are -inf", name, {"dim": -1}, {"x": x, "dy": rng.normal(size=x.shape)})


def _on_purpose(rng: np.random.Generator) -> Iterator[Case]:
    guess = "PyTorch guesses the dimension, here the first, and warns; here it is the last"
    near = "PyTorch gives x where beta x > 20, which is up to 2e-9 off; here it is the formula, for every x"
    for name in ("Softmax", "LogSoftmax"):
        arrays = {k: rng.normal(size=(2, 3, 4)) for k in ("x", "dy")}
        yield Case(f"{name} without a dimension", "module", {"module": [name, {}]}, arrays, guess)
    arrays = {"x": np.array([20.5, 21.0]), "dy": np.array([1.5, -0.5])}
    yield Case("Softplus() a little beyond 20", "module", {"module": ["Softplus", {}]}, arrays, near)


def _logsumexp(rng: np.random.Generator) -> Iterator[Case]:
    x = rng.normal(0, 2, (2, 3, 4))
    for options in ({"dim": -1}, {"dim": 0, "keepdim": True}, {"dim": 1}):
        yield Case(f"logsumexp({', '.join(f'{k}={v}' for k, v in options.items())})", "logsumexp", options, {"x": x})
    rows = np.array([[1e4, 1e4, -1e4], [-np.inf, 0.0, 1.0], [-np.inf, -np.inf, -np.inf]])
    yield Case("logsumexp of the largest scores and of none", "logsumexp", {"dim": 1}, {"x": rows})


def _ask_logsumexp(f: Any, spec: dict, arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    return {"y": f.logsumexp(arrays["x"], **spec)}


WAYS = {"logsumexp": _ask_logsumexp}
