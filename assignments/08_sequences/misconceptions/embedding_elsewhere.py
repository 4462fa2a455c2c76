"""What people believe about the gradient of a table that is used elsewhere, too."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import accumulate_grad, check_shape


@misconception(
    "nn.Embedding.backward",
    hint="The table is also the last layer of the network. What did that add to the row of padding_idx?",
    fails=("Embedding/test_used_again",),
    source="folklore",
)
def padding_row_is_emptied(self, dy):
    """After backward, the gradient of the row padding_idx is 0, so it is set to 0 last."""
    (x,) = self.saved_values
    check_shape("dy of Embedding", dy.shape, (*x.shape, self.embedding_dim))
    gradient = np.zeros_like(self.weight.data)
    np.add.at(gradient, x, dy)
    accumulate_grad(self.weight, gradient)
    if self.padding_idx is not None:
        self.weight.grad[self.padding_idx] = 0
