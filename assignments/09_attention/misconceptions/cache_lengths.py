"""What people believe about the length of a cache, and about what it refuses."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "nn.transformer.KVCache.append",
    hint="Which dtype does a key have that was float32?",
    fails=("KVCache/test_dtypes",),
    source="folklore",
)
def cache_in_float64(self, keys, values):
    """A cache is float64."""
    check_shape("values of KVCache", values.shape, keys.shape)
    if self.keys is None or self.values is None:
        self.keys, self.values = (keys.astype(np.float64), values.astype(np.float64))
    else:
        check_shape("keys of KVCache", keys.shape, (*self.keys.shape[:2], keys.shape[2], self.keys.shape[3]))
        self.keys = np.concatenate([self.keys, keys], axis=2)
        self.values = np.concatenate([self.values, values], axis=2)
    return (self.keys, self.values)


@misconception(
    "nn.transformer.KVCache",
    hint="How many positions does a prompt of three tokens add?",
    fails=(
        "KVCache/test_appends",
        "KVCache/test_length",
        "KVCache/test_refuses",
        "GPT/test_cache",
        "GPT/test_cache_of_prompts",
        "Generate/test_with_a_cache",
        "Generate/test_of_a_gpt",
    ),
    source="folklore",
)
class length_counts_calls:
    """len is the number of appends."""

    def append(self, keys, values):
        self.count = getattr(self, "count", 0) + 1
        check_shape("values of KVCache", values.shape, keys.shape)
        if self.keys is None or self.values is None:
            self.keys, self.values = (keys.copy(), values.copy())
        else:
            check_shape("keys of KVCache", keys.shape, (*self.keys.shape[:2], keys.shape[2], self.keys.shape[3]))
            self.keys = np.concatenate([self.keys, keys], axis=2)
            self.values = np.concatenate([self.values, values], axis=2)
        return (self.keys, self.values)

    def __len__(self):
        return getattr(self, "count", 0)


@misconception(
    "nn.transformer.KVCache",
    hint="How many positions are there after the second append?",
    fails=(
        "KVCache/test_appends",
        "KVCache/test_length",
        "GPT/test_cache",
        "GPT/test_cache_of_single_tokens",
        "Generate/test_with_a_cache",
        "Generate/test_of_a_gpt",
    ),
    source="folklore",
)
class length_is_that_of_the_last:
    """len is the number of the newest positions."""

    def append(self, keys, values):
        check_shape("values of KVCache", values.shape, keys.shape)
        if self.keys is None or self.values is None:
            self.keys, self.values = (keys.copy(), values.copy())
        else:
            check_shape("keys of KVCache", keys.shape, (*self.keys.shape[:2], keys.shape[2], self.keys.shape[3]))
            self.keys = np.concatenate([self.keys, keys], axis=2)
            self.values = np.concatenate([self.values, values], axis=2)
        self.newest = keys.shape[2]
        return (self.keys, self.values)

    def __len__(self):
        return 0 if self.keys is None else self.newest


@misconception(
    "nn.transformer.KVCache.append",
    hint="How many values are there for three keys?",
    fails=("KVCache/test_refuses",),
    source="folklore",
)
def values_of_any_shape(self, keys, values):
    """Keys and values are checked by whoever uses them."""
    if self.keys is None or self.values is None:
        self.keys, self.values = (keys.copy(), values.copy())
    else:
        check_shape("keys of KVCache", keys.shape, (*self.keys.shape[:2], keys.shape[2], self.keys.shape[3]))
        self.keys = np.concatenate([self.keys, keys], axis=2)
        self.values = np.concatenate([self.values, values], axis=2)
    return (self.keys, self.values)


@misconception(
    "nn.transformer.KVCache.append",
    hint="What should the message of an error say?",
    fails=("KVCache/test_refuses",),
    source="folklore",
)
def cache_sizes_are_not_checked(self, keys, values):
    """NumPy finds out whether keys fit."""
    check_shape("values of KVCache", values.shape, keys.shape)
    if self.keys is None or self.values is None:
        self.keys, self.values = (keys.copy(), values.copy())
    else:
        keys, values = (
            np.resize(part, (*self.keys.shape[:2], part.shape[2], self.keys.shape[3]))
            if part.shape[:2] + part.shape[3:] != self.keys.shape[:2] + self.keys.shape[3:]
            else part
            for part in (keys, values)
        )
        self.keys = np.concatenate([self.keys, keys], axis=2)
        self.values = np.concatenate([self.values, values], axis=2)
    return (self.keys, self.values)


@misconception(
    "nn.transformer.KVCache.append",
    hint="What has changed after an append that was refused?",
    fails=("KVCache/test_refuses",),
    source="folklore",
)
def half_an_append(self, keys, values):
    """Keys are appended first, and values are looked at then."""
    if self.keys is None or self.values is None:
        check_shape("values of KVCache", values.shape, keys.shape)
        self.keys, self.values = (keys.copy(), values.copy())
    else:
        check_shape("keys of KVCache", keys.shape, (*self.keys.shape[:2], keys.shape[2], self.keys.shape[3]))
        self.keys = np.concatenate([self.keys, keys], axis=2)
        check_shape("values of KVCache", values.shape, keys.shape)
        self.values = np.concatenate([self.values, values], axis=2)
    return (self.keys, self.values)
