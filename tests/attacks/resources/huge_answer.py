"""Answers with arrays of 400 MB. Seen to fail: every check has a result, in time."""

import numpy as np

SPOILS = True  # by the time that it takes


class Wave:
    def __init__(self, k):
        pass

    def forward(self, x):
        return np.zeros(25 << 20)

    def parts(self, x):
        return [np.zeros(25 << 20), np.zeros(25 << 20)]
