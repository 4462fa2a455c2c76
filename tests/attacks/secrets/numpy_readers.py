"""Reads the hidden tests through NumPy: fromfile, memmap, loadtxt, genfromtxt, load.

Seen to fail: the secret never comes back.
"""

import contextlib

import numpy as np


class Wave:
    def __init__(self, k):
        found = []
        for read in (
            lambda p: np.fromfile(p, np.uint8).tobytes(),
            lambda p: np.memmap(p, np.uint8, "r").tobytes(),
            lambda p: np.loadtxt(p, str, delimiter="\0", comments=None),
            lambda p: np.genfromtxt(p, str, delimiter="\0", comments=None),
            lambda p: np.load(p, allow_pickle=True),
            lambda p: np.lib.format.open_memmap(p),
        ):
            with contextlib.suppress(Exception):
                found.append(read("@HIDDEN_TEST@"))
        raise ValueError(found)
