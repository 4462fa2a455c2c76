"""What people believe about training and evaluation of BatchNorm1d."""

import numpy as np

from grader.assignment import misconception
from reference.nn.batchnorm import _mean, _per_channel
from reference.nn.module import check_shape


@misconception(
    "nn.BatchNorm1d.forward",
    hint="Ask for the answer to one row, alone and in company: is it the same?",
    fails=(
        "BatchNorm1d/test_evaluation",
        "BatchNorm1d/test_one_number",
        "BatchNorm1d/test_worked_example_in_evaluation",
    ),
    source="github.com/ShivamShrirao/dnn_from_scratch b272520304",
)
def evaluation_uses_the_batch(self, x):
    """Mean and variance are those of the batch, in evaluation too."""
    check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
    mean, var = (_per_channel(values, x) for values in self._batch_norm_statistics(x))
    inverse = 1 / np.sqrt(var + self.eps)
    normal = (x - mean) * inverse
    self.save_for_backward(normal, inverse, True, x.dtype)
    y = normal
    if self.weight is not None:
        y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
    return y.astype(x.dtype)


@misconception(
    "nn.BatchNorm1d.forward",
    hint="Evaluate the same data twice: is the second answer another one?",
    fails=(
        "BatchNorm1d/test_state",
        "BatchNorm1d/test_dtypes",
        "BatchNorm1d/test_resumes",
    ),
    source="folklore",
)
def evaluation_moves_the_averages(self, x):
    """Every forward moves the running averages, in evaluation too."""
    check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
    is_by_batch = self.training or self.running_mean is None
    mean, var = self._batch_norm_statistics(x) if is_by_batch else (self.running_mean.copy(), self.running_var.copy())
    if not is_by_batch and x.size > self.num_features:
        count, of_batch = x.size // self.num_features, _mean(x)
        self._batch_norm_move("running_mean", of_batch)
        self._batch_norm_move("running_var", _mean((x - _per_channel(of_batch, x)) ** 2) * (count / (count - 1)))
    mean, var = _per_channel(mean, x), _per_channel(var, x)
    inverse = 1 / np.sqrt(var + self.eps)
    normal = (x - mean) * inverse
    self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
    y = normal
    if self.weight is not None:
        y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
    return y.astype(x.dtype)


@misconception(
    "nn.BatchNorm1d.forward",
    hint="By which mean and variance is a batch normalised in training: its own, or those that are remembered?",
    fails=(
        "BatchNorm1d/test_worked_example",
        "BatchNorm1d/test_a_single_number",
        "BatchNorm1d/test_memory",
    ),
    source="folklore",
)
def training_uses_the_averages(self, x):
    """In training, too, a batch is normalised by the running averages, after they have moved."""
    check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
    is_by_batch = self.training or self.running_mean is None
    mean, var = self._batch_norm_statistics(x) if is_by_batch else (self.running_mean, self.running_var)
    if self.running_mean is not None:
        mean, var = self.running_mean, self.running_var
    mean, var = _per_channel(mean, x), _per_channel(var, x)
    inverse = 1 / np.sqrt(var + self.eps)
    normal = (x - mean) * inverse
    self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
    y = normal
    if self.weight is not None:
        y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
    return y.astype(x.dtype)


@misconception(
    "nn.BatchNorm1d.forward",
    hint="What does BatchNorm1d(3, track_running_stats=False) know about its channels in evaluation?",
    fails=(
        "BatchNorm1d/test_evaluation",
        "BatchNorm1d/test_a_single_number",
        "BatchNorm1d/test_dtypes",
    ),
    source="folklore",
)
def without_averages_nothing_is_normalised(self, x):
    """Without running averages, evaluation normalises nothing: the mean is 0 and the variance 1."""
    check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
    mean, var = np.zeros(self.num_features), np.ones(self.num_features)
    if self.training:
        mean, var = self._batch_norm_statistics(x)
    elif self.running_mean is not None:
        mean, var = self.running_mean, self.running_var
    mean, var = _per_channel(mean, x), _per_channel(var, x)
    inverse = 1 / np.sqrt(var + self.eps)
    normal = (x - mean) * inverse
    self.save_for_backward(normal, inverse, self.training, x.dtype)
    y = normal
    if self.weight is not None:
        y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
    return y.astype(x.dtype)


@misconception(
    "nn.BatchNorm1d.forward",
    hint="What is under the root in evaluation?",
    fails=(
        "BatchNorm1d/test_evaluation",
        "BatchNorm1d/test_worked_example_in_evaluation",
        "BatchNorm1d/test_a_batch_of_one_in_evaluation",
    ),
    source="folklore",
)
def evaluation_without_eps(self, x):
    """The running variance is large enough: it needs no eps."""
    check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
    is_by_batch = self.training or self.running_mean is None
    mean, var = self._batch_norm_statistics(x) if is_by_batch else (self.running_mean, self.running_var - self.eps)
    mean, var = _per_channel(mean, x), _per_channel(var, x)
    inverse = 1 / np.sqrt(var + self.eps)
    normal = (x - mean) * inverse
    self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
    y = normal
    if self.weight is not None:
        y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
    return y.astype(x.dtype)
