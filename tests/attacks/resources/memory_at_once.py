"""Asks for an array of 800 GB. Seen to fail: the other checks have their results."""

import numpy as np


class Wave:
    def __init__(self, k):
        np.ones(10**11)
