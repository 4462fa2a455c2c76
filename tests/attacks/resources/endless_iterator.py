"""Answers with iterators that grow while they are read. Seen to fail: every check has a result, in time."""

import itertools


class Wave:
    def __init__(self, k):
        pass

    def parts(self, x):
        return itertools.count()
