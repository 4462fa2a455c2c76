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
    """Embeddings are normal with spread 1."""
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
    hint="How do positions begin?",
    fails=(
        "GPT/test_draws_from_the_given_generator",
        "GPT/test_initial_values_without_a_generator",
    ),
    source="folklore",
)
def positions_are_zeros(self, vocab_size, context_length, embed_dim, num_layers, num_heads, dropout=0.0, *, rng=None):
    """Positions begin as zeros."""
    if num_layers < 1:
        raise ValueError(f"GPT needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.token_embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.position_embedding = Embedding(context_length, embed_dim, rng=rng)
    for embedding in (self.token_embedding, self.position_embedding):
        embedding.weight.data *= 0.02
    options = {"dropout": dropout, "norm_first": True, "rng": rng}
    self.position_embedding.weight.data[...] = 0
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
    hint="In which form are the layers?",
    fails=(
        "GPT/test_worked_example",
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_table_is_one",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "GPT/test_cache_of_several_tokens",
        "GPT/test_cache_of_one_layer",
        "GPT/test_two_texts",
        "GPT/test_caches_of_layers",
        "GPT/test_training_after_writing",
        "GPT/test_used_again",
        "GPT/test_memory",
        "GPT/test_values",
        "GPT/test_values_with_options",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "GPT/test_evaluation",
        "GPT/test_state",
        "GPT/test_dtypes",
        "GPT/test_refuses",
    ),
    source="folklore",
)
def norm_last(self, vocab_size, context_length, embed_dim, num_layers, num_heads, dropout=0.0, *, rng=None):
    """The layers are in the form of 2017."""
    if num_layers < 1:
        raise ValueError(f"GPT needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.token_embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.position_embedding = Embedding(context_length, embed_dim, rng=rng)
    for embedding in (self.token_embedding, self.position_embedding):
        embedding.weight.data *= 0.02
    options = {"dropout": dropout, "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, 4 * embed_dim, **options) for _ in range(num_layers))
    )
    self.norm = LayerNorm(embed_dim)


@misconception(
    "nn.transformer.GPT.__init__",
    hint="How wide are the feed-forward networks?",
    fails=(
        "Generate/test_of_a_gpt",
        "Generate/test_without_dropout",
        "GPT/test_sizes",
        "GPT/test_table_has_both_gradients",
        "GPT/test_table_is_one",
        "GPT/test_draws_from_the_given_generator",
        "GPT/test_refuses_tokens",
        "GPT/test_cache_of_single_tokens",
        "GPT/test_cache_of_prompts",
        "GPT/test_cache_of_several_tokens",
        "GPT/test_cache_of_one_layer",
        "GPT/test_two_texts",
        "GPT/test_caches_of_layers",
        "GPT/test_training_after_writing",
        "GPT/test_used_again",
        "GPT/test_memory",
        "GPT/test_values",
        "GPT/test_values_with_options",
        "GPT/test_gradients",
        "GPT/test_gradients_with_options",
        "GPT/test_evaluation",
        "GPT/test_state",
        "GPT/test_dtypes",
        "GPT/test_refuses",
    ),
    source="folklore",
)
def narrow_layers(self, vocab_size, context_length, embed_dim, num_layers, num_heads, dropout=0.0, *, rng=None):
    """dim_feedforward is embed_dim."""
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
        *(TransformerEncoderLayer(embed_dim, num_heads, embed_dim, **options) for _ in range(num_layers))
    )
    self.norm = LayerNorm(embed_dim)
