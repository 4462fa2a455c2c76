"""What people believe about looking up rows of a table, and their gradients."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import accumulate_grad, check_shape


@misconception(
    "nn.Embedding.backward",
    hint="What does a[[0, 0]] += 1 do?",
    fails=("Embedding/test_worked_example", "Embedding/test_gradients", "Network/test_learns_to_remember"),
    source="github.com/ddbourgin/numpy-ml, Embedding; karpathy/nn-zero-to-hero issue #57",
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
    fails=("Embedding/test_gradients_with_options", "Embedding/test_padding", "Network/test_learns_to_remember"),
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
    "nn.Embedding.backward",
    hint="Is 0 a row, or is it nothing?",
    fails=("Embedding/test_gradients_with_options", "Network/test_learns_to_remember"),
    source="folklore",
)
def row_zero_is_no_padding(self, dy):
    """Where padding_idx is 0, there is no padding."""
    (x,) = self.saved_values
    check_shape("dy of Embedding", dy.shape, (*x.shape, self.embedding_dim))
    gradient = np.zeros_like(self.weight.data)
    np.add.at(gradient, x, dy)
    if self.padding_idx:
        gradient[self.padding_idx] = 0
    accumulate_grad(self.weight, gradient)


@misconception(
    "nn.Embedding.backward",
    hint="A word that is frequent: does its row get more gradient, or the same?",
    fails=("Embedding/test_worked_example", "Embedding/test_gradients", "Network/test_learns_to_remember"),
    source="folklore",
    convention="This is the form with scale_grad_by_freq=True; the contract asks for PyTorch's default, the sum.",
)
def mean_over_places(self, dy):
    """A row gets the mean of what arrives at its places."""
    (x,) = self.saved_values
    check_shape("dy of Embedding", dy.shape, (*x.shape, self.embedding_dim))
    gradient = np.zeros_like(self.weight.data)
    np.add.at(gradient, x, dy)
    gradient /= np.maximum(np.bincount(x.ravel().astype(int), minlength=self.num_embeddings), 1)[:, None]
    if self.padding_idx is not None:
        gradient[self.padding_idx] = 0
    accumulate_grad(self.weight, gradient)


@misconception(
    "nn.Embedding.backward",
    hint="Where does 1/N belong: in a layer, or in the loss?",
    fails=("Embedding/test_gradients", "Embedding/test_gradients_with_options", "Network/test_learns_to_remember"),
    source="folklore",
)
def mean_over_the_batch(self, dy):
    """The gradient of the table is a mean over the batch."""
    (x,) = self.saved_values
    check_shape("dy of Embedding", dy.shape, (*x.shape, self.embedding_dim))
    gradient = np.zeros_like(self.weight.data)
    np.add.at(gradient, x, dy / max(len(x) if x.ndim else 1, 1))
    if self.padding_idx is not None:
        gradient[self.padding_idx] = 0
    accumulate_grad(self.weight, gradient)


@misconception(
    "nn.Embedding.backward",
    hint="Two batches, then one step: which gradients does it use?",
    fails=("Embedding/test_used_again",),
    source="folklore",
)
def gradient_is_replaced(self, dy):
    """The gradient of this backward takes the place of that before."""
    (x,) = self.saved_values
    check_shape("dy of Embedding", dy.shape, (*x.shape, self.embedding_dim))
    self.weight.grad = np.zeros_like(self.weight.data)
    np.add.at(self.weight.grad, x, dy)
    if self.padding_idx is not None:
        self.weight.grad[self.padding_idx] = 0


@misconception(
    "nn.Embedding.backward",
    hint="Can an index be moved by a little?",
    fails=(
        "Embedding/test_gradients",
        "Embedding/test_gradients_with_options",
        "Embedding/test_used_again",
        "Embedding/test_dtypes",
    ),
    source="folklore",
)
def indices_have_a_gradient_of_zeros(self, dy):
    """backward returns dx of the shape of x: zeros, as indices have no gradient."""
    (x,) = self.saved_values
    check_shape("dy of Embedding", dy.shape, (*x.shape, self.embedding_dim))
    gradient = np.zeros_like(self.weight.data)
    np.add.at(gradient, x, dy)
    if self.padding_idx is not None:
        gradient[self.padding_idx] = 0
    accumulate_grad(self.weight, gradient)
    return np.zeros(x.shape)


@misconception(
    "nn.Embedding.backward",
    hint="What does backward give back to somebody who has only indices?",
    fails=(
        "Embedding/test_gradients",
        "Embedding/test_gradients_with_options",
        "Embedding/test_used_again",
        "Embedding/test_dtypes",
    ),
    source="folklore",
)
def gradient_of_the_table_is_returned(self, dy):
    """backward returns the gradient of the table."""
    (x,) = self.saved_values
    check_shape("dy of Embedding", dy.shape, (*x.shape, self.embedding_dim))
    gradient = np.zeros_like(self.weight.data)
    np.add.at(gradient, x, dy)
    if self.padding_idx is not None:
        gradient[self.padding_idx] = 0
    accumulate_grad(self.weight, gradient)
    return gradient


@misconception(
    "nn.Embedding.backward",
    hint="Write the axes of each factor beside it: which is summed?",
    fails=("Embedding/test_gradients", "Embedding/test_gradients_with_options", "Network/test_learns_to_remember"),
    source="github.com/AkiRusProd/numpy-transformer d26c446e8a",
)
def one_sentence_counts(self, dy):
    """The table's gradient is onehot^T dy, where a sum over the words of one sentence is enough."""
    (x,) = self.saved_values
    check_shape("dy of Embedding", dy.shape, (*x.shape, self.embedding_dim))
    hot = np.eye(self.num_embeddings)[x]
    if x.ndim > 1:
        hot, dy = hot[-1:], dy[-1:]
    gradient = hot.reshape(-1, self.num_embeddings).T @ dy.reshape(-1, self.embedding_dim)
    if self.padding_idx is not None:
        gradient[self.padding_idx] = 0
    accumulate_grad(self.weight, gradient)


@misconception(
    "nn.Embedding.backward",
    hint="Whose array is dy after you have set some of it to 0?",
    fails=("Embedding/test_memory",),
    source="folklore",
)
def padding_is_cut_out_of_dy(self, dy):
    """What arrives at padding is set to 0 before it is added up."""
    (x,) = self.saved_values
    check_shape("dy of Embedding", dy.shape, (*x.shape, self.embedding_dim))
    gradient = np.zeros_like(self.weight.data)
    if self.padding_idx is not None:
        dy[x == self.padding_idx] = 0
    np.add.at(gradient, x, dy)
    accumulate_grad(self.weight, gradient)


@misconception(
    "nn.Embedding.backward",
    hint="What does NumPy make of a dy of shape (1, 3, 4) where (2, 3, 4) is meant?",
    fails=("Embedding/test_refuses",),
    source="folklore",
)
def dy_is_broadcast(self, dy):
    """A dy that can be broadcast to y fits."""
    (x,) = self.saved_values
    gradient = np.zeros_like(self.weight.data)
    np.add.at(gradient, x, dy)
    if self.padding_idx is not None:
        gradient[self.padding_idx] = 0
    accumulate_grad(self.weight, gradient)


@misconception(
    "nn.Embedding.backward",
    hint="How many dimensions may x have?",
    fails=("Embedding/test_gradients", "Embedding/test_used_again", "Embedding/test_memory", "Embedding/test_padding"),
    source="folklore",
)
def two_dimensions_only(self, dy):
    """x is (N, L): one row of words for each example."""
    (x,) = self.saved_values
    check_shape("dy of Embedding", dy.shape, (*x.shape, self.embedding_dim))
    gradient = np.zeros_like(self.weight.data)
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            gradient[x[n, t]] += dy[n, t]
    if self.padding_idx is not None:
        gradient[self.padding_idx] = 0
    accumulate_grad(self.weight, gradient)


@misconception(
    "nn.Embedding.backward",
    hint="Which row is meant: the one that is zeros, or the one that padding_idx names?",
    fails=("Embedding/test_gradients_with_options", "Embedding/test_padding", "Network/test_learns_to_remember"),
    source="folklore",
)
def zeros_are_padding(self, dy):
    """Padding is what is zeros: such rows get no gradient."""
    (x,) = self.saved_values
    check_shape("dy of Embedding", dy.shape, (*x.shape, self.embedding_dim))
    gradient = np.zeros_like(self.weight.data)
    np.add.at(gradient, x, dy)
    if self.padding_idx is not None:
        gradient[(self.weight.data == 0).all(axis=1)] = 0
    accumulate_grad(self.weight, gradient)


@misconception(
    "nn.Embedding.forward",
    hint="Which word is the word -1?",
    fails=("Embedding/test_refuses", "Embedding/test_refuses_indices"),
    source="folklore",
)
def negative_counts_from_the_end(self, x):
    """A negative index counts from the end, as everywhere in Python."""
    if not np.issubdtype(x.dtype, np.integer):
        raise ValueError(f"x of Embedding must hold integers, got {x.dtype}")
    self.save_for_backward(x)
    return self.weight.data[x]


@misconception(
    "nn.Embedding.forward",
    hint="What kind of error is an index that does not exist?",
    fails=("Embedding/test_refuses", "Embedding/test_refuses_indices"),
    source="folklore",
)
def outside_is_a_value_error(self, x):
    """An index that the table does not have is a wrong value, so a ValueError."""
    if not np.issubdtype(x.dtype, np.integer):
        raise ValueError(f"x of Embedding must hold integers, got {x.dtype}")
    outside = x[(x < 0) | (x >= self.num_embeddings)]
    if outside.size:
        raise ValueError(f"index {outside[0]} is not one of {self.num_embeddings} rows")
    self.save_for_backward(x)
    return self.weight.data.take(x, axis=0)


@misconception(
    "nn.Embedding.forward",
    hint="What should a word that nobody knows give: an answer, or an error?",
    fails=("Embedding/test_refuses", "Embedding/test_refuses_indices"),
    source="folklore",
)
def outside_is_clipped(self, x):
    """An index that is too large means the last row."""
    if not np.issubdtype(x.dtype, np.integer):
        raise ValueError(f"x of Embedding must hold integers, got {x.dtype}")
    inside = np.clip(x, 0, self.num_embeddings - 1)
    self.save_for_backward(inside)
    return self.weight.data[inside]


@misconception(
    "nn.Embedding.forward",
    hint="Which row is row 2.7?",
    fails=("Embedding/test_refuses_indices",),
    source="folklore",
)
def floats_are_indices(self, x):
    """Indices may be floats; they are rounded down."""
    x = x.astype(int)
    outside = x[(x < 0) | (x >= self.num_embeddings)]
    if outside.size:
        raise IndexError(f"index {outside[0]} is not one of {self.num_embeddings} rows")
    self.save_for_backward(x)
    return self.weight.data.take(x, axis=0)


@misconception(
    "nn.Embedding.forward",
    hint="What is in the row padding_idx once somebody has written into it?",
    fails=("Embedding/test_values_with_options", "Embedding/test_used_again", "Network/test_learns_to_remember"),
    source="folklore",
    convention="This is the form in which padding is masked; the contract asks for PyTorch's: it is looked up.",
)
def padding_gives_zeros(self, x):
    """A padding word gives zeros, whatever its row holds."""
    if not np.issubdtype(x.dtype, np.integer):
        raise ValueError(f"x of Embedding must hold integers, got {x.dtype}")
    outside = x[(x < 0) | (x >= self.num_embeddings)]
    if outside.size:
        raise IndexError(f"index {outside[0]} is not one of {self.num_embeddings} rows")
    self.save_for_backward(x)
    y = self.weight.data[x]
    if self.padding_idx is not None:
        y[x == self.padding_idx] = 0
    return y


@misconception(
    "nn.Embedding.forward",
    hint="Who may change a parameter?",
    fails=("Embedding/test_values_with_options", "Embedding/test_used_again", "Network/test_learns_to_remember"),
    source="folklore",
)
def padding_is_reset(self, x):
    """Before each look-up, the row padding_idx is set to zeros again."""
    if not np.issubdtype(x.dtype, np.integer):
        raise ValueError(f"x of Embedding must hold integers, got {x.dtype}")
    outside = x[(x < 0) | (x >= self.num_embeddings)]
    if outside.size:
        raise IndexError(f"index {outside[0]} is not one of {self.num_embeddings} rows")
    if self.padding_idx is not None:
        self.weight.data[self.padding_idx] = 0
    self.save_for_backward(x)
    return self.weight.data.take(x, axis=0)


@misconception(
    "nn.Embedding.forward",
    hint="Your table is float32. What is y?",
    fails=("Embedding/test_dtypes",),
    source="folklore",
)
def rows_are_float64(self, x):
    """Numbers are float64."""
    if not np.issubdtype(x.dtype, np.integer):
        raise ValueError(f"x of Embedding must hold integers, got {x.dtype}")
    outside = x[(x < 0) | (x >= self.num_embeddings)]
    if outside.size:
        raise IndexError(f"index {outside[0]} is not one of {self.num_embeddings} rows")
    self.save_for_backward(x)
    return self.weight.data.take(x, axis=0).astype(np.float64)


@misconception(
    "nn.Embedding.forward",
    hint="Which dtype does x have, and can a row be written in it?",
    fails=("Embedding/test_worked_example", "Embedding/test_values", "Network/test_learns_to_remember"),
    source="folklore",
)
def dtype_of_the_indices(self, x):
    """The output has the dtype of the input, as in every layer."""
    if not np.issubdtype(x.dtype, np.integer):
        raise ValueError(f"x of Embedding must hold integers, got {x.dtype}")
    outside = x[(x < 0) | (x >= self.num_embeddings)]
    if outside.size:
        raise IndexError(f"index {outside[0]} is not one of {self.num_embeddings} rows")
    self.save_for_backward(x)
    return self.weight.data.take(x, axis=0).astype(x.dtype)


@misconception(
    "nn.Embedding.forward",
    hint="How large can a number be in the dtype of x?",
    fails=("Embedding/test_dtypes", "Embedding/test_memory", "Embedding/test_kinds_of_integers"),
    source="folklore",
)
def flat_places(self, x):
    """Row i begins at place i * embedding_dim of the flat table."""
    if not np.issubdtype(x.dtype, np.integer):
        raise ValueError(f"x of Embedding must hold integers, got {x.dtype}")
    outside = x[(x < 0) | (x >= self.num_embeddings)]
    if outside.size:
        raise IndexError(f"index {outside[0]} is not one of {self.num_embeddings} rows")
    self.save_for_backward(x)
    first = np.multiply(x, x.dtype.type(self.embedding_dim), dtype=x.dtype)
    places = first[..., None] + np.arange(self.embedding_dim, dtype=x.dtype)
    return self.weight.data.ravel()[places.astype(np.int64)]


@misconception(
    "nn.Embedding.backward",
    hint="May one row of x hold the same word twice?",
    fails=("Embedding/test_worked_example", "Embedding/test_gradients"),
    source="folklore (fancy indexing)",
)
def words_occur_once_in_a_row(self, dy):
    """A loop over the rows of x, with `gradient[row] += dy_row` in it, adds for every place."""
    (x,) = self.saved_values
    check_shape("dy of Embedding", dy.shape, (*x.shape, self.embedding_dim))
    gradient = np.zeros_like(self.weight.data)
    rows = np.atleast_2d(x)
    for row, dy_row in zip(rows, dy.reshape(*rows.shape, self.embedding_dim), strict=True):
        gradient[row] += dy_row
    if self.padding_idx is not None:
        gradient[self.padding_idx] = 0
    accumulate_grad(self.weight, gradient)
