"""What people believe about a cache of keys and values."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape
from reference.nn.transformer.cache import KVCache


@misconception(
    "nn.transformer.KVCache.append",
    hint="What does attention need: the new keys, or all of them?",
    fails=(
        "KVCache/test_appends",
        "KVCache/test_appends",
        "KVCache/test_dtypes",
        "KVCache/test_refuses",
        "GPT/test_cache",
        "GPT/test_cache_of_single_tokens",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "TransformerEncoderLayer/test_cache",
        "MultiheadAttention/test_cache",
        "MultiheadAttention/test_cache_and_masks",
    ),
    source="folklore",
)
def new_ones_are_returned(self, keys, values):
    """append returns what was new."""
    check_shape("values of KVCache", values.shape, keys.shape)
    if self.keys is None or self.values is None:
        self.keys, self.values = (keys.copy(), values.copy())
    else:
        check_shape("keys of KVCache", keys.shape, (*self.keys.shape[:2], keys.shape[2], self.keys.shape[3]))
        self.keys = np.concatenate([self.keys, keys], axis=2)
        self.values = np.concatenate([self.values, values], axis=2)
    return (keys, values)


@misconception(
    "nn.transformer.KVCache.append",
    hint="Is the newest position among those that are returned?",
    fails=(
        "KVCache/test_appends",
        "KVCache/test_appends",
        "KVCache/test_dtypes",
        "KVCache/test_refuses",
        "GPT/test_cache",
        "GPT/test_cache_of_single_tokens",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "TransformerEncoderLayer/test_cache",
        "MultiheadAttention/test_cache",
        "MultiheadAttention/test_cache_and_masks",
    ),
    source="TinyTorch 0.1.14",
)
def returned_before_appended(self, keys, values):
    """append returns what was there before."""
    check_shape("values of KVCache", values.shape, keys.shape)
    before = (keys, values) if self.keys is None else (self.keys, self.values)
    if self.keys is None or self.values is None:
        self.keys, self.values = (keys.copy(), values.copy())
    else:
        check_shape("keys of KVCache", keys.shape, (*self.keys.shape[:2], keys.shape[2], self.keys.shape[3]))
        self.keys = np.concatenate([self.keys, keys], axis=2)
        self.values = np.concatenate([self.values, values], axis=2)
    return before


@misconception(
    "nn.transformer.KVCache.append",
    hint="Where do the first keys go?",
    fails=(
        "KVCache/test_appends",
        "KVCache/test_appends",
        "KVCache/test_own",
        "KVCache/test_dtypes",
        "KVCache/test_refuses",
        "GPT/test_cache",
        "GPT/test_refuses_tokens",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "TransformerEncoderLayer/test_cache",
        "MultiheadAttention/test_cache",
        "MultiheadAttention/test_cache_and_masks",
    ),
    source="TinyTorch 0.1.14",
)
def position_0_is_not_written(self, keys, values):
    """The first position is a start that nothing is written to."""
    check_shape("values of KVCache", values.shape, keys.shape)
    if self.keys is None or self.values is None:
        self.keys, self.values = (
            keys * (np.arange(keys.shape[2]) > 0)[:, None],
            values * (np.arange(values.shape[2]) > 0)[:, None],
        )
    else:
        check_shape("keys of KVCache", keys.shape, (*self.keys.shape[:2], keys.shape[2], self.keys.shape[3]))
        self.keys = np.concatenate([self.keys, keys], axis=2)
        self.values = np.concatenate([self.values, values], axis=2)
    return (self.keys, self.values)


@misconception(
    "nn.transformer.KVCache.append",
    hint="In which order are the positions?",
    fails=(
        "KVCache/test_appends",
        "KVCache/test_appends",
        "KVCache/test_own",
        "KVCache/test_dtypes",
        "KVCache/test_refuses",
        "GPT/test_cache",
        "GPT/test_cache_of_several_tokens",
        "TransformerEncoderLayer/test_cache",
        "MultiheadAttention/test_cache",
        "MultiheadAttention/test_cache_and_masks",
    ),
    source="folklore",
)
def newest_first(self, keys, values):
    """The newest keys come first."""
    check_shape("values of KVCache", values.shape, keys.shape)
    if self.keys is None or self.values is None:
        self.keys, self.values = (keys.copy(), values.copy())
    else:
        check_shape("keys of KVCache", keys.shape, (*self.keys.shape[:2], keys.shape[2], self.keys.shape[3]))
        self.keys = np.concatenate([keys, self.keys], axis=2)
        self.values = np.concatenate([values, self.values], axis=2)
    return (self.keys, self.values)


@misconception(
    "nn.transformer.KVCache.append",
    hint="What is kept of the values?",
    fails=(
        "KVCache/test_appends",
        "KVCache/test_appends",
        "KVCache/test_own",
        "KVCache/test_dtypes",
        "KVCache/test_refuses",
        "GPT/test_cache",
        "GPT/test_cache_of_single_tokens",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "TransformerEncoderLayer/test_cache",
        "MultiheadAttention/test_cache",
        "MultiheadAttention/test_cache_and_masks",
    ),
    source="folklore",
)
def values_are_keys(self, keys, values):
    """Keys and values are one."""
    check_shape("values of KVCache", values.shape, keys.shape)
    if self.keys is None or self.values is None:
        self.keys, self.values = (keys.copy(), values.copy())
    else:
        check_shape("keys of KVCache", keys.shape, (*self.keys.shape[:2], keys.shape[2], self.keys.shape[3]))
        self.keys = np.concatenate([self.keys, keys], axis=2)
        self.values = np.concatenate([self.values, keys], axis=2)
    return (self.keys, self.values)


@misconception(
    "nn.transformer.KVCache.append",
    hint="How many positions may be new?",
    fails=(
        "KVCache/test_appends",
        "KVCache/test_length",
        "KVCache/test_own",
        "KVCache/test_refuses",
        "GPT/test_cache",
        "GPT/test_cache_of_several_tokens",
        "TransformerEncoderLayer/test_cache",
        "MultiheadAttention/test_cache",
        "MultiheadAttention/test_cache_and_masks",
    ),
    source="folklore",
)
def one_at_a_time(self, keys, values):
    """One position is new each time."""
    check_shape("values of KVCache", values.shape, keys.shape)
    if self.keys is None or self.values is None:
        self.keys, self.values = (keys.copy(), values.copy())
    else:
        check_shape("keys of KVCache", keys.shape, (*self.keys.shape[:2], keys.shape[2], self.keys.shape[3]))
        self.keys = np.concatenate([self.keys, keys[:, :, -1:]], axis=2)
        self.values = np.concatenate([self.values, values[:, :, -1:]], axis=2)
    return (self.keys, self.values)


@misconception(
    "nn.transformer.KVCache.append",
    hint="How long may a text become?",
    fails=(
        "KVCache/test_appends",
        "KVCache/test_length",
        "Generate/test_of_a_gpt",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "MultiheadAttention/test_cache",
    ),
    source="folklore",
)
def six_are_kept(self, keys, values):
    """A cache holds the last six positions."""
    check_shape("values of KVCache", values.shape, keys.shape)
    if self.keys is None or self.values is None:
        self.keys, self.values = (keys.copy(), values.copy())
    else:
        check_shape("keys of KVCache", keys.shape, (*self.keys.shape[:2], keys.shape[2], self.keys.shape[3]))
        self.keys = np.concatenate([self.keys, keys], axis=2)
        self.values = np.concatenate([self.values, values], axis=2)
    self.keys, self.values = (self.keys[:, :, -6:], self.values[:, :, -6:])
    return (self.keys, self.values)


@misconception(
    "nn.transformer.KVCache",
    hint="How many caches are there?",
    fails=(
        "KVCache/test_own",
        "GPT/test_cache",
        "GPT/test_refuses_tokens",
        "Generate/test_of_a_gpt",
    ),
    source="TinyTorch 0.1.14",
)
class kept_in_the_class:
    """Keys and values are kept in the class."""

    def __init__(self):
        KVCache.keys = None
        KVCache.values = None

    def append(self, keys, values):
        check_shape("values of KVCache", values.shape, keys.shape)
        if KVCache.keys is None or KVCache.values is None:
            KVCache.keys, KVCache.values = (keys.copy(), values.copy())
        else:
            check_shape("keys of KVCache", keys.shape, (*KVCache.keys.shape[:2], keys.shape[2], KVCache.keys.shape[3]))
            KVCache.keys = np.concatenate([KVCache.keys, keys], axis=2)
            KVCache.values = np.concatenate([KVCache.values, values], axis=2)
        return (KVCache.keys, KVCache.values)

    def __len__(self):
        return 0 if KVCache.keys is None else KVCache.keys.shape[2]


@misconception(
    "nn.transformer.KVCache.append",
    hint="Who else holds the arrays that were appended?",
    fails=("KVCache/test_own",),
    source="folklore",
)
def kept_by_reference(self, keys, values):
    """The first arrays are kept as they are."""
    check_shape("values of KVCache", values.shape, keys.shape)
    if self.keys is None or self.values is None:
        self.keys, self.values = (keys, values)
    else:
        check_shape("keys of KVCache", keys.shape, (*self.keys.shape[:2], keys.shape[2], self.keys.shape[3]))
        self.keys = np.concatenate([self.keys, keys], axis=2)
        self.values = np.concatenate([self.values, values], axis=2)
    return (self.keys, self.values)
