"""What people believe about the scores of attention and their softmax."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape
from reference.nn.transformer.attention import _check_fit, _masked, _softmax


@misconception(
    "nn.transformer.ScaledDotProductAttention",
    hint="How do the scores of random vectors grow, if these have a hundred numbers instead of four?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
    ),
    source="Stanford CS336, a planted mistake",
)
class no_scale:
    """The scores are the products of queries and keys."""

    def forward(self, q, k, v, attn_mask=None, is_causal=False):
        _check_fit(q, k, v)
        scores = q @ np.swapaxes(k, -1, -2)
        if is_causal and attn_mask is not None:
            raise ValueError("attention takes an attn_mask or is_causal=True, not both")
        if is_causal:
            attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
        weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
        self.save_for_backward(q, k, v, weights)
        y = weights @ v
        return y.astype(q.dtype, copy=False)

    def backward(self, dy):
        q, k, v, weights = self.saved_values
        check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
        d_weights = dy @ np.swapaxes(v, -1, -2)
        mean = (weights * d_weights).sum(axis=-1, keepdims=True)
        d_scores = weights * (d_weights - mean)
        gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
        dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
        return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention",
    hint="How does the standard deviation of a sum of E products grow with E?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
    ),
    source="Stanford CS336, a planted mistake",
)
class scale_without_root:
    """Scores are divided by E."""

    def forward(self, q, k, v, attn_mask=None, is_causal=False):
        _check_fit(q, k, v)
        scores = q @ np.swapaxes(k, -1, -2) / q.shape[-1]
        if is_causal and attn_mask is not None:
            raise ValueError("attention takes an attn_mask or is_causal=True, not both")
        if is_causal:
            attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
        weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
        self.save_for_backward(q, k, v, weights)
        y = weights @ v
        return y.astype(q.dtype, copy=False)

    def backward(self, dy):
        q, k, v, weights = self.saved_values
        check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
        d_weights = dy @ np.swapaxes(v, -1, -2)
        mean = (weights * d_weights).sum(axis=-1, keepdims=True)
        d_scores = weights * (d_weights - mean) / q.shape[-1]
        gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
        dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
        return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention",
    hint="Over what does a product of a query and a key sum?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_masks",
        "GPT/test_cache",
        "GPT/test_sizes",
        "Generate/test_without_dropout",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
    ),
    source="folklore",
)
class scale_of_the_number_of_keys:
    """Scores are divided by the root of the number of keys."""

    def forward(self, q, k, v, attn_mask=None, is_causal=False):
        _check_fit(q, k, v)
        scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(max(k.shape[-2], 1))
        if is_causal and attn_mask is not None:
            raise ValueError("attention takes an attn_mask or is_causal=True, not both")
        if is_causal:
            attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
        weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
        self.save_for_backward(q, k, v, weights)
        y = weights @ v
        return y.astype(q.dtype, copy=False)

    def backward(self, dy):
        q, k, v, weights = self.saved_values
        check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
        d_weights = dy @ np.swapaxes(v, -1, -2)
        mean = (weights * d_weights).sum(axis=-1, keepdims=True)
        d_scores = weights * (d_weights - mean) / math.sqrt(max(k.shape[-2], 1))
        gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
        dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
        return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention",
    hint="Which numbers of the weights should have the sum 1: those of a row or of a column?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_masks",
        "GPT/test_cache",
        "GPT/test_sizes",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
    ),
    source="Stanford CS336, a planted mistake",
)
class softmax_over_queries:
    """The softmax runs over the queries."""

    def forward(self, q, k, v, attn_mask=None, is_causal=False):
        _check_fit(q, k, v)
        scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
        if is_causal and attn_mask is not None:
            raise ValueError("attention takes an attn_mask or is_causal=True, not both")
        if is_causal:
            attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
        weights = np.swapaxes(
            _softmax(np.swapaxes(scores if attn_mask is None else _masked(scores, attn_mask), -1, -2)), -1, -2
        )
        self.save_for_backward(q, k, v, weights)
        y = weights @ v
        return y.astype(q.dtype, copy=False)

    def backward(self, dy):
        q, k, v, weights = self.saved_values
        check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
        d_weights = dy @ np.swapaxes(v, -1, -2)
        mean = (weights * d_weights).sum(axis=-2, keepdims=True)
        d_scores = weights * (d_weights - mean) / math.sqrt(q.shape[-1])
        gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
        dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
        return (dq, dk, dv)


@misconception(
    "nn.transformer.attention._softmax",
    hint="What is e to the 10000?",
    fails=("ScaledDotProductAttention/test_large_scores",),
    source="Stanford CS336, a planted mistake",
)
def no_shift(scores):
    """Softmax is exp(x) / sum(exp(x))."""
    weights = np.exp(scores)
    total = weights.sum(axis=-1, keepdims=True)
    return weights / np.where(total == 0, 1, total)


@misconception(
    "nn.transformer.attention._softmax",
    hint="One row is at -10000, another at 10000: what is left of the first one?",
    fails=(
        "ScaledDotProductAttention/test_large_scores",
        "GPT/test_sees_no_future",
    ),
    source="folklore",
)
def shift_by_the_largest_of_all(scores):
    """The largest of all scores is subtracted from all of them."""
    peak = np.asarray(scores.max(initial=-np.inf))
    weights = np.exp(scores - np.where(np.isneginf(peak), 0, peak))
    total = weights.sum(axis=-1, keepdims=True)
    return weights / np.where(total == 0, 1, total)


@misconception(
    "nn.transformer.attention._softmax",
    hint="What happens to two scores of 1000 and 1001, if both become 50?",
    fails=("ScaledDotProductAttention/test_large_scores",),
    source="folklore",
)
def scores_are_clipped(scores):
    """Scores are clipped to [-50, 50] so that exp cannot overflow."""
    scores = np.where(np.isneginf(scores), scores, np.clip(scores, -50, 50))
    peak = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    weights = np.exp(scores - np.where(np.isneginf(peak), 0, peak))
    total = weights.sum(axis=-1, keepdims=True)
    return weights / np.where(total == 0, 1, total)


@misconception(
    "nn.transformer.attention._softmax",
    hint="How many digits does float32 have?",
    fails=(
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_training_after_writing",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_gradients",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
    ),
    source="folklore",
)
def weights_in_float32(scores):
    """The weights of attention are float32."""
    peak = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    weights = np.exp(scores - np.where(np.isneginf(peak), 0, peak))
    total = weights.sum(axis=-1, keepdims=True)
    return (weights / np.where(total == 0, 1, total)).astype(np.float32)


@misconception(
    "nn.transformer.attention._softmax",
    hint="What is the largest of no numbers?",
    fails=("ScaledDotProductAttention/test_nothing_to_attend_to",),
    source="folklore",
)
def without_keys_is_an_error(scores):
    """There is always a key, so each row of scores has a largest one."""
    peak = scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores - np.where(np.isneginf(peak), 0, peak))
    total = weights.sum(axis=-1, keepdims=True)
    return weights / np.where(total == 0, 1, total)


@misconception(
    "nn.transformer.ScaledDotProductAttention.forward",
    hint="Have two texts the same weights?",
    fails=(
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
    ),
    source="folklore",
)
def weights_of_the_first_text(self, q, k, v, attn_mask=None, is_causal=False):
    """The weights of the first text count for all texts."""
    _check_fit(q, k, v)
    scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
    if is_causal and attn_mask is not None:
        raise ValueError("attention takes an attn_mask or is_causal=True, not both")
    if is_causal:
        attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
    weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
    weights = np.broadcast_to(weights[:1], weights.shape) if weights.ndim > 2 else weights
    self.save_for_backward(q, k, v, weights)
    y = weights @ v
    return y.astype(q.dtype, copy=False)


@misconception(
    "nn.transformer.ScaledDotProductAttention",
    hint="Which numbers of the weights should have the sum 1?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_masks",
        "GPT/test_cache",
        "GPT/test_sizes",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
    ),
    source="Stanford CS336, a planted mistake",
)
class softmax_over_everything:
    """The softmax runs over all scores of a text."""

    def forward(self, q, k, v, attn_mask=None, is_causal=False):
        _check_fit(q, k, v)
        scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
        if is_causal and attn_mask is not None:
            raise ValueError("attention takes an attn_mask or is_causal=True, not both")
        if is_causal:
            attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
        scores = scores if attn_mask is None else _masked(scores, attn_mask)
        rows = scores.reshape(*scores.shape[:-2], 1, scores.shape[-2] * scores.shape[-1])
        weights = _softmax(rows).reshape(scores.shape)
        self.save_for_backward(q, k, v, weights)
        y = weights @ v
        return y.astype(q.dtype, copy=False)

    def backward(self, dy):
        q, k, v, weights = self.saved_values
        check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
        d_weights = dy @ np.swapaxes(v, -1, -2)
        mean = (weights * d_weights).sum(axis=(-2, -1), keepdims=True)
        d_scores = weights * (d_weights - mean) / math.sqrt(q.shape[-1])
        gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
        dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
        return (dq, dk, dv)
