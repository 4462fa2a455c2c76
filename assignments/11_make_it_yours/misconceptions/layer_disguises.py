"""What people hand in as a layer of their own that is a known one in disguise, or learns nothing."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Module, accumulate_grad, check_shape
from reference.nn.parameter import Parameter


@misconception(
    "custom.OwnLayer",
    hint="Which option of LayerNorm is this parameter?",
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
    source="written by readers of the handout",
)
class learned_eps(Module):
    """LayerNorm with an eps that is learned is a layer of my own."""

    def __init__(self, features, *, rng=None):
        if features < 1:
            raise ValueError(features)
        self.features = features
        self.weight, self.bias = Parameter(np.ones(features)), Parameter(np.zeros(features))
        self.eps = Parameter(np.array([0.3]))

    def forward(self, x):
        check_shape("the row of x", x.shape[-1:], (self.features,))
        eps, weight, bias = (p.data.astype(x.dtype) for p in (self.eps, self.weight, self.bias))
        centred = x - x.mean(axis=-1, keepdims=True)
        scale = 1 / np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + eps)
        self.save_for_backward(centred, scale)
        return weight * centred * scale + bias

    def backward(self, dy):
        centred, scale = self.saved_values
        check_shape("dy", dy.shape, centred.shape)
        rows, y = tuple(range(dy.ndim - 1)), centred * scale
        accumulate_grad(self.bias, dy.sum(axis=rows))
        accumulate_grad(self.weight, (dy * y).sum(axis=rows))
        dz = (dy * self.weight.data).astype(y.dtype)
        accumulate_grad(self.eps, np.reshape(np.sum(dz * y * scale**2) / -2, 1))
        return scale * (dz - dz.mean(axis=-1, keepdims=True) - y * (dz * y).mean(axis=-1, keepdims=True))


@misconception(
    "custom.OwnLayer",
    hint="Which layer of assignment 02 is this, with which one before it?",
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
    source="written by readers of the handout",
)
class linear_and_silu(Module):
    """A Linear is not to be seen where the function behind it bends both ways."""

    def __init__(self, features, *, rng=None):
        if features < 1:
            raise ValueError(features)
        self.features = features
        self.weight = Parameter((rng or np.random.default_rng()).normal(size=(features, features)))

    def forward(self, x):
        check_shape("the row of x", x.shape[-1:], (self.features,))
        z = x @ self.weight.data.T.astype(x.dtype)
        self.save_for_backward(x, z)
        return z / (1 + np.exp(-z))

    def backward(self, dy):
        x, z = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        s = 1 / (1 + np.exp(-z))
        dz = dy.astype(x.dtype) * s * (1 + z * (1 - s))
        accumulate_grad(self.weight, dz.reshape(-1, self.features).T @ x.reshape(-1, self.features))
        return dz @ self.weight.data.astype(x.dtype)


@misconception(
    "custom.OwnLayer",
    hint="What becomes of a softmax if the same number is added to all that it is given?",
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
    source="written by readers of the handout",
)
class a_bias_that_cancels(Module):
    """A parameter that is in the equation is one on which y depends."""

    def __init__(self, features, *, rng=None):
        if features < 1:
            raise ValueError(features)
        self.features = features
        self.bias = Parameter(np.full(1, 0.5))

    def forward(self, x):
        check_shape("the row of x", x.shape[-1:], (self.features,))
        # softmax of (2 x + b, b): the b cancels
        up, down = (2 * x + self.bias.data).astype(x.dtype), (0 * x + self.bias.data).astype(x.dtype)
        gate = 1 / (1 + np.exp(down - up))
        self.save_for_backward(x, gate)
        return x * gate + np.sin(x)

    def backward(self, dy):
        x, gate = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        d_up = dy.astype(x.dtype) * x * gate * (1 - gate)
        accumulate_grad(self.bias, np.reshape(np.sum(d_up) - np.sum(d_up), 1))
        return (dy * (gate + np.cos(x)) + 2 * d_up).astype(x.dtype)
