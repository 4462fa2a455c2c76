"""What people believe about the values with which Linear starts."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.parameter import Parameter


@misconception(
    "nn.Linear.__init__",
    hint="How many terms are added up in one output, and which of the two sizes says so?",
    fails=("Linear/test_draws_from_the_given_generator", "Linear/test_initial_values_without_a_generator"),
    source="github.com/AkiRusProd/numpy-transformer b48494302a",
)
def bound_from_the_outputs(self, in_features, out_features, bias=True, *, rng=None):
    """The range of the initial values depends on the number of output features."""
    if in_features < 1 or out_features < 1:
        raise ValueError(f"impossible sizes {in_features}, {out_features}")
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(out_features)
    self.in_features = in_features
    self.out_features = out_features
    self.weight = Parameter(rng.uniform(-bound, bound, (out_features, in_features)))
    self.bias = Parameter(rng.uniform(-bound, bound, out_features)) if bias else None


@misconception(
    "nn.Linear.__init__",
    hint="From which distribution does the handout draw, and how large can one of your values become?",
    fails=("Linear/test_draws_from_the_given_generator", "Linear/test_initial_values_without_a_generator"),
    convention="This is the form of He's initialisation; the contract asks for uniform values in [-a,"
    " a) with a = 1/sqrt(in_features).",
    source="folklore (np.random.randn times sqrt(2 / n))",
)
def weights_are_normal(self, in_features, out_features, bias=True, *, rng=None):
    """Initial weights are normally distributed with variance 2 / in_features, and biases are zero."""
    if in_features < 1 or out_features < 1:
        raise ValueError(f"impossible sizes {in_features}, {out_features}")
    rng = np.random.default_rng() if rng is None else rng
    self.in_features = in_features
    self.out_features = out_features
    self.weight = Parameter(rng.normal(0, math.sqrt(2 / in_features), (out_features, in_features)))
    self.bias = Parameter(np.zeros(out_features)) if bias else None


@misconception(
    "nn.Linear.__init__",
    hint="Which bias does the handout draw, and from what range?",
    fails=("Linear/test_draws_from_the_given_generator", "Linear/test_initial_values_without_a_generator"),
    convention="This is the form in which Keras and Flax start the bias; the contract asks for uniform biases,"
    " drawn after the weights.",
    source="Keras, Flax",
)
def bias_starts_at_zero(self, in_features, out_features, bias=True, *, rng=None):
    """Only the weights are drawn at random; every bias starts at zero."""
    if in_features < 1 or out_features < 1:
        raise ValueError(f"impossible sizes {in_features}, {out_features}")
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(in_features)
    self.in_features = in_features
    self.out_features = out_features
    self.weight = Parameter(rng.uniform(-bound, bound, (out_features, in_features)))
    self.bias = Parameter(np.zeros(out_features)) if bias else None


@misconception(
    "nn.Linear.__init__",
    hint="If two output features start with equal weights, can training ever make them differ?",
    fails=("Linear/test_draws_from_the_given_generator", "Linear/test_initial_values_without_a_generator"),
    source="folklore",
)
def everything_starts_at_zero(self, in_features, out_features, bias=True, *, rng=None):
    """Weights and biases start at zero, and training moves them away from there."""
    if in_features < 1 or out_features < 1:
        raise ValueError(f"impossible sizes {in_features}, {out_features}")
    self.in_features = in_features
    self.out_features = out_features
    self.weight = Parameter(np.zeros((out_features, in_features)))
    self.bias = Parameter(np.zeros(out_features)) if bias else None


@misconception(
    "nn.Linear.__init__",
    hint="What is the mean of your initial weights?",
    fails=("Linear/test_draws_from_the_given_generator", "Linear/test_initial_values_without_a_generator"),
    source="folklore (rng.random() times a scale)",
)
def values_are_positive(self, in_features, out_features, bias=True, *, rng=None):
    """Initial values are uniform between zero and 1/sqrt(in_features)."""
    if in_features < 1 or out_features < 1:
        raise ValueError(f"impossible sizes {in_features}, {out_features}")
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(in_features)
    self.in_features = in_features
    self.out_features = out_features
    self.weight = Parameter(rng.random((out_features, in_features)) * bound)
    self.bias = Parameter(rng.random(out_features) * bound) if bias else None


@misconception(
    "nn.Linear.__init__",
    hint="Two people with equal generators want equal layers: in which order does the handout say that things are"
    " drawn?",
    fails=("Linear/test_draws_from_the_given_generator",),
    source="folklore",
)
def bias_is_drawn_first(self, in_features, out_features, bias=True, *, rng=None):
    """The order of the draws does not matter; the biases come first."""
    if in_features < 1 or out_features < 1:
        raise ValueError(f"impossible sizes {in_features}, {out_features}")
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(in_features)
    self.in_features = in_features
    self.out_features = out_features
    b = rng.uniform(-bound, bound, out_features) if bias else None
    self.weight = Parameter(rng.uniform(-bound, bound, (out_features, in_features)))
    self.bias = Parameter(b) if bias else None


@misconception(
    "nn.Linear.__init__",
    hint="The caller hands you a generator: how often do you ask it for a number?",
    fails=("Linear/test_draws_from_the_given_generator", "Linear/test_initial_values_without_a_generator"),
    source="folklore (np.random.uniform)",
)
def global_random_state(self, in_features, out_features, bias=True, *, rng=None):
    """Initial values come from np.random; whoever wants the same ones again sets np.random.seed."""
    if in_features < 1 or out_features < 1:
        raise ValueError(f"impossible sizes {in_features}, {out_features}")
    bound = 1 / math.sqrt(in_features)
    self.in_features = in_features
    self.out_features = out_features
    self.weight = Parameter(np.random.uniform(-bound, bound, (out_features, in_features)))
    self.bias = Parameter(np.random.uniform(-bound, bound, out_features)) if bias else None


@misconception(
    "nn.Linear.__init__",
    hint="Make two layers of the same size without an rng: are they equal, and should they be?",
    fails=("Linear/test_initial_values_without_a_generator",),
    source="folklore",
)
def default_seed_is_fixed(self, in_features, out_features, bias=True, *, rng=None):
    """Without a generator, one with a fixed seed makes results reproducible."""
    if in_features < 1 or out_features < 1:
        raise ValueError(f"impossible sizes {in_features}, {out_features}")
    rng = np.random.default_rng(0) if rng is None else rng
    bound = 1 / math.sqrt(in_features)
    self.in_features = in_features
    self.out_features = out_features
    self.weight = Parameter(rng.uniform(-bound, bound, (out_features, in_features)))
    self.bias = Parameter(rng.uniform(-bound, bound, out_features)) if bias else None


@misconception(
    "nn.Linear.__init__",
    hint="With one seed, which entry of the weight receives the second number that is drawn?",
    fails=("Linear/test_draws_from_the_given_generator",),
    source="written by readers of the handout (weights that were (in, out) before)",
)
def weights_are_drawn_by_columns(self, in_features, out_features, bias=True, *, rng=None):
    """The weight may be drawn as (in_features, out_features) and transposed: the numbers are the same."""
    if in_features < 1 or out_features < 1:
        raise ValueError(f"impossible sizes {in_features}, {out_features}")
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(in_features)
    self.in_features = in_features
    self.out_features = out_features
    self.weight = Parameter(rng.uniform(-bound, bound, (in_features, out_features)).T.copy())
    self.bias = Parameter(rng.uniform(-bound, bound, out_features)) if bias else None


@misconception(
    "nn.Linear.__init__",
    hint="What is `Linear(5, 3, bias=False).bias`, and how many parameters does that layer have?",
    fails=("Linear/test_draws_from_the_given_generator",),
    source="folklore",
)
def a_bias_of_zeros_is_no_bias(self, in_features, out_features, bias=True, *, rng=None):
    """bias=False means a bias that is zero at first."""
    if in_features < 1 or out_features < 1:
        raise ValueError(f"impossible sizes {in_features}, {out_features}")
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(in_features)
    self.in_features = in_features
    self.out_features = out_features
    self.weight = Parameter(rng.uniform(-bound, bound, (out_features, in_features)))
    self.bias = Parameter(rng.uniform(-bound, bound, out_features) if bias else np.zeros(out_features))


@misconception(
    "nn.Linear.__init__",
    hint="If x has 1000 numbers of size 1, how large is y with your weights?",
    fails=("Linear/test_draws_from_the_given_generator", "Linear/test_initial_values_without_a_generator"),
    source="folklore (np.random.randn)",
)
def weights_have_deviation_one(self, in_features, out_features, bias=True, *, rng=None):
    """Initial values are standard normal numbers, whatever the sizes are."""
    if in_features < 1 or out_features < 1:
        raise ValueError(f"impossible sizes {in_features}, {out_features}")
    rng = np.random.default_rng() if rng is None else rng
    self.in_features = in_features
    self.out_features = out_features
    self.weight = Parameter(rng.normal(0, 1, (out_features, in_features)))
    self.bias = Parameter(rng.normal(0, 1, out_features)) if bias else None
