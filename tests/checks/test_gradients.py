"""Gradients against the reference, credit for a backward that fits a wrong forward, and gradients by finite differences alone."""

import numpy as np
import pytest

from grader.checks import check_gradients, check_own_gradients
from grader.checks.framework import LocalFramework
from grader.checks.gradients import FollowThrough
from grader.compare import Mismatch
from grader.gradcheck import GradientError

SEEDS = range(10)
INPUTS = {"Linear": [(7, 5)], "Tanh": [(4, 6)], "MSELoss": [(4, 6), (4, 6)], "Product": [(4, 6), (4, 6)]}
SIZES = {"Linear": (5, 3)}


def draw(name, rng, dtype=np.float64):
    return [rng.normal(size=shape).astype(dtype) for shape in INPUTS[name]]


def differentiable(name):
    return 2 if name == "Product" else 1


def compared(twins, name, seed=0, dtype=np.float64, **other):
    """What `check_gradients` raises for a student's class, or None."""
    rng = np.random.default_rng(seed)
    t = twins(**other)(f"nn.{name}", *SIZES.get(name, ()))
    try:
        check_gradients(t, *draw(name, rng, dtype), differentiable=differentiable(name), rng=rng)
    except Mismatch as mismatch:
        return mismatch
    return None


def own(framework, name, seed=0, **other):
    """What `check_own_gradients` raises for a class, or None."""
    rng = np.random.default_rng(seed)
    student = LocalFramework(framework(**other))
    module = getattr(student.nn, name)(*SIZES.get(name, ()))
    parameters = [n for n, _ in module.named_parameters()]
    for parameter in parameters:
        getattr(module, parameter).data = rng.normal(size=getattr(module, parameter).data.shape)
    options = {"parameters": parameters, "differentiable": differentiable(name), "rng": rng}
    try:
        check_own_gradients(student, module, *draw(name, rng), **options)
    except (Mismatch, GradientError) as error:
        return error
    return None


def variant(classes, name, forward=None, backward=None):
    """A subclass with another forward or backward, given the class they replace."""
    base = classes[name]
    methods = {"forward": forward, "backward": backward}
    return type(name, (base,), {key: change(base) for key, change in methods.items() if change})


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("name", INPUTS)
def test_right_gradients_pass(twins, name, dtype):
    if dtype is np.float64 or name in ("Tanh", "Product"):
        assert not [str(e) for seed in SEEDS if (e := compared(twins, name, seed, dtype))]


@pytest.mark.parametrize("name", INPUTS)
def test_right_own_gradients_pass(framework, name):
    assert not [str(e) for seed in SEEDS if (e := own(framework, name, seed))]


# bug -> (class, its backward given the right one's class, the argument named)
WRONG_BACKWARDS = {
    "half": ("Tanh", lambda base: lambda self, dy: base.backward(self, dy) / 2, "x"),
    "the upstream gradient ignored": ("Tanh", lambda base: lambda self, dy: base.backward(self, np.ones_like(dy)), "x"),
    "not linear": ("Tanh", lambda base: lambda self, dy: base.backward(self, dy * np.abs(dy)), "x"),
    "one element": ("Linear", lambda base: lambda self, dy: base.backward(self, dy) * (np.arange(35).reshape(7, 5) != 17), "x"),
    "the loss's factor": ("MSELoss", lambda base: lambda self, dy=1.0: base.backward(self, dy) / 2, "x"),
    "the first input's gradient": ("Product", lambda base: lambda self, dy: (2 * dy, base.backward(self, dy)[1]), "x0"),
}


@pytest.mark.parametrize("bug", WRONG_BACKWARDS)
def test_a_wrong_backward_is_found_named_and_earns_nothing(twins, framework, classes, bug):
    name, backward, argument = WRONG_BACKWARDS[bug]
    wrong = {name: variant(classes, name, backward=backward)}
    for seed in SEEDS:
        mismatch, error = compared(twins, name, seed, **wrong), own(framework, name, seed, **wrong)

        assert type(mismatch) is Mismatch
        assert str(mismatch).startswith(f"the gradient that {name}.backward gives for {argument}[")
        assert error.argument == argument


# what a backward gives -> what is said about it
MALFORMED = {
    "nothing": ("Tanh", lambda dx: None, "x is None, but should be a numpy.ndarray"),
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
def test_a_malformed_gradient_is_refused_before_any_arithmetic(twins, framework, classes, fault):
    name, change, problem = MALFORMED[fault]
    wrong = {name: variant(classes, name, backward=lambda base: lambda self, dy: change(base.backward(self, dy)))}

    for mismatch in (compared(twins, name, **wrong), own(framework, name, **wrong)):
        assert type(mismatch) is Mismatch
        assert problem in str(mismatch)


def test_a_parameter_without_gradient_is_named(twins, classes):
    lazy = variant(classes, "Linear", backward=lambda base: lambda self, dy: dy @ self.weight.data)

    assert str(compared(twins, "Linear", Linear=lazy)) == (
        "the gradient that Linear.backward gives for weight is None, but should be a numpy.ndarray"
    )


def averaging(base):
    def backward(self, dy):
        dx = base.backward(self, dy)
        self.bias.grad = dy.mean(0)
        return dx

    return backward


def test_a_bias_gradient_that_is_averaged_is_named_by_its_parameter(twins, framework, classes):
    wrong = {"Linear": variant(classes, "Linear", backward=averaging)}

    assert "gives for bias[0] is" in str(compared(twins, "Linear", **wrong))
    assert "(3 of 3 differ)" in str(compared(twins, "Linear", **wrong))
    assert own(framework, "Linear", **wrong).argument == "bias"


# Follow-through: (class, wrong forward, backward that is right for it; None: the one it had is)
CONSISTENT = {
    "tanh of twice": (
        "Tanh",
        lambda base: lambda self, x: base.forward(self, 2 * x),
        lambda base: lambda self, dy: 2 * base.backward(self, dy),
    ),
    "a bias forgotten": (
        "Linear",
        lambda base: lambda self, x: base.forward(self, x) - self.bias.data,
        lambda base: lambda self, dy: (base.backward(self, dy), setattr(self.bias, "grad", np.zeros(3)))[0],
    ),
    "a sum for a mean": (
        "MSELoss",
        lambda base: lambda self, x, t: base.forward(self, x, t) * x.size,
        lambda base: lambda self, dy=1.0: base.backward(self, dy) * self.difference.size,
    ),
    "a product plus one": ("Product", lambda base: lambda self, x, y: base.forward(self, x, y) + 1, None),
    "relu for tanh": (
        "Tanh",
        lambda base: lambda self, x: (setattr(self, "x", x), np.maximum(x, 0))[1],
        lambda base: lambda self, dy: dy * (self.x > 0),
    ),
}


@pytest.mark.parametrize("mistake", CONSISTENT)
def test_a_backward_that_fits_its_own_wrong_forward_earns_half(twins, classes, mistake):
    name, forward, backward = CONSISTENT[mistake]
    for seed in SEEDS:
        error = compared(twins, name, seed, **{name: variant(classes, name, forward, backward)})
        if name == "Product":  # its forward is wrong by a constant: the gradients are the reference's own
            assert error is None
        else:
            assert type(error) is FollowThrough
            assert error.share == 0.5


def test_half_credit_says_what_differs_and_why_there_is_credit(twins, classes):
    name, forward, backward = CONSISTENT["tanh of twice"]
    error = compared(twins, name, **{name: variant(classes, name, forward, backward)})

    assert error.kind == "The backward pass fits your own forward pass, but that one is not the expected one."
    assert str(error).startswith("the gradient that Tanh.backward gives for x[0, 0] is ")
    assert str(error).endswith("It is the derivative of your own forward pass, though, which differs from the expected one")


# Forwards whose derivative is right for nothing.
WORTHLESS = {
    "identity": ("Tanh", lambda x, self: x.copy(), lambda dy, self: dy.copy()),
    "scaled": ("Tanh", lambda x, self: -3 * x, lambda dy, self: -3 * dy),
    "shifted": ("Tanh", lambda x, self: 2 * x + 1, lambda dy, self: 2 * dy),
    "constant": ("Tanh", lambda x, self: np.ones_like(x), lambda dy, self: 0 * dy),
    "zero": ("Tanh", lambda x, self: 0 * x, lambda dy, self: 0 * dy),
    "rows exchanged": ("Tanh", lambda x, self: x[::-1].copy(), lambda dy, self: dy[::-1].copy()),
    "a running sum": ("Tanh", lambda x, self: x.cumsum(0), lambda dy, self: dy[::-1].cumsum(0)[::-1].copy()),
}


def worthless(classes, name, forward, backward):
    return variant(classes, name, lambda base: lambda self, x: forward(x, self), lambda base: lambda self, dy: backward(dy, self))


@pytest.mark.parametrize("trick", WORTHLESS)
def test_a_forward_that_is_linear_where_it_should_not_be_earns_nothing(twins, classes, trick):
    name, forward, backward = WORTHLESS[trick]
    wrong = {name: worthless(classes, name, forward, backward)}

    assert [type(compared(twins, name, seed, **wrong)) for seed in SEEDS] == [Mismatch] * len(SEEDS)


def test_a_loss_that_only_adds_up_its_input_earns_nothing(twins, classes):
    def forward(_base):
        return lambda self, x, t: (setattr(self, "difference", x), float(x.sum()))[1]

    wrong = variant(classes, "MSELoss", forward, lambda base: lambda self, dy=1.0: dy * np.ones_like(self.difference))

    assert type(compared(twins, "MSELoss", MSELoss=wrong)) is Mismatch


def test_a_linear_layer_that_passes_part_of_its_input_on_earns_nothing(twins, classes):
    def backward(_base):
        def backward(self, dy):
            self.weight.grad, self.bias.grad = np.zeros((3, 5)), np.zeros(3)
            return np.pad(dy, ((0, 0), (0, 2)))

        return backward

    wrong = variant(classes, "Linear", lambda base: lambda self, x: x[:, :3].copy(), backward)

    assert type(compared(twins, "Linear", Linear=wrong)) is Mismatch


def test_a_forward_that_takes_no_other_numbers_can_still_earn_half(twins, classes):
    def forward(base):
        def forward(self, x):
            if np.abs(x).max() > 3.5:
                raise ValueError("x has to be near 0")
            return base.forward(self, 2 * x)

        return forward

    wrong = variant(classes, "Tanh", forward, CONSISTENT["tanh of twice"][2])

    assert type(compared(twins, "Tanh", Tanh=wrong)) is FollowThrough


@pytest.mark.parametrize("mistake", ["tanh of twice", "a bias forgotten", "a sum for a mean"])
def test_a_wrong_forward_with_a_wrong_backward_earns_nothing(twins, classes, mistake):
    name, forward, backward = CONSISTENT[mistake]
    wrong = variant(classes, name, forward, lambda base: lambda self, *dy: 1.01 * backward(base)(self, *dy))

    assert type(compared(twins, name, **{name: wrong})) is Mismatch


def test_a_right_forward_that_rounds_otherwise_earns_nothing_for_a_backward_by_finite_differences(twins, classes):
    def backward(_base):
        return lambda self, dy: dy * (np.tanh(self.x + 1e-5) - np.tanh(self.x - 1e-5)) / 2e-5

    def forward(_base):
        return lambda self, x: (setattr(self, "x", x), np.sinh(x) / np.cosh(x))[1]

    wrong = variant(classes, "Tanh", forward, backward)

    assert type(compared(twins, "Tanh", Tanh=wrong)) is Mismatch


def test_a_forward_of_another_shape_earns_nothing(twins, classes):
    wrong = variant(classes, "Tanh", lambda base: lambda self, x: (base.forward(self, x), np.tanh(x).sum(1))[1])

    assert compared(twins, "Tanh", Tanh=wrong) is None or type(compared(twins, "Tanh", Tanh=wrong)) is Mismatch


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


def test_a_forward_that_changes_its_input_does_not_disturb_the_check(framework, classes):
    def forward(_base):
        def forward(self, x):
            self.y = np.tanh(x)
            x[...] = 0
            return self.y.copy()

        return forward

    assert own(framework, "Tanh", Tanh=variant(classes, "Tanh", forward)) is None


@pytest.mark.parametrize(
    ("forward", "problem"),
    [
        (lambda y: None, "Tanh.forward(x) is None (is a `return` missing?), but should be a numpy.ndarray"),
        (lambda y: y.tolist(), "Tanh.forward(x) is a list of 4 items, but should be a numpy.ndarray"),
        (lambda y: y * np.inf, "Tanh.forward(x) has values that are not finite"),
        (lambda y: y * np.nan, "Tanh.forward(x) has values that are not finite"),
    ],
)
def test_a_forward_that_gives_no_numbers_is_refused(framework, classes, forward, problem):
    wrong = variant(classes, "Tanh", lambda base: lambda self, x: forward(base.forward(self, x)))

    assert str(own(framework, "Tanh", Tanh=wrong)) == problem


def test_a_forward_whose_shape_depends_on_the_call_is_refused(framework, classes):
    def forward(base):
        def forward(self, x):
            self.calls = getattr(self, "calls", 0) + 1
            y = base.forward(self, x)
            return y if self.calls < 3 else y[None]

        return forward

    wrong = variant(classes, "Tanh", forward)

    assert str(own(framework, "Tanh", Tanh=wrong)) == (
        "Tanh.forward(x) has shape (1, 4, 6), but had shape (4, 6) for another input of the same shape"
    )


def test_a_parameter_that_is_no_array_is_refused(framework, classes):
    student = LocalFramework(framework())
    linear = student.nn.Linear(5, 3)
    linear.weight.data = [[0.0] * 5] * 3

    with pytest.raises(Mismatch, match=r"^Linear\.weight\.data is a list of 3 items, but should be a numpy\.ndarray$"):
        check_own_gradients(student, linear, np.ones((7, 5)), parameters=("weight",), rng=np.random.default_rng(0))
