"""What people believe about the dtypes that Linear meets and gives back."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import accumulate_grad, check_shape


@misconception(
    "nn.Linear.backward",
    hint="dx is a gradient with respect to which array, and which dtype does that have?",
    fails=("Linear/test_dtypes",),
    source="written by readers of the handout",
)
def dx_has_the_dtype_of_dy(self, dy):
    """dx has the dtype of the gradient that arrives, as y has that of x."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    rows = dy.reshape(-1, self.out_features)
    accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
    if self.bias is not None:
        accumulate_grad(self.bias, rows.sum(axis=0))
    return (dy @ self.weight.data).astype(dy.dtype, copy=False)


@misconception(
    "nn.Linear.forward",
    hint='What does x.dtype == "<f4" answer for an x that was read from a file in big-endian order,'
    " and is that x float32?",
    fails=("Linear/test_dtypes", "Sequential/test_dtypes"),
    source="written by readers of the handout",
)
def float32_is_of_this_machine(self, x):
    """An x is float32 if its dtype is the one that this machine computes in; every other one is treated as float64."""
    check_shape("x of Linear", x.shape, (*x.shape[:-1], self.in_features))
    self.save_for_backward(x)
    y = x @ self.weight.data.T
    if self.bias is not None:
        y = y + self.bias.data
    return y.astype(np.float32 if x.dtype == np.float32 else np.float64, copy=False)
