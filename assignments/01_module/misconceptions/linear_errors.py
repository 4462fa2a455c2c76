"""What people believe about the shapes that Linear has to refuse."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Module, accumulate_grad, check_shape
from reference.nn.parameter import Parameter


@misconception(
    "nn.Linear",
    hint="What does NumPy do with a dy of shape (1, 3) where (7, 3) is due,"
    " and what does its message say about an x of (7, 4)?",
    fails=("Linear/test_refuses", "Sequential/test_refuses"),
    source="folklore",
)
class numpy_notices_wrong_shapes(Module):
    """Shapes need no check of their own: NumPy refuses a product that does not fit."""

    def forward(self, x):
        self.save_for_backward(x)
        y = x @ self.weight.data.T
        if self.bias is not None:
            y = y + self.bias.data
        return y.astype(x.dtype, copy=False)

    def backward(self, dy):
        (x,) = self.saved_values
        rows = dy.reshape(-1, self.out_features)
        accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
        if self.bias is not None:
            accumulate_grad(self.bias, rows.sum(axis=0))
        return (dy @ self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.backward",
    hint="If one row of dy stands for all rows, what is the bias gradient, and who says that the caller meant that?",
    fails=("Linear/test_refuses", "Sequential/test_refuses"),
    source="folklore",
)
def dy_may_broadcast(self, dy):
    """A dy that broadcasts to the shape of y is as good as one of that shape."""
    (x,) = self.saved_values
    dy = np.broadcast_to(dy, (*x.shape[:-1], self.out_features))
    rows = dy.reshape(-1, self.out_features)
    accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
    if self.bias is not None:
        accumulate_grad(self.bias, rows.sum(axis=0))
    return (dy @ self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear",
    hint="Which class of exception does a failing `assert` raise, and what becomes of it under `python -O`?",
    fails=("Linear/test_refuses", "Sequential/test_refuses"),
    source="folklore",
)
class wrong_shapes_are_asserted(Module):
    """Wrong shapes are stopped by an assert statement."""

    def forward(self, x):
        assert x.shape[-1] == self.in_features, f"x has shape {x.shape}, needs (..., {self.in_features})"
        self.save_for_backward(x)
        y = x @ self.weight.data.T
        if self.bias is not None:
            y = y + self.bias.data
        return y.astype(x.dtype, copy=False)

    def backward(self, dy):
        (x,) = self.saved_values
        expected = (*x.shape[:-1], self.out_features)
        assert dy.shape == expected, f"dy has shape {dy.shape}, needs {expected}"
        rows = dy.reshape(-1, self.out_features)
        accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
        if self.bias is not None:
            accumulate_grad(self.bias, rows.sum(axis=0))
        return (dy @ self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.forward",
    hint="When the message arrives in a network of ten layers, which two numbers does the reader need to find the"
    " mistake?",
    fails=("Linear/test_refuses",),
    source="folklore",
)
def message_names_no_shapes(self, x):
    """It is enough to say that the input has the wrong shape."""
    if x.shape[-1] != self.in_features:
        raise ValueError("the input of Linear has the wrong shape")
    self.save_for_backward(x)
    y = x @ self.weight.data.T
    if self.bias is not None:
        y = y + self.bias.data
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.__init__",
    hint="What does Linear(3, 0) return, and what Linear(0, 3)?",
    fails=("Linear/test_refuses",),
    source="folklore",
)
def sizes_are_not_checked(self, in_features, out_features, bias=True, *, rng=None):
    """Whatever sizes are asked for can be made: impossible ones show themselves later."""
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(max(in_features, 1))
    self.in_features = in_features
    self.out_features = out_features
    self.weight = Parameter(rng.uniform(-bound, bound, (out_features, in_features)))
    self.bias = Parameter(rng.uniform(-bound, bound, out_features)) if bias else None


@misconception(
    "nn.Linear.forward",
    hint=(
        "How many dimensions does the input of a layer have that follows an embedding of sentences, or that sees a "
        "single row?"
    ),
    fails=(
        "Linear/test_gradients",
        "Linear/test_gradients_with_two_leading_dimensions",
        "Linear/test_values",
        "Sequential/test_gradients",
        "Sequential/test_values",
    ),
    source="folklore",
)
def only_matrices_are_accepted(self, x):
    """The input is a matrix, batch by features; anything else is a mistake of the caller."""
    if x.ndim != 2:
        raise ValueError(f"Linear needs an x of shape (N, {self.in_features}), got {x.shape}")
    check_shape("x of Linear", x.shape, (len(x), self.in_features))
    self.save_for_backward(x)
    y = x @ self.weight.data.T
    if self.bias is not None:
        y = y + self.bias.data
    return y.astype(x.dtype, copy=False)
