"""What people believe about a table of words."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import accumulate_grad, check_shape


@misconception(
    "nn.Embedding.backward",
    hint="A word occurs twice in a sentence: how often does its row make a difference?",
    fails=("Embedding/test_worked_example",),
    source="folklore; NumPy's `a[i] += b` adds once for each different i",
)
def last_place_wins(self, dy):
    """`gradient[x] += dy` adds once for each place."""
    (x,) = self.saved_values
    check_shape("dy of Embedding", dy.shape, (*x.shape, self.embedding_dim))
    gradient = np.zeros_like(self.weight.data)
    gradient[x] += dy
    if self.padding_idx is not None:
        gradient[self.padding_idx] = 0
    accumulate_grad(self.weight, gradient)


@misconception(
    "nn.Embedding.backward",
    hint="After some steps of training, is the row of padding_idx what it was?",
    fails=("Embedding/test_padding",),
    source="folklore",
)
def padding_is_trained(self, dy):
    """A padding row begins as zeros, and is trained like any other."""
    (x,) = self.saved_values
    check_shape("dy of Embedding", dy.shape, (*x.shape, self.embedding_dim))
    gradient = np.zeros_like(self.weight.data)
    np.add.at(gradient, x, dy)
    accumulate_grad(self.weight, gradient)


@misconception(
    "nn.Embedding.forward",
    hint="Which word is the word -1?",
    fails=("Embedding/test_refuses",),
    source="folklore",
)
def negative_counts_from_the_end(self, x):
    """A negative index counts from the end, as everywhere in Python."""
    if not np.issubdtype(x.dtype, np.integer):
        raise ValueError(f"x of Embedding must hold integers, got {x.dtype}")
    self.save_for_backward(x)
    return self.weight.data[x]
