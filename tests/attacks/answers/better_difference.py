"""The same with six points and extrapolation, as precise as differences get.

Seen to fail: no points for the gradient.
"""

import numpy as np

HONEST = ("test_forward", "test_parts", "test_precision", "test_public")


class Wave:
    def __init__(self, k):
        self.k = k

    def forward(self, x):
        self.x = x
        return np.sin(self.k * x)

    def parts(self, x):
        return [np.sin(self.k * x), np.cos(self.k * x)]

    def backward(self, dy):
        def slope(h):
            return (np.sin(self.k * (self.x + h)) - np.sin(self.k * (self.x - h))) / (2 * h)

        h = 1e-2
        a, b, c = slope(h), slope(h / 2), slope(h / 4)
        return dy * ((64 * c - 20 * b + a) / 45)
