"""What hidden checks ask of a layer that nobody else has: there is no reference to compare it with.

Whatever is measured is drawn, and asked in one order or another. Forward answers first, so no layer knows when it
answers which values the gradients will have to fit.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.calls import Call
from grader.checks import compare
from grader.compare import Mismatch, require_array

from .known import known

FEATURES = 4
ROWS = 60  # of x where it is looked at whether the layer is a new one
# Of a layer that is another one by this much, nobody can say that it is as good as linear. S-shaped units, gates and
# radial functions are above 0.2.
DIFFERENT = 0.05
DIRECTIONS = 4  # of dy in which this is asked
# Of dx: sums of 24 rows that cancel leave some roundings, 1e-15. What a layer learns by is above 1e-2.
NOTHING = 1e-9
# The cosine of dx and the slopes of forward. Who forgets a term is above it, and fails the checks of gradients alone;
# ones in the place of 32 numbers of either sign are below it.
RELATED = 0.75
NODES_OF_X, NODES_OF_PARAMETERS = 256, 64
# The midpoint rule misplaces each kink by half a step at most: less than 1 % of the way for a few kinks on it.
# Gradients of another function are off by 10 % and more. Who answers near each point for itself is off by all of it.
OFF_COURSE, LOST = 0.02, 0.5


def signs(rng: np.random.Generator, shape: Any) -> np.ndarray:
    """-1 and 1 at random."""
    return rng.choice([-1.0, 1.0], shape)


class Asked:
    """A layer of the student's: what it answers for values of its parameters that the grader sets.

    names: of its parameters. values: what they are now, by name.
    """

    def __init__(self, student: Any, rng: np.random.Generator, features: int = FEATURES, moved: bool = True) -> None:
        self._student = student
        self.layer = student.custom.OwnLayer(features, rng=student.generator(int(rng.integers(1 << 30))))
        self.names = [name for name, _ in self.layer.named_parameters()]
        if not self.names:
            raise Mismatch("The layer has no parameter.", "OwnLayer has no parameter, and should have at least one")
        arrays = student.run([Call("get", self.layer, f"{name}.data") for name in self.names])
        for name, array in zip(self.names, arrays, strict=True):
            require_array(array, f"OwnLayer.{name}.data")
        self.values = {name: array.copy() for name, array in zip(self.names, arrays, strict=True)}
        if moved:
            self.move({name: moved_value(array, rng) for name, array in self.values.items()})

    def move(self, values: dict[str, np.ndarray]) -> None:
        """Give all parameters new values."""
        self.values = {name: value.copy() for name, value in values.items()}
        self._student.run(self._setting(self.values))

    def _setting(self, values: dict[str, np.ndarray]) -> list[Call]:
        return [Call("set", self.layer, f"{name}.data", (value.copy(),)) for name, value in values.items()]

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Forward of x, which gives as many finite numbers."""
        y = self.layer.forward(x.copy())
        require_like(y, x, "OwnLayer.forward(x)")
        return y

    def gradients(
        self, x: np.ndarray, dy: np.ndarray, values: Sequence[dict[str, np.ndarray]] = ()
    ) -> list[dict[str, np.ndarray]]:
        """The gradients of x, as "x", and of all parameters: for each of several values of the parameters."""
        calls = []
        for each in values or [self.values]:
            calls += self._setting(each)
            calls += [Call("set", self.layer, f"{name}.grad", (None,)) for name in self.names]
            calls += [
                Call("call", self.layer, "forward", (x.copy(),)),
                Call("call", self.layer, "backward", (dy.copy(),)),
            ]
            calls += [Call("get", self.layer, f"{name}.grad") for name in self.names]
        results = self._student.run([*calls, *self._setting(self.values)])
        size = 3 * len(self.names) + 2
        return [
            self._required(x, results[at : at + size]) for at in range(0, size * len(values or [self.values]), size)
        ]

    def _required(self, x: np.ndarray, results: list[Any]) -> dict[str, np.ndarray]:
        dx, grads = results[-len(self.names) - 1], results[-len(self.names) :]
        require_like(dx, x, "the gradient that OwnLayer.backward gives for x")
        for name, grad in zip(self.names, grads, strict=True):
            require_like(grad, self.values[name], f"OwnLayer.{name}.grad")
        return {"x": dx.copy()} | {name: grad.copy() for name, grad in zip(self.names, grads, strict=True)}


def require_like(found: Any, like: np.ndarray, name: str) -> None:
    """An array with the type, dtype and shape of another one, and finite."""
    require_array(found, name)
    compare(np.zeros_like(found), np.zeros_like(like), name)
    if not np.isfinite(found).all():
        raise Mismatch("Some values are not finite numbers.", f"{name} has values that are not finite")


def moved_value(value: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another value of a parameter, as the handout says: each number times 0.5 to 1.5; a 0 becomes 0.1 to 0.5."""
    zeros = signs(rng, value.shape) * rng.uniform(0.1, 0.5, value.shape)
    return np.where(value == 0, zeros, value * rng.uniform(0.5, 1.5, value.shape)).astype(value.dtype)


def own_layer(student: Any, rng: np.random.Generator) -> Asked:
    """A layer with parameters that were moved, once it is clear that it is one of the student's own.

    Raises:
        Mismatch: naming what the layer lacks.
    """
    asked = Asked(student, rng)
    x = 1.5 * rng.normal(size=(ROWS, FEATURES))
    y = asked.forward(x)
    compare(asked.forward(x), y, "OwnLayer.forward(x), asked again")
    require_new(x, y)
    require_regimes(asked, rng)
    require_slopes(asked, rng)
    for _ in range(3):  # by luck, a wrong gradient may add up
        require_path(asked, rng, LOST)
    return asked


def require_new(x: np.ndarray, y: np.ndarray) -> None:
    """Raise `Mismatch` if y is constant, or what a layer of the course gives."""
    if np.all(np.ptp(y, axis=0) <= 1e-6 * np.abs(y).max()):
        raise Mismatch("The layer is constant.", f"OwnLayer gives the same row for all of {ROWS} different rows")
    found = known(x, y)
    if found:
        raise Mismatch(f"The layer is {found}, and none of your own.", f"OwnLayer(x) is {found}, to rounding")


def require_regimes(asked: Asked, rng: np.random.Generator) -> None:
    """Raise `Mismatch` unless dx differs between regimes of x, for some dy, and some parameter has a gradient.

    No regime is the mirror image of another one, and no dy: gradients of the parameters of an odd or even layer would
    cancel.
    """
    regimes = np.array([0.1, -0.1, 1.5, -1.5, 4, -4])[:, None] * rng.uniform(0.5, 1.5, (6, FEATURES))
    shape = (DIRECTIONS, 1, FEATURES)  # one direction alone may be what a layer hardly changes
    dy = signs(rng, shape) * rng.uniform(0.5, 1.5, shape)
    x = np.broadcast_to(regimes, (DIRECTIONS, *regimes.shape)).copy()
    found = asked.gradients(x, np.broadcast_to(dy, x.shape).copy())[0]
    dx = found.pop("x")
    apart = np.linalg.norm(dx[:, :, None] - dx[:, None], axis=3).max(axis=(1, 2))
    if np.all(apart <= DIFFERENT * np.linalg.norm(dx, axis=2).max(axis=1)):
        few = "for the same dy, dx hardly differs between inputs that are small, large, positive and negative"
        raise Mismatch("The layer has one regime: it is as good as linear in x.", few)
    if all(np.all(np.abs(grad) <= NOTHING * np.abs(dx).max()) for grad in found.values()):
        raise Mismatch("No parameter matters.", "the gradients of all parameters of OwnLayer are 0")


def require_slopes(asked: Asked, rng: np.random.Generator) -> None:
    """Raise `Mismatch` unless dx has to do with how forward changes. How exact it is, other checks ask."""
    x, dy = rng.normal(size=(8, FEATURES)), signs(rng, (8, FEATURES))
    dx = asked.gradients(x, dy)[0]["x"]
    step = 1e-4 * np.eye(FEATURES)[:, None, :]
    ahead, behind = (asked.forward((x + sign * step).reshape(-1, FEATURES)) for sign in (1, -1))
    slopes = np.sum(dy * (ahead - behind).reshape(FEATURES, *x.shape), axis=2).T
    cosine = float(np.sum(dx * slopes) / max(np.linalg.norm(dx) * np.linalg.norm(slopes), 1e-300))
    if not cosine >= RELATED:
        raise Mismatch(
            "The gradient of x has little to do with forward.",
            f"dx and the slopes of forward have a cosine of {cosine:.2f}; it should be 1",
        )


def require_path(asked: Asked, rng: np.random.Generator, most: float) -> None:
    """Raise `Mismatch` unless dx adds up, along a straight path of each row, to what forward changes."""
    ends = rng.normal(size=(2, 6, FEATURES)) * rng.uniform(1, 3, (2, 6, 1))
    first, last = [asked.forward(end) for end in ends]
    dy = signs(rng, ends[0].shape)
    shares = (np.arange(NODES_OF_X) + 0.5) / NODES_OF_X
    order = rng.permutation(NODES_OF_X)  # so that no two neighbours follow each other
    x = ends[0] + shares[order, None, None] * (ends[1] - ends[0])
    dx = asked.gradients(x, np.broadcast_to(dy, x.shape).copy())[0]["x"]
    require_course(dx * (ends[1] - ends[0]) / NODES_OF_X, np.sum(dy * (last - first)), "x", most)


def require_course(steps: np.ndarray, change: float, what: str, most: float) -> None:
    """Raise `Mismatch` unless the steps, added up, are the change, but for at most this share of the way."""
    off, way = float(np.abs(steps.sum() - change)), float(np.abs(steps).sum())
    if not off <= most * way:
        share = f"{off / max(way, 1e-300):.1%} of the way"
        raise Mismatch(
            "The gradients do not add up to what forward changes.",
            f"along a path of {what}, the gradients add up to {share} too much or too little",
        )
