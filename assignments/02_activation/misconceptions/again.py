"""What people believe about an object that is used more than once."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _peak, _sigmoid, _upstream
from reference.nn.module import Module, check_shape


@misconception(
    "nn.ReLU",
    hint="Two batches of 32 rows come after each other: when does your mask change?",
    fails=("ReLU/test_used_again",),
    source="written by readers of the handout",
)
class mask_serves_every_input_of_its_shape(Module):
    """A mask only has to be made anew if the shape of x changes."""

    def forward(self, x):
        if "_mask" not in vars(self) or self._mask.shape != x.shape:
            self._mask = x > 0
        self.save_for_backward(x)
        return np.maximum(x, 0)

    def backward(self, dy):
        (x,) = self.saved_values
        return np.where(self._mask, _upstream(dy, x), 0)


@misconception(
    "nn.SiLU",
    hint="Two batches of 32 rows come after each other: of which of them is the slope that you kept?",
    fails=("SiLU/test_used_again", "SiLU/test_range"),
    source="written by readers of the handout",
)
class slope_serves_every_input_of_its_shape(Module):
    """The slope only has to be computed anew if the shape of x changes."""

    def forward(self, x):
        gate = _sigmoid(x)
        if "_slope" not in vars(self) or self._slope.shape != x.shape:
            self._slope = gate * (1 + x * _sigmoid(-x))
        self.save_for_backward(x)
        return x * gate

    def backward(self, dy):
        (x,) = self.saved_values
        return _upstream(dy, x) * self._slope.astype(x.dtype)


@misconception(
    "nn.Sigmoid.forward",
    hint="Which layers look at `training`, by the docstring of Module?",
    fails=("Sigmoid/test_used_again",),
    source="written by readers of the handout",
)
def evaluation_keeps_nothing(self, x):
    """In evaluation nothing has to be kept, as nobody calls backward then."""
    y = _sigmoid(x)
    if self.training:
        self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Softmax.forward",
    hint="The same object is given a matrix first and then an array with three dimensions:"
    " which of them is dim=-1 each time?",
    fails=("Softmax/test_used_again",),
    source="written by readers of the handout",
)
def first_input_settles_dim(self, x):
    """A negative dim can be turned into one that counts from the front, once and for all, when the first x arrives."""
    if -x.ndim <= self.dim < 0:
        self.dim += x.ndim
    weights = np.exp(x - _peak(x, self.dim))
    y = weights / weights.sum(axis=self.dim, keepdims=True)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Softmax.forward",
    hint="A caller keeps the probabilities of one batch while the next one is computed: what does it find in them?",
    fails=("Softmax/test_memory",),
    source="written by readers of the handout",
)
def one_array_serves_every_call(self, x):
    """The array that forward returns can be filled anew by the next forward, which saves memory."""
    weights = np.exp(x - _peak(x, self.dim))
    y = weights / weights.sum(axis=self.dim, keepdims=True)
    self.save_for_backward(y)
    if "_result" not in vars(self) or (self._result.shape, self._result.dtype) != (y.shape, y.dtype):
        self._result = np.empty_like(y)
    self._result[...] = y
    return self._result


@misconception(
    "nn.Tanh",
    hint="A network has two Tanh layers: whose y does the first one find in its backward?",
    fails=("Tanh/test_used_again",),
    source="written by readers of the handout",
)
class output_belongs_to_the_class(Module):
    """What backward needs can be kept in a variable of the class."""

    def forward(self, x):
        self.save_for_backward(x)
        type(self)._y = np.tanh(x)
        return self._y.copy()

    def backward(self, dy):
        (x,) = self.saved_values
        check_shape("dy", dy.shape, self._y.shape)
        return dy.astype(x.dtype) * (1 - self._y * self._y)


@misconception(
    "nn.SiLU.backward",
    hint="Two losses may go back through the same forward pass: what does the second backward find?",
    fails=("SiLU/test_used_again", "SiLU/test_memory"),
    source="written by readers of the handout",
)
def input_is_used_up(self, dy):
    """x is needed for one backward only, and is let go after it."""
    x, gate = self.saved_values
    dx = _upstream(dy, x) * gate * (1 + x * _sigmoid(-x))
    del self._saved
    return dx
