"""Hidden checks of assignment 05: dropout."""

import math

import numpy as np

from grader.checks import EXACT, compare, fine, weight
from grader.checks.battery import Layer, ModuleLaws, law, refuse_usual_seeds, upstream
from grader.checks.battery.drawing import ANY_VALUES, compare_numbers
from grader.checks.battery.module import Refusal
from grader.checks.strict import warnings_as_errors

MANY = 40_000  # numbers, of which some share is kept
# By Hoeffding's inequality, the share of n independent numbers that are kept is farther than t from the promised one
# with a probability of 2 exp(-2 n t^2). That is 1e-10 here, and no check asks for more than four.
FARTHEST = math.sqrt(math.log(2e10) / (2 * MANY))


def compare_kept(pair):
    """Have a pair judged by what is kept of it. Who scales that wrongly loses points where the values are asked for."""

    def judge(actual, expected):
        compare_numbers(actual, expected, pair.name, ANY_VALUES)
        compare(np.not_equal(actual, 0), expected != 0, f"whether a number is kept in {pair.name}")

    pair.judge(judge)


class Dropping(ModuleLaws):
    """For layers that drop numbers, each by itself or by channels."""

    def _shape(self, examples, features):
        """The shape of an x of so many examples, each with so many numbers that are dropped apart."""
        return (examples, features, 1, 1)[: len(self.member.sizes[0])]

    @law("{name} draws a new mask in every forward in training, and its backward uses that of the last one.")
    def test_new_mask(self, twin, rng):
        for p in (0.5, 0.3):
            dropout = twin(self.member.path, p, rng=twin.generator(int(rng.integers(1 << 30))))
            for shape in (*self.member.sizes, self.member.sizes[2]):
                x = self.member.draw(rng, shape)
                compare_kept(dropout.forward(x))
                for _ in range(2):
                    compare_kept(dropout.backward(upstream(rng, shape)))

    @law("{name}(0) keeps everything and {name}(1) drops everything, forward and backward; both draw all the same.")
    def test_nothing_and_everything(self, twin, rng):
        for p in (0.0, 1.0):
            generator = twin.generator(int(rng.integers(1 << 30)))
            dropout = twin(self.member.path, p, rng=generator)
            dropout.name = f"{self.member.name}({p})"
            for shape in self.member.sizes[:2]:
                with warnings_as_errors(twin.student):
                    dropout.forward(self.member.draw(rng, shape)).compare()
                    dropout.backward(upstream(rng, shape)).compare()
            drawn = generator.random()
            drawn.name = f"the next number of the generator after two forwards of {dropout.name}"
            drawn.compare()

    @law("{name}'s backward belongs to the mode of the last forward, whatever the mode is by then.")
    def test_mode_of_the_forward(self, twin, rng):
        x = self.member.draw(rng, self.member.sizes[0])
        for first in (True, False):
            dropout = twin(self.member.path, 0.3, rng=twin.generator(int(rng.integers(1 << 30))))
            for training in (first, not first):
                dropout.set("training", training)
                dropout.forward(x)
                dropout.set("training", not training)
                dropout.name = f"{self.member.name}(0.3), after a forward with training={training},"
                compare_kept(dropout.backward(upstream(rng, x.shape)))

    @law("Numbers that are 0 get a gradient from {name} as all others do.")
    def test_zeros(self, twin, rng):
        x = self.member.draw(rng, self.member.sizes[0])
        x[::2] = 0.0
        dropout = twin(self.member.path, 0.3, rng=twin.generator(int(rng.integers(1 << 30))))
        compare_kept(dropout.forward(x))
        compare_kept(dropout.backward(upstream(rng, x.shape)))

    @law("Without rng, {name} drops the promised share, others every time, and leaves NumPy's global state alone.")
    def test_without_a_generator(self, student):
        state, shape, p = student.nn.parameter.np.random, self._shape(MANY, 1), 0.3
        masks = []
        few = np.ones(self._shape(40, 10))

        def drop(**generator):
            return student.make(self.member.path, p, **generator).forward(few)

        refuse_usual_seeds(student, drop, f"{self.member.name}({p}).forward(x)")
        for _ in range(2):
            state.seed(7)
            before = state.get_state()
            y = student.make(self.member.path, p).forward(np.ones(shape))
            compare(state.get_state(), before, f"the state of numpy.random after {self.member.name}({p}).forward(x)")
            compare(y.shape, shape, f"the shape of {self.member.name}({p}).forward(x)")
            masks.append(y != 0)
        shares = np.array([*(mask.mean() for mask in masks), np.mean(masks[0] == masks[1])])
        # Two masks that have nothing to do with each other agree in the last of these.
        promised = np.array([1 - p, 1 - p, p**2 + (1 - p) ** 2])
        name = "whether one forward keeps the promised share, the next does, and they agree by chance only,"
        compare(np.abs(shares - promised) <= FARTHEST, np.full(3, True), name)

    @law("{name} keeps a number where its draw is exactly p.", fine=True)
    def test_draw_that_is_p(self, twin, rng):
        shape, seed = self.member.sizes[0], int(rng.integers(1 << 30))
        draws = np.random.default_rng(seed).random(shape[:2])
        for p in np.sort(draws.ravel())[2:5].tolist():
            compare_kept(twin(self.member.path, p, rng=twin.generator(seed)).forward(np.ones(shape)))


P = tuple(((), {"p": p}) for p in (-0.1, 1.1))


class TestDropout(
    Dropping,
    member=Layer("nn.Dropout", options=({"p": 0.2}, {"p": 0.8}), random=True, impossible=P),
    points=6,
):
    @fine
    @weight(0.5)
    def test_draws_are_float64(self, twin, rng):
        """Dropout makes the same draw for an x that is float32."""
        x = rng.normal(size=(4, 5)).astype(np.float32)
        generator = twin.generator(int(rng.integers(1 << 30)))
        dropout = twin("nn.Dropout", 0.4, rng=generator)
        for _ in range(2):
            compare_kept(dropout.forward(x))
        generator.random().compare(tolerance=EXACT)


DROPOUT_2D = Layer(
    "nn.Dropout2d",
    options=({"p": 0.2}, {"p": 0.8}),
    shapes=((4, 3, 2, 5), (1, 6, 3, 3), (5, 1, 4, 2), (6, 6, 6, 6), (0, 3, 2, 2)),
    sizes=((4, 3, 2, 5), (2, 3, 2, 5), (5, 3, 2, 5)),
    random=True,
    impossible=P,
    refused=tuple(Refusal(ValueError, shape, naming=(shape,)) for shape in ((4, 3), (4, 3, 2), (1, 4, 3, 2, 2), (5,))),
)


class TestDropout2d(Dropping, member=DROPOUT_2D, points=4.5):
    @weight(0.5)
    def test_gradients_of_whole_channels(self, twin, rng):
        """Dropout2d's gradient is that of a whole channel: all of its numbers, or none."""
        for shape in ((2, 5, 3, 3), (5, 2, 1, 4)):
            generator = twin.generator(int(rng.integers(1 << 30)))
            dropout = twin("nn.Dropout2d", 0.5, rng=generator)
            x = rng.normal(size=shape)
            compare_kept(dropout.forward(x))
            compare_kept(dropout.backward(upstream(rng, shape)))
