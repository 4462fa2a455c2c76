"""What people believe about what a language model is made of."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.modern.block import DecoderBlock
from reference.nn.modern.rotary import RotaryEmbedding
from reference.nn.module import Sequential
from reference.nn.normalization import RMSNorm
from reference.nn.sparse import Embedding


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="What happens to both when one is trained?",
    fails=(
        "Learning/test_melodies",
        "LanguageModel/test_worked_example",
        "LanguageModel/test_sizes",
        "LanguageModel/test_tied",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_causal",
        "Generate/test_model",
    ),
    source="folklore",
)
def weights_are_copied(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """Tied weights are equal at first."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    from ..linear import Linear

    self.norm = RMSNorm(embed_dim)
    self.head = Linear(embed_dim, vocab_size, bias=False, rng=rng)
    self.head.weight.data = self.embedding.weight.data.copy()


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="How many parameters are listed?",
    fails=(
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_at_first",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "Generate/test_model",
    ),
    source="folklore",
)
def one_block_for_all(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """All layers are one block, used again."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    block = DecoderBlock(*arguments, rng=rng)
    self.blocks = Sequential(*[block] * num_layers)
    self.norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="Which layout does the model have?",
    fails=("LanguageModel/test_sizes", "LanguageModel/test_cache"),
    source="folklore",
    convention="This is the layout of the paper; the contract's model has halves.",
)
def neighbours_are_pairs(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """The rope pairs neighbours."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)
    rope = RotaryEmbedding(embed_dim // num_heads, interleaved=True)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="How large are the logits at first?",
    fails=("LanguageModel/test_at_first", "LanguageModel/test_without_a_generator"),
    source="folklore",
)
def embedding_is_large(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """An embedding draws with deviation 1."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="What is the deviation of the embedding?",
    fails=("LanguageModel/test_at_first", "LanguageModel/test_without_a_generator"),
    source="folklore",
    convention="This is the deviation in GPT; the contract's depends on the width.",
)
def embedding_of_gpt(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """The embedding's deviation is 0.02."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data *= 0.02
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="In which order are the parts drawn?",
    fails=("LanguageModel/test_at_first",),
    source="folklore",
)
def blocks_are_drawn_first(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """The embedding is drawn last."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="What does another model get without rng?",
    fails=("LanguageModel/test_without_a_generator",),
    source="folklore",
)
def global_seed(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """A seed makes results the same each time."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng(0) if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="Who else draws from NumPy's global state?",
    fails=("LanguageModel/test_without_a_generator",),
    source="folklore",
)
def global_state(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """np.random.seed makes initial values."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng(np.random.randint(1 << 30)) if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="Which sizes are refused?",
    fails=("LanguageModel/test_refuses",),
    source="folklore",
)
def sizes_below_one(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """Without layers, the embedding is scored."""
    if num_heads < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)
    rope = RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)


@misconception(
    "nn.modern.LanguageModel.__init__",
    hint="Which sizes are refused?",
    fails=("LanguageModel/test_refuses",),
    source="folklore",
)
def odd_heads(
    self, vocab_size, context_length, embed_dim, num_layers, num_heads, num_kv_heads, hidden_dim, *, rng=None
):
    """A head of odd size leaves one number as it is."""
    if min(context_length, num_layers, num_heads) < 1:
        raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
    rng = np.random.default_rng() if rng is None else rng
    self.context_length = context_length
    self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
    self.embedding.weight.data /= math.sqrt(embed_dim)
    rope = None if embed_dim // num_heads % 2 else RotaryEmbedding(embed_dim // num_heads)
    arguments = (embed_dim, num_heads, num_kv_heads, hidden_dim, rope)
    self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
    self.norm = RMSNorm(embed_dim)
