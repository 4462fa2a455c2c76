"""What people believe about the heads of attention."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.linear import Linear
from reference.nn.module import check_shape
from reference.nn.parameter import Parameter
from reference.nn.transformer.attention import ScaledDotProductAttention
from reference.nn.transformer.multihead import _added, _merged


@misconception(
    "nn.transformer.multihead._merged",
    hint="In which order do the numbers of (N, H, L, D) lie in memory?",
    fails=(
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_masks",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "Text/test_learns_a_text",
    ),
    source="Stanford CS336, a planted mistake",
)
def merged_without_a_transpose(heads):
    """Heads are merged by a reshape."""
    n, count, length, size = heads.shape
    return heads.reshape(n, length, count * size)


@misconception(
    "nn.transformer.MultiheadAttention._split",
    hint="Which numbers of (N, L, E) belong to head 0?",
    fails=(
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_float_attn_mask",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def split_without_a_transpose(self, x):
    """Heads are split by a reshape to (N, H, L, D)."""
    return x.reshape(x.shape[0], self.num_heads, x.shape[1], self.embed_dim // self.num_heads)


@misconception(
    "nn.transformer.MultiheadAttention",
    hint="Which of six numbers belong to the first of two heads?",
    fails=(
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_float_attn_mask",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
class heads_are_interleaved:
    """Head h has every H-th number."""

    def _split(self, x):
        return np.moveaxis(x.reshape(*x.shape[:2], self.embed_dim // self.num_heads, self.num_heads), 3, 1)


@misconception(
    "nn.transformer.MultiheadAttention",
    hint="Over how many numbers does the product of a query and a key sum?",
    fails=(
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_masks",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
    ),
    source="folklore",
)
class scale_of_all_numbers:
    """Scores are divided by the root of embed_dim."""

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
        heads = _merged(self.attention(q / math.sqrt(self.num_heads), k, v, mask))
        return self.out_proj(heads).astype(query.dtype, copy=False)

    def backward(self, dy):
        inputs = self.saved_values
        check_shape("dy of MultiheadAttention", dy.shape, inputs[0].shape)
        projected = self.attention.backward(self._split(self.out_proj.backward(dy)))
        d_rows = [_merged(d) for d in projected]
        d_rows[0] = d_rows[0] / math.sqrt(self.num_heads)
        self._accumulate(d_rows, inputs)
        d_inputs = (d @ w for d, w in zip(d_rows, np.split(self.in_proj_weight.data, 3), strict=True))
        d_query, d_key, d_value = (d.astype(x.dtype, copy=False) for d, x in zip(d_inputs, inputs, strict=True))
        return (d_query, d_key, d_value)


@misconception(
    "nn.transformer.MultiheadAttention.__init__",
    hint="How many numbers does each of four heads have, if there are six?",
    fails=(
        "MultiheadAttention/test_refuses",
        "GPT/test_refuses",
        "TransformerEncoderLayer/test_refuses",
    ),
    source="folklore",
)
def heads_that_do_not_divide(self, embed_dim, num_heads, bias=True, *, rng=None):
    """A number that is left over is left out."""
    if embed_dim < 1 or num_heads < 1:
        raise ValueError(f"MultiheadAttention needs heads that share embed_dim, got {embed_dim}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    bound = math.sqrt(6 / (embed_dim + 3 * embed_dim))
    self.embed_dim = embed_dim
    self.num_heads = num_heads
    self.in_proj_weight = Parameter(rng.uniform(-bound, bound, (3 * embed_dim, embed_dim)))
    self.in_proj_bias = Parameter(np.zeros(3 * embed_dim)) if bias else None
    self.out_proj = Linear(embed_dim, embed_dim, bias, rng=rng)
    if self.out_proj.bias is not None:
        self.out_proj.bias.data[...] = 0
    self.attention = ScaledDotProductAttention()
