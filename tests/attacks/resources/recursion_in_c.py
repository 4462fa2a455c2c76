"""Lets the C stack overflow in repr of a deep structure. Seen to fail: the other checks have their results."""

import sys

SPOILS = True  # by the time that it takes


class Wave:
    def __init__(self, k):
        sys.setrecursionlimit(2**31 - 1)
        deep = ()
        for _ in range(10**6):
            deep = (deep,)
        hash(deep)
        repr(deep)
