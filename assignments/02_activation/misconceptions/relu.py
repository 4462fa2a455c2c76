"""What people believe about ReLU."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _upstream


@misconception(
    "nn.ReLU.backward",
    hint="The chain rule is a product. You have one of its factors; where is the other?",
    fails=("ReLU/test_gradients", "ReLU/test_range", "ReLU/test_worked_example"),
    source="github.com/wkcn/mobula 92b6fb3e32 (the same slip in Tanh)",
)
def upstream_is_ignored(self, dy):
    """Backward returns the derivative of the function: 1 where x is positive, 0 elsewhere."""
    (x,) = self.saved_values
    _upstream(dy, x)
    return (x > 0).astype(x.dtype)


@misconception(
    "nn.ReLU.backward",
    hint="A positive input meets a negative gradient: should it pass?",
    fails=("ReLU/test_gradients",),
    source="folklore (what deconvolution networks do for pictures)",
)
def gradient_is_rectified(self, dy):
    """Backward does to dy what forward does to x: what is positive passes."""
    (x,) = self.saved_values
    return np.maximum(_upstream(dy, x), 0)


@misconception(
    "nn.ReLU.backward",
    hint="On which side of its corner does the handout put x = 0?",
    fails=("ReLU/test_derivative_at_zero",),
    convention="This is the form in which the derivative at 0 is 1, as in some textbooks; the contract asks for 0.",
    source="github.com/oreilly-japan/deep-learning-from-scratch; github.com/eriklindernoren/ML-From-Scratch",
)
def derivative_at_zero_is_one(self, dy):
    """The derivative of ReLU is 1 for x >= 0."""
    (x,) = self.saved_values
    return np.where(x >= 0, _upstream(dy, x), 0)


@misconception(
    "nn.ReLU.backward",
    hint="On which side of its corner does the handout put x = 0?",
    fails=("ReLU/test_derivative_at_zero",),
    convention="This is the form of the symmetric difference quotient; the contract asks for a derivative of 0 at 0.",
    source="folklore",
)
def derivative_at_zero_is_half(self, dy):
    """The derivative of ReLU at 0 lies in the middle between 0 and 1."""
    (x,) = self.saved_values
    return _upstream(dy, x) * ((np.sign(x) + 1) / 2)


@misconception(
    "nn.ReLU.forward",
    hint="Whose array do you write the zeros into, and who else reads it?",
    fails=("ReLU/test_memory",),
    source="folklore; github.com/borgwang/tinynn e0c3d9aae7 (the same slip in a derivative)",
)
def forward_writes_into_x(self, x):
    """What is negative in x can be set to zero right there."""
    x[x < 0] = 0
    self.save_for_backward(x.copy())
    return x


@misconception(
    "nn.ReLU.backward",
    hint="The gradient you were given may go to another branch of the network as well: what does it hold by then?",
    fails=("ReLU/test_memory",),
    source="github.com/oreilly-japan/deep-learning-from-scratch common/layers.py",
)
def backward_writes_into_dy(self, dy):
    """Where x is not positive, dy can be set to zero right there."""
    (x,) = self.saved_values
    dy = _upstream(dy, x)
    dy[x <= 0] = 0
    return dy


@misconception(
    "nn.ReLU.forward",
    hint="A caller overwrites the y that you returned: what does your backward read afterwards?",
    fails=("ReLU/test_memory",),
    source="folklore",
)
def returned_output_is_kept(self, x):
    """y is positive exactly where x is, so the y that is returned can be kept for backward."""
    y = np.maximum(x, 0)
    self.save_for_backward(y)
    return y


@misconception(
    "nn.ReLU.backward",
    hint="Which argument does np.zeros expect?",
    fails=("ReLU/test_worked_example", "ReLU/test_gradients"),
    source="github.com/oreilly-japan/deep-learning-from-scratch 11e87cd4ea",
)
def zeros_of_an_array(self, dy):
    """np.zeros(x) makes zeros of the shape of x."""
    (x,) = self.saved_values
    dy = _upstream(dy, x)
    dx = np.zeros(x)
    dx[x > 0] = dy[x > 0]
    return dx
