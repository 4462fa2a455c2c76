"""What people believe about a block."""

import numpy as np

from grader.assignment import misconception
from reference.nn.modern.attention import GroupedQueryAttention
from reference.nn.modern.swiglu import SwiGLU
from reference.nn.normalization import RMSNorm


@misconception(
    "nn.modern.DecoderBlock",
    hint="What is added to x?",
    fails=(
        "DecoderBlock/test_paths",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_memory",
        "DecoderBlock/test_values",
        "LanguageModel/test_worked_example",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "Generate/test_model",
    ),
    source="folklore",
)
class no_residual_around_attention:
    """The attention's output goes on."""

    def forward(self, x, positions=None, cache=None):
        self.save_for_backward(x.dtype)
        h = self.attention(self.attention_norm(x), positions, cache)
        return h + self.feed_forward(self.feed_forward_norm(h))

    def backward(self, dy):
        (dtype,) = self.saved_values
        dh = dy + self.feed_forward_norm.backward(self.feed_forward.backward(dy))
        dx = self.attention_norm.backward(self.attention.backward(dh))
        return dx.astype(dtype, copy=False)


@misconception(
    "nn.modern.DecoderBlock",
    hint="What is added to h?",
    fails=(
        "DecoderBlock/test_paths",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_memory",
        "DecoderBlock/test_values",
        "LanguageModel/test_worked_example",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "Generate/test_model",
    ),
    source="folklore",
)
class no_residual_around_feed_forward:
    """The feed-forward layer's output is y."""

    def forward(self, x, positions=None, cache=None):
        self.save_for_backward(x.dtype)
        h = x + self.attention(self.attention_norm(x), positions, cache)
        return self.feed_forward(self.feed_forward_norm(h))

    def backward(self, dy):
        (dtype,) = self.saved_values
        dh = self.feed_forward_norm.backward(self.feed_forward.backward(dy))
        dx = dh + self.attention_norm.backward(self.attention.backward(dh))
        return dx.astype(dtype, copy=False)


@misconception(
    "nn.modern.DecoderBlock",
    hint="What is normalised in a pre-norm block?",
    fails=(
        "Learning/test_melodies",
        "DecoderBlock/test_paths",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_memory",
        "DecoderBlock/test_values",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_values",
        "Generate/test_model",
    ),
    source="folklore",
    convention="This is the order of the first transformers; the contract normalises before each part.",
)
class norm_after_the_sum:
    """The sum is normalised."""

    def forward(self, x, positions=None, cache=None):
        self.save_for_backward(x.dtype)
        h = self.attention_norm(x + self.attention(x, positions, cache))
        return self.feed_forward_norm(h + self.feed_forward(h))

    def backward(self, dy):
        (dtype,) = self.saved_values
        dy = self.feed_forward_norm.backward(dy)
        dh = dy + self.feed_forward.backward(dy)
        dh = self.attention_norm.backward(dh)
        dx = dh + self.attention.backward(dh)
        return dx.astype(dtype, copy=False)


@misconception(
    "nn.modern.DecoderBlock",
    hint="What does the feed-forward layer see?",
    fails=(
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
    convention="This is the parallel form of GPT-J; the contract has one part after the other.",
)
class side_by_side:
    """Attention and the feed-forward layer both see x."""

    def forward(self, x, positions=None, cache=None):
        self.save_for_backward(x.dtype)
        h = x + self.attention(self.attention_norm(x), positions, cache)
        return h + self.feed_forward(self.feed_forward_norm(x))

    def backward(self, dy):
        (dtype,) = self.saved_values
        dh = dy + self.feed_forward_norm.backward(self.feed_forward.backward(dy))
        dx = dh + self.attention_norm.backward(self.attention.backward(dy))
        return dx.astype(dtype, copy=False)


@misconception(
    "nn.modern.DecoderBlock",
    hint="Which of the two parts sees x itself?",
    fails=(
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
class feed_forward_first:
    """The feed-forward layer comes first."""

    def forward(self, x, positions=None, cache=None):
        self.save_for_backward(x.dtype)
        h = x + self.feed_forward(self.feed_forward_norm(x))
        return h + self.attention(self.attention_norm(h), positions, cache)

    def backward(self, dy):
        (dtype,) = self.saved_values
        dh = dy + self.attention_norm.backward(self.attention.backward(dy))
        return (dh + self.feed_forward_norm.backward(self.feed_forward.backward(dh))).astype(dtype)


@misconception(
    "nn.modern.DecoderBlock.backward",
    hint="What does the derivative of a sum say?",
    fails=(
        "DecoderBlock/test_paths",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
        "DecoderBlock/test_dtypes",
        "LanguageModel/test_worked_example",
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_gradients",
        "LanguageModel/test_dtypes",
    ),
    source="folklore",
)
def shortcut_gradient_is_dropped(self, dy):
    """dx comes back through the attention."""
    (dtype,) = self.saved_values
    dh = dy + self.feed_forward_norm.backward(self.feed_forward.backward(dy))
    dx = self.attention_norm.backward(self.attention.backward(dh))
    return dx.astype(dtype, copy=False)


@misconception(
    "nn.modern.DecoderBlock.backward",
    hint="What arrives at h?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
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
def both_parts_get_dy(self, dy):
    """The attention's gradient is dy."""
    (dtype,) = self.saved_values
    dh = dy + self.feed_forward_norm.backward(self.feed_forward.backward(dy))
    dx = dh + self.attention_norm.backward(self.attention.backward(dy.astype(dtype)))
    return dx.astype(dtype, copy=False)


@misconception(
    "nn.modern.DecoderBlock.forward",
    hint="Where do positions go?",
    fails=("DecoderBlock/test_sizes",),
    source="folklore",
)
def positions_are_not_passed(self, x, positions=None, cache=None):
    """Positions are the attention's own matter."""
    self.save_for_backward(x.dtype)
    h = x + self.attention(self.attention_norm(x), None, cache)
    return h + self.feed_forward(self.feed_forward_norm(h))


@misconception(
    "nn.modern.DecoderBlock.forward",
    hint="Where does the cache go?",
    fails=(
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_refuses_tokens",
        "Generate/test_model",
        "DecoderBlock/test_cache",
    ),
    source="folklore",
)
def cache_is_not_passed(self, x, positions=None, cache=None):
    """The cache is the attention's own matter."""
    self.save_for_backward(x.dtype)
    h = x + self.attention(self.attention_norm(x), positions)
    return h + self.feed_forward(self.feed_forward_norm(h))


@misconception(
    "nn.modern.DecoderBlock.__init__",
    hint="In which order are the parts drawn?",
    fails=("LanguageModel/test_at_first", "DecoderBlock/test_at_first"),
    source="folklore",
)
def feed_forward_is_drawn_first(self, embed_dim, num_heads, num_kv_heads, hidden_dim, rope=None, *, rng=None):
    """The feed-forward layer is drawn first."""
    rng = np.random.default_rng() if rng is None else rng
    self.feed_forward = SwiGLU(embed_dim, hidden_dim, rng=rng)
    self.attention_norm = RMSNorm(embed_dim)
    self.attention = GroupedQueryAttention(embed_dim, num_heads, num_kv_heads, rope, rng=rng)
    self.feed_forward_norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.DecoderBlock.backward",
    hint="Which dtype does dx have?",
    fails=("DecoderBlock/test_dtypes",),
    source="folklore",
)
def gradient_is_float64(self, dy):
    """dx is float64."""
    (_dtype,) = self.saved_values
    dh = dy + self.feed_forward_norm.backward(self.feed_forward.backward(dy))
    dx = dh + self.attention_norm.backward(self.attention.backward(dh))
    return dx.astype(np.float64)


@misconception(
    "nn.modern.DecoderBlock.backward",
    hint="What does the contract say of backward before forward?",
    fails=("DecoderBlock/test_refuses",),
    source="folklore",
)
def zero_before_forward(self, dy):
    """Before forward there is no gradient."""
    if "_saved" not in vars(self):
        return np.zeros_like(dy)
    (dtype,) = self.saved_values
    dh = dy + self.feed_forward_norm.backward(self.feed_forward.backward(dy))
    dx = dh + self.attention_norm.backward(self.attention.backward(dh))
    return dx.astype(dtype, copy=False)


@misconception(
    "nn.modern.DecoderBlock.__init__",
    hint="Which sizes are refused?",
    fails=("LanguageModel/test_refuses", "DecoderBlock/test_refuses"),
    source="folklore",
)
def hidden_sizes_below_one(self, embed_dim, num_heads, num_kv_heads, hidden_dim, rope=None, *, rng=None):
    """Without a hidden layer, nothing is added."""
    rng = np.random.default_rng() if rng is None else rng
    hidden_dim = max(hidden_dim, 1)
    self.attention_norm = RMSNorm(embed_dim)
    self.attention = GroupedQueryAttention(embed_dim, num_heads, num_kv_heads, rope, rng=rng)
    self.feed_forward_norm = RMSNorm(embed_dim)
    self.feed_forward = SwiGLU(embed_dim, hidden_dim, rng=rng)


@misconception(
    "nn.modern.DecoderBlock.forward",
    hint="Whose array is x?",
    fails=("DecoderBlock/test_memory",),
    source="folklore",
)
def adds_in_place(self, x, positions=None, cache=None):
    """h is x with something added, in place."""
    self.save_for_backward(x.dtype)
    h = x if x.flags.writeable else x.copy()
    h += self.attention(self.attention_norm(x.copy()), positions, cache)
    return h + self.feed_forward(self.feed_forward_norm(h))


@misconception(
    "nn.modern.DecoderBlock.forward",
    hint="Which shapes does the table name?",
    fails=("DecoderBlock/test_refuses",),
    source="folklore",
)
def sequences_without_a_batch(self, x, positions=None, cache=None):
    """An x of shape (L, E) is one sequence."""
    if x.ndim == 2:
        return self.forward(x[None])[0]
    self.save_for_backward(x.dtype)
    h = x + self.attention(self.attention_norm(x), positions, cache)
    return h + self.feed_forward(self.feed_forward_norm(h))


@misconception(
    "nn.modern.DecoderBlock",
    hint="What is normalised: what a part is given, or what it gives?",
    fails=(
        "DecoderBlock/test_values",
        "DecoderBlock/test_gradients",
        "LanguageModel/test_values",
        "Generate/test_model",
    ),
    source="folklore",
)
class norm_after_each_part:
    """What a part gives is normalised before it is added."""

    def forward(self, x, positions=None, cache=None):
        self.save_for_backward(x.dtype)
        h = x + self.attention_norm(self.attention(x, positions, cache))
        return h + self.feed_forward_norm(self.feed_forward(h))

    def backward(self, dy):
        (dtype,) = self.saved_values
        dh = dy + self.feed_forward.backward(self.feed_forward_norm.backward(dy))
        dx = dh + self.attention.backward(self.attention_norm.backward(dh))
        return dx.astype(dtype, copy=False)
