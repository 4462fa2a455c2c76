"""What people believe about what Linear keeps, refuses and returns: dtypes, errors, gradients over several passes."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Module, accumulate_grad, check_shape


@misconception(
    "nn.Linear.backward",
    hint="What should `grad` hold after two backward passes with no zero_grad in between?",
    fails=("Linear/test_a_second_backward_adds", "Linear/test_used_again", "Sequential/test_used_again"),
    convention="This is the form in which backward overwrites, as in several courses;"
    " the contract asks that gradients add up until "
    "zero_grad.",
    source="github.com/IzhanVarsky/NumPyTorch d18e2aaaa4",
)
def backward_overwrites(self, dy):
    """Each backward sets the gradients of weight and bias to those of its own pass."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    rows = dy.reshape(-1, self.out_features)
    self.weight.grad = (rows.T @ x.reshape(-1, self.in_features)).astype(self.weight.data.dtype)
    if self.bias is not None:
        self.bias.grad = rows.sum(axis=0).astype(self.bias.data.dtype)
    return (dy @ self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.backward",
    hint="Two losses may go back through the same forward pass: what does your layer still know when the second one"
    " arrives?",
    fails=(
        "Linear/test_a_second_backward_adds",
        "Linear/test_memory",
        "Linear/test_used_again",
        "Sequential/test_memory",
        "Sequential/test_used_again",
    ),
    source="folklore (PyTorch frees its graph after a backward pass)",
)
def backward_uses_up_the_input(self, dy):
    """What forward kept is needed for one backward only, and is let go after it."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    rows = dy.reshape(-1, self.out_features)
    accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
    if self.bias is not None:
        accumulate_grad(self.bias, rows.sum(axis=0))
    del self._saved
    return (dy @ self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.forward",
    hint="If a first batch and then a second one go forward, which of them does the next backward belong to?",
    fails=("Linear/test_used_again", "Sequential/test_used_again"),
    source="folklore",
)
def first_input_is_kept(self, x):
    """The input is kept at the first forward; later ones find something kept and leave it."""
    check_shape("x of Linear", x.shape, (*x.shape[:-1], self.in_features))
    if "_saved" not in vars(self):
        self.save_for_backward(x)
    y = x @ self.weight.data.T
    if self.bias is not None:
        y = y + self.bias.data
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.backward",
    hint="Linear(5, 3, bias=False): what does your backward find in `self.bias`?",
    fails=("Linear/test_gradients_with_options", "Sequential/test_order_of_the_modules"),
    source="folklore",
)
def backward_counts_on_a_bias(self, dy):
    """Backward always adds to the gradients of both parameters, weight and bias."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    rows = dy.reshape(-1, self.out_features)
    accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
    accumulate_grad(self.bias, rows.sum(axis=0))
    return (dy @ self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear",
    hint="The weight is float64. What is the dtype of its product with a float32 x,"
    " and which one does the contract promise?",
    fails=("Linear/test_dtypes", "Linear/test_dtypes_are_those_of_x", "Sequential/test_dtypes"),
    source="folklore",
)
class numpy_chooses_the_dtype(Module):
    """The dtypes of y and dx are those that NumPy gives to the products; nothing has to be done about them."""

    def forward(self, x):
        check_shape("x of Linear", x.shape, (*x.shape[:-1], self.in_features))
        self.save_for_backward(x)
        y = x @ self.weight.data.T
        return y if self.bias is None else y + self.bias.data

    def backward(self, dy):
        (x,) = self.saved_values
        check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
        rows = dy.reshape(-1, self.out_features)
        accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
        if self.bias is not None:
            accumulate_grad(self.bias, rows.sum(axis=0))
        return dy @ self.weight.data


@misconception(
    "nn.Linear",
    hint="A float64 x meets float32 parameters: which dtype should y have, and which has yours?",
    fails=("Linear/test_dtypes", "Linear/test_dtypes_are_those_of_x", "Sequential/test_dtypes"),
    source="folklore (mixed precision converts the input)",
)
class parameters_choose_the_dtype(Module):
    """The layer computes in the dtype of its parameters, and y and dx have that dtype."""

    def forward(self, x):
        check_shape("x of Linear", x.shape, (*x.shape[:-1], self.in_features))
        x = x.astype(self.weight.data.dtype)
        self.save_for_backward(x)
        y = x @ self.weight.data.T
        return y if self.bias is None else y + self.bias.data

    def backward(self, dy):
        (x,) = self.saved_values
        check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
        dy = dy.astype(x.dtype)
        rows = dy.reshape(-1, self.out_features)
        accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
        if self.bias is not None:
            accumulate_grad(self.bias, rows.sum(axis=0))
        return dy @ self.weight.data


@misconception(
    "nn.Linear.forward",
    hint="The caller keeps the y of one call and calls again: which values are in the first y now?",
    fails=("Linear/test_memory",),
    source="folklore (a buffer kept to save allocations)",
)
def output_is_written_into_one_array(self, x):
    """One array for the output is enough: as long as the shape stays, each forward writes into it again."""
    check_shape("x of Linear", x.shape, (*x.shape[:-1], self.in_features))
    self.save_for_backward(x)
    shape = (*x.shape[:-1], self.out_features)
    y = vars(self).get("_output")
    if y is None or y.shape != shape or y.dtype != x.dtype:
        y = self._output = np.empty(shape, x.dtype)
    y[...] = x @ self.weight.data.T + (0 if self.bias is None else self.bias.data)
    return y


@misconception(
    "nn.Linear",
    hint="Which names of attributes does `backward` read, and who has set them if there was no forward?",
    fails=("Linear/test_refuses_what_cannot_be", "Linear/test_refuses", "Sequential/test_refuses"),
    source="folklore",
)
class missing_forward_is_not_foreseen(Module):
    """If backward comes before forward, Python complains by itself: the attribute that forward sets is missing."""

    def forward(self, x):
        check_shape("x of Linear", x.shape, (*x.shape[:-1], self.in_features))
        self.x = x
        y = x @ self.weight.data.T
        if self.bias is not None:
            y = y + self.bias.data
        return y.astype(x.dtype, copy=False)

    def backward(self, dy):
        x = self.x
        check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
        rows = dy.reshape(-1, self.out_features)
        accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
        if self.bias is not None:
            accumulate_grad(self.bias, rows.sum(axis=0))
        return (dy @ self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.Linear.backward",
    hint="Which weight made y, and is it still there when you compute dx?",
    fails=(
        "Linear/test_gradients",
        "Linear/test_gradients_of_the_worked_example",
        "Linear/test_used_again",
        "Sequential/test_gradients",
        "Sequential/test_used_again",
    ),
    source="github.com/eriklindernoren/ML-From-Scratch deep_learning/layers.py, whose backward lets an optimizer step",
)
def backward_takes_a_step(self, dy):
    """Backward moves the weight and the bias along their gradients, and then computes dx."""
    (x,) = self.saved_values
    check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
    rows = dy.reshape(-1, self.out_features)
    accumulate_grad(self.weight, rows.T @ x.reshape(-1, self.in_features))
    self.weight.data -= 0.01 * self.weight.grad
    if self.bias is not None:
        accumulate_grad(self.bias, rows.sum(axis=0))
        self.bias.data -= 0.01 * self.bias.grad
    return (dy @ self.weight.data).astype(x.dtype, copy=False)
