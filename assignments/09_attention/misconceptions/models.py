"""What people believe about a language model."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Sequential, accumulate_grad, check_shape
from reference.nn.normalization import LayerNorm
from reference.nn.sparse import Embedding
from reference.nn.transformer.cache import KVCache
from reference.nn.transformer.encoder import TransformerEncoderLayer


@misconception(
    "nn.transformer.GPT",
    hint="If the table changes, do the logits?",
    fails=("X/test_x",),
    source="folklore",
)
class table_is_copied:
    """The table is copied for the logits when the model is made."""

    def __init__(self, vocab_size, context_length, embed_dim, num_layers, num_heads, dropout=0.0, *, rng=None):
        if num_layers < 1:
            raise ValueError(f"GPT needs at least one layer, got {num_layers}")
        rng = np.random.default_rng() if rng is None else rng
        self.context_length = context_length
        self.token_embedding = Embedding(vocab_size, embed_dim, rng=rng)
        self.position_embedding = Embedding(context_length, embed_dim, rng=rng)
        for embedding in (self.token_embedding, self.position_embedding):
            embedding.weight.data *= 0.02
        options = {"dropout": dropout, "norm_first": True, "rng": rng}
        self.layers = Sequential(
            *(TransformerEncoderLayer(embed_dim, num_heads, 4 * embed_dim, **options) for _ in range(num_layers))
        )
        self.norm = LayerNorm(embed_dim)
        self.head = self.token_embedding.weight.data.copy()

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
        hidden = self.norm(x)
        self.save_for_backward(hidden)
        return hidden @ self.head.T


@misconception(
    "nn.transformer.GPT.backward",
    hint="In how many places is the table used?",
    fails=("X/test_x",),
    source="folklore",
)
def gradient_of_the_output_alone(self, dy):
    """The gradient of the table is that of the logits."""
    (hidden,) = self.saved_values
    weight = self.token_embedding.weight
    vocab_size, embed_dim = weight.shape
    check_shape("dy of GPT", dy.shape, (*hidden.shape[:2], vocab_size))
    accumulate_grad(weight, dy.reshape(-1, vocab_size).T @ hidden.reshape(-1, embed_dim))
    dx = self.layers.backward(self.norm.backward(dy @ weight.data))
    self.position_embedding.backward(dx.sum(axis=0))
    self.token_embedding.backward(dx * 0)


@misconception(
    "nn.transformer.GPT.backward",
    hint="In how many places is the table used?",
    fails=("X/test_x",),
    source="folklore",
)
def gradient_of_the_input_alone(self, dy):
    """The gradient of the table is that of the embedding."""
    (hidden,) = self.saved_values
    weight = self.token_embedding.weight
    vocab_size, _embed_dim = weight.shape
    check_shape("dy of GPT", dy.shape, (*hidden.shape[:2], vocab_size))
    accumulate_grad(weight, np.zeros_like(weight.data))
    dx = self.layers.backward(self.norm.backward(dy @ weight.data))
    self.position_embedding.backward(dx.sum(axis=0))
    self.token_embedding.backward(dx)


@misconception(
    "nn.transformer.GPT.backward",
    hint="Two uses of one table: does each count half?",
    fails=("X/test_x",),
    source="folklore",
)
def gradients_are_averaged(self, dy):
    """The gradient of the table is the mean of both."""
    (hidden,) = self.saved_values
    weight = self.token_embedding.weight
    vocab_size, embed_dim = weight.shape
    check_shape("dy of GPT", dy.shape, (*hidden.shape[:2], vocab_size))
    accumulate_grad(weight, dy.reshape(-1, vocab_size).T @ hidden.reshape(-1, embed_dim) / 2)
    dx = self.layers.backward(self.norm.backward(dy @ weight.data))
    self.position_embedding.backward(dx.sum(axis=0))
    self.token_embedding.backward(dx / 2)


@misconception(
    "nn.transformer.GPT.backward",
    hint="What was in grad before the second use?",
    fails=("X/test_x",),
    source="folklore",
)
def output_replaces_input(self, dy):
    """The gradient of the logits is assigned to grad."""
    (hidden,) = self.saved_values
    weight = self.token_embedding.weight
    vocab_size, embed_dim = weight.shape
    check_shape("dy of GPT", dy.shape, (*hidden.shape[:2], vocab_size))
    weight.grad = None
    accumulate_grad(weight, dy.reshape(-1, vocab_size).T @ hidden.reshape(-1, embed_dim))
    dx = self.layers.backward(self.norm.backward(dy @ weight.data))
    self.position_embedding.backward(dx.sum(axis=0))
    self.token_embedding.backward(dx)


@misconception(
    "nn.transformer.GPT.forward",
    hint="What would a model learn that sees the next token?",
    fails=("X/test_x",),
    source="Stanford CS336, a planted mistake",
)
def no_causal_mask(self, tokens, cache=None):
    """The loss sees to it that nobody looks ahead."""
    past = 0 if cache is None else len(cache[0])
    if tokens.ndim != 2 or past + tokens.shape[1] > self.context_length:
        limit = f"(N, L) with L <= {self.context_length - past}"
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
    length = tokens.shape[1]
    x = self.token_embedding(tokens) + self.position_embedding(np.arange(past, past + length))
    future = ~np.tri(length, past + length, past, dtype=bool)
    for number, layer in enumerate(self.layers):
        x = layer(x, future * False, cache=None if cache is None else cache[number])
    hidden = self.norm(x)
    self.save_for_backward(hidden)
    return hidden @ self.token_embedding.weight.data.T


@misconception(
    "nn.transformer.GPT.forward",
    hint="Which token is position 0 to predict?",
    fails=("X/test_x",),
    source="folklore",
)
def sees_the_next_token(self, tokens, cache=None):
    """Position t sees the tokens 0 to t + 1."""
    past = 0 if cache is None else len(cache[0])
    if tokens.ndim != 2 or past + tokens.shape[1] > self.context_length:
        limit = f"(N, L) with L <= {self.context_length - past}"
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
    length = tokens.shape[1]
    x = self.token_embedding(tokens) + self.position_embedding(np.arange(past, past + length))
    future = ~np.tri(length, past + length, past + 1, dtype=bool)
    for number, layer in enumerate(self.layers):
        x = layer(x, future, cache=None if cache is None else cache[number])
    hidden = self.norm(x)
    self.save_for_backward(hidden)
    return hidden @ self.token_embedding.weight.data.T


@misconception(
    "nn.transformer.GPT.forward",
    hint="Which tokens come later in a text?",
    fails=("X/test_x",),
    source="folklore",
)
def sees_the_future_alone(self, tokens, cache=None):
    """The mask is True where a position may look."""
    past = 0 if cache is None else len(cache[0])
    if tokens.ndim != 2 or past + tokens.shape[1] > self.context_length:
        limit = f"(N, L) with L <= {self.context_length - past}"
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
    length = tokens.shape[1]
    x = self.token_embedding(tokens) + self.position_embedding(np.arange(past, past + length))
    future = np.tri(length, past + length, past, dtype=bool)
    for number, layer in enumerate(self.layers):
        x = layer(x, future, cache=None if cache is None else cache[number])
    hidden = self.norm(x)
    self.save_for_backward(hidden)
    return hidden @ self.token_embedding.weight.data.T


@misconception(
    "nn.transformer.GPT.forward",
    hint="With 3 tokens in the cache: how many keys does the first new one see?",
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    "nn.transformer.GPT.forward",
    hint="How many layers have keys?",
    fails=("X/test_x",),
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
    hint="How many caches has a list in which one stands three times?",
    fails=("X/test_x",),
    source="folklore",
)
def one_cache_many_times(self):
    """new_cache repeats a cache for each layer."""
    return [KVCache()] * len(self.layers)


@misconception(
    "nn.transformer.GPT.new_cache",
    hint="How many texts may be read in turn?",
    fails=("X/test_x",),
    source="folklore",
)
def one_cache_in_all(self):
    """A model has one cache."""
    self._caches = getattr(self, "_caches", None) or [KVCache() for _ in self.layers]
    return self._caches


@misconception(
    "nn.transformer.GPT.forward",
    hint="What does the second layer know of earlier tokens?",
    fails=("X/test_x",),
    source="folklore",
)
def first_layer_alone_has_a_cache(self, tokens, cache=None):
    """The first layer needs a cache, the others get what it computes."""
    past = 0 if cache is None else len(cache[0])
    if tokens.ndim != 2 or past + tokens.shape[1] > self.context_length:
        limit = f"(N, L) with L <= {self.context_length - past}"
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
    length = tokens.shape[1]
    x = self.token_embedding(tokens) + self.position_embedding(np.arange(past, past + length))
    future = ~np.tri(length, past + length, past, dtype=bool)
    for number, layer in enumerate(self.layers):
        x = layer(
            x,
            future if number == 0 or cache is None else future[:, past:],
            cache=None
            if cache is None
            else cache[number]
            if number == 0
            else KVCache()
            if past == 0
            else cache[0].__class__(),
        )
    hidden = self.norm(x)
    self.save_for_backward(hidden)
    return hidden @ self.token_embedding.weight.data.T


@misconception(
    "nn.transformer.GPT",
    hint="What comes between the last layer and the table?",
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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
    hint="For how many tokens does the loss ask?",
    fails=("X/test_x",),
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
    fails=("X/test_x",),
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


@misconception(
    "nn.transformer.GPT.backward",
    hint="Which texts use position 0?",
    fails=("X/test_x",),
    source="folklore",
)
def positions_of_the_first_text(self, dy):
    """The gradient of a position is that of the first text."""
    (hidden,) = self.saved_values
    weight = self.token_embedding.weight
    vocab_size, embed_dim = weight.shape
    check_shape("dy of GPT", dy.shape, (*hidden.shape[:2], vocab_size))
    accumulate_grad(weight, dy.reshape(-1, vocab_size).T @ hidden.reshape(-1, embed_dim))
    dx = self.layers.backward(self.norm.backward(dy @ weight.data))
    self.position_embedding.backward(dx[0] if len(dx) else dx.sum(axis=0))
    self.token_embedding.backward(dx)


@misconception(
    "nn.transformer.GPT.backward",
    hint="Does each text add to the gradient of a position, or only its share?",
    fails=("X/test_x",),
    source="folklore",
)
def positions_are_averaged(self, dy):
    """The gradient of a position is the mean over texts."""
    (hidden,) = self.saved_values
    weight = self.token_embedding.weight
    vocab_size, embed_dim = weight.shape
    check_shape("dy of GPT", dy.shape, (*hidden.shape[:2], vocab_size))
    accumulate_grad(weight, dy.reshape(-1, vocab_size).T @ hidden.reshape(-1, embed_dim))
    dx = self.layers.backward(self.norm.backward(dy @ weight.data))
    self.position_embedding.backward(dx.mean(axis=0) if len(dx) else dx.sum(axis=0))
    self.token_embedding.backward(dx)


@misconception(
    "nn.transformer.GPT.backward",
    hint="What is the derivative by a whole number?",
    fails=("X/test_x",),
    source="folklore",
)
def a_gradient_of_tokens(self, dy):
    """backward returns the gradient of the embeddings."""
    (hidden,) = self.saved_values
    weight = self.token_embedding.weight
    vocab_size, embed_dim = weight.shape
    check_shape("dy of GPT", dy.shape, (*hidden.shape[:2], vocab_size))
    accumulate_grad(weight, dy.reshape(-1, vocab_size).T @ hidden.reshape(-1, embed_dim))
    dx = self.layers.backward(self.norm.backward(dy @ weight.data))
    self.position_embedding.backward(dx.sum(axis=0))
    self.token_embedding.backward(dx)
    return dx


@misconception(
    "nn.transformer.GPT.backward",
    hint="What shape has dy?",
    fails=("X/test_x",),
    source="folklore",
)
def model_dy_of_any_shape(self, dy):
    """NumPy finds out whether dy fits."""
    (hidden,) = self.saved_values
    weight = self.token_embedding.weight
    vocab_size, embed_dim = weight.shape
    dy = np.resize(dy, (*hidden.shape[:2], vocab_size))
    accumulate_grad(weight, dy.reshape(-1, vocab_size).T @ hidden.reshape(-1, embed_dim))
    dx = self.layers.backward(self.norm.backward(dy @ weight.data))
    self.position_embedding.backward(dx.sum(axis=0))
    self.token_embedding.backward(dx)


@misconception(
    "nn.transformer.GPT.backward",
    hint="What does backward know before any forward?",
    fails=("X/test_x",),
    source="folklore",
)
def model_before_forward(self, dy):
    """Before forward, nothing happens."""
    if "_saved" not in vars(self):
        return
    (hidden,) = self.saved_values
    weight = self.token_embedding.weight
    vocab_size, embed_dim = weight.shape
    check_shape("dy of GPT", dy.shape, (*hidden.shape[:2], vocab_size))
    accumulate_grad(weight, dy.reshape(-1, vocab_size).T @ hidden.reshape(-1, embed_dim))
    dx = self.layers.backward(self.norm.backward(dy @ weight.data))
    self.position_embedding.backward(dx.sum(axis=0))
    self.token_embedding.backward(dx)
