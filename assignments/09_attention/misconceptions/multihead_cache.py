"""What people believe about a cache in attention with several heads."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape
from reference.nn.transformer.multihead import _added, _merged


@misconception(
    "nn.transformer.MultiheadAttention.forward",
    hint="Does a token see itself?",
    fails=(
        "MultiheadAttention/test_cache",
        "MultiheadAttention/test_cache_and_masks",
        "GPT/test_cache",
        "GPT/test_cache_of_single_tokens",
        "Generate/test_of_a_gpt",
        "TransformerEncoderLayer/test_cache",
    ),
    source="TinyTorch 0.1.14",
)
def current_token_is_missing(self, query, key, value, attn_mask=None, key_padding_mask=None, cache=None):
    """A token attends to what is in the cache, and is appended afterwards."""
    q, k, v = (
        self._split(self._project(x, part, name))
        for part, (name, x) in enumerate({"query": query, "key": key, "value": value}.items())
    )
    self.save_for_backward(query, key, value)
    check_shape("key of MultiheadAttention", key.shape, (len(query), *key.shape[1:]))
    keys = k.shape[2] + (0 if cache is None else len(cache))
    mask = _added((*q.shape[:3], keys), attn_mask, key_padding_mask)
    if cache is not None:
        earlier = (cache.keys, cache.values) if len(cache) else (k, v)
        cache.append(k, v)
        if earlier[0].shape[2] > 0 and earlier[0] is not k:
            pad = ((0, 0), (0, 0), (0, k.shape[2]), (0, 0))
            k, v = (np.pad(part, pad) for part in earlier)
    heads = _merged(self.attention(q, k, v, mask))
    return self.out_proj(heads).astype(query.dtype, copy=False)


@misconception(
    "nn.transformer.MultiheadAttention.forward",
    hint="In which order does append take its arguments?",
    fails=(
        "MultiheadAttention/test_cache",
        "MultiheadAttention/test_cache_and_masks",
        "GPT/test_cache",
        "GPT/test_refuses_tokens",
        "Generate/test_of_a_gpt",
        "TransformerEncoderLayer/test_cache",
    ),
    source="folklore",
)
def keys_and_values_change_places(self, query, key, value, attn_mask=None, key_padding_mask=None, cache=None):
    """append takes values and keys."""
    q, k, v = (
        self._split(self._project(x, part, name))
        for part, (name, x) in enumerate({"query": query, "key": key, "value": value}.items())
    )
    self.save_for_backward(query, key, value)
    check_shape("key of MultiheadAttention", key.shape, (len(query), *key.shape[1:]))
    keys = k.shape[2] + (0 if cache is None else len(cache))
    mask = _added((*q.shape[:3], keys), attn_mask, key_padding_mask)
    if cache is not None:
        k, v = cache.append(v, k)
    heads = _merged(self.attention(q, k, v, mask))
    return self.out_proj(heads).astype(query.dtype, copy=False)


@misconception(
    "nn.transformer.MultiheadAttention.forward",
    hint="How many texts does a cache have?",
    fails=(
        "MultiheadAttention/test_cache",
        "MultiheadAttention/test_cache_and_masks",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "TransformerEncoderLayer/test_cache",
    ),
    source="folklore",
)
def first_text_alone_is_cached(self, query, key, value, attn_mask=None, key_padding_mask=None, cache=None):
    """A cache is for one text."""
    q, k, v = (
        self._split(self._project(x, part, name))
        for part, (name, x) in enumerate({"query": query, "key": key, "value": value}.items())
    )
    self.save_for_backward(query, key, value)
    check_shape("key of MultiheadAttention", key.shape, (len(query), *key.shape[1:]))
    keys = k.shape[2] + (0 if cache is None else len(cache))
    mask = _added((*q.shape[:3], keys), attn_mask, key_padding_mask)
    if cache is not None:
        k, v = cache.append(k, v)
        k, v = (np.broadcast_to(part[:1], part.shape) for part in (k, v))
    heads = _merged(self.attention(q, k, v, mask))
    return self.out_proj(heads).astype(query.dtype, copy=False)


@misconception(
    "nn.transformer.MultiheadAttention.forward",
    hint="For how many keys is a mask, if there is a cache?",
    fails=("MultiheadAttention/test_cache_and_masks",),
    source="folklore",
)
def padding_of_new_keys(self, query, key, value, attn_mask=None, key_padding_mask=None, cache=None):
    """Masks are for the keys of this call."""
    q, k, v = (
        self._split(self._project(x, part, name))
        for part, (name, x) in enumerate({"query": query, "key": key, "value": value}.items())
    )
    self.save_for_backward(query, key, value)
    check_shape("key of MultiheadAttention", key.shape, (len(query), *key.shape[1:]))
    keys = k.shape[2] + (0 if cache is None else len(cache))
    mask = _added((*q.shape[:3], keys), attn_mask, key_padding_mask)
    if cache is not None:
        k, v = cache.append(k, v)
    if cache is not None and key_padding_mask is not None and (len(cache) > q.shape[2]):
        key_padding_mask = np.pad(key_padding_mask[:, -q.shape[2] :], ((0, 0), (len(cache) - q.shape[2], 0)))
    mask = _added((*q.shape[:3], k.shape[2]), attn_mask, key_padding_mask)
    heads = _merged(self.attention(q, k, v, mask))
    return self.out_proj(heads).astype(query.dtype, copy=False)


@misconception(
    "nn.transformer.MultiheadAttention.forward",
    hint="What is in the cache after a forward that was refused?",
    fails=("MultiheadAttention/test_refused_with_a_cache",),
    source="folklore",
)
def appended_before_masks_are_looked_at(self, query, key, value, attn_mask=None, key_padding_mask=None, cache=None):
    """The cache comes first, as it says how many keys there are; then the masks are compared with that."""
    q, k, v = (
        self._split(self._project(x, part, name))
        for part, (name, x) in enumerate({"query": query, "key": key, "value": value}.items())
    )
    self.save_for_backward(query, key, value)
    if cache is not None:
        k, v = cache.append(k, v)
    mask = _added((*q.shape[:3], k.shape[2]), attn_mask, key_padding_mask)
    heads = _merged(self.attention(q, k, v, mask))
    return self.out_proj(heads).astype(query.dtype, copy=False)
