"""An object whose `__class__` says numpy.ndarray. Seen to fail: no points."""

import numpy as np


class Liar:
    @property
    def __class__(self):
        return np.ndarray

    def __eq__(self, _other):
        return np.True_

    dtype, shape, ndim = np.dtype(float), (3, 4), 2
    __hash__ = None


class Wave:
    def __init__(self, k):
        pass

    def forward(self, _x):
        return Liar()
