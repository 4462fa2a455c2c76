"""What people believe about the scores of attention."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import Softmax
from reference.nn.linear import Linear
from reference.nn.module import check_shape


@misconception(
    "nn.modern.GroupedQueryAttention",
    hint="How does a product grow with D?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_values",
        "LanguageModel/test_gradients",
        "Generate/test_model",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_cache",
        "GroupedQueryAttention/test_values",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_values",
        "DecoderBlock/test_values_with_options",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
    ),
    source="folklore",
)
class no_scale:
    """Scores are products of queries and keys."""

    def backward(self, dy):
        q, k, v, weights, positions = self.saved_values
        d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
        d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2))
        dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
        dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
        dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
        dx = self.q_proj.backward(self._merged(self._turned(dq, -positions)))
        dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
        return dx + self.v_proj.backward(self._merged(dv))

    def _scores(self, q, k):
        scores = q @ k[:, :, None].swapaxes(-1, -2)
        queries, keys = scores.shape[-2:]
        is_later = np.triu(np.ones((queries, keys), bool), 1 + keys - queries)
        return np.where(is_later, -np.inf, scores)


@misconception(
    "nn.modern.GroupedQueryAttention",
    hint="What is s in (3)?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_values",
        "LanguageModel/test_gradients",
        "Generate/test_model",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_cache",
        "GroupedQueryAttention/test_values",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_values",
        "DecoderBlock/test_values_with_options",
        "DecoderBlock/test_gradients",
    ),
    source="folklore",
)
class scale_without_root:
    """Scores are divided by D."""

    def backward(self, dy):
        q, k, v, weights, positions = self.saved_values
        d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
        d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / self.head_dim
        dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
        dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
        dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
        dx = self.q_proj.backward(self._merged(self._turned(dq, -positions)))
        dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
        return dx + self.v_proj.backward(self._merged(dv))

    def _scores(self, q, k):
        scores = q @ k[:, :, None].swapaxes(-1, -2) / self.head_dim
        queries, keys = scores.shape[-2:]
        is_later = np.triu(np.ones((queries, keys), bool), 1 + keys - queries)
        return np.where(is_later, -np.inf, scores)


@misconception(
    "nn.modern.GroupedQueryAttention._scores",
    hint="What is exp(0)?",
    fails=(
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
def masked_score_is_zero(self, q, k):
    """A score that does not count is 0."""
    scores = q @ k[:, :, None].swapaxes(-1, -2) / math.sqrt(self.head_dim)
    queries, keys = scores.shape[-2:]
    is_later = np.triu(np.ones((queries, keys), bool), 1 + keys - queries)
    return np.where(is_later, 0.0, scores).astype(scores.dtype)


@misconception(
    "nn.modern.GroupedQueryAttention._scores",
    hint="What would the model have to guess?",
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
def no_mask(self, q, k):
    """Each position sees the whole text."""
    scores = q @ k[:, :, None].swapaxes(-1, -2) / math.sqrt(self.head_dim)
    queries, keys = scores.shape[-2:]
    is_later = np.triu(np.ones((queries, keys), bool), 1 + keys - queries)
    return np.where(is_later & False, -np.inf, scores)


@misconception(
    "nn.modern.GroupedQueryAttention._scores",
    hint="What does the first position see?",
    fails=(
        "GroupedQueryAttention/test_worked_example",
        "GroupedQueryAttention/test_cache",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
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
def does_not_see_itself(self, q, k):
    """A position sees what is before it."""
    scores = q @ k[:, :, None].swapaxes(-1, -2) / math.sqrt(self.head_dim)
    queries, keys = scores.shape[-2:]
    is_later = np.triu(np.ones((queries, keys), bool), keys - queries)
    is_later[:, 0] = False
    return np.where(is_later, -np.inf, scores)


@misconception(
    "nn.modern.GroupedQueryAttention._scores",
    hint="May position i see what comes after it?",
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
def sees_one_ahead(self, q, k):
    """A position sees the next one."""
    scores = q @ k[:, :, None].swapaxes(-1, -2) / math.sqrt(self.head_dim)
    queries, keys = scores.shape[-2:]
    is_later = np.triu(np.ones((queries, keys), bool), 2 + keys - queries)
    return np.where(is_later, -np.inf, scores)


@misconception(
    "nn.modern.GroupedQueryAttention._scores",
    hint="With a cache, which keys does the first new query see?",
    fails=(
        "GroupedQueryAttention/test_cache",
        "GroupedQueryAttention/test_cache",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "Generate/test_model",
        "DecoderBlock/test_cache",
    ),
    source="folklore",
)
def mask_without_offset(self, q, k):
    """The mask depends on the number of queries alone."""
    scores = q @ k[:, :, None].swapaxes(-1, -2) / math.sqrt(self.head_dim)
    queries, keys = scores.shape[-2:]
    is_later = np.triu(np.ones((queries, keys), bool), 1)
    return np.where(is_later, -np.inf, scores)


@misconception(
    "nn.modern.GroupedQueryAttention.__init__",
    hint="Over what does softmax sum in (3)?",
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
        "LanguageModel/test_two_caches",
        "LanguageModel/test_causal",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
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
def softmax_over_queries(self, embed_dim, num_heads, num_kv_heads, rope=None, *, rng=None):
    """For each key, the weights of all queries sum to 1."""
    sizes = (embed_dim, num_heads, num_kv_heads)
    if min(sizes) < 1 or embed_dim % num_heads or num_heads % num_kv_heads:
        raise ValueError(f"embed_dim, num_heads, num_kv_heads: each has to be a multiple of the next, got {sizes}")
    rng = np.random.default_rng() if rng is None else rng
    self.embed_dim, self.num_heads, self.num_kv_heads = sizes
    self.head_dim = embed_dim // num_heads
    kv_dim = num_kv_heads * self.head_dim
    self.q_proj = Linear(embed_dim, embed_dim, bias=False, rng=rng)
    self.k_proj = Linear(embed_dim, kv_dim, bias=False, rng=rng)
    self.v_proj = Linear(embed_dim, kv_dim, bias=False, rng=rng)
    self.out_proj = Linear(embed_dim, embed_dim, bias=False, rng=rng)
    self.softmax = Softmax(dim=-2)
    self.rope = rope


@misconception(
    "nn.modern.GroupedQueryAttention.forward",
    hint="What is exp(1000)?",
    fails=("GroupedQueryAttention/test_large",),
    source="folklore",
)
def softmax_by_hand(self, x, positions=None, cache=None):
    """softmax is exp over the sum of exp."""
    check_shape("x of GroupedQueryAttention", x.shape, (*x.shape[:2], self.embed_dim))
    if positions is None:
        positions = np.arange(x.shape[1]) + (0 if cache is None else len(cache))
    q, k, v = (self._split(projection(x)) for projection in (self.q_proj, self.k_proj, self.v_proj))
    q, k = (self._turned(q, positions), self._turned(k, positions))
    if cache is not None:
        k, v = cache.append(k, v)
    q = self._grouped(q)
    self.softmax(self._scores(q, k))
    weights = np.exp(self._scores(q, k))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    self.save_for_backward(q, k, v, weights, positions)
    return self.out_proj(self._merged(weights @ v[:, :, None]))


@misconception(
    "nn.modern.GroupedQueryAttention._scores",
    hint="How long is the next text?",
    fails=(
        "GroupedQueryAttention/test_cache",
        "GroupedQueryAttention/test_cache",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "Generate/test_model",
        "DecoderBlock/test_cache",
    ),
    source="folklore",
)
def mask_of_the_first_length(self, q, k):
    """The mask is made once."""
    scores = q @ k[:, :, None].swapaxes(-1, -2) / math.sqrt(self.head_dim)
    queries, keys = scores.shape[-2:]
    if not hasattr(self, "mask"):
        self.mask = np.triu(np.ones((64, 64), bool), 1 + keys - queries)
    is_later = self.mask[:queries, :keys]
    return np.where(is_later, -np.inf, scores)


@misconception(
    "nn.modern.GroupedQueryAttention._scores",
    hint="What has the last position to look at?",
    fails=(
        "Learning/test_melodies",
        "GroupedQueryAttention/test_worked_example",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_values",
        "LanguageModel/test_values",
        "LanguageModel/test_causal",
        "DecoderBlock/test_values",
        "Generate/test_model",
    ),
    source="folklore",
)
def mask_points_forward(self, q, k):
    """A position sees itself and what comes after it."""
    scores = q @ k[:, :, None].swapaxes(-1, -2) / math.sqrt(self.head_dim)
    queries, keys = scores.shape[-2:]
    is_earlier = np.tril(np.ones((queries, keys), bool), keys - queries - 1)
    return np.where(is_earlier, -np.inf, scores)


@misconception(
    "nn.modern.GroupedQueryAttention._scores",
    hint="A score of -1e10 counts, and one that does not count is -1e9: which has the larger weight?",
    fails=("GroupedQueryAttention/test_large",),
    source="a reader of the handout",
)
def masked_score_is_a_billion_below(self, q, k):
    """A score that does not count is a billion smaller than it would be, which is as good as -infinity."""
    scores = q @ k[:, :, None].swapaxes(-1, -2) / math.sqrt(self.head_dim)
    queries, keys = scores.shape[-2:]
    is_later = np.triu(np.ones((queries, keys), bool), 1 + keys - queries)
    return scores - is_later * scores.dtype.type(1e9)
