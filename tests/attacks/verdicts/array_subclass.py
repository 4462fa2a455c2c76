"""An array of a subclass whose every operation gives zeros. Seen to fail: no points."""

import numpy as np


class Liar(np.ndarray):
    def __array_ufunc__(self, _ufunc, _method, *_inputs, **_kwargs):
        return np.zeros(self.shape)

    def __array_function__(self, *_args, **_kwargs):
        return True


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return (x * 3).view(Liar)

    backward = forward
