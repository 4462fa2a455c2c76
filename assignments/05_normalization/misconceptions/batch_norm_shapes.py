"""What people believe about which numbers of a batch are normalised together, and which batches BatchNorm1d takes."""

import numpy as np

from grader.assignment import misconception
from reference.nn.batchnorm import _mean, _per_channel
from reference.nn.module import Module, check_shape


@misconception(
    "nn.BatchNorm1d",
    hint="Which numbers of an x of shape (N, C, L) belong to one channel?",
    fails=(
        "BatchNorm1d/test_values",
        "BatchNorm1d/test_values_with_options",
        "BatchNorm1d/test_gradients",
    ),
    source="github.com/borgwang/tinynn (reduce=(0,)), cbfa45c980",
)
class statistics_for_each_position(Module):
    """Mean and variance are taken over the batch alone, for each channel and position."""

    def forward(self, x):
        check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
        is_by_batch = self.training or self.running_mean is None
        if is_by_batch:
            self._batch_norm_statistics(x)
            mean, var = (x.mean(axis=0), x.var(axis=0)) if len(x) else (0.0, 0.0)
        else:
            mean, var = _per_channel(self.running_mean, x), _per_channel(self.running_var, x)
        inverse = 1 / np.sqrt(var + self.eps)
        normal = (x - mean) * inverse
        self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
        y = normal
        if self.weight is not None:
            y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
        return y.astype(x.dtype)


@misconception(
    "nn.BatchNorm1d",
    hint="Does what one example gets depend on the others in its batch, for an x of shape (N, C, L)?",
    fails=(
        "BatchNorm1d/test_values",
        "BatchNorm1d/test_values_with_options",
        "BatchNorm1d/test_gradients",
    ),
    convention="This is the form of instance normalisation; the contract asks for the mean over the batch, too.",
    source="folklore (x.mean(axis=-1))",
)
class statistics_for_each_example(Module):
    """With three dimensions, mean and variance are taken over the last one."""

    def forward(self, x):
        check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
        is_by_batch = self.training or self.running_mean is None
        if is_by_batch:
            mean, var = (_per_channel(values, x) for values in self._batch_norm_statistics(x))
            if x.ndim == 3:
                mean, var = x.mean(axis=2, keepdims=True), x.var(axis=2, keepdims=True)
        else:
            mean, var = _per_channel(self.running_mean, x), _per_channel(self.running_var, x)
        inverse = 1 / np.sqrt(var + self.eps)
        normal = (x - mean) * inverse
        self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
        y = normal
        if self.weight is not None:
            y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
        return y.astype(x.dtype)


@misconception(
    "nn.BatchNorm1d.forward",
    hint="In what order do the numbers of an x of shape (N, C, L) lie in memory?",
    fails=(
        "BatchNorm1d/test_values",
        "BatchNorm1d/test_values_with_options",
        "BatchNorm1d/test_several_batches",
    ),
    source="folklore (reshape without transpose)",
)
def rows_by_reshape(self, x):
    """An x of shape (N, C, L) becomes rows of C numbers by x.reshape(-1, C)."""
    check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
    rows = x.reshape(-1, self.num_features)
    is_by_batch = self.training or self.running_mean is None
    mean, var = self._batch_norm_statistics(rows) if is_by_batch else (self.running_mean, self.running_var)
    inverse = np.broadcast_to(1 / np.sqrt(var + self.eps), rows.shape)
    normal = (rows - mean) * inverse
    y = normal
    if self.weight is not None:
        y = normal * self.weight.data + self.bias.data
    self.save_for_backward(normal.reshape(x.shape), inverse.reshape(x.shape), is_by_batch, x.dtype)
    return y.reshape(x.shape).astype(x.dtype)


@misconception(
    "nn.BatchNorm1d.forward",
    hint="What does `(x - mean)` do with a mean of shape (C,) and an x of shape (N, C, L), for C = L?",
    fails=(
        "BatchNorm1d/test_values",
        "BatchNorm1d/test_memory",
        "BatchNorm1d/test_of_an_empty_batch",
    ),
    source="folklore (broadcasting)",
)
def weight_meets_the_last_dimension(self, x):
    """Weight and bias are simply multiplied and added."""
    check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
    is_by_batch = self.training or self.running_mean is None
    mean, var = self._batch_norm_statistics(x) if is_by_batch else (self.running_mean, self.running_var)
    mean, var = _per_channel(mean, x), _per_channel(var, x)
    inverse = 1 / np.sqrt(var + self.eps)
    normal = (x - mean) * inverse
    self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
    y = normal
    if self.weight is not None:
        y = normal * self.weight.data + self.bias.data
    return y.astype(x.dtype)


@misconception(
    "nn.BatchNorm1d.forward",
    hint="Which number of channels does the handout's table want?",
    fails=("BatchNorm1d/test_refuses",),
    source="folklore",
)
def channels_are_not_counted(self, x):
    """NumPy notices a wrong number of channels, or broadcasts it."""
    is_by_batch = self.training or self.running_mean is None
    mean, var = self._batch_norm_statistics(x) if is_by_batch else (self.running_mean, self.running_var)
    mean, var = _per_channel(mean, x), _per_channel(var, x)
    inverse = 1 / np.sqrt(var + self.eps)
    normal = (x - mean) * inverse
    y = normal
    if self.weight is not None:
        y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
    self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
    return y.astype(x.dtype)


@misconception(
    "nn.BatchNorm1d._batch_norm_statistics",
    hint="What is the variance of one number, and what does y become?",
    fails=(
        "BatchNorm1d/test_one_number",
        "BatchNorm1d/test_a_single_number",
    ),
    source="folklore",
)
def one_number_is_a_batch(self, x):
    """A channel with one number has the variance 0, and y is the bias."""
    count = x.size // self.num_features
    mean = _mean(x)
    var = _mean((x - _per_channel(mean, x)) ** 2)
    if self.training and count:
        self._batch_norm_move("running_mean", mean)
        self._batch_norm_move("running_var", var * (count / max(1, count - 1)))
    return mean, var


@misconception(
    "nn.BatchNorm1d.forward",
    hint="How many examples may a question to a trained model have?",
    fails=(
        "BatchNorm1d/test_one_number",
        "BatchNorm1d/test_a_batch_of_one_in_evaluation",
    ),
    source="folklore",
)
def one_example_is_refused_in_evaluation(self, x):
    """One number cannot be normalised, in whatever mode."""
    check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
    if x.size == self.num_features:
        raise ValueError(f"one number in a channel, for x of shape {x.shape}")
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
    "nn.batchnorm._mean",
    hint="What is the mean of no numbers, and what becomes of the running averages?",
    fails=("BatchNorm1d/test_of_an_empty_batch",),
    source="folklore",
)
def mean_of_nothing(x):
    """The mean is x.mean(), whatever x is."""
    return x.mean(axis=(0, *range(2, x.ndim)))


@misconception(
    "nn.BatchNorm1d.forward",
    hint="x is float32 and weight is float64: of which dtype is y?",
    fails=("BatchNorm1d/test_dtypes",),
    source="folklore",
)
def batch_norm_takes_what_numpy_gives(self, x):
    """y has the dtype that NumPy gives it."""
    check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
    is_by_batch = self.training or self.running_mean is None
    mean, var = self._batch_norm_statistics(x) if is_by_batch else (self.running_mean, self.running_var)
    mean, var = _per_channel(mean, x), _per_channel(var, x)
    inverse = 1 / np.sqrt(var + self.eps)
    normal = (x - mean) * inverse
    self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
    if self.weight is None:
        return normal.copy()
    return normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
