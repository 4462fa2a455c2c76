"""What people believe about the initial values of a convolution."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.parameter import Parameter


@misconception(
    "nn.conv._draw",
    hint="How many products does one number of y add up?",
    fails=(
        "Conv1d/test_draws_from_the_given_generator",
        "Conv1d/test_initial_values_without_a_generator",
        "Conv2d/test_draws_from_the_given_generator",
        "Conv2d/test_initial_values_without_a_generator",
        "ConvTranspose2d/test_draws_from_the_given_generator",
        "ConvTranspose2d/test_initial_values_without_a_generator",
        "ResidualBlock/test_at_first",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def fan_without_the_kernel(conv, shape, out_channels, bias, rng):
    """The fan is the number of channels, whatever the size of a kernel is."""
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(shape[1])
    conv.weight = Parameter(rng.uniform(-bound, bound, shape))
    conv.bias = Parameter(rng.uniform(-bound, bound, out_channels)) if bias else None


@misconception(
    "nn.conv._draw",
    hint="With groups, how many channels does a kernel have?",
    fails=(
        "Conv1d/test_draws_from_the_given_generator",
        "Conv2d/test_draws_from_the_given_generator",
        "ConvTranspose2d/test_draws_from_the_given_generator",
    ),
    source="folklore",
)
def fan_without_groups(conv, shape, out_channels, bias, rng):
    """The fan is the number of all channels times the size of a kernel."""
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(math.prod(shape[1:]) * conv.groups)
    conv.weight = Parameter(rng.uniform(-bound, bound, shape))
    conv.bias = Parameter(rng.uniform(-bound, bound, out_channels)) if bias else None


@misconception(
    "nn.conv._draw",
    hint="Which distribution does the handout promise?",
    fails=(
        "Conv1d/test_draws_from_the_given_generator",
        "Conv1d/test_initial_values_without_a_generator",
        "Conv2d/test_draws_from_the_given_generator",
        "Conv2d/test_initial_values_without_a_generator",
        "ConvTranspose2d/test_draws_from_the_given_generator",
        "ConvTranspose2d/test_initial_values_without_a_generator",
        "ResidualBlock/test_at_first",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def weights_are_normal(conv, shape, out_channels, bias, rng):
    """Weights are normal with the standard deviation 1 / sqrt(fan), and biases are 0."""
    rng = np.random.default_rng() if rng is None else rng
    conv.weight = Parameter(rng.normal(0, 1 / math.sqrt(math.prod(shape[1:])), shape))
    conv.bias = Parameter(np.zeros(out_channels)) if bias else None


@misconception(
    "nn.conv._draw",
    hint="What does the handout say about the first values of the bias?",
    fails=(
        "Conv1d/test_draws_from_the_given_generator",
        "Conv1d/test_initial_values_without_a_generator",
        "Conv2d/test_draws_from_the_given_generator",
        "Conv2d/test_initial_values_without_a_generator",
        "ConvTranspose2d/test_draws_from_the_given_generator",
        "ConvTranspose2d/test_initial_values_without_a_generator",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def biases_are_zero(conv, shape, out_channels, bias, rng):
    """Biases begin with 0."""
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    conv.weight = Parameter(rng.uniform(-bound, bound, shape))
    conv.bias = Parameter(np.zeros(out_channels)) if bias else None


@misconception(
    "nn.conv._draw",
    hint="In which order are weight and bias drawn?",
    fails=(
        "Conv1d/test_draws_from_the_given_generator",
        "Conv2d/test_draws_from_the_given_generator",
        "ConvTranspose2d/test_draws_from_the_given_generator",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def bias_is_drawn_first(conv, shape, out_channels, bias, rng):
    """The bias is drawn before the weight."""
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    conv.bias = None
    drawn = rng.uniform(-bound, bound, out_channels) if bias else None
    conv.weight = Parameter(rng.uniform(-bound, bound, shape))
    conv.bias = None if drawn is None else Parameter(drawn)


@misconception(
    "nn.conv._draw",
    hint="Does a layer without a bias take a number from the generator for it?",
    fails=("ResidualBlock/test_at_first",),
    source="folklore",
)
def bias_is_drawn_in_any_case(conv, shape, out_channels, bias, rng):
    """The bias is always drawn, and thrown away if there should be none."""
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    conv.weight = Parameter(rng.uniform(-bound, bound, shape))
    drawn = Parameter(rng.uniform(-bound, bound, out_channels))
    conv.bias = drawn if bias else None


@misconception(
    "nn.conv._draw",
    hint="Do two new layers without an rng have equal weights?",
    fails=(
        "Conv1d/test_initial_values_without_a_generator",
        "Conv2d/test_initial_values_without_a_generator",
        "ConvTranspose2d/test_initial_values_without_a_generator",
    ),
    source="folklore",
)
def seed_is_fixed(conv, shape, out_channels, bias, rng):
    """Without a generator, values come from one with a fixed seed, so that results can be repeated."""
    rng = np.random.default_rng(0) if rng is None else rng
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    conv.weight = Parameter(rng.uniform(-bound, bound, shape))
    conv.bias = Parameter(rng.uniform(-bound, bound, out_channels)) if bias else None


@misconception(
    "nn.conv._draw",
    hint="Who else draws from NumPy's global state?",
    fails=(
        "Conv1d/test_initial_values_without_a_generator",
        "Conv2d/test_initial_values_without_a_generator",
        "ConvTranspose2d/test_initial_values_without_a_generator",
    ),
    source="folklore",
)
def global_state_is_drawn_from(conv, shape, out_channels, bias, rng):
    """Without a generator, values come from np.random."""
    rng = np.random if rng is None else rng
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    conv.weight = Parameter(rng.uniform(-bound, bound, shape))
    conv.bias = Parameter(rng.uniform(-bound, bound, out_channels)) if bias else None
