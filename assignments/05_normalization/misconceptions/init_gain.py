"""What people believe about gains."""

import math

from grader.assignment import misconception
from reference.nn.init import _CONVOLUTIONS


@misconception(
    "nn.init.calculate_gain",
    hint="Half of the mean square gets through a ReLU: is the gain a factor of the variance,"
    " or of the standard deviation?",
    fails=(
        "Gain/test_of_rectifiers",
        "KaimingUniform/test_without_a_generator",
        "KaimingNormal/test_without_a_generator",
    ),
    source="folklore (the 2 of He's variance 2 / n)",
)
def gain_is_that_of_the_variance(nonlinearity, param=None):
    """The gain of ReLU is 2, and that of LeakyReLU 2 / (1 + slope^2)."""
    if nonlinearity == "tanh":
        return 5 / 3
    if nonlinearity == "selu":
        return 3 / 4
    if nonlinearity == "relu":
        return 2.0
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return 2 / (1 + slope**2)
    if nonlinearity in ("linear", "sigmoid", *_CONVOLUTIONS):
        return 1.0
    raise ValueError(nonlinearity)


@misconception(
    "nn.init.calculate_gain",
    hint="Which share of the mean square of its input does a LeakyReLU with slope 1 let through?",
    fails=(
        "Gain/test_leaky_relu",
        "KaimingUniform/test_values_with_options",
        "KaimingNormal/test_values_with_options",
    ),
    source="folklore",
)
def slope_is_not_squared(nonlinearity, param=None):
    """The gain of LeakyReLU is sqrt(2 / (1 + slope))."""
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(abs(2 / (1 + slope)))
    gains = {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
    if nonlinearity in ("linear", "sigmoid", *_CONVOLUTIONS):
        return 1.0
    if nonlinearity not in gains:
        raise ValueError(nonlinearity)
    return gains[nonlinearity]


@misconception(
    "nn.init.calculate_gain",
    hint="What is the truth value of a slope of 0?",
    fails=(
        "KaimingUniform/test_values",
        "KaimingNormal/test_values",
        "Gain/test_leaky_relu",
    ),
    source="folklore (`param or 0.01`)",
)
def a_slope_of_zero_is_none(nonlinearity, param=None):
    """A slope that is not given is 0.01, which `param or 0.01` says."""
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (param or 0.01) ** 2))
    gains = {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
    if nonlinearity in ("linear", "sigmoid", *_CONVOLUTIONS):
        return 1.0
    if nonlinearity not in gains:
        raise ValueError(nonlinearity)
    return gains[nonlinearity]


@misconception(
    "nn.init.calculate_gain",
    hint="For which nonlinearities does the handout's table have a param, and what is its value where none is given?",
    fails=("Gain/test_leaky_relu",),
    source="folklore",
)
def default_slope_is_zero(nonlinearity, param=0):
    """A slope that is not given is 0, as for ReLU."""
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (param or 0) ** 2))
    gains = {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
    if nonlinearity in ("linear", "sigmoid", *_CONVOLUTIONS):
        return 1.0
    if nonlinearity not in gains:
        raise ValueError(nonlinearity)
    return gains[nonlinearity]


@misconception(
    "nn.init.calculate_gain",
    hint="To which of the names in the table does param belong?",
    fails=(
        "KaimingUniform/test_refuses",
        "KaimingNormal/test_refuses",
        "Gain/test_param_of_others",
    ),
    source="folklore",
)
def param_is_the_gain(nonlinearity, param=None):
    """Whoever gives a param for another nonlinearity than LeakyReLU gives its gain."""
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2 / (1 + slope**2))
    if param is not None:
        return param
    gains = {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
    if nonlinearity in ("linear", "sigmoid", *_CONVOLUTIONS):
        return 1.0
    if nonlinearity not in gains:
        raise ValueError(nonlinearity)
    return gains[nonlinearity]


@misconception(
    "nn.init.calculate_gain",
    hint="What happens to a misspelt name, and who will find out?",
    fails=(
        "KaimingUniform/test_refuses",
        "KaimingNormal/test_refuses",
        "Gain/test_unknown",
    ),
    source="folklore (dict.get with a default)",
)
def unknown_gain_is_one(nonlinearity, param=None):
    """What has no gain of its own has the gain 1."""
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2 / (1 + slope**2))
    return {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}.get(nonlinearity, 1.0)


@misconception(
    "nn.init.calculate_gain",
    hint="Which gain does the handout's table have for tanh?",
    fails=(
        "KaimingUniform/test_values_with_options",
        "KaimingNormal/test_values_with_options",
        "Gain/test_values",
    ),
    convention="This is the form in which Glorot and Bengio use tanh, without a gain; the contract asks for 5/3.",
    source="Glorot and Bengio (2010)",
)
def tanh_has_no_gain(nonlinearity, param=None):
    """Tanh is nearly the identity around 0, so its gain is 1."""
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2 / (1 + slope**2))
    gains = {"tanh": 1.0, "relu": math.sqrt(2), "selu": 3 / 4}
    if nonlinearity in ("linear", "sigmoid", *_CONVOLUTIONS):
        return 1.0
    if nonlinearity not in gains:
        raise ValueError(nonlinearity)
    return gains[nonlinearity]


@misconception(
    "nn.init.calculate_gain",
    hint="Which gain does the handout's table have for SELU?",
    fails=("Gain/test_values",),
    convention="This is the form in which SELU normalises itself, with LeCun's values and the gain 1;"
    " the contract asks for 3/4.",
    source="Klambauer et al., Self-Normalizing Neural Networks (2017)",
)
def selu_has_no_gain(nonlinearity, param=None):
    """SELU normalises itself, so its gain is 1."""
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2 / (1 + slope**2))
    gains = {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 1.0}
    if nonlinearity in ("linear", "sigmoid", *_CONVOLUTIONS):
        return 1.0
    if nonlinearity not in gains:
        raise ValueError(nonlinearity)
    return gains[nonlinearity]


@misconception(
    "nn.init.calculate_gain",
    hint="Is a convolution linear in its input?",
    fails=("Gain/test_values",),
    source="folklore",
)
def convolutions_are_followed_by_relu(nonlinearity, param=None):
    """The gain of a convolution is that of the ReLU after it."""
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2 / (1 + slope**2))
    if nonlinearity in _CONVOLUTIONS:
        return math.sqrt(2)
    gains = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
    if nonlinearity not in gains:
        raise ValueError(nonlinearity)
    return gains[nonlinearity]
