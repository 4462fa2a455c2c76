"""What people hand in as a layer of their own that is none: copies, constants, noise."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Module, accumulate_grad, check_shape
from reference.nn.parameter import Parameter


@misconception(
    "custom.OwnLayer",
    hint="What does a single line of any slope do to an x that is small, large, positive, negative?",
    fails=(
        "OwnLayer/test_gradients_here",
        "OwnLayer/test_is_your_own",
        "OwnLayer/test_gradients",
        "OwnLayer/test_gradients_after_training",
        "OwnLayer/test_gradients_in_every_regime",
        "OwnLayer/test_further_dimensions",
        "OwnLayer/test_always_alike",
        "OwnLayer/test_linear_in_dy",
        "OwnLayer/test_along_a_path",
        "OwnLayer/test_along_a_path_of_parameters",
        "OwnLayer/test_computed",
        "OwnLayer/test_accumulates",
        "OwnLayer/test_state",
        "OwnLayer/test_dtypes",
        "OwnLayer/test_empty",
        "OwnLayer/test_memory",
        "OwnLayer/test_refuses",
    ),
    source="folklore",
)
class scaling(Module):
    """A weight for each feature makes a layer."""

    def __init__(self, features, *, rng=None):
        if features < 1:
            raise ValueError(features)
        self.weight = Parameter(np.full(features, 1.5))

    def forward(self, x):
        check_shape("the row of x", x.shape[-1:], self.weight.shape)
        self.save_for_backward(x)
        return x * self.weight.data.astype(x.dtype)

    def backward(self, dy):
        (x,) = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        accumulate_grad(self.weight, (dy * x).reshape(-1, x.shape[-1]).sum(axis=0))
        return dy.astype(x.dtype) * self.weight.data.astype(x.dtype)


@misconception(
    "custom.OwnLayer",
    hint="Is there a layer in this handout that does the same?",
    fails=(
        "OwnLayer/test_gradients_here",
        "OwnLayer/test_is_your_own",
        "OwnLayer/test_gradients",
        "OwnLayer/test_gradients_after_training",
        "OwnLayer/test_gradients_in_every_regime",
        "OwnLayer/test_further_dimensions",
        "OwnLayer/test_always_alike",
        "OwnLayer/test_linear_in_dy",
        "OwnLayer/test_along_a_path",
        "OwnLayer/test_along_a_path_of_parameters",
        "OwnLayer/test_computed",
        "OwnLayer/test_accumulates",
        "OwnLayer/test_state",
        "OwnLayer/test_dtypes",
        "OwnLayer/test_empty",
        "OwnLayer/test_memory",
        "OwnLayer/test_refuses",
    ),
    source="folklore",
)
class learned_leak(Module):
    """A ReLU whose slope to the left is learned is a layer of my own."""

    def __init__(self, features, *, rng=None):
        if features < 1:
            raise ValueError(features)
        self.slope = Parameter(np.full(features, 0.25))

    def forward(self, x):
        check_shape("the row of x", x.shape[-1:], self.slope.shape)
        self.save_for_backward(x)
        return np.where(x > 0, x, x * self.slope.data.astype(x.dtype))

    def backward(self, dy):
        (x,) = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        accumulate_grad(self.slope, np.where(x > 0, 0, dy * x).reshape(-1, x.shape[-1]).sum(axis=0))
        return np.where(x > 0, dy, dy * self.slope.data).astype(x.dtype)


@misconception(
    "custom.OwnLayer",
    hint="Which layer of assignment 02 is this, with a weight behind it?",
    fails=(
        "OwnLayer/test_is_your_own",
        "OwnLayer/test_gradients",
        "OwnLayer/test_gradients_after_training",
        "OwnLayer/test_gradients_in_every_regime",
        "OwnLayer/test_further_dimensions",
        "OwnLayer/test_always_alike",
        "OwnLayer/test_linear_in_dy",
        "OwnLayer/test_along_a_path",
        "OwnLayer/test_along_a_path_of_parameters",
        "OwnLayer/test_computed",
        "OwnLayer/test_accumulates",
        "OwnLayer/test_state",
        "OwnLayer/test_dtypes",
        "OwnLayer/test_empty",
        "OwnLayer/test_memory",
        "OwnLayer/test_refuses",
    ),
    source="folklore",
)
class scaled_tanh(Module):
    """A known function with a weight and a bias behind it is a new layer."""

    def __init__(self, features, *, rng=None):
        if features < 1:
            raise ValueError(features)
        self.weight, self.bias = Parameter(np.full(features, 1.5)), Parameter(np.zeros(features))

    def forward(self, x):
        check_shape("the row of x", x.shape[-1:], self.weight.shape)
        self.save_for_backward(x)
        return self.weight.data.astype(x.dtype) * np.tanh(x) + self.bias.data.astype(x.dtype)

    def backward(self, dy):
        (x,) = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        y = np.tanh(x)
        accumulate_grad(self.weight, (dy * y).reshape(-1, x.shape[-1]).sum(axis=0))
        accumulate_grad(self.bias, dy.reshape(-1, x.shape[-1]).sum(axis=0))
        return (dy * self.weight.data * (1 - y * y)).astype(x.dtype)


@misconception(
    "custom.OwnLayer",
    hint="Which two layers of the course, one after the other, give the same?",
    fails=(
        "OwnLayer/test_is_your_own",
        "OwnLayer/test_gradients",
        "OwnLayer/test_gradients_after_training",
        "OwnLayer/test_gradients_in_every_regime",
        "OwnLayer/test_further_dimensions",
        "OwnLayer/test_always_alike",
        "OwnLayer/test_linear_in_dy",
        "OwnLayer/test_along_a_path",
        "OwnLayer/test_along_a_path_of_parameters",
        "OwnLayer/test_computed",
        "OwnLayer/test_accumulates",
        "OwnLayer/test_state",
        "OwnLayer/test_dtypes",
        "OwnLayer/test_empty",
        "OwnLayer/test_memory",
        "OwnLayer/test_refuses",
    ),
    source="folklore",
)
class linear_and_sigmoid(Module):
    """Two known layers in one class are a layer of my own."""

    def __init__(self, features, *, rng=None):
        if features < 1:
            raise ValueError(features)
        self.weight = Parameter((rng or np.random.default_rng()).normal(size=(features, features)))

    def forward(self, x):
        check_shape("the row of x", x.shape[-1:], self.weight.shape[1:])
        y = 1 / (1 + np.exp(-x @ self.weight.data.T.astype(x.dtype)))
        self.save_for_backward(x, y)
        return y.copy()

    def backward(self, dy):
        x, y = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        dz = dy.astype(x.dtype) * y * (1 - y)
        rows = x.shape[-1]
        accumulate_grad(self.weight, dz.reshape(-1, rows).T @ x.reshape(-1, rows))
        return dz @ self.weight.data.astype(x.dtype)


@misconception(
    "custom.OwnLayer",
    hint="What does training change in this layer?",
    fails=(
        "OwnLayer/test_gradients_here",
        "OwnLayer/test_is_your_own",
        "OwnLayer/test_gradients",
        "OwnLayer/test_gradients_after_training",
        "OwnLayer/test_gradients_in_every_regime",
        "OwnLayer/test_further_dimensions",
        "OwnLayer/test_always_alike",
        "OwnLayer/test_linear_in_dy",
        "OwnLayer/test_along_a_path",
        "OwnLayer/test_along_a_path_of_parameters",
        "OwnLayer/test_computed",
        "OwnLayer/test_accumulates",
        "OwnLayer/test_state",
        "OwnLayer/test_dtypes",
        "OwnLayer/test_empty",
        "OwnLayer/test_memory",
        "OwnLayer/test_refuses",
    ),
    source="folklore",
)
class without_a_parameter(Module):
    """A new function is a layer, also if nothing in it is learned."""

    def __init__(self, features, *, rng=None):
        if features < 1:
            raise ValueError(features)
        self.features = features

    def forward(self, x):
        check_shape("the row of x", x.shape[-1:], (self.features,))
        self.save_for_backward(x)
        return x + np.sin(x)

    def backward(self, dy):
        (x,) = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        return (dy * (1 + np.cos(x))).astype(x.dtype)


@misconception(
    "custom.OwnLayer",
    hint="By how much does dx differ between a small x and a large one?",
    fails=(
        "OwnLayer/test_is_your_own",
        "OwnLayer/test_gradients",
        "OwnLayer/test_gradients_after_training",
        "OwnLayer/test_gradients_in_every_regime",
        "OwnLayer/test_further_dimensions",
        "OwnLayer/test_always_alike",
        "OwnLayer/test_linear_in_dy",
        "OwnLayer/test_along_a_path",
        "OwnLayer/test_along_a_path_of_parameters",
        "OwnLayer/test_computed",
        "OwnLayer/test_accumulates",
        "OwnLayer/test_state",
        "OwnLayer/test_dtypes",
        "OwnLayer/test_empty",
        "OwnLayer/test_memory",
        "OwnLayer/test_refuses",
    ),
    source="folklore",
)
class nearly_linear(Module):
    """A bend that nobody notices makes a layer non-linear."""

    def __init__(self, features, *, rng=None):
        if features < 1:
            raise ValueError(features)
        self.bend = Parameter(np.full(features, 0.004))

    def forward(self, x):
        check_shape("the row of x", x.shape[-1:], self.bend.shape)
        self.save_for_backward(x)
        return x + self.bend.data.astype(x.dtype) * np.tanh(x)

    def backward(self, dy):
        (x,) = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        y = np.tanh(x)
        accumulate_grad(self.bend, (dy * y).reshape(-1, x.shape[-1]).sum(axis=0))
        return (dy * (1 + self.bend.data * (1 - y * y))).astype(x.dtype)


@misconception(
    "custom.OwnLayer.forward",
    hint="How does the output change if the input does?",
    fails=(
        "OwnLayer/test_gradients_here",
        "OwnLayer/test_is_your_own",
        "OwnLayer/test_gradients",
        "OwnLayer/test_gradients_after_training",
        "OwnLayer/test_gradients_in_every_regime",
        "OwnLayer/test_further_dimensions",
        "OwnLayer/test_always_alike",
        "OwnLayer/test_linear_in_dy",
        "OwnLayer/test_along_a_path",
        "OwnLayer/test_along_a_path_of_parameters",
        "OwnLayer/test_computed",
        "OwnLayer/test_accumulates",
        "OwnLayer/test_state",
        "OwnLayer/test_dtypes",
        "OwnLayer/test_empty",
        "OwnLayer/test_memory",
        "OwnLayer/test_refuses",
    ),
    source="folklore",
)
def constant_output(self, x):
    """A layer may give whatever its parameters say."""
    check_shape("the row of x", x.shape[-1:], (self.features,))
    self._bent(x, *(p.data.astype(x.dtype) for p in self.parameters()))
    return np.zeros_like(x) + self.upper.data.astype(x.dtype)


@misconception(
    "custom.OwnLayer.forward",
    hint="If the same x comes twice, should the same y?",
    fails=(
        "OwnLayer/test_gradients_here",
        "OwnLayer/test_is_your_own",
        "OwnLayer/test_gradients",
        "OwnLayer/test_gradients_after_training",
        "OwnLayer/test_gradients_in_every_regime",
        "OwnLayer/test_further_dimensions",
        "OwnLayer/test_always_alike",
        "OwnLayer/test_linear_in_dy",
        "OwnLayer/test_along_a_path",
        "OwnLayer/test_along_a_path_of_parameters",
        "OwnLayer/test_computed",
        "OwnLayer/test_accumulates",
        "OwnLayer/test_state",
        "OwnLayer/test_dtypes",
        "OwnLayer/test_empty",
        "OwnLayer/test_memory",
        "OwnLayer/test_refuses",
    ),
    source="folklore",
)
def random_slope(self, x):
    """A slope that is drawn anew in each forward makes a layer robust."""
    check_shape("the row of x", x.shape[-1:], (self.features,))
    lower, upper, *slopes = (p.data.astype(x.dtype) for p in self.parameters())
    factor = x.dtype.type(np.random.default_rng().uniform(0.8, 1.2))
    return self._bent(x, lower, upper, *(factor * slope for slope in slopes))
