"""A gated linear unit: one linear map decides how much of another one passes.

Dauphin et al., Language Modeling with Gated Convolutional Networks (2017).
"""

import numpy as np

from ..nn import Linear, Module, Sigmoid


class OwnLayer(Module):
    def __init__(self, features, *, rng=None):
        if features < 1:
            raise ValueError(f"features is {features}")
        rng = rng or np.random.default_rng()
        self.value, self.gate, self.sigmoid = Linear(features, features, rng=rng), Linear(features, features), Sigmoid()
        for p in self.gate.parameters():
            p.data[...] = rng.normal(0, 1 / np.sqrt(features), p.shape)

    def forward(self, x):
        v, s = self.value(x), self.sigmoid(self.gate(x))
        self.save_for_backward(v, s)
        return v * s

    def backward(self, dy):
        v, s = self.saved_values
        if dy.shape != v.shape:
            raise ValueError(f"dy has shape {dy.shape}, y had {v.shape}")
        dy = dy.astype(v.dtype)
        return self.value.backward(dy * s) + self.gate.backward(self.sigmoid.backward(dy * v))
