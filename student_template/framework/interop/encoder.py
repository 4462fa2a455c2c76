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
        raise NotImplementedError("interop.SentenceEncoder.__init__")

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
        raise NotImplementedError("interop.SentenceEncoder.forward")


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
    raise NotImplementedError("interop.encoder_from_torch")
