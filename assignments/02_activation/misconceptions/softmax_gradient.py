"""What people believe about the gradient of Softmax."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _upstream


@misconception(
    "nn.Softmax.backward",
    hint="If one score rises and the others stay, what must happen to the other probabilities?",
    fails=("Softmax/test_worked_example", "Softmax/test_gradients", "Softmax/test_gradients_with_options"),
    source="github.com/wkcn/mobula issue 3; github.com/eriklindernoren/ML-From-Scratch issue 71",
)
def jacobian_is_diagonal(self, dy):
    """The derivative of Softmax is y (1 - y), as for the sigmoid."""
    (y,) = self.saved_values
    return _upstream(dy, y) * y * (1 - y)


@misconception(
    "nn.Softmax.backward",
    hint="In which order do the sum and the product of a matrix-vector product come?",
    fails=("Softmax/test_worked_example", "Softmax/test_gradients", "Softmax/test_gradients_with_options"),
    source="github.com/RoboticsClubIITJ/ML-DL-implementation 79808e5a1a",
)
def jacobian_is_summed_first(self, dy):
    """The rows of the Jacobian are added up, and the result is multiplied by dy."""
    (y,) = self.saved_values
    return _upstream(dy, y) * (y - y * y.sum(axis=self.dim, keepdims=True))


@misconception(
    "nn.Softmax.backward",
    hint="What comes after this Softmax: do you know it, and does dy tell you?",
    fails=("Softmax/test_worked_example", "Softmax/test_gradients", "Softmax/test_gradients_with_options"),
    convention="This is the form in which softmax and cross-entropy are differentiated in one step,"
    " and Softmax passes dy on; the "
    "contract asks for the product with the whole Jacobian.",
    source="github.com/oreilly-japan/deep-learning-from-scratch; github.com/borgwang/tinynn",
)
def loss_has_done_it(self, dy):
    """The cross-entropy after it takes care of Softmax: its backward passes dy on."""
    (y,) = self.saved_values
    return _upstream(dy, y).copy()


@misconception(
    "nn.Softmax.backward",
    hint="Whose job is the averaging?",
    fails=("Softmax/test_gradients", "Softmax/test_gradients_with_options"),
    source="github.com/AkiRusProd/numpy-transformer transformer/activations.py",
)
def gradient_is_averaged(self, dy):
    """The gradient is divided by the number of rows in the batch."""
    (y,) = self.saved_values
    dy = _upstream(dy, y)
    return y * (dy - (dy * y).sum(axis=self.dim, keepdims=True)) / max(len(y), 1)


@misconception(
    "nn.Softmax.backward",
    hint="Try Softmax(dim=0): along which dimension do the entries of dx add up to 0?",
    fails=("Softmax/test_any_dim", "Softmax/test_gradients_with_options", "Softmax/test_range"),
    source="folklore",
)
def gradient_sums_over_the_last(self, dy):
    """The sum in the gradient runs over the last dimension."""
    (y,) = self.saved_values
    dy = _upstream(dy, y)
    return y * (dy - (dy * y).sum(axis=-1, keepdims=True))


@misconception(
    "nn.Softmax.backward",
    hint="Every row has probabilities of its own: can a change of one row's scores touch another row?",
    fails=("Softmax/test_gradients", "Softmax/test_gradients_with_options"),
    source="folklore (np.sum without an axis)",
)
def gradient_sums_over_everything(self, dy):
    """The sum in the gradient runs over all entries of dy * y."""
    (y,) = self.saved_values
    dy = _upstream(dy, y)
    return y * (dy - (dy * y).sum())


@misconception(
    "nn.Softmax.backward",
    hint="Write out the sum over the Jacobian's column: which probabilities weight the entries of dy?",
    fails=("Softmax/test_worked_example", "Softmax/test_gradients", "Softmax/test_gradients_with_options"),
    source="folklore (the formula of LogSoftmax)",
)
def sum_is_not_weighted(self, dy):
    """The gradient is y times what is left of dy after its sum is taken away."""
    (y,) = self.saved_values
    dy = _upstream(dy, y)
    return y * (dy - dy.sum(axis=self.dim, keepdims=True))


@misconception(
    "nn.Softmax.backward",
    hint="A caller wants dy for a second layer after your backward: what does it hold?",
    fails=("Softmax/test_memory",),
    source="folklore",
)
def dy_is_centred_in_place(self, dy):
    """The weighted sum can be subtracted from dy where it is."""
    (y,) = self.saved_values
    dy = _upstream(dy, y)
    dy -= (dy * y).sum(axis=self.dim, keepdims=True)
    return y * dy


@misconception(
    "nn.activation._upstream",
    hint="A dy of shape (3,) arrives where (2, 3) is due. Who notices?",
    fails=(
        "ELU/test_refuses",
        "GELU/test_refuses",
        "LeakyReLU/test_refuses",
        "LogSoftmax/test_refuses",
        "ReLU/test_refuses",
        "SiLU/test_refuses",
        "Sigmoid/test_refuses",
        "Softmax/test_refuses",
        "Softplus/test_refuses",
        "Tanh/test_refuses",
    ),
    source="folklore",
)
def dy_may_broadcast(dy, kept):
    """A dy that broadcasts to the shape of y is as good as one of that shape."""
    return np.asarray(dy, dtype=kept.dtype)


@misconception(
    "nn.activation._upstream",
    hint="x is float32 and dy is float64: which of them decides about dx, and what does NumPy make of the two?",
    fails=(
        "ELU/test_dtypes",
        "GELU/test_dtypes",
        "LeakyReLU/test_dtypes",
        "LogSoftmax/test_dtypes",
        "ReLU/test_dtypes",
        "SiLU/test_dtypes",
        "Sigmoid/test_dtypes",
        "Softmax/test_dtypes",
        "Softplus/test_dtypes",
        "Tanh/test_dtypes",
    ),
    source="folklore",
)
def dtype_of_dy_has_a_say(dy, kept):
    """The dtype of dx follows from those of x and dy by NumPy's rules."""
    if dy.shape != kept.shape:
        raise ValueError(f"dy has shape {dy.shape}, but should have shape {kept.shape}")
    return dy


@misconception(
    "nn.Softmax.backward",
    hint="What is a row of an array with one dimension, and what of one with three?",
    fails=("Softmax/test_worked_example", "Softmax/test_gradients", "Softmax/test_gradients_with_options"),
    source="Neural Networks from Scratch (nnfs)",
)
def array_is_a_list_of_rows(self, dy):
    """Each item of the array is a row of probabilities with a Jacobian of its own."""
    (y,) = self.saved_values
    dy = _upstream(dy, y)
    dx = np.empty_like(y)
    for i, (row, upstream) in enumerate(zip(y, dy)):
        dx[i] = (np.diagflat(row) - np.outer(row, row)) @ upstream
    return dx
