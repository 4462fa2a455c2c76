"""A backward that differentiates forward numerically does not pass the real hidden checks. Honest slow code does."""

from pathlib import Path

import pytest

from grader.assignment import Course
from grader.grading import grade
from grader.result import Outcome
from grader.submission import Submission

# The derivative of f at 0, by each method; h is as good as it gets in float64.
SLOPES = {
    "forward difference": "(f(1e-8) - f(0)) / 1e-8",
    "central difference": "(f(6e-6) - f(-6e-6)) / 1.2e-5",
    "fourth order": "(8 * (f(1e-3) - f(-1e-3)) - (f(2e-3) - f(-2e-3))) / 1.2e-2",
    "sixth order": "(45 * (f(1e-2) - f(-1e-2)) - 9 * (f(2e-2) - f(-2e-2)) + f(3e-2) - f(-3e-2)) / 0.6",
}
COMPLEX_STEP = "np.imag(f(1e-30j)) / 1e-30"
NUMERICAL = """

def _slope(f):
    return {slope}


def _gradient(value, array):
    # one evaluation, or some, for every number
    flat = array.astype({dtype}).ravel()
    found = np.empty(flat.size)
    for i in range(flat.size):
        here = flat[i]

        def f(step):
            flat[i] = here + step
            return value(flat.reshape(array.shape))

        found[i] = _slope(f)
        flat[i] = here
    return found.reshape(array.shape)
"""
LINEAR = """

def _backward(self, dy):
    (x,), w, b = self.saved_values, self.weight.data, self.bias
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    accumulate_grad(self.weight, _gradient(lambda w: ((x @ w.T) * dy).sum(), w))
    if b is not None:
        accumulate_grad(b, _gradient(lambda b: (b * dy).sum(), b.data))
    return _gradient(lambda x: ((x @ w.T) * dy).sum(), x).astype(x.dtype)


Linear.backward = _backward
"""
SOFTMAX = """

def _forward(self, x):
    self.save_for_backward(x)
    e = np.exp(x - x.max(axis=self.dim, keepdims=True))
    return e / e.sum(axis=self.dim, keepdims=True)


def _backward(self, dy):
    (x,) = self.saved_values

    def value(z):
        e = np.exp(z - x.max(axis=self.dim, keepdims=True))
        return (e / e.sum(axis=self.dim, keepdims=True) * dy).sum()

    return _gradient(value, x).astype(x.dtype)


Softmax.forward, Softmax.backward = _forward, _backward
"""
SIGMOID = """

def _backward(self, dy):
    (y,) = self.saved_values
    x = np.log(y) - np.log1p(-y)
    return np.array(dy * _slope(lambda step: 1 / (1 + np.exp(-x - step))), y.dtype)


Sigmoid.backward = _backward
"""
CURVE = """
_honest = {name}.forward


def _forward(self, x):
    self.x = x
    return _honest(self, x)


def _backward(self, dy):
    slope = _slope(lambda step: {curve}(self.x.astype(float) + step))
    return (dy * slope).astype(self.x.dtype)


{name}.forward, {name}.backward = _forward, _backward
"""
CROSS_ENTROPY = """
_evaluate = CrossEntropyLoss.evaluate


def _numerical(self, input, target):
    values, _slopes = _evaluate(self, input, target)
    even = (target != self.ignore_index) * self.label_smoothing / len(input)
    hot = self.weigh(self.one_hot(input, target) * (1 - self.label_smoothing) + even)

    def value(z):
        e = z - input.max(axis=0)
        return -(hot * (e - np.log(np.exp(e).sum(axis=0)))).sum()

    return values, _gradient(value, input).astype(input.dtype)


CrossEntropyLoss.evaluate = _numerical
"""
# assignment, file, what is replaced, hidden checks of its class that see differences
CASES = {
    "Linear": ("01", "nn/linear.py", LINEAR, "Linear"),
    "Softmax": ("02", "nn/activation.py", SOFTMAX, "Softmax"),
    "Sigmoid": ("02", "nn/activation.py", SIGMOID, "Sigmoid"),
    "Sigmoid with its x": ("02", "nn/activation.py", CURVE.format(name="Sigmoid", curve="_sigmoid"), "Sigmoid"),
    "Tanh with its x": ("02", "nn/activation.py", CURVE.format(name="Tanh", curve="np.tanh"), "Tanh"),
    "CrossEntropyLoss": ("03", "nn/loss.py", CROSS_ENTROPY, "CrossEntropyLoss"),
}
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def real_course():
    return Course.load(ROOT)


@pytest.fixture
def failed(real_course, sandbox):
    """Grade the reference with text added to one file: the failed checks of a component, with their outcomes."""

    def run(number, path, added, component):
        texts = {**real_course.reference, path: real_course.reference[path] + added}
        files = {path: text.encode() for path, text in texts.items()}
        chosen = {"seed": 3, "explained_for": 0, "keep": lambda check: check.component == component}
        report = grade(real_course, Submission("cheat", files), real_course.select((number,)), sandbox, **chosen)
        assert not report.assignments[0].notices
        assert report.assignments[0].results
        bad = [r for r in report.assignments[0].results if r.outcome is not Outcome.PASSED]
        return {r.check.id.rpartition("/")[2]: r.outcome for r in bad}

    return run


CAUGHT = [(case, method) for case in ("Linear", "CrossEntropyLoss") for method in ("central difference",)]
CAUGHT += [(f"{case} with its x", "sixth order") for case in ("Sigmoid", "Tanh")]
CAUGHT += [("Softmax", "central difference"), ("Sigmoid", "forward difference"), ("Sigmoid", "central difference")]


@pytest.mark.parametrize(("case", "method"), CAUGHT)
def test_differences_are_caught_by_their_precision(failed, case, method):
    number, path, cheat, component = CASES[case]

    found = failed(number, path, NUMERICAL.format(slope=SLOPES[method], dtype="float") + cheat, component)

    assert Outcome.FAILED in found.values()


@pytest.mark.parametrize("case", ["Linear", "Softmax", "CrossEntropyLoss"])
@pytest.mark.parametrize("method", ["complex step", "fourth order"])
def test_what_is_precise_enough_is_caught_by_its_cost(failed, case, method):
    number, path, cheat, component = CASES[case]
    slope, dtype = (COMPLEX_STEP, "complex") if method == "complex step" else (SLOPES[method], "float")

    found = failed(number, path, NUMERICAL.format(slope=slope, dtype=dtype) + cheat, component)

    assert Outcome.TIMEOUT in found.values(), found


# Right, and as slow as it gets without being wrong: no vector operation at all, or a whole Jacobian matrix.
HONEST = {
    "Linear in loops": (
        "01",
        "nn/linear.py",
        """

def _loops(self, dy):
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    w, dw = self.weight.data, np.zeros(self.weight.data.shape)
    xs, dys = x.reshape(-1, x.shape[-1]), dy.reshape(-1, dy.shape[-1])
    dx = np.zeros((x.size // x.shape[-1], x.shape[-1]))
    for r in range(len(xs)):
        for o in range(dw.shape[0]):
            for i in range(dw.shape[1]):
                dw[o, i] += dys[r, o] * xs[r, i]
                dx[r, i] += dys[r, o] * w[o, i]
    accumulate_grad(self.weight, dw)
    if self.bias is not None:
        accumulate_grad(self.bias, np.einsum("ro->o", dys))
    return dx.reshape(x.shape).astype(x.dtype)


Linear.backward = _loops
""",
        "Linear",
    ),
    "Softmax by its Jacobian": (
        "02",
        "nn/activation.py",
        """

def _jacobian(self, dy):
    (y,) = self.saved_values
    ys, dys = np.moveaxis(y, self.dim, -1), np.moveaxis(_upstream(dy, y), self.dim, -1)
    jacobian = ys[..., :, None] * (np.eye(ys.shape[-1]) - ys[..., None, :])
    return np.moveaxis(np.einsum("...i,...ij->...j", dys, jacobian), -1, self.dim).astype(y.dtype)


Softmax.backward = _jacobian
""",
        "Softmax",
    ),
    "CrossEntropyLoss in loops": (
        "03",
        "nn/loss.py",
        """
_fast = CrossEntropyLoss.evaluate


def _loops(self, input, target):
    values, slopes = _fast(self, input, target)
    even = (target != self.ignore_index) * self.label_smoothing / len(input)
    hot = self.weigh(self.one_hot(input, target) * (1 - self.label_smoothing) + even)
    p, h = np.exp(input - logsumexp(input, dim=0)).reshape(len(input), -1), hot.reshape(len(input), -1)
    own = np.zeros(p.shape)
    for n in range(p.shape[1]):
        for c in range(len(p)):
            for d in range(len(p)):
                own[c, n] += h[d, n] * (p[c, n] - (c == d))
    return values, (slopes if np.abs(input).max(initial=0) > 1e3 else own.reshape(input.shape).astype(input.dtype))


CrossEntropyLoss.evaluate = _loops
""",
        "CrossEntropyLoss",
    ),
}


@pytest.mark.parametrize("case", HONEST)
def test_honest_slow_code_is_not_taken_for_cheating(failed, case):
    assert failed(*HONEST[case]) == {}
