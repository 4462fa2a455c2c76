"""What people believe about the masks of attention with several heads."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape
from reference.nn.transformer.multihead import _excluding


@misconception(
    "nn.transformer.multihead._excluding",
    hint="What does True in a mask of this module say: that a key may be attended to, or that it may not?",
    fails=(
        "MultiheadAttention/test_masks",
        "MultiheadAttention/test_attn_mask",
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_key_padding_mask",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_nothing_to_attend_to",
        "GPT/test_cache",
        "GPT/test_sizes",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
        "Text/test_learns_a_text",
    ),
    source="torch.nn.functional.scaled_dot_product_attention",
    convention="This is the form of scaled_dot_product_attention; the contract asks for PyTorch's form in this "
    "module, where True may not be attended to.",
)
def true_takes_part(mask):
    """True in a mask takes part."""
    return np.where(mask, 0.0, -np.inf) if mask.dtype == bool else mask


@misconception(
    "nn.transformer.multihead._added",
    hint="What is True in key_padding_mask: a word or no word?",
    fails=(
        "MultiheadAttention/test_masks",
        "MultiheadAttention/test_key_padding_mask",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_cache_and_masks",
        "MultiheadAttention/test_mask_memory",
        "TransformerEncoderLayer/test_masks",
    ),
    source="github.com/huggingface/transformers, attention_mask",
    convention="This is the form of attention_mask in Hugging Face's models; the contract asks for PyTorch's "
    "form, where True is padding.",
)
def padding_is_inverted(shape, attn_mask, key_padding_mask):
    """key_padding_mask is True where there is a word."""
    n, heads, length, keys = shape
    masks = []
    if attn_mask is not None:
        check_shape("attn_mask", attn_mask.shape, (length, keys) if attn_mask.ndim == 2 else (n * heads, length, keys))
        masks.append(_excluding(attn_mask) if attn_mask.ndim == 2 else _excluding(attn_mask).reshape(shape))
    if key_padding_mask is not None:
        check_shape("key_padding_mask", key_padding_mask.shape, (n, keys))
        masks.append(_excluding(~key_padding_mask)[:, None, None, :])
    return sum(masks[1:], masks[0]) if masks else None


@misconception(
    "nn.transformer.multihead._added",
    hint="Which axis of the scores are the keys?",
    fails=(
        "MultiheadAttention/test_masks",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_mask_memory",
        "TransformerEncoderLayer/test_masks",
    ),
    source="folklore",
)
def padding_hides_queries(shape, attn_mask, key_padding_mask):
    """Padding hides the queries of a text."""
    n, heads, length, keys = shape
    masks = []
    if attn_mask is not None:
        check_shape("attn_mask", attn_mask.shape, (length, keys) if attn_mask.ndim == 2 else (n * heads, length, keys))
        masks.append(_excluding(attn_mask) if attn_mask.ndim == 2 else _excluding(attn_mask).reshape(shape))
    if key_padding_mask is not None:
        check_shape("key_padding_mask", key_padding_mask.shape, (n, keys))
        masks.append(
            _excluding(key_padding_mask)[:, None, :, None]
            if length == keys
            else _excluding(key_padding_mask)[:, None, None, :]
        )
    return sum(masks[1:], masks[0]) if masks else None


@misconception(
    "nn.transformer.multihead._added",
    hint="Has each text padding of its own?",
    fails=(
        "MultiheadAttention/test_key_padding_mask",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_cache_and_masks",
        "MultiheadAttention/test_mask_memory",
        "TransformerEncoderLayer/test_masks",
    ),
    source="folklore",
)
def padding_of_the_first_text(shape, attn_mask, key_padding_mask):
    """Padding is the same for all texts."""
    n, heads, length, keys = shape
    masks = []
    if attn_mask is not None:
        check_shape("attn_mask", attn_mask.shape, (length, keys) if attn_mask.ndim == 2 else (n * heads, length, keys))
        masks.append(_excluding(attn_mask) if attn_mask.ndim == 2 else _excluding(attn_mask).reshape(shape))
    if key_padding_mask is not None:
        check_shape("key_padding_mask", key_padding_mask.shape, (n, keys))
        masks.append(_excluding(key_padding_mask)[:1, None, None, :])
    return sum(masks[1:], masks[0]) if masks else None


@misconception(
    "nn.transformer.multihead._added",
    hint="What if both masks are given?",
    fails=(
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_mask_memory",
        "TransformerEncoderLayer/test_masks",
    ),
    source="folklore",
)
def padding_only_without_attn_mask(shape, attn_mask, key_padding_mask):
    """attn_mask replaces key_padding_mask."""
    n, heads, length, keys = shape
    masks = []
    if attn_mask is not None:
        check_shape("attn_mask", attn_mask.shape, (length, keys) if attn_mask.ndim == 2 else (n * heads, length, keys))
        masks.append(_excluding(attn_mask) if attn_mask.ndim == 2 else _excluding(attn_mask).reshape(shape))
    if key_padding_mask is not None and attn_mask is None:
        check_shape("key_padding_mask", key_padding_mask.shape, (n, keys))
        masks.append(_excluding(key_padding_mask)[:, None, None, :])
    return sum(masks[1:], masks[0]) if masks else None


@misconception(
    "nn.transformer.multihead._added",
    hint="May a query look where one of both masks forbids it?",
    fails=(
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_mask_memory",
        "TransformerEncoderLayer/test_masks",
    ),
    source="folklore",
)
def both_have_to_forbid(shape, attn_mask, key_padding_mask):
    """A key is hidden if both masks say so."""
    n, heads, length, keys = shape
    masks = []
    if attn_mask is not None:
        check_shape("attn_mask", attn_mask.shape, (length, keys) if attn_mask.ndim == 2 else (n * heads, length, keys))
        masks.append(_excluding(attn_mask) if attn_mask.ndim == 2 else _excluding(attn_mask).reshape(shape))
    if key_padding_mask is not None:
        check_shape("key_padding_mask", key_padding_mask.shape, (n, keys))
        masks.append(_excluding(key_padding_mask)[:, None, None, :])
    return np.maximum(*masks) if len(masks) > 1 else masks[0] if masks else None


@misconception(
    "nn.transformer.multihead._added",
    hint="Whose arrays are the masks?",
    fails=("MultiheadAttention/test_mask_memory",),
    source="folklore",
)
def masks_of_heads_are_changed(shape, attn_mask, key_padding_mask):
    """Padding is written into the masks of heads."""
    n, heads, length, keys = shape
    masks = []
    if attn_mask is not None:
        check_shape("attn_mask", attn_mask.shape, (length, keys) if attn_mask.ndim == 2 else (n * heads, length, keys))
        masks.append(_excluding(attn_mask) if attn_mask.ndim == 2 else _excluding(attn_mask).reshape(shape))
    if key_padding_mask is not None:
        check_shape("key_padding_mask", key_padding_mask.shape, (n, keys))
        masks.append(_excluding(key_padding_mask)[:, None, None, :])
    if len(masks) > 1 and attn_mask.ndim == 3 and attn_mask.flags.writeable and (attn_mask.dtype == bool):
        attn_mask |= np.repeat(key_padding_mask, heads, axis=0)[:, None]
    return sum(masks[1:], masks[0]) if masks else None
