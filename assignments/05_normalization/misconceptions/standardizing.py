"""What people believe about mean 0 and variance 1, wherever they compute them: in LayerNorm and GroupNorm alike."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.normalization._standardized",
    hint="By how many numbers does the variance that normalises divide?",
    fails=(
        "LayerNorm/test_worked_example",
        "LayerNorm/test_values",
        "LayerNorm/test_two_dimensions_together",
        "GroupNorm/test_worked_example",
        "GroupNorm/test_values",
        "GroupNorm/test_constant",
    ),
    source="folklore (ddof=1)",
)
def unbiased_variance(x, axes, eps):
    """The variance of a sample is divided by n - 1."""
    count = x.size // max(1, x.mean(axis=axes).size)
    centred = x - x.mean(axis=axes, keepdims=True)
    var = (centred**2).sum(axis=axes, keepdims=True) / max(1, count - 1)
    inverse = 1 / np.sqrt(var + eps)
    return centred * inverse, inverse


@misconception(
    "nn.normalization._standardized",
    hint="For a variance of 0.01 and eps = 0.01, what is under the root?",
    fails=("LayerNorm/test_worked_example", "GroupNorm/test_worked_example", "GroupNorm/test_constant"),
    convention="This is the form of The Annotated Transformer, std + eps; the contract asks for sqrt(var + eps).",
    source="The Annotated Transformer (nlp.seas.harvard.edu)",
)
def spread_plus_eps(x, axes, eps):
    """eps is added to the standard deviation."""
    centred = x - x.mean(axis=axes, keepdims=True)
    inverse = 1 / (np.sqrt((centred**2).mean(axis=axes, keepdims=True)) + eps)
    return centred * inverse, inverse


@misconception(
    "nn.normalization._standardized",
    hint="All numbers of a row are 1,000,000 and a bit. What is left of E[x^2] - E[x]^2?",
    fails=(
        "LayerNorm/test_far_from_zero",
        "GroupNorm/test_far_from_zero",
    ),
    source="folklore; Higham (2002), sec. 1.9",
)
def variance_from_the_squares(x, axes, eps):
    """The variance is E[x^2] - E[x]^2."""
    mean = x.mean(axis=axes, keepdims=True)
    var = np.maximum((x**2).mean(axis=axes, keepdims=True) - mean**2, 0)
    inverse = 1 / np.sqrt(var + eps)
    return (x - mean) * inverse, inverse


@misconception(
    "nn.normalization._standardized",
    hint="What does y become for a row of equal numbers, and what is 0 / 0?",
    fails=(
        "LayerNorm/test_constant",
        "LayerNorm/test_refuses_other_dimensions",
        "GroupNorm/test_constant",
        "GroupNorm/test_a_single_number",
        "GroupNorm/test_worked_example",
    ),
    source="folklore",
)
def eps_is_not_needed(x, axes, eps):
    """Numbers are divided by their standard deviation."""
    centred = x - x.mean(axis=axes, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = 1 / np.sqrt((centred**2).mean(axis=axes, keepdims=True))
        return centred * inverse, inverse


@misconception(
    "nn.normalization._standardized",
    hint="Which number do you subtract, and from which have you taken the variance?",
    fails=(
        "LayerNorm/test_worked_example",
        "LayerNorm/test_memory",
        "LayerNorm/test_dtypes",
        "GroupNorm/test_worked_example",
        "GroupNorm/test_a_single_number",
        "GroupNorm/test_dtypes",
    ),
    source="folklore",
)
def nothing_is_subtracted(x, axes, eps):
    """Numbers are divided by their standard deviation, and keep their mean."""
    inverse = 1 / np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    return x * inverse, inverse


@misconception(
    "nn.normalization._standardized_backward",
    hint="If one number of a row moves, what else in that row moves?",
    fails=(
        "LayerNorm/test_worked_example",
        "LayerNorm/test_constant",
        "LayerNorm/test_far_from_zero",
        "GroupNorm/test_gradients",
        "GroupNorm/test_memory",
        "GroupNorm/test_constant",
    ),
    source="folklore",
)
def statistics_are_constants(d_normal, normal, inverse, axes):
    """Going back, mean and variance are constants."""
    return inverse * d_normal


@misconception(
    "nn.normalization._standardized_backward",
    hint="Through which two quantities does every number of a row reach the others?",
    fails=(
        "LayerNorm/test_worked_example",
        "LayerNorm/test_far_from_zero",
        "LayerNorm/test_gradients",
        "GroupNorm/test_gradients",
        "GroupNorm/test_far_from_zero",
        "GroupNorm/test_any_number_of_groups",
    ),
    source="folklore",
)
def only_the_mean_counts(d_normal, normal, inverse, axes):
    """Going back, the mean counts, and the variance is a constant."""
    return inverse * (d_normal - d_normal.mean(axis=axes, keepdims=True))


@misconception(
    "nn.normalization._standardized_backward",
    hint="What do the dx of one row add up to, in your backward and in the handout?",
    fails=(
        "LayerNorm/test_worked_example",
        "LayerNorm/test_constant",
        "LayerNorm/test_far_from_zero",
        "GroupNorm/test_gradients",
        "GroupNorm/test_constant",
        "GroupNorm/test_used_again",
    ),
    source="folklore",
)
def only_the_variance_counts(d_normal, normal, inverse, axes):
    """Going back, the variance counts, and the mean is a constant."""
    return inverse * (d_normal - normal * (d_normal * normal).mean(axis=axes, keepdims=True))


@misconception(
    "nn.normalization._standardized_backward",
    hint="Is the part of dz along z subtracted or added?",
    fails=(
        "LayerNorm/test_worked_example",
        "LayerNorm/test_used_again",
        "LayerNorm/test_far_from_zero",
        "GroupNorm/test_gradients",
        "GroupNorm/test_used_again",
        "GroupNorm/test_far_from_zero",
    ),
    source="folklore",
)
def variance_has_the_other_sign(d_normal, normal, inverse, axes):
    """dx = s (dz - mean of dz + z * mean of dz z)."""
    mean = d_normal.mean(axis=axes, keepdims=True)
    return inverse * (d_normal - mean + normal * (d_normal * normal).mean(axis=axes, keepdims=True))


@misconception(
    "nn.normalization._standardized_backward",
    hint="Which of the sums in the handout's equation for dx is divided by n?",
    fails=(
        "LayerNorm/test_worked_example",
        "LayerNorm/test_memory",
        "LayerNorm/test_refuses",
        "GroupNorm/test_gradients",
        "GroupNorm/test_refuses",
        "GroupNorm/test_memory",
    ),
    source="folklore",
)
def sums_are_not_divided(d_normal, normal, inverse, axes):
    """dx = s (dz - sum of dz - z * sum of dz z)."""
    total = d_normal.sum(axis=axes, keepdims=True)
    return inverse * (d_normal - total - normal * (d_normal * normal).sum(axis=axes, keepdims=True))
