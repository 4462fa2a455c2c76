"""What people believe about positions and caches in attention."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "nn.modern.GroupedQueryAttention",
    hint="Which heads of the queries share one head of the keys: neighbours, or those K apart?",
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
    "nn.modern.GroupedQueryAttention",
    hint="On what does the product of a turned q and a k depend?",
    fails=(
        "Learning/test_melodies",
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
    "nn.modern.GroupedQueryAttention.forward",
    hint="Positions are given with a cache, and are not those that count on: by which are the new keys turned?",
    fails=("GroupedQueryAttention/test_cache", "DecoderBlock/test_cache"),
    source="a reader of the handout",
)
def cache_tells_the_positions(self, x, positions=None, cache=None):
    """With a cache, positions count on from its length, whatever was given."""
    check_shape("x of GroupedQueryAttention", x.shape, (*x.shape[:2], self.embed_dim))
    if positions is None or cache is not None:
        positions = np.arange(x.shape[1]) + (0 if cache is None else len(cache))
    q, k, v = (self._split(projection(x)) for projection in (self.q_proj, self.k_proj, self.v_proj))
    q, k = self._turned(q, positions), self._turned(k, positions)
    if cache is not None:
        k, v = cache.append(k, v)
    q = self._grouped(q)
    weights = self.softmax(self._scores(q, k))
    self.save_for_backward(q, k, v, weights, positions)
    return self.out_proj(self._merged(weights @ v[:, :, None]))
