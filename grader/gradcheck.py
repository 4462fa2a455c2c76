"""Numerical gradient checking in three forward calls, with a step and tolerances that follow from the dtype.

The quantity compared is one number: <c, (f(a + h u) - f(a - h u)) / 2h> against <G, u>, with c a random cotangent, u a random direction over
all arguments at once and G the gradients under test. A random direction sees every wrong element (a factor that happens to cancel
has probability zero); entries of c and u are +-U(0.5, 1.5), since plain signs cancel in pairs and normal ones leave some near 0.

A trial (one round trip where the code under test is in another process) gives f, G and f at the wanted points. Verdict, in order:

1   one direction. The residual is within what rounding and curvature explain: pass.
1b  else the base point is moved a little, twice at most. What came from a kink vanishes, an error stays.
2   else single elements are measured, and only an element that is clearly wrong fails the check.

The design (direction, kink estimate, localisation) follows central differences with the rounding model of Higham, Accuracy and Stability of
Numerical Algorithms (2002), sec. 1.14 and 3; the subgradient interval at a kink is that of Caffe's gradient checker.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from grader.portable import Portable

Arrays = dict[str, np.ndarray]  # argument name -> value


class Evaluation(NamedTuple):
    """One trial: f at the base point, the gradients there, and f at each of the points."""

    output: np.ndarray
    gradients: Arrays
    outputs: list[np.ndarray]


# (base point, cotangent, points as changed arguments only) -> Evaluation
Trial = Callable[[Arrays, np.ndarray, Sequence[Arrays]], Evaluation]


class GradientError(Portable, AssertionError):
    """A gradient that is not the derivative of the forward pass: one element that shows it."""

    kind = "A gradient is not the derivative of your forward pass."

    def __init__(
        self, argument: str, index: tuple[int, ...], analytic: float, numerical: float, wrong: str
    ) -> None:
        self.argument = argument
        self.index = index
        self.analytic = analytic
        self.numerical = numerical
        where = f"[{', '.join(map(str, index))}]" if index else ""
        super().__init__(
            f"the gradient of {argument}{where} is {analytic:.8g}, but the forward pass changes at a rate of"
            f" {numerical:.8g} there ({wrong})"
        )


@dataclass(frozen=True)
class Precision:
    """Step and tolerances for code that computes in one dtype.

    `step` h; `jitter` how far the base point moves in stage 1b, times the argument's rms; `policy` the relative error of a single element
    that counts as wrong: rounding resolves far less, but an epsilon or a clip for stability is not a mistake.
    """

    dtype: type
    step: float
    jitter: float
    policy: float
    richardson: bool = False

    @property
    def eps(self) -> float:
        return float(np.finfo(self.dtype).eps)


# h = 2^-20: the truncation error h^2 f'''/6 is then below the rounding error eps/h = 2e-10 for every layer of the course.
DOUBLE = Precision(np.float64, 2.0**-20, 2.0**-10, 1e-5)
# float32 leaves no such step: two larger ones (2^-6, 2^-7) and Richardson's extrapolation cancel the h^2 term instead.
SINGLE = Precision(np.float32, 2.0**-6, 2.0**-4, 2e-3, richardson=True)

KAPPA = 4  # rounding errors of f in units of eps |y| and eps |G| |a|; a backward-stable f stays below 0.5 of them
MAX_ELEMENTS = 500  # measured one by one in stage 2; among more, the suspects and a random choice are


@np.errstate(all="ignore")  # what overflows at a moved point ends as NaN or infinity, which no comparison passes
def check_gradients(
    trial: Trial, arguments: Arrays, cotangent: np.ndarray, rng: np.random.Generator
) -> None:
    """Check that the gradients of a trial are those of its own forward pass.

    Args:
        trial: runs the code under test, see above.
        arguments: name -> value of every differentiable argument, float.
        cotangent: of the output's shape; what the gradients were pulled back from.
        rng: source of directions.

    Raises:
        GradientError: naming an element that is clearly wrong.
    """
    base = arguments
    for attempt in range(3):
        evaluation, precision, judged = _judge(trial, base, cotangent, rng)
        # float32 resolves so little that a wrong gradient passes one direction in 2 of 100 cases: take two.
        if judged and (precision is DOUBLE or _judge(trial, base, cotangent, rng)[2]):
            return
        if attempt < 2:
            base = _moved(arguments, precision.jitter * 2**attempt, rng)
    _localise(trial, base, cotangent, evaluation, precision, rng)


def cotangent_like(output: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random cotangent: never ones (which hide what cancels in a sum), never one-hot, never plain signs."""
    return np.asarray(_signed(np.shape(output), rng), output.dtype)


def _signed(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 1.5, shape)


def _rms(value: np.ndarray) -> float:
    """The usual size of the elements; 1 where they are (nearly) all zero."""
    largest = float(np.max(np.abs(value), initial=0.0))
    if not 1e-150 < largest < np.inf:
        return 1.0
    return largest * float(np.sqrt(np.mean(np.square(value / largest, dtype=np.float64))))


def _moved(arguments: Arrays, distance: float, rng: np.random.Generator) -> Arrays:
    return {
        name: np.asarray(a + distance * _rms(a) * _signed(a.shape, rng), a.dtype)
        for name, a in arguments.items()
    }


def _judge(
    trial: Trial, base: Arrays, cotangent: np.ndarray, rng: np.random.Generator
) -> tuple[Evaluation, Precision, bool]:
    """Stage 1: one direction over all arguments. True if the residual is explained by rounding, curvature and kinks, and sharply."""
    direction = _direction(base, rng)
    precision = SINGLE if any(a.dtype == np.float32 for a in base.values()) else DOUBLE
    evaluation, steps = _along(trial, base, direction, cotangent, precision)
    if precision is DOUBLE and _is_single(evaluation.output):
        precision = SINGLE  # float32 inside, though the arguments were float64
        evaluation, steps = _along(trial, base, direction, cotangent, precision)
    residual, tolerance, scale = _residual(evaluation, steps, base, direction, cotangent, precision)
    sharp = 3e-2 if precision is SINGLE else precision.policy
    return evaluation, precision, residual <= tolerance <= sharp * scale or scale == residual == 0.0


def _direction(base: Arrays, rng: np.random.Generator) -> Arrays:
    return {name: _rms(a) * _signed(a.shape, rng) for name, a in base.items()}


def _is_single(output: np.ndarray) -> bool:
    if output.dtype == np.float32:
        return True
    values = np.asarray(output, np.float64)
    return values.size > 1 and bool(np.any(values)) and bool(np.all(values == values.astype(np.float32)))


class _Step(NamedTuple):
    """One central difference: its half width and the points that were really reached."""

    width: float
    plus: Arrays
    minus: Arrays


def _along(
    trial: Trial, base: Arrays, direction: Arrays, cotangent: np.ndarray, precision: Precision
) -> tuple[Evaluation, list[_Step]]:
    widths = [precision.step, precision.step / 2] if precision.richardson else [precision.step]
    steps = [_step(base, direction, width, precision) for width in widths]
    points = [point for step in steps for point in (step.plus, step.minus)]
    return trial(base, cotangent, points), steps


def _step(base: Arrays, direction: Arrays, width: float, precision: Precision) -> _Step:
    def shifted(sign: float) -> Arrays:
        return {
            n: np.asarray(base[n] + sign * width * u, precision.dtype).astype(base[n].dtype)
            for n, u in direction.items()
        }

    return _Step(width, shifted(1.0), shifted(-1.0))


class _Difference(NamedTuple):
    """What a central difference found: the slope of every output, its second difference, and which outputs have a kink."""

    slope: np.ndarray
    bend: np.ndarray
    kinked: np.ndarray


def _difference(output: np.ndarray, plus: np.ndarray, minus: np.ndarray, width: float) -> _Difference:
    y, up, down = (np.asarray(v, np.float64) for v in (output, plus, minus))
    slope = (up - down) / (2 * width)
    bend = np.abs(up + down - 2 * y)
    # A smooth output bends by h^2 f''; one that crosses a kink by h times the jump of its slope.
    kinked = bend / (2 * width) > 1e-4 * np.max(np.abs(slope), initial=0.0)
    return _Difference(slope, bend, kinked)


def _residual(
    evaluation: Evaluation,
    steps: list[_Step],
    base: Arrays,
    direction: Arrays,
    cotangent: np.ndarray,
    precision: Precision,
) -> tuple[float, float, float]:
    """|<c, D> - <G, u>|, what explains it at most, and its scale sum |G| |u|."""
    c = np.abs(np.asarray(cotangent, np.float64))
    differences = [
        _difference(evaluation.output, *evaluation.outputs[2 * i : 2 * i + 2], step.width)
        for i, step in enumerate(steps)
    ]
    residuals = [
        float(np.sum(cotangent * d.slope)) - _inner(evaluation.gradients, base, step)
        for d, step in zip(differences, steps, strict=True)
    ]
    finest = differences[-1]
    width = steps[-1].width
    rounding = KAPPA * precision.eps / width * _magnitude(evaluation, base, c)
    if precision.richardson:
        coarse = differences[0]
        residual = (4 * residuals[1] - residuals[0]) / 3
        spread = np.abs(coarse.slope - finest.slope) + np.abs(coarse.bend - 4 * finest.bend) / (4 * width)
        explained = float(np.sum(c * spread))
    else:
        residual = residuals[0]
        smooth = 10 * np.where(finest.kinked, 0.0, finest.bend)
        explained = float(np.sum(c * (smooth + np.where(finest.kinked, finest.bend / (2 * width), 0.0))))
    scale = sum(float(np.sum(np.abs(evaluation.gradients[n] * u))) for n, u in direction.items())
    return abs(residual), rounding + explained, scale


def _inner(gradients: Arrays, base: Arrays, step: _Step) -> float:
    """<G, (x+ - x-)> / 2h with the points really reached, which takes the rounding of the inputs out."""
    wide = {n: np.float64(step.plus[n]) - np.float64(step.minus[n]) for n in base}
    return sum(float(np.sum(gradients[n] * d)) for n, d in wide.items()) / (2 * step.width)


def _magnitude(evaluation: Evaluation, base: Arrays, c: np.ndarray) -> float:
    outputs = float(np.sum(c * np.abs(evaluation.output)))
    return outputs + sum(float(np.sum(np.abs(evaluation.gradients[n] * a))) for n, a in base.items())


def _localise(
    trial: Trial,
    base: Arrays,
    cotangent: np.ndarray,
    evaluation: Evaluation,
    precision: Precision,
    rng: np.random.Generator,
) -> None:
    """Stage 2: measure single elements; raise for the one that is furthest off, if any is clearly wrong."""
    elements = _elements(base, rng)
    if len(elements) < sum(a.size for a in base.values()):
        suspect = _suspect(trial, base, cotangent, precision, rng)
        elements = list(dict.fromkeys([suspect, *elements]))
    points = [p for name, i in elements for p in _element_points(base[name], name, i, precision)]
    outputs = trial(base, cotangent, points).outputs
    rounding = KAPPA * precision.eps * _magnitude(evaluation, base, np.abs(np.asarray(cotangent, np.float64)))
    measured = [
        _measure(evaluation.output, outputs[2 * k : 2 * k + 2], cotangent, base[name], i, precision, rounding)
        for k, (name, i) in enumerate(elements)
    ]
    largest = max((abs(m.slope) for m in measured), default=0.0)
    wrong = []
    for (name, i), m in zip(elements, measured, strict=True):
        analytic = float(evaluation.gradients[name].flat[i])
        allowed = precision.policy * (max(abs(analytic), abs(m.slope)) + 0.01 * largest) + 1.05 * m.slack
        if not abs(analytic - m.slope) <= allowed:
            wrong.append((abs(analytic - m.slope), name, i, analytic, m.slope))
    if wrong:
        _, name, i, analytic, numerical = max(wrong)
        index = tuple(int(k) for k in np.unravel_index(i, base[name].shape))
        raise GradientError(name, index, analytic, numerical, _shares([w[1] for w in wrong], [e[0] for e in elements]))


def _shares(wrong: Sequence[str], measured: Sequence[str]) -> str:
    """How many elements of which arguments: "2 of 2 elements of bias, 3 of 10 elements of weight differ"."""
    shares = [f"{wrong.count(name)} of {measured.count(name)} elements of {name}" for name in dict.fromkeys(wrong)]
    return f"{', '.join(shares)} differ"


def _elements(base: Arrays, rng: np.random.Generator) -> list[tuple[str, int]]:
    every = [(name, i) for name, a in base.items() for i in range(a.size)]
    if len(every) <= MAX_ELEMENTS:
        return every
    return [every[k] for k in rng.choice(len(every), MAX_ELEMENTS, replace=False)]


class _Measured(NamedTuple):
    slope: float  # d<c, f>/da_i
    slack: float  # what rounding and a kink may have added to it


def _element_points(a: np.ndarray, name: str, i: int, precision: Precision) -> Iterator[Arrays]:
    for sign in (1.0, -1.0):
        point = a.copy()
        point.flat[i] = point.dtype.type(a.flat[i] + sign * _element_width(a, precision))
        yield {name: point}


def _element_width(a: np.ndarray, precision: Precision) -> float:
    return precision.step * _rms(a)


def _measure(
    output: np.ndarray,
    moved: list[np.ndarray],
    cotangent: np.ndarray,
    a: np.ndarray,
    i: int,
    precision: Precision,
    rounding: float,
) -> _Measured:
    width = _element_width(a, precision)
    plus = float(a.dtype.type(a.flat[i] + width))
    minus = float(a.dtype.type(a.flat[i] - width))
    c = np.asarray(cotangent, np.float64)
    d = _difference(output, *moved, (plus - minus) / 2)
    kinks = float(np.sum(np.abs(c) * d.bend)) / (2 * width)
    return _Measured(float(np.sum(c * d.slope)), kinks + rounding / width)


def _suspect(
    trial: Trial, base: Arrays, cotangent: np.ndarray, precision: Precision, rng: np.random.Generator
) -> tuple[str, int]:
    """Find one wrong element among many by halving.

    Of two halves at least one has half of what is unexplained, so the path ends at an element that has its share of the error.
    """
    direction = _direction(base, rng)
    inside = np.arange(sum(a.size for a in base.values()))

    def unexplained(part: np.ndarray) -> float:
        only = _restricted(direction, part)
        evaluation, steps = _along(trial, base, only, cotangent, precision)
        residual, tolerance, _ = _residual(evaluation, steps, base, only, cotangent, precision)
        return residual - tolerance

    while inside.size > 1:
        inside = max(np.array_split(inside, 2), key=unexplained)
    return _element_at(base, int(inside[0]))


def _restricted(direction: Arrays, part: np.ndarray) -> Arrays:
    """The direction, but 0 outside of the elements in `part`, which counts through all arguments in turn."""
    chosen = np.zeros(sum(u.size for u in direction.values()), bool)
    chosen[part] = True
    ends = np.cumsum([u.size for u in direction.values()])
    masks = np.split(chosen, ends[:-1])
    return {name: np.where(m.reshape(u.shape), u, 0.0) for m, (name, u) in zip(masks, direction.items(), strict=True)}


def _element_at(base: Arrays, position: int) -> tuple[str, int]:
    for name, a in base.items():
        if position < a.size:
            return name, position
        position -= a.size
    raise IndexError(position)
