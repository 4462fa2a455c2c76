"""A backward that differentiates the right forward by a complex step: exact, for the price of one forward.

Not seen to fail: it computes the derivative, and does so well. SECURITY.md says so.
"""

import numpy as np

HONEST = ("test_forward", "test_parts", "test_precision", "test_public")
DECLARED = ("test_backward gave 2 points for nothing",)


class Wave:
    def __init__(self, k):
        self.k = k

    def forward(self, x):
        self.x = x
        return np.sin(self.k * x)

    def parts(self, x):
        return [np.sin(self.k * x), np.cos(self.k * x)]

    def backward(self, dy):
        return dy * np.imag(np.sin(self.k * (self.x + 1e-30j))) / 1e-30
