"""What people believe about the probabilities that Softmax computes."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _peak


@misconception(
    "nn.Softmax.forward",
    hint="What do the entries of each row of your result add up to?",
    fails=(
        "Softmax/test_any_dim",
        "Softmax/test_gradients",
        "Softmax/test_gradients_with_options",
        "Softmax/test_large_scores_in_a_column",
        "Softmax/test_values",
        "Softmax/test_values_with_options",
    ),
    source="github.com/borgwang/tinynn 96fc7f3aae; github.com/wkcn/mobula c6cce35376",
)
def everything_sums_to_one(self, x):
    """All probabilities of the array together sum to 1."""
    weights = np.exp(x - _peak(x, self.dim))
    y = weights / weights.sum()
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Softmax.forward",
    hint="Which dimension of a batch of scores (N, C) holds the classes?",
    fails=("Softmax/test_any_dim", "Softmax/test_gradients", "Softmax/test_values"),
    source="github.com/hershic/cs231n 3f8e7ff431",
)
def first_dimension_is_normalised(self, x):
    """The probabilities sum to 1 along the first dimension."""
    weights = np.exp(x - _peak(x, 0))
    y = weights / weights.sum(axis=0, keepdims=True)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Softmax.forward",
    hint="Where does your forward look at `dim`?",
    fails=(
        "Softmax/test_any_dim",
        "Softmax/test_large_scores_in_a_column",
        "Softmax/test_gradients_with_options",
        "Softmax/test_values_with_options",
    ),
    source="folklore",
)
def last_dimension_is_normalised(self, x):
    """The probabilities sum to 1 along the last dimension."""
    weights = np.exp(x - _peak(x, -1))
    y = weights / weights.sum(axis=-1, keepdims=True)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Softmax.__init__",
    hint="What is Softmax() of a single row of scores, of shape (C,)?",
    fails=("Softmax/test_gradients", "Softmax/test_values", "Softmax/test_worked_example"),
    convention="This is the form in which the classes are always in dimension 1;"
    " the contract asks for the last dimension by default.",
    source="folklore (written for scores of shape (N, C))",
)
def default_is_dimension_one(self, dim=1):
    """Without a dim, the classes are in dimension 1, behind the batch."""
    self.dim = dim


@misconception(
    "nn.Softmax.forward",
    hint="How large is exp(1000)? What happens to the probabilities if the same number is added to every score?",
    fails=("Softmax/test_large_scores_in_a_column", "Softmax/test_range"),
    source="github.com/puru-samal/myTorch; github.com/IzhanVarsky/NumPyTorch; github.com/RoboticsClubIITJ 79808e5a1a",
)
def scores_need_no_shift(self, x):
    """Softmax can be computed as its equation stands, for every score."""
    weights = np.exp(x)
    y = weights / weights.sum(axis=self.dim, keepdims=True)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Softmax.forward",
    hint="One row has scores near 10000, another near -10000: what is left of the second one after the shift?",
    fails=("Softmax/test_dtypes", "Softmax/test_large_scores_in_a_column", "Softmax/test_range"),
    source="folklore (x - np.max(x))",
)
def one_shift_for_all(self, x):
    """The largest of all scores is subtracted from every score."""
    weights = np.exp(x - x.max())
    y = weights / weights.sum(axis=self.dim, keepdims=True)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Softmax.forward",
    hint="Which change of the scores leaves all probabilities as they are: adding a number, or dividing by one?",
    fails=(
        "Softmax/test_any_dim",
        "Softmax/test_gradients",
        "Softmax/test_gradients_with_options",
        "Softmax/test_worked_example",
        "Softmax/test_values",
        "Softmax/test_values_with_options",
    ),
    source="folklore",
)
def scores_are_divided_by_the_largest(self, x):
    """Scores are scaled by the largest one, so that exp does not overflow."""
    weights = np.exp(x / np.abs(x).max(axis=self.dim, keepdims=True))
    y = weights / weights.sum(axis=self.dim, keepdims=True)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Softmax.forward",
    hint="What shape does your sum have, and how does it meet the shape of the exponentials?",
    fails=("Softmax/test_any_dim", "Softmax/test_gradients", "Softmax/test_values"),
    source="folklore",
)
def sum_loses_its_dimension(self, x):
    """A sum along dim lines up with the array again by itself."""
    weights = np.exp(x - _peak(x, self.dim))
    y = weights / weights.sum(axis=self.dim)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Softmax.forward",
    hint="Do your probabilities still add up to 1, to the last digit?",
    fails=(
        "Softmax/test_any_dim",
        "Softmax/test_worked_example",
        "Softmax/test_gradients",
        "Softmax/test_gradients_with_options",
    ),
    source="github.com/jariasf/CS231n bd473b00d3",
)
def epsilon_makes_it_safe(self, x):
    """A small number is added to every probability, so that none is 0."""
    weights = np.exp(x - _peak(x, self.dim))
    y = weights / weights.sum(axis=self.dim, keepdims=True) + 1e-8
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Softmax.forward",
    hint="How small can your sum become after the shift, and what then is the small number for?",
    fails=(
        "Softmax/test_any_dim",
        "Softmax/test_worked_example",
        "Softmax/test_gradients",
        "Softmax/test_gradients_with_options",
    ),
    source="folklore",
)
def sum_needs_an_epsilon(self, x):
    """A small number is added to the sum, so that it is never 0."""
    weights = np.exp(x - _peak(x, self.dim))
    y = weights / (weights.sum(axis=self.dim, keepdims=True) + 1e-6)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Softmax.forward",
    hint="Whose array do you subtract the maximum from?",
    fails=("Softmax/test_memory",),
    source="folklore (x -= x.max())",
)
def scores_are_shifted_in_place(self, x):
    """The shift changes no probability, so it can be done in x itself."""
    x -= _peak(x, self.dim)
    weights = np.exp(x)
    y = weights / weights.sum(axis=self.dim, keepdims=True)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Softmax.forward",
    hint="A caller writes zeros into the y that you returned: what is the gradient afterwards?",
    fails=("Softmax/test_memory",),
    source="folklore",
)
def output_is_kept_and_returned(self, x):
    """The y that backward needs and the y that is returned can be one array."""
    weights = np.exp(x - _peak(x, self.dim))
    y = weights / weights.sum(axis=self.dim, keepdims=True)
    self.save_for_backward(y)
    return y


@misconception(
    "nn.Softmax.forward",
    hint="What does Softmax(dim=2) do with an x of two dimensions in the handout's table of errors?",
    fails=("Softmax/test_refuses",),
    source="folklore (dim % x.ndim for negative ones)",
)
def dim_counts_in_a_circle(self, x):
    """dim is counted around in a circle, so that negative ones work too."""
    dim = self.dim % x.ndim
    weights = np.exp(x - _peak(x, dim))
    y = weights / weights.sum(axis=dim, keepdims=True)
    self.save_for_backward(y)
    return y.copy()
