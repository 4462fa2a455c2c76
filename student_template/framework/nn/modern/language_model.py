"""A model that says, for every place in a text, which token may come next."""

import math

import numpy as np

from ..module import Module, Sequential, accumulate_grad, check_shape
from ..normalization import RMSNorm
from ..sparse import Embedding
from ..transformer.cache import KVCache
from .block import DecoderBlock
from .rotary import RotaryEmbedding


class LanguageModel(Module):
    """Embedding, blocks, a last normalisation, and scores for every token by the embedding once more.

    Equation: h = embedding(tokens);  h = block(h) for each block;  logits = norm(h) W^T, where W is the weight of the
    embedding

    The weights are "tied": W has two uses, and its gradient is the sum of both. There is no other output layer.
    Positions are told by a RotaryEmbedding (base 10000, halves) alone; in every sequence they count from 0.

    Args:
        vocab_size: int >= 1; V, the number of tokens.
        context_length: int >= 1; the largest number of positions.
        embed_dim, num_heads, num_kv_heads, hidden_dim: as for DecoderBlock; embed_dim / num_heads is even.
        num_layers: int >= 1; the number of blocks.
        rng: source of the initial values, by default a fresh ``default_rng()``; embedding draws first, then block after
            block. The weight of the embedding is divided by sqrt(E), so that the logits have deviation 1 at first.

    Attributes:
        embedding: an Embedding, whose weight is W, (V, E).
        blocks: a Sequential of DecoderBlocks.
        norm: an RMSNorm.
        context_length: as given.

    Raises:
        ValueError: if a size is below 1, or as the parts do.

    Source: as for DecoderBlock; tied weights: Press and Wolf, Using the Output Embedding to Improve Language Models
    (2017).
    """

    def __init__(
        self,
        vocab_size: int,
        context_length: int,
        embed_dim: int,
        num_layers: int,
        num_heads: int,
        num_kv_heads: int,
        hidden_dim: int,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        raise NotImplementedError("nn.modern.LanguageModel.__init__")

    def new_cache(self) -> list[KVCache]:
        """Return an empty cache for each block, for ``forward``."""
        raise NotImplementedError("nn.modern.LanguageModel.new_cache")

    def forward(self, tokens: np.ndarray, cache: list[KVCache] | None = None) -> np.ndarray:
        """Score all tokens as the next one, at every position.

        Args:
            tokens: (N, L) integers from 0 to V - 1; with a cache, those that follow what it has seen.
            cache: from ``new_cache``; what these tokens add to it is added. The logits are those that a forward of
                all tokens so far would give for these. After a forward with a cache, backward is not defined.

        Returns:
            logits, (N, L, V) of the dtype of W.

        Raises:
            IndexError: if a token is not one of V.
            ValueError: naming the shape, if tokens do not have two dimensions; naming context_length, if there are
                more positions than that, together with those in the cache.
        """
        raise NotImplementedError("nn.modern.LanguageModel.forward")

    def backward(self, dy: np.ndarray) -> None:
        """Add to the gradients of all parameters. Tokens have no gradient, so nothing is returned.

        Args:
            dy: (N, L, V), of the shape of the logits; d loss / d logits.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of the logits.
        """
        raise NotImplementedError("nn.modern.LanguageModel.backward")
