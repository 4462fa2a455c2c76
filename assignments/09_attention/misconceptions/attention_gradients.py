"""What people believe about the gradients of attention."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape
from reference.nn.transformer.attention import _check_fit, _masked, _softmax


@misconception(
    "nn.transformer.ScaledDotProductAttention.backward",
    hint="Each weight depends on all scores of its row: where is that in your gradient?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_numbers_of_heads",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "Text/test_learns_a_text",
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
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_numbers_of_heads",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "Text/test_learns_a_text",
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
    hint="The scores were divided by the root of E: what does that do to their gradients?",
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
    "nn.transformer.ScaledDotProductAttention",
    hint="Which keys had a weight when forward ran?",
    fails=("ScaledDotProductAttention/test_causal",),
    source="folklore",
)
class causal_in_forward_alone:
    """is_causal is an argument of forward; backward computes the weights from q, k and the mask anew."""

    def forward(self, q, k, v, attn_mask=None, is_causal=False):
        _check_fit(q, k, v)
        scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
        if is_causal and attn_mask is not None:
            raise ValueError("attention takes an attn_mask or is_causal=True, not both")
        again = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
        self.save_for_backward(q, k, v, again)
        weights = _softmax(_masked(scores, np.tri(q.shape[-2], k.shape[-2], dtype=bool))) if is_causal else again
        y = weights @ v
        return y.astype(q.dtype, copy=False)
