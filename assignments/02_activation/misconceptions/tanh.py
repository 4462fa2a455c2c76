"""What people believe about Tanh."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _sigmoid, _upstream
from reference.nn.module import Module, check_shape


@misconception(
    "nn.Tanh",
    hint="Can the slope of tanh be negative, and what is your derivative at x = 2?",
    fails=("Tanh/test_gradients", "Tanh/test_range", "Tanh/test_worked_example"),
    source="folklore",
)
class square_of_the_input(Module):
    """The derivative of tanh is 1 - x²."""

    def forward(self, x):
        self.save_for_backward(x)
        return np.tanh(x)

    def backward(self, dy):
        (x,) = self.saved_values
        return _upstream(dy, x) * (1 - x * x)


@misconception(
    "nn.Tanh.backward",
    hint="Tanh is symmetric about 0: how do its slopes at x and at -x compare, and how do yours?",
    fails=("Tanh/test_gradients", "Tanh/test_range", "Tanh/test_worked_example"),
    source="folklore",
)
def square_is_forgotten(self, dy):
    """The derivative of tanh is 1 - y."""
    (y,) = self.saved_values
    return _upstream(dy, y) * (1 - y)


@misconception(
    "nn.Tanh.backward",
    hint="What is the slope of tanh at x = 0, and what does your formula say there?",
    fails=("Tanh/test_worked_example", "Tanh/test_gradients"),
    source="folklore (copied from the sigmoid)",
)
def derivative_is_that_of_sigmoid(self, dy):
    """The derivative of tanh is y (1 - y), as for the sigmoid."""
    (y,) = self.saved_values
    return _upstream(dy, y) * y * (1 - y)


@misconception(
    "nn.Tanh.backward",
    hint="If dy doubles, what should happen to dx?",
    fails=("Tanh/test_gradients", "Tanh/test_range", "Tanh/test_worked_example"),
    source="github.com/wkcn/mobula 92b6fb3e32",
)
def only_the_derivative_is_returned(self, dy):
    """Backward returns the derivative of tanh at x."""
    (y,) = self.saved_values
    _upstream(dy, y)
    return 1 - y * y


@misconception(
    "nn.Tanh.forward",
    hint="What is infinity divided by infinity?",
    fails=("Tanh/test_range",),
    source="github.com/IzhanVarsky/NumPyTorch; github.com/krishhrana/MyTorch",
)
def quotient_of_exponentials(self, x):
    """Tanh can be computed as its equation stands, from exp(x) and exp(-x), for every x."""
    up, down = np.exp(x), np.exp(-x)
    y = (up - down) / (up + down)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Tanh.forward",
    hint="What is the slope of tanh at 0, and of yours?",
    fails=("Tanh/test_worked_example", "Tanh/test_gradients", "Tanh/test_values"),
    source="folklore",
)
def stretched_sigmoid(self, x):
    """Tanh is the sigmoid of x, stretched to the range from -1 to 1."""
    y = 2 * _sigmoid(x) - 1
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Tanh.forward",
    hint="What does np.vectorize return for a float32 array?",
    fails=("Tanh/test_dtypes",),
    source="folklore",
)
def python_loop_keeps_the_dtype(self, x):
    """math.tanh, applied to every number, gives an array of the same kind as x."""
    y = np.array([math.tanh(value) for value in x.ravel()]).reshape(x.shape)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Tanh",
    hint="Which names of attributes does `backward` read, and who has set them if there was no forward?",
    fails=("Tanh/test_refuses",),
    source="folklore",
)
class missing_forward_is_not_foreseen(Module):
    """If backward comes before forward, Python complains by itself: the attribute that forward sets is missing."""

    def forward(self, x):
        self.y = np.tanh(x)
        return self.y.copy()

    def backward(self, dy):
        check_shape("dy", dy.shape, self.y.shape)
        return dy.astype(self.y.dtype) * (1 - self.y * self.y)


@misconception(
    "nn.Tanh.forward",
    hint="Somebody overwrites the y that you returned: what does your backward find then?",
    fails=("Tanh/test_memory",),
    source="folklore",
)
def output_is_kept_and_returned(self, x):
    """The y that backward needs and the y that is returned can be one array."""
    y = np.tanh(x)
    self.save_for_backward(y)
    return y
