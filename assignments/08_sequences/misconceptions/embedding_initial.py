"""What people believe about the rows that a table begins with."""

import numpy as np

from grader.assignment import misconception
from reference.nn.parameter import Parameter


@misconception(
    "nn.Embedding.__init__",
    hint="Is 0 a row, or is it nothing?",
    fails=("Embedding/test_gradients_with_options", "Embedding/test_draws", "Network/test_learns_to_remember"),
    source="folklore",
)
def padding_is_never_row_zero(self, num_embeddings, embedding_dim, padding_idx=None, *, rng=None):
    """Without a positive padding_idx there is no padding."""
    if num_embeddings < 1 or embedding_dim < 1:
        raise ValueError(f"Embedding needs sizes of at least 1, got {num_embeddings}, {embedding_dim}")
    if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
        raise ValueError(f"padding_idx={padding_idx} is not one of {num_embeddings} rows")
    rng = np.random.default_rng() if rng is None else rng
    self.num_embeddings = num_embeddings
    self.embedding_dim = embedding_dim
    self.padding_idx = padding_idx if padding_idx and padding_idx > 0 else None
    self.weight = Parameter(rng.normal(0, 1, (num_embeddings, embedding_dim)))
    if self.padding_idx is not None:
        self.weight.data[self.padding_idx] = 0


@misconception(
    "nn.Embedding.__init__",
    hint="What does a padding word say before any training?",
    fails=("Embedding/test_draws",),
    source="folklore",
)
def padding_is_drawn(self, num_embeddings, embedding_dim, padding_idx=None, *, rng=None):
    """padding_idx is only about the gradient."""
    if num_embeddings < 1 or embedding_dim < 1:
        raise ValueError(f"Embedding needs sizes of at least 1, got {num_embeddings}, {embedding_dim}")
    if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
        raise ValueError(f"padding_idx={padding_idx} is not one of {num_embeddings} rows")
    rng = np.random.default_rng() if rng is None else rng
    self.num_embeddings = num_embeddings
    self.embedding_dim = embedding_dim
    self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
    self.weight = Parameter(rng.normal(0, 1, (num_embeddings, embedding_dim)))


@misconception(
    "nn.Embedding.__init__",
    hint="How many numbers are drawn for a table with a padding row?",
    fails=("Embedding/test_draws",),
    source="folklore",
)
def padding_is_not_drawn(self, num_embeddings, embedding_dim, padding_idx=None, *, rng=None):
    """The padding row is zeros, so only the other rows are drawn."""
    if num_embeddings < 1 or embedding_dim < 1:
        raise ValueError(f"Embedding needs sizes of at least 1, got {num_embeddings}, {embedding_dim}")
    if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
        raise ValueError(f"padding_idx={padding_idx} is not one of {num_embeddings} rows")
    rng = np.random.default_rng() if rng is None else rng
    self.num_embeddings = num_embeddings
    self.embedding_dim = embedding_dim
    self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
    rows = rng.normal(0, 1, (num_embeddings - (padding_idx is not None), embedding_dim))
    if self.padding_idx is not None:
        rows = np.insert(rows, self.padding_idx, 0, axis=0)
    self.weight = Parameter(rows)


@misconception(
    "nn.Embedding.__init__",
    hint="How large is a number of a row, typically?",
    fails=("Embedding/test_draws", "Embedding/test_initial_values_without_a_generator"),
    source="folklore",
)
def rows_are_uniform(self, num_embeddings, embedding_dim, padding_idx=None, *, rng=None):
    """Rows begin as those of a linear layer do: uniform in [-b, b) with b = 1/sqrt(embedding_dim)."""
    if num_embeddings < 1 or embedding_dim < 1:
        raise ValueError(f"Embedding needs sizes of at least 1, got {num_embeddings}, {embedding_dim}")
    if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
        raise ValueError(f"padding_idx={padding_idx} is not one of {num_embeddings} rows")
    rng = np.random.default_rng() if rng is None else rng
    self.num_embeddings = num_embeddings
    self.embedding_dim = embedding_dim
    self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
    bound = embedding_dim**-0.5
    self.weight = Parameter(rng.uniform(-bound, bound, (num_embeddings, embedding_dim)))
    if self.padding_idx is not None:
        self.weight.data[self.padding_idx] = 0


@misconception(
    "nn.Embedding.__init__",
    hint="Run it twice without rng: are the tables equal?",
    fails=("Embedding/test_initial_values_without_a_generator",),
    source="folklore",
)
def always_the_same_table(self, num_embeddings, embedding_dim, padding_idx=None, *, rng=None):
    """Without rng, a generator with the seed 0 gives what can be repeated."""
    if num_embeddings < 1 or embedding_dim < 1:
        raise ValueError(f"Embedding needs sizes of at least 1, got {num_embeddings}, {embedding_dim}")
    if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
        raise ValueError(f"padding_idx={padding_idx} is not one of {num_embeddings} rows")
    rng = np.random.default_rng(0) if rng is None else rng
    self.num_embeddings = num_embeddings
    self.embedding_dim = embedding_dim
    self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
    self.weight = Parameter(rng.normal(0, 1, (num_embeddings, embedding_dim)))
    if self.padding_idx is not None:
        self.weight.data[self.padding_idx] = 0


@misconception(
    "nn.Embedding.__init__",
    hint="Who else draws from np.random, and would see your draw?",
    fails=("Embedding/test_initial_values_without_a_generator",),
    source="folklore",
)
def global_state_draws(self, num_embeddings, embedding_dim, padding_idx=None, *, rng=None):
    """Without rng, np.random.normal draws."""
    if num_embeddings < 1 or embedding_dim < 1:
        raise ValueError(f"Embedding needs sizes of at least 1, got {num_embeddings}, {embedding_dim}")
    if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
        raise ValueError(f"padding_idx={padding_idx} is not one of {num_embeddings} rows")
    rng = np.random if rng is None else rng
    self.num_embeddings = num_embeddings
    self.embedding_dim = embedding_dim
    self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
    self.weight = Parameter(rng.normal(0, 1, (num_embeddings, embedding_dim)))
    if self.padding_idx is not None:
        self.weight.data[self.padding_idx] = 0


@misconception(
    "nn.Embedding.__init__",
    hint="Does the table have a row for this padding_idx?",
    fails=("Embedding/test_refuses",),
    source="folklore",
)
def padding_wraps_around(self, num_embeddings, embedding_dim, padding_idx=None, *, rng=None):
    """Any padding_idx means some row, by the remainder."""
    if num_embeddings < 1 or embedding_dim < 1:
        raise ValueError(f"Embedding needs sizes of at least 1, got {num_embeddings}, {embedding_dim}")
    rng = np.random.default_rng() if rng is None else rng
    self.num_embeddings = num_embeddings
    self.embedding_dim = embedding_dim
    self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
    self.weight = Parameter(rng.normal(0, 1, (num_embeddings, embedding_dim)))
    if self.padding_idx is not None:
        self.weight.data[self.padding_idx] = 0


@misconception(
    "nn.Embedding.__init__",
    hint="From which end does padding_idx=-1 count?",
    fails=("Embedding/test_gradients_with_options", "Embedding/test_draws"),
    source="folklore",
)
def negative_is_no_padding(self, num_embeddings, embedding_dim, padding_idx=None, *, rng=None):
    """A negative padding_idx says that there is no padding."""
    if num_embeddings < 1 or embedding_dim < 1:
        raise ValueError(f"Embedding needs sizes of at least 1, got {num_embeddings}, {embedding_dim}")
    if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
        raise ValueError(f"padding_idx={padding_idx} is not one of {num_embeddings} rows")
    rng = np.random.default_rng() if rng is None else rng
    self.num_embeddings = num_embeddings
    self.embedding_dim = embedding_dim
    self.padding_idx = padding_idx if padding_idx is not None and padding_idx >= 0 else None
    self.weight = Parameter(rng.normal(0, 1, (num_embeddings, embedding_dim)))
    if self.padding_idx is not None:
        self.weight.data[self.padding_idx] = 0
