"""What people believe about how a sentence encoder is made, and what it computes."""

import numpy as np

from grader.assignment import misconception
from reference.interop.encoder import _EPS
from reference.nn import Embedding, LayerNorm, Sequential
from reference.nn.transformer import TransformerEncoderLayer


@misconception(
    "interop.SentenceEncoder.__init__",
    hint="Which eps do the LayerNorms of a layer have?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def eps_of_layers_is_the_default(
    self, vocab_size, max_positions, embed_dim, num_layers, num_heads, dim_feedforward, *, rng=None
):
    """LayerNorm has the right eps."""
    if num_layers < 1:
        raise ValueError(f"SentenceEncoder needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.tokens = Embedding(vocab_size, embed_dim, rng=rng)
    self.positions = Embedding(max_positions, embed_dim, rng=rng)
    self.types = Embedding(2, embed_dim, rng=rng)
    self.norm = LayerNorm(embed_dim, eps=_EPS)
    options = {"dropout": 0.0, "activation": "gelu", "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, dim_feedforward, **options) for _ in range(num_layers))
    )
    for layer in self.layers:
        layer.norm1, layer.norm2 = (LayerNorm(embed_dim) for _ in range(2))


@misconception(
    "interop.SentenceEncoder.__init__",
    hint="How many LayerNorms has a layer?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def eps_of_norm1_is_the_default(
    self, vocab_size, max_positions, embed_dim, num_layers, num_heads, dim_feedforward, *, rng=None
):
    """eps matters at the end of a layer."""
    if num_layers < 1:
        raise ValueError(f"SentenceEncoder needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.tokens = Embedding(vocab_size, embed_dim, rng=rng)
    self.positions = Embedding(max_positions, embed_dim, rng=rng)
    self.types = Embedding(2, embed_dim, rng=rng)
    self.norm = LayerNorm(embed_dim, eps=_EPS)
    options = {"dropout": 0.0, "activation": "gelu", "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, dim_feedforward, **options) for _ in range(num_layers))
    )
    for layer in self.layers:
        layer.norm2 = LayerNorm(embed_dim, eps=_EPS)


@misconception(
    "interop.SentenceEncoder.__init__",
    hint="How many LayerNorms come before the layers?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def eps_of_the_embeddings_is_the_default(
    self, vocab_size, max_positions, embed_dim, num_layers, num_heads, dim_feedforward, *, rng=None
):
    """eps matters in layers."""
    if num_layers < 1:
        raise ValueError(f"SentenceEncoder needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.tokens = Embedding(vocab_size, embed_dim, rng=rng)
    self.positions = Embedding(max_positions, embed_dim, rng=rng)
    self.types = Embedding(2, embed_dim, rng=rng)
    self.norm = LayerNorm(embed_dim)
    options = {"dropout": 0.0, "activation": "gelu", "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, dim_feedforward, **options) for _ in range(num_layers))
    )
    for layer in self.layers:
        layer.norm1, layer.norm2 = (LayerNorm(embed_dim, eps=_EPS) for _ in range(2))


@misconception(
    "interop.SentenceEncoder.__init__",
    hint="What does norm_first=False mean?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def layers_normalise_first(
    self, vocab_size, max_positions, embed_dim, num_layers, num_heads, dim_feedforward, *, rng=None
):
    """Layers normalise first, as in a GPT."""
    if num_layers < 1:
        raise ValueError(f"SentenceEncoder needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.tokens = Embedding(vocab_size, embed_dim, rng=rng)
    self.positions = Embedding(max_positions, embed_dim, rng=rng)
    self.types = Embedding(2, embed_dim, rng=rng)
    self.norm = LayerNorm(embed_dim, eps=_EPS)
    options = {"dropout": 0.0, "activation": "gelu", "norm_first": True, "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, dim_feedforward, **options) for _ in range(num_layers))
    )
    for layer in self.layers:
        layer.norm1, layer.norm2 = (LayerNorm(embed_dim, eps=_EPS) for _ in range(2))


@misconception(
    "interop.SentenceEncoder.__init__",
    hint="Which activation does BERT have?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def layers_have_relu(self, vocab_size, max_positions, embed_dim, num_layers, num_heads, dim_feedforward, *, rng=None):
    """Layers have ReLUs, as by default."""
    if num_layers < 1:
        raise ValueError(f"SentenceEncoder needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.tokens = Embedding(vocab_size, embed_dim, rng=rng)
    self.positions = Embedding(max_positions, embed_dim, rng=rng)
    self.types = Embedding(2, embed_dim, rng=rng)
    self.norm = LayerNorm(embed_dim, eps=_EPS)
    options = {"dropout": 0.0, "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, dim_feedforward, **options) for _ in range(num_layers))
    )
    for layer in self.layers:
        layer.norm1, layer.norm2 = (LayerNorm(embed_dim, eps=_EPS) for _ in range(2))


@misconception(
    "interop.SentenceEncoder.__init__",
    hint="Which of the two GELUs has BERT?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def gelu_is_approximated(
    self, vocab_size, max_positions, embed_dim, num_layers, num_heads, dim_feedforward, *, rng=None
):
    """A GELU is 0.5 x (1 + tanh(...))."""
    if num_layers < 1:
        raise ValueError(f"SentenceEncoder needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.tokens = Embedding(vocab_size, embed_dim, rng=rng)
    self.positions = Embedding(max_positions, embed_dim, rng=rng)
    self.types = Embedding(2, embed_dim, rng=rng)
    self.norm = LayerNorm(embed_dim, eps=_EPS)
    options = {"dropout": 0.0, "activation": "gelu", "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, dim_feedforward, **options) for _ in range(num_layers))
    )
    for layer in self.layers:
        layer.activation = type(layer.activation)(approximate="tanh")
        layer.norm1, layer.norm2 = (LayerNorm(embed_dim, eps=_EPS) for _ in range(2))


@misconception(
    "interop.SentenceEncoder.__init__",
    hint="What is dropped here?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def layers_drop(self, vocab_size, max_positions, embed_dim, num_layers, num_heads, dim_feedforward, *, rng=None):
    """A layer drops a tenth."""
    if num_layers < 1:
        raise ValueError(f"SentenceEncoder needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.tokens = Embedding(vocab_size, embed_dim, rng=rng)
    self.positions = Embedding(max_positions, embed_dim, rng=rng)
    self.types = Embedding(2, embed_dim, rng=rng)
    self.norm = LayerNorm(embed_dim, eps=_EPS)
    options = {"dropout": 0.1, "activation": "gelu", "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, dim_feedforward, **options) for _ in range(num_layers))
    )
    for layer in self.layers:
        layer.norm1, layer.norm2 = (LayerNorm(embed_dim, eps=_EPS) for _ in range(2))


@misconception(
    "interop.SentenceEncoder.__init__",
    hint="How many rows does the array of the checkpoint have?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "SentenceEncoder/test_refuses",
        "EncoderFromTorch/test_names",
        "EncoderFromTorch/test_other_names",
        "EncoderFromTorch/test_missing",
        "EncoderFromTorch/test_memory",
        "EncoderFromTorch/test_refuses",
    ),
    source="folklore",
)
def there_is_one_type(self, vocab_size, max_positions, embed_dim, num_layers, num_heads, dim_feedforward, *, rng=None):
    """All tokens have type 0, so one row is enough."""
    if num_layers < 1:
        raise ValueError(f"SentenceEncoder needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.tokens = Embedding(vocab_size, embed_dim, rng=rng)
    self.positions = Embedding(max_positions, embed_dim, rng=rng)
    self.types = Embedding(1, embed_dim, rng=rng)
    self.norm = LayerNorm(embed_dim, eps=_EPS)
    options = {"dropout": 0.0, "activation": "gelu", "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, dim_feedforward, **options) for _ in range(num_layers))
    )
    for layer in self.layers:
        layer.norm1, layer.norm2 = (LayerNorm(embed_dim, eps=_EPS) for _ in range(2))


@misconception(
    "interop.SentenceEncoder.__init__",
    hint="Which argument says how wide it is?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "SentenceEncoder/test_refuses",
        "EncoderFromTorch/test_names",
        "EncoderFromTorch/test_other_names",
        "EncoderFromTorch/test_missing",
        "EncoderFromTorch/test_memory",
        "EncoderFromTorch/test_refuses",
    ),
    source="folklore",
)
def feed_forward_is_four_times_as_wide(
    self, vocab_size, max_positions, embed_dim, num_layers, num_heads, dim_feedforward, *, rng=None
):
    """The feed-forward part is four times as wide."""
    if num_layers < 1:
        raise ValueError(f"SentenceEncoder needs at least one layer, got {num_layers}")
    rng = np.random.default_rng() if rng is None else rng
    self.tokens = Embedding(vocab_size, embed_dim, rng=rng)
    self.positions = Embedding(max_positions, embed_dim, rng=rng)
    self.types = Embedding(2, embed_dim, rng=rng)
    self.norm = LayerNorm(embed_dim, eps=_EPS)
    options = {"dropout": 0.0, "activation": "gelu", "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, 4 * embed_dim, **options) for _ in range(num_layers))
    )
    for layer in self.layers:
        layer.norm1, layer.norm2 = (LayerNorm(embed_dim, eps=_EPS) for _ in range(2))


@misconception(
    "interop.SentenceEncoder.__init__",
    hint="Which generator does each part draw from?",
    fails=("SentenceEncoder/test_rng",),
    source="folklore",
)
def rng_is_for_dropout(self, vocab_size, max_positions, embed_dim, num_layers, num_heads, dim_feedforward, *, rng=None):
    """Initial values are drawn by each layer for itself."""
    if num_layers < 1:
        raise ValueError(f"SentenceEncoder needs at least one layer, got {num_layers}")
    rng = np.random.default_rng()
    self.tokens = Embedding(vocab_size, embed_dim, rng=rng)
    self.positions = Embedding(max_positions, embed_dim, rng=rng)
    self.types = Embedding(2, embed_dim, rng=rng)
    self.norm = LayerNorm(embed_dim, eps=_EPS)
    options = {"dropout": 0.0, "activation": "gelu", "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, dim_feedforward, **options) for _ in range(num_layers))
    )
    for layer in self.layers:
        layer.norm1, layer.norm2 = (LayerNorm(embed_dim, eps=_EPS) for _ in range(2))


@misconception(
    "interop.SentenceEncoder.__init__",
    hint="Which sizes are refused?",
    fails=("SentenceEncoder/test_refuses",),
    source="folklore",
)
def layers_may_be_none(self, vocab_size, max_positions, embed_dim, num_layers, num_heads, dim_feedforward, *, rng=None):
    """An encoder without layers takes the mean of its embeddings."""
    rng = np.random.default_rng() if rng is None else rng
    self.tokens = Embedding(vocab_size, embed_dim, rng=rng)
    self.positions = Embedding(max_positions, embed_dim, rng=rng)
    self.types = Embedding(2, embed_dim, rng=rng)
    self.norm = LayerNorm(embed_dim, eps=_EPS)
    options = {"dropout": 0.0, "activation": "gelu", "rng": rng}
    self.layers = Sequential(
        *(TransformerEncoderLayer(embed_dim, num_heads, dim_feedforward, **options) for _ in range(num_layers))
    )
    for layer in self.layers:
        layer.norm1, layer.norm2 = (LayerNorm(embed_dim, eps=_EPS) for _ in range(2))


@misconception(
    "interop.SentenceEncoder.forward",
    hint="What is added to the embedding of a token?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def positions_do_not_matter(self, ids, attention_mask=None):
    """The order of words matters little."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="Is row 0 of the types zero?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def types_do_not_matter(self, ids, attention_mask=None):
    """A type that is always 0 does not matter."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1]))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="Which row of the types is meant?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def the_type_is_one(self, ids, attention_mask=None):
    """Sentences have type 1."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(1))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="Which row does the first token get?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def positions_begin_at_one(self, ids, attention_mask=None):
    """The first position is 1."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.minimum(np.arange(ids.shape[1]) + 1, limit - 1)) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="Which position does the first token have if padding comes before it?",
    fails=("SentenceEncoder/test_padding",),
    source="folklore",
)
def positions_skip_padding(self, ids, attention_mask=None):
    """Padding has no position."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.maximum(mask.cumsum(axis=1) - 1, 0)) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="What comes before the first layer?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def embeddings_are_not_normalised(self, ids, attention_mask=None):
    """All LayerNorms are in the layers."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="Whom do tokens attend to?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
    ),
    source="folklore",
)
def padding_is_attended_to(self, ids, attention_mask=None):
    """Padding is left out of the mean, which is enough."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=None)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="What does a 1 in attention_mask mean?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
    ),
    source="folklore",
)
def one_is_padding(self, ids, attention_mask=None):
    """The mask says where padding is."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask == 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="What does True mean in key_padding_mask?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def the_mask_says_who_is_attended_to(self, ids, attention_mask=None):
    """attention_mask can be given to a layer as its key_padding_mask."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="Is padding a part of the text?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
    ),
    source="folklore",
)
def padding_is_in_the_mean(self, ids, attention_mask=None):
    """The mean is over all positions."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = x.sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="What is m in (1)?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def the_first_token_stands_for_all(self, ids, attention_mask=None):
    """The first token, [CLS], stands for the sentence."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = x[:, 0] * mask.any(axis=1, keepdims=True)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="What is m in (1)?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def the_largest_of_each_number(self, ids, attention_mask=None):
    """Each number is the largest of all tokens."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).max(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="How long is y?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def means_have_any_length(self, ids, attention_mask=None):
    """The mean itself is the embedding, however long it is."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, mask.sum(axis=1, keepdims=True).astype(total.dtype))


@misconception(
    "interop.SentenceEncoder.forward",
    hint="What is |m|?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def lengths_are_sums(self, ids, attention_mask=None):
    """A vector is divided by the sum of its sizes."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.abs(total).sum(axis=1, keepdims=True)
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="What is 0 / 0?",
    fails=("SentenceEncoder/test_length",),
    source="folklore",
)
def nothing_over_nothing(self, ids, attention_mask=None):
    """There is no text of padding alone."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / length


@misconception(
    "interop.SentenceEncoder.forward",
    hint="How long is y then?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def an_eps_avoids_zero(self, ids, attention_mask=None):
    """A small number avoids the division by 0."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / (length + 1e-6)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="Of which axis is the length?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def each_text_is_normalised_by_all(self, ids, attention_mask=None):
    """Embeddings are divided by one length."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True).mean(axis=0, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="What does the contract say of a text that is longer than the table of positions?",
    fails=("SentenceEncoder/test_refuses",),
    source="folklore",
)
def long_texts_are_cut(self, ids, attention_mask=None):
    """A text that is too long loses its end."""
    limit = self.positions.weight.shape[0]
    ids = ids[:, :limit]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="Which shapes are there in the table?",
    fails=("SentenceEncoder/test_refuses",),
    source="folklore",
)
def one_text_needs_no_batch(self, ids, attention_mask=None):
    """ids of one dimension are one text."""
    limit = self.positions.weight.shape[0]
    if ids.ndim == 1:
        return self.forward(ids[None])[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="Which shape does the mask have?",
    fails=("SentenceEncoder/test_refuses",),
    source="folklore",
)
def masks_are_broadcast(self, ids, attention_mask=None):
    """A mask that broadcasts fits."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.ndim == 1 and mask.shape == ids.shape[1:]:
        mask = np.broadcast_to(mask, ids.shape)
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="Which layer comes second?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def layers_are_shared(self, ids, attention_mask=None):
    """One layer is used again and again."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for _ in self.layers:
        x = self.layers[0](x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="After which layer is the mean taken?",
    fails=(
        "SentenceEncoder/test_recorded",
        "SentenceEncoder/test_values",
        "SentenceEncoder/test_padding",
        "SentenceEncoder/test_small_numbers",
        "SentenceEncoder/test_length",
        "SentenceEncoder/test_gelu",
        "SentenceEncoder/test_modes",
        "SentenceEncoder/test_made_by_hand",
        "SentenceEncoder/test_float32",
        "EncoderFromTorch/test_other_names",
    ),
    source="folklore",
)
def the_last_layer_is_left_out(self, ids, attention_mask=None):
    """The last layer but one is best for sentences."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in list(self.layers)[: max(len(self.layers) - 1, 1)]:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.where(length == 0, 1, length)


@misconception(
    "interop.SentenceEncoder.forward",
    hint="How long is y if m is 1e-20?",
    fails=("SentenceEncoder/test_length",),
    source="sentence-transformers, which divides by at least 1e-12",
)
def lengths_are_at_least_something(self, ids, attention_mask=None):
    """|m| is at least 1e-12."""
    limit = self.positions.weight.shape[0]
    if ids.ndim != 2 or ids.shape[1] > limit:
        raise ValueError(f"ids have shape {ids.shape}, but should have shape (N, L) with L <= {limit}")
    mask = np.ones(ids.shape, bool) if attention_mask is None else attention_mask != 0
    if mask.shape != ids.shape:
        raise ValueError(f"attention_mask has shape {mask.shape}, but should have shape {ids.shape}")
    x = self.tokens(ids) + self.positions(np.arange(ids.shape[1])) + self.types(np.array(0))
    x = self.norm(x)
    for layer in self.layers:
        x = layer(x, src_key_padding_mask=~mask)
    total = (x * mask[:, :, None]).sum(axis=1)  # its direction is that of the mean
    length = np.sqrt((total**2).sum(axis=1, keepdims=True))
    return total / np.maximum(length, 1e-12)
