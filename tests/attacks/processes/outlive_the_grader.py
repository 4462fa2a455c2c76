"""Unsets the signal that ends it with its parent, ignores the others, and waits. Seen to fail: no process is left."""

import ctypes
import os
import signal
import time

libc = ctypes.CDLL(None)


class Wave:
    def __init__(self, k):
        for number in range(1, 32):
            if number not in (signal.SIGKILL, signal.SIGSTOP):
                signal.signal(number, signal.SIG_IGN)
        libc.prctl(1, 0, 0, 0, 0)
        os.setsid()
        time.sleep(30)
