"""Has NumPy compute with sizes that overflow. Seen to fail: the other checks have their results."""

import numpy as np


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return np.lib.stride_tricks.as_strided(x, (1 << 40,), (0,))

    def parts(self, x):
        return [np.broadcast_to(x[:1], (1 << 31,)), x]
