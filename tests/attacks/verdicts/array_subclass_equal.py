"""An array of a subclass that answers `==` with True everywhere. Seen to fail: no points."""

import numpy as np


class Liar(np.ndarray):
    def __eq__(self, _other):
        return np.ones(self.shape, bool)

    __hash__ = None


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return (x * 3).view(Liar)

    def parts(self, x):
        return [(x * 3).view(Liar), x.view(Liar)]
