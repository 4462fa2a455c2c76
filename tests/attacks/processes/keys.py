"""Leaves a key in the kernel's keyring, readable for the next run. Seen to fail: none can be added."""

import ctypes

libc = ctypes.CDLL(None)


class Wave:
    def __init__(self, k):
        if libc.syscall(248, b"user", b"@MARK@", b"x", 1, ctypes.c_int(-4)) > 0:
            with open("@OPEN@/key", "w") as file:
                file.write("added")
