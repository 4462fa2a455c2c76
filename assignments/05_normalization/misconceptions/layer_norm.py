"""What people believe about LayerNorm."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Module, accumulate_grad, check_shape
from reference.nn.normalization import _last, _others, _standardized, _standardized_backward
from reference.nn.parameter import Parameter


@misconception(
    "nn.LayerNorm",
    hint="How many numbers go into one mean for LayerNorm((3, 5)): 3, 5 or 15?",
    fails=(
        "LayerNorm/test_two_dimensions_together",
        "LayerNorm/test_several_dimensions",
    ),
    source="folklore",
)
class last_dimension_alone(Module):
    """Mean and variance are taken over the last dimension, also for LayerNorm((3, 5))."""

    def forward(self, x):
        _last(x, self.normalized_shape, "x of LayerNorm")
        normal, inverse = _standardized(x, (-1,), self.eps)
        self.save_for_backward(normal, inverse, (x.ndim - 1,), x.dtype)
        y = normal
        if self.weight is not None:
            y = normal * self.weight.data + self.bias.data
        return y.astype(x.dtype)

    def backward(self, dy):
        normal, inverse, axes, dtype = self.saved_values
        check_shape("dy of LayerNorm", dy.shape, normal.shape)
        d_normal = dy
        if self.weight is not None:
            others = tuple(range(dy.ndim - len(self.normalized_shape)))
            accumulate_grad(self.weight, (dy * normal).sum(axis=others))
            accumulate_grad(self.bias, dy.sum(axis=others))
            d_normal = dy * self.weight.data
        return _standardized_backward(d_normal, normal, inverse, axes).astype(dtype, copy=False)


@misconception(
    "nn.LayerNorm",
    hint="For an x of shape (2, 3, 5) and LayerNorm(5), how many means are there?",
    fails=(
        "LayerNorm/test_values",
        "LayerNorm/test_values_with_options",
        "LayerNorm/test_gradients",
    ),
    source="Ba, Kiros and Hinton (2016), where a layer is all of an example",
)
class all_of_an_example(Module):
    """Mean and variance are taken over everything but the batch."""

    def forward(self, x):
        _last(x, self.normalized_shape, "x of LayerNorm")
        axes = tuple(range(1, x.ndim)) or (0,)
        normal, inverse = _standardized(x, axes, self.eps)
        self.save_for_backward(normal, inverse, axes, x.dtype)
        y = normal
        if self.weight is not None:
            y = normal * self.weight.data + self.bias.data
        return y.astype(x.dtype)

    def backward(self, dy):
        normal, inverse, axes, dtype = self.saved_values
        check_shape("dy of LayerNorm", dy.shape, normal.shape)
        d_normal = dy
        if self.weight is not None:
            others = tuple(range(dy.ndim - len(self.normalized_shape)))
            accumulate_grad(self.weight, (dy * normal).sum(axis=others))
            accumulate_grad(self.bias, dy.sum(axis=others))
            d_normal = dy * self.weight.data
        return _standardized_backward(d_normal, normal, inverse, axes).astype(dtype, copy=False)


@misconception(
    "nn.LayerNorm.forward",
    hint="Does what one row gets depend on the other rows?",
    fails=(
        "LayerNorm/test_values",
        "LayerNorm/test_memory",
        "LayerNorm/test_dtypes",
    ),
    source="folklore (copied from BatchNorm)",
)
def over_the_batch(self, x):
    """Mean and variance are taken over the rows, for each column."""
    axes = _last(x, self.normalized_shape, "x of LayerNorm")
    across = _others(x, axes) or axes
    normal, inverse = _standardized(x, across, self.eps) if x.size else (x.copy(), np.ones_like(x))
    self.save_for_backward(normal, inverse, axes, x.dtype)
    y = normal
    if self.weight is not None:
        y = normal * self.weight.data + self.bias.data
    return y.astype(x.dtype)


@misconception(
    "nn.LayerNorm.__init__",
    hint="How many parameters does LayerNorm(5, elementwise_affine=False) have?",
    fails=("LayerNorm/test_at_first",),
    source="folklore",
)
def layer_norm_is_always_affine(self, normalized_shape, eps=1e-5, elementwise_affine=True):
    """elementwise_affine=False means a weight of ones and a bias of zeros at first."""
    shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if not shape or min(shape) < 1 or eps < 0:
        raise ValueError(f"impossible {shape}, {eps}")
    self.normalized_shape, self.eps = shape, float(eps)
    self.weight = Parameter(np.ones(shape))
    self.bias = Parameter(np.zeros(shape))


@misconception(
    "nn.LayerNorm.__init__",
    hint="What is the shape of weight of LayerNorm((3, 5)) in the handout?",
    fails=("LayerNorm/test_several_dimensions",),
    source="folklore",
)
def weight_of_the_last_dimension(self, normalized_shape, eps=1e-5, elementwise_affine=True):
    """weight and bias have an entry for each position of the last dimension."""
    shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if not shape or min(shape) < 1 or eps < 0:
        raise ValueError(f"impossible {shape}, {eps}")
    self.normalized_shape, self.eps = shape, float(eps)
    self.weight = Parameter(np.ones(shape[-1:])) if elementwise_affine else None
    self.bias = Parameter(np.zeros(shape[-1:])) if elementwise_affine else None


@misconception(
    "nn.LayerNorm.__init__",
    hint="What is the default of eps in the handout, and does your layer look at the one it is given?",
    fails=("LayerNorm/test_worked_example", "LayerNorm/test_two_dimensions_together"),
    source="folklore",
)
def layer_norm_eps_is_a_constant(self, normalized_shape, eps=1e-5, elementwise_affine=True):
    """eps is 1e-5, whatever is given."""
    shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if not shape or min(shape) < 1 or eps < 0:
        raise ValueError(f"impossible {shape}, {eps}")
    self.normalized_shape, self.eps = shape, 1e-5
    self.weight = Parameter(np.ones(shape)) if elementwise_affine else None
    self.bias = Parameter(np.zeros(shape)) if elementwise_affine else None


@misconception(
    "nn.LayerNorm.__init__",
    hint="What is the default of eps in the handout?",
    fails=("LayerNorm/test_constant",),
    convention="This is the form of Flax and of The Annotated Transformer, whose eps is 1e-6;"
    " the contract asks for 1e-5.",
    source="flax.linen.LayerNorm",
)
def layer_norm_eps_is_that_of_flax(self, normalized_shape, eps=1e-6, elementwise_affine=True):
    """Without an eps, it is 1e-6."""
    shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if not shape or min(shape) < 1 or eps < 0:
        raise ValueError(f"impossible {shape}, {eps}")
    self.normalized_shape, self.eps = shape, float(eps)
    self.weight = Parameter(np.ones(shape)) if elementwise_affine else None
    self.bias = Parameter(np.zeros(shape)) if elementwise_affine else None


@misconception(
    "nn.LayerNorm.__init__",
    hint="What does a fresh LayerNorm do to rows that are normalised already?",
    fails=(
        "LayerNorm/test_at_first",
        "LayerNorm/test_two_dimensions_together",
    ),
    source="github.com/geohot/tinygrad da514c2918 (of BatchNorm)",
)
def layer_norm_starts_at_random(self, normalized_shape, eps=1e-5, elementwise_affine=True):
    """weight starts with random numbers, as in a linear layer."""
    shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
    if not shape or min(shape) < 1 or eps < 0:
        raise ValueError(f"impossible {shape}, {eps}")
    self.normalized_shape, self.eps = shape, float(eps)
    self.weight = Parameter(np.random.default_rng(0).uniform(-1, 1, shape)) if elementwise_affine else None
    self.bias = Parameter(np.zeros(shape)) if elementwise_affine else None


@misconception(
    "nn.normalization._checked",
    hint="Which normalized_shape and eps does the handout allow?",
    fails=(
        "LayerNorm/test_refuses",
        "RMSNorm/test_refuses",
    ),
    source="PyTorch, which does not check them",
)
def norms_take_anything(name, normalized_shape, eps):
    """Impossible sizes are the caller's business."""
    return (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)


@misconception(
    "nn.normalization._last",
    hint="Which x does LayerNorm((3, 1)) take, and what does NumPy make of another one?",
    fails=(
        "LayerNorm/test_refuses_other_dimensions",
        "LayerNorm/test_refuses",
        "RMSNorm/test_refuses_other_dimensions",
        "RMSNorm/test_refuses",
    ),
    source="folklore",
)
def any_last_dimensions_will_do(x, shape, name):
    """NumPy notices a wrong shape, or broadcasts it."""
    return tuple(range(x.ndim - len(shape), x.ndim))


@misconception(
    "nn.normalization._last",
    hint="How many of its last dimensions does LayerNorm((3, 5)) take together?",
    fails=(
        "LayerNorm/test_refuses_other_dimensions",
        "RMSNorm/test_refuses_other_dimensions",
    ),
    source="folklore",
)
def only_the_last_size_is_checked(x, shape, name):
    """The last dimension is checked, as it is in Linear."""
    check_shape(name, x.shape, (*x.shape[:-1], shape[-1]))
    return tuple(range(max(0, x.ndim - len(shape)), x.ndim))


@misconception(
    "nn.LayerNorm.forward",
    hint="x is float32 and weight is float64: of which dtype is y?",
    fails=("LayerNorm/test_dtypes",),
    source="folklore",
)
def layer_norm_takes_what_numpy_gives(self, x):
    """y has the dtype that NumPy gives it."""
    axes = _last(x, self.normalized_shape, "x of LayerNorm")
    normal, inverse = _standardized(x, axes, self.eps)
    self.save_for_backward(normal, inverse, axes, x.dtype)
    if self.weight is None:
        return normal.copy()
    return normal * self.weight.data + self.bias.data


@misconception(
    "nn.LayerNorm.forward",
    hint="Without weight and bias, is y an array of its own, or what you keep for backward?",
    fails=("LayerNorm/test_memory",),
    source="folklore",
)
def layer_norm_gives_what_it_keeps(self, x):
    """Without weight and bias, y is the normalised array itself."""
    axes = _last(x, self.normalized_shape, "x of LayerNorm")
    normal, inverse = _standardized(x, axes, self.eps)
    self.save_for_backward(normal, inverse, axes, x.dtype)
    y = normal
    if self.weight is not None:
        y = normal * self.weight.data + self.bias.data
    return y.astype(x.dtype, copy=False)
