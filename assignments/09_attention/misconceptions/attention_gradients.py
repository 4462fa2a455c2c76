"""What people believe about the gradients of attention."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="Each weight depends on all scores of its row: where is that in your gradient?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "MultiheadAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "ScaledDotProductAttention/test_masks_in_turn",
        "ScaledDotProductAttention/test_mask_memory",
        "ScaledDotProductAttention/test_mask_dtypes",
        "ScaledDotProductAttention/test_refuses_what_does_not_fit",
        "ScaledDotProductAttention/test_gradients",
        "ScaledDotProductAttention/test_refuses",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_training_after_writing",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_float_attn_mask",
        "MultiheadAttention/test_key_padding_mask",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_refuses_what_does_not_fit",
        "MultiheadAttention/test_mask_memory",
        "MultiheadAttention/test_used_again",
        "MultiheadAttention/test_gradients",
        "MultiheadAttention/test_gradients_with_options",
        "MultiheadAttention/test_dtypes",
        "MultiheadAttention/test_refuses",
    ),
    source="folklore",
)
def without_the_mean(self, dy):
    """The gradient of a score is the weight times the gradient of the weight."""
    q, k, v, weights = self.saved_values
    check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
    d_weights = dy @ np.swapaxes(v, -1, -2)
    d_scores = weights * d_weights / math.sqrt(q.shape[-1])
    gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
    dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
    return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="What does another score of the row do to this weight?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "MultiheadAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "ScaledDotProductAttention/test_masks_in_turn",
        "ScaledDotProductAttention/test_mask_memory",
        "ScaledDotProductAttention/test_mask_dtypes",
        "ScaledDotProductAttention/test_refuses_what_does_not_fit",
        "ScaledDotProductAttention/test_gradients",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_training_after_writing",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_float_attn_mask",
        "MultiheadAttention/test_key_padding_mask",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_refuses_what_does_not_fit",
        "MultiheadAttention/test_mask_memory",
        "MultiheadAttention/test_used_again",
        "MultiheadAttention/test_gradients",
        "MultiheadAttention/test_gradients_with_options",
        "MultiheadAttention/test_dtypes",
        "MultiheadAttention/test_refuses",
    ),
    source="folklore",
)
def softmax_is_a_sigmoid(self, dy):
    """The derivative of a weight is w (1 - w)."""
    q, k, v, weights = self.saved_values
    check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
    d_weights = dy @ np.swapaxes(v, -1, -2)
    d_scores = weights * (1 - weights) * d_weights / math.sqrt(q.shape[-1])
    gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
    dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
    return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="Over which axis does the softmax run?",
    fails=(
        "MultiheadAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "ScaledDotProductAttention/test_masks_in_turn",
        "ScaledDotProductAttention/test_mask_memory",
        "ScaledDotProductAttention/test_mask_dtypes",
        "ScaledDotProductAttention/test_refuses_what_does_not_fit",
        "ScaledDotProductAttention/test_used_again",
        "ScaledDotProductAttention/test_gradients",
        "ScaledDotProductAttention/test_dtypes",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_training_after_writing",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_refuses",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_float_attn_mask",
        "MultiheadAttention/test_key_padding_mask",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_refuses_what_does_not_fit",
        "MultiheadAttention/test_mask_memory",
        "MultiheadAttention/test_used_again",
        "MultiheadAttention/test_memory",
        "MultiheadAttention/test_gradients",
        "MultiheadAttention/test_gradients_with_options",
        "MultiheadAttention/test_dtypes",
        "MultiheadAttention/test_refuses",
    ),
    source="folklore",
)
def mean_over_queries(self, dy):
    """The mean is taken over the queries."""
    q, k, v, weights = self.saved_values
    check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
    d_weights = dy @ np.swapaxes(v, -1, -2)
    mean = (weights * d_weights).sum(axis=-2, keepdims=True)
    d_scores = weights * (d_weights - mean) / math.sqrt(q.shape[-1])
    gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
    dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
    return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="The scores were divided by the root of E: what does that do to their gradients?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "ScaledDotProductAttention/test_masks_in_turn",
        "ScaledDotProductAttention/test_mask_memory",
        "ScaledDotProductAttention/test_mask_dtypes",
        "ScaledDotProductAttention/test_refuses_what_does_not_fit",
        "ScaledDotProductAttention/test_gradients",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_training_after_writing",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_float_attn_mask",
        "MultiheadAttention/test_key_padding_mask",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_refuses_what_does_not_fit",
        "MultiheadAttention/test_mask_memory",
        "MultiheadAttention/test_gradients",
        "MultiheadAttention/test_gradients_with_options",
    ),
    source="folklore",
)
def scale_is_forgotten(self, dy):
    """The scale belongs to the forward pass."""
    q, k, v, weights = self.saved_values
    check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
    d_weights = dy @ np.swapaxes(v, -1, -2)
    mean = (weights * d_weights).sum(axis=-1, keepdims=True)
    d_scores = weights * (d_weights - mean)
    gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
    dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
    return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="Do q and k have a scale each, or one together?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "ScaledDotProductAttention/test_masks_in_turn",
        "ScaledDotProductAttention/test_mask_dtypes",
        "ScaledDotProductAttention/test_refuses_what_does_not_fit",
        "ScaledDotProductAttention/test_gradients",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_training_after_writing",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_float_attn_mask",
        "MultiheadAttention/test_key_padding_mask",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_refuses_what_does_not_fit",
        "MultiheadAttention/test_mask_memory",
        "MultiheadAttention/test_gradients",
        "MultiheadAttention/test_gradients_with_options",
    ),
    source="folklore",
)
def scale_of_keys_is_forgotten(self, dy):
    """q was scaled, so its gradient is."""
    q, k, v, weights = self.saved_values
    check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
    d_weights = dy @ np.swapaxes(v, -1, -2)
    mean = (weights * d_weights).sum(axis=-1, keepdims=True)
    d_scores = weights * (d_weights - mean) / math.sqrt(q.shape[-1])
    gradients = (
        d_scores @ k,
        np.swapaxes(d_scores, -1, -2) @ q * math.sqrt(q.shape[-1]),
        np.swapaxes(weights, -1, -2) @ dy,
    )
    dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
    return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="Of which shape is dq, if there are more keys than queries?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "MultiheadAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_causal",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_training_after_writing",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_refuses_what_does_not_fit",
        "MultiheadAttention/test_mask_memory",
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
    hint="Which index of the scores belongs to a key?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "MultiheadAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_causal",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_training_after_writing",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_refuses_what_does_not_fit",
        "MultiheadAttention/test_mask_memory",
    ),
    source="folklore",
)
def dk_without_a_transpose(self, dy):
    """For equally many queries and keys, dk is the product of d_scores and q."""
    q, k, v, weights = self.saved_values
    check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
    d_weights = dy @ np.swapaxes(v, -1, -2)
    mean = (weights * d_weights).sum(axis=-1, keepdims=True)
    d_scores = weights * (d_weights - mean) / math.sqrt(q.shape[-1])
    gradients = (
        d_scores @ k,
        (d_scores if q.shape[-2] == k.shape[-2] else np.swapaxes(d_scores, -1, -2)) @ q,
        np.swapaxes(weights, -1, -2) @ dy,
    )
    dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
    return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="Which index of the weights belongs to a value?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "MultiheadAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_causal",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_training_after_writing",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_refuses_what_does_not_fit",
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
        "MultiheadAttention/test_worked_example",
        "TransformerEncoderLayer/test_paths",
        "GPT/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "ScaledDotProductAttention/test_large_scores",
        "ScaledDotProductAttention/test_masks_in_turn",
        "ScaledDotProductAttention/test_mask_dtypes",
        "ScaledDotProductAttention/test_refuses_what_does_not_fit",
        "ScaledDotProductAttention/test_used_again",
        "ScaledDotProductAttention/test_memory",
        "ScaledDotProductAttention/test_gradients",
        "ScaledDotProductAttention/test_dtypes",
        "ScaledDotProductAttention/test_refuses",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_training_after_writing",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "TransformerEncoderLayer/test_refuses",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_float_attn_mask",
        "MultiheadAttention/test_key_padding_mask",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_refuses_what_does_not_fit",
        "MultiheadAttention/test_used_again",
        "MultiheadAttention/test_memory",
        "MultiheadAttention/test_gradients",
        "MultiheadAttention/test_gradients_with_options",
        "MultiheadAttention/test_dtypes",
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
    hint="Does y depend on the queries?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "MultiheadAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "ScaledDotProductAttention/test_masks_in_turn",
        "ScaledDotProductAttention/test_mask_memory",
        "ScaledDotProductAttention/test_mask_dtypes",
        "ScaledDotProductAttention/test_refuses_what_does_not_fit",
        "ScaledDotProductAttention/test_gradients",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_training_after_writing",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "TransformerEncoderLayer/test_gradients",
        "TransformerEncoderLayer/test_gradients_with_options",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_float_attn_mask",
        "MultiheadAttention/test_key_padding_mask",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_refuses_what_does_not_fit",
        "MultiheadAttention/test_mask_memory",
        "MultiheadAttention/test_gradients",
        "MultiheadAttention/test_gradients_with_options",
    ),
    source="folklore",
)
def weights_are_constants(self, dy):
    """The weights of attention are constants for backward."""
    q, k, v, weights = self.saved_values
    check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
    d_weights = dy @ np.swapaxes(v, -1, -2)
    mean = (weights * d_weights).sum(axis=-1, keepdims=True)
    d_scores = 0 * weights * (d_weights - mean) / math.sqrt(q.shape[-1])
    gradients = (d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy)
    dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
    return (dq, dk, dv)


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="What shape has dy?",
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
    hint="Which dtype has dq, if q is float32 and dy is float64?",
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
