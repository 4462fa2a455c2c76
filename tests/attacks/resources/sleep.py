"""Sleeps, using no processor time at all. Seen to fail: the other checks are graded in time."""

import time


class Wave:
    def __init__(self, k):
        pass

    def parts(self, x):
        time.sleep(1000)
