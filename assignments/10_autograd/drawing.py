"""How random graphs are drawn: over all operations, shapes and patterns of sharing, with numbers that stay moderate.

A step is taken only if its value is moderate, and not where it has a kink or a pole nearby. So every right answer is
the same but for rounding. At the end, what nobody used is joined by means and sums, so that nothing is left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np

from .programs import Program, Step, difference

MOST = 30.0  # the size of a number
LARGEST = 120  # entries of an array
GAP = 1e-4  # from a kink, or between numbers of which the larger is chosen
FAR = 0.2  # from a pole
SHAPES = ((), (3,), (1,), (2, 3), (3, 1), (1, 3), (3, 3), (2, 3, 3), (2, 1, 3), (4, 2), (2, 4))
TRIES = 12  # of a step, before another one is drawn

ARITHMETIC = ("add", "sub", "mul", "div", "pow", "maximum", "minimum", "matmul")
ELEMENTWISE = ("neg", "abs", "exp", "log", "sqrt", "tanh", "sigmoid", "relu", "clip", "where")
REDUCTIONS = ("sum", "mean", "var", "max", "min", "logsumexp", "softmax", "log_softmax")
SHAPING = ("reshape", "transpose", "broadcast_to", "getitem", "concatenate", "stack")
EVERYTHING = ARITHMETIC + ELEMENTWISE + REDUCTIONS + SHAPING

Values = list[np.ndarray]


class Drawing:
    """One program as it grows, and the values of its places, which the reference computes."""

    def __init__(self, reference: ModuleType, rng: np.random.Generator, names: Sequence[str]) -> None:
        self.reference, self.rng, self.names = reference, rng, names
        self.leaves = [(self._leaf(), bool(rng.random() < 0.8)) for _ in range(rng.integers(1, 5))]
        self.leaves[0] = (self.leaves[0][0], True)
        self.values: Values = [array for array, _ in self.leaves]
        self.wanted = [wanted for _, wanted in self.leaves]
        self.steps: list[Step] = []
        self.unused: list[int] = []

    def _leaf(self) -> np.ndarray:
        shape = SHAPES[self.rng.integers(len(SHAPES))]
        return np.asarray(self.rng.choice([-1.0, 1.0], shape) * self.rng.uniform(0.3, 2.0, shape))

    def grow(self, length: int) -> None:
        """Add steps; some draws find none, so there may be fewer."""
        for _ in range(4 * length):
            if len(self.steps) == length:
                return
            step = self._step(self.names[self.rng.integers(len(self.names))])
            if step:
                self._take(step)

    def join(self) -> None:
        """Add up the means of what nobody has used."""
        for place in [one for one in self.unused if self.wanted[one]]:
            if self.values[place].ndim:
                self._join(("mean", (place,), (), {}, "first"))
        while len(ends := [one for one in self.unused if self.wanted[one]]) > 1:
            self._join(("add", (ends[0], ends[1]), (), {}, "first"))

    def _join(self, step: Step) -> None:
        self.result = self.compute(step)
        self._take(step)

    def place(self) -> int:
        """An operand: what nobody has used yet, what came last, or anything."""
        kind = self.rng.random()
        if kind < 0.45 and self.unused:
            return self.unused[self.rng.integers(len(self.unused))]
        start = max(0, len(self.values) - 4) if kind < 0.7 else 0
        return int(self.rng.integers(start, len(self.values)))

    def _step(self, name: str) -> Step | None:
        for _ in range(TRIES):
            step = DRAWS.get(name, _of_one)(self, name)
            if step and self._is_moderate(step):
                return step
        return None

    def _is_moderate(self, step: Step) -> bool:
        operands = [self.values[one] if isinstance(one, int) else np.array(one) for one in step[1]]
        if step[0] in GUARDS and not GUARDS[step[0]](*operands, *step[2], **step[3]):
            return False
        try:
            self.result = self.compute(step)
        except ValueError:  # shapes that do not fit
            return False
        sizes = np.abs(self.result)
        return 0 < sizes.size <= LARGEST and bool(np.all(sizes <= MOST))

    def compute(self, step: Step) -> np.ndarray:
        """The value of a step."""
        name, places, arguments, options, how = step
        operands = [self.values[one] if isinstance(one, int) else one for one in places]
        given = [operands] if how == "list" else operands
        given = [*arguments, *given] if how == "last" else [*given, *arguments]
        return getattr(self.reference.autograd, name)(*given, **options).data

    def _take(self, step: Step) -> None:
        places = [one for one in step[1] if isinstance(one, int)]
        self.unused = [one for one in self.unused if one not in places] + [len(self.values)]
        self.wanted.append(any(self.wanted[one] for one in places))
        self.steps.append(step)
        self.values.append(self.result)

    def program(self) -> Program | None:
        """What ends at the last step that needs a gradient."""
        count = len(self.leaves)
        ends = [number for number in range(len(self.steps)) if self.wanted[count + number]]
        if not ends:
            return None
        value = self.values[count + ends[-1]]
        dy = self.rng.choice([-1.0, 1.0], value.shape) * self.rng.uniform(0.5, 1.5, value.shape)
        return Program(tuple(self.leaves), tuple(self.steps[: ends[-1] + 1]), np.asarray(dy)).pruned()


def draw(
    reference: ModuleType, rng: np.random.Generator, names: Sequence[str], length: int
) -> tuple[Program, list[Any]]:
    """A program of at most so many steps, and what it gives."""
    while True:
        drawing = Drawing(reference, rng, names)
        drawing.grow(length)
        drawing.join()
        program = drawing.program()
        if program:
            [expected] = reference.inside.run_programs([program.data])
            if _is_sound(reference, program, expected):
                return program, expected


def _is_sound(reference: ModuleType, program: Program, expected: list[Any]) -> bool:
    """Whether roundings stay small: leaves that are moved by 1e-12 give the same within the tolerance."""
    leaves = tuple(
        (array * (1 + 1e-12 * np.cos(np.arange(array.size)).reshape(array.shape)), wanted)
        for array, wanted in program.leaves
    )
    [moved] = reference.inside.run_programs([replace(program, leaves=leaves).data])
    return difference(program, moved, expected) is None


def values_of(reference: ModuleType, program: Program) -> Values:
    """Those of all places."""
    drawing = object.__new__(Drawing)
    drawing.reference, drawing.values = reference, [array for array, _ in program.leaves]
    for step in program.steps:
        drawing.values.append(drawing.compute(step))
    return drawing.values


# Draws of one step


def _of_one(drawing: Drawing, name: str) -> Step:
    return (name, (drawing.place(),), (), {}, "first")


def _of_two(drawing: Drawing, name: str) -> Step:
    one, other = drawing.place(), drawing.place()
    kind = drawing.rng.random()
    if kind < 0.15:
        other = one
    elif kind < 0.25 and name not in ("matmul", "maximum", "minimum"):
        return (name, (float(drawing.rng.choice([2.0, 0.5, 1.5])), one), (), {}, "first")
    elif kind < 0.35 and name != "matmul":
        return (name, (one, float(drawing.rng.choice([2.0, 3.0, 0.75]))), (), {}, "first")
    return (name, (one, other), (), {}, "first")


def _reduced(drawing: Drawing, name: str) -> Step:
    place = drawing.place()
    dimensions = drawing.values[place].ndim
    options: dict[str, Any] = {}
    if dimensions and drawing.rng.random() < 0.8:
        options["axis"] = int(drawing.rng.integers(-dimensions, dimensions))
        if dimensions > 1 and name not in ("softmax", "log_softmax") and drawing.rng.random() < 0.3:
            options["axis"] = tuple(int(one) for one in drawing.rng.permutation(dimensions)[:2])
    if name not in ("softmax", "log_softmax") and drawing.rng.random() < 0.4:
        options["keepdims"] = True
    if name == "var" and drawing.rng.random() < 0.5:
        options["correction"] = 0
    return (name, (place,), (), options, "first")


def _clip(drawing: Drawing, name: str) -> Step:
    bounds = ({"min": -0.5}, {"max": 0.75}, {"min": -1.0, "max": 1.0})
    return (name, (drawing.place(),), (), bounds[drawing.rng.integers(3)], "first")


def _where(drawing: Drawing, name: str) -> Step | None:
    one, other = drawing.place(), drawing.place()
    try:
        shape = np.broadcast_shapes(drawing.values[one].shape, drawing.values[other].shape)
    except ValueError:
        return None
    return (name, (one, other), (drawing.rng.random(shape) < 0.5,), {}, "last")


def _reshape(drawing: Drawing, name: str) -> Step:
    place = drawing.place()
    size = drawing.values[place].size
    shapes = [(-1,), (size, 1), (1, size), (1, -1, 1)] + [(n, -1) for n in (2, 3) if size % n == 0]
    return (name, (place,), (shapes[drawing.rng.integers(len(shapes))],), {}, "first")


def _transpose(drawing: Drawing, name: str) -> Step:
    place = drawing.place()
    axes = tuple(int(one) for one in drawing.rng.permutation(drawing.values[place].ndim))
    return (name, (place,), (axes,) if axes and drawing.rng.random() < 0.7 else (), {}, "first")


def _broadcast_to(drawing: Drawing, name: str) -> Step:
    place = drawing.place()
    shape = tuple(3 if n == 1 else n for n in drawing.values[place].shape)
    return (name, (place,), ((2, *shape) if drawing.rng.random() < 0.5 else shape,), {}, "first")


def _getitem(drawing: Drawing, name: str) -> Step | None:
    place, rng = drawing.place(), drawing.rng
    shape = drawing.values[place].shape
    if not shape:
        return None
    n = shape[0]
    keys: list[Any] = [
        int(rng.integers(-n, n)),
        slice(int(rng.integers(0, n)), None),
        slice(None, None, -1),
        rng.integers(0, n, 3),
        rng.integers(-n, n, (2, 2)),
        (..., int(rng.integers(0, shape[-1]))),
        (..., rng.integers(0, shape[-1], 4)),
        (None, ...),
    ]
    return (name, (place,), (keys[rng.integers(len(keys))],), {}, "first")


def _joined(drawing: Drawing, name: str) -> Step | None:
    place = drawing.place()
    shape = drawing.values[place].shape
    alike = [one for one, value in enumerate(drawing.values) if value.shape == shape]
    places = (place, *(alike[drawing.rng.integers(len(alike))] for _ in range(drawing.rng.integers(1, 3))))
    dimensions = len(shape) + (name == "stack")
    if dimensions == 0:
        return None
    return (name, places, (), {"axis": int(drawing.rng.integers(-dimensions, dimensions))}, "list")


DRAWS: dict[str, Callable[[Drawing, str], Step | None]] = {
    **dict.fromkeys(ARITHMETIC, _of_two),
    **dict.fromkeys(REDUCTIONS, _reduced),
    "clip": _clip,
    "where": _where,
    "reshape": _reshape,
    "transpose": _transpose,
    "broadcast_to": _broadcast_to,
    "getitem": _getitem,
    "concatenate": _joined,
    "stack": _joined,
}


# Where a step is not taken: near a kink or a pole, or where a number would be too large


def _apart(x: np.ndarray, y: np.ndarray) -> bool:
    try:
        return x is y or bool(np.all(np.abs(x - y) > GAP))
    except ValueError:
        return False


def _has_one_extreme(x: np.ndarray, axis: Any = None, **_options: Any) -> bool:
    axes = _axes(x, axis)
    rows = np.moveaxis(x, axes, range(-len(axes), 0)).reshape(-1, _count(x, axes))
    return bool(np.all(np.diff(np.sort(rows, axis=-1)) > GAP))


def _axes(x: np.ndarray, axis: Any) -> tuple[int, ...]:
    return tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)


def _count(x: np.ndarray, axes: tuple[int, ...]) -> int:
    return int(np.prod([x.shape[one] for one in axes], dtype=int))


def _power(x: np.ndarray, y: np.ndarray) -> bool:
    return bool(np.all(x > FAR) and np.all(np.abs(y) < 4) and np.all(x < 8))


def _has_variance(x: np.ndarray, axis: Any = None, **_options: Any) -> bool:
    return _count(x, _axes(x, axis)) > 1


GUARDS: dict[str, Callable[..., bool]] = {
    "div": lambda x, y: bool(np.all(np.abs(y) > FAR)),
    "pow": _power,
    "maximum": _apart,
    "minimum": _apart,
    "abs": lambda x: bool(np.all(np.abs(x) > GAP)),
    "relu": lambda x: bool(np.all(np.abs(x) > GAP)),
    "clip": lambda x, **bounds: all(np.all(np.abs(x - bound) > GAP) for bound in bounds.values()),
    "exp": lambda x: bool(np.all(x < 3)),
    "log": lambda x: bool(np.all(x > FAR)),
    "sqrt": lambda x: bool(np.all(x > FAR)),
    "var": _has_variance,
    "max": _has_one_extreme,
    "min": _has_one_extreme,
}
