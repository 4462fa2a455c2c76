"""What people believe about the projections around attention."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape
from reference.nn.transformer.multihead import _added, _merged


@misconception(
    "nn.transformer.MultiheadAttention._project",
    hint="Which third of in_proj_weight belongs to the queries?",
    fails=(
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def order_is_key_query_value(self, x, part, name):
    """in_proj_weight is Wk on top of Wq on top of Wv."""
    if x.ndim != 3 or x.shape[2] != self.embed_dim:
        raise ValueError(f"{name} has shape {x.shape}, but should have shape (N, L, {self.embed_dim})")
    part = (1, 0, 2)[part]
    rows = slice(part * self.embed_dim, (part + 1) * self.embed_dim)
    y = x @ self.in_proj_weight.data[rows].T
    return y if self.in_proj_bias is None else y + self.in_proj_bias.data[rows]


@misconception(
    "nn.transformer.MultiheadAttention._project",
    hint="Is W multiplied from the left or from the right?",
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
def weights_are_not_transposed(self, x, part, name):
    """q is query times Wq."""
    if x.ndim != 3 or x.shape[2] != self.embed_dim:
        raise ValueError(f"{name} has shape {x.shape}, but should have shape (N, L, {self.embed_dim})")
    rows = slice(part * self.embed_dim, (part + 1) * self.embed_dim)
    y = x @ self.in_proj_weight.data[rows]
    return y if self.in_proj_bias is None else y + self.in_proj_bias.data[rows]


@misconception(
    "nn.transformer.MultiheadAttention._project",
    hint="Does in_proj_weight begin with all queries, or with the first head's query, key and value?",
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
    source="github.com/NVIDIA/Megatron-LM",
    convention="This is the form in which Megatron-LM and GPT-NeoX keep it; the contract asks for all rows of "
    "queries first.",
)
def thirds_per_head(self, x, part, name):
    """in_proj_weight has query, key and value of head 0, then those of head 1."""
    if x.ndim != 3 or x.shape[2] != self.embed_dim:
        raise ValueError(f"{name} has shape {x.shape}, but should have shape (N, L, {self.embed_dim})")
    size = self.embed_dim // self.num_heads
    rows = np.arange(3 * self.embed_dim).reshape(self.num_heads, 3, size)[:, part].ravel()
    y = x @ self.in_proj_weight.data[rows].T
    return y if self.in_proj_bias is None else y + self.in_proj_bias.data[rows]


@misconception(
    "nn.transformer.MultiheadAttention._project",
    hint="What does in_proj_bias do?",
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
    ),
    source="folklore",
)
def bias_is_forgotten(self, x, part, name):
    """Projections have no bias."""
    if x.ndim != 3 or x.shape[2] != self.embed_dim:
        raise ValueError(f"{name} has shape {x.shape}, but should have shape (N, L, {self.embed_dim})")
    rows = slice(part * self.embed_dim, (part + 1) * self.embed_dim)
    return x @ self.in_proj_weight.data[rows].T


@misconception(
    "nn.transformer.MultiheadAttention.forward",
    hint="Where do keys come from, if another text is attended to?",
    fails=(
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_both_masks",
    ),
    source="folklore",
)
def keys_are_the_queries(self, query, key, value, attn_mask=None, key_padding_mask=None, cache=None):
    """Keys and values are made from query."""
    q, k, v = (
        self._split(self._project(x, part, name))
        for part, (name, x) in enumerate(
            {
                "query": query,
                "key": query if query.shape == key.shape else key,
                "value": query if query.shape == value.shape else value,
            }.items()
        )
    )
    self.save_for_backward(query, key, value)
    check_shape("key of MultiheadAttention", key.shape, (len(query), *key.shape[1:]))
    keys = k.shape[2] + (0 if cache is None else len(cache))
    mask = _added((*q.shape[:3], keys), attn_mask, key_padding_mask)
    if cache is not None:
        k, v = cache.append(k, v)
    heads = _merged(self.attention(q, k, v, mask))
    return self.out_proj(heads).astype(query.dtype, copy=False)


@misconception(
    "nn.transformer.MultiheadAttention.forward",
    hint="May values be another array than keys?",
    fails=(
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_float_attn_mask",
        "MultiheadAttention/test_key_padding_mask",
        "MultiheadAttention/test_both_masks",
    ),
    source="folklore",
)
def values_are_the_keys(self, query, key, value, attn_mask=None, key_padding_mask=None, cache=None):
    """Keys and values come from one array."""
    q, k, v = (
        self._split(self._project(x, part, name))
        for part, (name, x) in enumerate(
            {"query": query, "key": key, "value": key if key.shape == value.shape else value}.items()
        )
    )
    self.save_for_backward(query, key, value)
    check_shape("key of MultiheadAttention", key.shape, (len(query), *key.shape[1:]))
    keys = k.shape[2] + (0 if cache is None else len(cache))
    mask = _added((*q.shape[:3], keys), attn_mask, key_padding_mask)
    if cache is not None:
        k, v = cache.append(k, v)
    heads = _merged(self.attention(q, k, v, mask))
    return self.out_proj(heads).astype(query.dtype, copy=False)


@misconception(
    "nn.transformer.MultiheadAttention",
    hint="What mixes the heads?",
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
        "GPT/test_sizes",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
    ),
    source="folklore",
)
class out_proj_is_forgotten:
    """y is what the heads give."""

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
        return (self.out_proj(heads) * 0 + heads).astype(query.dtype, copy=False)

    def backward(self, dy):
        inputs = self.saved_values
        check_shape("dy of MultiheadAttention", dy.shape, inputs[0].shape)
        projected = self.attention.backward(self._split(self.out_proj.backward(dy) * 0 + dy))
        d_rows = [_merged(d) for d in projected]
        self._accumulate(d_rows, inputs)
        d_inputs = (d @ w for d, w in zip(d_rows, np.split(self.in_proj_weight.data, 3), strict=True))
        d_query, d_key, d_value = (d.astype(x.dtype, copy=False) for d, x in zip(d_inputs, inputs, strict=True))
        return (d_query, d_key, d_value)


@misconception(
    "nn.transformer.MultiheadAttention.forward",
    hint="How many arrays does forward return here?",
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
    source="torch.nn.MultiheadAttention",
    convention="This is the form of PyTorch, where need_weights is True by default; the contract asks for y alone.",
)
def weights_are_returned_too(self, query, key, value, attn_mask=None, key_padding_mask=None, cache=None):
    """forward returns y and the weights."""
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
    return (self.out_proj(heads).astype(query.dtype, copy=False), self.attention.saved_values[3].mean(axis=1))


@misconception(
    "nn.transformer.MultiheadAttention.forward",
    hint="Which dtype does y have, if query is float32?",
    fails=(
        "MultiheadAttention/test_mask_memory",
        "MultiheadAttention/test_dtypes",
        "TransformerEncoderLayer/test_dtypes",
    ),
    source="folklore",
)
def y_is_float64(self, query, key, value, attn_mask=None, key_padding_mask=None, cache=None):
    """y has the dtype of the parameters."""
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
    return self.out_proj(heads)


@misconception(
    "nn.transformer.MultiheadAttention._project",
    hint="What should the message of an error say?",
    fails=(
        "MultiheadAttention/test_refuses",
        "TransformerEncoderLayer/test_refuses",
    ),
    source="folklore",
)
def shapes_are_not_named(self, x, part, name):
    """NumPy finds out whether x fits."""
    if x.shape[-1] != self.embed_dim:
        raise ValueError("x does not fit")
    rows = slice(part * self.embed_dim, (part + 1) * self.embed_dim)
    y = x @ self.in_proj_weight.data[rows].T
    return y if self.in_proj_bias is None else y + self.in_proj_bias.data[rows]


@misconception(
    "nn.transformer.MultiheadAttention.forward",
    hint="Queries and keys may know the positions, and the values not. Which array is projected by Wv?",
    fails=("MultiheadAttention/test_self_attention",),
    source="folklore",
)
def self_attention_has_one_input(self, query, key, value, attn_mask=None, key_padding_mask=None, cache=None):
    """If key is the same array as query, this is self-attention, so value is that array, too."""
    check_shape("value of MultiheadAttention", value.shape, key.shape)
    value = query if key is query else value
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
    return self.out_proj(_merged(self.attention(q, k, v, mask))).astype(query.dtype, copy=False)
