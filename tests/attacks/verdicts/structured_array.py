"""Returns arrays of dtypes that no comparison expects: records, dates, text. Seen to fail: no points."""

import numpy as np


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return np.zeros(x.shape, [("value", float)])

    def backward(self, dy):
        return np.zeros(dy.shape, "datetime64[s]")

    def parts(self, x):
        return [np.zeros(x.shape, "U5"), np.zeros(x.shape, np.longdouble)]
