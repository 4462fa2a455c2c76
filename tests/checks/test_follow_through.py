"""Credit for a backward that fits a wrong forward: half, unless the forward is right or its derivative is had for nothing."""

import numpy as np
import pytest

from grader.checks.gradients import FollowThrough
from grader.compare import Mismatch

SEEDS = range(10)


# (class, wrong forward, backward that is right for it)
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
    "relu for tanh": (
        "Tanh",
        lambda base: lambda self, x: (setattr(self, "x", x), np.maximum(x, 0))[1],
        lambda base: lambda self, dy: dy * (self.x > 0),
    ),
}


@pytest.mark.parametrize("mistake", CONSISTENT)
def test_a_backward_that_fits_its_own_wrong_forward_earns_half(compared, variant, mistake):
    name, forward, backward = CONSISTENT[mistake]
    for seed in SEEDS:
        error = compared(name, seed, **{name: variant(name, forward, backward)})

        assert type(error) is FollowThrough
        assert error.share == 0.5


def test_a_forward_that_is_wrong_by_a_constant_costs_nothing_here(compared, variant):
    """Its gradients are the right ones; that the values are not is for other checks to find."""
    wrong = variant("Product", lambda base: lambda self, x, y: base.forward(self, x, y) + 1)

    assert compared("Product", Product=wrong) is None


def test_half_credit_says_what_differs_and_why_there_is_credit(compared, variant):
    name, forward, backward = CONSISTENT["tanh of twice"]
    error = compared(name, **{name: variant(name, forward, backward)})

    assert error.kind == "The backward pass fits your own forward pass, but that one is not the expected one."
    assert str(error).startswith("the gradient that Tanh.backward gives for x is ")
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


def worthless(variant, name, forward, backward):
    return variant(name, lambda base: lambda self, x: forward(x, self), lambda base: lambda self, dy: backward(dy, self))


@pytest.mark.parametrize("trick", WORTHLESS)
def test_a_forward_that_is_linear_where_it_should_not_be_earns_nothing(compared, variant, trick):
    name, forward, backward = WORTHLESS[trick]
    wrong = {name: worthless(variant, name, forward, backward)}

    assert [type(compared(name, seed, **wrong)) for seed in SEEDS] == [Mismatch] * len(SEEDS)


def test_a_loss_that_only_adds_up_its_input_earns_nothing(compared, variant):
    def forward(_base):
        return lambda self, x, t: (setattr(self, "difference", x), float(x.sum()))[1]

    wrong = variant("MSELoss", forward, lambda base: lambda self, dy=1.0: dy * np.ones_like(self.difference))

    assert type(compared("MSELoss", MSELoss=wrong)) is Mismatch


def test_a_linear_layer_that_passes_part_of_its_input_on_earns_nothing(compared, variant):
    def backward(_base):
        def backward(self, dy):
            self.weight.grad, self.bias.grad = np.zeros((3, 5)), np.zeros(3)
            return np.pad(dy, ((0, 0), (0, 2)))

        return backward

    wrong = variant("Linear", lambda base: lambda self, x: x[:, :3].copy(), backward)

    assert type(compared("Linear", Linear=wrong)) is Mismatch


def test_a_forward_that_takes_no_other_numbers_can_still_earn_half(compared, variant):
    def forward(base):
        def forward(self, x):
            if np.abs(x).max() > 3.5:
                raise ValueError("x has to be near 0")
            return base.forward(self, 2 * x)

        return forward

    wrong = variant("Tanh", forward, CONSISTENT["tanh of twice"][2])

    assert type(compared("Tanh", Tanh=wrong)) is FollowThrough


@pytest.mark.parametrize("mistake", ["tanh of twice", "a bias forgotten", "a sum for a mean"])
def test_a_wrong_forward_with_a_wrong_backward_earns_nothing(compared, variant, mistake):
    name, forward, backward = CONSISTENT[mistake]
    wrong = variant(name, forward, lambda base: lambda self, *dy: 1.01 * backward(base)(self, *dy))

    assert type(compared(name, **{name: wrong})) is Mismatch


def test_a_right_forward_that_rounds_otherwise_earns_nothing_for_a_backward_by_finite_differences(compared, variant):
    def backward(_base):
        return lambda self, dy: dy * (np.tanh(self.x + 1e-5) - np.tanh(self.x - 1e-5)) / 2e-5

    def forward(_base):
        return lambda self, x: (setattr(self, "x", x), np.sinh(x) / np.cosh(x))[1]

    wrong = variant("Tanh", forward, backward)

    assert type(compared("Tanh", Tanh=wrong)) is Mismatch


def test_a_forward_of_another_shape_earns_nothing(compared, variant):
    wrong = variant(
        "Tanh",
        lambda base: lambda self, x: base.forward(self, x).sum(1),
        lambda base: lambda self, dy: base.backward(self, dy.sum(1, keepdims=True)),
    )

    assert type(compared("Tanh", Tanh=wrong)) is Mismatch
