"""What people believe about batch normalisation of images far from zero."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.BatchNorm2d",
    hint="All numbers of a channel are 1,000,000 and a bit. What is left of E[x^2] - E[x]^2?",
    fails=("BatchNorm2d/test_far_from_zero",),
    source="a reader of the handout",
)
class variance_from_the_squares:
    """The variance of a channel is E[x^2] - E[x]^2."""

    def _batch_norm_statistics(self, x):
        if x.size <= self.num_features:  # nothing, or a single number
            return super()._batch_norm_statistics(x)
        mean = x.mean(axis=(0, 2), dtype=np.float64)
        var = np.maximum((x.astype(np.float64) ** 2).mean(axis=(0, 2)) - mean**2, 0)
        if self.training:
            count = x.size / self.num_features
            self._batch_norm_move("running_mean", mean)
            self._batch_norm_move("running_var", var * (count / (count - 1)))
        return mean, var
