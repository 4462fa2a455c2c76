"""Backtracks for ever in a regular expression. Seen to fail: the other checks are graded in time."""

import re


class Wave:
    def __init__(self, k):
        pass

    def parts(self, x):
        return re.match(r"(a+)+$", "a" * 60 + "b")
