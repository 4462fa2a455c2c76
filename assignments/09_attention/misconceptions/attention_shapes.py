"""What people believe about the shapes of queries, keys and values."""

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "nn.transformer.attention._check_fit",
    hint="How many values are there for five keys?",
    fails=("ScaledDotProductAttention/test_refuses_what_does_not_fit",),
    source="folklore",
)
def numbers_of_values_are_not_checked(q, k, v):
    """Matrix products check shapes by themselves."""
    if min(q.ndim, k.ndim, v.ndim) < 2:
        raise ValueError(f"q, k and v have shapes {q.shape}, {k.shape}, {v.shape}, but need two dimensions or more")
    check_shape("k of attention", k.shape, (*q.shape[:-2], k.shape[-2], q.shape[-1]))


@misconception(
    "nn.transformer.attention._check_fit",
    hint="Two texts of queries and one of keys: which keys belong to the second text?",
    fails=(
        "ScaledDotProductAttention/test_refuses_what_does_not_fit",
        "MultiheadAttention/test_refuses_what_does_not_fit",
    ),
    source="folklore",
)
def leading_dimensions_are_not_checked(q, k, v):
    """Leading dimensions are broadcast."""
    if min(q.ndim, k.ndim, v.ndim) < 2:
        raise ValueError(f"q, k and v have shapes {q.shape}, {k.shape}, {v.shape}, but need two dimensions or more")
    check_shape("k of attention", k.shape, (*k.shape[:-2], k.shape[-2], q.shape[-1]))
    check_shape("v of attention", v.shape, (*k.shape[:-1], v.shape[-1]))


@misconception(
    "nn.transformer.attention._check_fit",
    hint="May there be no leading dimension?",
    fails=(
        "ScaledDotProductAttention/test_worked_example",
        "ScaledDotProductAttention/test_masks",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_function",
        "ScaledDotProductAttention/test_parameters",
        "ScaledDotProductAttention/test_values",
    ),
    source="folklore",
)
def two_dimensions_are_refused(q, k, v):
    """Attention needs a batch."""
    if min(q.ndim, k.ndim, v.ndim) < 3:
        raise ValueError(f"q, k and v have shapes {q.shape}, {k.shape}, {v.shape}, but need two dimensions or more")
    check_shape("k of attention", k.shape, (*q.shape[:-2], k.shape[-2], q.shape[-1]))
    check_shape("v of attention", v.shape, (*k.shape[:-1], v.shape[-1]))


@misconception(
    "nn.transformer.attention._check_fit",
    hint="May queries ask another text?",
    fails=(
        "ScaledDotProductAttention/test_numbers_of_keys",
        "ScaledDotProductAttention/test_boolean_mask",
        "ScaledDotProductAttention/test_float_mask",
        "ScaledDotProductAttention/test_masks_broadcast",
        "ScaledDotProductAttention/test_causal",
        "ScaledDotProductAttention/test_nothing_to_attend_to",
        "GPT/test_cache",
        "GPT/test_cache_of_single_tokens",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "TransformerEncoderLayer/test_cache",
        "MultiheadAttention/test_numbers_of_heads",
        "MultiheadAttention/test_cross_attention",
    ),
    source="folklore",
)
def as_many_keys_as_queries(q, k, v):
    """There are as many keys as queries."""
    if min(q.ndim, k.ndim, v.ndim) < 2:
        raise ValueError(f"q, k and v have shapes {q.shape}, {k.shape}, {v.shape}, but need two dimensions or more")
    check_shape("k of attention", k.shape, q.shape)
    check_shape("v of attention", v.shape, (*k.shape[:-1], v.shape[-1]))
