"""What people believe about Linear."""

from grader.assignment import misconception


@misconception(
    "nn.Linear.backward",
    hint="Feed the same row once and then twice: how should the bias gradient of the pair relate to that of the single row?",
    fails=("Linear/test_bias_gradient_sums_over_the_batch",),
    source="github.com/IzhanVarsky/NumPyTorch d026b87129; github.com/ShivamShrirao/dnn_from_scratch 47481de15e",
)
def bias_gradient_is_averaged(self, dy):
    """The gradient of the bias is the mean of the upstream gradient over the batch."""
    dx = dy @ self.weight.data
    return dx
