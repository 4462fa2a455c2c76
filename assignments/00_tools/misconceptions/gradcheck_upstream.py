"""Wrong answers about the upstream gradient of a gradient check."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "gradcheck._upstream",
    hint="Which wrong backward passes give the right answer if dy is all ones?",
    fails=("Gradcheck/test_gradient_error", "Gradcheck/test_upstream", "Gradcheck/test_right_and_wrong"),
)
def ones(shape, rng):
    """An upstream gradient of ones asks for the sum of the outputs, which is enough."""
    return np.ones(shape)


@misconception(
    "gradcheck._upstream",
    hint="What is dy² if dy consists of ones and zeros?",
    fails=("Gradcheck/test_draws", "Gradcheck/test_numerical_value", "Gradcheck/test_upstream"),
)
def one_output_at_a_time(shape, rng):
    """To look at one output is enough."""
    dy = np.zeros(shape)
    if dy.size:
        dy.flat[rng.integers(dy.size)] = 1.0
    return dy


@misconception(
    "gradcheck._upstream",
    hint="Which wrong backward passes give the right answer if dy is never negative?",
    fails=("Gradcheck/test_upstream",),
)
def of_one_sign(shape, rng):
    """Random numbers between 0 and 1 are random enough."""
    return rng.random(shape)


@misconception(
    "gradcheck._upstream",
    hint="What is dy³ if every dy is 1 or -1?",
    fails=("Gradcheck/test_draws", "Gradcheck/test_upstream"),
)
def of_one_size(shape, rng):
    """Signs are random enough."""
    return rng.choice([-1.0, 1.0], shape)


@misconception(
    "gradcheck._upstream",
    hint="Is a mean of dy any different from dy then?",
    fails=("Gradcheck/test_upstream",),
)
def one_for_all(shape, rng):
    """One random number is enough for all outputs."""
    return np.full(shape, rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1.5))


@misconception(
    "gradcheck._upstream",
    hint="How do you repeat a check that has failed?",
    fails=("Gradcheck/test_draws",),
)
def without_the_generator(shape, rng):
    """Random numbers can come from anywhere."""
    return np.random.default_rng().normal(size=shape)


@misconception(
    "gradcheck._upstream",
    hint="What should two different generators lead to?",
    fails=("Gradcheck/test_draws",),
)
def always_the_same(shape, rng):
    """A seed of its own makes a check repeatable."""
    return np.random.default_rng(0).normal(size=shape)
