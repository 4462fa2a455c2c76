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
        if min(context_length, num_layers, num_heads) < 1:
            raise ValueError(f"sizes have to be at least 1, got {context_length}, {num_layers}, {num_heads}")
        rng = np.random.default_rng() if rng is None else rng
        self.context_length = context_length
        self.embedding = Embedding(vocab_size, embed_dim, rng=rng)
        self.embedding.weight.data /= math.sqrt(embed_dim)
        rope = RotaryEmbedding(embed_dim // num_heads)
        arguments = embed_dim, num_heads, num_kv_heads, hidden_dim, rope
        self.blocks = Sequential(*(DecoderBlock(*arguments, rng=rng) for _ in range(num_layers)))
        self.norm = RMSNorm(embed_dim)

    def new_cache(self) -> list[KVCache]:
        """Return an empty cache for each block, for ``forward``."""
        return [KVCache() for _ in self.blocks]

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
        if tokens.ndim != 2:
            raise ValueError(f"tokens have shape {tokens.shape}, but should have shape (N, L)")
        length = tokens.shape[1] + (0 if cache is None else len(cache[0]))
        if length > self.context_length:
            raise ValueError(f"{length} positions are more than context_length, {self.context_length}")
        h = self.embedding(tokens)
        for i, block in enumerate(self.blocks):
            h = block(h, cache=None if cache is None else cache[i])
        h = self.norm(h)
        self.save_for_backward(h)
        return h @ self.embedding.weight.data.T

    def backward(self, dy: np.ndarray) -> None:
        """Add to the gradients of all parameters. Tokens have no gradient, so nothing is returned.

        Args:
            dy: (N, L, V), of the shape of the logits; d loss / d logits.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of the logits.
        """
        (h,) = self.saved_values
        weight = self.embedding.weight
        check_shape("dy of LanguageModel", dy.shape, (*h.shape[:2], len(weight.data)))
        accumulate_grad(weight, np.einsum("nlv,nle->ve", dy, h, optimize=True))
        dh = self.norm.backward(dy @ weight.data)
        for block in reversed(list(self.blocks)):
            dh = block.backward(dh)
        self.embedding.backward(dh)
