"""Gradients against the reference, and by finite differences alone."""

import numpy as np
import pytest

from grader.checks import check_own_gradients
from grader.checks.framework import LocalFramework
from grader.compare import Mismatch
from grader.gradcheck import GradientError

SEEDS = range(10)
INPUTS = ("Linear", "Tanh", "MSELoss", "Product")


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("name", INPUTS)
def test_right_gradients_pass(compared, name, dtype):
    if dtype is np.float64 or name in ("Tanh", "Product"):
        assert not [str(e) for seed in SEEDS if (e := compared(name, seed, dtype))]


@pytest.mark.parametrize("name", INPUTS)
def test_right_own_gradients_pass(own, name):
    assert not [str(e) for seed in SEEDS if (e := own(name, seed))]


# bug -> (class, its backward given the right one's class, the argument named)
WRONG_BACKWARDS = {
    "half": ("Tanh", lambda base: lambda self, dy: base.backward(self, dy) / 2, "x"),
    "the upstream gradient ignored": ("Tanh", lambda base: lambda self, dy: base.backward(self, np.ones_like(dy)), "x"),
    "not linear": ("Tanh", lambda base: lambda self, dy: base.backward(self, dy * np.abs(dy)), "x"),
    "one element": (
        "Linear",
        lambda base: lambda self, dy: base.backward(self, dy) * (np.arange(35).reshape(7, 5) != 17),
        "x",
    ),
    "the loss's factor": ("MSELoss", lambda base: lambda self, dy=1.0: base.backward(self, dy) / 2, "x"),
    "the first input's gradient": ("Product", lambda base: lambda self, dy: (2 * dy, base.backward(self, dy)[1]), "x"),
}


@pytest.mark.parametrize("bug", WRONG_BACKWARDS)
def test_a_wrong_backward_is_found_named_and_earns_nothing(compared, own, variant, bug):
    name, backward, argument = WRONG_BACKWARDS[bug]
    wrong = {name: variant(name, backward=backward)}
    for seed in SEEDS:
        mismatch, error = compared(name, seed, **wrong), own(name, seed, **wrong)

        assert type(mismatch) is Mismatch
        assert str(mismatch).startswith(f"the gradient that {name}.backward gives for {argument} is ")
        assert error.argument == {"Product": "x0"}.get(name, argument)  # nobody says there what its inputs are called


# what a backward gives -> what is said about it
MALFORMED = {
    "nothing": ("Tanh", lambda dx: None, "x is None (is a `return` missing?), but should be a numpy.ndarray"),
    "a list": ("Tanh", lambda dx: dx.tolist(), "x is a list of 4 items, but should be a numpy.ndarray"),
    "a tuple of one": ("Tanh", lambda dx: (dx,), "x is a tuple of 1 item, but should be a numpy.ndarray"),
    "transposed": ("Tanh", lambda dx: dx.T, "x has shape (6, 4), but should have shape (4, 6) (it is transposed)"),
    "one more axis": ("Tanh", lambda dx: dx[None], "x has shape (1, 4, 6), but should have shape (4, 6)"),
    "summed": ("Tanh", lambda dx: dx.sum(0), "x has shape (6,), but should have shape (4, 6)"),
    "float32": ("Tanh", lambda dx: dx.astype(np.float32), "x has dtype float32, but should have dtype float64"),
    "objects": ("Tanh", lambda dx: dx.astype(object), "x has dtype object, but should have dtype float64"),
    "NaN": ("Tanh", lambda dx: dx * np.nan, ""),
    "one array for two inputs": ("Product", lambda dx: dx[0], "Product.backward should return a tuple of 2 gradients"),
    "a list for two inputs": ("Product", list, "Product.backward should return a tuple of 2 gradients"),
    "three for two inputs": ("Product", lambda dx: (*dx, 0), "Product.backward should return a tuple of 2 gradients"),
}


@pytest.mark.parametrize("fault", MALFORMED)
def test_a_malformed_gradient_is_refused_before_any_arithmetic(compared, own, variant, fault):
    name, change, problem = MALFORMED[fault]
    wrong = {name: variant(name, backward=lambda base: lambda self, dy: change(base.backward(self, dy)))}

    for mismatch in (compared(name, **wrong), own(name, **wrong)):
        assert type(mismatch) is Mismatch
        assert problem in str(mismatch)


def test_a_parameter_without_gradient_is_named(compared, variant):
    lazy = variant("Linear", backward=lambda base: lambda self, dy: dy @ self.weight.data)

    assert str(compared("Linear", Linear=lazy)) == (
        "the gradient that Linear.backward gives for weight is None, but should be a numpy.ndarray"
    )


def averaging(base):
    def backward(self, dy):
        dx = base.backward(self, dy)
        self.bias.grad = dy.mean(0)
        return dx

    return backward


def test_a_bias_gradient_that_is_averaged_is_named_by_its_parameter(compared, own, variant):
    wrong = {"Linear": variant("Linear", backward=averaging)}

    assert "gives for bias is" in str(compared("Linear", **wrong))
    assert "(3 of 3 differ)" in str(compared("Linear", **wrong))
    assert own("Linear", **wrong).argument == "bias"


def test_the_parameters_are_left_as_they_were(framework, classes):
    rng = np.random.default_rng(0)
    student = LocalFramework(framework())
    linear = student.nn.Linear(5, 3)
    linear.weight.data = rng.normal(size=(3, 5))
    before = linear.weight.data.copy()
    x = rng.normal(size=(7, 5))
    seen = x.copy()
    check_own_gradients(student, linear, x, parameters=("weight", "bias"), rng=rng)
    linear.backward = lambda dy: classes["Linear"].backward(linear, dy) * 2
    with pytest.raises(GradientError):
        check_own_gradients(student, linear, x, parameters=("weight", "bias"), rng=rng)

    assert np.array_equal(linear.weight.data, before)
    assert np.array_equal(linear.bias.data, np.zeros(3))
    assert np.array_equal(x, seen)


def test_a_forward_that_changes_its_input_does_not_disturb_the_check(own, variant):
    def forward(_base):
        def forward(self, x):
            self.y = np.tanh(x)
            x[...] = 0
            return self.y.copy()

        return forward

    assert own("Tanh", Tanh=variant("Tanh", forward)) is None


@pytest.mark.parametrize(
    ("forward", "problem"),
    [
        (lambda y: None, "Tanh.forward(x) is None (is a `return` missing?), but should be a numpy.ndarray"),
        (lambda y: y.tolist(), "Tanh.forward(x) is a list of 4 items, but should be a numpy.ndarray"),
        (lambda y: y * np.inf, "Tanh.forward(x) has values that are not finite"),
        (lambda y: y * np.nan, "Tanh.forward(x) has values that are not finite"),
    ],
)
def test_a_forward_that_gives_no_numbers_is_refused(own, variant, forward, problem):
    wrong = variant("Tanh", lambda base: lambda self, x: forward(base.forward(self, x)))

    assert str(own("Tanh", Tanh=wrong)) == problem


def test_a_forward_whose_shape_depends_on_the_call_is_refused(own, variant):
    def forward(base):
        def forward(self, x):
            self.calls = getattr(self, "calls", 0) + 1
            y = base.forward(self, x)
            return y if self.calls < 3 else y[None]

        return forward

    wrong = variant("Tanh", forward)

    assert str(own("Tanh", Tanh=wrong)) == (
        "Tanh.forward(x) has shape (1, 4, 6), but had shape (4, 6) for another input of the same shape"
    )


def test_a_parameter_that_is_no_array_is_refused(framework):
    student = LocalFramework(framework())
    linear = student.nn.Linear(5, 3)
    linear.weight.data = [[0.0] * 5] * 3

    with pytest.raises(Mismatch, match=r"^Linear\.weight\.data is a list of 3 items, but should be a numpy\.ndarray$"):
        check_own_gradients(student, linear, np.ones((7, 5)), parameters=("weight",), rng=np.random.default_rng(0))
