"""What people believe about heads, and what attention is given."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "nn.modern.GroupedQueryAttention._split",
    hint="Which numbers does head 0 have?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_values",
        "Generate/test_model",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_cache",
        "GroupedQueryAttention/test_large",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_memory",
        "DecoderBlock/test_values",
        "DecoderBlock/test_values_with_options",
    ),
    source="folklore",
)
def heads_are_not_cut(self, x):
    """A head has every H-th number."""
    return x.reshape(*x.shape[:2], self.head_dim, x.shape[2] // self.head_dim).transpose(0, 3, 1, 2)


@misconception(
    "nn.modern.GroupedQueryAttention._merged",
    hint="Where is the number of position 1 and head 0 afterwards?",
    fails=(
        "Learning/test_melodies",
        "GroupedQueryAttention/test_worked_example",
        "GroupedQueryAttention/test_cache",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_causal",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_values",
        "Generate/test_model",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_memory",
        "DecoderBlock/test_values",
        "DecoderBlock/test_values_with_options",
    ),
    source="folklore",
)
def merged_without_transpose(self, heads):
    """(N, H, L, D) can be reshaped to (N, L, H D)."""
    n, length, dim = (len(heads), *heads.shape[-2:])
    count = math.prod(heads.shape[1:-2])
    return heads.reshape(n, length, count * dim)


@misconception(
    "nn.modern.GroupedQueryAttention.forward",
    hint="Which shapes does the table name?",
    fails=("GroupedQueryAttention/test_refuses", "DecoderBlock/test_refuses"),
    source="folklore",
)
def sequences_without_a_batch(self, x, positions=None, cache=None):
    """An x of shape (L, E) is one sequence."""
    if x.ndim == 2:
        return self.forward(x[None])[0]
    check_shape("x of GroupedQueryAttention", x.shape, (*x.shape[:2], self.embed_dim))
    if positions is None:
        positions = np.arange(x.shape[1]) + (0 if cache is None else len(cache))
    q, k, v = (self._split(projection(x)) for projection in (self.q_proj, self.k_proj, self.v_proj))
    q, k = (self._turned(q, positions), self._turned(k, positions))
    if cache is not None:
        k, v = cache.append(k, v)
    q = self._grouped(q)
    weights = self.softmax(self._scores(q, k))
    self.save_for_backward(q, k, v, weights, positions)
    return self.out_proj(self._merged(weights @ v[:, :, None]))


@misconception(
    "nn.modern.GroupedQueryAttention.forward",
    hint="Which shapes does the table name?",
    fails=("GroupedQueryAttention/test_refuses", "DecoderBlock/test_refuses"),
    source="folklore",
)
def more_dimensions(self, x, positions=None, cache=None):
    """All leading dimensions are batches."""
    if x.ndim == 4:
        return self.forward(x.reshape(-1, *x.shape[2:])).reshape(x.shape)
    check_shape("x of GroupedQueryAttention", x.shape, (*x.shape[:2], self.embed_dim))
    if positions is None:
        positions = np.arange(x.shape[1]) + (0 if cache is None else len(cache))
    q, k, v = (self._split(projection(x)) for projection in (self.q_proj, self.k_proj, self.v_proj))
    q, k = (self._turned(q, positions), self._turned(k, positions))
    if cache is not None:
        k, v = cache.append(k, v)
    q = self._grouped(q)
    weights = self.softmax(self._scores(q, k))
    self.save_for_backward(q, k, v, weights, positions)
    return self.out_proj(self._merged(weights @ v[:, :, None]))


@misconception(
    "nn.modern.GroupedQueryAttention.forward",
    hint="Which dtype does y have?",
    fails=("LanguageModel/test_dtypes", "GroupedQueryAttention/test_dtypes", "DecoderBlock/test_dtypes"),
    source="folklore",
)
def result_is_float64(self, x, positions=None, cache=None):
    """Weights are float64, and so is y."""
    check_shape("x of GroupedQueryAttention", x.shape, (*x.shape[:2], self.embed_dim))
    if positions is None:
        positions = np.arange(x.shape[1]) + (0 if cache is None else len(cache))
    q, k, v = (self._split(projection(x)) for projection in (self.q_proj, self.k_proj, self.v_proj))
    q, k = (self._turned(q, positions), self._turned(k, positions))
    if cache is not None:
        k, v = cache.append(k, v)
    q = self._grouped(q)
    weights = self.softmax(self._scores(q, k))
    self.save_for_backward(q, k, v, weights, positions)
    return self.out_proj(self._merged(weights @ v[:, :, None]).astype(np.float64))


@misconception(
    "nn.modern.GroupedQueryAttention.forward",
    hint="Whose array is x?",
    fails=(
        "GroupedQueryAttention/test_worked_example",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_memory",
        "LanguageModel/test_sizes",
        "LanguageModel/test_gradients",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
    ),
    source="folklore",
)
def writes_into_x(self, x, positions=None, cache=None):
    """x may be overwritten."""
    check_shape("x of GroupedQueryAttention", x.shape, (*x.shape[:2], self.embed_dim))
    if positions is None:
        positions = np.arange(x.shape[1]) + (0 if cache is None else len(cache))
    q, k, v = (self._split(projection(x)) for projection in (self.q_proj, self.k_proj, self.v_proj))
    q, k = (self._turned(q, positions), self._turned(k, positions))
    if cache is not None:
        k, v = cache.append(k, v)
    q = self._grouped(q)
    weights = self.softmax(self._scores(q, k))
    if x.flags.writeable:
        x *= 1.5
    self.save_for_backward(q, k, v, weights, positions)
    return self.out_proj(self._merged(weights @ v[:, :, None]))
