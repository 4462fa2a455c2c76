"""What people believe about the masks of attention with several heads."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape
from reference.nn.transformer.multihead import _excluding


@misconception(
    "nn.transformer.multihead._excluding",
    hint="Who is meant by True in the masks of this module?",
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    hint="Whose mask is the second one of (N * H, L, S)?",
    fails=("X/test_x",),
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
    hint="How many masks has an attn_mask of three dimensions?",
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
    source="folklore",
)
def hidden_by_a_large_number(mask):
    """Minus a billion hides as well as minus infinity."""
    return np.where(mask, -1000000000.0, 0.0) if mask.dtype == bool else mask


@misconception(
    "nn.transformer.multihead._added",
    hint="Which shapes of attn_mask are there?",
    fails=("X/test_x",),
    source="folklore",
)
def mask_shapes_are_not_checked(shape, attn_mask, key_padding_mask):
    """NumPy finds out whether masks fit."""
    n, heads, length, keys = shape
    masks = []
    if attn_mask is not None:
        masks.append(
            _excluding(attn_mask)
            if attn_mask.ndim == 2
            else _excluding(attn_mask).reshape(shape)
            if attn_mask.size == n * heads * length * keys
            else _excluding(attn_mask)
        )
    if key_padding_mask is not None:
        check_shape("key_padding_mask", key_padding_mask.shape, (n, keys))
        masks.append(_excluding(key_padding_mask)[:, None, None, :])
    return sum(masks[1:], masks[0]) if masks else None


@misconception(
    "nn.transformer.multihead._added",
    hint="Which shape has key_padding_mask?",
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
