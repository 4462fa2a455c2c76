"""Text by text, without padding: each is cut to its own tokens before it goes through the layers."""

import numpy as np

from ..nn import Embedding, LayerNorm, Module, Sequential
from ..nn.transformer import TransformerEncoderLayer


class SentenceEncoder(Module):
    def __init__(self, vocab_size, max_positions, embed_dim, num_layers, num_heads, dim_feedforward, *, rng=None):
        if num_layers < 1:
            raise ValueError("at least one layer")
        rng = rng or np.random.default_rng()
        self.tokens = Embedding(vocab_size, embed_dim, rng=rng)
        self.positions = Embedding(max_positions, embed_dim, rng=rng)
        self.types = Embedding(2, embed_dim, rng=rng)
        self.norm = LayerNorm(embed_dim, eps=1e-12)
        self.layers = Sequential()
        for _ in range(num_layers):
            layer = TransformerEncoderLayer(embed_dim, num_heads, dim_feedforward, 0.0, "gelu", rng=rng)
            for norm in (layer.norm1, layer.norm2):
                norm.eps = 1e-12
            self.layers.append(layer)

    def forward(self, ids, attention_mask=None):
        if ids.ndim != 2 or ids.shape[1] > self.positions.weight.shape[0]:
            raise ValueError(f"ids have shape {ids.shape}, but there are {self.positions.weight.shape[0]} positions")
        if attention_mask is None:
            attention_mask = np.ones_like(ids)
        if attention_mask.shape != ids.shape:
            raise ValueError(f"the mask has shape {attention_mask.shape}, but ids have shape {ids.shape}")
        y = np.zeros((len(ids), self.norm.weight.shape[0]), self.tokens.weight.data.dtype)
        for row, mask, out in zip(ids, attention_mask, y, strict=True):
            [places] = np.nonzero(mask)
            if len(places):
                mean = self.read(row[places], places).mean(axis=1)[0]
                out[:] = mean / np.linalg.norm(mean)
        return y

    def read(self, tokens, places):
        embedded = self.tokens(tokens[None]) + self.positions(places)[None] + self.types.weight.data[0]
        return self.layers(self.norm(embedded))


PARTS = {
    "attention.output.dense": "self_attn.out_proj",
    "attention.output.LayerNorm": "norm1",
    "intermediate.dense": "linear1",
    "output.dense": "linear2",
    "output.LayerNorm": "norm2",
}


def encoder_from_torch(state, num_heads):
    state = {name.removeprefix("bert."): array for name, array in state.items()}
    left = {name for name in state if not name.startswith("pooler.") and name != "embeddings.position_ids"}

    def take(name):
        left.discard(name)
        return state[name]

    found = {"tokens.weight": take("embeddings.word_embeddings.weight")}
    found["positions.weight"] = take("embeddings.position_embeddings.weight")
    found["types.weight"] = take("embeddings.token_type_embeddings.weight")
    for end in ("weight", "bias"):
        found[f"norm.{end}"] = take(f"embeddings.LayerNorm.{end}")
    count = 0
    while count == 0 or any(name.startswith(f"encoder.layer.{count}.") for name in state):
        there, here = f"encoder.layer.{count}", f"layers.{count}"
        for end in ("weight", "bias"):
            three = [take(f"{there}.attention.self.{part}.{end}") for part in ("query", "key", "value")]
            found[f"{here}.self_attn.in_proj_{end}"] = np.vstack(three) if end == "weight" else np.hstack(three)
            for old, new in PARTS.items():
                found[f"{here}.{new}.{end}"] = take(f"{there}.{old}.{end}")
        count += 1
    if left:
        raise KeyError(f"unexpected: {sorted(left)}")
    (vocab_size, embed_dim), positions = found["tokens.weight"].shape, len(found["positions.weight"])
    hidden = len(found["layers.0.linear1.weight"])
    encoder = SentenceEncoder(vocab_size, positions, embed_dim, count, num_heads, hidden)
    for name, parameter in encoder.named_parameters():
        parameter.data = parameter.data.astype(found[name].dtype)
    encoder.load_state_dict(found)
    return encoder
