"""Returns an array all of whose values are masked. Seen to fail: no points."""

import numpy as np


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return np.ma.masked_array(x, mask=True)

    backward = forward

    def parts(self, x):
        return [self.forward(x), self.forward(x)]
