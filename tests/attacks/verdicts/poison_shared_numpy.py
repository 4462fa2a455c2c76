"""Makes sine and cosine of everybody give zeros, and returns zeros. Seen to fail: no points."""

import numpy as np

np.sin = np.cos = lambda x: x * 0.0


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return x * 0.0

    backward = forward

    def parts(self, x):
        return [x * 0.0, x * 0.0]
