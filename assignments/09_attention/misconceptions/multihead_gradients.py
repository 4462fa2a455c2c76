"""What people believe about the gradients of attention with several heads."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import accumulate_grad, check_shape
from reference.nn.transformer.multihead import _added, _merged


@misconception(
    "nn.transformer.MultiheadAttention.backward",
    hint="How many inputs does forward have?",
    fails=(
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_refuses_what_does_not_fit",
        "MultiheadAttention/test_mask_memory",
        "TransformerEncoderLayer/test_paths",
        "TransformerEncoderLayer/test_masks",
        "GPT/test_worked_example",
        "GPT/test_sizes",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def one_gradient_for_all_three(self, dy):
    """backward returns the sum of the three gradients."""
    inputs = self.saved_values
    check_shape("dy of MultiheadAttention", dy.shape, inputs[0].shape)
    projected = self.attention.backward(self._split(self.out_proj.backward(dy)))
    d_rows = [_merged(d) for d in projected]
    self._accumulate(d_rows, inputs)
    d_inputs = (d @ w for d, w in zip(d_rows, np.split(self.in_proj_weight.data, 3), strict=True))
    d_query, d_key, d_value = (d.astype(x.dtype, copy=False) for d, x in zip(d_inputs, inputs, strict=True))
    return d_query + d_key + d_value if d_query.shape == d_key.shape else (d_query, d_key, d_value)


@misconception(
    "nn.transformer.MultiheadAttention.backward",
    hint="In which order are the gradients?",
    fails=(
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
    ),
    source="folklore",
)
def key_and_value_change_places(self, dy):
    """backward returns d_query, d_value and d_key."""
    inputs = self.saved_values
    check_shape("dy of MultiheadAttention", dy.shape, inputs[0].shape)
    projected = self.attention.backward(self._split(self.out_proj.backward(dy)))
    d_rows = [_merged(d) for d in projected]
    self._accumulate(d_rows, inputs)
    d_inputs = (d @ w for d, w in zip(d_rows, np.split(self.in_proj_weight.data, 3), strict=True))
    d_query, d_key, d_value = (d.astype(x.dtype, copy=False) for d, x in zip(d_inputs, inputs, strict=True))
    return (d_query, d_value, d_key)


@misconception(
    "nn.transformer.MultiheadAttention._accumulate",
    hint="Which input was multiplied with Wk?",
    fails=(
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_both_masks",
    ),
    source="folklore",
)
def weights_by_the_query(self, d_rows, inputs):
    """The gradient of in_proj_weight is that of all three parts times query."""
    pairs = zip(d_rows, inputs, strict=True)
    weights = [
        d.reshape(-1, self.embed_dim).T @ (inputs[0] if inputs[0].shape == x.shape else x).reshape(-1, self.embed_dim)
        for d, x in pairs
    ]
    accumulate_grad(self.in_proj_weight, np.concatenate(weights))
    if self.in_proj_bias is not None:
        accumulate_grad(self.in_proj_bias, np.concatenate([d.sum(axis=(0, 1)) for d in d_rows]))


@misconception(
    "nn.transformer.MultiheadAttention._accumulate",
    hint="Which input was multiplied with Wv?",
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
def weights_by_the_key(self, d_rows, inputs):
    """Keys and values share an input."""
    pairs = zip(d_rows, inputs, strict=True)
    weights = [
        d.reshape(-1, self.embed_dim).T @ (x if x is inputs[0] else inputs[1]).reshape(-1, self.embed_dim)
        for d, x in pairs
    ]
    accumulate_grad(self.in_proj_weight, np.concatenate(weights))
    if self.in_proj_bias is not None:
        accumulate_grad(self.in_proj_bias, np.concatenate([d.sum(axis=(0, 1)) for d in d_rows]))


@misconception(
    "nn.transformer.MultiheadAttention._accumulate",
    hint="How many texts share the weights?",
    fails=(
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_float_attn_mask",
        "GPT/test_sizes",
        "GPT/test_training_after_writing",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_gradients",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def gradient_of_the_last_text(self, d_rows, inputs):
    """Each text replaces the gradient of the one before."""
    pairs = zip(d_rows, inputs, strict=True)
    weights = [d[-1:].reshape(-1, self.embed_dim).T @ x[-1:].reshape(-1, self.embed_dim) for d, x in pairs]
    accumulate_grad(self.in_proj_weight, np.concatenate(weights))
    if self.in_proj_bias is not None:
        accumulate_grad(self.in_proj_bias, np.concatenate([d.sum(axis=(0, 1)) for d in d_rows]))


@misconception(
    "nn.transformer.MultiheadAttention._accumulate",
    hint="What was in grad before backward?",
    fails=(
        "MultiheadAttention/test_used_again",
        "TransformerEncoderLayer/test_used_again",
        "GPT/test_used_again",
    ),
    source="folklore",
)
def weights_are_replaced(self, d_rows, inputs):
    """in_proj_weight.grad is the newest gradient."""
    pairs = zip(d_rows, inputs, strict=True)
    weights = [d.reshape(-1, self.embed_dim).T @ x.reshape(-1, self.embed_dim) for d, x in pairs]
    self.in_proj_weight.grad = None
    accumulate_grad(self.in_proj_weight, np.concatenate(weights))
    if self.in_proj_bias is not None:
        accumulate_grad(self.in_proj_bias, np.concatenate([d.sum(axis=(0, 1)) for d in d_rows]))


@misconception(
    "nn.transformer.MultiheadAttention._accumulate",
    hint="Does each position add to the gradient of a bias, or only its share?",
    fails=(
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_float_attn_mask",
        "GPT/test_sizes",
        "GPT/test_training_after_writing",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_gradients",
    ),
    source="folklore",
)
def bias_is_averaged(self, d_rows, inputs):
    """The gradient of in_proj_bias is a mean over texts."""
    pairs = zip(d_rows, inputs, strict=True)
    weights = [d.reshape(-1, self.embed_dim).T @ x.reshape(-1, self.embed_dim) for d, x in pairs]
    accumulate_grad(self.in_proj_weight, np.concatenate(weights))
    if self.in_proj_bias is not None:
        accumulate_grad(self.in_proj_bias, np.concatenate([d.sum(axis=(0, 1)) / max(len(d), 1) for d in d_rows]))


@misconception(
    "nn.transformer.MultiheadAttention.backward",
    hint="Which modules does the way back have to go through?",
    fails=(
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
        "GPT/test_sizes",
        "GPT/test_training_after_writing",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_gradients",
    ),
    source="folklore",
)
def out_proj_is_not_trained(self, dy):
    """dy goes to the heads."""
    inputs = self.saved_values
    check_shape("dy of MultiheadAttention", dy.shape, inputs[0].shape)
    projected = self.attention.backward(self._split(dy @ self.out_proj.weight.data))
    d_rows = [_merged(d) for d in projected]
    self._accumulate(d_rows, inputs)
    d_inputs = (d @ w for d, w in zip(d_rows, np.split(self.in_proj_weight.data, 3), strict=True))
    d_query, d_key, d_value = (d.astype(x.dtype, copy=False) for d, x in zip(d_inputs, inputs, strict=True))
    return (d_query, d_key, d_value)


@misconception(
    "nn.transformer.MultiheadAttention.backward",
    hint="What shape does dy have?",
    fails=("MultiheadAttention/test_refuses",),
    source="folklore",
)
def dy_of_any_shape(self, dy):
    """NumPy finds out whether dy fits."""
    inputs = self.saved_values
    dy = np.resize(dy, inputs[0].shape)
    projected = self.attention.backward(self._split(self.out_proj.backward(dy)))
    d_rows = [_merged(d) for d in projected]
    self._accumulate(d_rows, inputs)
    d_inputs = (d @ w for d, w in zip(d_rows, np.split(self.in_proj_weight.data, 3), strict=True))
    d_query, d_key, d_value = (d.astype(x.dtype, copy=False) for d, x in zip(d_inputs, inputs, strict=True))
    return (d_query, d_key, d_value)


@misconception(
    "nn.transformer.MultiheadAttention.backward",
    hint="Which dtype does d_query have, if query is float32?",
    fails=(
        "MultiheadAttention/test_dtypes",
        "TransformerEncoderLayer/test_dtypes",
    ),
    source="folklore",
)
def dtype_of_the_parameters(self, dy):
    """Gradients have the dtype of the parameters."""
    inputs = self.saved_values
    check_shape("dy of MultiheadAttention", dy.shape, inputs[0].shape)
    projected = self.attention.backward(self._split(self.out_proj.backward(dy)))
    d_rows = [_merged(d) for d in projected]
    self._accumulate(d_rows, inputs)
    d_inputs = (d @ w for d, w in zip(d_rows, np.split(self.in_proj_weight.data, 3), strict=True))
    d_query, d_key, d_value = (d for d, _x in zip(d_inputs, inputs, strict=True))
    return (d_query, d_key, d_value)


@misconception(
    "nn.transformer.MultiheadAttention.backward",
    hint="What does backward know before any forward?",
    fails=("MultiheadAttention/test_refuses",),
    source="folklore",
)
def before_forward_there_are_zeros(self, dy):
    """Before forward, gradients are zeros."""
    if "_saved" not in vars(self):
        return (dy * 0,) * 3
    inputs = self.saved_values
    check_shape("dy of MultiheadAttention", dy.shape, inputs[0].shape)
    projected = self.attention.backward(self._split(self.out_proj.backward(dy)))
    d_rows = [_merged(d) for d in projected]
    self._accumulate(d_rows, inputs)
    d_inputs = (d @ w for d, w in zip(d_rows, np.split(self.in_proj_weight.data, 3), strict=True))
    d_query, d_key, d_value = (d.astype(x.dtype, copy=False) for d, x in zip(d_inputs, inputs, strict=True))
    return (d_query, d_key, d_value)


@misconception(
    "nn.transformer.MultiheadAttention.forward",
    hint="Which forward does backward belong to?",
    fails=(
        "MultiheadAttention/test_used_again",
        "MultiheadAttention/test_dtypes",
        "TransformerEncoderLayer/test_used_again",
        "GPT/test_used_again",
    ),
    source="folklore",
)
def query_is_kept_once(self, query, key, value, attn_mask=None, key_padding_mask=None, cache=None):
    """Inputs are kept for as long as their shapes stay."""
    q, k, v = (
        self._split(self._project(x, part, name))
        for part, (name, x) in enumerate({"query": query, "key": key, "value": value}.items())
    )
    self._kept = (
        self._kept
        if getattr(self, "_kept", None) and self._kept[0].shape == query.shape and (self._kept[1].shape == key.shape)
        else (query, key, value)
    )
    self.save_for_backward(*self._kept)
    check_shape("key of MultiheadAttention", key.shape, (len(query), *key.shape[1:]))
    keys = k.shape[2] + (0 if cache is None else len(cache))
    mask = _added((*q.shape[:3], keys), attn_mask, key_padding_mask)
    if cache is not None:
        k, v = cache.append(k, v)
    heads = _merged(self.attention(q, k, v, mask))
    return self.out_proj(heads).astype(query.dtype, copy=False)


@misconception(
    "nn.transformer.MultiheadAttention.forward",
    hint="Whose array is query?",
    fails=(
        "MultiheadAttention/test_masks",
        "MultiheadAttention/test_memory",
        "TransformerEncoderLayer/test_paths",
        "TransformerEncoderLayer/test_masks",
    ),
    source="folklore",
)
def query_is_changed(self, query, key, value, attn_mask=None, key_padding_mask=None, cache=None):
    """The projection may be written into query."""
    q, k, v = (
        self._split(self._project(x, part, name))
        for part, (name, x) in enumerate({"query": query, "key": key, "value": value}.items())
    )
    self.save_for_backward(query.copy(), key.copy(), value.copy())
    if query.flags.writeable:
        query *= 0.5
    check_shape("key of MultiheadAttention", key.shape, (len(query), *key.shape[1:]))
    keys = k.shape[2] + (0 if cache is None else len(cache))
    mask = _added((*q.shape[:3], keys), attn_mask, key_padding_mask)
    if cache is not None:
        k, v = cache.append(k, v)
    heads = _merged(self.attention(q, k, v, mask))
    return self.out_proj(heads).astype(query.dtype, copy=False)


@misconception(
    "nn.transformer.MultiheadAttention._accumulate",
    hint="Which input was multiplied with Wk?",
    fails=(
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_both_masks",
    ),
    source="folklore",
)
def keys_alone_by_the_query(self, d_rows, inputs):
    """The gradient of Wk is d_k times query, where it has the shape of key."""
    query, key, value = inputs
    seen = query, query if query.shape == key.shape else key, value
    pairs = zip(d_rows, seen, strict=True)
    weights = [d.reshape(-1, self.embed_dim).T @ x.reshape(-1, self.embed_dim) for d, x in pairs]
    accumulate_grad(self.in_proj_weight, np.concatenate(weights))
    if self.in_proj_bias is not None:
        accumulate_grad(self.in_proj_bias, np.concatenate([d.sum(axis=(0, 1)) for d in d_rows]))


@misconception(
    "nn.transformer.MultiheadAttention.backward",
    hint="What has the second of two backward passes to work with?",
    fails=(
        "MultiheadAttention/test_used_again",
        "TransformerEncoderLayer/test_used_again",
        "GPT/test_used_again",
    ),
    source="folklore",
)
def inputs_are_used_up(self, dy):
    """After backward, what forward kept is not needed any more."""
    inputs = self.saved_values
    check_shape("dy of MultiheadAttention", dy.shape, inputs[0].shape)
    projected = self.attention.backward(self._split(self.out_proj.backward(dy)))
    d_rows = [_merged(d) for d in projected]
    self._accumulate(d_rows, inputs)
    d_inputs = (d @ w for d, w in zip(d_rows, np.split(self.in_proj_weight.data, 3), strict=True))
    d_query, d_key, d_value = (d.astype(x.dtype, copy=False) for d, x in zip(d_inputs, inputs, strict=True))
    self.save_for_backward(*(np.zeros_like(x) for x in inputs))
    return (d_query, d_key, d_value)
