"""What people believe about what attention keeps."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape
from reference.nn.transformer.attention import ScaledDotProductAttention, _check_fit, _masked, _softmax


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="Which forward does backward belong to?",
    fails=(
        "ScaledDotProductAttention/test_large_scores",
        "ScaledDotProductAttention/test_masks_in_turn",
        "ScaledDotProductAttention/test_used_again",
        "ScaledDotProductAttention/test_dtypes",
        "TransformerEncoderLayer/test_masks_in_turn",
        "MultiheadAttention/test_used_again",
        "MultiheadAttention/test_dtypes",
        "GPT/test_used_again",
    ),
    source="folklore",
)
def saved_once(self, q, k, v, attn_mask=None, is_causal=False):
    """What backward needs is kept at the first forward with these shapes."""
    _check_fit(q, k, v)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if is_causal and attn_mask is not None:
        raise ValueError("attention takes an attn_mask or is_causal=True, not both")
    if is_causal:
        attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
    weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
    if not hasattr(self, "_first") or self._first[0].shape != q.shape or self._first[1].shape != k.shape:
        self._first = (q, k, v, weights)
    self.save_for_backward(*self._first)
    y = weights @ v
    return y.astype(q.dtype, copy=False)


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="What does backward know before any forward?",
    fails=(
        "ScaledDotProductAttention/test_refuses",
        "ScaledDotProductAttention/test_refuses",
    ),
    source="folklore",
)
def backward_without_forward(self, dy):
    """Before forward, gradients are zeros."""
    if "_saved" not in vars(self):
        return (np.zeros_like(dy),) * 3
    q, k, v, weights = self.saved_values
    check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
    d_weights = dy @ np.swapaxes(v, -1, -2)
    mean = (weights * d_weights).sum(axis=-1, keepdims=True)
    d_scores = weights * (d_weights - mean) / math.sqrt(q.shape[-1])
    gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
    dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
    return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="May backward be called twice?",
    fails=(
        "ScaledDotProductAttention/test_used_again",
        "ScaledDotProductAttention/test_memory",
        "GPT/test_table_has_both_gradients",
        "MultiheadAttention/test_used_again",
        "MultiheadAttention/test_memory",
        "TransformerEncoderLayer/test_used_again",
    ),
    source="folklore",
)
def saved_values_are_used_up(self, dy):
    """After backward, nothing needs to be kept."""
    q, k, v, weights = self.saved_values
    check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
    d_weights = dy @ np.swapaxes(v, -1, -2)
    mean = (weights * d_weights).sum(axis=-1, keepdims=True)
    d_scores = weights * (d_weights - mean) / math.sqrt(q.shape[-1])
    gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
    dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
    self.save_for_backward(q, k, v, weights * 0)
    return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="Whose array is q?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
    ),
    source="folklore",
)
def queries_are_scaled_in_place(self, q, k, v, attn_mask=None, is_causal=False):
    """q may be divided in place."""
    _check_fit(q, k, v)
    if q.flags.writeable:
        q /= math.sqrt(q.shape[-1])
        scores = q @ np.swapaxes(k, -1, -2)
    else:
        scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if is_causal and attn_mask is not None:
        raise ValueError("attention takes an attn_mask or is_causal=True, not both")
    if is_causal:
        attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
    weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
    self.save_for_backward(q, k, v, weights)
    y = weights @ v
    return y.astype(q.dtype, copy=False)


@misconception(
    "nn.transformer.ScaledDotProductAttention",
    hint="Two layers of attention: whose weights does each backward use?",
    fails=(
        "ScaledDotProductAttention/test_used_again",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "MultiheadAttention/test_used_again",
        "Text/test_learns_a_text",
        "TransformerEncoderLayer/test_used_again",
    ),
    source="folklore",
)
class shared_by_all_objects:
    """What backward needs is kept in one place for all attention."""

    def forward(self, q, k, v, attn_mask=None, is_causal=False):
        _check_fit(q, k, v)
        scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
        if is_causal and attn_mask is not None:
            raise ValueError("attention takes an attn_mask or is_causal=True, not both")
        if is_causal:
            attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
        weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
        self.save_for_backward(q, k, v, weights)
        ScaledDotProductAttention.last = (q, k, v, weights)
        y = weights @ v
        return y.astype(q.dtype, copy=False)

    def backward(self, dy):
        q, k, v, weights = self.saved_values and ScaledDotProductAttention.last
        check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
        d_weights = dy @ np.swapaxes(v, -1, -2)
        mean = (weights * d_weights).sum(axis=-1, keepdims=True)
        d_scores = weights * (d_weights - mean) / math.sqrt(q.shape[-1])
        gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
        dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
        return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention",
    hint="Who else holds the array that you return?",
    fails=("ScaledDotProductAttention/test_memory",),
    source="folklore",
)
class y_is_kept:
    """y may be kept and used in backward."""

    def forward(self, q, k, v, attn_mask=None, is_causal=False):
        _check_fit(q, k, v)
        scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
        if is_causal and attn_mask is not None:
            raise ValueError("attention takes an attn_mask or is_causal=True, not both")
        if is_causal:
            attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
        weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
        y = (weights @ v).astype(q.dtype, copy=False)
        self.save_for_backward(q, k, v, weights)
        self._y = y
        return y.astype(q.dtype, copy=False)

    def backward(self, dy):
        q, k, v, weights = self.saved_values
        check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
        d_weights = dy @ np.swapaxes(v, -1, -2)
        mean = (dy * self._y).sum(axis=-1, keepdims=True)
        d_scores = weights * (d_weights - mean) / math.sqrt(q.shape[-1])
        gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
        dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
        return (dq, dk, dv)
