"""What people believe about the way back through BatchNorm1d."""

import numpy as np

from grader.assignment import misconception
from reference.nn.batchnorm import _all_but_channels, _mean, _per_channel
from reference.nn.module import Module, accumulate_grad, check_shape


@misconception(
    "nn.BatchNorm1d.backward",
    hint="If one number of a column moves, what else in that column moves?",
    fails=("BatchNorm1d/test_worked_example", "BatchNorm1d/test_constant"),
    source="folklore",
)
def mean_and_variance_are_constants(self, dy):
    """Going back, mean and variance are constants: dx = dy * weight / root."""
    normal, inverse, _, dtype = self.saved_values
    check_shape("dy of BatchNorm1d", dy.shape, normal.shape)
    d_normal = dy
    if self.weight is not None:
        axes = _all_but_channels(dy)
        accumulate_grad(self.weight, (dy * normal).sum(axis=axes))
        accumulate_grad(self.bias, dy.sum(axis=axes))
        d_normal = dy * _per_channel(self.weight.data, dy)
    return (d_normal * inverse).astype(dtype, copy=False)


@misconception(
    "nn.BatchNorm1d.backward",
    hint="Through which two quantities does every number of a column reach the others?",
    fails=("BatchNorm1d/test_worked_example", "BatchNorm1d/test_far_from_zero"),
    source="folklore",
)
def variance_is_a_constant(self, dy):
    """Going back, the mean counts, and the variance is a constant."""
    normal, inverse, is_by_batch, dtype = self.saved_values
    check_shape("dy of BatchNorm1d", dy.shape, normal.shape)
    d_normal = dy
    if self.weight is not None:
        axes = _all_but_channels(dy)
        accumulate_grad(self.weight, (dy * normal).sum(axis=axes))
        accumulate_grad(self.bias, dy.sum(axis=axes))
        d_normal = dy * _per_channel(self.weight.data, dy)
    if is_by_batch:
        d_normal = d_normal - _per_channel(_mean(d_normal), dy)
    return (d_normal * inverse).astype(dtype, copy=False)


@misconception(
    "nn.BatchNorm1d.backward",
    hint="What do the dx of one channel add up to, in your backward and in the handout?",
    fails=("BatchNorm1d/test_worked_example", "BatchNorm1d/test_constant"),
    source="folklore",
)
def mean_is_a_constant(self, dy):
    """Going back, the variance counts, and the mean is a constant."""
    normal, inverse, is_by_batch, dtype = self.saved_values
    check_shape("dy of BatchNorm1d", dy.shape, normal.shape)
    d_normal = dy
    if self.weight is not None:
        axes = _all_but_channels(dy)
        accumulate_grad(self.weight, (dy * normal).sum(axis=axes))
        accumulate_grad(self.bias, dy.sum(axis=axes))
        d_normal = dy * _per_channel(self.weight.data, dy)
    if is_by_batch:
        d_normal = d_normal - normal * _per_channel(_mean(d_normal * normal), dy)
    return (d_normal * inverse).astype(dtype, copy=False)


@misconception(
    "nn.BatchNorm1d.backward",
    hint="In evaluation, does a running average change when x does?",
    fails=(
        "BatchNorm1d/test_evaluation",
        "BatchNorm1d/test_worked_example_in_evaluation",
        "BatchNorm1d/test_a_batch_of_one_in_evaluation",
    ),
    source="folklore",
)
def evaluation_has_the_same_gradient(self, dy):
    """The way back is the same in both modes."""
    normal, inverse, _, dtype = self.saved_values
    check_shape("dy of BatchNorm1d", dy.shape, normal.shape)
    d_normal = dy
    if self.weight is not None:
        axes = _all_but_channels(dy)
        accumulate_grad(self.weight, (dy * normal).sum(axis=axes))
        accumulate_grad(self.bias, dy.sum(axis=axes))
        d_normal = dy * _per_channel(self.weight.data, dy)
    along = _per_channel(_mean(d_normal * normal), dy)
    d_normal = d_normal - _per_channel(_mean(d_normal), dy) - normal * along
    return (d_normal * inverse).astype(dtype, copy=False)


@misconception(
    "nn.BatchNorm1d.backward",
    hint="Run forward in training, eval(), and then backward: which formula should it use?",
    fails=("BatchNorm1d/test_mode_of_the_forward",),
    source="folklore (`if self.training` in backward)",
)
def gradient_looks_at_the_mode(self, dy):
    """Which formula backward uses is decided by the mode that the layer is in."""
    normal, inverse, _, dtype = self.saved_values
    check_shape("dy of BatchNorm1d", dy.shape, normal.shape)
    d_normal = dy
    if self.weight is not None:
        axes = _all_but_channels(dy)
        accumulate_grad(self.weight, (dy * normal).sum(axis=axes))
        accumulate_grad(self.bias, dy.sum(axis=axes))
        d_normal = dy * _per_channel(self.weight.data, dy)
    if self.training or self.running_mean is None:
        along = _per_channel(_mean(d_normal * normal), dy)
        d_normal = d_normal - _per_channel(_mean(d_normal), dy) - normal * along
    return (d_normal * inverse).astype(dtype, copy=False)


@misconception(
    "nn.BatchNorm1d.forward",
    hint="Run a forward in training, one in evaluation, and then backward: of which x is the gradient?",
    fails=(
        "BatchNorm1d/test_mode_of_the_forward",
        "BatchNorm1d/test_dtypes",
        "BatchNorm1d/test_a_batch_of_one_in_evaluation",
    ),
    source="github.com/eriklindernoren/ML-From-Scratch 193032cfa5",
)
def kept_in_training_alone(self, x):
    """What backward needs is kept in training only."""
    check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
    is_by_batch = self.training or self.running_mean is None
    mean, var = self._batch_norm_statistics(x) if is_by_batch else (self.running_mean, self.running_var)
    mean, var = _per_channel(mean, x), _per_channel(var, x)
    inverse = 1 / np.sqrt(var + self.eps)
    normal = (x - mean) * inverse
    if self.training or not hasattr(self, "_saved"):
        self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
    y = normal
    if self.weight is not None:
        y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
    return y.astype(x.dtype)


@misconception(
    "nn.BatchNorm1d.backward",
    hint="The closed form has n inside: what must stand outside?",
    fails=(
        "BatchNorm1d/test_worked_example",
        "BatchNorm1d/test_constant",
        "BatchNorm1d/test_far_from_zero",
    ),
    source="github.com/ShivamShrirao/dnn_from_scratch 243e205194",
)
def one_over_n_is_missing(self, dy):
    """dx = root^-1 (n dz - sum of dz - z * sum of dz z)."""
    normal, inverse, is_by_batch, dtype = self.saved_values
    check_shape("dy of BatchNorm1d", dy.shape, normal.shape)
    d_normal = dy
    if self.weight is not None:
        axes = _all_but_channels(dy)
        accumulate_grad(self.weight, (dy * normal).sum(axis=axes))
        accumulate_grad(self.bias, dy.sum(axis=axes))
        d_normal = dy * _per_channel(self.weight.data, dy)
    if is_by_batch:
        count = dy.size // self.num_features
        along = _per_channel(_mean(d_normal * normal), dy)
        d_normal = count * (d_normal - _per_channel(_mean(d_normal), dy) - normal * along)
    return (d_normal * inverse).astype(dtype, copy=False)


@misconception(
    "nn.BatchNorm1d.backward",
    hint="By how many numbers was each mean divided, for an x of shape (2, 3, 5)?",
    fails=(
        "BatchNorm1d/test_gradients",
        "BatchNorm1d/test_gradients_with_options",
        "BatchNorm1d/test_evaluation",
    ),
    source="folklore",
)
def means_over_the_examples(self, dy):
    """The sums over a channel are divided by the number of examples."""
    normal, inverse, is_by_batch, dtype = self.saved_values
    check_shape("dy of BatchNorm1d", dy.shape, normal.shape)
    axes = _all_but_channels(dy)
    d_normal = dy
    if self.weight is not None:
        accumulate_grad(self.weight, (dy * normal).sum(axis=axes))
        accumulate_grad(self.bias, dy.sum(axis=axes))
        d_normal = dy * _per_channel(self.weight.data, dy)
    if is_by_batch:
        count = max(1, len(dy))
        along = _per_channel((d_normal * normal).sum(axis=axes) / count, dy)
        d_normal = d_normal - _per_channel(d_normal.sum(axis=axes) / count, dy) - normal * along
    return (d_normal * inverse).astype(dtype, copy=False)


@misconception(
    "nn.BatchNorm1d.backward",
    hint="Set weight to 2: what happens to y, and what should happen to dx?",
    fails=(
        "BatchNorm1d/test_worked_example",
        "BatchNorm1d/test_refuses",
        "BatchNorm1d/test_worked_example_in_evaluation",
    ),
    source="folklore",
)
def weight_is_left_out_of_dx(self, dy):
    """dx is what comes back through the normalisation; weight has its own gradient."""
    normal, inverse, is_by_batch, dtype = self.saved_values
    check_shape("dy of BatchNorm1d", dy.shape, normal.shape)
    d_normal = dy
    if self.weight is not None:
        axes = _all_but_channels(dy)
        accumulate_grad(self.weight, (dy * normal).sum(axis=axes))
        accumulate_grad(self.bias, dy.sum(axis=axes))
    if is_by_batch:
        along = _per_channel(_mean(d_normal * normal), dy)
        d_normal = d_normal - _per_channel(_mean(d_normal), dy) - normal * along
    return (d_normal * inverse).astype(dtype, copy=False)


@misconception(
    "nn.BatchNorm1d",
    hint="What is weight multiplied by in forward?",
    fails=("BatchNorm1d/test_worked_example", "BatchNorm1d/test_a_batch_of_one_in_evaluation"),
    source="folklore",
)
class weight_gradient_uses_x(Module):
    """The gradient of weight is the sum of dy x, as in a linear layer."""

    def backward(self, dy):
        normal, inverse, is_by_batch, dtype = self.saved_values
        check_shape("dy of BatchNorm1d", dy.shape, normal.shape)
        d_normal = dy
        if self.weight is not None:
            axes = _all_but_channels(dy)
            accumulate_grad(self.weight, (dy * self._x).sum(axis=axes))
            accumulate_grad(self.bias, dy.sum(axis=axes))
            d_normal = dy * _per_channel(self.weight.data, dy)
        if is_by_batch:
            along = _per_channel(_mean(d_normal * normal), dy)
            d_normal = d_normal - _per_channel(_mean(d_normal), dy) - normal * along
        return (d_normal * inverse).astype(dtype, copy=False)

    def forward(self, x):
        check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
        self._x = x
        is_by_batch = self.training or self.running_mean is None
        mean, var = self._batch_norm_statistics(x) if is_by_batch else (self.running_mean, self.running_var)
        mean, var = _per_channel(mean, x), _per_channel(var, x)
        inverse = 1 / np.sqrt(var + self.eps)
        normal = (x - mean) * inverse
        self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
        y = normal
        if self.weight is not None:
            y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
        return y.astype(x.dtype)


@misconception(
    "nn.BatchNorm1d.backward",
    hint="What is weight multiplied by in forward: x - mean, or that over the root?",
    fails=(
        "BatchNorm1d/test_worked_example",
        "BatchNorm1d/test_a_batch_of_one_in_evaluation",
        "BatchNorm1d/test_gradients",
    ),
    source="folklore",
)
def weight_gradient_is_not_divided(self, dy):
    """The gradient of weight is the sum of dy (x - mean)."""
    normal, inverse, is_by_batch, dtype = self.saved_values
    check_shape("dy of BatchNorm1d", dy.shape, normal.shape)
    d_normal = dy
    if self.weight is not None:
        axes = _all_but_channels(dy)
        accumulate_grad(self.weight, (dy * normal / inverse).sum(axis=axes))
        accumulate_grad(self.bias, dy.sum(axis=axes))
        d_normal = dy * _per_channel(self.weight.data, dy)
    if is_by_batch:
        along = _per_channel(_mean(d_normal * normal), dy)
        d_normal = d_normal - _per_channel(_mean(d_normal), dy) - normal * along
    return (d_normal * inverse).astype(dtype, copy=False)


@misconception(
    "nn.BatchNorm1d.backward",
    hint="Feed the same batch once and then twice: how should the gradients of bias relate?",
    fails=(
        "BatchNorm1d/test_worked_example",
        "BatchNorm1d/test_gradients",
        "BatchNorm1d/test_gradients_with_options",
    ),
    source="folklore",
)
def parameter_gradients_are_averaged(self, dy):
    """The gradients of weight and bias are means over the batch."""
    normal, inverse, is_by_batch, dtype = self.saved_values
    check_shape("dy of BatchNorm1d", dy.shape, normal.shape)
    d_normal = dy
    if self.weight is not None:
        accumulate_grad(self.weight, _mean(dy * normal))
        accumulate_grad(self.bias, _mean(dy))
        d_normal = dy * _per_channel(self.weight.data, dy)
    if is_by_batch:
        along = _per_channel(_mean(d_normal * normal), dy)
        d_normal = d_normal - _per_channel(_mean(d_normal), dy) - normal * along
    return (d_normal * inverse).astype(dtype, copy=False)


@misconception(
    "nn.BatchNorm1d.backward",
    hint="What is in weight.grad after two backwards, one after the other?",
    fails=("BatchNorm1d/test_used_again",),
    source="folklore (cs231n, nnfs: gradients are overwritten)",
)
def parameter_gradients_are_replaced(self, dy):
    """Each backward sets the gradients of weight and bias anew."""
    normal, inverse, is_by_batch, dtype = self.saved_values
    check_shape("dy of BatchNorm1d", dy.shape, normal.shape)
    d_normal = dy
    if self.weight is not None:
        axes = _all_but_channels(dy)
        self.weight.grad = (dy * normal).sum(axis=axes).astype(self.weight.data.dtype)
        self.bias.grad = dy.sum(axis=axes).astype(self.bias.data.dtype)
        d_normal = dy * _per_channel(self.weight.data, dy)
    if is_by_batch:
        along = _per_channel(_mean(d_normal * normal), dy)
        d_normal = d_normal - _per_channel(_mean(d_normal), dy) - normal * along
    return (d_normal * inverse).astype(dtype, copy=False)


@misconception(
    "nn.BatchNorm1d.backward",
    hint="Read the line for the derivative by the variance aloud, symbol by symbol: which power stands there?",
    fails=(
        "BatchNorm1d/test_worked_example",
        "BatchNorm1d/test_used_again",
        "BatchNorm1d/test_far_from_zero",
    ),
    source="folklore (-1/2 for -3/2)",
)
def variance_to_the_wrong_power(self, dy):
    """The derivative by the variance has the power -1/2 of the root, not -3/2."""
    normal, inverse, is_by_batch, dtype = self.saved_values
    check_shape("dy of BatchNorm1d", dy.shape, normal.shape)
    d_normal = dy
    if self.weight is not None:
        axes = _all_but_channels(dy)
        accumulate_grad(self.weight, (dy * normal).sum(axis=axes))
        accumulate_grad(self.bias, dy.sum(axis=axes))
        d_normal = dy * _per_channel(self.weight.data, dy)
    if is_by_batch:
        along = _per_channel(_mean(d_normal * normal), dy) / inverse**2
        d_normal = d_normal - _per_channel(_mean(d_normal), dy) - normal * along
    return (d_normal * inverse).astype(dtype, copy=False)
