"""What people believe about the masks of attention."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.transformer.attention import _check_fit, _masked, _softmax


@misconception(
    "nn.transformer.attention._masked",
    hint="What weight does a key whose score is 0 have?",
    fails=(
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "ScaledDotProductAttention/test_large_scores",
    ),
    source="Stanford CS336, a planted mistake",
)
def masked_score_is_0(scores, mask):
    """Where the mask is False, the score is 0."""
    if np.broadcast_shapes(mask.shape, scores.shape) != scores.shape:
        raise ValueError(f"attn_mask has shape {mask.shape}, but should broadcast to {scores.shape}")
    if mask.dtype == bool:
        return np.where(mask, scores, 0.0)
    if mask.dtype.kind != "f":
        raise ValueError(f"attn_mask has to be bool or float, not {mask.dtype}")
    return scores + mask


@misconception(
    "nn.transformer.attention._masked",
    hint="Who takes part in this function where the mask is True?",
    fails=(
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "ScaledDotProductAttention/test_large_scores",
    ),
    source="Stanford CS336, a planted mistake",
    convention="This is the form of MultiheadAttention, and of masked_fill; the contract asks for PyTorch's "
    "form in this function, where True takes part.",
)
def mask_is_inverted(scores, mask):
    """True in the mask may not be attended to."""
    if np.broadcast_shapes(mask.shape, scores.shape) != scores.shape:
        raise ValueError(f"attn_mask has shape {mask.shape}, but should broadcast to {scores.shape}")
    if mask.dtype == bool:
        return np.where(mask, -np.inf, scores)
    if mask.dtype.kind != "f":
        raise ValueError(f"attn_mask has to be bool or float, not {mask.dtype}")
    return scores + mask


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="What is the sum of the weights after the mask?",
    fails=(
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "ScaledDotProductAttention/test_large_scores",
    ),
    source="folklore",
)
def mask_after_the_softmax(self, q, k, v, attn_mask=None, is_causal=False):
    """The mask sets weights to 0 after the softmax."""
    _check_fit(q, k, v)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if is_causal and attn_mask is not None:
        raise ValueError("attention takes an attn_mask or is_causal=True, not both")
    if is_causal:
        attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
    weights = _softmax(scores)
    if attn_mask is not None:
        weights = (
            np.where(_masked(scores, attn_mask) == -np.inf, 0, weights)
            if attn_mask.dtype == bool
            else _softmax(_masked(scores, attn_mask))
        )
    self.save_for_backward(q, k, v, weights)
    y = weights @ v
    return y.astype(q.dtype, copy=False)


@misconception(
    "nn.transformer.attention._masked",
    hint="All keys of a query are masked: what are their weights then?",
    fails=(
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
    ),
    source="github.com/tensorflow/tensor2tensor, attention_bias_ignore_padding",
    convention="This is the form in which many frameworks mask, so that no row is empty; the contract asks for "
    "zeros where a query has no key.",
)
def large_number_for_infinity(scores, mask):
    """Minus a billion is as good as minus infinity."""
    if np.broadcast_shapes(mask.shape, scores.shape) != scores.shape:
        raise ValueError(f"attn_mask has shape {mask.shape}, but should broadcast to {scores.shape}")
    if mask.dtype == bool:
        return np.where(mask, scores, -1000000000.0)
    if mask.dtype.kind != "f":
        raise ValueError(f"attn_mask has to be bool or float, not {mask.dtype}")
    return scores + mask


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="What have you done with attn_mask?",
    fails=(
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "ScaledDotProductAttention/test_large_scores",
        "MultiheadAttention/test_masks",
        "MultiheadAttention/test_attn_mask",
        "GPT/test_cache",
        "GPT/test_sizes",
        "Generate/test_without_dropout",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "Text/test_learns_a_text",
    ),
    source="Stanford CS336, a planted mistake",
)
def mask_is_ignored(self, q, k, v, attn_mask=None, is_causal=False):
    """The mask is for training only."""
    _check_fit(q, k, v)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if is_causal and attn_mask is not None:
        raise ValueError("attention takes an attn_mask or is_causal=True, not both")
    if is_causal:
        attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
    weights = _softmax(_masked(scores, attn_mask) if is_causal else scores)
    self.save_for_backward(q, k, v, weights)
    y = weights @ v
    return y.astype(q.dtype, copy=False)


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="Has each text a mask of its own?",
    fails=(
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "ScaledDotProductAttention/test_refuses_what_does_not_fit",
        "TransformerEncoderLayer/test_masks",
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_key_padding_mask",
    ),
    source="folklore",
)
def mask_of_the_first_text(self, q, k, v, attn_mask=None, is_causal=False):
    """A mask is the same for all texts."""
    _check_fit(q, k, v)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if is_causal and attn_mask is not None:
        raise ValueError("attention takes an attn_mask or is_causal=True, not both")
    if is_causal:
        attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
    attn_mask = attn_mask if attn_mask is None or attn_mask.ndim < 3 else attn_mask[:1]
    weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
    self.save_for_backward(q, k, v, weights)
    y = weights @ v
    return y.astype(q.dtype, copy=False)


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="What is attn_mask by default?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "ScaledDotProductAttention/test_large_scores",
        "ScaledDotProductAttention/test_function",
        "ScaledDotProductAttention/test_masks_in_turn",
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_numbers_of_heads",
        "TransformerEncoderLayer/test_paths",
        "TransformerEncoderLayer/test_masks_in_turn",
    ),
    source="Stanford CS336, a planted mistake",
)
def mask_is_always_there(self, q, k, v, attn_mask=None, is_causal=False):
    """A mask is always given."""
    _check_fit(q, k, v)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if is_causal and attn_mask is not None:
        raise ValueError("attention takes an attn_mask or is_causal=True, not both")
    if is_causal:
        attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
    weights = _softmax(_masked(scores, attn_mask))
    self.save_for_backward(q, k, v, weights)
    y = weights @ v
    return y.astype(q.dtype, copy=False)
