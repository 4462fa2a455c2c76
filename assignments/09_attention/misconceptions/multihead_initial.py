"""What people believe about the initial values and names of attention with several heads."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.linear import Linear
from reference.nn.module import check_shape
from reference.nn.parameter import Parameter
from reference.nn.transformer.attention import ScaledDotProductAttention
from reference.nn.transformer.multihead import _added, _merged


@misconception(
    "nn.transformer.MultiheadAttention.__init__",
    hint="Of which shape is the matrix whose rows and columns count?",
    fails=(
        "MultiheadAttention/test_draws_from_the_given_generator",
        "MultiheadAttention/test_initial_values_without_a_generator",
        "GPT/test_draws_from_the_given_generator",
        "TransformerEncoderLayer/test_at_first",
    ),
    source="folklore",
)
def bound_of_a_third(self, embed_dim, num_heads, bias=True, *, rng=None):
    """Each third is a matrix of its own: the bound is the root of 6 / (2 E)."""
    if embed_dim < 1 or num_heads < 1 or embed_dim % num_heads:
        raise ValueError(f"MultiheadAttention needs heads that share embed_dim, got {embed_dim}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    bound = math.sqrt(6 / (embed_dim + embed_dim))
    self.embed_dim = embed_dim
    self.num_heads = num_heads
    self.in_proj_weight = Parameter(rng.uniform(-bound, bound, (3 * embed_dim, embed_dim)))
    self.in_proj_bias = Parameter(np.zeros(3 * embed_dim)) if bias else None
    self.out_proj = Linear(embed_dim, embed_dim, bias, rng=rng)
    if self.out_proj.bias is not None:
        self.out_proj.bias.data[...] = 0
    self.attention = ScaledDotProductAttention()


@misconception(
    "nn.transformer.MultiheadAttention.__init__",
    hint="Which distribution does in_proj_weight have here?",
    fails=(
        "MultiheadAttention/test_draws_from_the_given_generator",
        "MultiheadAttention/test_initial_values_without_a_generator",
        "GPT/test_draws_from_the_given_generator",
        "TransformerEncoderLayer/test_at_first",
    ),
    source="folklore",
)
def bound_of_linear(self, embed_dim, num_heads, bias=True, *, rng=None):
    """in_proj_weight is drawn as the weight of a Linear."""
    if embed_dim < 1 or num_heads < 1 or embed_dim % num_heads:
        raise ValueError(f"MultiheadAttention needs heads that share embed_dim, got {embed_dim}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(embed_dim)
    self.embed_dim = embed_dim
    self.num_heads = num_heads
    self.in_proj_weight = Parameter(rng.uniform(-bound, bound, (3 * embed_dim, embed_dim)))
    self.in_proj_bias = Parameter(np.zeros(3 * embed_dim)) if bias else None
    self.out_proj = Linear(embed_dim, embed_dim, bias, rng=rng)
    if self.out_proj.bias is not None:
        self.out_proj.bias.data[...] = 0
    self.attention = ScaledDotProductAttention()


@misconception(
    "nn.transformer.MultiheadAttention.__init__",
    hint="How do the biases begin?",
    fails=(
        "MultiheadAttention/test_draws_from_the_given_generator",
        "GPT/test_draws_from_the_given_generator",
        "TransformerEncoderLayer/test_at_first",
    ),
    source="folklore",
)
def biases_are_drawn(self, embed_dim, num_heads, bias=True, *, rng=None):
    """The bias of out_proj is drawn as that of every Linear."""
    if embed_dim < 1 or num_heads < 1 or embed_dim % num_heads:
        raise ValueError(f"MultiheadAttention needs heads that share embed_dim, got {embed_dim}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    bound = math.sqrt(6 / (embed_dim + 3 * embed_dim))
    self.embed_dim = embed_dim
    self.num_heads = num_heads
    self.in_proj_weight = Parameter(rng.uniform(-bound, bound, (3 * embed_dim, embed_dim)))
    self.in_proj_bias = Parameter(np.zeros(3 * embed_dim)) if bias else None
    self.out_proj = Linear(embed_dim, embed_dim, bias, rng=rng)
    if self.out_proj.bias is not None:
        pass
    self.attention = ScaledDotProductAttention()


@misconception(
    "nn.transformer.MultiheadAttention.__init__",
    hint="Which of the parts draws first?",
    fails=(
        "MultiheadAttention/test_draws_from_the_given_generator",
        "GPT/test_draws_from_the_given_generator",
        "TransformerEncoderLayer/test_at_first",
    ),
    source="folklore",
)
def out_proj_draws_first(self, embed_dim, num_heads, bias=True, *, rng=None):
    """out_proj draws before in_proj_weight."""
    if embed_dim < 1 or num_heads < 1 or embed_dim % num_heads:
        raise ValueError(f"MultiheadAttention needs heads that share embed_dim, got {embed_dim}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    bound = math.sqrt(6 / (embed_dim + 3 * embed_dim))
    self.embed_dim = embed_dim
    self.num_heads = num_heads
    out_proj = Linear(embed_dim, embed_dim, bias, rng=rng)
    self.in_proj_weight = Parameter(rng.uniform(-bound, bound, (3 * embed_dim, embed_dim)))
    self.in_proj_bias = Parameter(np.zeros(3 * embed_dim)) if bias else None
    self.out_proj = out_proj
    if self.out_proj.bias is not None:
        self.out_proj.bias.data[...] = 0
    self.attention = ScaledDotProductAttention()


@misconception(
    "nn.transformer.MultiheadAttention.__init__",
    hint="Are two new layers equal?",
    fails=("MultiheadAttention/test_initial_values_without_a_generator",),
    source="folklore",
)
def one_seed(self, embed_dim, num_heads, bias=True, *, rng=None):
    """Without rng, the seed is 0."""
    if embed_dim < 1 or num_heads < 1 or embed_dim % num_heads:
        raise ValueError(f"MultiheadAttention needs heads that share embed_dim, got {embed_dim}, {num_heads}")
    rng = np.random.default_rng(0) if rng is None else rng
    bound = math.sqrt(6 / (embed_dim + 3 * embed_dim))
    self.embed_dim = embed_dim
    self.num_heads = num_heads
    self.in_proj_weight = Parameter(rng.uniform(-bound, bound, (3 * embed_dim, embed_dim)))
    self.in_proj_bias = Parameter(np.zeros(3 * embed_dim)) if bias else None
    self.out_proj = Linear(embed_dim, embed_dim, bias, rng=rng)
    if self.out_proj.bias is not None:
        self.out_proj.bias.data[...] = 0
    self.attention = ScaledDotProductAttention()


@misconception(
    "nn.transformer.MultiheadAttention.__init__",
    hint="Who else draws from NumPy's global state?",
    fails=("MultiheadAttention/test_initial_values_without_a_generator",),
    source="folklore",
)
def global_state(self, embed_dim, num_heads, bias=True, *, rng=None):
    """Without rng, numpy.random is used."""
    if embed_dim < 1 or num_heads < 1 or embed_dim % num_heads:
        raise ValueError(f"MultiheadAttention needs heads that share embed_dim, got {embed_dim}, {num_heads}")
    rng = np.random.mtrand._rand if rng is None else rng
    bound = math.sqrt(6 / (embed_dim + 3 * embed_dim))
    self.embed_dim = embed_dim
    self.num_heads = num_heads
    self.in_proj_weight = Parameter(rng.uniform(-bound, bound, (3 * embed_dim, embed_dim)))
    self.in_proj_bias = Parameter(np.zeros(3 * embed_dim)) if bias else None
    self.out_proj = Linear(embed_dim, embed_dim, bias, rng=rng)
    if self.out_proj.bias is not None:
        self.out_proj.bias.data[...] = 0
    self.attention = ScaledDotProductAttention()


@misconception(
    "nn.transformer.MultiheadAttention.__init__",
    hint="What does bias=False switch off?",
    fails=(
        "MultiheadAttention/test_draws_from_the_given_generator",
        "MultiheadAttention/test_names",
    ),
    source="folklore",
)
def out_proj_keeps_its_bias(self, embed_dim, num_heads, bias=True, *, rng=None):
    """bias=False is about the projections of query, key and value."""
    if embed_dim < 1 or num_heads < 1 or embed_dim % num_heads:
        raise ValueError(f"MultiheadAttention needs heads that share embed_dim, got {embed_dim}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    bound = math.sqrt(6 / (embed_dim + 3 * embed_dim))
    self.embed_dim = embed_dim
    self.num_heads = num_heads
    self.in_proj_weight = Parameter(rng.uniform(-bound, bound, (3 * embed_dim, embed_dim)))
    self.in_proj_bias = Parameter(np.zeros(3 * embed_dim)) if bias else None
    self.out_proj = Linear(embed_dim, embed_dim, rng=rng)
    if self.out_proj.bias is not None:
        self.out_proj.bias.data[...] = 0
    self.attention = ScaledDotProductAttention()


@misconception(
    "nn.transformer.MultiheadAttention",
    hint="What is the last projection called?",
    fails=(
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_masks",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "TransformerEncoderLayer/test_paths",
        "TransformerEncoderLayer/test_masks",
        "GPT/test_worked_example",
        "GPT/test_cache",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
    ),
    source="folklore",
)
class another_name_for_out_proj:
    """The last projection is called proj."""

    def __init__(self, embed_dim, num_heads, bias=True, *, rng=None):
        if embed_dim < 1 or num_heads < 1 or embed_dim % num_heads:
            raise ValueError(f"MultiheadAttention needs heads that share embed_dim, got {embed_dim}, {num_heads}")
        rng = np.random.default_rng() if rng is None else rng
        bound = math.sqrt(6 / (embed_dim + 3 * embed_dim))
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.in_proj_weight = Parameter(rng.uniform(-bound, bound, (3 * embed_dim, embed_dim)))
        self.in_proj_bias = Parameter(np.zeros(3 * embed_dim)) if bias else None
        self.proj = Linear(embed_dim, embed_dim, bias, rng=rng)
        if self.proj.bias is not None:
            self.proj.bias.data[...] = 0
        self.attention = ScaledDotProductAttention()

    def forward(self, query, key, value, attn_mask=None, key_padding_mask=None, cache=None):
        q, k, v = (
            self._split(self._project(x, part, name))
            for part, (name, x) in enumerate({"query": query, "key": key, "value": value}.items())
        )
        self.save_for_backward(query, key, value)
        check_shape("key of MultiheadAttention", key.shape, (len(query), *key.shape[1:]))
        keys = k.shape[2] + (0 if cache is None else len(cache))
        mask = _added((*q.shape[:3], keys), attn_mask, key_padding_mask)
        if cache is not None:
            k, v = cache.append(k, v)
        heads = _merged(self.attention(q, k, v, mask))
        return self.proj(heads).astype(query.dtype, copy=False)

    def backward(self, dy):
        inputs = self.saved_values
        check_shape("dy of MultiheadAttention", dy.shape, inputs[0].shape)
        projected = self.attention.backward(self._split(self.proj.backward(dy)))
        d_rows = [_merged(d) for d in projected]
        self._accumulate(d_rows, inputs)
        d_inputs = (d @ w for d, w in zip(d_rows, np.split(self.in_proj_weight.data, 3), strict=True))
        d_query, d_key, d_value = (d.astype(x.dtype, copy=False) for d, x in zip(d_inputs, inputs, strict=True))
        return (d_query, d_key, d_value)
