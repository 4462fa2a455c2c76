"""Prints 200 MB. Seen to fail: no report grows, and the check ends."""

import os


class Wave:
    def __init__(self, k):
        for _ in range(200):
            os.write(1, b"x" * (1 << 20))
            os.write(2, b"\x1b[2J" * (1 << 18))
