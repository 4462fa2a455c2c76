"""Writes machine code that forks by the 32-bit entry, whose numbers filters forget, and jumps to it.

Seen to fail: no process.
"""

import ctypes
import mmap
import os
import time

FORK = bytes([0xB8, 2, 0, 0, 0, 0xCD, 0x80, 0xC3])  # mov eax, 2; int 0x80; ret


class Wave:
    def __init__(self, k):
        mine = os.getpid()
        page = mmap.mmap(-1, 4096, prot=7)
        page.write(FORK)
        ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
        if os.getpid() != mine:
            time.sleep(3)
            os._exit(0)
