"""What people believe about a language model with a cache, and its positions."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import accumulate_grad, check_shape
from reference.nn.transformer.cache import KVCache


@misconception(
    "nn.transformer.GPT.forward",
    hint="With 3 tokens in the cache: how many keys does the first new one see?",
    fails=(
        "GPT/test_cache",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "GPT/test_cache_of_several_tokens",
        "GPT/test_cache_of_one_layer",
        "GPT/test_two_texts",
        "Generate/test_without_dropout",
    ),
    source="folklore",
)
def mask_begins_at_0(self, tokens, cache=None):
    """The mask of new tokens begins at the first key."""
    past = 0 if cache is None else len(cache[0])
    if tokens.ndim != 2 or past + tokens.shape[1] > self.context_length:
        limit = f"(N, L) with L <= {self.context_length - past}"
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
    length = tokens.shape[1]
    x = self.token_embedding(tokens) + self.position_embedding(np.arange(past, past + length))
    future = ~np.tri(length, past + length, 0, dtype=bool)
    for number, layer in enumerate(self.layers):
        x = layer(x, future, cache=None if cache is None else cache[number])
    hidden = self.norm(x)
    self.save_for_backward(hidden)
    return hidden @ self.token_embedding.weight.data.T


@misconception(
    "nn.transformer.GPT.forward",
    hint="At which position is the first token after a prompt of 4?",
    fails=(
        "GPT/test_cache",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "GPT/test_cache_of_several_tokens",
        "GPT/test_cache_of_one_layer",
        "GPT/test_two_texts",
        "Generate/test_without_dropout",
    ),
    source="Stanford CS336, a planted mistake",
)
def positions_begin_again(self, tokens, cache=None):
    """New tokens begin at position 0."""
    past = 0 if cache is None else len(cache[0])
    if tokens.ndim != 2 or past + tokens.shape[1] > self.context_length:
        limit = f"(N, L) with L <= {self.context_length - past}"
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
    length = tokens.shape[1]
    x = self.token_embedding(tokens) + self.position_embedding(np.arange(length))
    future = ~np.tri(length, past + length, past, dtype=bool)
    for number, layer in enumerate(self.layers):
        x = layer(x, future, cache=None if cache is None else cache[number])
    hidden = self.norm(x)
    self.save_for_backward(hidden)
    return hidden @ self.token_embedding.weight.data.T


@misconception(
    "nn.transformer.GPT",
    hint="Does attention see the order of its keys?",
    fails=(
        "GPT/test_worked_example",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "Generate/test_without_dropout",
    ),
    source="folklore",
)
class no_positions:
    """Tokens say enough."""

    def forward(self, tokens, cache=None):
        past = 0 if cache is None else len(cache[0])
        if tokens.ndim != 2 or past + tokens.shape[1] > self.context_length:
            limit = f"(N, L) with L <= {self.context_length - past}"
            raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
        length = tokens.shape[1]
        x = self.token_embedding(tokens) + 0 * self.position_embedding(np.arange(past, past + length))
        future = ~np.tri(length, past + length, past, dtype=bool)
        for number, layer in enumerate(self.layers):
            x = layer(x, future, cache=None if cache is None else cache[number])
        hidden = self.norm(x)
        self.save_for_backward(hidden)
        return hidden @ self.token_embedding.weight.data.T

    def backward(self, dy):
        (hidden,) = self.saved_values
        weight = self.token_embedding.weight
        vocab_size, embed_dim = weight.shape
        check_shape("dy of GPT", dy.shape, (*hidden.shape[:2], vocab_size))
        accumulate_grad(weight, dy.reshape(-1, vocab_size).T @ hidden.reshape(-1, embed_dim))
        dx = self.layers.backward(self.norm.backward(dy @ weight.data))
        self.position_embedding.backward(0 * dx.sum(axis=0))
        self.token_embedding.backward(dx)


@misconception(
    "nn.transformer.GPT.new_cache",
    hint="How many caches has a list in which one stands three times?",
    fails=(
        "GPT/test_cache",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "GPT/test_cache_of_several_tokens",
        "GPT/test_cache_of_one_layer",
        "Generate/test_of_a_gpt",
    ),
    source="folklore",
)
def one_cache_many_times(self):
    """new_cache repeats a cache for each layer."""
    return [KVCache()] * len(self.layers)


@misconception(
    "nn.transformer.GPT.new_cache",
    hint="How many texts may be read in turn?",
    fails=(
        "GPT/test_two_texts",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
    ),
    source="folklore",
)
def one_cache_in_all(self):
    """A model has one cache."""
    self._caches = getattr(self, "_caches", None) or [KVCache() for _ in self.layers]
    return self._caches
