"""What people believe about keys and values that are kept."""

import numpy as np

from grader.assignment import misconception
from reference.nn.modern.cache import KeyValueCache


@misconception(
    "nn.modern.KeyValueCache.append",
    hint="Which key is at position 0?",
    fails=(
        "LanguageModel/test_cache",
        "GroupedQueryAttention/test_cache",
        "KeyValueCache/test_grows",
        "DecoderBlock/test_cache",
    ),
    source="folklore",
)
def new_keys_come_first(self, keys, values):
    """New keys are put before those that are there."""
    if self.keys is None or self.values is None:
        self.keys, self.values = (keys, values)
    else:
        self.keys = np.concatenate([keys, self.keys], axis=2)
        self.values = np.concatenate([values, self.values], axis=2)
    return (self.keys, self.values)


@misconception(
    "nn.modern.KeyValueCache.append",
    hint="How long is the cache after the first part?",
    fails=(
        "GroupedQueryAttention/test_cache",
        "GroupedQueryAttention/test_cache",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_refuses_tokens",
        "Generate/test_model",
        "KeyValueCache/test_grows",
        "KeyValueCache/test_refuses",
        "DecoderBlock/test_cache",
    ),
    source="folklore",
)
def first_part_is_lost(self, keys, values):
    """An empty cache is made first, and filled later."""
    if self.keys is None or self.values is None:
        self.keys, self.values = (keys[:, :, :0], values[:, :, :0])
        return (keys, values)
    self.keys = np.concatenate([self.keys, keys], axis=2)
    self.values = np.concatenate([self.values, values], axis=2)
    return (self.keys, self.values)


@misconception(
    "nn.modern.KeyValueCache.__init__",
    hint="How many caches are there?",
    fails=(
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_refuses_tokens",
        "Generate/test_model",
        "GroupedQueryAttention/test_cache",
        "KeyValueCache/test_grows",
    ),
    source="folklore",
)
def cache_of_the_class(self):
    """Keys belong to the class, as there is one model."""
    self.keys = None
    self.values = None
    KeyValueCache.append = KeyValueCache.append
    KeyValueCache.shared = getattr(KeyValueCache, "shared", self)
    self.__dict__ = KeyValueCache.shared.__dict__
    self.keys = getattr(self, "keys", None)
    self.values = getattr(self, "values", None)


@misconception(
    "nn.modern.KeyValueCache.__len__",
    hint="Which axis has the positions?",
    fails=(
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_refuses_tokens",
        "Generate/test_model",
        "GroupedQueryAttention/test_cache",
        "KeyValueCache/test_grows",
        "DecoderBlock/test_cache",
    ),
    source="folklore",
)
def length_is_the_batch(self):
    """The length of a cache is that of its array."""
    return 0 if self.keys is None else len(self.keys)


@misconception(
    "nn.modern.KeyValueCache.append",
    hint="Which keys are refused?",
    fails=("KeyValueCache/test_refuses",),
    source="folklore",
)
def other_batches_are_taken(self, keys, values):
    """A batch of one fits all."""
    if self.keys is not None:
        keys = (
            np.broadcast_to(keys, (*self.keys.shape[:2], keys.shape[2], self.keys.shape[3]))
            if keys.shape[3] == self.keys.shape[3]
            else keys
        )
        values = (
            np.broadcast_to(values, (*self.keys.shape[:2], values.shape[2], self.keys.shape[3]))
            if values.shape[3] == self.keys.shape[3]
            else values
        )
    if self.keys is None or self.values is None:
        self.keys, self.values = (keys, values)
    else:
        self.keys = np.concatenate([self.keys, keys], axis=2)
        self.values = np.concatenate([self.values, values], axis=2)
    return (self.keys, self.values)
