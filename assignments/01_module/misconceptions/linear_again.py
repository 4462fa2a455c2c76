"""What people believe about what Linear may keep from one call to the next."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import accumulate_grad, check_shape


@misconception(
    "nn.Linear.forward",
    hint="An optimizer writes into `weight.data` in place: how does your layer come to know?",
    fails=("Linear/test_used_again", "Sequential/test_used_again"),
    source="written by readers of the handout",
)
def weights_change_by_assignment(self, x):
    """The transpose of the weight can be kept until another array is assigned to `weight.data`."""
    check_shape("x of Linear", x.shape, (*x.shape[:-1], self.in_features))
    self.save_for_backward(x)
    if vars(self).get("_of") is not self.weight.data:
        self._of, self._transposed = self.weight.data, np.array(self.weight.data.T)
    y = x @ self._transposed
    if self.bias is not None:
        y = y + self.bias.data
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.backward",
    hint="Somebody keeps the dx of one backward and calls backward again: which values are in the first dx now?",
    fails=("Linear/test_memory",),
    source="written by readers of the handout (an array kept to save allocations)",
)
def dx_is_written_into_one_array(self, dy):
    """One array for dx is enough: as long as the shape stays, each backward writes into it again."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    rows = dy.reshape(-1, self.out_features)
    accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
    if self.bias is not None:
        accumulate_grad(self.bias, rows.sum(axis=0))
    dx = vars(self).get("_dx")
    if dx is None or dx.shape != x.shape or dx.dtype != x.dtype:
        dx = self._dx = np.empty(x.shape, x.dtype)
    dx[...] = dy @ self.weight.data
    return dx


@misconception(
    "nn.Linear.backward",
    hint="What is a sum of no terms, and is it the same as no gradient at all?",
    fails=("Linear/test_dtypes", "Sequential/test_dtypes"),
    source="written by readers of the handout",
)
def no_rows_give_no_gradient(self, dy):
    """A batch without rows has nothing to add, so the gradients stay as they are, also where they are None."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    if x.size == 0:
        return np.zeros(x.shape, x.dtype)
    rows = dy.reshape(-1, self.out_features)
    accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
    if self.bias is not None:
        accumulate_grad(self.bias, rows.sum(axis=0))
    return (dy @ self.weight.data).astype(x.dtype, copy=False)
