"""What people believe about attention in groups."""

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
    hint="j <= i or j <= i + 1?",
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
    "nn.modern.GroupedQueryAttention",
    hint="Which heads are neighbours?",
    fails=(
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_values",
        "LanguageModel/test_gradients",
        "Generate/test_model",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_cache",
        "GroupedQueryAttention/test_used_again",
        "GroupedQueryAttention/test_memory",
        "GroupedQueryAttention/test_values",
        "GroupedQueryAttention/test_values_with_options",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_memory",
        "DecoderBlock/test_values",
        "DecoderBlock/test_values_with_options",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
    ),
    source="folklore",
    convention="This is how keys that are tiled meet the queries; the contract has neighbours share.",
)
class heads_share_by_turns:
    """Head h uses the keys of head h modulo K."""

    def backward(self, dy):
        q, k, v, weights, positions = self.saved_values
        d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
        d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
        dq = (d_scores @ k[:, :, None]).swapaxes(1, 2).reshape(len(q), self.num_heads, *q.shape[3:])
        dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
        dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
        dx = self.q_proj.backward(self._merged(self._turned(dq, -positions)))
        dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
        return dx + self.v_proj.backward(self._merged(dv))

    def _grouped(self, heads):
        shared_by = self.num_heads // self.num_kv_heads
        return heads.reshape(len(heads), shared_by, self.num_kv_heads, *heads.shape[2:]).swapaxes(1, 2)

    def _merged(self, heads):
        heads = heads.swapaxes(1, 2) if heads.ndim == 5 else heads
        n, length, dim = (len(heads), *heads.shape[-2:])
        count = math.prod(heads.shape[1:-2])
        return heads.reshape(n, count, length, dim).swapaxes(1, 2).reshape(n, length, count * dim)


@misconception(
    "nn.modern.GroupedQueryAttention._split",
    hint="Which numbers has head 0?",
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
    "nn.modern.GroupedQueryAttention.backward",
    hint="How often is a key used?",
    fails=(
        "GroupedQueryAttention/test_worked_example",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_large",
        "GroupedQueryAttention/test_gradients",
        "LanguageModel/test_sizes",
        "LanguageModel/test_gradients",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
    ),
    source="folklore",
)
def key_gradients_are_means(self, dy):
    """Heads that share a key have its mean gradient."""
    q, k, v, weights, positions = self.saved_values
    d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
    d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
    dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
    dk = (d_scores.swapaxes(-1, -2) @ q).mean(axis=2)
    dv = (weights.swapaxes(-1, -2) @ d_mixed).mean(axis=2)
    dx = self.q_proj.backward(self._merged(self._turned(dq, -positions)))
    dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
    return dx + self.v_proj.backward(self._merged(dv))


@misconception(
    "nn.modern.GroupedQueryAttention.backward",
    hint="How often is a value used?",
    fails=(
        "GroupedQueryAttention/test_worked_example",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_large",
        "GroupedQueryAttention/test_used_again",
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_gradients",
        "LanguageModel/test_dtypes",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_memory",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
def value_gradient_of_first_head(self, dy):
    """A value belongs to the first head of its group."""
    q, k, v, weights, positions = self.saved_values
    d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
    d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
    dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
    dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
    dv = (weights.swapaxes(-1, -2) @ d_mixed)[:, :, 0]
    dx = self.q_proj.backward(self._merged(self._turned(dq, -positions)))
    dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
    return dx + self.v_proj.backward(self._merged(dv))


@misconception(
    "nn.modern.GroupedQueryAttention.backward",
    hint="Does one score change the other weights?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
        "LanguageModel/test_gradients",
        "LanguageModel/test_dtypes",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_gradients",
        "GroupedQueryAttention/test_gradients_with_options",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
def softmax_has_a_diagonal_derivative(self, dy):
    """The derivative of softmax is a (1 - a)."""
    q, k, v, weights, positions = self.saved_values
    d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
    d_scores = d_mixed @ v[:, :, None].swapaxes(-1, -2) * weights * (1 - weights) / math.sqrt(self.head_dim)
    dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
    dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
    dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
    dx = self.q_proj.backward(self._merged(self._turned(dq, -positions)))
    dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
    return dx + self.v_proj.backward(self._merged(dv))


@misconception(
    "nn.modern.GroupedQueryAttention.backward",
    hint="What is q made of?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
        "LanguageModel/test_gradients",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_gradients",
        "GroupedQueryAttention/test_gradients_with_options",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
    ),
    source="folklore",
)
def gradient_of_q_is_dropped(self, dy):
    """dx comes back through keys and values."""
    q, k, v, weights, positions = self.saved_values
    d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
    d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
    dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
    dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
    dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
    dx = 0 * self.q_proj.backward(self._merged(self._turned(dq, -positions)))
    dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
    return dx + self.v_proj.backward(self._merged(dv))


@misconception(
    "nn.modern.GroupedQueryAttention",
    hint="On what does the product of a turned q and a k depend?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_values",
        "Generate/test_model",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_cache",
        "GroupedQueryAttention/test_used_again",
        "GroupedQueryAttention/test_memory",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_values_with_options",
        "DecoderBlock/test_gradients_with_options",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
class rope_on_queries_only:
    """It is enough to turn the queries."""

    def forward(self, x, positions=None, cache=None):
        check_shape("x of GroupedQueryAttention", x.shape, (*x.shape[:2], self.embed_dim))
        if positions is None:
            positions = np.arange(x.shape[1]) + (0 if cache is None else len(cache))
        q, k, v = (self._split(projection(x)) for projection in (self.q_proj, self.k_proj, self.v_proj))
        q = self._turned(q, positions)
        if cache is not None:
            k, v = cache.append(k, v)
        q = self._grouped(q)
        weights = self.softmax(self._scores(q, k))
        self.save_for_backward(q, k, v, weights, positions)
        return self.out_proj(self._merged(weights @ v[:, :, None]))

    def backward(self, dy):
        q, k, v, weights, positions = self.saved_values
        d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
        d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
        dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
        dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
        dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
        dx = self.q_proj.backward(self._merged(self._turned(dq, -positions)))
        dx = dx + self.k_proj.backward(self._merged(dk))
        return dx + self.v_proj.backward(self._merged(dv))


@misconception(
    "nn.modern.GroupedQueryAttention.backward",
    hint="Which way is the gradient turned?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_gradients",
        "LanguageModel/test_dtypes",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_used_again",
        "GroupedQueryAttention/test_gradients_with_options",
        "GroupedQueryAttention/test_dtypes",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_gradients_with_options",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
def gradients_are_not_turned_back(self, dy):
    """A rotation does not matter for the gradient."""
    q, k, v, weights, _positions = self.saved_values
    d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
    d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
    dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
    dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
    dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
    dx = self.q_proj.backward(self._merged(dq))
    dx = dx + self.k_proj.backward(self._merged(dk))
    return dx + self.v_proj.backward(self._merged(dv))


@misconception(
    "nn.modern.GroupedQueryAttention.forward",
    hint="What are positions for?",
    fails=("GroupedQueryAttention/test_positions", "GroupedQueryAttention/test_shared_rope", "DecoderBlock/test_sizes"),
    source="folklore",
)
def positions_are_ignored(self, x, positions=None, cache=None):
    """Positions are 0, 1, 2 and so on."""
    check_shape("x of GroupedQueryAttention", x.shape, (*x.shape[:2], self.embed_dim))
    if True:
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
    hint="At which position is the first new token?",
    fails=(
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "Generate/test_model",
        "GroupedQueryAttention/test_cache",
        "DecoderBlock/test_cache",
    ),
    source="folklore",
)
def cache_does_not_move_positions(self, x, positions=None, cache=None):
    """Positions of each part count from 0."""
    check_shape("x of GroupedQueryAttention", x.shape, (*x.shape[:2], self.embed_dim))
    if positions is None:
        positions = np.arange(x.shape[1])
    q, k, v = (self._split(projection(x)) for projection in (self.q_proj, self.k_proj, self.v_proj))
    q, k = (self._turned(q, positions), self._turned(k, positions))
    if cache is not None:
        k, v = cache.append(k, v)
    q = self._grouped(q)
    weights = self.softmax(self._scores(q, k))
    self.save_for_backward(q, k, v, weights, positions)
    return self.out_proj(self._merged(weights @ v[:, :, None]))


@misconception(
    "nn.modern.GroupedQueryAttention._turned",
    hint="Which shapes may positions have?",
    fails=("GroupedQueryAttention/test_positions",),
    source="folklore",
)
def positions_of_the_first_sequence(self, heads, positions):
    """All sequences of a batch have the same positions."""
    return (
        heads if self.rope is None else self.rope(heads, (positions[0] if positions.ndim == 2 else positions)[None, :])
    )


@misconception(
    "nn.modern.GroupedQueryAttention",
    hint="What if another attention has used the rope since?",
    fails=("GroupedQueryAttention/test_shared_rope",),
    source="folklore",
)
class rope_is_asked_for_its_backward:
    """rope.backward turns the gradients back."""

    def forward(self, x, positions=None, cache=None):
        check_shape("x of GroupedQueryAttention", x.shape, (*x.shape[:2], self.embed_dim))
        if positions is None:
            positions = np.arange(x.shape[1]) + (0 if cache is None else len(cache))
        q, k, v = (self._split(projection(x)) for projection in (self.q_proj, self.k_proj, self.v_proj))
        both = self._turned(np.concatenate([q, k], axis=1), positions)
        q, k = (both[:, : self.num_heads], both[:, self.num_heads :])
        if cache is not None:
            k, v = cache.append(k, v)
        q = self._grouped(q)
        weights = self.softmax(self._scores(q, k))
        self.save_for_backward(q, k, v, weights, positions)
        return self.out_proj(self._merged(weights @ v[:, :, None]))

    def backward(self, dy):
        q, k, v, weights, _positions = self.saved_values
        d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
        d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
        dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
        dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
        dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
        both = np.concatenate([dq, dk], axis=1)
        both = both if self.rope is None else self.rope.backward(both)
        dx = self.q_proj.backward(self._merged(both[:, : self.num_heads]))
        dx = dx + self.k_proj.backward(self._merged(both[:, self.num_heads :]))
        return dx + self.v_proj.backward(self._merged(dv))


@misconception(
    "nn.modern.GroupedQueryAttention.forward",
    hint="What do the new positions see?",
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
def cache_is_not_read(self, x, positions=None, cache=None):
    """The cache is written to, for later."""
    check_shape("x of GroupedQueryAttention", x.shape, (*x.shape[:2], self.embed_dim))
    if positions is None:
        positions = np.arange(x.shape[1]) + (0 if cache is None else len(cache))
    q, k, v = (self._split(projection(x)) for projection in (self.q_proj, self.k_proj, self.v_proj))
    q, k = (self._turned(q, positions), self._turned(k, positions))
    if cache is not None:
        cache.append(k, v)
    q = self._grouped(q)
    weights = self.softmax(self._scores(q, k))
    self.save_for_backward(q, k, v, weights, positions)
    return self.out_proj(self._merged(weights @ v[:, :, None]))


@misconception(
    "nn.modern.GroupedQueryAttention.forward",
    hint="At which positions are all of them turned?",
    fails=(
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "Generate/test_model",
        "GroupedQueryAttention/test_cache",
        "DecoderBlock/test_cache",
    ),
    source="folklore",
)
def keys_are_cached_before_turning(self, x, positions=None, cache=None):
    """Keys are kept as they come, and turned when they are read."""
    check_shape("x of GroupedQueryAttention", x.shape, (*x.shape[:2], self.embed_dim))
    if positions is None:
        positions = np.arange(x.shape[1]) + (0 if cache is None else len(cache))
    q, k, v = (self._split(projection(x)) for projection in (self.q_proj, self.k_proj, self.v_proj))
    if cache is not None:
        k, v = cache.append(k, v)
    q = self._turned(q, positions)
    k = (
        self._turned(k, np.arange(k.shape[2]) if cache is not None else positions[..., : k.shape[2]])
        if cache is None or len(cache) == x.shape[1]
        else self._turned(k, np.arange(k.shape[2]) - len(cache) + x.shape[1])
    )
    q = self._grouped(q)
    weights = self.softmax(self._scores(q, k))
    self.save_for_backward(q, k, v, weights, positions)
    return self.out_proj(self._merged(weights @ v[:, :, None]))


@misconception(
    "nn.modern.GroupedQueryAttention.forward",
    hint="How many texts does one model write at once?",
    fails=("LanguageModel/test_two_caches",),
    source="folklore",
)
def cache_of_the_object(self, x, positions=None, cache=None):
    """An attention has one cache."""
    check_shape("x of GroupedQueryAttention", x.shape, (*x.shape[:2], self.embed_dim))
    if positions is None:
        positions = np.arange(x.shape[1]) + (0 if cache is None else len(cache))
    q, k, v = (self._split(projection(x)) for projection in (self.q_proj, self.k_proj, self.v_proj))
    q, k = (self._turned(q, positions), self._turned(k, positions))
    if cache is not None:
        self.kept = self.kept if hasattr(self, "kept") and len(cache) else cache
        k, v = self.kept.append(k, v)
    q = self._grouped(q)
    weights = self.softmax(self._scores(q, k))
    self.save_for_backward(q, k, v, weights, positions)
    return self.out_proj(self._merged(weights @ v[:, :, None]))


@misconception(
    "nn.modern.GroupedQueryAttention.__init__",
    hint="How many heads of keys are there?",
    fails=(
        "GroupedQueryAttention/test_worked_example",
        "GroupedQueryAttention/test_heads",
        "GroupedQueryAttention/test_causal",
        "GroupedQueryAttention/test_positions",
        "GroupedQueryAttention/test_shared_rope",
        "GroupedQueryAttention/test_cache",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_at_first",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "Generate/test_model",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_at_first",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_memory",
        "DecoderBlock/test_values",
    ),
    source="folklore",
)
def keys_for_every_head(self, embed_dim, num_heads, num_kv_heads, rope=None, *, rng=None):
    """k_proj and v_proj go from E to E."""
    sizes = (embed_dim, num_heads, num_kv_heads)
    if min(sizes) < 1 or embed_dim % num_heads or num_heads % num_kv_heads:
        raise ValueError(f"embed_dim, num_heads, num_kv_heads: each has to be a multiple of the next, got {sizes}")
    rng = np.random.default_rng() if rng is None else rng
    self.embed_dim, self.num_heads, self.num_kv_heads = sizes
    self.head_dim = embed_dim // num_heads
    kv_dim = embed_dim
    self.num_kv_heads = num_heads
    self.q_proj = Linear(embed_dim, embed_dim, bias=False, rng=rng)
    self.k_proj = Linear(embed_dim, kv_dim, bias=False, rng=rng)
    self.v_proj = Linear(embed_dim, kv_dim, bias=False, rng=rng)
    self.out_proj = Linear(embed_dim, embed_dim, bias=False, rng=rng)
    self.softmax = Softmax()
    self.rope = rope


@misconception(
    "nn.modern.GroupedQueryAttention.__init__",
    hint="In which order are the layers drawn?",
    fails=("LanguageModel/test_at_first", "GroupedQueryAttention/test_at_first", "DecoderBlock/test_at_first"),
    source="folklore",
)
def draws_out_first(self, embed_dim, num_heads, num_kv_heads, rope=None, *, rng=None):
    """out_proj is drawn first."""
    sizes = (embed_dim, num_heads, num_kv_heads)
    if min(sizes) < 1 or embed_dim % num_heads or num_heads % num_kv_heads:
        raise ValueError(f"embed_dim, num_heads, num_kv_heads: each has to be a multiple of the next, got {sizes}")
    rng = np.random.default_rng() if rng is None else rng
    self.embed_dim, self.num_heads, self.num_kv_heads = sizes
    self.head_dim = embed_dim // num_heads
    kv_dim = num_kv_heads * self.head_dim
    self.out_proj = Linear(embed_dim, embed_dim, bias=False, rng=rng)
    self.q_proj = Linear(embed_dim, embed_dim, bias=False, rng=rng)
    self.k_proj = Linear(embed_dim, kv_dim, bias=False, rng=rng)
    self.v_proj = Linear(embed_dim, kv_dim, bias=False, rng=rng)
    self.softmax = Softmax()
    self.rope = rope


@misconception(
    "nn.modern.GroupedQueryAttention.__init__",
    hint="Which sizes are refused?",
    fails=(
        "GroupedQueryAttention/test_refuses",
        "GroupedQueryAttention/test_refuses",
        "LanguageModel/test_refuses",
        "DecoderBlock/test_refuses",
    ),
    source="folklore",
)
def heads_need_not_divide(self, embed_dim, num_heads, num_kv_heads, rope=None, *, rng=None):
    """Numbers that are left over belong to no head."""
    sizes = (embed_dim, num_heads, num_kv_heads)
    if min(sizes) < 1 or num_heads % num_kv_heads:
        raise ValueError(f"embed_dim, num_heads, num_kv_heads: each has to be a multiple of the next, got {sizes}")
    rng = np.random.default_rng() if rng is None else rng
    self.embed_dim, self.num_heads, self.num_kv_heads = sizes
    self.head_dim = embed_dim // num_heads
    kv_dim = num_kv_heads * self.head_dim
    self.q_proj = Linear(embed_dim, embed_dim, bias=False, rng=rng)
    self.k_proj = Linear(embed_dim, kv_dim, bias=False, rng=rng)
    self.v_proj = Linear(embed_dim, kv_dim, bias=False, rng=rng)
    self.out_proj = Linear(embed_dim, embed_dim, bias=False, rng=rng)
    self.softmax = Softmax()
    self.rope = rope


@misconception(
    "nn.modern.GroupedQueryAttention.__init__",
    hint="Which sizes are refused?",
    fails=("LanguageModel/test_refuses", "GroupedQueryAttention/test_refuses"),
    source="folklore",
)
def sizes_below_one(self, embed_dim, num_heads, num_kv_heads, rope=None, *, rng=None):
    """0 heads are none."""
    sizes = (embed_dim, num_heads, num_kv_heads)
    if embed_dim % max(num_heads, 1) or num_heads % max(num_kv_heads, 1):
        raise ValueError(f"embed_dim, num_heads, num_kv_heads: each has to be a multiple of the next, got {sizes}")
    embed_dim, num_heads, num_kv_heads = sizes = tuple(max(size, 1) for size in sizes)
    rng = np.random.default_rng() if rng is None else rng
    self.embed_dim, self.num_heads, self.num_kv_heads = sizes
    self.head_dim = embed_dim // num_heads
    kv_dim = num_kv_heads * self.head_dim
    self.q_proj = Linear(embed_dim, embed_dim, bias=False, rng=rng)
    self.k_proj = Linear(embed_dim, kv_dim, bias=False, rng=rng)
    self.v_proj = Linear(embed_dim, kv_dim, bias=False, rng=rng)
    self.out_proj = Linear(embed_dim, embed_dim, bias=False, rng=rng)
    self.softmax = Softmax()
    self.rope = rope


@misconception(
    "nn.modern.GroupedQueryAttention.forward",
    hint="Which shapes has the table?",
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
    hint="Which shapes has the table?",
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
    hint="Which dtype has y?",
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
    "nn.modern.GroupedQueryAttention.backward",
    hint="Which dtype has dx?",
    fails=("GroupedQueryAttention/test_dtypes",),
    source="folklore",
)
def gradient_is_float64(self, dy):
    """dx is float64."""
    q, k, v, weights, positions = self.saved_values
    d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
    d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
    dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
    dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
    dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
    dx = self.q_proj.backward(self._merged(self._turned(dq, -positions)))
    dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
    return (dx + self.v_proj.backward(self._merged(dv))).astype(np.float64)


@misconception(
    "nn.modern.GroupedQueryAttention.backward",
    hint="What is backward before forward?",
    fails=("GroupedQueryAttention/test_refuses",),
    source="folklore",
)
def zero_before_forward(self, dy):
    """Before forward there is no gradient."""
    if "_saved" not in vars(self):
        return np.zeros_like(dy)
    q, k, v, weights, positions = self.saved_values
    d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
    d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
    dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
    dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)
    dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
    dx = self.q_proj.backward(self._merged(self._turned(dq, -positions)))
    dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
    return dx + self.v_proj.backward(self._merged(dv))


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
