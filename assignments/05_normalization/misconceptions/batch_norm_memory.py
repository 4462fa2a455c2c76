"""What people believe about the running averages of BatchNorm1d, and about its modes."""

import numpy as np

from grader.assignment import misconception
from reference.nn.batchnorm import _mean, _per_channel
from reference.nn.module import Module, check_shape
from reference.nn.parameter import Parameter


@misconception(
    "nn.BatchNorm1d._batch_norm_statistics",
    hint="E[v] = (n - 1) / n times the true variance: which of your two variances makes up for it?",
    fails=(
        "BatchNorm1d/test_running_averages",
        "BatchNorm1d/test_running_averages_keep_their_dtype",
        "BatchNorm1d/test_resumes",
    ),
    convention="This is the form with the biased variance in running_var, as in Keras and cs231n;"
    " the contract asks for the unbiased one.",
    source="keras.layers.BatchNormalization; cs231n; needle; CMU 11-785",
)
def biased_variance_is_remembered(self, x):
    """running_var remembers the variance that normalised the batch."""
    count = x.size // self.num_features
    if count == 1:
        raise ValueError(f"shape {x.shape}")
    mean = _mean(x)
    var = _mean((x - _per_channel(mean, x)) ** 2)
    if self.training and count:
        self._batch_norm_move("running_mean", mean)
        self._batch_norm_move("running_var", var)
    return mean, var


@misconception(
    "nn.BatchNorm1d._batch_norm_statistics",
    hint="By which factor is the biased variance too small on average, and is yours its inverse?",
    fails=(
        "BatchNorm1d/test_running_averages",
        "BatchNorm1d/test_running_averages_keep_their_dtype",
        "BatchNorm1d/test_resumes",
    ),
    source="folklore",
)
def correction_is_upside_down(self, x):
    """The variance that is remembered is corrected by the factor (n - 1) / n."""
    count = x.size // self.num_features
    if count == 1:
        raise ValueError(f"shape {x.shape}")
    mean = _mean(x)
    var = _mean((x - _per_channel(mean, x)) ** 2)
    if self.training and count:
        self._batch_norm_move("running_mean", mean)
        self._batch_norm_move("running_var", var * ((count - 1) / count))
    return mean, var


@misconception(
    "nn.BatchNorm1d._batch_norm_statistics",
    hint="How many numbers does one channel of an x of shape (2, 3, 5) have?",
    fails=("BatchNorm1d/test_several_batches",),
    source="folklore",
)
def corrected_by_the_batch_size(self, x):
    """The variance that is remembered is corrected by N / (N - 1), with N the number of examples."""
    count = x.size // self.num_features
    if count == 1:
        raise ValueError(f"shape {x.shape}")
    mean = _mean(x)
    var = _mean((x - _per_channel(mean, x)) ** 2)
    if self.training and count:
        self._batch_norm_move("running_mean", mean)
        self._batch_norm_move("running_var", var * (len(x) / max(1, len(x) - 1)))
    return mean, var


@misconception(
    "nn.BatchNorm1d._batch_norm_statistics",
    hint="Is running_var a variance or a standard deviation?",
    fails=(
        "BatchNorm1d/test_running_averages",
        "BatchNorm1d/test_running_averages_keep_their_dtype",
        "BatchNorm1d/test_resumes",
    ),
    source="folklore",
)
def spread_is_remembered(self, x):
    """running_var remembers the standard deviation."""
    count = x.size // self.num_features
    if count == 1:
        raise ValueError(f"shape {x.shape}")
    mean = _mean(x)
    var = _mean((x - _per_channel(mean, x)) ** 2)
    if self.training and count:
        self._batch_norm_move("running_mean", mean)
        self._batch_norm_move("running_var", np.sqrt(var * (count / (count - 1))))
    return mean, var


@misconception(
    "nn.BatchNorm1d._batch_norm_move",
    hint="After one batch with momentum 0.1, is most of the running average old or new?",
    fails=(
        "BatchNorm1d/test_running_averages",
        "BatchNorm1d/test_running_averages_keep_their_dtype",
        "BatchNorm1d/test_resumes",
    ),
    convention="This is the form in which momentum is the weight of the old average, as in Keras and cs231n;"
    " the contract gives it to the new batch.",
    source="cs231n; Deep Learning from Scratch; github.com/borgwang/tinynn",
)
def momentum_is_that_of_the_old(self, name, new):
    """momentum is the weight of what is remembered."""
    running = getattr(self, name)
    if running is not None:
        running[...] = self.momentum * running + (1 - self.momentum) * new


@misconception(
    "nn.BatchNorm1d._batch_norm_move",
    hint="Try a momentum of 1: what should the running average be after a batch?",
    fails=(
        "BatchNorm1d/test_several_batches",
        "BatchNorm1d/test_state",
    ),
    source="folklore",
)
def momentum_is_a_constant(self, name, new):
    """A running average moves a tenth of the way."""
    running = getattr(self, name)
    if running is not None:
        running[...] = 0.9 * running + 0.1 * new


@misconception(
    "nn.BatchNorm1d._batch_norm_move",
    hint="Do the weights of old and new add up to 1?",
    fails=(
        "BatchNorm1d/test_running_averages",
        "BatchNorm1d/test_running_averages_keep_their_dtype",
        "BatchNorm1d/test_resumes",
    ),
    source="folklore",
)
def old_average_does_not_shrink(self, name, new):
    """momentum times the new value is added to the running average."""
    running = getattr(self, name)
    if running is not None:
        running[...] = running + self.momentum * new


@misconception(
    "nn.BatchNorm1d._batch_norm_move",
    hint="What does evaluation use after training, if nothing was remembered?",
    fails=(
        "BatchNorm1d/test_running_averages",
        "BatchNorm1d/test_running_averages_keep_their_dtype",
        "BatchNorm1d/test_resumes",
    ),
    source="folklore",
)
def nothing_is_remembered(self, name, new):
    """The running averages are there to be loaded; forward leaves them alone."""


@misconception(
    "nn.BatchNorm1d._batch_norm_move",
    hint="From which value does the handout's average start?",
    fails=(
        "BatchNorm1d/test_running_averages",
        "BatchNorm1d/test_running_averages_keep_their_dtype",
        "BatchNorm1d/test_resumes",
    ),
    convention="This is the form in which the first batch sets the running averages; the contract starts from 0 and 1.",
    source="github.com/borgwang/tinynn; ML-From-Scratch",
)
def first_batch_is_taken_whole(self, name, new):
    """The running average starts with the values of the first batch."""
    running = getattr(self, name)
    if running is not None:
        begun = vars(self).setdefault("_begun", set())
        running[...] = (1 - self.momentum) * running + self.momentum * new if name in begun else new
        begun.add(name)


@misconception(
    "nn.BatchNorm1d._batch_norm_move",
    hint="Is the average in the handout one over all batches, or one that forgets?",
    fails=(
        "BatchNorm1d/test_several_batches",
        "BatchNorm1d/test_resumes",
        "BatchNorm1d/test_state",
    ),
    source="PyTorch with momentum=None",
)
def average_of_all_batches(self, name, new):
    """The running average is the mean over all batches so far; momentum is the weight of the first."""
    running = getattr(self, name)
    if running is not None:
        counts = vars(self).setdefault("_counts", {})
        counts[name] = counts.get(name, 0) + 1
        share = self.momentum if counts[name] == 1 else 1 / counts[name]
        running[...] = (1 - share) * running + share * new


@misconception(
    "nn.BatchNorm1d._batch_norm_move",
    hint="Of which dtype were the running averages before?",
    fails=("BatchNorm1d/test_running_averages_keep_their_dtype",),
    source="folklore",
)
def averages_take_the_dtype_of_x(self, name, new):
    """A running average is a new array, of the dtype of the batch."""
    running = getattr(self, name)
    if running is not None:
        setattr(self, name, ((1 - self.momentum) * running + self.momentum * new).astype(new.dtype))


@misconception(
    "nn.BatchNorm1d.__init__",
    hint="What is the running variance before the first batch, and what would evaluation divide by?",
    fails=(
        "BatchNorm1d/test_at_first",
        "BatchNorm1d/test_running_averages",
    ),
    source="folklore",
)
def running_variance_starts_at_zero(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
    """Both running averages start at zero."""
    if num_features < 1 or eps < 0 or not 0 <= momentum <= 1:
        raise ValueError(f"impossible {num_features}, {eps}, {momentum}")
    self.num_features, self.eps, self.momentum = num_features, float(eps), float(momentum)
    self.weight = Parameter(np.ones(num_features)) if affine else None
    self.bias = Parameter(np.zeros(num_features)) if affine else None
    self.register_buffer("running_mean", np.zeros(num_features) if track_running_stats else None)
    self.register_buffer("running_var", np.zeros(num_features) if track_running_stats else None)


@misconception(
    "nn.BatchNorm1d.__init__",
    hint="What is in the state_dict of your layer, and what does a loaded model evaluate with?",
    fails=(
        "BatchNorm1d/test_at_first",
        "BatchNorm1d/test_resumes",
    ),
    source="folklore",
)
def averages_are_plain_attributes(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
    """The running averages are attributes of the layer."""
    if num_features < 1 or eps < 0 or not 0 <= momentum <= 1:
        raise ValueError(f"impossible {num_features}, {eps}, {momentum}")
    self.num_features, self.eps, self.momentum = num_features, float(eps), float(momentum)
    self.weight = Parameter(np.ones(num_features)) if affine else None
    self.bias = Parameter(np.zeros(num_features)) if affine else None
    self.running_mean = np.zeros(num_features) if track_running_stats else None
    self.running_var = np.ones(num_features) if track_running_stats else None


@misconception(
    "nn.BatchNorm1d.__init__",
    hint="Does training with BatchNorm1d(3, track_running_stats=False) change anything that is saved?",
    fails=(
        "BatchNorm1d/test_at_first",
        "BatchNorm1d/test_a_single_number",
        "BatchNorm1d/test_dtypes",
    ),
    source="folklore",
)
def always_tracks(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
    """There are running averages in any case."""
    if num_features < 1 or eps < 0 or not 0 <= momentum <= 1:
        raise ValueError(f"impossible {num_features}, {eps}, {momentum}")
    self.num_features, self.eps, self.momentum = num_features, float(eps), float(momentum)
    self.weight = Parameter(np.ones(num_features)) if affine else None
    self.bias = Parameter(np.zeros(num_features)) if affine else None
    self.register_buffer("running_mean", np.zeros(num_features))
    self.register_buffer("running_var", np.ones(num_features))


@misconception(
    "nn.BatchNorm1d",
    hint="Which of the four arrays get a gradient?",
    fails=(
        "BatchNorm1d/test_at_first",
        "BatchNorm1d/test_memory",
        "BatchNorm1d/test_refuses",
    ),
    source="github.com/borgwang/tinynn 26c3bed88b; github.com/PABannier/nanograd 58a79d8b93",
)
class averages_are_parameters(Module):
    """The running averages are parameters, as they are learned from data."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        if num_features < 1 or eps < 0 or not 0 <= momentum <= 1:
            raise ValueError(f"impossible {num_features}, {eps}, {momentum}")
        self.num_features, self.eps, self.momentum = num_features, float(eps), float(momentum)
        self.weight = Parameter(np.ones(num_features)) if affine else None
        self.bias = Parameter(np.zeros(num_features)) if affine else None
        self.running_mean = Parameter(np.zeros(num_features)) if track_running_stats else None
        self.running_var = Parameter(np.ones(num_features)) if track_running_stats else None

    def forward(self, x):
        check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
        is_by_batch = self.training or self.running_mean is None
        mean, var = self._batch_norm_statistics(x) if is_by_batch else (self.running_mean.data, self.running_var.data)
        mean, var = _per_channel(mean, x), _per_channel(var, x)
        inverse = 1 / np.sqrt(var + self.eps)
        normal = (x - mean) * inverse
        self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
        y = normal
        if self.weight is not None:
            y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
        return y.astype(x.dtype)

    def _batch_norm_move(self, name, new):
        running = getattr(self, name)
        if running is not None:
            running.data[...] = (1 - self.momentum) * running.data + self.momentum * new
