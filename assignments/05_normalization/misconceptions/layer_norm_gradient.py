"""What people believe about the gradients of LayerNorm."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import accumulate_grad, check_shape
from reference.nn.normalization import _others, _standardized_backward


@misconception(
    "nn.LayerNorm.backward",
    hint="Along which axis does weight vary, and along which do you sum?",
    fails=(
        "LayerNorm/test_worked_example",
        "LayerNorm/test_constant",
        "LayerNorm/test_far_from_zero",
    ),
    source="github.com/AkiRusProd/numpy-transformer layers/base/layer_norm.py",
)
def weight_outside_the_sums(self, dy):
    """weight is a factor of dx, outside of the sums, as in BatchNorm."""
    normal, inverse, axes, dtype = self.saved_values
    check_shape("dy of LayerNorm", dy.shape, normal.shape)
    weight = 1.0
    if self.weight is not None:
        accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, axes)))
        accumulate_grad(self.bias, dy.sum(axis=_others(dy, axes)))
        weight = self.weight.data
    return (weight * _standardized_backward(dy, normal, inverse, axes)).astype(dtype, copy=False)


@misconception(
    "nn.LayerNorm.backward",
    hint="Set weight to 2: what happens to y, and what should happen to dx?",
    fails=("LayerNorm/test_worked_example", "LayerNorm/test_refuses"),
    source="folklore",
)
def weight_not_in_dx(self, dy):
    """dx is what comes back through the normalisation; weight has its own gradient."""
    normal, inverse, axes, dtype = self.saved_values
    check_shape("dy of LayerNorm", dy.shape, normal.shape)
    if self.weight is not None:
        accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, axes)))
        accumulate_grad(self.bias, dy.sum(axis=_others(dy, axes)))
    return _standardized_backward(dy, normal, inverse, axes).astype(dtype, copy=False)


@misconception(
    "nn.LayerNorm.backward",
    hint="How many numbers went into each mean: as many as there are rows, or as there are columns?",
    fails=(
        "LayerNorm/test_gradients",
        "LayerNorm/test_constant",
        "LayerNorm/test_worked_example",
    ),
    source="github.com/AkiRusProd/numpy-nn-model bd1137168d",
)
def divided_by_the_batch_size(self, dy):
    """The sums in dx are divided by the number of examples."""
    normal, inverse, axes, dtype = self.saved_values
    check_shape("dy of LayerNorm", dy.shape, normal.shape)
    d_normal = dy
    if self.weight is not None:
        accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, axes)))
        accumulate_grad(self.bias, dy.sum(axis=_others(dy, axes)))
        d_normal = dy * self.weight.data
    n = max(1, dy.shape[0])
    total = d_normal.sum(axis=axes, keepdims=True) / n
    along = (d_normal * normal).sum(axis=axes, keepdims=True) / n
    return (inverse * (d_normal - total - normal * along)).astype(dtype, copy=False)


@misconception(
    "nn.LayerNorm.backward",
    hint="What is the shape of weight, and over which dimensions of dy is its gradient not summed?",
    fails=(
        "LayerNorm/test_gradients",
        "LayerNorm/test_gradients_with_options",
        "LayerNorm/test_several_dimensions",
    ),
    source="folklore",
)
def summed_over_the_first_dimension(self, dy):
    """The gradients of weight and bias are sums over the first dimension."""
    normal, inverse, axes, dtype = self.saved_values
    check_shape("dy of LayerNorm", dy.shape, normal.shape)
    d_normal = dy
    if self.weight is not None:
        if dy.ndim > len(self.normalized_shape):
            take = (0,) * (dy.ndim - 1 - len(self.normalized_shape))
            empty = np.zeros(self.normalized_shape)
            accumulate_grad(self.weight, (dy * normal).sum(axis=0)[take] if dy.size else empty)
            accumulate_grad(self.bias, dy.sum(axis=0)[take] if dy.size else empty)
        else:
            accumulate_grad(self.weight, dy * normal)
            accumulate_grad(self.bias, dy)
        d_normal = dy * self.weight.data
    return _standardized_backward(d_normal, normal, inverse, axes).astype(dtype, copy=False)


@misconception(
    "nn.LayerNorm.backward",
    hint="Feed the same rows once and then twice: how should the gradients of bias relate?",
    fails=(
        "LayerNorm/test_gradients",
        "LayerNorm/test_gradients_with_options",
        "LayerNorm/test_several_dimensions",
    ),
    source="folklore",
)
def gradients_of_parameters_are_means(self, dy):
    """The gradients of weight and bias are means over the rows."""
    normal, inverse, axes, dtype = self.saved_values
    check_shape("dy of LayerNorm", dy.shape, normal.shape)
    d_normal = dy
    if self.weight is not None:
        rows = max(1, dy.size // self.weight.data.size)
        accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, axes)) / rows)
        accumulate_grad(self.bias, dy.sum(axis=_others(dy, axes)) / rows)
        d_normal = dy * self.weight.data
    return _standardized_backward(d_normal, normal, inverse, axes).astype(dtype, copy=False)


@misconception(
    "nn.LayerNorm.backward",
    hint="What is in weight.grad after two backwards, one after the other?",
    fails=("LayerNorm/test_used_again",),
    source="folklore (cs231n, nnfs: gradients are overwritten)",
)
def gradients_of_parameters_are_replaced(self, dy):
    """Each backward sets the gradients of weight and bias anew."""
    normal, inverse, axes, dtype = self.saved_values
    check_shape("dy of LayerNorm", dy.shape, normal.shape)
    d_normal = dy
    if self.weight is not None:
        self.weight.grad = (dy * normal).sum(axis=_others(dy, axes)).astype(self.weight.data.dtype)
        self.bias.grad = dy.sum(axis=_others(dy, axes)).astype(self.bias.data.dtype)
        d_normal = dy * self.weight.data
    return _standardized_backward(d_normal, normal, inverse, axes).astype(dtype, copy=False)
