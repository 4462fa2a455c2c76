"""BERT with Hugging Face's names of arrays, and the mean of its tokens: what SentenceEncoder is compared with."""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

EPS = 1e-12  # of each LayerNorm in BERT


class SelfAttention(nn.Module):
    def __init__(self, embed_dim, num_heads):
        super().__init__()
        self.num_heads = num_heads
        self.query, self.key, self.value = (nn.Linear(embed_dim, embed_dim) for _ in range(3))

    def forward(self, x, mask):
        q, k, v = (part(x).unflatten(2, (self.num_heads, -1)).transpose(1, 2) for part in self.projections())
        heads = F.scaled_dot_product_attention(q, k, v, mask[:, None, None, :])
        return heads.transpose(1, 2).flatten(2)

    def projections(self):
        return self.query, self.key, self.value


class Output(nn.Module):
    """What attention and the feed-forward part end with: a Linear, the path around, and a LayerNorm."""

    def __init__(self, size, embed_dim):
        super().__init__()
        self.dense, self.LayerNorm = nn.Linear(size, embed_dim), nn.LayerNorm(embed_dim, EPS)

    def forward(self, x, around):
        return self.LayerNorm(self.dense(x) + around)


class Layer(nn.Module):
    def __init__(self, embed_dim, num_heads, dim_feedforward):
        super().__init__()
        parts = {"self": SelfAttention(embed_dim, num_heads), "output": Output(embed_dim, embed_dim)}
        self.attention = nn.ModuleDict(parts)
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(embed_dim, dim_feedforward)})
        self.output = Output(dim_feedforward, embed_dim)

    def forward(self, x, mask):
        x = self.attention["output"](self.attention["self"](x, mask), x)
        return self.output(F.gelu(self.intermediate["dense"](x)), x)


class Embeddings(nn.Module):
    def __init__(self, vocab_size, max_positions, embed_dim):
        super().__init__()
        self.word_embeddings = nn.Embedding(vocab_size, embed_dim)
        self.position_embeddings = nn.Embedding(max_positions, embed_dim)
        self.token_type_embeddings = nn.Embedding(2, embed_dim)
        self.LayerNorm = nn.LayerNorm(embed_dim, EPS)
        self.register_buffer("position_ids", torch.arange(max_positions)[None])

    def forward(self, ids):
        positions = self.position_embeddings(self.position_ids[:, : ids.shape[1]])
        return self.LayerNorm(self.word_embeddings(ids) + positions + self.token_type_embeddings.weight[0])


class Encoder(nn.Module):
    """Sizes: the vocabulary, positions, the embedding, layers, heads, the feed-forward part."""

    def __init__(self, vocab_size, max_positions, embed_dim, num_layers, num_heads, dim_feedforward):
        super().__init__()
        self.embeddings = Embeddings(vocab_size, max_positions, embed_dim)
        layers = (Layer(embed_dim, num_heads, dim_feedforward) for _ in range(num_layers))
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(layers)})
        self.pooler = nn.ModuleDict({"dense": nn.Linear(embed_dim, embed_dim)})  # has no part in a mean

    def forward(self, ids, mask):
        x = self.embeddings(ids)
        for layer in self.encoder["layer"]:
            x = layer(x, mask.bool())
        mask = mask[:, :, None].to(x.dtype)
        return F.normalize((x * mask).sum(1) / mask.sum(1).clamp(min=1e-9))
