"""What people believe about a language model."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Sequential, accumulate_grad, check_shape
from reference.nn.normalization import LayerNorm
from reference.nn.sparse import Embedding
from reference.nn.transformer.encoder import TransformerEncoderLayer


@misconception(
    "nn.transformer.GPT",
    hint="If the table changes, do the logits?",
    fails=(
        "GPT/test_worked_example",
        "GPT/test_cache",
        "GPT/test_sizes",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "Text/test_learns_a_text",
    ),
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
    fails=(
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_training_after_writing",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "GPT/test_used_again",
        "Text/test_learns_a_text",
    ),
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
    fails=(
        "GPT/test_worked_example",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_training_after_writing",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
    ),
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
    hint="What was in grad before the second use?",
    fails=(
        "GPT/test_table_has_both_gradients",
        "GPT/test_used_again",
    ),
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
    fails=(
        "GPT/test_cache",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_sees_no_future",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "Generate/test_without_dropout",
        "Text/test_learns_a_text",
    ),
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
    hint="Which tokens come later in a text?",
    fails=(
        "GPT/test_cache",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_sees_no_future",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "Text/test_learns_a_text",
    ),
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
    "nn.transformer.GPT.backward",
    hint="Which texts use position 0?",
    fails=(
        "GPT/test_sizes",
        "GPT/test_training_after_writing",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "GPT/test_used_again",
        "GPT/test_memory",
        "Text/test_learns_a_text",
    ),
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
    hint="What is the derivative by a whole number?",
    fails=(
        "GPT/test_sizes",
        "GPT/test_training_after_writing",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "GPT/test_used_again",
        "GPT/test_memory",
    ),
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
    hint="What shape does dy have?",
    fails=("GPT/test_refuses",),
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
    fails=("GPT/test_refuses",),
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


@misconception(
    "nn.transformer.GPT.backward",
    hint="How often may one token be in a text?",
    fails=("GPT/test_gradients", "GPT/test_sizes"),
    source="folklore (fancy indexing)",
)
def each_token_counts_once(self, dy):
    """`table[tokens] += gradient` adds the gradient of every position to the row of its token."""
    (hidden,) = self.saved_values
    weight = self.token_embedding.weight
    vocab_size, embed_dim = weight.shape
    check_shape("dy of GPT", dy.shape, (*hidden.shape[:2], vocab_size))
    accumulate_grad(weight, dy.reshape(-1, vocab_size).T @ hidden.reshape(-1, embed_dim))
    dx = self.layers.backward(self.norm.backward(dy @ weight.data))
    self.position_embedding.backward(dx.sum(axis=0))
    (tokens,) = self.token_embedding.saved_values[:1]
    rows = np.zeros_like(weight.data)
    rows[tokens] += dx
    accumulate_grad(weight, rows)
