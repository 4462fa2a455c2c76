"""What people believe about the rows of Linear's input: how many there are, and what they add to the gradients."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import accumulate_grad, check_shape


@misconception(
    "nn.Linear.backward",
    hint="Feed the same row once and then twice: how should the bias gradient of the pair relate to that of the single"
    " row?",
    fails=(
        "Linear/test_gradients",
        "Linear/test_gradients_of_the_worked_example",
        "Sequential/test_gradients",
    ),
    source="github.com/IzhanVarsky/NumPyTorch d026b87129; github.com/ShivamShrirao/dnn_from_scratch 47481de15e",
)
def bias_gradient_is_averaged(self, dy):
    """The gradient of the bias is the mean of the upstream gradient over the rows."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    rows = dy.reshape(-1, self.out_features)
    accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
    if self.bias is not None:
        accumulate_grad(self.bias, rows.mean(axis=0))
    return (dy @ self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.backward",
    hint="If the loss is a sum over the rows, no 1/N occurs in it at all: who put one into your gradients?",
    fails=(
        "Linear/test_gradients",
        "Linear/test_gradients_of_the_worked_example",
        "Linear/test_gradients_with_options",
        "Sequential/test_gradients",
    ),
    convention="This is the form in which some courses let the layer average over the batch;"
    " the contract asks for sums over all "
    "rows, and leaves the 1/N to a loss that is a mean.",
    source="five public solutions of CMU 11-785, among them github.com/HDLiter and github.com/krishhrana",
)
def gradients_are_averaged(self, dy):
    """The gradients of weight and bias are means over the rows of the batch."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    rows = dy.reshape(-1, self.out_features)
    count = max(len(rows), 1)
    accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features) / count)
    if self.bias is not None:
        accumulate_grad(self.bias, rows.sum(axis=0) / count)
    return (dy @ self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.backward",
    hint="How many rows does an x of shape (2, 3, 5) have for a layer that acts on the last dimension?",
    fails=(
        "Linear/test_gradients",
        "Linear/test_gradients_with_two_leading_dimensions",
        "Sequential/test_gradients",
        "Sequential/test_memory",
        "Sequential/test_used_again",
    ),
    source="github.com/AkiRusProd/numpy-transformer d26c446e8a",
)
def bias_gradient_sums_the_first_dimension(self, dy):
    """The bias gradient is the sum of dy over its first dimension, which is the batch."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    rows = dy.reshape(-1, self.out_features)
    accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
    if self.bias is not None:
        accumulate_grad(self.bias, dy.sum(axis=0))
    return (dy @ self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.backward",
    hint="What does .T do to an array with three dimensions, and what to one with a single dimension?",
    fails=(
        "Linear/test_gradients",
        "Linear/test_gradients_with_two_leading_dimensions",
        "Sequential/test_gradients",
        "Sequential/test_memory",
        "Sequential/test_used_again",
    ),
    source="github.com/AkiRusProd/numpy-transformer d26c446e8a",
)
def weight_gradient_for_matrices_only(self, dy):
    """The weight gradient is the product of the transpose of dy and x, however many dimensions they have."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    accumulate_grad(self.weight, dy.T @ x)
    if self.bias is not None:
        accumulate_grad(self.bias, dy.reshape(-1, self.out_features).sum(axis=0))
    return (dy @ self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.forward",
    hint="What should Linear(5, 3) make of an x of shape (2, 4, 5): which shape does y have?",
    fails=("Linear/test_values", "Sequential/test_gradients", "Sequential/test_values"),
    source="folklore (tf.layers.flatten before a dense layer)",
)
def rows_are_merged(self, x):
    """The output is a matrix with one row for every row of x; leading dimensions are merged into one."""
    check_shape("x of Linear", x.shape, (*x.shape[:-1], self.in_features))
    self.save_for_backward(x)
    y = x.reshape(-1, self.in_features) @ self.weight.data.T
    if self.bias is not None:
        y = y + self.bias.data
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.forward",
    hint="Whose attribute is `x.shape`, and what does the caller find in it after your forward?",
    fails=("Linear/test_memory", "Sequential/test_memory"),
    source="folklore",
)
def shape_of_x_is_assigned(self, x):
    """The rows of x may be merged by assigning to x.shape: no value changes by that."""
    shape = x.shape
    check_shape("x of Linear", shape, (*shape[:-1], self.in_features))
    x.shape = (x.size // self.in_features, self.in_features)
    y = x @ self.weight.data.T
    if self.bias is not None:
        y = y + self.bias.data
    self.save_for_backward(x.reshape(shape))
    return y.reshape(*shape[:-1], self.out_features).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.backward",
    hint="After the first backward of a single row, how many names does the array have that you stored in bias.grad?",
    fails=("Linear/test_memory", "Sequential/test_memory"),
    source="folklore",
)
def bias_gradient_is_dy_itself(self, dy):
    """For a single row there is nothing to sum, so its bias gradient is dy, the very array."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    rows = dy.reshape(-1, self.out_features)
    accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
    if self.bias is not None:
        db = np.asarray(dy if dy.ndim == 1 else rows.sum(axis=0), self.bias.data.dtype)
        if self.bias.grad is None:
            self.bias.grad = db
        else:
            self.bias.grad += db
    return (dy @ self.weight.data).astype(x.dtype, copy=False)
