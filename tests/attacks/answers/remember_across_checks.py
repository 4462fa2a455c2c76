"""Keeps what it saw in one check for the next, in a module, in NumPy and in a file.

Seen to fail: no file appears, no points.
"""

import contextlib
import sys

import numpy as np

seen = sys.__dict__.setdefault("seen", [])


class Wave:
    def __init__(self, k):
        seen.append(k)
        np.seen = seen
        with contextlib.suppress(OSError), open("/tmp/@MARK@", "a") as file:
            file.write(f"{k}\n")

    def forward(self, x):
        if len(seen) > 1:
            raise ValueError("@MARK@", seen)
        return x
