"""What people believe about Flatten and Identity."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.linear import _position
from reference.nn.module import Module, check_shape


@misconception(
    "nn.Flatten.forward",
    hint="How many examples go in, and how many rows come out?",
    fails=(
        "Flatten/test_each_value_finds_its_way_there_and_back",
        "Flatten/test_row_major_order",
        "Flatten/test_gradients",
        "Flatten/test_gradients_with_options",
    ),
    source="folklore",
)
def everything_becomes_one_row(self, x):
    """Flatten puts all values into an array with one dimension, the batch included."""
    y = x.reshape(-1)
    self.save_for_backward(x.shape, y.shape, x.dtype)
    return y


@misconception(
    "nn.Flatten.forward",
    hint="What should Flatten(0, 1) make of an x of shape (2, 3, 4), and what does yours make of it?",
    fails=(
        "Flatten/test_row_major_order",
        "Flatten/test_gradients_with_options",
        "Flatten/test_values_with_options",
    ),
    source="folklore",
)
def batch_stays_the_rest_merges(self, x):
    """Flatten always keeps the first dimension and merges the others."""
    _position(self.start_dim, x.ndim), _position(self.end_dim, x.ndim)
    y = x.reshape(len(x), math.prod(x.shape[1:]))
    self.save_for_backward(x.shape, y.shape, x.dtype)
    return y


@misconception(
    "nn.Flatten.forward",
    hint="With end_dim=1, does dimension 1 belong to those that are merged?",
    fails=(
        "Flatten/test_each_value_finds_its_way_there_and_back",
        "Flatten/test_row_major_order",
        "Flatten/test_gradients",
        "Flatten/test_gradients_with_options",
    ),
    source="folklore (slices of Python)",
)
def end_is_excluded(self, x):
    """end_dim is where the merging stops, and is not merged itself, as with a slice of Python."""
    shape = x.shape or (1,)
    start, end = _position(self.start_dim, len(shape)), _position(self.end_dim, len(shape))
    if start > end:
        raise ValueError(f"Flatten: dimension {start} comes after {end} in shape {shape}")
    y = x.reshape(*shape[:start], math.prod(shape[start:end]), *shape[end:])
    self.save_for_backward(x.shape, y.shape, x.dtype)
    return y


@misconception(
    "nn.Flatten.forward",
    hint="An x of shape (0, 3, 4) has no values: how should NumPy find out what -1 stands for?",
    fails=("Flatten/test_dtypes",),
    source="folklore",
)
def numpy_finds_the_merged_length(self, x):
    """The length of the merged dimension can always be left to reshape, as -1."""
    shape = x.shape or (1,)
    start, end = _position(self.start_dim, len(shape)), _position(self.end_dim, len(shape))
    if start > end:
        raise ValueError(f"Flatten: dimension {start} comes after {end} in shape {shape}")
    y = x.reshape(*shape[:start], -1, *shape[end + 1 :])
    self.save_for_backward(x.shape, y.shape, x.dtype)
    return y


@misconception(
    "nn.Flatten",
    hint="Which index changes fastest in your output: the last one, or the first?",
    fails=(
        "Flatten/test_each_value_finds_its_way_there_and_back",
        "Flatten/test_row_major_order",
        "Flatten/test_gradients",
        "Flatten/test_gradients_with_options",
    ),
    convention="This is the form in which MATLAB and Fortran flatten, column by column;"
    " the contract asks for row-major order.",
    source="folklore",
)
class columns_come_first(Module):
    """Values are lined up in column-major order: the first of the merged indices changes fastest."""

    def forward(self, x):
        shape = x.shape or (1,)
        start, end = _position(self.start_dim, len(shape)), _position(self.end_dim, len(shape))
        if start > end:
            raise ValueError(f"Flatten: dimension {start} comes after {end} in shape {shape}")
        y = x.reshape(*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :], order="F")
        self.save_for_backward(x.shape, y.shape, x.dtype)
        return y

    def backward(self, dy):
        x_shape, y_shape, dtype = self.saved_values
        check_shape("dy of Flatten", dy.shape, y_shape)
        return dy.reshape(x_shape, order="F").astype(dtype, copy=False)


@misconception(
    "nn.Flatten.forward",
    hint="Is the order of the values in an array the same thing as their order in memory?",
    fails=("Flatten/test_memory",),
    source='folklore (order="A" or "K")',
)
def order_of_the_memory(self, x):
    """Values are lined up in the order in which they lie in memory."""
    shape = x.shape or (1,)
    start, end = _position(self.start_dim, len(shape)), _position(self.end_dim, len(shape))
    if start > end:
        raise ValueError(f"Flatten: dimension {start} comes after {end} in shape {shape}")
    y = x.reshape(*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :], order="A")
    self.save_for_backward(x.shape, y.shape, x.dtype)
    return y


@misconception(
    "nn.Flatten.backward",
    hint="Which shape does the gradient with respect to x have to have?",
    fails=(
        "Flatten/test_each_value_finds_its_way_there_and_back",
        "Flatten/test_row_major_order",
        "Flatten/test_gradients",
        "Flatten/test_gradients_with_options",
    ),
    source="folklore",
)
def gradient_stays_flat(self, dy):
    """Flatten changes no value, so the gradient passes back through it as it is."""
    _, y_shape, dtype = self.saved_values
    check_shape("dy of Flatten", dy.shape, y_shape)
    return dy.astype(dtype, copy=False)


@misconception(
    "nn.Flatten.backward",
    hint="A dy of shape (12, 2) arrives where (2, 12) is due: do its numbers know where they belong?",
    fails=("Flatten/test_refuses",),
    source="folklore",
)
def any_dy_of_the_right_size(self, dy):
    """Every dy with as many values as x can be reshaped to x's shape."""
    x_shape, _, dtype = self.saved_values
    return dy.reshape(x_shape).astype(dtype, copy=False)


@misconception(
    "nn.Flatten.forward",
    hint="What does a tuple answer to a slice that goes beyond its end?",
    fails=("Flatten/test_refuses",),
    source="folklore",
)
def slices_forgive(self, x):
    """A dimension that x does not have is nothing to merge: slices of the shape take care of it."""
    shape = x.shape or (1,)
    end = self.end_dim % len(shape)
    merged = math.prod(shape[self.start_dim : end + 1])
    y = x.reshape(*shape[: self.start_dim], merged, *shape[end + 1 :])
    self.save_for_backward(x.shape, y.shape, x.dtype)
    return y


@misconception(
    "nn.Identity.backward",
    hint="The derivative of y by x is 1. With what does the chain rule multiply it?",
    fails=(
        "Identity/test_does_nothing",
        "Identity/test_gradients",
        "Sequential/test_gradients",
        "Sequential/test_used_again",
    ),
    source="github.com/wkcn/mobula 92b6fb3e32 (the same slip in another layer)",
)
def derivative_is_returned(self, dy):
    """Identity's backward returns its derivative, which is one everywhere."""
    shape, dtype = self.saved_values
    check_shape("dy of Identity", dy.shape, shape)
    return np.ones(shape, dtype)


@misconception(
    "nn.Identity",
    hint="A dy of another shape than y arrives: which layer of the network would be the first to complain?",
    fails=("Identity/test_refuses",),
    source="folklore",
)
class nothing_to_check(Module):
    """A layer that does nothing has nothing to refuse: whatever arrives is passed on."""

    def forward(self, x):
        self._dtype = x.dtype
        return x

    def backward(self, dy):
        return dy.astype(vars(self).get("_dtype", dy.dtype), copy=False)


@misconception(
    "nn.Identity.forward",
    hint="What is the shape of what Identity gives for an array that holds a single number, without dimensions?",
    fails=("Identity/test_values",),
    source="written by readers of the handout",
)
def every_array_has_a_dimension(self, x):
    """Every array has at least one dimension, also one that holds a single number."""
    self.save_for_backward(x.shape, x.dtype)
    return np.atleast_1d(x)
