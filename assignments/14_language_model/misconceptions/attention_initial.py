"""What people believe about what attention is made of."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import Softmax
from reference.nn.linear import Linear


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
