"""What people believe about what masks of several heads may be."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape
from reference.nn.transformer.multihead import _excluding


@misconception(
    "nn.transformer.multihead._added",
    hint="Whose mask is the second one of (N * H, L, S)?",
    fails=(
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_both_masks",
    ),
    source="folklore",
)
def heads_before_texts(shape, attn_mask, key_padding_mask):
    """A mask for each head has the masks of all texts for head 0 first."""
    n, heads, length, keys = shape
    masks = []
    if attn_mask is not None:
        check_shape("attn_mask", attn_mask.shape, (length, keys) if attn_mask.ndim == 2 else (n * heads, length, keys))
        masks.append(
            _excluding(attn_mask)
            if attn_mask.ndim == 2
            else np.swapaxes(_excluding(attn_mask).reshape(heads, n, length, keys), 0, 1)
        )
    if key_padding_mask is not None:
        check_shape("key_padding_mask", key_padding_mask.shape, (n, keys))
        masks.append(_excluding(key_padding_mask)[:, None, None, :])
    return sum(masks[1:], masks[0]) if masks else None


@misconception(
    "nn.transformer.multihead._added",
    hint="How many masks does an attn_mask of three dimensions have?",
    fails=(
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_refuses_what_does_not_fit",
    ),
    source="folklore",
    convention="This is the form of several libraries; the contract asks for PyTorch's (N * H, L, S).",
)
def masks_of_texts(shape, attn_mask, key_padding_mask):
    """An attn_mask of three dimensions has a mask for each text."""
    n, _heads, length, keys = shape
    masks = []
    if attn_mask is not None:
        check_shape("attn_mask", attn_mask.shape, (length, keys) if attn_mask.ndim == 2 else (n, length, keys))
        masks.append(_excluding(attn_mask) if attn_mask.ndim == 2 else _excluding(attn_mask)[:, None])
    if key_padding_mask is not None:
        check_shape("key_padding_mask", key_padding_mask.shape, (n, keys))
        masks.append(_excluding(key_padding_mask)[:, None, None, :])
    return sum(masks[1:], masks[0]) if masks else None


@misconception(
    "nn.transformer.multihead._added",
    hint="What does a float mask do?",
    fails=(
        "MultiheadAttention/test_attn_mask_of_heads",
        "MultiheadAttention/test_float_attn_mask",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_nothing_to_attend_to",
        "MultiheadAttention/test_mask_memory",
        "TransformerEncoderLayer/test_masks",
    ),
    source="folklore",
)
def float_attn_mask_is_ignored(shape, attn_mask, key_padding_mask):
    """Masks are boolean; others do nothing."""
    n, heads, length, keys = shape
    masks = []
    if attn_mask is not None and attn_mask.dtype == bool:
        check_shape("attn_mask", attn_mask.shape, (length, keys) if attn_mask.ndim == 2 else (n * heads, length, keys))
        masks.append(_excluding(attn_mask) if attn_mask.ndim == 2 else _excluding(attn_mask).reshape(shape))
    if key_padding_mask is not None:
        check_shape("key_padding_mask", key_padding_mask.shape, (n, keys))
        masks.append(_excluding(key_padding_mask)[:, None, None, :])
    return sum(masks[1:], masks[0]) if masks else None


@misconception(
    "nn.transformer.multihead._excluding",
    hint="What if all keys of a query are hidden?",
    fails=("MultiheadAttention/test_nothing_to_attend_to",),
    source="folklore",
)
def hidden_by_a_large_number(mask):
    """Minus a billion hides as well as minus infinity."""
    return np.where(mask, -1000000000.0, 0.0) if mask.dtype == bool else mask


@misconception(
    "nn.transformer.multihead._added",
    hint="Which shape does key_padding_mask have?",
    fails=("MultiheadAttention/test_refuses_what_does_not_fit",),
    source="folklore",
)
def padding_shapes_are_not_checked(shape, attn_mask, key_padding_mask):
    """One row of padding is enough."""
    n, heads, length, keys = shape
    masks = []
    if attn_mask is not None:
        check_shape("attn_mask", attn_mask.shape, (length, keys) if attn_mask.ndim == 2 else (n * heads, length, keys))
        masks.append(_excluding(attn_mask) if attn_mask.ndim == 2 else _excluding(attn_mask).reshape(shape))
    if key_padding_mask is not None:
        key_padding_mask = np.atleast_2d(key_padding_mask)
        masks.append(_excluding(key_padding_mask)[:, None, None, :])
    return sum(masks[1:], masks[0]) if masks else None


@misconception(
    "nn.transformer.multihead._added",
    hint="Whose arrays are the masks?",
    fails=("MultiheadAttention/test_mask_memory",),
    source="folklore",
)
def masks_are_changed(shape, attn_mask, key_padding_mask):
    """Padding is written into the mask."""
    n, heads, length, keys = shape
    masks = []
    if attn_mask is not None:
        check_shape("attn_mask", attn_mask.shape, (length, keys) if attn_mask.ndim == 2 else (n * heads, length, keys))
        masks.append(_excluding(attn_mask) if attn_mask.ndim == 2 else _excluding(attn_mask).reshape(shape))
    if key_padding_mask is not None:
        check_shape("key_padding_mask", key_padding_mask.shape, (n, keys))
        masks.append(_excluding(key_padding_mask)[:, None, None, :])
    if (
        attn_mask is not None
        and key_padding_mask is not None
        and attn_mask.flags.writeable
        and (attn_mask.dtype == bool)
    ):
        attn_mask |= True
    return sum(masks[1:], masks[0]) if masks else None


@misconception(
    "nn.transformer.multihead._added",
    hint="Who says that attention is causal?",
    fails=(
        "MultiheadAttention/test_worked_example",
        "MultiheadAttention/test_masks",
        "MultiheadAttention/test_cross_attention",
        "MultiheadAttention/test_self_attention",
        "MultiheadAttention/test_both_masks",
        "MultiheadAttention/test_cache_and_masks",
        "TransformerEncoderLayer/test_masks",
        "TransformerEncoderLayer/test_masks_in_turn",
    ),
    source="folklore",
)
def causal_anyway(shape, attn_mask, key_padding_mask):
    """Self-attention is causal."""
    n, heads, length, keys = shape
    masks = []
    if attn_mask is not None:
        check_shape("attn_mask", attn_mask.shape, (length, keys) if attn_mask.ndim == 2 else (n * heads, length, keys))
        masks.append(_excluding(attn_mask) if attn_mask.ndim == 2 else _excluding(attn_mask).reshape(shape))
    if key_padding_mask is not None:
        check_shape("key_padding_mask", key_padding_mask.shape, (n, keys))
        masks.append(_excluding(key_padding_mask)[:, None, None, :])
    masks.append(np.where(np.tri(length, keys), 0.0, -np.inf) if length == keys else np.zeros((length, keys)))
    return sum(masks[1:], masks[0])


@misconception(
    "nn.transformer.multihead._added",
    hint="What if all keys of a text are padding?",
    fails=("MultiheadAttention/test_nothing_to_attend_to",),
    source="folklore",
)
def all_hidden_is_all_seen(shape, attn_mask, key_padding_mask):
    """A text that is all padding has none."""
    n, heads, length, keys = shape
    masks = []
    if attn_mask is not None:
        check_shape("attn_mask", attn_mask.shape, (length, keys) if attn_mask.ndim == 2 else (n * heads, length, keys))
        masks.append(_excluding(attn_mask) if attn_mask.ndim == 2 else _excluding(attn_mask).reshape(shape))
    if key_padding_mask is not None:
        check_shape("key_padding_mask", key_padding_mask.shape, (n, keys))
        key_padding_mask = key_padding_mask & ~key_padding_mask.all(axis=1, keepdims=True)
        masks.append(_excluding(key_padding_mask)[:, None, None, :])
    return sum(masks[1:], masks[0]) if masks else None


@misconception(
    "nn.transformer.multihead._added",
    hint="A text is all padding, and attn_mask is float. What does -10^9 for each of its keys change?",
    fails=("MultiheadAttention/test_nothing_to_attend_to",),
    source="folklore (the -1e9 of many tutorials)",
)
def padding_beside_a_float_mask_is_large(shape, attn_mask, key_padding_mask):
    """To a float attn_mask, padding adds -10^9, which is as good as -inf."""
    n, heads, length, keys = shape
    masks, least = [], -np.inf
    if attn_mask is not None:
        check_shape("attn_mask", attn_mask.shape, (length, keys) if attn_mask.ndim == 2 else (n * heads, length, keys))
        masks.append(_excluding(attn_mask) if attn_mask.ndim == 2 else _excluding(attn_mask).reshape(shape))
        least = -np.inf if attn_mask.dtype == bool else -1e9
    if key_padding_mask is not None:
        check_shape("key_padding_mask", key_padding_mask.shape, (n, keys))
        masks.append(np.where(key_padding_mask, least, 0.0)[:, None, None, :])
    return sum(masks[1:], masks[0]) if masks else None
