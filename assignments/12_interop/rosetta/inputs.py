"""What the cells compute with: the same numbers for every library."""

import numpy as np


def inputs() -> dict[str, np.ndarray]:
    """Arrays by the names that cells use, in float32.

    x, z: (4, 3). t: targets of 0 and 1. p, q: probabilities, by element and by row. lp: log-probabilities. k: classes.
    W, b: of a Linear(3, 5). S: of an Embedding. g, h and g4, h4: of normalisation. image: (2, 4, 4, 6), channels first.
    K, KT: kernels. seq: (2, 4, 4), and w_ih, w_hh, b_ih, b_hh for two gates of four; in_proj, out_proj.
    """
    rng = np.random.default_rng(12)
    x, z, logits, image = (rng.normal(size=shape) for shape in ((4, 3), (4, 3), (4, 3), (2, 4, 4, 6)))
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    shapes = {
        "W": (5, 3), "b": (5,), "S": (3, 3), "g": (3,), "h": (3,), "g4": (4,), "h4": (4,), "K": (5, 4, 3, 3),
        "KT": (4, 5, 3, 3), "seq": (2, 4, 4), "sequence": (5, 2, 3), "lstm_ih": (8, 3), "lstm_hh": (8, 2),
        "lstm_b": (8,), "gru_ih": (6, 3), "gru_hh": (6, 2), "gru_bi": (6,), "gru_bh": (6,), "in_proj": (12, 4),
        "in_bias": (12,), "out_proj": (4, 4), "out_bias": (4,), "start": (3,), "gradients": (3, 3),
    }  # fmt: skip
    found = {"x": x, "z": z, "image": image, "t": (rng.random((4, 3)) < 0.5).astype(float), "p": rng.random((4, 3))}
    found |= {"q": np.roll(probabilities, 1, axis=1), "lp": np.log(probabilities)}
    found |= {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return {name: array.astype(np.float32) for name, array in found.items()} | {"k": np.array([0, 2, 1, 1])}
