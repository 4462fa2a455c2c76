"""Hidden checks of assignment 05: initial values.

Each function that fills a Parameter gets the same laws. What is drawn from a given generator is compared number by
number; what is drawn without one, by its distribution.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from grader.calls import Call
from grader.checks import EXACT, Tolerance, compare, fine, raises, weight
from grader.checks.battery import Battery, law, refuse_usual_seeds
from grader.checks.battery.members import Named

ANY = ((4,), (3, 2), (), (2, 1, 3), (0, 2))
MATRICES = ((3, 2), (2, 5), (4, 4), (1, 3), (4, 3, 5), (3, 4, 2, 5), (2, 3, 1, 2, 2))
LARGE = (100, 400)  # 40,000 numbers; what depends on the two fans differs by a factor of two

# By Massart's inequality, the distribution of n independent numbers is nowhere farther than t from the one they are
# drawn from, but with a probability of 2 exp(-2 n t^2). That is 1e-10 here, and no check asks for more than four. A
# standard deviation that is off by 8 % shows.
FARTHEST = math.sqrt(math.log(2e10) / (2 * math.prod(LARGE)))

# 64 roundings, of entries whose squares add up to 1 (times gain): a QR decomposition takes some tens of operations.
ORTHOGONAL = Tolerance(0.0, 0.0, absolute=64 * 2.0**-52)


def uniform(low, high):
    """The distribution function of a uniform number."""
    return lambda values: np.clip((values - low) / (high - low), 0, 1)


def normal(mean, std):
    """The distribution function of a normal number."""
    erf = np.vectorize(math.erf, otypes=[float])
    return lambda values: (1 + erf((values - mean) / (std * math.sqrt(2)))) / 2


def distance(values, distribution):
    """The largest distance between the distribution of some values and a given one."""
    ordered = np.sort(np.ravel(values))
    expected, steps = distribution(ordered), np.arange(ordered.size + 1) / ordered.size
    return float(max(np.max(expected - steps[:-1]), np.max(steps[1:] - expected)))


@dataclass(frozen=True)
class Filler(Named):
    """A function that fills a Parameter.

    path: where it is, e.g. "nn.init.zeros_".
    options: other than the defaults, one at a time and several together.
    distribution: of what it draws without a generator for a Parameter of shape `LARGE`; None if it draws nothing.
    given: the options with which it does so.
    shapes: of Parameters, every kind that the handout promises.
    refused: options that are a ValueError for every Parameter; one with fewer than two dimensions is refused, too.
    """

    path: str
    options: tuple[dict[str, Any], ...] = ()
    distribution: Callable[[Any], Any] | None = None
    shapes: tuple[tuple[int, ...], ...] = MATRICES
    refused: tuple[dict[str, Any], ...] = ()
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def draws(self) -> bool:
        return self.name not in ("zeros_", "ones_")

    @property
    def needs_a_matrix(self) -> bool:
        return self.shapes == MATRICES

    def called(self, shape, options):
        return f"{self.name}({', '.join([f'p of shape {shape}', *(f'{k}={v!r}' for k, v in options.items())])})"

    def fill(self, twin, rng, shape, dtype="float64", **options):
        """A Parameter on both sides, filled from equal generators."""
        p = twin("nn.Parameter", np.full(shape, 7.0, dtype))
        p.name = f"p after {self.called(shape, options)}"
        generator = {"rng": twin.generator(int(rng.integers(1 << 30)))} if self.draws else {}
        return p, twin(self.path, p, **options, **generator)


class Filling(Battery):
    """For functions that fill a Parameter."""

    @law("{name} gives p the values that its docstring promises, for a p of every shape.", 2)
    def test_values(self, twin, rng):
        for shape in self.member.shapes:
            p, _ = self.member.fill(twin, rng, shape)
            p.compare("data")
        if not self.member.draws:
            ONES.fill(twin, rng, (3, 2))[0].compare("data")  # who always gives zeros is right about zeros

    @law("{name} gives p the promised values with each option, and with several together.", 1.5, needs="options")
    def test_values_with_options(self, twin, rng):
        for options in self.member.options:
            for shape in self.member.shapes:
                p, _ = self.member.fill(twin, rng, shape, **options)
                p.compare("data")

    @law("Without rng, {name} draws from the promised distribution, and from nothing else.", needs="distribution")
    def test_without_a_generator(self, student):
        state, filled = student.nn.parameter.np.random, []
        refuse_usual_seeds(student, partial(self._filled, student, (3, 2)), f"{self.member.name}(p)")
        for _ in range(2):
            state.seed(7)
            before = state.get_state()
            p = student.nn.Parameter(np.zeros(LARGE))
            student.call(self.member.path, p, **self.member.given)
            compare(state.get_state(), before, f"the state of numpy.random after {self.member.name}(p)")
            filled.append(p.data)
            compare(filled[-1].shape, LARGE, f"the shape of p.data after {self.member.name}(p)")
            off = distance(filled[-1], self.member.distribution)  # its very value would be another in every run
            name = f"`the distribution of p.data after {self.member.name}(p) is the promised one`"
            compare(off <= FARTHEST, True, name)
            compare(p.data, filled[-1], "p.data, read a second time,")
        compare(bool(np.any(filled[0] == filled[1])), False, f"`{self.member.name}(p) gives some number twice`")

    def _filled(self, student, shape, **generator):
        p = student.nn.Parameter(np.zeros(shape))
        student.call(self.member.path, p, **self.member.given, **generator)
        return p.data.copy()

    @law(
        "{name} writes into the array that p has, of any dtype and layout, leaves p.grad alone and returns p.",
        fine=True,
    )
    def test_in_place(self, twin, rng):
        shape = max(self.member.shapes, key=len)  # of so many dimensions that a reshape may copy
        for dtype, layout in (("float64", "C"), ("float32", "C"), ("float64", "strided"), ("float32", "F")):
            array, gradient = twin.array(np.full(shape, 7.0, dtype), layout), twin.array(np.full(shape, 3.0, dtype))
            p = twin("nn.Parameter", array)
            p.set("grad", gradient)
            generator = {"rng": twin.generator(int(rng.integers(1 << 30)))} if self.member.draws else {}
            returned = twin(self.member.path, p, **generator)
            array.name = f"the {layout} array that p had before {self.member.called(shape, {})}"
            array.compare()
            p.name = f"p after {self.member.called(shape, {})}"
            p.compare("data", "grad")
            compare(returned.actual == p.actual, True, f"`{self.member.called(shape, {})} is p`")

    @law(
        "{name} raises ValueError for a p with fewer than two dimensions, and for what does not exist.",
        needs="needs_a_matrix",
        fine=True,
    )
    def test_refuses(self, student, twin, rng):
        for shape in ((), (4,)):
            p = student.nn.Parameter(np.ones(shape))
            with raises(ValueError, doing=self.member.called(shape, {})):
                student.call(self.member.path, p)
        for options in self.member.refused:
            p = student.nn.Parameter(np.ones((3, 2)))
            with raises(ValueError, doing=self.member.called((3, 2), options)):
                student.call(self.member.path, p, **options)
            compare(p.data, np.ones((3, 2)), f"p.data after {self.member.called((3, 2), options)}")
        p, _ = self.member.fill(twin, rng, (3, 2))  # who refuses everything refuses nothing for its own reason
        p.compare("data", tolerance=Tolerance(0.0, 0.0, absolute=10.0))


ONES = Filler("nn.init.ones_", shapes=ANY)


class TestZeros(Filling, member=Filler("nn.init.zeros_", shapes=ANY), points=0.5): ...


class TestOnes(Filling, member=ONES, points=0.75): ...


UNIFORM = Filler("nn.init.uniform_", ({"a": -2.0}, {"b": 3.0}, {"a": -1.5, "b": 0.5}), uniform(0, 1), ANY)
NORMAL = Filler(
    "nn.init.normal_",
    ({"mean": 2.0}, {"std": 0.3}, {"mean": -1.5, "std": 4.0}),
    normal(2, 0.5),
    ANY,
    given={"mean": 2.0, "std": 0.5},
)


class TestUniform(Filling, member=UNIFORM, points=1): ...


class TestNormal(Filling, member=NORMAL, points=1): ...


XAVIER = math.sqrt(2 / 500)
GAINS = ({"gain": 0.3}, {"gain": 2.0})
XAVIER_UNIFORM = Filler("nn.init.xavier_uniform_", GAINS, uniform(-math.sqrt(3) * XAVIER, math.sqrt(3) * XAVIER))
XAVIER_NORMAL = Filler("nn.init.xavier_normal_", GAINS, normal(0, XAVIER))


class TestXavierUniform(Filling, member=XAVIER_UNIFORM, points=2): ...


class TestXavierNormal(Filling, member=XAVIER_NORMAL, points=2): ...


KAIMING = math.sqrt(2 / 400)
KAIMING_OPTIONS = (
    {"mode": "fan_out"},
    {"a": 0.5},
    {"nonlinearity": "linear"},
    {"nonlinearity": "tanh"},
    {"a": 2.0, "mode": "fan_out"},
    {"a": 0.5, "nonlinearity": "leaky_relu"},
    {"a": 0.7, "mode": "fan_out", "nonlinearity": "relu"},
)
IMPOSSIBLE = ({"mode": "fan_avg"}, {"mode": "in"}, {"nonlinearity": "swish"})


class TestKaimingUniform(
    Filling,
    member=Filler(
        "nn.init.kaiming_uniform_",
        KAIMING_OPTIONS,
        uniform(-math.sqrt(3) * KAIMING, math.sqrt(3) * KAIMING),
        refused=IMPOSSIBLE,
    ),
    points=2.5,
): ...


class TestKaimingNormal(
    Filling,
    member=Filler("nn.init.kaiming_normal_", KAIMING_OPTIONS, normal(0, KAIMING), refused=IMPOSSIBLE),
    points=2.5,
): ...


class TestOrthogonal(Filling, member=Filler("nn.init.orthogonal_", GAINS), points=2):
    @weight(1.5)
    def test_keeps_lengths(self, student):
        """The rows or columns of an orthogonal matrix, whichever are fewer, are orthogonal and have the length gain."""
        for shape, gain in (((5, 3), 1.0), ((3, 5), 1.0), ((4, 4), 2.0), ((4, 3, 5), 0.5), ((6, 1, 2, 2), 3.0)):
            p = student.nn.Parameter(np.zeros(shape))
            student.call("nn.init.orthogonal_", p, gain)
            compare(p.data.shape, shape, f"the shape of p.data after orthogonal_(p of shape {shape}, {gain})")
            w = p.data.reshape(shape[0], -1) / gain
            few = w.T if w.shape[0] >= w.shape[1] else w
            name = f"the products of the rows or columns after orthogonal_(p of shape {shape}, {gain})"
            compare(few @ few.T, np.eye(len(few)), name, ORTHOGONAL)

    @weight(0.5)
    def test_at_random(self, student):
        """Without rng, orthogonal_ draws anew each time: the first number is as often positive as negative."""
        count, state = 400, student.nn.parameter.np.random
        state.seed(7)
        before = state.get_state()
        p = [student.nn.Parameter(np.zeros((2, 3))) for _ in range(count)]
        student.run([Call("call", student.nn.init, "orthogonal_", (one,)) for one in p])
        compare(state.get_state(), before, "the state of numpy.random after orthogonal_(p)")
        matrices = student.run([Call("get", one, "data") for one in p])
        compare(matrices[0] @ matrices[0].T, np.eye(2), "W W^T after orthogonal_(p of shape (2, 3))", ORTHOGONAL)
        share = float(np.mean([matrix[0, 0] > 0 for matrix in matrices]))
        # By Hoeffding's inequality a fair coin is farther off with a probability of 1e-10.
        fair = Tolerance(0.0, 0.0, absolute=math.sqrt(math.log(2e10) / (2 * count)))
        compare(share, 0.5, "the share of positive first numbers after orthogonal_(p of shape (2, 3))", fair)


VALUES = {
    "linear": 1.0,
    "sigmoid": 1.0,
    **{f"conv{kind}{n}d": 1.0 for kind in ("", "_transpose") for n in (1, 2, 3)},
    "tanh": 5 / 3,
    "relu": math.sqrt(2),
    "selu": 0.75,
}


class TestGain:
    @weight(1)
    def test_values(self, student):
        """calculate_gain knows the gain of every nonlinearity in its table."""
        for name, gain in VALUES.items():
            compare(float(student.nn.init.calculate_gain(name)), gain, f"calculate_gain({name!r})")

    @weight(1)
    def test_leaky_relu(self, student):
        """The gain of LeakyReLU is that of the slope that is given, whatever its sign, and of 0.01 where none is."""
        gain = student.nn.init.calculate_gain
        compare(float(gain("leaky_relu")), math.sqrt(2 / 1.0001), 'calculate_gain("leaky_relu")')
        for slope in (0, 0.0, 0.2, -0.5, 1, 3.0):
            compare(
                float(gain("leaky_relu", slope)),
                math.sqrt(2 / (1 + slope**2)),
                f'calculate_gain("leaky_relu", {slope})',
            )

    @weight(0.5)
    def test_param_of_others(self, student):
        """calculate_gain ignores param for everything but LeakyReLU."""
        gain = student.nn.init.calculate_gain
        for name in ("relu", "tanh", "linear"):  # compared with its own answer: other checks ask for the right one
            compare(float(gain(name, 0.5)), float(gain(name)), f"calculate_gain({name!r}, 0.5)", EXACT)
        compare(float(gain("linear", 0.5)), 1.0, 'calculate_gain("linear", 0.5)')

    @fine
    @weight(0.5)
    def test_unknown(self, student):
        """calculate_gain raises ValueError for a name that is not in its table."""
        for name in ("swish", "", "ReLU"):
            with raises(ValueError, doing=f"calculate_gain({name!r})"):
                student.nn.init.calculate_gain(name)
        compare(float(student.nn.init.calculate_gain("linear")), 1.0, 'calculate_gain("linear")')
