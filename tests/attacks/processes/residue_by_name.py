"""Leaves named shared memory and a message queue for the next run. Seen to fail: no file appears."""

import ctypes

libc = ctypes.CDLL(None)


class Wave:
    def __init__(self, k):
        libc.shm_open(b"/@MARK@", 0o102, 0o666)
        libc.sem_open(b"/@MARK@", 0o100, 0o666, 1)
