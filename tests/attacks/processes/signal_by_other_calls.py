"""Signals others by tkill, tgkill, rt_sigqueueinfo and a pidfd. Seen to fail: all are as well as before."""

import ctypes

libc = ctypes.CDLL(None)


class Wave:
    def __init__(self, k):
        information = ctypes.create_string_buffer(
            (9).to_bytes(4, "little") + bytes(4) + (-1).to_bytes(4, "little", signed=True) + bytes(116)
        )
        for name in ("@SIBLING@", "@WORKER@", "@FORKSERVER@", "@GRADER@"):
            pid = int(name) if name.isdigit() else 0
            if pid:
                libc.syscall(200, pid, 9)
                libc.syscall(234, pid, pid, 9)
                libc.syscall(129, pid, 9, information)
                libc.syscall(424, libc.syscall(434, pid, 0), 9, None, 0)
