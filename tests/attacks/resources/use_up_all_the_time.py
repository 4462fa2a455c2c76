"""Waits in every check until the time of the whole assignment is used up.

Seen to fail: the next assignment has its points.
"""

import time

SPOILS = True


class Wave:
    def __init__(self, k):
        time.sleep(60)
