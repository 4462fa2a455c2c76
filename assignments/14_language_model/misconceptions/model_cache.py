"""What people believe about the cache and the context of a language model."""

import numpy as np

from grader.assignment import misconception
from reference.nn.transformer.cache import KVCache


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="How many caches does new_cache have?",
    fails=(
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_refuses_tokens",
        "Generate/test_model",
    ),
    source="folklore",
)
def cache_is_not_passed(self, tokens, cache=None):
    """The cache belongs to the last block."""
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
    if length > self.context_length:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(tokens)
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if i >= 0 else cache)
    h = self.norm(h)
    self.save_for_backward(h)
    return h @ self.embedding.weight.data.T


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="Whose keys are in it?",
    fails=(
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_refuses_tokens",
        "Generate/test_model",
    ),
    source="folklore",
)
def one_cache_for_all_blocks(self, tokens, cache=None):
    """All blocks share a cache."""
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
    if length > self.context_length:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(tokens)
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if cache is None else cache[-1 - 0 * i])
    h = self.norm(h)
    self.save_for_backward(h)
    return h @ self.embedding.weight.data.T


@misconception(
    "nn.modern.LanguageModel.new_cache",
    hint="How many caches are in [cache] * 2?",
    fails=(
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_refuses_tokens",
        "Generate/test_model",
    ),
    source="folklore",
)
def one_cache_in_the_list(self):
    """A list of a cache for each block is made by multiplication."""
    return [KVCache()] * len(self.blocks)


@misconception(
    "nn.modern.LanguageModel.new_cache",
    hint="How many texts does it write at once?",
    fails=("LanguageModel/test_cache", "LanguageModel/test_two_caches"),
    source="folklore",
)
def cache_of_the_model(self):
    """A model has one cache."""
    if not hasattr(self, "kept") or len(self.kept[0]) == self.context_length:
        self.kept = [KVCache() for _ in self.blocks]
    return self.kept


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="How many positions are there, with those in the cache?",
    fails=("LanguageModel/test_refuses_tokens",),
    source="folklore",
)
def cache_is_forgotten_in_context(self, tokens, cache=None):
    """The context is that of the new tokens."""
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    length = tokens.shape[1]
    if length > self.context_length:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(tokens)
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if cache is None else cache[i])
    h = self.norm(h)
    self.save_for_backward(h)
    return h @ self.embedding.weight.data.T


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="How many positions may there be?",
    fails=("LanguageModel/test_refuses_tokens",),
    source="folklore",
)
def context_is_one_more(self, tokens, cache=None):
    """context_length is the number of steps between positions."""
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
    if length > self.context_length + 1:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(tokens)
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if cache is None else cache[i])
    h = self.norm(h)
    self.save_for_backward(h)
    return h @ self.embedding.weight.data.T


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="What does the contract say of more positions than context_length?",
    fails=("LanguageModel/test_refuses_tokens",),
    source="folklore",
)
def long_texts_are_cut(self, tokens, cache=None):
    """Of a text that is too long, the end counts."""
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    tokens = tokens[:, -self.context_length :]
    length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
    if length > self.context_length:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(tokens)
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if cache is None else cache[i])
    h = self.norm(h)
    self.save_for_backward(h)
    return h @ self.embedding.weight.data.T


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="Which tokens are an IndexError?",
    fails=("LanguageModel/test_refuses_tokens",),
    source="folklore",
)
def negative_tokens_count_from_the_end(self, tokens, cache=None):
    """Token -1 is the last one."""
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
    if length > self.context_length:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(np.where(tokens < 0, tokens % len(self.embedding.weight.data), tokens))
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if cache is None else cache[i])
    h = self.norm(h)
    self.save_for_backward(h)
    return h @ self.embedding.weight.data.T


@misconception(
    "nn.modern.LanguageModel.forward",
    hint="Which shape do tokens have?",
    fails=("LanguageModel/test_refuses_tokens",),
    source="folklore",
)
def one_text_needs_no_batch(self, tokens, cache=None):
    """Tokens of shape (L,) are one text."""
    if tokens.ndim == 1:
        tokens = tokens[None]
    if tokens.ndim != 2:
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
    length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
    if length > self.context_length:
        raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
    h = self.embedding(tokens)
    for i, block in enumerate(self.blocks):
        h = block(h, cache=None if cache is None else cache[i])
    h = self.norm(h)
    self.save_for_backward(h)
    return h @ self.embedding.weight.data.T
