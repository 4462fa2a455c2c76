"""Leaves a segment of System V shared memory for the next run. Seen to fail: there is none."""

import ctypes

libc = ctypes.CDLL(None)
MARK = "@MARK@"


class Wave:
    def __init__(self, k):
        libc.shmget(int(MARK[4:], 16) & 0x7FFFFFFF, 4096, 0o1666)
