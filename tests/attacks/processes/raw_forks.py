"""Forks by system calls that Python does not use: clone, clone3, vfork's flags, fork.

Seen to fail: no process is left.
"""

import ctypes
import os
import time

libc = ctypes.CDLL(None)


class Wave:
    def __init__(self, k):
        arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17)
        mine = os.getpid()
        calls = (
            (57,),
            (56, 17, None, None, None, None),
            (56, 0x00008000 | 17, None, None, None, None),
            (435, arguments, 88),
        )
        for call in calls:
            libc.syscall(*call)
            if os.getpid() != mine:
                time.sleep(3)
                os._exit(0)
