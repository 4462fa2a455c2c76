"""What people believe about the weight and the bias of a convolution, and their gradients."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.module import accumulate_grad


@misconception(
    "nn.conv._accumulate",
    hint="Run one image once and then twice: how should the two gradients relate?",
    fails=(
        "Conv1d/test_gradients",
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_kernels_and_channels",
        "Conv2d/test_gradients",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_kernels_and_channels",
        "ConvTranspose2d/test_gradients",
        "ConvTranspose2d/test_gradients_with_options",
        "ConvTranspose2d/test_kernels_and_channels",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="github.com/wkcn/mobula ee95cdde55; github.com/IzhanVarsky/NumPyTorch d18e2aaaa4",
)
def averaged_over_the_batch(conv, gradient, dy):
    """The gradients of weight and bias are means over the images."""
    count = max(len(dy), 1)
    accumulate_grad(conv.weight, gradient.reshape(conv.weight.shape) / count)
    if conv.bias is not None:
        accumulate_grad(conv.bias, dy.sum(axis=(0, *range(2, dy.ndim))) / count)


@misconception(
    "nn.conv._accumulate",
    hint="A weight is used at every place: is its gradient a sum or a mean over them?",
    fails=(
        "Conv1d/test_gradients",
        "Conv1d/test_gradients_with_options",
        "Conv2d/test_gradients",
        "Conv2d/test_gradients_with_options",
        "ConvTranspose2d/test_gradients",
        "ConvTranspose2d/test_gradients_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="github.com/sebgao/cTensor issue 3",
)
def averaged_over_places(conv, gradient, dy):
    """The gradients of weight and bias are means over all images and places."""
    count = max(len(dy) * math.prod(dy.shape[2:]), 1)
    accumulate_grad(conv.weight, gradient.reshape(conv.weight.shape) / count)
    if conv.bias is not None:
        accumulate_grad(conv.bias, dy.sum(axis=(0, *range(2, dy.ndim))) / count)


@misconception(
    "nn.conv._accumulate",
    hint="How many numbers of y does one bias act on?",
    fails=(
        "Conv1d/test_gradients",
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_kernels_and_channels",
        "Conv2d/test_gradients",
        "Conv2d/test_gradients_with_options",
        "ConvTranspose2d/test_gradients",
        "ConvTranspose2d/test_gradients_with_options",
    ),
    source="folklore",
)
def bias_gradient_is_averaged_over_places(conv, gradient, dy):
    """The gradient of a bias is a sum over images, and a mean over places."""
    accumulate_grad(conv.weight, gradient.reshape(conv.weight.shape))
    if conv.bias is not None:
        accumulate_grad(conv.bias, dy.sum(axis=(0, *range(2, dy.ndim))) / max(math.prod(dy.shape[2:]), 1))


@misconception(
    "nn.conv._accumulate",
    hint="What does `zero_grad` undo?",
    fails=(
        "Conv1d/test_dtypes",
        "Conv1d/test_used_again",
        "Conv2d/test_dtypes",
        "Conv2d/test_used_again",
        "ConvTranspose2d/test_dtypes",
        "ConvTranspose2d/test_used_again",
        "ResidualBlock/test_dtypes",
        "ResidualBlock/test_used_again",
    ),
    source="folklore",
)
def gradients_are_overwritten(conv, gradient, dy):
    """backward sets the gradients of weight and bias."""
    conv.weight.grad = np.zeros_like(conv.weight.data) + gradient.reshape(conv.weight.shape)
    if conv.bias is not None:
        conv.bias.grad = np.zeros_like(conv.bias.data) + dy.sum(axis=(0, *range(2, dy.ndim)))


@misconception(
    "nn.conv._accumulate",
    hint="If dy is doubled, what happens to the gradient of the bias?",
    fails=(
        "Conv1d/test_gradients",
        "Conv1d/test_gradients_with_options",
        "Conv2d/test_gradients",
        "Conv2d/test_gradients_with_options",
        "ConvTranspose2d/test_gradients",
        "ConvTranspose2d/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def bias_gradient_counts(conv, gradient, dy):
    """The gradient of a bias is the number of places it is used at."""
    accumulate_grad(conv.weight, gradient.reshape(conv.weight.shape))
    if conv.bias is not None:
        accumulate_grad(conv.bias, np.ones_like(dy).sum(axis=(0, *range(2, dy.ndim))))


@misconception(
    "nn.conv._accumulate",
    hint="Which parameters does the loss depend on?",
    fails=(
        "Conv1d/test_gradients",
        "Conv1d/test_gradients_with_options",
        "Conv2d/test_gradients",
        "Conv2d/test_gradients_with_options",
        "ConvTranspose2d/test_gradients",
        "ConvTranspose2d/test_gradients_with_options",
    ),
    source="folklore",
)
def bias_has_no_gradient(conv, gradient, dy):
    """Only the weight has a gradient."""
    accumulate_grad(conv.weight, gradient.reshape(conv.weight.shape))


@misconception(
    "nn.conv._accumulate",
    hint="Which dtype does a parameter's gradient have, whatever comes in?",
    fails=(
        "Conv1d/test_dtypes",
        "Conv2d/test_dtypes",
        "ConvTranspose2d/test_dtypes",
        "ResidualBlock/test_dtypes",
    ),
    source="folklore",
)
def gradients_have_the_dtype_of_dy(conv, gradient, dy):
    """A gradient has the dtype of what it was computed from."""
    accumulate_grad(conv.weight, gradient.reshape(conv.weight.shape))
    conv.weight.grad = conv.weight.grad.astype(dy.dtype)
    if conv.bias is not None:
        accumulate_grad(conv.bias, dy.sum(axis=(0, *range(2, dy.ndim))))


@misconception(
    "nn.conv._add_bias",
    hint="What is y for an image of zeros?",
    fails=(
        "Conv1d/test_values",
        "Conv1d/test_values_with_options",
        "Conv2d/test_values",
        "Conv2d/test_values_with_options",
        "ConvTranspose2d/test_values",
        "ConvTranspose2d/test_values_with_options",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def bias_is_forgotten(conv, y):
    """y is the sum over the window."""
    return y


@misconception(
    "nn.conv._add_bias",
    hint="An output number sums over C channels: how often does the bias enter?",
    fails=(
        "Conv1d/test_values",
        "Conv1d/test_values_with_options",
        "Conv2d/test_values",
        "Conv2d/test_values_with_options",
        "ConvTranspose2d/test_values",
        "ConvTranspose2d/test_values_with_options",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def bias_for_each_channel(conv, y):
    """The bias is added once for each input channel that is summed over."""
    return y if conv.bias is None else y + conv.in_channels * conv.bias.data.reshape(-1, *(1,) * conv.dimensions)
