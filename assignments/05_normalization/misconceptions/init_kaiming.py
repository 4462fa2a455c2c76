"""What people believe about He's initial values."""

import math

from grader.assignment import misconception
from reference.nn.init import _fans, _kaiming_std, _or_fresh, calculate_gain, normal_, uniform_


@misconception(
    "nn.init._kaiming_std",
    hint="Which share of its input's mean square does a ReLU let through?",
    fails=(
        "KaimingUniform/test_values",
        "KaimingUniform/test_without_a_generator",
        "KaimingUniform/test_worked_example",
        "KaimingNormal/test_values",
        "KaimingNormal/test_without_a_generator",
        "KaimingNormal/test_worked_example",
    ),
    source="github.com/PABannier/nanograd 273bb1f596; LBANN/lbann PR 316",
)
def he_without_the_two(p, a, mode, nonlinearity):
    """He's standard deviation is 1 / sqrt(fan)."""
    fans = _fans(p)
    if mode not in fans:
        raise ValueError(mode)
    calculate_gain(nonlinearity, a)
    return 1 / math.sqrt(fans[mode])


@misconception(
    "nn.init._kaiming_std",
    hint="Is the gain a factor of the variance or of the standard deviation?",
    fails=(
        "KaimingUniform/test_values",
        "KaimingUniform/test_without_a_generator",
        "KaimingUniform/test_worked_example",
        "KaimingNormal/test_values",
        "KaimingNormal/test_without_a_generator",
        "KaimingNormal/test_worked_example",
    ),
    source="folklore",
)
def he_gain_is_under_the_root(p, a, mode, nonlinearity):
    """He's standard deviation is sqrt(gain / fan)."""
    fans = _fans(p)
    if mode not in fans:
        raise ValueError(mode)
    return math.sqrt(calculate_gain(nonlinearity, a) / fans[mode])


@misconception(
    "nn.init._kaiming_std",
    hint="Is the number that you hand to the generator a variance or a standard deviation?",
    fails=(
        "KaimingUniform/test_values",
        "KaimingUniform/test_without_a_generator",
        "KaimingUniform/test_worked_example",
        "KaimingNormal/test_values",
        "KaimingNormal/test_without_a_generator",
        "KaimingNormal/test_worked_example",
    ),
    source="folklore",
)
def he_variance_for_the_spread(p, a, mode, nonlinearity):
    """He's values have the spread gain^2 / fan."""
    fans = _fans(p)
    if mode not in fans:
        raise ValueError(mode)
    return calculate_gain(nonlinearity, a) ** 2 / fans[mode]


@misconception(
    "nn.init._kaiming_std",
    hint="Try a = 1: which nonlinearity is that, and what should its gain be?",
    fails=(
        "KaimingUniform/test_values_with_options",
        "KaimingNormal/test_values_with_options",
    ),
    source="folklore",
)
def a_is_forgotten(p, a, mode, nonlinearity):
    """The slope plays no part: LeakyReLU has the gain of ReLU."""
    fans = _fans(p)
    if mode not in fans:
        raise ValueError(mode)
    return calculate_gain(nonlinearity, 0) / math.sqrt(fans[mode])


@misconception(
    "nn.init._kaiming_std",
    hint='Try nonlinearity="linear": which factor does the handout\'s equation have then?',
    fails=(
        "KaimingUniform/test_values_with_options",
        "KaimingNormal/test_values_with_options",
    ),
    source="folklore (sqrt(2 / fan) written out)",
)
def nonlinearity_is_forgotten(p, a, mode, nonlinearity):
    """He's standard deviation is sqrt(2 / ((1 + a^2) fan)), whatever comes after the layer."""
    fans = _fans(p)
    if mode not in fans:
        raise ValueError(mode)
    calculate_gain(nonlinearity, a)
    return math.sqrt(2 / ((1 + a**2) * fans[mode]))


@misconception(
    "nn.init._kaiming_std",
    hint='Try mode="fan_out" with a weight that is not square: what changes?',
    fails=(
        "KaimingNormal/test_values_with_options",
        "KaimingNormal/test_worked_example",
        "KaimingUniform/test_values_with_options",
    ),
    source="folklore",
)
def mode_is_forgotten(p, a, mode, nonlinearity):
    """He's values depend on fan_in alone."""
    fans = _fans(p)
    if mode not in fans:
        raise ValueError(mode)
    return calculate_gain(nonlinearity, a) / math.sqrt(fans["fan_in"])


@misconception(
    "nn.init._kaiming_std",
    hint="What happens to a misspelt mode, and who will find out?",
    fails=(
        "KaimingUniform/test_refuses",
        "KaimingNormal/test_refuses",
    ),
    source="folklore (`if ... else`)",
)
def any_other_mode_is_fan_out(p, a, mode, nonlinearity):
    """A mode that is not "fan_in" is "fan_out"."""
    fans = _fans(p)
    return calculate_gain(nonlinearity, a) / math.sqrt(fans["fan_in" if mode == "fan_in" else "fan_out"])


@misconception(
    "nn.init._kaiming_std",
    hint="Which of the two fans does the handout's equation have: one of them, or their average?",
    fails=(
        "KaimingUniform/test_values",
        "KaimingUniform/test_without_a_generator",
        "KaimingUniform/test_worked_example",
        "KaimingNormal/test_values",
        "KaimingNormal/test_without_a_generator",
        "KaimingNormal/test_worked_example",
    ),
    source="folklore (Glorot's average)",
)
def he_with_the_average_fan(p, a, mode, nonlinearity):
    """He's fan is the average of the two."""
    fans = _fans(p)
    if mode not in fans:
        raise ValueError(mode)
    return calculate_gain(nonlinearity, a) / math.sqrt(sum(fans.values()) / 2)


@misconception(
    "nn.init.kaiming_uniform_",
    hint="What is the variance of a number that is uniform in [-s, s)?",
    fails=(
        "KaimingUniform/test_values",
        "KaimingUniform/test_without_a_generator",
        "KaimingUniform/test_worked_example",
    ),
    source="folklore",
)
def he_bound_is_the_spread(p, a=0, mode="fan_in", nonlinearity="leaky_relu", *, rng=None):
    """Uniform values lie between minus and plus the standard deviation."""
    bound = _kaiming_std(p, a, mode, nonlinearity)
    return uniform_(p, -bound, bound, rng=rng)


@misconception(
    "nn.init.kaiming_normal_",
    hint="Is the second argument of rng.normal half the width of a range?",
    fails=(
        "KaimingNormal/test_values",
        "KaimingNormal/test_without_a_generator",
        "KaimingNormal/test_worked_example",
    ),
    source="folklore (the bound of the uniform form)",
)
def he_spread_is_the_bound(p, a=0, mode="fan_in", nonlinearity="leaky_relu", *, rng=None):
    """The standard deviation is sqrt(3) * gain / sqrt(fan)."""
    return normal_(p, 0.0, math.sqrt(3) * _kaiming_std(p, a, mode, nonlinearity), rng=rng)


@misconception(
    "nn.init.kaiming_uniform_",
    hint="Which fan does kaiming_uniform_(p) use in the handout?",
    fails=(
        "KaimingUniform/test_values",
        "KaimingUniform/test_without_a_generator",
        "KaimingUniform/test_worked_example",
    ),
    source="folklore",
)
def he_default_is_fan_out(p, a=0, mode="fan_out", nonlinearity="leaky_relu", *, rng=None):
    """Without a mode, fan_out counts."""
    bound = math.sqrt(3) * _kaiming_std(p, a, mode, nonlinearity)
    return uniform_(p, -bound, bound, rng=rng)


@misconception(
    "nn.init.kaiming_normal_",
    hint="What is the default of nonlinearity, and does a matter then?",
    fails=("KaimingNormal/test_values_with_options",),
    source="folklore",
)
def he_default_is_relu(p, a=0, mode="fan_in", nonlinearity="relu", *, rng=None):
    """Without a nonlinearity, it is ReLU, whatever a is."""
    return normal_(p, 0.0, _kaiming_std(p, a, mode, nonlinearity), rng=rng)


@misconception(
    "nn.init.kaiming_uniform_",
    hint="What is the default of a, and which nonlinearity is that?",
    fails=(
        "KaimingUniform/test_values",
        "KaimingUniform/test_without_a_generator",
        "KaimingUniform/test_worked_example",
    ),
    convention="This is the form in which torch.nn.Linear calls it, with a = sqrt(5);"
    " the default of the function is a = 0.",
    source="torch.nn.Linear.reset_parameters",
)
def he_default_is_that_of_linear(p, a=5**0.5, mode="fan_in", nonlinearity="leaky_relu", *, rng=None):
    """Without an a, it is sqrt(5)."""
    bound = math.sqrt(3) * _kaiming_std(p, a, mode, nonlinearity)
    return uniform_(p, -bound, bound, rng=rng)


@misconception(
    "nn.init.kaiming_normal_",
    hint="Cut the tails off a bell curve: what happens to its spread?",
    fails=(
        "KaimingNormal/test_values",
        "KaimingNormal/test_without_a_generator",
        "KaimingNormal/test_worked_example",
    ),
    convention="This is the form of Keras, whose normal values are cut off at two standard deviations;"
    " the contract asks for all.",
    source="keras.initializers.HeNormal; github.com/ddbourgin/numpy-ml (he_normal)",
)
def he_is_truncated(p, a=0, mode="fan_in", nonlinearity="leaky_relu", *, rng=None):
    """Normal values that are farther than two standard deviations from 0 are drawn again."""
    rng, std = _or_fresh(rng), _kaiming_std(p, a, mode, nonlinearity)
    values = rng.normal(0.0, std, p.shape)
    while (far := abs(values) > 2 * std).any():
        values[far] = rng.normal(0.0, std, int(far.sum()))
    p.data[...] = values
    return p
