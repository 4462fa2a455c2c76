"""Credit for a backward that fits a wrong forward: half, if that is nearly right."""

import contextlib
import zlib

import numpy as np
import pytest

from grader.checks import check_gradients
from grader.checks.follow_through import FollowThrough
from grader.compare import Mismatch
from grader.gradcheck import GradientError, RoughForward

SEEDS = range(10)


def times(a):
    """Tanh of a x, and the derivative of that."""
    return (
        "Tanh",
        lambda base: lambda self, x: base.forward(self, a * x),
        lambda base: lambda self, dy: a * base.backward(self, dy),
    )


# (class, wrong forward, backward that is right for it)
NEAR = {
    "another constant": times(1.003),
    "a bend lost far out": (
        "Tanh",
        lambda base: lambda self, x: (setattr(self, "inside", np.abs(x) < 3), base.forward(self, np.clip(x, -3, 3)))[1],
        lambda base: lambda self, dy: base.backward(self, dy) * self.inside,
    ),
    "an epsilon": (
        "MSELoss",
        lambda base: lambda self, x, t: float(np.sqrt(base.forward(self, x, t) ** 2 + 1e-6)),
        lambda base: (
            lambda self, dy=1.0: base.backward(self, dy / np.sqrt(1 + 1e-6 / np.mean(self.difference**2) ** 2))
        ),
    ),
}
FAR = {
    "tanh of twice": times(2),
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
    "a square": (
        "Tanh",
        lambda base: lambda self, x: (setattr(self, "x", x), x * x)[1],
        lambda base: lambda self, dy: 2 * self.x * dy,
    ),
}


@pytest.mark.parametrize("mistake", NEAR)
def test_a_backward_that_fits_its_own_nearly_right_forward_earns_half(compared, variant, mistake):
    name, forward, backward = NEAR[mistake]
    errors = [compared(name, seed, **{name: variant(name, forward, backward)}) for seed in SEEDS]
    found = [error for error in errors if error]  # where no x is far out, nothing is wrong

    assert {(type(error), error.share) for error in found} == {(FollowThrough, 0.5)}


@pytest.mark.parametrize("mistake", FAR)
def test_a_backward_that_fits_another_forward_is_told_so_and_earns_nothing(compared, variant, mistake):
    name, forward, backward = FAR[mistake]
    errors = [compared(name, seed, **{name: variant(name, forward, backward)}) for seed in SEEDS]

    assert {(type(error), error.share) for error in errors} == {(FollowThrough, 0.0)}


def test_a_forward_that_is_wrong_by_a_constant_costs_nothing_here(compared, variant):
    """Its gradients are the right ones; that the values are not is for other checks to find."""
    wrong = variant("Product", lambda base: lambda self, x, y: base.forward(self, x, y) + 1)

    assert compared("Product", Product=wrong) is None


def test_it_says_what_differs_and_how_near_the_forward_is(compared, variant):
    near, far = (compared("Tanh", Tanh=variant(*times(a))) for a in (1.003, 2))

    for error in (near, far):
        assert str(error).startswith("the gradient that Tanh.backward gives for x is ")
    assert (
        near.kind == "The backward pass fits your own forward pass, which is nearly the expected one: that earns half."
    )
    assert str(near).endswith("It is the derivative of your own forward pass, though, which is nearly the expected one")
    assert far.kind == "The backward pass fits your own forward pass, but that one is not the expected one."
    assert str(far).endswith(
        "It is the derivative of your own forward pass, though, which differs from the expected one"
    )


def test_what_a_check_draws_next_does_not_depend_on_the_answer(twins, variant):
    """An answer may be judged later than the check's next line; who repeats the check judges it at once."""
    drawn = []
    for other in ({}, {"Tanh": variant(*times(2))}):
        rng, bench = np.random.default_rng(3), twins(**other)
        with contextlib.suppress(Mismatch):
            check_gradients(bench("nn.Tanh"), rng.normal(size=(2, 3)), rng=rng)
        drawn.append(rng.random())

    assert drawn[0] == drawn[1]


def share(error):
    """The part of its points that a check with this error earns."""
    assert isinstance(error, Mismatch)
    return getattr(error, "share", 0.0)


# Forwards whose derivative is right for nothing.
WORTHLESS = {
    "identity": ("Tanh", lambda x, self: x.copy(), lambda dy, self: dy.copy()),
    "scaled": ("Tanh", lambda x, self: -3 * x, lambda dy, self: -3 * dy),
    "shifted": ("Tanh", lambda x, self: 2 * x + 1, lambda dy, self: 2 * dy),
    "constant": ("Tanh", lambda x, self: np.ones_like(x), lambda dy, self: 0 * dy),
    "zero": ("Tanh", lambda x, self: 0 * x, lambda dy, self: 0 * dy),
    "rows exchanged": ("Tanh", lambda x, self: x[::-1].copy(), lambda dy, self: dy[::-1].copy()),
    "a staircase": ("Tanh", lambda x, self: np.round(np.tanh(x), 3) + 1e-9 * x, lambda dy, self: 1e-9 * dy),
    "a running sum": ("Tanh", lambda x, self: x.cumsum(0), lambda dy, self: dy[::-1].cumsum(0)[::-1].copy()),
}


def worthless(variant, name, forward, backward):
    return variant(
        name, lambda base: lambda self, x: forward(x, self), lambda base: lambda self, dy: backward(dy, self)
    )


@pytest.mark.parametrize("trick", WORTHLESS)
def test_a_forward_that_is_linear_where_it_should_not_be_earns_nothing(compared, variant, trick):
    name, forward, backward = WORTHLESS[trick]
    wrong = {name: worthless(variant, name, forward, backward)}

    assert not any(share(compared(name, seed, **wrong)) for seed in SEEDS)


def test_a_loss_that_only_adds_up_its_input_earns_nothing(compared, variant):
    def forward(_base):
        return lambda self, x, t: (setattr(self, "difference", x), float(x.sum()))[1]

    wrong = variant("MSELoss", forward, lambda base: lambda self, dy=1.0: dy * np.ones_like(self.difference))

    assert share(compared("MSELoss", MSELoss=wrong)) == 0


def test_a_linear_layer_that_passes_part_of_its_input_on_earns_nothing(compared, variant):
    def backward(_base):
        def backward(self, dy):
            self.weight.grad, self.bias.grad = np.zeros((3, 5)), np.zeros(3)
            return np.pad(dy, ((0, 0), (0, 2)))

        return backward

    wrong = variant("Linear", lambda base: lambda self, x: x[:, :3].copy(), backward)

    assert share(compared("Linear", Linear=wrong)) == 0


@pytest.mark.parametrize("mistake", [*NEAR, *FAR])
def test_a_wrong_forward_with_a_wrong_backward_earns_nothing(compared, variant, mistake):
    name, forward, backward = (NEAR | FAR)[mistake]
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


@pytest.mark.parametrize("seeded", [False, True], ids=["fresh", "seeded by the input"])
@pytest.mark.parametrize("amplitude", [1e-9, 1e-6, 1e-3])
@pytest.mark.parametrize("name", ["Tanh", "MSELoss"])
def test_noise_does_not_make_any_backward_right(compared, own, variant, name, amplitude, seeded):
    chance = np.random.default_rng(0)

    def forward(base):
        def forward(self, x, *target):
            y = base.forward(self, x, *target)
            source = np.random.default_rng(zlib.crc32(x.tobytes())) if seeded else chance
            return y + amplitude * source.normal(size=np.shape(y)) if np.ndim(y) else y + amplitude * source.normal()

        return forward

    for backward in (lambda base: lambda self, *dy: 1.1 * base.backward(self, *dy), None):
        wrong = {name: variant(name, forward, backward)}
        for seed in SEEDS:
            if backward:
                assert share(compared(name, seed, **wrong)) == 0
            if backward or amplitude > 1e-7:
                assert isinstance(own(name, seed, **wrong), GradientError | RoughForward)


@pytest.mark.parametrize("amplitude", [1e-6, 1.0])
def test_noise_in_one_output_of_many_does_not_either(compared, own, variant, amplitude):
    """However loud it is: what it adds to a difference would excuse any gradient."""

    def forward(base):
        def forward(self, x):
            y = base.forward(self, x)
            y[0, 0] += amplitude * np.random.default_rng(zlib.crc32(x.tobytes())).normal()
            return y

        return forward

    wrong = {"Tanh": variant("Tanh", forward, lambda base: lambda self, dy: 0.5 + 0 * dy)}

    for seed in SEEDS:
        assert share(compared("Tanh", seed, **wrong)) == 0
        assert isinstance(own("Tanh", seed, **wrong), GradientError | RoughForward)


def test_a_forward_that_is_noise_is_told_so(own, variant):
    chance = np.random.default_rng(0)
    noisy = variant("Tanh", lambda base: lambda self, x: base.forward(self, x) + 1e-3 * chance.normal(size=x.shape))
    drawn = variant("Tanh", lambda base: lambda self, x: base.forward(self, x) + 1e-3 * np.sin(1e12 * x.sum()))

    assert own("Tanh", Tanh=noisy).kind == "The forward pass gives other values for the same input."
    assert own("Tanh", Tanh=drawn).kind == "The forward pass jumps where its input hardly changes."
    assert str(own("Tanh", Tanh=drawn)).startswith("forward jumps near 24 of 24 elements of its input")
