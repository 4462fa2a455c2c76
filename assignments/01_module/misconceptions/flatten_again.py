"""What people believe about what Flatten keeps, and about arrays without dimensions."""

import math

from grader.assignment import misconception
from reference.nn.linear import Module, _position, check_shape


@misconception(
    "nn.Flatten.forward",
    hint="The layer sees an x of two dimensions first and one of three later: from which of them does -1 count?",
    fails=("Flatten/test_used_again",),
    source="written by readers of the handout",
)
def dimensions_are_counted_once(self, x):
    """Where start_dim and end_dim are, counted from the front, is found out at the first forward."""
    shape = x.shape or (1,)
    self.start_dim, self.end_dim = _position(self.start_dim, len(shape)), _position(self.end_dim, len(shape))
    if self.start_dim > self.end_dim:
        raise ValueError(f"Flatten: dimension {self.start_dim} comes after {self.end_dim} in shape {shape}")
    merged = math.prod(shape[self.start_dim : self.end_dim + 1])
    y = x.reshape(*shape[: self.start_dim], merged, *shape[self.end_dim + 1 :])
    self.save_for_backward(x.shape, y.shape, x.dtype)
    return y


@misconception(
    "nn.Flatten",
    hint="Which shape does dx have if x has none of its dimensions?",
    fails=("Flatten/test_row_major_order",),
    source="written by readers of the handout",
)
class no_dimensions_are_one(Module):
    """An x without dimensions is one of shape (1,), and so is its gradient."""

    def forward(self, x):
        shape = x.shape or (1,)
        start, end = _position(self.start_dim, len(shape)), _position(self.end_dim, len(shape))
        if start > end:
            raise ValueError(f"Flatten: dimension {start} comes after {end} in shape {shape}")
        y = x.reshape(*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :])
        self.save_for_backward(shape, y.shape, x.dtype)
        return y


@misconception(
    "nn.Identity.backward",
    hint="x was float32 and dy is float64: which dtype does the contract promise for dx?",
    fails=("Identity/test_dtypes",),
    source="written by readers of the handout",
)
def dy_is_given_back(self, dy):
    """The gradient passes through as it is, so dx is dy itself, whatever its dtype."""
    shape, _ = self.saved_values
    check_shape("dy of Identity", dy.shape, shape)
    return dy
