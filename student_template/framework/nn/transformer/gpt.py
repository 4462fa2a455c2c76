"""A language model: for each token of a text it says how likely every token is to be the next one."""

from __future__ import annotations

import numpy as np

from ..module import Module, Sequential, accumulate_grad, check_shape
from ..normalization import LayerNorm
from ..sparse import Embedding
from .cache import KVCache
from .encoder import TransformerEncoderLayer


class GPT(Module):
    """Layers of causal self-attention between one table of tokens, which is used twice.

    Equation: x = T[tokens] + P[positions], h = norm(layers(x)), logits = h T^T

    Position t sees the tokens 0 to t alone. T is the weight of token_embedding, used in both places (*tied*): its
    gradient is the sum of both. The layers are TransformerEncoderLayers with norm_first=True, activation="relu" and
    dim_feedforward = 4 * embed_dim.

    Args:
        vocab_size: int >= 1; V, how many tokens there are.
        context_length: int >= 1; the largest number of positions.
        embed_dim: int >= 1; E, the numbers at each position.
        num_layers: int >= 1.
        num_heads: int >= 1, which divides E.
        dropout: from 0 to 1; that of the layers.
        rng: source of the initial values and of what is dropped, by default a fresh ``default_rng()``. Draws:
            token_embedding, position_embedding, then the layers in turn. Each embedding is ``rng.normal(0, 1, shape)``
            times 0.02.

    Attributes:
        token_embedding: Embedding(V, E). position_embedding: Embedding(context_length, E). layers: a Sequential.
        norm: LayerNorm(E). They are registered in this order; there is no other parameter.
        context_length: as given.

    Raises:
        ValueError: if a size is below 1, num_heads does not divide embed_dim, or dropout is not between 0 and 1.

    Source: Radford, Wu, Child, Luan, Amodei and Sutskever, Language Models are Unsupervised Multitask Learners (2019),
    sec. 2.3; for tied weights: Press and Wolf, Using the Output Embedding to Improve Language Models (2017), sec. 3.
    """

    def __init__(
        self,
        vocab_size: int,
        context_length: int,
        embed_dim: int,
        num_layers: int,
        num_heads: int,
        dropout: float = 0.0,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        raise NotImplementedError("nn.transformer.GPT.__init__")

    def new_cache(self) -> list[KVCache]:
        """Make an empty KVCache for each layer, first to last."""
        raise NotImplementedError("nn.transformer.GPT.new_cache")

    def forward(self, tokens: np.ndarray, cache: list[KVCache] | None = None) -> np.ndarray:
        """Compute logits for the token that follows each of these.

        Args:
            tokens: (N, L) integers from 0 to V - 1.
            cache: None, or what ``new_cache`` made, with T positions in it by now. Then the tokens stand at positions
                T to T + L - 1, see all tokens before, and are added to it.

        Returns:
            logits: (N, L, V) float of the dtype of the parameters; those of position t are for token t + 1.

        Raises:
            ValueError: naming its shape, if tokens does not have two dimensions, or there would be more than
                context_length positions.
            IndexError: if a token is below 0 or above V - 1.
        """
        raise NotImplementedError("nn.transformer.GPT.forward")

    def backward(self, dy: np.ndarray) -> None:
        """Add to the gradients of all parameters. Tokens have no gradient, so nothing is returned.

        Args:
            dy: (N, L, V) float of the shape of the logits; d loss / d logits.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of the logits.
        """
        raise NotImplementedError("nn.transformer.GPT.backward")
