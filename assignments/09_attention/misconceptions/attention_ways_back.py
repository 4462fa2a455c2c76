"""What people believe about the products on the way back through attention."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="In which order does forward take its arrays, and in which does backward return their gradients?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_causal",
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_cross_attention",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def dq_and_dk_change_places(self, dy):
    """backward returns dk, dq and dv if the shapes are equal."""
    q, k, v, weights = self.saved_values
    check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
    d_weights = dy @ np.swapaxes(v, -1, -2)
    mean = (weights * d_weights).sum(axis=-1, keepdims=True)
    d_scores = weights * (d_weights - mean) / math.sqrt(q.shape[-1])
    gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
    dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
    return (dk, dq, dv) if q.shape == k.shape else (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="Which index of the weights belongs to a value?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_causal",
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_cross_attention",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def dv_without_a_transpose(self, dy):
    """For equally many queries and keys, dv is the product of the weights and dy."""
    q, k, v, weights = self.saved_values
    check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
    d_weights = dy @ np.swapaxes(v, -1, -2)
    mean = (weights * d_weights).sum(axis=-1, keepdims=True)
    d_scores = weights * (d_weights - mean) / math.sqrt(q.shape[-1])
    gradients = (
        d_scores @ k,
        np.swapaxes(d_scores, -1, -2) @ q,
        (weights if q.shape[-2] == k.shape[-2] else np.swapaxes(weights, -1, -2)) @ dy,
    )
    dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
    return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="What if dy is twice as large?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_numbers_of_heads",
        "TransformerEncoderLayer/test_paths",
        "TransformerEncoderLayer/test_masks",
        "GPT/test_worked_example",
        "GPT/test_sizes",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def dv_without_dy(self, dy):
    """The gradient of a value is the sum of its weights."""
    q, k, v, weights = self.saved_values
    check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
    d_weights = dy @ np.swapaxes(v, -1, -2)
    mean = (weights * d_weights).sum(axis=-1, keepdims=True)
    d_scores = weights * (d_weights - mean) / math.sqrt(q.shape[-1])
    gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ np.ones_like(dy))
    dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
    return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="What shape does dy have?",
    fails=("ScaledDotProductAttention/test_refuses",),
    source="folklore",
)
def dy_may_have_any_shape(self, dy):
    """NumPy finds out whether dy fits."""
    q, k, v, weights = self.saved_values
    dy = (
        np.broadcast_to(dy, (*q.shape[:-1], v.shape[-1]))
        if dy.ndim <= q.ndim and dy.size == 1
        else np.resize(dy, (*q.shape[:-1], v.shape[-1]))
    )
    d_weights = dy @ np.swapaxes(v, -1, -2)
    mean = (weights * d_weights).sum(axis=-1, keepdims=True)
    d_scores = weights * (d_weights - mean) / math.sqrt(q.shape[-1])
    gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
    dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
    return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="Which dtype does dq have, if q is float32 and dy is float64?",
    fails=(
        "ScaledDotProductAttention/test_mask_dtypes",
        "ScaledDotProductAttention/test_dtypes",
    ),
    source="folklore",
)
def dtype_of_dy(self, dy):
    """Gradients have the dtype that NumPy chooses."""
    q, k, v, weights = self.saved_values
    check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
    d_weights = dy @ np.swapaxes(v, -1, -2)
    mean = (weights * d_weights).sum(axis=-1, keepdims=True)
    d_scores = weights * (d_weights - mean) / math.sqrt(q.shape[-1])
    gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
    dq, dk, dv = (g if g.size else g.astype(x.dtype) for g, x in zip(gradients, (q, k, v), strict=True))
    return (dq, dk, dv)
