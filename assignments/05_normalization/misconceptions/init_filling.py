"""What people believe about filling a Parameter, and about drawing numbers."""

import numpy as np

from grader.assignment import misconception
from reference.nn.init import _filled, _or_fresh


@misconception(
    "nn.init._filled",
    hint="Someone else holds the array that was in p.data. Do they see the new values?",
    fails=(
        "Ones/test_array_that_is_there",
        "Zeros/test_in_place",
        "Uniform/test_in_place",
        "Normal/test_in_place",
        "XavierUniform/test_in_place",
        "XavierNormal/test_in_place",
        "KaimingUniform/test_in_place",
        "KaimingNormal/test_in_place",
        "Orthogonal/test_in_place",
    ),
    source="folklore",
)
def data_is_a_new_array(p, values):
    """p.data becomes a new array with the new values."""
    p.data = np.broadcast_to(np.asarray(values, p.data.dtype), p.shape).copy()
    return p


@misconception(
    "nn.init._filled",
    hint="p.data was float32: of which dtype is it now?",
    fails=(
        "Ones/test_array_that_is_there",
        "Zeros/test_in_place",
        "Uniform/test_in_place",
        "Normal/test_in_place",
        "XavierUniform/test_in_place",
        "XavierNormal/test_in_place",
        "KaimingUniform/test_in_place",
        "KaimingNormal/test_in_place",
        "Orthogonal/test_in_place",
    ),
    source="folklore",
)
def data_becomes_float64(p, values):
    """Initial values are float64, whatever p was."""
    p.data = np.broadcast_to(np.asarray(values, np.float64), p.shape).copy()
    return p


@misconception(
    "nn.init._filled",
    hint="What should `nn.init.zeros_(p)` return in the handout?",
    fails=(
        "Ones/test_array_that_is_there",
        "Zeros/test_in_place",
        "Uniform/test_in_place",
        "Normal/test_in_place",
        "XavierUniform/test_in_place",
        "XavierNormal/test_in_place",
        "KaimingUniform/test_in_place",
        "KaimingNormal/test_in_place",
        "Orthogonal/test_in_place",
    ),
    source="folklore (as list.sort does)",
)
def returns_nothing(p, values):
    """What works in place returns nothing."""
    p.data[...] = values


@misconception(
    "nn.init._filled",
    hint="What should `nn.init.zeros_(p)` return in the handout: p, or what is in it?",
    fails=(
        "Ones/test_array_that_is_there",
        "Zeros/test_in_place",
        "Uniform/test_in_place",
        "Normal/test_in_place",
        "XavierUniform/test_in_place",
        "XavierNormal/test_in_place",
        "KaimingUniform/test_in_place",
        "KaimingNormal/test_in_place",
        "Orthogonal/test_in_place",
    ),
    source="folklore",
)
def returns_the_array(p, values):
    """The function returns the array with the new values."""
    p.data[...] = values
    return p.data


@misconception(
    "nn.init._filled",
    hint="Which part of p does the handout leave alone?",
    fails=(
        "Zeros/test_in_place",
        "Ones/test_in_place",
        "Uniform/test_in_place",
        "Normal/test_in_place",
        "XavierUniform/test_in_place",
        "XavierNormal/test_in_place",
        "KaimingUniform/test_in_place",
        "KaimingNormal/test_in_place",
        "Orthogonal/test_in_place",
    ),
    source="folklore",
)
def gradient_is_reset(p, values):
    """New values start without a gradient."""
    p.data[...] = values
    p.grad = None
    return p


@misconception(
    "nn.init._filled",
    hint="What does `p.data[:]` mean for a p without dimensions?",
    fails=(
        "Zeros/test_values",
        "Ones/test_values",
        "Uniform/test_values",
        "Normal/test_values",
    ),
    source="folklore",
)
def writes_into_a_slice(p, values):
    """`p.data[:] = values` overwrites every p."""
    p.data[:] = values
    return p


@misconception(
    "nn.init._or_fresh",
    hint="Make two Parameters of the same size without an rng: are they equal, and should they be?",
    fails=(
        "Uniform/test_without_a_generator",
        "Normal/test_without_a_generator",
        "XavierUniform/test_without_a_generator",
        "XavierNormal/test_without_a_generator",
        "KaimingUniform/test_without_a_generator",
        "KaimingNormal/test_without_a_generator",
        "Orthogonal/test_at_random",
    ),
    source="folklore",
)
def init_seed_is_fixed(rng):
    """Without a generator, one with a fixed seed makes results reproducible."""
    return np.random.default_rng(0) if rng is None else rng


@misconception(
    "nn.init._or_fresh",
    hint="Who else draws from NumPy's global state, and who may have seeded it?",
    fails=(
        "Uniform/test_without_a_generator",
        "Normal/test_without_a_generator",
        "XavierUniform/test_without_a_generator",
        "XavierNormal/test_without_a_generator",
        "KaimingUniform/test_without_a_generator",
        "KaimingNormal/test_without_a_generator",
        "Orthogonal/test_at_random",
    ),
    source="folklore (np.random.uniform)",
)
def init_global_random_state(rng):
    """Without a generator, numbers come from np.random."""
    return np.random if rng is None else rng


@misconception(
    "nn.init.uniform_",
    hint="What are the smallest and the largest value that you can draw, for a = 2 and b = 3?",
    fails=(
        "Uniform/test_values_with_options",
        "XavierUniform/test_values",
        "KaimingUniform/test_values",
    ),
    source="folklore",
)
def b_is_the_width(p, a=0.0, b=1.0, *, rng=None):
    """Values are a + b * u, with u uniform in [0, 1)."""
    return _filled(p, a + b * _or_fresh(rng).random(p.shape))


@misconception(
    "nn.init.uniform_",
    hint="Between which two numbers does uniform_(p) draw in the handout?",
    fails=(
        "Uniform/test_values",
        "Uniform/test_without_a_generator",
        "Uniform/test_values_with_options",
    ),
    source="folklore",
)
def uniform_around_zero(p, a=-1.0, b=1.0, *, rng=None):
    """Without limits, values are uniform between -1 and 1."""
    return _filled(p, _or_fresh(rng).uniform(a, b, p.shape))


@misconception(
    "nn.init.uniform_",
    hint="How many different numbers are in your p?",
    fails=(
        "Uniform/test_values",
        "XavierUniform/test_without_a_generator",
        "KaimingUniform/test_without_a_generator",
    ),
    source="folklore (rng.uniform without a shape)",
)
def one_number_for_all(p, a=0.0, b=1.0, *, rng=None):
    """One number is drawn, and fills p."""
    return _filled(p, _or_fresh(rng).uniform(a, b))


@misconception(
    "nn.init.uniform_",
    hint="With one seed, which entry of a p of shape (3, 2) receives the second number that is drawn?",
    fails=(
        "Uniform/test_values",
        "XavierUniform/test_values",
        "KaimingUniform/test_values",
    ),
    source="folklore (weights that were (in, out) before)",
)
def drawn_by_columns(p, a=0.0, b=1.0, *, rng=None):
    """Numbers may be drawn in any order, say column by column."""
    return _filled(p, _or_fresh(rng).uniform(a, b, p.shape[::-1]).T)


@misconception(
    "nn.init.normal_",
    hint="Is the second argument of rng.normal a variance or a standard deviation?",
    fails=(
        "Normal/test_values_with_options",
        "KaimingNormal/test_without_a_generator",
        "XavierNormal/test_without_a_generator",
    ),
    source="folklore",
)
def std_is_a_variance(p, mean=0.0, std=1.0, *, rng=None):
    """std is the variance of the values."""
    return _filled(p, _or_fresh(rng).normal(mean, np.sqrt(std), p.shape))


@misconception(
    "nn.init.normal_",
    hint="Which mean do the values of normal_(p, mean=2) have?",
    fails=(
        "Normal/test_values_with_options",
        "Normal/test_draw",
        "Normal/test_without_a_generator",
    ),
    source="folklore (randn times std)",
)
def mean_is_forgotten(p, mean=0.0, std=1.0, *, rng=None):
    """Initial values have the mean 0."""
    return _filled(p, _or_fresh(rng).normal(0.0, std, p.shape))


@misconception(
    "nn.init.normal_",
    hint="For mean = 1 and std = 2, what is the mean of (z + mean) * std?",
    fails=(
        "Normal/test_values_with_options",
        "Normal/test_draw",
        "Normal/test_without_a_generator",
    ),
    source="folklore",
)
def mean_is_scaled(p, mean=0.0, std=1.0, *, rng=None):
    """Values are (z + mean) * std, with z from the standard normal distribution."""
    return _filled(p, (_or_fresh(rng).normal(0.0, 1.0, p.shape) + mean) * std)


@misconception(
    "nn.init.normal_",
    hint="What is the standard deviation of normal_(p) in the handout?",
    fails=(
        "Normal/test_values",
        "Normal/test_values_with_options",
        "Normal/test_in_place",
    ),
    source="folklore (the 0.01 of older networks)",
)
def normal_is_small(p, mean=0.0, std=0.01, *, rng=None):
    """Without an std, values are small: it is 0.01."""
    return _filled(p, _or_fresh(rng).normal(mean, std, p.shape))


@misconception(
    "nn.init.zeros_",
    hint="What is an array of `np.empty` filled with?",
    fails=(
        "Zeros/test_values",
        "Zeros/test_in_place",
    ),
    source="folklore",
)
def zeros_are_left_to_chance(p):
    """A new array is made of zeros: there is nothing to do."""
    return p


@misconception(
    "nn.init.ones_",
    hint="Which numbers does an identity matrix have beside its diagonal?",
    fails=("Zeros/test_values", "Ones/test_values"),
    source="folklore",
)
def ones_on_the_diagonal(p):
    """The neutral matrix has ones on its diagonal."""
    values = np.ones(p.shape) if len(p.shape) != 2 else np.eye(*p.shape)
    return _filled(p, values)
