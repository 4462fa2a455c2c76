"""One layer of a language model."""

import numpy as np

from ..module import Module
from ..normalization import RMSNorm
from ..transformer.cache import KVCache
from .attention import GroupedQueryAttention
from .rotary import RotaryEmbedding
from .swiglu import SwiGLU


class DecoderBlock(Module):
    """Attention, then a feed-forward layer; each is given its input normalised, and adds to it.

    Equation: h = x + attention(attention_norm(x)),    y = h + feed_forward(feed_forward_norm(h))

    Convention: what is normalised is the input of each part ("pre-norm"), not the sum. There is no bias anywhere.

    Args:
        embed_dim, num_heads, num_kv_heads, rope: as for GroupedQueryAttention.
        hidden_dim: int >= 1; as for SwiGLU.
        rng: source of the initial values, by default a fresh ``default_rng()``; attention draws first.

    Attributes:
        attention_norm: an RMSNorm of size embed_dim.
        attention: a GroupedQueryAttention.
        feed_forward_norm: another RMSNorm of size embed_dim.
        feed_forward: a SwiGLU.

    Raises:
        ValueError: as its parts do.

    Source: Touvron and others, LLaMA: Open and Efficient Foundation Language Models (2023), sec. 2.2.
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        num_kv_heads: int,
        hidden_dim: int,
        rope: RotaryEmbedding | None = None,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        raise NotImplementedError("nn.modern.DecoderBlock.__init__")

    def forward(self, x: np.ndarray, positions: np.ndarray | None = None, cache: KVCache | None = None) -> np.ndarray:
        """Add what both parts compute.

        Args:
            x: (N, L, E) float.
            positions, cache: as for GroupedQueryAttention.

        Returns:
            y, of the shape and dtype of x.

        Raises:
            ValueError: naming both shapes, if x does not have three dimensions of which the last is E.
        """
        raise NotImplementedError("nn.modern.DecoderBlock.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of all parameters; return that of the input.

        Args:
            dy: array of the shape of y; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of y.
        """
        raise NotImplementedError("nn.modern.DecoderBlock.backward")
