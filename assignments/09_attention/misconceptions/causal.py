"""What people believe about causal attention."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.transformer.attention import _check_fit, _masked, _softmax


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="May a position see itself?",
    fails=(
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_large_scores",
        "ScaledDotProductAttention/test_function",
        "ScaledDotProductAttention/test_masks_in_turn",
    ),
    source="folklore",
)
def not_itself(self, q, k, v, attn_mask=None, is_causal=False):
    """A query attends to the keys before it."""
    _check_fit(q, k, v)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if is_causal and attn_mask is not None:
        raise ValueError("attention takes an attn_mask or is_causal=True, not both")
    if is_causal:
        attn_mask = np.tri(q.shape[-2], k.shape[-2], -1, dtype=bool)
    weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
    self.save_for_backward(q, k, v, weights)
    y = weights @ v
    return y.astype(q.dtype, copy=False)


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="Who comes later in a text: key i - 1 or key i + 1?",
    fails=(
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_large_scores",
        "ScaledDotProductAttention/test_function",
        "ScaledDotProductAttention/test_masks_in_turn",
    ),
    source="Stanford CS336, a planted mistake",
)
def points_forward(self, q, k, v, attn_mask=None, is_causal=False):
    """Query i attends to the keys from i on."""
    _check_fit(q, k, v)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if is_causal and attn_mask is not None:
        raise ValueError("attention takes an attn_mask or is_causal=True, not both")
    if is_causal:
        attn_mask = ~np.tri(q.shape[-2], k.shape[-2], -1, dtype=bool)
    weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
    self.save_for_backward(q, k, v, weights)
    y = weights @ v
    return y.astype(q.dtype, copy=False)


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="Which keys sees the first query, if there are more keys than queries?",
    fails=(
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_large_scores",
        "ScaledDotProductAttention/test_function",
        "ScaledDotProductAttention/test_masks_in_turn",
    ),
    source="github.com/Dao-AILab/flash-attention, since 2.1",
    convention="This is the form of FlashAttention, and what a cache needs; the contract asks for PyTorch's "
    "form, in which query i sees the keys 0 to i.",
)
def aligned_at_the_end(self, q, k, v, attn_mask=None, is_causal=False):
    """The last query sees all keys."""
    _check_fit(q, k, v)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if is_causal and attn_mask is not None:
        raise ValueError("attention takes an attn_mask or is_causal=True, not both")
    if is_causal:
        attn_mask = np.tri(q.shape[-2], k.shape[-2], k.shape[-2] - q.shape[-2], dtype=bool)
    weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
    self.save_for_backward(q, k, v, weights)
    y = weights @ v
    return y.astype(q.dtype, copy=False)


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="What does is_causal mean for 3 queries and 6 keys?",
    fails=(
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_large_scores",
        "ScaledDotProductAttention/test_function",
        "ScaledDotProductAttention/test_masks_in_turn",
    ),
    source="folklore",
)
def causal_for_equal_lengths_alone(self, q, k, v, attn_mask=None, is_causal=False):
    """Between different lengths there is no order."""
    _check_fit(q, k, v)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if is_causal and attn_mask is not None:
        raise ValueError("attention takes an attn_mask or is_causal=True, not both")
    if is_causal and q.shape[-2] == k.shape[-2]:
        attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
    weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
    self.save_for_backward(q, k, v, weights)
    y = weights @ v
    return y.astype(q.dtype, copy=False)


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="What have you done with is_causal?",
    fails=(
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_large_scores",
        "ScaledDotProductAttention/test_function",
        "ScaledDotProductAttention/test_masks_in_turn",
    ),
    source="torch.nn.MultiheadAttention, where it is one",
)
def causal_is_ignored(self, q, k, v, attn_mask=None, is_causal=False):
    """is_causal is a hint for a faster kernel, beside a mask that is given anyway."""
    _check_fit(q, k, v)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if is_causal and attn_mask is not None:
        raise ValueError("attention takes an attn_mask or is_causal=True, not both")
    weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
    self.save_for_backward(q, k, v, weights)
    y = weights @ v
    return y.astype(q.dtype, copy=False)
