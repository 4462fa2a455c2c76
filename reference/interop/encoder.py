"""A sentence encoder: BERT with a mean over its tokens, so that sentences which mean the same are near each other."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from ..nn import Embedding, LayerNorm, Module, Sequential
from ..nn.transformer import TransformerEncoderLayer
from .renaming import rename


class SentenceEncoder(Module):
    """Embeddings, layers of a transformer, and the mean.

    Equations, for one text with the tokens t_0, t_1, ...:

    - h_i = norm(tokens[t_i] + positions[i] + types[0])
    - h goes through the layers, each with norm_first=False, dropout 0 and the exact GELU. No token attends to padding.
    - m is the mean of h over the tokens that are no padding, and y = m / |m|. A text of padding alone gives zeros.

    Convention: every LayerNorm has eps = 1e-12, as in BERT, and not the 1e-5 of PyTorch's default.

    It is for use: ``backward`` is not part of the contract.

    Args:
        vocab_size, max_positions, embed_dim, num_layers, num_heads, dim_feedforward: int >= 1 each.
        rng: source of the initial values, by default a fresh ``default_rng()``; all parts draw in the order in which
            they are registered.

    Attributes:
        tokens, positions, types: Embeddings with V, max_positions and 2 rows; norm: a LayerNorm; layers: a Sequential
            of TransformerEncoderLayers. They are registered in this order.

    Raises:
        ValueError: if a size is below 1, or num_heads does not divide embed_dim.

    Source: Devlin, Chang, Lee and Toutanova, BERT (2019), sec. 3; Reimers and Gurevych, Sentence-BERT (2019), sec. 3.
    """

    def __init__(
        self,
        vocab_size: int,
        max_positions: int,
        embed_dim: int,
        num_layers: int,
        num_heads: int,
        dim_feedforward: int,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
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
            layer.norm1, layer.norm2 = (LayerNorm(embed_dim, eps=_EPS) for _ in range(2))

    def forward(self, ids: np.ndarray, attention_mask: np.ndarray | None = None) -> np.ndarray:
        """Encode texts.

        Args:
            ids: (N, L) integers from 0 to V - 1, with L from 1 to max_positions.
            attention_mask: None, or (N, L) of 1 for a token and 0 for padding, integers or bools; None means that
                there is no padding. Which of the V ids padding has makes no difference.

        Returns:
            y: (N, E) float of the dtype of the parameters; each row has length 1, or is zeros.

        Raises:
            ValueError: naming both shapes, if ids are not (N, L), are longer than max_positions, or the mask has
                another shape.
            IndexError: if an id is below 0 or above V - 1.
        """
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
        return total / np.where(length == 0, 1, length)


def encoder_from_torch(state: Mapping[str, np.ndarray], num_heads: int) -> SentenceEncoder:
    """Make a SentenceEncoder from a BERT in the naming of Hugging Face.

    BERT has three Linear layers for queries, keys and values, where MultiheadAttention has one array for all. Names of
    layer 0 there, and what they are here, each with .weight and .bias:

    - ``embeddings.word_embeddings``, ``embeddings.position_embeddings``, ``embeddings.token_type_embeddings`` (weight
      alone), ``embeddings.LayerNorm``: tokens, positions, types, norm
    - ``encoder.layer.0.attention.self.query``, ``.key``, ``.value``: together in_proj_weight and in_proj_bias
    - ``encoder.layer.0.attention.output.dense``: out_proj; ``encoder.layer.0.attention.output.LayerNorm``: norm1
    - ``encoder.layer.0.intermediate.dense``, ``encoder.layer.0.output.dense``: linear1, linear2
    - ``encoder.layer.0.output.LayerNorm``: norm2

    Args:
        state: names to arrays; not changed. Names may begin with "bert." as well. What begins with ``pooler.`` and
            ``embeddings.position_ids`` have no place here, and are left out.
        num_heads: int >= 1; no array tells it.

    Returns:
        The encoder. Its parameters have the dtypes of the state, and memory of their own.

    Raises:
        KeyError: listing names that are missing, or that have no place.
        ValueError: if shapes do not fit together.
    """
    state = _joined(rename(rename(state, [(r"bert\.(.*)", r"\1")]), _RULES))
    for name in ("tokens.weight", "positions.weight", "layers.0.linear1.weight"):
        if name not in state:
            raise KeyError(f"missing keys: {[name]}")
    (vocab_size, embed_dim), (max_positions, _) = state["tokens.weight"].shape, state["positions.weight"].shape
    layers = 1 + max(int(match[1]) for name in state if (match := re.fullmatch(r"layers\.(\d+)\..*", name)))
    sizes = embed_dim, layers, num_heads, len(state["layers.0.linear1.weight"])
    encoder = SentenceEncoder(vocab_size, max_positions, *sizes)
    for name, parameter in encoder.named_parameters():
        if name in state:
            parameter.data = parameter.data.astype(state[name].dtype)
    encoder.load_state_dict(state)
    return encoder


_EPS = 1e-12
_LAYER = r"encoder\.layer\.(\d+)\."
_RULES: list[tuple[str, str | None]] = [
    (r"pooler\..*|embeddings\.position_ids", None),
    (r"embeddings\.word_embeddings\.(.*)", r"tokens.\1"),
    (r"embeddings\.position_embeddings\.(.*)", r"positions.\1"),
    (r"embeddings\.token_type_embeddings\.(.*)", r"types.\1"),
    (r"embeddings\.LayerNorm\.(.*)", r"norm.\1"),
    (_LAYER + r"attention\.self\.(query|key|value)\.(.*)", r"layers.\1.self_attn.\2.\3"),
    (_LAYER + r"attention\.output\.dense\.(.*)", r"layers.\1.self_attn.out_proj.\2"),
    (_LAYER + r"attention\.output\.LayerNorm\.(.*)", r"layers.\1.norm1.\2"),
    (_LAYER + r"intermediate\.dense\.(.*)", r"layers.\1.linear1.\2"),
    (_LAYER + r"output\.dense\.(.*)", r"layers.\1.linear2.\2"),
    (_LAYER + r"output\.LayerNorm\.(.*)", r"layers.\1.norm2.\2"),
]


def _joined(state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Queries on top of keys on top of values, as one array, for each three that are there."""
    for name in [name for name in state if ".self_attn.query." in name]:
        three = [name.replace(".query.", f".{part}.") for part in ("query", "key", "value")]
        missing = [part for part in three if part not in state]
        if missing:
            raise KeyError(f"missing keys: {missing}")
        joined = name.replace("query.weight", "in_proj_weight").replace("query.bias", "in_proj_bias")
        state[joined] = _stacked([state.pop(part) for part in three])
    return state


def _stacked(arrays: list[np.ndarray]) -> np.ndarray:
    """Arrays of one shape, on top of each other."""
    if len({array.shape for array in arrays}) > 1:
        raise ValueError(f"query, key and value have shapes {[array.shape for array in arrays]}, which differ")
    return np.concatenate(arrays)
