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
    hint="Two new tokens at once: may the first one see the second?",
    fails=(
        "GPT/test_cache",
        "GPT/test_cache_of_several_tokens",
        "GPT/test_cache_of_one_layer",
        "GPT/test_two_texts",
    ),
    source="folklore",
)
def no_mask_with_a_cache(self, tokens, cache=None):
    """With a cache, no mask is needed."""
    past = 0 if cache is None else len(cache[0])
    if tokens.ndim != 2 or past + tokens.shape[1] > self.context_length:
        limit = f"(N, L) with L <= {self.context_length - past}"
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
    length = tokens.shape[1]
    x = self.token_embedding(tokens) + self.position_embedding(np.arange(past, past + length))
    future = ~np.tri(length, past + length, past, dtype=bool)
    for number, layer in enumerate(self.layers):
        x = layer(x, future if past == 0 else future * False, cache=None if cache is None else cache[number])
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
    """Tokens say enough, so no positions are added."""

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
    "nn.transformer.GPT.forward",
    hint="How many layers have keys?",
    fails=(
        "GPT/test_cache",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "GPT/test_cache_of_several_tokens",
        "GPT/test_cache_of_one_layer",
        "Generate/test_of_a_gpt",
    ),
    source="TinyTorch 0.1.14",
)
def first_cache_for_all_layers(self, tokens, cache=None):
    """All layers share a cache."""
    past = 0 if cache is None else len(cache[0])
    if tokens.ndim != 2 or past + tokens.shape[1] > self.context_length:
        limit = f"(N, L) with L <= {self.context_length - past}"
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
    length = tokens.shape[1]
    x = self.token_embedding(tokens) + self.position_embedding(np.arange(past, past + length))
    future = ~np.tri(length, past + length, past, dtype=bool)
    for _number, layer in enumerate(self.layers):
        x = layer(x, future, cache=None if cache is None else cache[0])
    hidden = self.norm(x)
    self.save_for_backward(hidden)
    return hidden @ self.token_embedding.weight.data.T


@misconception(
    "nn.transformer.GPT.new_cache",
    hint="How many caches does a list in which one stands three times have?",
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


@misconception(
    "nn.transformer.GPT",
    hint="What comes between the last layer and the table?",
    fails=(
        "GPT/test_worked_example",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
    ),
    source="folklore",
)
class no_norm_at_the_end:
    """The layers normalise by themselves."""

    def forward(self, tokens, cache=None):
        past = 0 if cache is None else len(cache[0])
        if tokens.ndim != 2 or past + tokens.shape[1] > self.context_length:
            limit = f"(N, L) with L <= {self.context_length - past}"
            raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
        length = tokens.shape[1]
        x = self.token_embedding(tokens) + self.position_embedding(np.arange(past, past + length))
        future = ~np.tri(length, past + length, past, dtype=bool)
        for number, layer in enumerate(self.layers):
            x = layer(x, future, cache=None if cache is None else cache[number])
        hidden = x + 0 * self.norm(x)
        self.save_for_backward(hidden)
        return hidden @ self.token_embedding.weight.data.T

    def backward(self, dy):
        (hidden,) = self.saved_values
        weight = self.token_embedding.weight
        vocab_size, embed_dim = weight.shape
        check_shape("dy of GPT", dy.shape, (*hidden.shape[:2], vocab_size))
        accumulate_grad(weight, dy.reshape(-1, vocab_size).T @ hidden.reshape(-1, embed_dim))
        dx = self.layers.backward(dy @ weight.data + 0 * self.norm.backward(dy @ weight.data))
        self.position_embedding.backward(dx.sum(axis=0))
        self.token_embedding.backward(dx)


@misconception(
    "nn.transformer.GPT.forward",
    hint="Which numbers does CrossEntropyLoss take?",
    fails=(
        "GPT/test_worked_example",
        "GPT/test_sizes",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def probabilities_for_logits(self, tokens, cache=None):
    """forward returns probabilities."""
    past = 0 if cache is None else len(cache[0])
    if tokens.ndim != 2 or past + tokens.shape[1] > self.context_length:
        limit = f"(N, L) with L <= {self.context_length - past}"
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
    length = tokens.shape[1]
    x = self.token_embedding(tokens) + self.position_embedding(np.arange(past, past + length))
    future = ~np.tri(length, past + length, past, dtype=bool)
    for number, layer in enumerate(self.layers):
        x = layer(x, future, cache=None if cache is None else cache[number])
    hidden = self.norm(x)
    self.save_for_backward(hidden)
    logits = hidden @ self.token_embedding.weight.data.T
    return np.exp(logits - logits.max(axis=-1, keepdims=True)) / np.exp(
        logits - logits.max(axis=-1, keepdims=True)
    ).sum(axis=-1, keepdims=True)


@misconception(
    "nn.transformer.GPT.forward",
    hint="Of how many positions does the loss need the logits?",
    fails=(
        "GPT/test_worked_example",
        "GPT/test_cache",
        "GPT/test_sizes",
        "GPT/test_sees_no_future",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "Generate/test_without_dropout",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def last_logits_alone(self, tokens, cache=None):
    """The logits of the last position are what counts."""
    past = 0 if cache is None else len(cache[0])
    if tokens.ndim != 2 or past + tokens.shape[1] > self.context_length:
        limit = f"(N, L) with L <= {self.context_length - past}"
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
    length = tokens.shape[1]
    x = self.token_embedding(tokens) + self.position_embedding(np.arange(past, past + length))
    future = ~np.tri(length, past + length, past, dtype=bool)
    for number, layer in enumerate(self.layers):
        x = layer(x, future, cache=None if cache is None else cache[number])
    hidden = self.norm(x)
    self.save_for_backward(hidden)
    logits = hidden @ self.token_embedding.weight.data.T
    return logits[:, -1:]


@misconception(
    "nn.transformer.GPT",
    hint="What is done to an embedding before positions are added?",
    fails=(
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "Generate/test_without_dropout",
    ),
    source="Vaswani and others (2017), sec. 3.4",
    convention="This is the form of the paper of 2017, sec. 3.4; the contract asks for GPT-2's, without a scale.",
)
class embeddings_are_scaled:
    """Embeddings are multiplied by the root of E."""

    def forward(self, tokens, cache=None):
        past = 0 if cache is None else len(cache[0])
        if tokens.ndim != 2 or past + tokens.shape[1] > self.context_length:
            limit = f"(N, L) with L <= {self.context_length - past}"
            raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
        length = tokens.shape[1]
        x = self.token_embedding(tokens) * np.sqrt(self.norm.weight.data.size) + self.position_embedding(
            np.arange(past, past + length)
        )
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
        self.position_embedding.backward(dx.sum(axis=0))
        self.token_embedding.backward(dx * np.sqrt(embed_dim))
