"""A backward that differentiates the right forward numerically. Seen to fail: no points for the gradient."""

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
        h = 1e-5
        return dy * (np.sin(self.k * (self.x + h)) - np.sin(self.k * (self.x - h))) / (2 * h)
