"""Waits for a lock that it holds itself, in a thread that no signal reaches.

Seen to fail: the other checks are graded in time.
"""

import threading


class Wave:
    def __init__(self, k):
        pass

    def parts(self, x):
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()
