"""Laws that hidden checks of cells and of layers share."""

import math

import numpy as np

from grader.checks import Tolerance, check_gradients, compare, raises
from grader.checks.battery import ModuleLaws, law, refuse_usual_seeds
from grader.checks.battery.answers import backward_pass, forward_pass, upstream_of, upstreams
from grader.checks.battery.drawing import FAR_OFF, GRADIENTS, compare_direction, compare_roughly, signs
from grader.checks.trees import leaves, mapped, rebuilt

INPUTS, HIDDEN = 3, 4
NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
# Some thousand weights are uniform in [-b, b). The largest is below 0.99 b once in 1e34; the other two tolerances are
# six standard errors of their mean and spread, or more. Of 200 biases, the largest is below 0.8 b once in 1e19.
LARGEST, MEAN, SPREAD, LARGEST_BIAS = 0.01, 0.04, 0.03, 0.2
LARGE = 1e4  # times a usual gradient: more than anybody's bound


def kind(path):
    """ "nn.LSTMCell" is a kind of LSTM."""
    return path.removeprefix("nn.").removesuffix("Cell")


def one_large(rng, shape):
    """Vectors with one number that is not 0, of up to 10,000: their products have no sums in which digits cancel."""
    x = np.zeros((math.prod(shape[:-1]), shape[-1]))
    x[np.arange(len(x)), rng.integers(shape[-1], size=len(x))] = 10 ** rng.uniform(-2, 4, len(x))
    x[0] = np.sign(x[0]) * 1e4
    return signs(rng, shape) * x.reshape(shape)


def compare_passes(module, inputs, dy):
    """Compare what forward gives, and all gradients for these upstream gradients, of which some may be None."""
    y = forward_pass(module, inputs)
    compare_roughly(y)
    _, dx, *gradients = backward_pass(module, y, dy)
    for gradient in (dx, *gradients):
        compare_roughly(gradient, GRADIENTS)


class Recurrent(ModuleLaws):
    """For cells and layers."""

    @law("Where {name} is given no state, it begins with zeros, and backward gives the gradient of that state, too.")
    def test_no_state(self, twin, rng):
        for options in ({}, *self.member.together):
            for shape in self.member.sizes[:2]:
                module, x = self.member.make(twin, options), self.member.draw(rng, shape)
                compare_passes(module, (x,), upstream_of(module.forward(x), rng))
                with_state = self.member.feed(rng, shape, options)
                compare_passes(module, with_state, upstream_of(module.forward(*with_state), rng))
                compare_passes(module, (x,), upstream_of(module.forward(x), rng))
                module.eval()  # where no state is kept from one text to the next either
                for other in (x, self.member.draw(rng, shape)):
                    compare_passes(module, (other,), upstream_of(module.forward(other), rng))

    @law("{name}.backward takes gradients of any size, and clips none.")
    def test_large_gradients(self, twin, rng):
        for options in ({}, *self.member.together[:1]):
            module, inputs = self.member.make(twin, options), self.member.feed(rng, self.member.sizes[0], options)
            dy = upstream_of(module.forward(*inputs), rng)
            compare_passes(module, inputs, mapped(lambda leaf: LARGE * leaf, dy))

    @law(
        "What {name} returns has the dtype of x, float32 or float64, also if it is empty or no state is given, and a"
        " parameter's gradient that of the parameter.",
        fine=True,
    )
    def test_dtypes(self, twin, rng):
        super().test_dtypes(twin, rng)
        for options in ({}, *self.member.together):
            module, x = self.member.make(twin, options), self.member.draw(rng, self.member.sizes[0])
            y = module.forward(x.astype(np.float32)).compare(tolerance=FAR_OFF)
            compare_direction(module.backward(*upstreams(upstream_of(y, rng))))

    @law("{name} takes any sizes of x and of the state, forward and backward.")
    def test_sizes(self, twin, rng):
        for inputs, hidden in ((1, 1), (1, 4), (5, 1), (4, 4), (2, 6), (6, 2)):
            for options in ({}, *self.member.together[:1]):
                module = twin(self.member.path, inputs, hidden, **options)
                module.name = self.member.called((inputs, hidden), options)
                x = self.member.draw(rng, (*self.member.sizes[0][:-1], inputs))
                given = (x, *self.states(rng, x.shape, options, hidden))
                compare_roughly(module.forward(*given))
                check_gradients(module, *given, differentiable=2, rng=rng)

    @law("{name}'s parameters have PyTorch's names, and are drawn in their order from rng.uniform(-b, b).")
    def test_draws(self, student, rng):
        for options in self.member.lines(rng):
            seed, called = int(rng.integers(1 << 30)), self.member.called((INPUTS, HIDDEN), {**options, "rng": "rng"})
            module = student.make(self.member.path, INPUTS, HIDDEN, **options, rng=student.generator(seed))
            expected = self.parameters(options)
            found = [name for name, _ in module.named_parameters()]
            compare(found, list(expected), f"the names of the parameters of {called}")
            generator, bound = np.random.default_rng(seed), 1 / math.sqrt(HIDDEN)
            for name, shape in expected.items():
                values = getattr(module, name).data
                compare(values, generator.uniform(-bound, bound, shape), f"{called}.{name}.data")

    @law("Without rng, initial values of {name} are uniform, new each time, and leave NumPy's global state alone.")
    def test_initial_values_without_a_generator(self, student):
        last = "" if "Cell" in self.member.path else "_l0"
        path, called = self.member.path, self.member.called((100, 200), {})
        refuse_usual_seeds(
            student, lambda **rng: getattr(student.make(path, 3, 4, **rng), f"weight_ih{last}").data, called
        )
        state, drawn = student.nn.parameter.np.random, []
        for _ in range(2):
            state.seed(7)
            before = state.get_state()
            module = student.make(path, 100, 200)
            compare(state.get_state(), before, f"the state of numpy.random after {called}")
            drawn.append({name: np.array(getattr(module, name + last).data) for name in NAMES})
        bound = 1 / math.sqrt(200)
        for name, values in drawn[0].items():
            margin = LARGEST if "weight" in name else LARGEST_BIAS
            most = float(np.abs(values).max()) / bound
            compare(most, 1.0, f"the largest absolute number of {name}, in bounds", Tolerance(margin, 0.0))
            compare(bool(np.array_equal(values, drawn[1][name])), False, f"`two new objects have equal {name}`")
            if "weight" in name:
                mean, spread = float(values.mean()) / bound, float(values.std()) / bound
                compare(mean, 0.0, f"the mean of {name}, in bounds", Tolerance(0.0, 0.0, absolute=MEAN))
                compare(spread, 3**-0.5, f"the spread of {name}, in bounds", Tolerance(SPREAD, 0.0))

    @law("{name} refuses a state of another shape than it should have, and names both shapes.", fine=True)
    def test_refuses_states(self, student, rng):
        for options in ({}, *self.member.together[:1]):
            x, state = self.member.feed(rng, self.member.sizes[0], options)
            module = student.make(self.member.path, INPUTS, HIDDEN, **options)
            module.forward(x, state)
            for name, right, shape, wrong in _wrong_states(state):
                called = self.member.called((INPUTS, HIDDEN), options)
                with raises(ValueError, doing=f"{called}.forward(x, state), {name} of {shape}", naming=(shape, right)):
                    module.forward(x, wrong)

    def states(self, rng, shape, options, hidden):
        raise NotImplementedError

    def parameters(self, options):
        """The names and shapes of the parameters, in their order."""
        raise NotImplementedError


def _wrong_states(state):
    """For each array of a state: its name, its shape, another one, and the state with an array of that."""
    parts = leaves(state, "state")
    for name, leaf in parts.items():
        right = leaf.shape
        more = [(*right[:k], n + 1, *right[k + 1 :]) for k, n in enumerate(right)]
        ones = [(*right[:k], 1, *right[k + 1 :]) for k, n in enumerate(right) if n > 1]
        for shape in (*more, *ones, right[1:], (1, *right)):
            others = (np.ones(shape) if key == name else value for key, value in parts.items())
            yield name, right, shape, rebuilt(state, others)
