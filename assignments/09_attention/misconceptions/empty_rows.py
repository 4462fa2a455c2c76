"""What people believe about queries that may attend to nothing."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.transformer.attention._softmax",
    hint="All scores of a row are -inf: what is -inf minus -inf?",
    fails=(
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_nothing_to_attend_to",
    ),
    source="folklore",
)
def nothing_is_nan(scores):
    """Softmax needs no case of its own."""
    peak = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    weights = np.exp(scores - peak)
    total = weights.sum(axis=-1, keepdims=True)
    return weights / total


@misconception(
    "nn.transformer.attention._softmax",
    hint="A query may look at no key: which values should it get?",
    fails=(
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_nothing_to_attend_to",
    ),
    source="folklore",
)
def nothing_is_everything(scores):
    """If all keys are masked, all have equal weights."""
    peak = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    weights = np.exp(scores - np.where(np.isneginf(peak), 0, peak))
    total = weights.sum(axis=-1, keepdims=True)
    return np.where(total == 0, 1 / max(scores.shape[-1], 1), weights / np.where(total == 0, 1, total))


@misconception(
    "nn.transformer.attention._softmax",
    hint="Which warnings does your softmax give for a row of -inf?",
    fails=(
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_nothing_to_attend_to",
    ),
    source="folklore",
)
def division_with_a_warning(scores):
    """NaN can be replaced by 0 afterwards."""
    peak = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    weights = np.exp(scores - np.where(np.isneginf(peak), 0, peak))
    total = weights.sum(axis=-1, keepdims=True)
    return np.nan_to_num(weights / total)


@misconception(
    "nn.transformer.attention._masked",
    hint="What if a whole row of a float mask is -inf?",
    fails=(
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_nothing_to_attend_to",
    ),
    source="folklore",
)
def rows_of_float_masks_are_full(scores, mask):
    """-inf in a float mask is a large negative number."""
    if np.broadcast_shapes(mask.shape, scores.shape) != scores.shape:
        raise ValueError(f"attn_mask has shape {mask.shape}, but should broadcast to {scores.shape}")
    if mask.dtype == bool:
        return np.where(mask, scores, -np.inf)
    if mask.dtype.kind != "f":
        raise ValueError(f"attn_mask has to be bool or float, not {mask.dtype}")
    return scores + np.maximum(mask, -1000000000.0)
