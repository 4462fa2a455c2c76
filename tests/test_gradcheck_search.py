"""Gradient checking: wrong elements among many, what the error says, what a check costs, and inputs of any kind."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.gradcheck import cotangent_like


def linear(x, w, b):
    return x @ w.T + b


def linear_backward(c, x, w, b):
    return {"x": c @ w, "w": c.T @ x, "b": c.sum(0)}


INPUT = np.random.default_rng(0).normal(size=(8, 64))


def big_linear(w):
    return INPUT @ w.T


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("factor", [0.0, 1.01], ids=["zeroed", "one per cent off"])
def test_one_wrong_element_of_4096_is_found_and_named(alarm, factor, seed):
    rng = np.random.default_rng(seed)
    position = int(rng.integers(4096))

    def backward(c, w):
        g = c.T @ INPUT
        g.flat[position] *= factor
        return {"w": g}

    error = alarm(big_linear, backward, {"w": rng.normal(size=(64, 64))}, seed)

    assert error.index == divmod(position, 64)


@pytest.mark.parametrize("count", [3, 8, 64])
def test_a_few_wrong_elements_of_4096_are_found(alarm, count):
    def found(seed):
        rng = np.random.default_rng(seed)
        wrong = rng.choice(4096, count, replace=False)

        def backward(c, w):
            g = c.T @ INPUT
            g.flat[wrong] *= 1.01
            return {"w": g}

        error = alarm(big_linear, backward, {"w": rng.normal(size=(64, 64))}, seed)
        return error is not None and error.index[0] * 64 + error.index[1] in wrong

    assert all(found(seed) for seed in range(10))


def test_a_wrong_element_is_found_in_the_argument_that_has_it(alarm):
    def backward(c, x, w, b):
        g = linear_backward(c, x, w, b)
        g["w"][3, 40] += 0.1
        return g

    rng = np.random.default_rng(0)
    arguments = {"x": rng.normal(size=(20, 64)), "w": rng.normal(size=(64, 64)), "b": rng.normal(size=64)}
    error = alarm(linear, backward, arguments, 0)

    assert (error.argument, error.index) == ("w", (3, 40))


def test_the_error_says_which_element_what_it_is_and_what_it_should_be(alarm):
    error = alarm(lambda x: 3 * x, lambda c, x: {"x": np.where(np.arange(4) == 2, 6 * c, 3 * c)}, {"x": np.ones(4)}, 0)

    assert (error.argument, error.index) == ("x", (2,))
    assert math.isclose(error.analytic, 2 * error.numerical, rel_tol=1e-6)
    assert str(error) == (
        f"the gradient of x[2] is {error.analytic:.8g}, but the forward pass changes at a rate of {error.numerical:.8g}"
        " there"
        " (1 of 4 elements of x differ)"
    )
    assert error.kind == "A gradient is not the derivative of your forward pass."


def test_wrong_elements_are_counted_argument_by_argument(alarm):
    def backward(c, x, w, b):
        return {"x": c @ w, "w": (c.T @ x) * [[1, 2, 1, 1, 1]], "b": 3 * c.sum(0)}

    rng = np.random.default_rng(0)
    arguments = {"x": rng.normal(size=(7, 5)), "w": rng.normal(size=(3, 5)), "b": rng.normal(size=3)}
    error = alarm(lambda x, w, b: x @ w.T + b, backward, arguments, 0)

    assert str(error).endswith("(3 of 15 elements of w, 3 of 3 elements of b differ)")


def test_an_argument_without_axes_has_no_subscript(alarm):
    error = alarm(lambda a: a * np.ones(3), lambda c, a: {"a": np.asarray(c.mean())}, {"a": np.asarray(2.0)}, 0)

    assert error.index == ()
    assert str(error).startswith("the gradient of a is ")


def linear_arguments():
    rng = np.random.default_rng(0)
    return {"x": rng.normal(size=(7, 5)), "w": rng.normal(size=(3, 5)), "b": rng.normal(size=3)}


def doubled(c, x, w, b):
    return linear_backward(c, x, w, b) | {"w": 2 * c.T @ x}


def test_the_error_is_the_same_for_the_same_seed(alarm):
    first, second = (str(alarm(linear, doubled, linear_arguments(), 3)) for _ in range(2))

    assert first == second != str(alarm(linear, doubled, linear_arguments(), 4))


def test_a_right_smooth_layer_costs_one_trial_of_two_points(alarm):
    log = []
    alarm(linear, linear_backward, linear_arguments(), 0, log)

    assert log == [2]


def test_the_arguments_are_not_changed(alarm):
    arguments = linear_arguments()
    for a in arguments.values():
        a.flags.writeable = False
    error = alarm(linear, doubled, arguments, 0)

    assert error.argument == "w"
    assert all(np.array_equal(a, b) for a, b in zip(arguments.values(), linear_arguments().values()))


@pytest.mark.parametrize("scale", [1e-200, 1e-30, 1e30, 1e200])
def test_the_size_of_the_numbers_does_not_matter(alarm, scale):
    x = scale * np.random.default_rng(0).normal(size=20)

    assert alarm(lambda x: 3 * x, lambda c, x: {"x": 3 * c}, {"x": x}, 0) is None
    assert alarm(lambda x: 3 * x, lambda c, x: {"x": 2 * c}, {"x": x}, 0).argument == "x"


def test_a_forward_that_leaves_the_numbers_is_an_error_not_a_warning(alarm):
    with np.errstate(all="ignore"):
        error = alarm(lambda x: x / 0, lambda c, x: {"x": c}, {"x": np.ones(3)}, 0)

    assert "changes at a rate of nan" in str(error)


def test_a_cotangent_has_no_ones_no_zeros_and_either_sign():
    c = cotangent_like(np.zeros((20, 30), np.float32), np.random.default_rng(0))

    assert c.shape == (20, 30)
    assert c.dtype == np.float32
    assert np.abs(c).min() >= 0.5
    assert np.abs(c).max() <= 1.5
    assert 0.4 < (c > 0).mean() < 0.6
    assert len(np.unique(np.abs(c))) > 500


def test_a_cotangent_of_a_number_is_an_array_without_axes():
    c = cotangent_like(np.asarray(3.0), np.random.default_rng(0))

    assert type(c) is np.ndarray
    assert c.shape == ()


FORWARDS = {
    "scaled": (lambda x: 2 * x, lambda c, x: {"x": 2 * c}),
    "squared": (lambda x: x * x, lambda c, x: {"x": 2 * c * x}),
    "summed": (lambda x: np.asarray(x.sum()), lambda c, x: {"x": np.full_like(x, c)}),
    "signs": (lambda x: np.sign(x), lambda c, x: {"x": 0 * x}),
    "wrong": (lambda x: 2 * x, lambda c, x: {"x": 3 * c}),
    "flattened": (lambda x: x.ravel(), lambda c, x: {"x": c.reshape(x.shape)}),
}


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    st.sampled_from(sorted(FORWARDS)),
    hnp.arrays(
        st.sampled_from([np.dtype(np.float64), np.dtype(np.float32)]),
        hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
        elements=st.floats(-(2.0**50), 2.0**50, width=32),
    ),
)
def test_whatever_the_input_nothing_but_a_gradient_error_is_raised(alarm, name, x):
    """And only for the wrong one."""
    forward, backward = FORWARDS[name]

    error = alarm(forward, backward, {"x": x}, 0)

    assert error is None or name == "wrong"
