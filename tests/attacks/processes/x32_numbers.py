"""Forks by numbers of the x32 interface, which have one bit more. Seen to fail: no process."""

import ctypes
import os
import time

libc = ctypes.CDLL(None)


class Wave:
    def __init__(self, k):
        mine = os.getpid()
        libc.syscall(0x40000000 | 57)
        if os.getpid() != mine:
            time.sleep(3)
            os._exit(0)
