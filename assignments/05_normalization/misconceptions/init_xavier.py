"""What people believe about Glorot's initial values."""

import math

from grader.assignment import misconception
from reference.nn.init import _fans, _kaiming_std, _or_fresh, _xavier_std, normal_, uniform_


@misconception(
    "nn.init._xavier_std",
    hint="Which of the two fans occur in the handout's equation for Xavier?",
    fails=(
        "XavierUniform/test_values",
        "XavierUniform/test_without_a_generator",
        "XavierUniform/test_worked_example",
        "XavierNormal/test_values",
        "XavierNormal/test_without_a_generator",
        "XavierNormal/test_values_with_options",
    ),
    convention="This is the form of LeCun, sqrt(1 / fan_in); the contract asks for sqrt(2 / (fan_in + fan_out)).",
    source="harvard-edge/cs249r_book issue 1161 (TinyTorch)",
)
def xavier_is_the_form_of_lecun(p, gain):
    """Xavier's standard deviation is sqrt(1 / fan_in)."""
    return gain * math.sqrt(1 / _fans(p)["fan_in"])


@misconception(
    "nn.init._xavier_std",
    hint="What is the average of the two fans, and is your variance 1 over it?",
    fails=(
        "XavierUniform/test_values",
        "XavierUniform/test_without_a_generator",
        "XavierUniform/test_worked_example",
        "XavierNormal/test_values",
        "XavierNormal/test_without_a_generator",
        "XavierNormal/test_values_with_options",
    ),
    source="folklore",
)
def xavier_without_the_two(p, gain):
    """Xavier's standard deviation is sqrt(1 / (fan_in + fan_out))."""
    return gain * math.sqrt(1 / sum(_fans(p).values()))


@misconception(
    "nn.init._xavier_std",
    hint="How do all values change if gain is doubled?",
    fails=(
        "XavierUniform/test_values_with_options",
        "XavierNormal/test_values_with_options",
    ),
    source="folklore",
)
def gain_under_the_root(p, gain):
    """The gain is a factor of the variance: std = sqrt(2 gain / (fan_in + fan_out))."""
    return math.sqrt(2 * gain / sum(_fans(p).values()))


@misconception(
    "nn.init._xavier_std",
    hint="Try a gain of 0.5: where does your code look at it?",
    fails=(
        "XavierUniform/test_values_with_options",
        "XavierNormal/test_values_with_options",
    ),
    source="folklore",
)
def gain_is_forgotten(p, gain):
    """Xavier's values depend on the fans alone."""
    return math.sqrt(2 / sum(_fans(p).values()))


@misconception(
    "nn.init._xavier_std",
    hint="Is the number that you hand to the generator a variance or a standard deviation?",
    fails=(
        "XavierUniform/test_values",
        "XavierUniform/test_without_a_generator",
        "XavierUniform/test_worked_example",
        "XavierNormal/test_values",
        "XavierNormal/test_without_a_generator",
        "XavierNormal/test_values_with_options",
    ),
    source="folklore",
)
def variance_for_the_spread(p, gain):
    """Xavier's values have the spread gain * 2 / (fan_in + fan_out)."""
    return gain * 2 / sum(_fans(p).values())


@misconception(
    "nn.init._xavier_std",
    hint="In which order does Python read / and +?",
    fails=(
        "XavierUniform/test_values",
        "XavierUniform/test_without_a_generator",
        "XavierUniform/test_worked_example",
        "XavierNormal/test_values",
        "XavierNormal/test_without_a_generator",
        "XavierNormal/test_values_with_options",
    ),
    source="github.com/oreilly-japan/deep-learning-from-scratch-3 cde2a67b37 (the same slip in another formula)",
)
def xavier_without_parentheses(p, gain):
    """The spread is gain times the root of `2 / fan_in + fan_out`."""
    fans = _fans(p)
    return gain * math.sqrt(2 / fans["fan_in"] + fans["fan_out"])


@misconception(
    "nn.init._xavier_std",
    hint="Which size does 1 / s^2 have, seen from the signals and seen from the gradients?"
    " Which average lies between them?",
    fails=(
        "XavierUniform/test_values",
        "XavierUniform/test_without_a_generator",
        "XavierUniform/test_worked_example",
        "XavierNormal/test_values",
        "XavierNormal/test_without_a_generator",
        "XavierNormal/test_values_with_options",
    ),
    source="folklore",
)
def geometric_mean_of_the_fans(p, gain):
    """The compromise between the fans is the root of their product."""
    fans = _fans(p)
    return gain / math.sqrt(math.sqrt(fans["fan_in"] * fans["fan_out"]))


@misconception(
    "nn.init.xavier_uniform_",
    hint="What is the variance of a number that is uniform in [-s, s)?",
    fails=(
        "XavierUniform/test_values",
        "XavierUniform/test_without_a_generator",
        "XavierUniform/test_worked_example",
    ),
    source="folklore",
)
def xavier_bound_is_the_spread(p, gain=1.0, *, rng=None):
    """Uniform values lie between minus and plus the standard deviation."""
    bound = _xavier_std(p, gain)
    return uniform_(p, -bound, bound, rng=rng)


@misconception(
    "nn.init.xavier_uniform_",
    hint="What is the mean of your values?",
    fails=(
        "XavierUniform/test_values",
        "XavierUniform/test_without_a_generator",
        "XavierUniform/test_worked_example",
    ),
    source="folklore (rng.random times a scale)",
)
def xavier_values_are_positive(p, gain=1.0, *, rng=None):
    """Values are uniform between 0 and the bound."""
    bound = math.sqrt(3) * _xavier_std(p, gain)
    return uniform_(p, 0.0, bound, rng=rng)


@misconception(
    "nn.init.xavier_normal_",
    hint="Is the second argument of rng.normal half the width of a range?",
    fails=(
        "XavierNormal/test_values",
        "XavierNormal/test_without_a_generator",
        "XavierNormal/test_values_with_options",
    ),
    source="folklore (the bound of the uniform form)",
)
def xavier_spread_is_the_bound(p, gain=1.0, *, rng=None):
    """The standard deviation is gain * sqrt(6 / (fan_in + fan_out))."""
    return normal_(p, 0.0, gain * math.sqrt(6 / sum(_fans(p).values())), rng=rng)


@misconception(
    "nn.init.xavier_normal_",
    hint="Cut the tails off a bell curve: what happens to its spread?",
    fails=(
        "XavierNormal/test_values",
        "XavierNormal/test_without_a_generator",
        "XavierNormal/test_values_with_options",
    ),
    convention="This is the form of Keras, whose normal values are cut off at two standard deviations;"
    " the contract asks for all.",
    source="keras.initializers.GlorotNormal; github.com/ddbourgin/numpy-ml (he_normal)",
)
def xavier_is_truncated(p, gain=1.0, *, rng=None):
    """Normal values that are farther than two standard deviations from 0 are drawn again."""
    rng, std = _or_fresh(rng), _xavier_std(p, gain)
    values = rng.normal(0.0, std, p.shape)
    while (far := abs(values) > 2 * std).any():
        values[far] = rng.normal(0.0, std, int(far.sum()))
    p.data[...] = values
    return p


@misconception(
    "nn.init.xavier_uniform_",
    hint="Whose initial values have the factor 2 for a ReLU: Glorot's or He's?",
    fails=(
        "XavierUniform/test_values",
        "XavierUniform/test_without_a_generator",
        "XavierUniform/test_worked_example",
    ),
    source="folklore",
)
def xavier_is_the_form_of_he(p, gain=1.0, *, rng=None):
    """Xavier's values are those of He."""
    bound = math.sqrt(3) * gain * _kaiming_std(p, 0, "fan_in", "relu")
    return uniform_(p, -bound, bound, rng=rng)
