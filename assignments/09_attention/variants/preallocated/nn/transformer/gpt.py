"""A model with masks by positions, and a plain loop over its layers."""

import numpy as np

from ..module import Module, Sequential, accumulate_grad
from ..normalization import LayerNorm
from ..sparse import Embedding
from .cache import KVCache
from .encoder import TransformerEncoderLayer


class GPT(Module):
    """The table is looked up by an array of indices; its gradients are one array."""

    def __init__(self, vocab_size, context_length, embed_dim, num_layers, num_heads, dropout=0.0, *, rng=None):
        if min(vocab_size, context_length, embed_dim, num_layers) < 1:
            raise ValueError("sizes")
        rng = rng if rng is not None else np.random.default_rng()
        self.context_length, self.sizes = context_length, (vocab_size, embed_dim)
        self.token_embedding = Embedding(vocab_size, embed_dim, rng=rng)
        self.token_embedding.weight.data = self.token_embedding.weight.data * 0.02
        self.position_embedding = Embedding(context_length, embed_dim, rng=rng)
        self.position_embedding.weight.data = self.position_embedding.weight.data * 0.02
        self.layers = Sequential()
        for _ in range(num_layers):
            layer = TransformerEncoderLayer(
                embed_dim, num_heads, 4 * embed_dim, dropout=dropout, norm_first=True, rng=rng
            )
            self.layers.append(layer)
        self.norm = LayerNorm(embed_dim)

    def new_cache(self):
        """One for each layer."""
        return [KVCache() for _ in range(len(self.layers))]

    def forward(self, tokens, cache=None):
        """Rows of both tables, layers, and the table again."""
        first = len(cache[-1]) if cache else 0
        if tokens.ndim != 2:
            raise ValueError(f"tokens of shape {tokens.shape}")
        positions = np.arange(first, first + tokens.shape[1])
        if positions.size and positions[-1] >= self.context_length:
            raise ValueError(f"tokens of shape {tokens.shape} after {first} of {self.context_length}")
        if tokens.size and (tokens.min() < 0 or tokens.max() >= self.sizes[0]):
            raise IndexError("no such token")
        x = self.token_embedding.weight.data[tokens] + self.position_embedding.weight.data[positions]
        hidden_from = np.where(np.arange(len(positions) + first)[None] > positions[:, None], -np.inf, 0.0)
        stores = cache or [None] * len(self.layers)
        for layer, store in zip(self.layers, stores, strict=True):
            x = layer.forward(x, src_mask=hidden_from, cache=store)
        h = self.norm(x)
        self.save_for_backward(tokens, positions, h)
        return np.einsum("nle,ve->nlv", h, self.token_embedding.weight.data)

    def backward(self, dy):
        """Both gradients of the table are added to one array."""
        tokens, positions, h = self.saved_values
        if dy.shape != (*tokens.shape, self.sizes[0]):
            raise ValueError(f"dy has shape {dy.shape}, the logits {(*tokens.shape, self.sizes[0])}")
        table = self.token_embedding.weight
        dx = self.norm.backward(dy @ table.data)
        for layer in reversed(list(self.layers)):
            dx = layer.backward(dx)
        gradient = np.einsum("nlv,nle->ve", dy, h)
        np.add.at(gradient, tokens, dx)
        accumulate_grad(table, gradient)
        rows = np.zeros(self.position_embedding.weight.shape)
        np.add.at(rows, np.broadcast_to(positions, tokens.shape), dx)
        accumulate_grad(self.position_embedding.weight, rows)
