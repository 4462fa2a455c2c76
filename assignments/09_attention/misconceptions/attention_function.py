"""What people believe about attention as a function."""

from grader.assignment import misconception
from reference.nn.transformer.attention import ScaledDotProductAttention


@misconception(
    "nn.transformer.scaled_dot_product_attention",
    hint="What does the function do with attn_mask?",
    fails=(
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_function",
        "ScaledDotProductAttention/test_refuses_what_does_not_fit",
    ),
    source="folklore",
)
def function_without_mask(q, k, v, attn_mask=None, is_causal=False):
    """The function passes on q, k, v and is_causal."""
    return ScaledDotProductAttention().forward(q, k, v, None, is_causal)


@misconception(
    "nn.transformer.scaled_dot_product_attention",
    hint="What does the function do with is_causal?",
    fails=(
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_function",
        "ScaledDotProductAttention/test_refuses_what_does_not_fit",
    ),
    source="folklore",
)
def function_without_causal(q, k, v, attn_mask=None, is_causal=False):
    """The function passes on q, k, v and the mask."""
    return ScaledDotProductAttention().forward(q, k, v, attn_mask)


@misconception(
    "nn.transformer.scaled_dot_product_attention",
    hint="What should happen with a mask and is_causal=True?",
    fails=("ScaledDotProductAttention/test_refuses_what_does_not_fit",),
    source="folklore",
)
def function_with_a_mask_drops_causal(q, k, v, attn_mask=None, is_causal=False):
    """A mask replaces is_causal."""
    return ScaledDotProductAttention().forward(q, k, v, attn_mask, is_causal and attn_mask is None)
