"""What people believe about running averages that are loaded."""

import numpy as np

from grader.assignment import misconception
from reference.nn.batchnorm import _per_channel
from reference.nn.module import check_shape


@misconception(
    "nn.BatchNorm1d.forward",
    hint="The module is evaluated, loads another state, and is evaluated again: which averages count?",
    fails=("BatchNorm1d/test_used_again",),
    source="a reader of the handout of 07",
)
def averages_are_fixed_in_evaluation(self, x):
    """Only training changes the running averages, so evaluation takes a copy of them at its first forward."""
    check_shape("x of BatchNorm1d", x.shape, (*x.shape[:1], self.num_features, *x.shape[2:3]))
    is_by_batch = self.training or self.running_mean is None
    kept = vars(self)
    if is_by_batch:
        kept.pop("_kept", None)
        mean, var = self._batch_norm_statistics(x)
    else:
        mean, var = kept.setdefault("_kept", (self.running_mean.copy(), self.running_var.copy()))
    mean, var = _per_channel(mean, x), _per_channel(var, x)
    inverse = 1 / np.sqrt(var + self.eps)
    normal = (x - mean) * inverse
    self.save_for_backward(normal, inverse, is_by_batch, x.dtype)
    y = normal
    if self.weight is not None:
        y = normal * _per_channel(self.weight.data, x) + _per_channel(self.bias.data, x)
    return y.astype(x.dtype)
