"""What people believe about RMSNorm."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Module, accumulate_grad, check_shape
from reference.nn.normalization import _checked, _last, _others, _standardized_backward
from reference.nn.parameter import Parameter


@misconception(
    "nn.RMSNorm.forward",
    hint="What does the name say that x is divided by, and what that something is subtracted?",
    fails=(
        "RMSNorm/test_worked_example",
        "RMSNorm/test_memory",
        "RMSNorm/test_refuses",
    ),
    source="folklore (copied from LayerNorm)",
)
def rms_norm_subtracts_the_mean(self, x):
    """RMSNorm subtracts the mean, as LayerNorm does, and has no bias."""
    axes = _last(x, self.normalized_shape, "x of RMSNorm")
    x = x - x.mean(axis=axes, keepdims=True)
    inverse = 1 / np.sqrt((x**2).mean(axis=axes, keepdims=True) + self.eps)
    normal = x * inverse
    self.save_for_backward(normal, inverse, axes, x.dtype)
    return (normal * self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.RMSNorm.forward",
    hint="What does RMSNorm divide (3, 3, 3) by?",
    fails=(
        "RMSNorm/test_worked_example",
        "RMSNorm/test_memory",
        "RMSNorm/test_refuses",
    ),
    source="folklore",
)
def divided_by_the_spread(self, x):
    """RMSNorm divides by the standard deviation and subtracts nothing."""
    axes = _last(x, self.normalized_shape, "x of RMSNorm")
    inverse = 1 / np.sqrt(x.var(axis=axes, keepdims=True) + self.eps)
    normal = x * inverse
    self.save_for_backward(normal, inverse, axes, x.dtype)
    return (normal * self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.RMSNorm.forward",
    hint="What is the root mean square of (3, 3, 3, 3), and what its length?",
    fails=(
        "RMSNorm/test_worked_example",
        "RMSNorm/test_memory",
        "RMSNorm/test_refuses",
    ),
    source="folklore (np.linalg.norm)",
)
def divided_by_the_length(self, x):
    """RMSNorm divides a row by its length."""
    axes = _last(x, self.normalized_shape, "x of RMSNorm")
    inverse = 1 / np.sqrt((x**2).sum(axis=axes, keepdims=True) + self.eps)
    normal = x * inverse
    self.save_for_backward(normal, inverse, axes, x.dtype)
    return (normal * self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.RMSNorm.forward",
    hint="Do you square before you average, or after?",
    fails=("RMSNorm/test_worked_example",),
    source="folklore",
)
def divided_by_the_mean_size(self, x):
    """RMSNorm divides by the mean of the absolute values."""
    axes = _last(x, self.normalized_shape, "x of RMSNorm")
    inverse = 1 / (np.abs(x).mean(axis=axes, keepdims=True) + self.eps)
    normal = x * inverse
    self.save_for_backward(normal, inverse, axes, x.dtype)
    return (normal * self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.RMSNorm.forward",
    hint="For a mean square of 0.01 and eps = 0.01, what is under the root?",
    fails=("RMSNorm/test_worked_example", "RMSNorm/test_values_with_options"),
    convention="This is the form of the first published code, rms + eps; the contract asks for sqrt(mean square +"
    " eps).",
    source="github.com/bzhangGo/rmsnorm",
)
def rms_plus_eps(self, x):
    """eps is added to the root mean square."""
    axes = _last(x, self.normalized_shape, "x of RMSNorm")
    inverse = 1 / (np.sqrt((x**2).mean(axis=axes, keepdims=True)) + self.eps)
    normal = x * inverse
    self.save_for_backward(normal, inverse, axes, x.dtype)
    return (normal * self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.RMSNorm.forward",
    hint="What does a row of zeros become, and what is 0 / 0?",
    fails=("RMSNorm/test_zeros", "RMSNorm/test_refuses_other_dimensions"),
    source="folklore",
)
def rms_needs_no_eps(self, x):
    """A row is divided by its root mean square."""
    axes = _last(x, self.normalized_shape, "x of RMSNorm")
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = 1 / np.sqrt((x**2).mean(axis=axes, keepdims=True))
        normal = x * inverse
    self.save_for_backward(normal, inverse, axes, x.dtype)
    return (normal * self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.RMSNorm",
    hint="How many numbers go into one mean square for RMSNorm((3, 5)): 3, 5 or 15?",
    fails=("RMSNorm/test_several_dimensions",),
    source="folklore; many released models",
)
class rms_of_the_last_dimension(Module):
    """The mean square is taken over the last dimension, also for RMSNorm((3, 5))."""

    def forward(self, x):
        _last(x, self.normalized_shape, "x of RMSNorm")
        inverse = 1 / np.sqrt((x**2).mean(axis=-1, keepdims=True) + self.eps)
        normal = x * inverse
        self.save_for_backward(normal, inverse, (x.ndim - 1,), x.dtype)
        return (normal * self.weight.data).astype(x.dtype, copy=False)

    def backward(self, dy):
        normal, inverse, axes, dtype = self.saved_values
        check_shape("dy of RMSNorm", dy.shape, normal.shape)
        accumulate_grad(self.weight, (dy * normal).sum(axis=tuple(range(dy.ndim - len(self.normalized_shape)))))
        d_normal = dy * self.weight.data
        along = (d_normal * normal).mean(axis=axes, keepdims=True)
        return (inverse * (d_normal - normal * along)).astype(dtype, copy=False)


@misconception(
    "nn.RMSNorm.backward",
    hint="RMSNorm subtracts no mean going forward: does it going back?",
    fails=(
        "RMSNorm/test_worked_example",
        "RMSNorm/test_gradients_with_options",
        "RMSNorm/test_zeros",
    ),
    source="folklore (copied from LayerNorm)",
)
def backward_is_that_of_layer_norm(self, dy):
    """The way back is that of LayerNorm."""
    normal, inverse, axes, dtype = self.saved_values
    check_shape("dy of RMSNorm", dy.shape, normal.shape)
    accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, axes)))
    return _standardized_backward(dy * self.weight.data, normal, inverse, axes).astype(dtype, copy=False)


@misconception(
    "nn.RMSNorm.backward",
    hint="If one number of a row moves, what else in that row moves?",
    fails=("RMSNorm/test_worked_example", "RMSNorm/test_gradients_with_options"),
    source="folklore",
)
def rms_is_a_constant(self, dy):
    """Going back, the root mean square is a constant."""
    normal, inverse, axes, dtype = self.saved_values
    check_shape("dy of RMSNorm", dy.shape, normal.shape)
    accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, axes)))
    return (inverse * (dy * self.weight.data)).astype(dtype, copy=False)


@misconception(
    "nn.RMSNorm.backward",
    hint="Along which axis does weight vary, and along which do you sum?",
    fails=("RMSNorm/test_worked_example", "RMSNorm/test_gradients_with_options"),
    source="folklore",
)
def rms_weight_outside_the_sums(self, dy):
    """weight is a factor of dx, outside of the sums."""
    normal, inverse, axes, dtype = self.saved_values
    check_shape("dy of RMSNorm", dy.shape, normal.shape)
    accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, axes)))
    along = (dy * normal).mean(axis=axes, keepdims=True)
    return (self.weight.data * inverse * (dy - normal * along)).astype(dtype, copy=False)


@misconception(
    "nn.RMSNorm.backward",
    hint="What is weight multiplied by in forward?",
    fails=(
        "RMSNorm/test_worked_example",
        "RMSNorm/test_gradients_with_options",
        "RMSNorm/test_gradients",
    ),
    source="folklore",
)
def rms_weight_gradient_uses_x(self, dy):
    """The gradient of weight is the sum of dy x."""
    normal, inverse, axes, dtype = self.saved_values
    check_shape("dy of RMSNorm", dy.shape, normal.shape)
    accumulate_grad(self.weight, (dy * normal / inverse).sum(axis=_others(dy, axes)))
    d_normal = dy * self.weight.data
    along = (d_normal * normal).mean(axis=axes, keepdims=True)
    return (inverse * (d_normal - normal * along)).astype(dtype, copy=False)


@misconception(
    "nn.RMSNorm.backward",
    hint="In which power does the root mean square occur in the derivative of 1 over it?",
    fails=(
        "RMSNorm/test_worked_example",
        "RMSNorm/test_gradients_with_options",
        "RMSNorm/test_zeros",
    ),
    source="folklore",
)
def along_the_raw_x(self, dy):
    """dx = r (dz - x * mean of dz x), with x in the place of z."""
    normal, inverse, axes, dtype = self.saved_values
    check_shape("dy of RMSNorm", dy.shape, normal.shape)
    accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, axes)))
    d_normal, x = dy * self.weight.data, normal / inverse
    along = (d_normal * x).mean(axis=axes, keepdims=True)
    return (inverse * (d_normal - x * along)).astype(dtype, copy=False)


@misconception(
    "nn.RMSNorm.backward",
    hint="What is in weight.grad after two backwards, one after the other?",
    fails=("RMSNorm/test_used_again",),
    source="folklore (cs231n, nnfs: gradients are overwritten)",
)
def rms_gradient_is_replaced(self, dy):
    """Each backward sets the gradient of weight anew."""
    normal, inverse, axes, dtype = self.saved_values
    check_shape("dy of RMSNorm", dy.shape, normal.shape)
    self.weight.grad = (dy * normal).sum(axis=_others(dy, axes)).astype(self.weight.data.dtype)
    d_normal = dy * self.weight.data
    along = (d_normal * normal).mean(axis=axes, keepdims=True)
    return (inverse * (d_normal - normal * along)).astype(dtype, copy=False)


@misconception(
    "nn.RMSNorm.__init__",
    hint="What is the default of eps of RMSNorm in the handout?",
    fails=("RMSNorm/test_zeros",),
    convention="This is the form of LLaMA, whose eps is 1e-5; the contract asks for 1e-6.",
    source="LLaMA 2; copied from LayerNorm",
)
def eps_is_that_of_layer_norm(self, normalized_shape, eps=1e-5):
    """Without an eps, it is 1e-5, as in LayerNorm."""
    self.normalized_shape = _checked("RMSNorm", normalized_shape, eps)
    self.eps = float(eps)
    self.weight = Parameter(np.ones(self.normalized_shape))


@misconception(
    "nn.RMSNorm.__init__",
    hint="What is the default of eps of RMSNorm in the handout?",
    fails=("RMSNorm/test_zeros",),
    convention="This is the form of PyTorch, whose eps is the machine epsilon; the contract asks for 1e-6.",
    source="torch.nn.RMSNorm",
)
def eps_is_that_of_the_machine(self, normalized_shape, eps=2.0**-52):
    """Without an eps, it is the machine epsilon."""
    self.normalized_shape = _checked("RMSNorm", normalized_shape, eps)
    self.eps = float(eps)
    self.weight = Parameter(np.ones(self.normalized_shape))


@misconception(
    "nn.RMSNorm.__init__",
    hint="Try RMSNorm(4, eps=0.5): where does your code look at the 0.5?",
    fails=("RMSNorm/test_worked_example",),
    source="folklore",
)
def rms_eps_is_a_constant(self, normalized_shape, eps=1e-6):
    """eps is 1e-6, whatever is given."""
    self.normalized_shape = _checked("RMSNorm", normalized_shape, eps)
    self.eps = 1e-6
    self.weight = Parameter(np.ones(self.normalized_shape))


@misconception(
    "nn.RMSNorm",
    hint="Which parameters does RMSNorm have in the handout?",
    fails=("RMSNorm/test_at_first",),
    source="folklore (copied from LayerNorm)",
)
class rms_norm_has_a_bias(Module):
    """RMSNorm has a weight and a bias."""

    def __init__(self, normalized_shape, eps=1e-6):
        self.normalized_shape = _checked("RMSNorm", normalized_shape, eps)
        self.eps = float(eps)
        self.weight = Parameter(np.ones(self.normalized_shape))
        self.bias = Parameter(np.zeros(self.normalized_shape))

    def forward(self, x):
        axes = _last(x, self.normalized_shape, "x of RMSNorm")
        inverse = 1 / np.sqrt((x**2).mean(axis=axes, keepdims=True) + self.eps)
        normal = x * inverse
        self.save_for_backward(normal, inverse, axes, x.dtype)
        return (normal * self.weight.data + self.bias.data).astype(x.dtype, copy=False)

    def backward(self, dy):
        normal, inverse, axes, dtype = self.saved_values
        check_shape("dy of RMSNorm", dy.shape, normal.shape)
        accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, axes)))
        accumulate_grad(self.bias, dy.sum(axis=_others(dy, axes)))
        d_normal = dy * self.weight.data
        along = (d_normal * normal).mean(axis=axes, keepdims=True)
        return (inverse * (d_normal - normal * along)).astype(dtype, copy=False)


@misconception(
    "nn.RMSNorm.__init__",
    hint="What does a fresh RMSNorm do to a row whose root mean square is 1?",
    fails=("RMSNorm/test_at_first",),
    convention="This is the form of Gemma, which multiplies by 1 + weight; the contract asks for a weight of ones.",
    source="Gemma",
)
def rms_weight_starts_at_zero(self, normalized_shape, eps=1e-6):
    """weight starts at zero."""
    self.normalized_shape = _checked("RMSNorm", normalized_shape, eps)
    self.eps = float(eps)
    self.weight = Parameter(np.zeros(self.normalized_shape))


@misconception(
    "nn.RMSNorm.forward",
    hint="x is float32 and weight is float64: of which dtype is y?",
    fails=("RMSNorm/test_dtypes",),
    source="folklore",
)
def rms_norm_takes_what_numpy_gives(self, x):
    """y has the dtype that NumPy gives it."""
    axes = _last(x, self.normalized_shape, "x of RMSNorm")
    inverse = 1 / np.sqrt((x**2).mean(axis=axes, keepdims=True) + self.eps)
    normal = x * inverse
    self.save_for_backward(normal, inverse, axes, x.dtype)
    return normal * self.weight.data


@misconception(
    "nn.RMSNorm.forward",
    hint="Whose array is x, after your forward?",
    fails=("RMSNorm/test_memory",),
    source="folklore (x *= ...)",
)
def rms_norm_overwrites_x(self, x):
    """A row is divided in place, which saves memory."""
    axes = _last(x, self.normalized_shape, "x of RMSNorm")
    inverse = 1 / np.sqrt((x**2).mean(axis=axes, keepdims=True) + self.eps)
    x *= inverse
    self.save_for_backward(x, inverse, axes, x.dtype)
    return (x * self.weight.data).astype(x.dtype, copy=False)


@misconception(
    "nn.RMSNorm.forward",
    hint="What should y be if weight is twice as large?",
    fails=("RMSNorm/test_worked_example", "RMSNorm/test_values"),
    source="folklore",
)
def rms_weight_is_left_out(self, x):
    """y is x divided by its root mean square; weight is for the optimizer."""
    axes = _last(x, self.normalized_shape, "x of RMSNorm")
    inverse = 1 / np.sqrt((x**2).mean(axis=axes, keepdims=True) + self.eps)
    normal = x * inverse
    self.save_for_backward(normal, inverse, axes, x.dtype)
    return normal.astype(x.dtype, copy=False)
