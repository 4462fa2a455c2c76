"""Becomes root in a user namespace of its own. Seen to fail: no file appears."""

import ctypes

libc = ctypes.CDLL(None)


class Wave:
    def __init__(self, k):
        if libc.unshare(0x10000000) == 0 or libc.unshare(0x50000000) == 0:
            with open("@OPEN@/namespace", "w") as file:
                file.write("a user namespace")
