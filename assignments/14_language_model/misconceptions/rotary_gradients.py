"""What people believe about the gradient of a rotation."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "nn.modern.RotaryEmbedding.backward",
    hint="What is the transpose of a rotation?",
    fails=(
        "RotaryEmbedding/test_worked_example",
        "RotaryEmbedding/test_dims",
        "RotaryEmbedding/test_shapes_of_positions",
        "RotaryEmbedding/test_far",
        "RotaryEmbedding/test_used_again",
        "RotaryEmbedding/test_memory",
    ),
    source="folklore",
)
def backward_turns_on(self, dy):
    """The gradient is turned as x was."""
    cos, sin, shape, dtype = self.saved_values
    check_shape("dy of RotaryEmbedding", dy.shape, shape)
    return self._turned(dy, cos, sin).astype(dtype, copy=False)


@misconception(
    "nn.modern.RotaryEmbedding.backward",
    hint="Which dtype does dx have, if x is float32?",
    fails=("RotaryEmbedding/test_far", "RotaryEmbedding/test_dtypes"),
    source="folklore",
)
def gradient_is_float64(self, dy):
    """The gradient has the dtype of the angles."""
    cos, sin, shape, _dtype = self.saved_values
    check_shape("dy of RotaryEmbedding", dy.shape, shape)
    return self._turned(dy, cos, -sin)


@misconception(
    "nn.modern.RotaryEmbedding.backward",
    hint="What does the contract say of a dy of another shape?",
    fails=("RotaryEmbedding/test_refuses",),
    source="folklore",
)
def dy_is_not_checked(self, dy):
    """dy has the shape of y."""
    cos, sin, _shape, dtype = self.saved_values
    return self._turned(dy, cos, -sin).astype(dtype, copy=False)


@misconception(
    "nn.modern.RotaryEmbedding.backward",
    hint="What does the contract say of backward before forward?",
    fails=("RotaryEmbedding/test_refuses",),
    source="folklore",
)
def nothing_before_forward(self, dy):
    """Before forward, the gradient is 0."""
    if "_saved" not in vars(self):
        return np.zeros_like(dy)
    cos, sin, shape, dtype = self.saved_values
    check_shape("dy of RotaryEmbedding", dy.shape, shape)
    return self._turned(dy, cos, -sin).astype(dtype, copy=False)


@misconception(
    "nn.modern.RotaryEmbedding.backward",
    hint="Whose array is dy?",
    fails=("RotaryEmbedding/test_memory",),
    source="folklore",
)
def dy_is_turned_in_place(self, dy):
    """dy is turned in place."""
    cos, sin, shape, dtype = self.saved_values
    check_shape("dy of RotaryEmbedding", dy.shape, shape)
    dx = self._turned(dy, cos, -sin).astype(dtype, copy=False)
    if dy.flags.writeable:
        dy[...] = dx
    return dx


@misconception(
    "nn.modern.RotaryEmbedding.backward",
    hint="How often may backward be called?",
    fails=("RotaryEmbedding/test_used_again", "RotaryEmbedding/test_memory", "RotaryEmbedding/test_refuses"),
    source="folklore",
)
def backward_uses_up(self, dy):
    """After backward nothing is needed any more."""
    cos, sin, shape, dtype = self.saved_values
    self.save_for_backward()
    check_shape("dy of RotaryEmbedding", dy.shape, shape)
    return self._turned(dy, cos, -sin).astype(dtype, copy=False)
