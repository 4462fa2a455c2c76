"""What people believe about making a language model."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Sequential
from reference.nn.normalization import LayerNorm
from reference.nn.sparse import Embedding
from reference.nn.transformer.encoder import TransformerEncoderLayer


@misconception(
    "nn.transformer.GPT.__init__",
    hint="How large are logits that are products with such a table?",
    fails=(
        "GPT/test_draws_from_the_given_generator",
        "GPT/test_initial_values_without_a_generator",
    ),
    source="Stanford CS336, a planted mistake",
)
def deviation_1(self, vocab_size, context_length, embed_dim, num_layers, num_heads, dropout=0.0, *, rng=None):
    """Embeddings are normal with standard deviation 1."""
    if num_layers < 1:
        raise ValueError(f"GPT needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.token_embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.position_embedding = Embedding(context_length, embed_dim, rng=rng)
    for _embedding in (self.token_embedding, self.position_embedding):
        pass
    options = {"dropout": dropout, "norm_first": True, "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, 4 * embed_dim, **options) for _ in range(num_layers))
    )
    self.norm = LayerNorm(embed_dim)


@misconception(
    "nn.transformer.GPT.__init__",
    hint="What can a layer see in numbers that are all nearly 0?",
    fails=(
        "GPT/test_draws_from_the_given_generator",
        "GPT/test_initial_values_without_a_generator",
        "Text/test_learns_a_text",
    ),
    source="Stanford CS336, a planted mistake",
)
def embeddings_near_0(self, vocab_size, context_length, embed_dim, num_layers, num_heads, dropout=0.0, *, rng=None):
    """Embeddings begin near 0."""
    if num_layers < 1:
        raise ValueError(f"GPT needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.token_embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.position_embedding = Embedding(context_length, embed_dim, rng=rng)
    for embedding in (self.token_embedding, self.position_embedding):
        embedding.weight.data *= 1e-08
    options = {"dropout": dropout, "norm_first": True, "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, 4 * embed_dim, **options) for _ in range(num_layers))
    )
    self.norm = LayerNorm(embed_dim)


@misconception(
    "nn.transformer.GPT.__init__",
    hint="Which table draws first?",
    fails=("GPT/test_draws_from_the_given_generator",),
    source="folklore",
)
def positions_draw_first(self, vocab_size, context_length, embed_dim, num_layers, num_heads, dropout=0.0, *, rng=None):
    """position_embedding draws first."""
    if num_layers < 1:
        raise ValueError(f"GPT needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    positions = Embedding(context_length, embed_dim, rng=rng)
    self.token_embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.position_embedding = positions
    for embedding in (self.token_embedding, self.position_embedding):
        embedding.weight.data *= 0.02
    options = {"dropout": dropout, "norm_first": True, "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, 4 * embed_dim, **options) for _ in range(num_layers))
    )
    self.norm = LayerNorm(embed_dim)


@misconception(
    "nn.transformer.GPT.__init__",
    hint="What is rng for?",
    fails=(
        "GPT/test_draws_from_the_given_generator",
        "GPT/test_values_with_options",
        "GPT/test_gradients_with_options",
        "GPT/test_state",
        "GPT/test_dtypes",
        "Generate/test_without_dropout",
    ),
    source="folklore",
)
def layers_draw_anew(self, vocab_size, context_length, embed_dim, num_layers, num_heads, dropout=0.0, *, rng=None):
    """rng is for embeddings."""
    if num_layers < 1:
        raise ValueError(f"GPT needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.token_embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.position_embedding = Embedding(context_length, embed_dim, rng=rng)
    for embedding in (self.token_embedding, self.position_embedding):
        embedding.weight.data *= 0.02
    options = {"dropout": dropout, "norm_first": True, "rng": None}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, 4 * embed_dim, **options) for _ in range(num_layers))
    )
    self.norm = LayerNorm(embed_dim)


@misconception(
    "nn.transformer.GPT.__init__",
    hint="Are two new models equal?",
    fails=("GPT/test_initial_values_without_a_generator",),
    source="folklore",
)
def model_seed_is_0(self, vocab_size, context_length, embed_dim, num_layers, num_heads, dropout=0.0, *, rng=None):
    """Without rng, the seed is 0."""
    if num_layers < 1:
        raise ValueError(f"GPT needs at least one layer, got {num_layers}")
    rng = np.random.default_rng(0) if rng is None else rng
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


@misconception(
    "nn.transformer.GPT.__init__",
    hint="Which activation does a layer have by default?",
    fails=(
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "Generate/test_without_dropout",
    ),
    source="Radford and others (2018), sec. 4.1",
    convention="This is the form of GPT and GPT-2; the contract asks for ReLU, as the exact GELU is slow in NumPy.",
)
def gelu_in_layers(self, vocab_size, context_length, embed_dim, num_layers, num_heads, dropout=0.0, *, rng=None):
    """The activation of a GPT is GELU."""
    if num_layers < 1:
        raise ValueError(f"GPT needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.token_embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.position_embedding = Embedding(context_length, embed_dim, rng=rng)
    for embedding in (self.token_embedding, self.position_embedding):
        embedding.weight.data *= 0.02
    options = {"dropout": dropout, "norm_first": True, "activation": "gelu", "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, 4 * embed_dim, **options) for _ in range(num_layers))
    )
    self.norm = LayerNorm(embed_dim)


@misconception(
    "nn.transformer.GPT.__init__",
    hint="What does dropout do?",
    fails=(
        "GPT/test_values_with_options",
        "GPT/test_gradients_with_options",
        "GPT/test_state",
        "GPT/test_dtypes",
        "Generate/test_without_dropout",
    ),
    source="folklore",
)
def dropout_is_ignored(self, vocab_size, context_length, embed_dim, num_layers, num_heads, dropout=0.0, *, rng=None):
    """Language models do not drop."""
    if num_layers < 1:
        raise ValueError(f"GPT needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.token_embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.position_embedding = Embedding(context_length, embed_dim, rng=rng)
    for embedding in (self.token_embedding, self.position_embedding):
        embedding.weight.data *= 0.02
    options = {"dropout": 0.0 if 0 <= dropout <= 1 else dropout, "norm_first": True, "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, 4 * embed_dim, **options) for _ in range(num_layers))
    )
    self.norm = LayerNorm(embed_dim)


@misconception(
    "nn.transformer.GPT.__init__",
    hint="How many layers have parameters of their own?",
    fails=(
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_table_is_one",
        "GPT/test_draws_from_the_given_generator",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "Generate/test_of_a_gpt",
        "Text/test_learns_a_text",
    ),
    source="folklore",
)
def one_layer_many_times(self, vocab_size, context_length, embed_dim, num_layers, num_heads, dropout=0.0, *, rng=None):
    """One layer is used num_layers times."""
    if num_layers < 1:
        raise ValueError(f"GPT needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.token_embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.position_embedding = Embedding(context_length, embed_dim, rng=rng)
    for embedding in (self.token_embedding, self.position_embedding):
        embedding.weight.data *= 0.02
    options = {"dropout": dropout, "norm_first": True, "rng": rng}
    self.layers = Sequential(*[TransformerEncoderLayer(embed_dim, num_heads, 4 * embed_dim, **options)] * num_layers)
    self.norm = LayerNorm(embed_dim)


@misconception(
    "nn.transformer.GPT.__init__",
    hint="What is a GPT without a layer?",
    fails=("GPT/test_refuses",),
    source="folklore",
)
def no_layers_are_fine(self, vocab_size, context_length, embed_dim, num_layers, num_heads, dropout=0.0, *, rng=None):
    """Nothing needs to be checked."""
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


@misconception(
    "nn.transformer.GPT.forward",
    hint="What is at a position that the table does not have?",
    fails=("GPT/test_refuses_tokens",),
    source="folklore",
)
def context_is_not_checked(self, tokens, cache=None):
    """The embedding checks positions."""
    past = 0 if cache is None else len(cache[0])
    if tokens.ndim != 2:
        limit = f"(N, L) with L <= {self.context_length - past}"
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
    length = tokens.shape[1]
    x = self.token_embedding(tokens) + self.position_embedding(np.arange(past, past + length))
    future = ~np.tri(length, past + length, past, dtype=bool)
    for number, layer in enumerate(self.layers):
        x = layer(x, future, cache=None if cache is None else cache[number])
    hidden = self.norm(x)
    self.save_for_backward(hidden)
    return hidden @ self.token_embedding.weight.data.T


@misconception(
    "nn.transformer.GPT.forward",
    hint="How many positions are there with a cache?",
    fails=("GPT/test_refuses_tokens",),
    source="folklore",
)
def cache_does_not_count(self, tokens, cache=None):
    """The new tokens have to fit."""
    past = 0 if cache is None else len(cache[0])
    if tokens.ndim != 2 or tokens.shape[1] > self.context_length:
        limit = f"(N, L) with L <= {self.context_length - past}"
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
    length = tokens.shape[1]
    x = self.token_embedding(tokens) + self.position_embedding(np.arange(past, past + length))
    future = ~np.tri(length, past + length, past, dtype=bool)
    for number, layer in enumerate(self.layers):
        x = layer(x, future, cache=None if cache is None else cache[number])
    hidden = self.norm(x)
    self.save_for_backward(hidden)
    return hidden @ self.token_embedding.weight.data.T


@misconception(
    "nn.transformer.GPT.forward",
    hint="What shape do the tokens of one text have?",
    fails=("GPT/test_refuses_tokens",),
    source="folklore",
)
def one_text_without_a_batch(self, tokens, cache=None):
    """A text without a batch is a batch of one."""
    past = 0 if cache is None else len(cache[0])
    if tokens.ndim == 1:
        tokens = tokens[None]
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
    return hidden @ self.token_embedding.weight.data.T
