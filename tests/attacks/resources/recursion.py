"""Calls itself without end, with the limit removed. Seen to fail: the other checks have their results."""

import sys

SPOILS = True  # by the time that it takes


class Wave:
    def __init__(self, k):
        sys.setrecursionlimit(2**31 - 1)
        self.__init__(k)
