"""What people believe about Softplus and SiLU."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _sigmoid, _upstream
from reference.nn.module import Module


@misconception(
    "nn.Softplus.forward",
    hint="How large is exp(beta x) at x = 1000, and how large is Softplus there?",
    fails=("Softplus/test_range",),
    source="folklore",
)
def exp_never_overflows(self, x):
    """Softplus can be computed as its equation stands, for every x."""
    self.save_for_backward(x)
    return np.log(1 + np.exp(self.beta * x)) / self.beta


@misconception(
    "nn.Softplus.forward",
    hint="How much of log(1 + exp(z)) is left out at z = 20, and does the handout allow for it?",
    fails=("Softplus/test_any_beta", "Softplus/test_range"),
    convention="This is the form of PyTorch, which returns x itself where beta x is above 20;"
    " the contract asks for the formula "
    "everywhere.",
    source="PyTorch",
)
def straight_line_beyond_twenty(self, x):
    """Where beta x is above 20, Softplus is x itself."""
    self.save_for_backward(x)
    z = self.beta * x
    return np.where(z > 20, x, np.log1p(np.exp(np.minimum(z, 20))) / self.beta)


@misconception(
    "nn.Softplus.forward",
    hint="Softplus(10.0) should be close to ReLU: what is yours at x = 1?",
    fails=("Softplus/test_any_beta", "Softplus/test_worked_example", "Softplus/test_values_with_options"),
    source="folklore (right for beta = 1)",
)
def beta_only_inside(self, x):
    """beta multiplies x, and that is all it does."""
    self.save_for_backward(x)
    z = self.beta * x
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


@misconception(
    "nn.Softplus.forward",
    hint="Does the bend become sharper when your beta grows?",
    fails=("Softplus/test_any_beta", "Softplus/test_worked_example", "Softplus/test_values_with_options"),
    source="folklore (right for beta = 1)",
)
def beta_only_outside(self, x):
    """Softplus is log(1 + exp(x)), divided by beta."""
    self.save_for_backward(x)
    return (np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))) / self.beta


@misconception(
    "nn.Softplus.backward",
    hint="Which slope does Softplus have far to the right, for any beta, and which has your derivative?",
    fails=("Softplus/test_gradients_with_options", "Softplus/test_range", "Softplus/test_worked_example"),
    source="folklore (right for beta = 1)",
)
def inner_derivative_twice(self, dy):
    """The derivative is the sigmoid of beta x, times the inner derivative beta."""
    (x,) = self.saved_values
    return _upstream(dy, x) * self.beta * _sigmoid(self.beta * x)


@misconception(
    "nn.Softplus.backward",
    hint="How wide is the bend for beta = 10, and how wide is the rise of your derivative?",
    fails=("Softplus/test_gradients_with_options", "Softplus/test_range", "Softplus/test_worked_example"),
    source="folklore (right for beta = 1)",
)
def derivative_has_no_beta(self, dy):
    """The derivative of Softplus is the sigmoid of x."""
    (x,) = self.saved_values
    return _upstream(dy, x) * _sigmoid(x)


@misconception(
    "nn.Softplus",
    hint="A caller writes zeros into the y that you returned: what is the gradient afterwards?",
    fails=("Softplus/test_memory",),
    source="folklore",
)
class output_is_kept_and_returned(Module):
    """The derivative follows from y, so the y that is returned can be kept for backward."""

    def forward(self, x):
        z = self.beta * x
        y = (np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))) / self.beta
        self.save_for_backward(y)
        return y

    def backward(self, dy):
        (y,) = self.saved_values
        return _upstream(dy, y) * -np.expm1(-self.beta * y)


@misconception(
    "nn.SiLU.forward",
    hint="How large is exp(-x) at x = -1000, and what does NumPy say about it?",
    fails=("SiLU/test_range",),
    source="folklore",
)
def quotient_never_overflows(self, x):
    """x / (1 + exp(-x)) can be computed as it stands."""
    gate = 1 / (1 + np.exp(-x))
    self.save_for_backward(x, gate)
    return x * gate


@misconception(
    "nn.SiLU.backward",
    hint="In how many places does x stand in the equation?",
    fails=("SiLU/test_gradients",),
    source="folklore",
)
def derivative_is_that_of_sigmoid(self, dy):
    """The derivative of SiLU is that of its sigmoid."""
    x, gate = self.saved_values
    return _upstream(dy, x) * gate * (1 - gate)


@misconception(
    "nn.SiLU.backward",
    hint="Does the gate stay the same when x changes a little?",
    fails=("SiLU/test_worked_example", "SiLU/test_gradients"),
    source="folklore",
)
def gate_is_constant(self, dy):
    """The gate multiplies x, so the gradient is dy times the gate."""
    x, gate = self.saved_values
    return _upstream(dy, x) * gate


@misconception(
    "nn.SiLU.backward",
    hint="What is the slope of SiLU far to the right, and what does your formula say there?",
    fails=("SiLU/test_gradients", "SiLU/test_range", "SiLU/test_worked_example"),
    source="folklore",
)
def factor_is_constant(self, dy):
    """The derivative of x times the gate is x times the derivative of the gate."""
    x, gate = self.saved_values
    return _upstream(dy, x) * x * gate * (1 - gate)


@misconception(
    "nn.SiLU",
    hint="You kept y = x σ(x): where in your derivative do you need y, and where the sigmoid?",
    fails=("SiLU/test_gradients", "SiLU/test_range", "SiLU/test_worked_example"),
    source="folklore",
)
class derivative_from_the_output(Module):
    """With y = x σ(x) kept, the derivative is y + y (1 - y)."""

    def forward(self, x):
        y = x * _sigmoid(x)
        self.save_for_backward(y)
        return y.copy()

    def backward(self, dy):
        (y,) = self.saved_values
        return _upstream(dy, y) * (y + y * (1 - y))


@misconception(
    "nn.SiLU.forward",
    hint="Somebody changes x after your forward: which x does your caller find in it?",
    fails=("SiLU/test_memory",),
    source="folklore",
)
def product_is_written_into_x(self, x):
    """The product of x and its gate can take the place of x."""
    gate = _sigmoid(x)
    self.save_for_backward(x.copy(), gate)
    x *= gate
    return x


@misconception(
    "nn.Softplus.__init__",
    hint="By what does your forward divide, and what if that is 0?",
    fails=("Softplus/test_refuses",),
    source="folklore",
)
def beta_may_be_zero(self, beta=1.0):
    """Any number will do as beta."""
    self.beta = float(beta)
