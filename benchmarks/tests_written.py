"""Does the share of graded wrong implementations that a suite of tests catches say how good the suite is?

    .venv/bin/python benchmarks/tests_written.py

Twenty suites of rising quality are made for each of the three functions of assignment 00. The first has one assertion,
the last has all of some fifteen; each takes its own at random from a list, which goes from a shape to an error. All
suites are run on the graded wrong implementations, and on others of which no check knows (`held_out_faults.py`).
Printed is the correlation r of the two shares that are caught, for each function and for all suites together: the
median over 200 draws of the suites, and what 19 of 20 draws exceed. No assertion may reject a right implementation.
"""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SUITES = 20
DRAWS = 200
FILES = {"softmax": "softmaxes", "mean_squared_error": "squared_errors", "linear_gradients": "linear_layers"}
Assertion = Callable[[Callable], bool]


def same(found: object, expected: object) -> bool:
    return np.shape(found) == np.shape(expected) and bool(np.allclose(found, expected, rtol=1e-7, atol=1e-9))


def refuses(kind: type[Exception], f: Callable, *args: object) -> bool:
    try:
        f(*args)
    except kind:
        return True
    return False


def rows(x: np.ndarray) -> np.ndarray:
    return np.exp(x - x.max(-1, keepdims=True)) / np.exp(x - x.max(-1, keepdims=True)).sum(-1, keepdims=True)


def products(x: np.ndarray, w: np.ndarray, dy: np.ndarray) -> tuple[np.ndarray, ...]:
    flat = dy.reshape(-1, len(w))
    return dy @ w, flat.T @ x.reshape(-1, x.shape[-1]), flat.sum(0)


RNG = np.random.default_rng(0)
X, Y = RNG.normal(0, 2, (3, 4)), RNG.normal(0, 2, (3, 4))
W, CUBE, ABOVE = RNG.normal(size=(2, 4)), RNG.normal(size=(2, 3, 4)), RNG.normal(size=(2, 3, 2))
DY = RNG.normal(size=(3, 2))

ASSERTIONS: dict[str, list[Assertion]] = {
    "softmax": [
        lambda f: f(X).shape == X.shape,
        lambda f: same(f(np.zeros(2)), [0.5, 0.5]),
        lambda f: same(f(X).sum(axis=-1), np.ones(3)),
        lambda f: same(f(np.array([0.0, np.log(3)])), [0.25, 0.75]),
        lambda f: same(f(X), rows(X)),
        lambda f: same(f(X, 0).sum(axis=0), np.ones(4)),
        lambda f: same(f(X, 0), rows(X.T).T),
        lambda f: same(f(X, -2), f(X, 0)),
        lambda f: same(f(CUBE, 1), np.moveaxis(rows(np.moveaxis(CUBE, 1, -1)), -1, 1)),
        lambda f: same(f(X + 1000.0), rows(X)),
        lambda f: same(f(X - 9000.0), rows(X)),
        lambda f: same(f(X + np.array([[5000.0], [0.0], [-5000.0]])), rows(X)),
        lambda f: f(X.astype(np.float32)).dtype == np.float32,
        lambda f: refuses(IndexError, f, X, 2),
        lambda f: refuses(IndexError, f, X, -3),
    ],
    "mean_squared_error": [
        lambda f: f(X, X) == 0.0,
        lambda f: f(X, Y) > 0.0,
        lambda f: same(f(np.array([1.0]), np.array([3.0])), 4.0),
        lambda f: same(f(X[0], Y[0]), ((X[0] - Y[0]) ** 2).mean()),
        lambda f: same(f(X, Y), ((X - Y) ** 2).mean()),
        lambda f: same(f(X, Y, "sum"), ((X - Y) ** 2).sum()),
        lambda f: f(X, Y, "none").shape == X.shape,
        lambda f: same(f(X, Y, "none"), (X - Y) ** 2),
        lambda f: same(f(X, Y, "sum"), 12 * f(X, Y)),
        lambda f: isinstance(f(X, Y), float),
        lambda f: f(X.astype(np.float32), X.astype(np.float32), "none").dtype == np.float32,
        lambda f: refuses(ValueError, f, X, Y[0]),
        lambda f: refuses(ValueError, f, X, Y.T),
        lambda f: refuses(ValueError, f, X, Y, "max"),
    ],
    "linear_gradients": [
        lambda f: len(f(X, W, DY)) == 3,
        lambda f: f(X, W, DY)[0].shape == X.shape,
        lambda f: f(X, W, DY)[1].shape == W.shape,
        lambda f: f(X, W, DY)[2].shape == (2,),
        lambda f: same(f(X[:1], W, DY[:1])[1], np.outer(DY[0], X[0])),
        lambda f: same(f(X, W, np.ones((3, 2)))[1], np.ones((2, 3)) @ X),
        lambda f: same(f(X, W, DY)[0], DY @ W),
        lambda f: same(f(X, W, DY)[1], DY.T @ X),
        lambda f: same(f(X, W, DY)[2], DY.sum(0)),
        lambda f: same(f(X[0], W, DY[0])[0], DY[0] @ W),
        lambda f: same(f(CUBE, W, ABOVE)[1], products(CUBE, W, ABOVE)[1]),
        lambda f: same(f(CUBE, W, ABOVE)[2], products(CUBE, W, ABOVE)[2]),
        lambda f: refuses(ValueError, f, X, W[:, :3], DY),
        lambda f: refuses(ValueError, f, X, W, DY[:1]),
        lambda f: refuses(ValueError, f, CUBE, W, ABOVE.reshape(3, 2, 2)),
    ],
}


def rejects(assertion: Assertion, implementation: Callable) -> bool:
    """Whether an assertion fails, or raises."""
    try:
        with np.errstate(all="ignore"):
            return not assertion(implementation)
    except Exception:
        return True


def caught(assertions: Sequence[Assertion], implementations: Sequence[Callable]) -> np.ndarray:
    """A row for each assertion and a column for each implementation: does it reject it?"""
    return np.array([[rejects(a, i) for i in implementations] for a in assertions])


def tables(name: str) -> tuple[np.ndarray, np.ndarray]:
    """What each assertion about a function rejects, of the graded and of the held-out wrong implementations."""
    graded, assertions = import_module(FILES[name]), ASSERTIONS[name]
    if caught(assertions, graded.RIGHT).any():
        raise AssertionError(f"an assertion about {name} rejects a right implementation")
    return caught(assertions, graded.WRONG), caught(assertions, import_module("held_out_faults").HELD_OUT[name])


def shares(tables: tuple[np.ndarray, np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """A row for each of twenty suites: the shares of the graded and of the held-out ones that it catches."""
    count = len(tables[0])
    suites = [rng.choice(count, size, replace=False) for size in np.linspace(1, count, SUITES).round().astype(int)]
    return np.array([[table[suite].any(axis=0).mean() for table in tables] for suite in suites])


def study(draws: int = DRAWS) -> dict[str, np.ndarray]:
    """r in every draw, for each function and for all suites together."""
    rng = np.random.default_rng(1)
    known = {name: tables(name) for name in FILES}
    found: dict[str, list[float]] = {}
    for _ in range(draws):
        drawn = {name: shares(table, rng) for name, table in known.items()}
        drawn["all suites"] = np.concatenate(list(drawn.values()))
        for name, pairs in drawn.items():
            found.setdefault(name, []).append(float(np.corrcoef(pairs.T)[0, 1]))
    return {name: np.array(values) for name, values in found.items()}


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "assignments" / "00_tools"), str(ROOT / "benchmarks")]
    for name, values in study().items():
        print(f"{name:<20} median r = {np.median(values):.3f}, 19 of 20 above {np.quantile(values, 0.05):.3f}")
