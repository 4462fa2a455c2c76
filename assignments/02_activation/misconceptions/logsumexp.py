"""What people believe about logsumexp."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _peak


@misconception(
    "nn.logsumexp",
    hint="How large is exp(1000), and how large is its logarithm?",
    fails=("Logsumexp/test_large_numbers",),
    source="folklore",
)
def logarithm_undoes_exp(x, dim=-1, keepdim=False):
    """logsumexp can be computed as its equation stands: the logarithm undoes what exp did."""
    with np.errstate(divide="ignore"):
        return np.log(np.exp(x).sum(axis=dim, keepdims=keepdim))


@misconception(
    "nn.logsumexp",
    hint="What is the logsumexp of a single number, and what is yours?",
    fails=("Logsumexp/test_adds_numbers_given_by_their_logarithms",),
    source="folklore (softmax does not change by a shift)",
)
def shift_does_not_matter(x, dim=-1, keepdim=False):
    """The maximum is subtracted for safety, and as in softmax that changes nothing."""
    with np.errstate(divide="ignore"):
        return np.log(np.exp(x - _peak(x, dim)).sum(axis=dim, keepdims=keepdim))


@misconception(
    "nn.logsumexp",
    hint="What is the shape of your result for keepdim=False?",
    fails=("Logsumexp/test_adds_numbers_given_by_their_logarithms",),
    source="folklore",
)
def dimension_always_stays(x, dim=-1, keepdim=False):
    """The result keeps the dimension along which it sums, with length 1."""
    peak = _peak(x, dim)
    with np.errstate(divide="ignore"):
        return peak + np.log(np.exp(x - peak).sum(axis=dim, keepdims=True))


@misconception(
    "nn.logsumexp",
    hint="A batch of one, of shape (1, 3): which dimensions of length 1 does your squeeze remove?",
    fails=("Logsumexp/test_any_dim", "Logsumexp/test_one_and_none"),
    source="folklore",
)
def squeeze_finds_the_dimension(x, dim=-1, keepdim=False):
    """squeeze() removes the dimension of length 1 that the sum has left."""
    peak = _peak(x, dim)
    with np.errstate(divide="ignore"):
        total = peak + np.log(np.exp(x - peak).sum(axis=dim, keepdims=True))
    return total if keepdim else total.squeeze()


@misconception(
    "nn.logsumexp",
    hint="What is the shape of logsumexp(x) for an x of shape (2, 3), by the handout's table?",
    fails=("Logsumexp/test_adds_numbers_given_by_their_logarithms",),
    convention="This is the form of SciPy, which sums over everything by default;"
    " the contract asks for the last dimension.",
    source="SciPy",
)
def everything_is_summed_by_default(x, dim=None, keepdim=False):
    """Without a dim, all numbers of x are summed."""
    peak = x.max() if dim is None else _peak(x, dim)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = peak + np.log(np.exp(x - peak).sum(axis=dim, keepdims=True))
    return total if keepdim else total.squeeze(axis=dim)


@misconception(
    "nn.logsumexp",
    hint="What is the second parameter called in the handout, and what in NumPy?",
    fails=("Logsumexp/test_adds_numbers_given_by_their_logarithms",),
    convention="This is the name in NumPy and SciPy; the contract asks for dim.",
    source="SciPy",
)
def dim_is_called_axis(x, axis=-1, keepdim=False):
    """The dimension to sum over is called axis."""
    peak = _peak(x, axis)
    with np.errstate(divide="ignore"):
        total = peak + np.log(np.exp(x - peak).sum(axis=axis, keepdims=True))
    return total if keepdim else total.squeeze(axis=axis)


@misconception(
    "nn.logsumexp",
    hint="What is (-inf) - (-inf), and what do numbers add up to that are all 0?",
    fails=("Logsumexp/test_zeros_add_up_to_zero",),
    source="folklore",
)
def maximum_is_finite(x, dim=-1, keepdim=False):
    """The maximum is a number that can be subtracted and added again."""
    peak = x.max(axis=dim, keepdims=True)
    total = peak + np.log(np.exp(x - peak).sum(axis=dim, keepdims=True))
    return total if keepdim else total.squeeze(axis=dim)


@misconception(
    "nn.logsumexp",
    hint="One row has numbers near 10000, another near -10000: what is left of the second one after the shift?",
    fails=("Logsumexp/test_large_numbers",),
    source="folklore (x - np.max(x))",
)
def one_shift_for_all(x, dim=-1, keepdim=False):
    """The largest of all numbers is subtracted from every number."""
    peak = _peak(x.ravel(), 0)
    with np.errstate(divide="ignore"):
        total = peak + np.log(np.exp(x - peak).sum(axis=dim, keepdims=True))
    return total if keepdim else total.squeeze(axis=dim)


@misconception(
    "nn.logsumexp",
    hint="Whose array do you subtract the maximum from?",
    fails=("Logsumexp/test_adds_numbers_given_by_their_logarithms", "Logsumexp/test_memory"),
    source="folklore (x -= x.max())",
)
def numbers_are_shifted_in_place(x, dim=-1, keepdim=False):
    """The maximum can be subtracted in x itself, as it is added again afterwards."""
    peak = _peak(x, dim)
    x -= peak
    with np.errstate(divide="ignore"):
        total = peak + np.log(np.exp(x).sum(axis=dim, keepdims=True))
    return total if keepdim else total.squeeze(axis=dim)


@misconception(
    "nn.logsumexp",
    hint="What is the logsumexp of (0, 0), and what is the smallest it can be?",
    fails=(
        "LogSoftmax/test_gradients",
        "LogSoftmax/test_gradients_with_options",
        "LogSoftmax/test_worked_example",
        "LogSoftmax/test_values",
        "Logsumexp/test_adds_numbers_given_by_their_logarithms",
        "Logsumexp/test_zeros_add_up_to_zero",
    ),
    source="folklore (the epsilon that keeps log from 0)",
)
def logarithm_needs_an_epsilon(x, dim=-1, keepdim=False):
    """A small number is added before the logarithm, so that it is never that of 0."""
    peak = _peak(x, dim)
    total = peak + np.log(np.exp(x - peak).sum(axis=dim, keepdims=True) + 1e-6)
    return total if keepdim else total.squeeze(axis=dim)
