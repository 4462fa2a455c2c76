"""Which whole submissions earn part of a gradient check: those whose forward pass is nearly right, and no others."""

import ast
from pathlib import Path

import pytest

from grader.assignment import Course, Variants
from grader.audit.bench import at_bench

ROOT = Path(__file__).resolve().parents[1]
ACTIVATIONS = "(ReLU, LeakyReLU, ELU, Sigmoid, Tanh, Softplus, SiLU, GELU, Softmax, LogSoftmax)"
LOSSES = (
    "(MSELoss, L1Loss, SmoothL1Loss, HuberLoss, BCELoss, BCEWithLogitsLoss, KLDivLoss, NLLLoss, CrossEntropyLoss,"
    " MultiMarginLoss)"
)
SQUARES = f"""

def _forward(self, x):
    self.x = x
    return x * x


def _backward(self, dy):
    return 2 * self.x * dy


for _class in {ACTIVATIONS}:
    _class.forward, _class.backward = _forward, _backward
"""
SQUARED_INPUTS = f"""

def _forward(self, input, target):
    self.x = input
    values = input * input
    return values if self.reduction == "none" else float(values.sum() if self.reduction == "sum" else values.mean())


def _backward(self, dy=1.0):
    dx = dy * 2 * self.x
    return dx / self.x.size if "mean" in self.reduction else dx


for _class in {LOSSES}:
    _class.forward, _class.backward = _forward, _backward
"""
RELU_EVERYWHERE = f"""

for _class in {ACTIVATIONS}:
    _class.forward, _class.backward = ReLU.forward, ReLU.backward
"""
NOISE = """

import zlib

_chance = np.random.default_rng()


def _noise(x):
    return 1e-6 * {chance}.normal(size=np.shape(x))


def _noisy(forward):
    def noisy(self, *inputs):
        self.shape = inputs[0].shape
        y = forward(self, *inputs)
        noise = _noise(inputs[0])
        return y + noise if np.shape(y) == self.shape else y + float(noise.sum())
    return noisy


def _anything(self, *dy):
    return 0.5 + np.zeros(self.shape)


for _class in {classes}:
    _class.forward, _class.backward = _noisy(_class.forward), _anything
"""
CHANCE = {
    "fresh": "_chance",
    "seeded by the input": "np.random.default_rng(zlib.crc32(np.ascontiguousarray(x).tobytes()))",
}
STEPS = f"""

def _rounded(forward):
    def rounded(self, x):
        self.x = x
        return np.round(forward(self, x), 3) + 1e-9 * x * x
    return rounded


def _backward(self, dy):
    return 2e-9 * self.x * dy


for _class in {ACTIVATIONS}:
    _class.forward, _class.backward = _rounded(_class.forward), _backward
"""


@pytest.fixture(scope="module")
def real_course():
    return Course.load(ROOT)


@pytest.fixture
def graded(real_course):
    """Grade the reference with text added to one file, in this process: every check's result by its short name."""

    def run(number, path, added, component=""):
        make = Variants(real_course).importer({path: ast.parse(real_course.reference[path] + added)})
        [assignment] = real_course.select((number,))

        def work(bench):
            return [bench.run(check, make) for check in bench.all_checks if component in check.component]

        return at_bench(assignment, work)

    return run


def in_part(results):
    return {r.check.short_name: r.earned for r in results if 0 < r.earned < r.check.points}


def gradients(results):
    """The part of its points that each hidden check of gradients earned."""
    hidden = [r for r in results if not r.check.public]
    return {r.check.short_name: r.earned / r.check.points for r in hidden if "gradient" in r.check.id}


TRICKS = {
    "every activation a square": ("02", "nn/activation.py", SQUARES),
    "every activation a ReLU": ("02", "nn/activation.py", RELU_EVERYWHERE),
    "every activation in steps": ("02", "nn/activation.py", STEPS),
    "every loss the square of its input": ("03", "nn/loss.py", SQUARED_INPUTS),
}
PLACES = (("activation", "02", "nn/activation.py", ACTIVATIONS), ("loss", "03", "nn/loss.py", LOSSES))
TRICKS |= {
    f"noise, {kind}, on every {what}": (number, path, NOISE.format(chance=chance, classes=classes))
    for kind, chance in CHANCE.items()
    for what, number, path, classes in PLACES
}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_forward_that_is_not_nearly_right_earns_no_part_of_a_check(graded, trick):
    results = graded(*TRICKS[trick])

    assert len(results) > 50
    assert in_part(results) == {}
    if trick.startswith("noise") or "square" in trick:  # nor a whole one, where no member of a kind is right
        assert set(gradients(results).values()) == {0.0}


TANH_FORM = """

_init = GELU.__init__
GELU.__init__ = lambda self, approximate="none": _init(self, "tanh")
"""
# In an array without a positive number, values are within about one per cent of the right ones only if the slope is.
ROUGH_SLOPE = """

LeakyReLU.__init__.__defaults__ = (0.0101,)
"""
AN_EPSILON = """

def _forward(self, x):
    e = np.exp(x - x.max(axis=self.dim, keepdims=True))
    self.total = e.sum(axis=self.dim, keepdims=True) + 1e-9
    y = e / self.total
    self.save_for_backward(y)
    return y


Softmax.forward = _forward
"""
# What is added, to which component, and the share that its gradient checks earn: with the defaults, with other options.
NEARLY_RIGHT = {
    "GELU in its tanh form": (TANH_FORM, "GELU", [0.5, 1.0]),
    "LeakyReLU with a rough default": (ROUGH_SLOPE, "LeakyReLU", [0.5, 1.0]),
    "Softmax with an epsilon": (AN_EPSILON, "Softmax", [0.5, 0.5]),
}


@pytest.mark.parametrize("mistake", NEARLY_RIGHT)
def test_a_backward_that_fits_a_forward_that_is_nearly_right_earns_half(graded, mistake):
    added, component, expected = NEARLY_RIGHT[mistake]

    found = graded("02", "nn/activation.py", added, component)

    assert [share for name, share in gradients(found).items() if name.startswith(f"{component}/")] == expected
