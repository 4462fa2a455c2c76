"""Asks clone for a thread whose flags lack what makes it one. Seen to fail: no process is left."""

import ctypes
import os
import time

libc = ctypes.CDLL(None)


class Wave:
    def __init__(self, k):
        mine = os.getpid()
        for flags in (
            0x3D0F00 & ~0x10000 | 17,
            0x3D0F00 & ~0x10900 | 17,
            0x01200011,
        ):  # without CLONE_THREAD, without CLONE_VM
            libc.syscall(56, flags & ~0x100, None, None, None, None)
            if os.getpid() != mine:
                time.sleep(3)
                os._exit(0)
