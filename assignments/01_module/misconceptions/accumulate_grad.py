"""What people believe about adding a gradient to a parameter."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "nn.module.accumulate_grad",
    hint="A parameter is used twice before zero_grad: which of its two gradients is in `grad` afterwards?",
    fails=(
        "AccumulateGrad/test_adds_to_what_is_there",
        "AccumulateGrad/test_dtype",
        "AccumulateGrad/test_every_shape",
        "Linear/test_a_second_backward_adds",
        "Linear/test_used_again",
        "Sequential/test_used_again",
    ),
    convention="This is the form in which backward overwrites, as in several courses;"
    " the contract asks that gradients add up until "
    "zero_grad.",
    source="github.com/IzhanVarsky/NumPyTorch d18e2aaaa4",
)
def latest_gradient_counts(parameter, gradient):
    """`grad` holds the gradient of the latest backward pass; an older one is replaced."""
    check_shape("the gradient", gradient.shape, parameter.shape)
    parameter.grad = np.array(gradient, dtype=parameter.data.dtype)


@misconception(
    "nn.module.accumulate_grad",
    hint="What is `grad` before the first backward pass, and can something be added to that?",
    fails=(
        "AccumulateGrad/test_adds_to_what_is_there",
        "Linear/test_gradients_of_the_worked_example",
        "Linear/test_gradients",
        "Linear/test_gradients_with_options",
        "Sequential/test_order_of_the_modules",
        "Sequential/test_gradients",
    ),
    source="folklore",
)
def grad_is_never_none(parameter, gradient):
    """There is always an array in `grad` to which the gradient can be added."""
    check_shape("the gradient", gradient.shape, parameter.shape)
    parameter.grad += gradient


@misconception(
    "nn.module.accumulate_grad",
    hint="A float64 gradient is added for float32 data: which dtype should `grad` have,"
    " and which has a sum of the two?",
    fails=(
        "AccumulateGrad/test_dtype",
        "Linear/test_dtypes",
        "Linear/test_dtypes_are_those_of_x",
        "Sequential/test_dtypes",
    ),
    source="folklore",
)
def gradient_keeps_its_dtype(parameter, gradient):
    """`grad` is a new array each time, the sum of the old one and the gradient, in whatever dtype NumPy gives it."""
    check_shape("the gradient", gradient.shape, parameter.shape)
    parameter.grad = gradient.copy() if parameter.grad is None else np.asarray(parameter.grad + gradient)


@misconception(
    "nn.module.accumulate_grad",
    hint="After the first call, who else holds the array that is now `grad`,"
    " and what happens to it at the second call?",
    fails=("AccumulateGrad/test_memory",),
    source="folklore",
)
def first_gradient_is_kept(parameter, gradient):
    """A `grad` of None becomes the gradient itself; only later ones have to be added."""
    check_shape("the gradient", gradient.shape, parameter.shape)
    if parameter.grad is None:
        parameter.grad = gradient.astype(parameter.data.dtype, copy=False)
    else:
        parameter.grad += gradient


@misconception(
    "nn.module.accumulate_grad",
    hint="NumPy can add shape (2,) to shape (3, 2): is that a gradient of this parameter?",
    fails=("AccumulateGrad/test_wrong_shape",),
    source="folklore",
)
def gradient_may_broadcast(parameter, gradient):
    """A gradient fits if NumPy can add it to an array of the parameter's shape."""
    if parameter.grad is None:
        parameter.grad = np.zeros_like(parameter.data)
    parameter.grad += gradient


@misconception(
    "nn.module.accumulate_grad",
    hint="A (2, 3) gradient arrives for a (3, 2) weight: would reshaping put every number where it belongs?",
    fails=("AccumulateGrad/test_wrong_shape",),
    source="folklore",
)
def gradient_is_reshaped(parameter, gradient):
    """A gradient with the right number of values can be brought into the parameter's shape."""
    if parameter.grad is None:
        parameter.grad = np.zeros_like(parameter.data)
    parameter.grad += gradient.reshape(parameter.shape)


@misconception(
    "nn.module.accumulate_grad",
    hint="What is type(np.array(1.0) + np.array(2.0))?",
    fails=("AccumulateGrad/test_every_shape",),
    source="written by readers of the handout",
)
def sums_of_arrays_are_arrays(parameter, gradient):
    """The sum of two arrays is an array again, whatever their shape."""
    check_shape("the gradient", gradient.shape, parameter.shape)
    old = np.zeros_like(parameter.data) if parameter.grad is None else parameter.grad
    parameter.grad = (old + gradient).astype(parameter.data.dtype)


@misconception(
    "nn.module.accumulate_grad",
    hint="The caller writes into the gradient that it has given you: what does `grad` show if the dtypes were equal?",
    fails=("AccumulateGrad/test_memory",),
    source="written by readers of the handout",
)
def astype_without_copy_is_enough(parameter, gradient):
    """As nothing is ever added in place, the first gradient may be kept as it is, converted where that is needed."""
    check_shape("the gradient", gradient.shape, parameter.shape)
    if parameter.grad is None:
        parameter.grad = gradient.astype(parameter.data.dtype, copy=False)
    else:
        parameter.grad = np.asarray(parameter.grad + gradient, parameter.data.dtype)
