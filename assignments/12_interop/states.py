"""States of the programs with random numbers, of any sizes."""

from itertools import pairwise

import numpy as np


def filled(rng, shapes, dtype=np.float64):
    """Random arrays of these shapes, small enough that no sigmoid is flat; what is a variance is positive."""
    arrays = {name: rng.normal(0, 0.5, shape) for name, shape in shapes.items()}
    arrays |= {name: np.abs(array) + 0.5 for name, array in arrays.items() if name.endswith("running_var")}
    return {name: array.astype(dtype) for name, array in arrays.items()}


def linear(name, out, size):
    return {f"{name}.weight": (out, size), f"{name}.bias": (out,)}


def norm(name, size):
    return {f"{name}.weight": (size,), f"{name}.bias": (size,)}


def mlp(rng, sizes, dtype=np.float64):
    shapes = {}
    for i, (size, out) in enumerate(pairwise(sizes)):
        shapes |= linear(f"layers.{i}", out, size)
    return filled(rng, shapes, dtype)


def cnn(rng, sizes, dtype=np.float64, counted=True):
    channels, middle, out, classes = sizes
    shapes = {"features.0.weight": (middle, channels, 3, 3)} | normalised("features.1", middle)
    shapes |= {"features.4.weight": (out, middle, 3, 3), "features.4.bias": (out,)} | normalised("features.5", out)
    state = filled(rng, shapes | linear("classifier", classes, out), dtype)
    return state | ({f"features.{i}.num_batches_tracked": np.array(7) for i in (1, 5)} if counted else {})


def normalised(name, size):
    return norm(name, size) | {f"{name}.running_mean": (size,), f"{name}.running_var": (size,)}


def lstm(rng, sizes, dtype=np.float64):
    """Sizes: the vocabulary, the embedding, the hidden state, classes, layers, directions."""
    vocab_size, embed_dim, hidden, classes, layers, directions = sizes
    shapes = {"embedding.weight": (vocab_size, embed_dim)} | linear("fc", classes, directions * hidden)
    for layer in range(layers):
        size = directions * hidden if layer else embed_dim
        for end in ("", "_reverse")[:directions]:
            shapes |= {f"lstm.weight_ih_l{layer}{end}": (4 * hidden, size)}
            shapes |= {f"lstm.weight_hh_l{layer}{end}": (4 * hidden, hidden)}
            shapes |= {f"lstm.bias_{part}_l{layer}{end}": (4 * hidden,) for part in ("ih", "hh")}
    return filled(rng, shapes, dtype)


def gpt(rng, sizes, dtype=np.float64):
    """Sizes: the vocabulary, the context, the embedding, layers."""
    vocab_size, context, embed_dim, layers = sizes
    shapes = {"wte.weight": (vocab_size, embed_dim), "wpe.weight": (context, embed_dim)}
    for i in range(layers):
        name = f"blocks.layers.{i}"
        shapes |= {f"{name}.self_attn.in_proj_weight": (3 * embed_dim, embed_dim)}
        shapes |= {f"{name}.self_attn.in_proj_bias": (3 * embed_dim,)}
        shapes |= linear(f"{name}.self_attn.out_proj", embed_dim, embed_dim)
        shapes |= linear(f"{name}.linear1", 4 * embed_dim, embed_dim)
        shapes |= linear(f"{name}.linear2", embed_dim, 4 * embed_dim)
        shapes |= norm(f"{name}.norm1", embed_dim) | norm(f"{name}.norm2", embed_dim)
    state = filled(rng, shapes | norm("blocks.norm", embed_dim), dtype)
    return state | {"head.weight": state["wte.weight"].copy()}


def bert(rng, sizes, dtype=np.float64):
    """Sizes: the vocabulary, positions, the embedding, layers, the feed-forward part."""
    vocab_size, positions, embed_dim, layers, hidden = sizes
    rows = {"word": vocab_size, "position": positions, "token_type": 2}
    shapes = {f"embeddings.{part}_embeddings.weight": (count, embed_dim) for part, count in rows.items()}
    shapes |= norm("embeddings.LayerNorm", embed_dim)
    for i in range(layers):
        name = f"encoder.layer.{i}"
        for part in ("query", "key", "value"):
            shapes |= linear(f"{name}.attention.self.{part}", embed_dim, embed_dim)
        shapes |= linear(f"{name}.attention.output.dense", embed_dim, embed_dim)
        shapes |= norm(f"{name}.attention.output.LayerNorm", embed_dim)
        shapes |= linear(f"{name}.intermediate.dense", hidden, embed_dim)
        shapes |= linear(f"{name}.output.dense", embed_dim, hidden) | norm(f"{name}.output.LayerNorm", embed_dim)
    return filled(rng, shapes, dtype)


def shuffled(rng, state):
    """The same state in another order of names: an order is no promise of a file."""
    names = list(state)
    return {names[i]: state[names[i]] for i in rng.permutation(len(names))}
