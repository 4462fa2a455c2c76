"""What people believe about the values that BatchNorm1d computes."""

import numpy as np

from grader.assignment import misconception
from reference.nn.batchnorm import _mean, _per_channel
from reference.nn.module import check_shape
from reference.nn.parameter import Parameter


@misconception(
    "nn.BatchNorm1d._batch_norm_statistics",
    hint="By how many numbers does the variance that normalises divide?",
    fails=(
        "BatchNorm1d/test_worked_example",
        "BatchNorm1d/test_of_an_empty_batch",
        "BatchNorm1d/test_values",
    ),
    source="folklore (ddof=1)",
)
def normalised_by_the_unbiased_variance(self, x):
    """The variance of a sample is divided by n - 1, wherever it is used."""
    count = x.size // self.num_features
    if count == 1:
        raise ValueError(f"shape {x.shape}")
    mean = _mean(x)
    var = _mean((x - _per_channel(mean, x)) ** 2) * (count / max(1, count - 1))
    if self.training and count:
        self._batch_norm_move("running_mean", mean)
        self._batch_norm_move("running_var", var)
    return mean, var


@misconception(
    "nn.BatchNorm1d.forward",
    hint="For a variance of 0.01 and eps = 0.01, what is under the root?",
    fails=(
        "BatchNorm1d/test_worked_example",
        "BatchNorm1d/test_of_an_empty_batch",
        "BatchNorm1d/test_worked_example_in_evaluation",
    ),
    source="folklore",
)
def eps_outside_the_root(self, x):
    """eps is added to the standard deviation."""
    check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
    is_by_batch = self.training or self.running_mean is None
    mean, var = self._batch_norm_statistics(x) if is_by_batch else (self.running_mean, self.running_var)
    mean, var = _per_channel(mean, x), _per_channel(var, x)
    inverse = 1 / (np.sqrt(var) + self.eps)
    normal = (x - mean) * inverse
    self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
    y = normal
    if self.weight is not None:
        y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
    return y.astype(x.dtype)


@misconception(
    "nn.BatchNorm1d.forward",
    hint="Is the number that you divide by a variance or a standard deviation?",
    fails=(
        "BatchNorm1d/test_worked_example",
        "BatchNorm1d/test_memory",
        "BatchNorm1d/test_refuses",
    ),
    source="folklore (the root is forgotten)",
)
def divided_by_the_variance(self, x):
    """Numbers are divided by their variance."""
    check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
    is_by_batch = self.training or self.running_mean is None
    mean, var = self._batch_norm_statistics(x) if is_by_batch else (self.running_mean, self.running_var)
    mean, var = _per_channel(mean, x), _per_channel(var, x)
    inverse = 1 / (var + self.eps)
    normal = (x - mean) * inverse
    self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
    y = normal
    if self.weight is not None:
        y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
    return y.astype(x.dtype)


@misconception(
    "nn.BatchNorm1d.forward",
    hint="Is the number you saved a variance or a standard deviation?",
    fails=(
        "BatchNorm1d/test_worked_example",
        "BatchNorm1d/test_memory",
        "BatchNorm1d/test_refuses",
    ),
    source="github.com/shuyanwang/11785HW 3ac0ab43ab",
)
def variance_is_squared(self, x):
    """The root is taken of var^2 + eps."""
    check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
    is_by_batch = self.training or self.running_mean is None
    mean, var = self._batch_norm_statistics(x) if is_by_batch else (self.running_mean, self.running_var)
    mean, var = _per_channel(mean, x), _per_channel(var, x)
    inverse = 1 / np.sqrt(var**2 + self.eps)
    normal = (x - mean) * inverse
    self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
    y = normal
    if self.weight is not None:
        y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
    return y.astype(x.dtype)


@misconception(
    "nn.BatchNorm1d.__init__",
    hint="What is the default of eps in the handout, and does your layer look at the one it is given?",
    fails=("BatchNorm1d/test_worked_example_in_evaluation", "BatchNorm1d/test_constant"),
    source="folklore; github.com/oreilly-japan/deep-learning-from-scratch (10e-7 for 1e-7)",
)
def eps_is_a_constant(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
    """eps is 1e-5, whatever is given."""
    if num_features < 1 or eps < 0 or not 0 <= momentum <= 1:
        raise ValueError(f"impossible {num_features}, {eps}, {momentum}")
    self.num_features, self.eps, self.momentum = num_features, 1e-5, float(momentum)
    self.weight = Parameter(np.ones(num_features)) if affine else None
    self.bias = Parameter(np.zeros(num_features)) if affine else None
    self.register_buffer("running_mean", np.zeros(num_features) if track_running_stats else None)
    self.register_buffer("running_var", np.ones(num_features) if track_running_stats else None)


@misconception(
    "nn.BatchNorm1d.__init__",
    hint="What is the default of eps in the handout?",
    fails=("BatchNorm1d/test_constant",),
    convention="This is the form of Keras, whose eps is 1e-3; the contract asks for 1e-5.",
    source="keras.layers.BatchNormalization",
)
def eps_is_that_of_keras(self, num_features, eps=1e-3, momentum=0.1, affine=True, track_running_stats=True):
    """Without an eps, it is 0.001."""
    if num_features < 1 or eps < 0 or not 0 <= momentum <= 1:
        raise ValueError(f"impossible {num_features}, {eps}, {momentum}")
    self.num_features, self.eps, self.momentum = num_features, float(eps), float(momentum)
    self.weight = Parameter(np.ones(num_features)) if affine else None
    self.bias = Parameter(np.zeros(num_features)) if affine else None
    self.register_buffer("running_mean", np.zeros(num_features) if track_running_stats else None)
    self.register_buffer("running_var", np.ones(num_features) if track_running_stats else None)


@misconception(
    "nn.BatchNorm1d.__init__",
    hint="What does a fresh BatchNorm1d do to data that is normalised already?",
    fails=("BatchNorm1d/test_at_first",),
    source="github.com/geohot/tinygrad da514c2918",
)
def weight_starts_at_zero(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
    """Weight and bias start at zero."""
    if num_features < 1 or eps < 0 or not 0 <= momentum <= 1:
        raise ValueError(f"impossible {num_features}, {eps}, {momentum}")
    self.num_features, self.eps, self.momentum = num_features, float(eps), float(momentum)
    self.weight = Parameter(np.zeros(num_features)) if affine else None
    self.bias = Parameter(np.zeros(num_features)) if affine else None
    self.register_buffer("running_mean", np.zeros(num_features) if track_running_stats else None)
    self.register_buffer("running_var", np.ones(num_features) if track_running_stats else None)


@misconception(
    "nn.BatchNorm1d.__init__",
    hint="How many parameters does BatchNorm1d(3, affine=False) have?",
    fails=("BatchNorm1d/test_at_first",),
    source="folklore",
)
def always_affine(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
    """affine=False means a weight of ones and a bias of zeros at first."""
    if num_features < 1 or eps < 0 or not 0 <= momentum <= 1:
        raise ValueError(f"impossible {num_features}, {eps}, {momentum}")
    self.num_features, self.eps, self.momentum = num_features, float(eps), float(momentum)
    self.weight = Parameter(np.ones(num_features))
    self.bias = Parameter(np.zeros(num_features))
    self.register_buffer("running_mean", np.zeros(num_features) if track_running_stats else None)
    self.register_buffer("running_var", np.ones(num_features) if track_running_stats else None)


@misconception(
    "nn.BatchNorm1d.__init__",
    hint="Which numbers of features, eps and momenta does the handout allow?",
    fails=("BatchNorm1d/test_refuses",),
    source="PyTorch, which does not check them",
)
def batch_norm_takes_anything(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
    """Impossible options are the caller's business."""
    self.num_features, self.eps, self.momentum = num_features, float(eps), float(momentum)
    self.weight = Parameter(np.ones(num_features)) if affine else None
    self.bias = Parameter(np.zeros(num_features)) if affine else None
    self.register_buffer("running_mean", np.zeros(num_features) if track_running_stats else None)
    self.register_buffer("running_var", np.ones(num_features) if track_running_stats else None)


@misconception(
    "nn.BatchNorm1d._batch_norm_statistics",
    hint="All numbers of a column are 1,000,000 and a bit. What is left of E[x^2] - E[x]^2?",
    fails=("BatchNorm1d/test_far_from_zero",),
    source="folklore; Higham (2002), sec. 1.9",
)
def variance_in_one_pass(self, x):
    """The variance is E[x^2] - E[x]^2."""
    count = x.size // self.num_features
    if count == 1:
        raise ValueError(f"shape {x.shape}")
    mean = _mean(x)
    var = np.maximum(_mean(x**2) - mean**2, 0)
    if self.training and count:
        self._batch_norm_move("running_mean", mean)
        self._batch_norm_move("running_var", var * (count / (count - 1)))
    return mean, var


@misconception(
    "nn.BatchNorm1d.forward",
    hint="Without weight and bias, is y an array of its own, or what you keep for backward?",
    fails=("BatchNorm1d/test_memory",),
    source="folklore",
)
def y_is_what_is_kept(self, x):
    """Without weight and bias, y is the normalised array itself."""
    check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
    is_by_batch = self.training or self.running_mean is None
    mean, var = self._batch_norm_statistics(x) if is_by_batch else (self.running_mean, self.running_var)
    mean, var = _per_channel(mean, x), _per_channel(var, x)
    inverse = 1 / np.sqrt(var + self.eps)
    normal = ((x - mean) * inverse).astype(x.dtype, copy=False)
    self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
    if self.weight is None:
        return normal
    y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
    return y.astype(x.dtype, copy=False)
