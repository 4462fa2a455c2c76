"""What people believe about float masks, and about what a mask may be."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.transformer.attention import _check_fit, _masked, _softmax


@misconception(
    "nn.transformer.attention._masked",
    hint="What does 0 in a float mask mean?",
    fails=(
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "ScaledDotProductAttention/test_masks_in_turn",
        "ScaledDotProductAttention/test_mask_memory",
        "MultiheadAttention/test_masks",
        "MultiheadAttention/test_attn_mask",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def float_mask_is_multiplied(scores, mask):
    """Scores are multiplied by a float mask."""
    if np.broadcast_shapes(mask.shape, scores.shape) != scores.shape:
        raise ValueError(f"attn_mask has shape {mask.shape}, but should broadcast to {scores.shape}")
    if mask.dtype == bool:
        return np.where(mask, scores, -np.inf)
    if mask.dtype.kind != "f":
        raise ValueError(f"attn_mask has to be bool or float, not {mask.dtype}")
    return scores * np.where(np.isneginf(mask), 1, mask) + np.where(np.isneginf(mask), mask, 0)


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="Is the mask part of what is divided by the root of E?",
    fails=(
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_masks_in_turn",
        "ScaledDotProductAttention/test_refuses_what_does_not_fit",
        "ScaledDotProductAttention/test_refuses",
        "TransformerEncoderLayer/test_masks",
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_float_attn_mask",
    ),
    source="folklore",
)
def float_mask_before_the_scale(self, q, k, v, attn_mask=None, is_causal=False):
    """The mask is added to the products, and the sum is divided by the root of E."""
    _check_fit(q, k, v)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if is_causal and attn_mask is not None:
        raise ValueError("attention takes an attn_mask or is_causal=True, not both")
    if is_causal:
        attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
    weights = _softmax(
        scores
        if attn_mask is None
        else _masked(scores, attn_mask if attn_mask.dtype == bool else attn_mask / math.sqrt(q.shape[-1]))
    )
    self.save_for_backward(q, k, v, weights)
    y = weights @ v
    return y.astype(q.dtype, copy=False)


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="Whose mask counts in a forward that is given none?",
    fails=(
        "ScaledDotProductAttention/test_masks_in_turn",
        "TransformerEncoderLayer/test_masks_in_turn",
    ),
    source="folklore",
)
def mask_stays(self, q, k, v, attn_mask=None, is_causal=False):
    """A mask holds until another one is given."""
    _check_fit(q, k, v)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    attn_mask = getattr(self, "_mask", None) if attn_mask is None and (not is_causal) else attn_mask
    if is_causal and attn_mask is not None:
        raise ValueError("attention takes an attn_mask or is_causal=True, not both")
    if is_causal:
        attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
    weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
    self._mask = attn_mask if attn_mask is not None and attn_mask.shape[-2:] == scores.shape[-2:] else None
    self.save_for_backward(q, k, v, weights)
    y = weights @ v
    return y.astype(q.dtype, copy=False)


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="What does PyTorch say to a mask with is_causal=True?",
    fails=(
        "ScaledDotProductAttention/test_refuses_what_does_not_fit",
        "ScaledDotProductAttention/test_refuses",
    ),
    source="folklore",
)
def mask_and_causal_are_combined(self, q, k, v, attn_mask=None, is_causal=False):
    """With both, a key takes part where both allow it."""
    _check_fit(q, k, v)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if is_causal:
        attn_mask = (attn_mask if attn_mask is not None and attn_mask.dtype == bool else True) & np.tri(
            q.shape[-2], k.shape[-2], dtype=bool
        )
    weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
    self.save_for_backward(q, k, v, weights)
    y = weights @ v
    return y.astype(q.dtype, copy=False)


@misconception(
    "nn.transformer.attention._masked",
    hint="Is a mask of ones and zeros added, or does it choose?",
    fails=(
        "ScaledDotProductAttention/test_refuses_what_does_not_fit",
        "ScaledDotProductAttention/test_refuses",
    ),
    source="folklore",
)
def integers_are_added(scores, mask):
    """Whatever is not boolean is added."""
    if np.broadcast_shapes(mask.shape, scores.shape) != scores.shape:
        raise ValueError(f"attn_mask has shape {mask.shape}, but should broadcast to {scores.shape}")
    if mask.dtype == bool:
        return np.where(mask, scores, -np.inf)
    return scores + mask


@misconception(
    "nn.transformer.attention._masked",
    hint="What shape does y have, if the mask has more dimensions than the scores?",
    fails=("ScaledDotProductAttention/test_refuses_what_does_not_fit",),
    source="folklore",
)
def mask_may_be_larger(scores, mask):
    """NumPy says whether shapes fit."""
    if mask.dtype == bool:
        return np.where(mask, scores, -np.inf)
    if mask.dtype.kind != "f":
        raise ValueError(f"attn_mask has to be bool or float, not {mask.dtype}")
    return scores + mask


@misconception(
    "nn.transformer.attention._masked",
    hint="Whose array is the mask?",
    fails=("ScaledDotProductAttention/test_mask_memory",),
    source="folklore",
)
def mask_is_changed(scores, mask):
    """The mask may be used up."""
    if np.broadcast_shapes(mask.shape, scores.shape) != scores.shape:
        raise ValueError(f"attn_mask has shape {mask.shape}, but should broadcast to {scores.shape}")
    if mask.dtype == bool and mask.flags.writeable:
        result = np.where(mask, scores, -np.inf)
        mask[...] = True
        return result
    if mask.dtype == bool:
        return np.where(mask, scores, -np.inf)
    if mask.dtype.kind != "f":
        raise ValueError(f"attn_mask has to be bool or float, not {mask.dtype}")
    return scores + mask


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="Which dtype does y have, if q, k and v are float32?",
    fails=("ScaledDotProductAttention/test_mask_dtypes",),
    source="folklore",
)
def y_has_the_dtype_of_the_mask(self, q, k, v, attn_mask=None, is_causal=False):
    """NumPy chooses the dtype of y."""
    _check_fit(q, k, v)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if is_causal and attn_mask is not None:
        raise ValueError("attention takes an attn_mask or is_causal=True, not both")
    if is_causal:
        attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
    weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
    self.save_for_backward(q, k, v, weights)
    return weights @ v


@misconception(
    "nn.transformer.attention._masked",
    hint="The largest score of a row is that of a key which may not be attended to. What does exp make of the others?",
    fails=("ScaledDotProductAttention/test_large_scores",),
    source="folklore",
)
def peak_is_that_of_all_keys(scores, mask):
    """Each row's largest score is subtracted first; after that, the mask."""
    if np.broadcast_shapes(mask.shape, scores.shape) != scores.shape:
        raise ValueError(f"attn_mask has shape {mask.shape}, but should broadcast to {scores.shape}")
    if mask.dtype.kind not in "bf":
        raise ValueError(f"attn_mask has to be bool or float, not {mask.dtype}")
    masked = np.where(mask, scores, -np.inf) if mask.dtype == bool else scores + mask
    far_below = scores.max(axis=-1, keepdims=True, initial=-np.inf) - 700  # exp underflows there
    return np.where(masked < far_below, -np.inf, masked)
