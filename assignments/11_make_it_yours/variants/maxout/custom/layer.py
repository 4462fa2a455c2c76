"""Maxout: the larger of two linear maps. Goodfellow et al., Maxout Networks (2013)."""

import numpy as np

from .. import nn


class OwnLayer(nn.Module):
    def __init__(self, features, *, rng=None):
        if features < 1:
            raise ValueError("features < 1")
        rng = np.random.default_rng() if rng is None else rng
        self.pieces = nn.Sequential(nn.Linear(features, features, rng=rng), nn.Linear(features, features, rng=rng))

    def forward(self, x):
        first, second = (piece(x) for piece in self.pieces)
        self.save_for_backward(first >= second)
        return np.maximum(first, second)

    def backward(self, dy):
        (is_first,) = self.saved_values
        if dy.shape != is_first.shape:
            raise ValueError(f"{dy.shape} and {is_first.shape}")
        return self.pieces[0].backward(dy * is_first) + self.pieces[1].backward(dy * ~is_first)
