"""What people believe about the values that Linear computes and sends back."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Module, accumulate_grad, check_shape
from reference.nn.parameter import Parameter


@misconception(
    "nn.Linear",
    hint="For Linear(5, 3), which of the two numbers counts the rows of `weight` that the handout asks for?",
    fails=(
        "Linear/test_forward_is_an_affine_map",
        "Linear/test_gradients",
        "Linear/test_gradients_with_options",
        "Sequential/test_order_of_the_modules",
        "Sequential/test_gradients",
        "Sequential/test_values",
    ),
    convention="This is the form in which Keras and Flax keep the weight, (in, out) with y = x W + b;"
    " the contract asks for "
    "(out_features, in_features) and y = x W^T + b.",
    source="github.com/joelnet/joelnet; github.com/oreilly-japan/deep-learning-from-scratch;"
    " github.com/borgwang/tinynn",
)
class weight_is_in_by_out(Module):
    """The weight has the shape (in_features, out_features), and y = x W + b."""

    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        if in_features < 1 or out_features < 1:
            raise ValueError(f"impossible sizes {in_features}, {out_features}")
        rng = np.random.default_rng() if rng is None else rng
        bound = 1 / math.sqrt(in_features)
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(rng.uniform(-bound, bound, (in_features, out_features)))
        self.bias = Parameter(rng.uniform(-bound, bound, out_features)) if bias else None

    def forward(self, x):
        check_shape("x of Linear", x.shape, (*x.shape[:-1], self.in_features))
        self.save_for_backward(x)
        y = x @ self.weight.data
        if self.bias is not None:
            y = y + self.bias.data
        return y.astype(x.dtype, copy=False)

    def backward(self, dy):
        (x,) = self.saved_values
        check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
        rows = dy.reshape(-1, self.out_features)
        accumulate_grad(self.weight, x.reshape(-1, self.in_features).T @ rows)
        if self.bias is not None:
            accumulate_grad(self.bias, rows.sum(axis=0))
        return (dy @ self.weight.data.T).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear",
    hint="What is the shape of `bias` in the handout, and how many dimensions is that?",
    fails=(
        "Linear/test_draws_from_the_given_generator",
        "Linear/test_gradients",
        "Linear/test_values",
        "Sequential/test_gradients",
        "Sequential/test_values",
    ),
    convention="This is the form in which the bias is a row, as in several textbooks;"
    " the contract asks for shape (out_features,).",
    source="Neural Networks from Scratch (nnfs)",
)
class bias_is_a_row(Module):
    """The bias is a matrix with one row, of shape (1, out_features)."""

    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        if in_features < 1 or out_features < 1:
            raise ValueError(f"impossible sizes {in_features}, {out_features}")
        rng = np.random.default_rng() if rng is None else rng
        bound = 1 / math.sqrt(in_features)
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(rng.uniform(-bound, bound, (out_features, in_features)))
        self.bias = Parameter(rng.uniform(-bound, bound, (1, out_features))) if bias else None

    def backward(self, dy):
        (x,) = self.saved_values
        check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
        rows = dy.reshape(-1, self.out_features)
        accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
        if self.bias is not None:
            accumulate_grad(self.bias, rows.sum(axis=0, keepdims=True))
        return (dy @ self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.forward",
    hint="Write y[n, o] as a sum: over which index of the weight does it run,"
    " and which index does a product x W sum over?",
    fails=(
        "Linear/test_a_second_backward_adds",
        "Linear/test_dtypes",
        "Linear/test_dtypes_are_those_of_x",
        "Linear/test_forward_is_an_affine_map",
        "Linear/test_gradients",
        "Linear/test_gradients_of_the_worked_example",
        "Sequential/test_append",
        "Sequential/test_dtypes",
        "Sequential/test_gradients",
        "Sequential/test_memory",
        "Sequential/test_of_no_modules",
        "Sequential/test_of_twelve_modules",
    ),
    source="folklore (hidden by square layers)",
)
def weight_is_not_transposed(self, x):
    """The output is the matrix product of x and the weight as it stands, plus the bias."""
    check_shape("x of Linear", x.shape, (*x.shape[:-1], self.in_features))
    self.save_for_backward(x)
    y = x @ self.weight.data
    if self.bias is not None:
        y = y + self.bias.data
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.backward",
    hint="Take in_features different from out_features: which index of the weight does the sum for dx[m, j] run over?",
    fails=("Linear/test_gradients", "Linear/test_gradients_with_options", "Sequential/test_gradients"),
    source="folklore (hidden by square layers)",
)
def input_gradient_uses_the_transpose(self, dy):
    """Going back, dy is multiplied by the same transposed weight as x was going forward."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    rows = dy.reshape(-1, self.out_features)
    accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
    if self.bias is not None:
        accumulate_grad(self.bias, rows.sum(axis=0))
    return (dy @ self.weight.data.T).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.backward",
    hint="Along which weights did x[n, i] reach the output, and where do they occur in your dx?",
    fails=(
        "Linear/test_gradients",
        "Linear/test_gradients_of_the_worked_example",
        "Linear/test_gradients_with_options",
        "Sequential/test_order_of_the_modules",
        "Sequential/test_gradients",
    ),
    source="stackoverflow 46395467",
)
def upstream_passes_unchanged(self, dy):
    """The gradient of the input is the gradient that arrived: only weight and bias need a formula of their own."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    rows = dy.reshape(-1, self.out_features)
    accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
    if self.bias is not None:
        accumulate_grad(self.bias, rows.sum(axis=0))
    return dy.astype(x.dtype)


@misconception(
    "nn.Linear.backward",
    hint="How does dL/dW change when the loss after the layer is multiplied by 2, and how does yours?",
    fails=(
        "Linear/test_a_second_backward_adds",
        "Linear/test_cost",
        "Linear/test_dtypes_are_those_of_x",
        "Linear/test_gradients",
        "Linear/test_gradients_of_the_worked_example",
        "Linear/test_gradients_with_options",
        "Sequential/test_append",
        "Sequential/test_gradients",
        "Sequential/test_of_no_modules",
        "Sequential/test_of_twelve_modules",
        "Sequential/test_order_of_the_modules",
        "Sequential/test_used_again",
    ),
    source="folklore (hidden by an upstream gradient of ones)",
)
def upstream_is_ones(self, dy):
    """A layer's gradients are the derivatives of the sum of its outputs, whatever dy holds."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    rows = np.ones((x.size // self.in_features, self.out_features))
    accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
    if self.bias is not None:
        accumulate_grad(self.bias, rows.sum(axis=0))
    return (np.ones(dy.shape) @ self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.backward",
    hint="Compare the shapes of your weight gradient and of the weight for Linear(5, 3):"
    " do their indices mean the same?",
    fails=(
        "Linear/test_gradients",
        "Linear/test_gradients_of_the_worked_example",
        "Linear/test_gradients_with_options",
        "Sequential/test_gradients",
        "Sequential/test_of_no_modules",
    ),
    convention="This is the form for a weight of shape (in, out); the contract asks for (out_features, in_features),"
    " also of the "
    "gradient.",
    source="folklore (hidden by square layers)",
)
def weight_gradient_is_in_by_out(self, dy):
    """The gradient of the weight is x^T dy, with one row for every input feature."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    rows = dy.reshape(-1, self.out_features)
    accumulate_grad(self.weight, x.reshape(-1, self.in_features).T @ rows)
    if self.bias is not None:
        accumulate_grad(self.bias, rows.sum(axis=0))
    return (dy @ self.weight.data).astype(x.dtype, copy=False)
