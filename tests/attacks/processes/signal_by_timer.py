"""Sets a timer whose signal goes to a thread of somebody else, and alarms of its own.

Seen to fail: all are as well as before.
"""

import ctypes
import signal
import struct

libc = ctypes.CDLL(None)


class Wave:
    def __init__(self, k):
        for pid in ("@SIBLING@", "@GRADER@"):
            if pid.isdigit():
                event = ctypes.create_string_buffer(struct.pack("=QiiI", 0, 9, 4, int(pid)) + bytes(44))
                timer = ctypes.c_int()
                if libc.syscall(222, 0, event, ctypes.byref(timer)) == 0:
                    libc.syscall(223, timer, 0, struct.pack("=4q", 0, 0, 0, 1000), None)
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
        raise RuntimeError
