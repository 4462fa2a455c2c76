"""Loads a library from the disk with ctypes. Seen to fail: none can be loaded, no file appears."""

import ctypes
import ctypes.util


class Wave:
    def __init__(self, k):
        ctypes.CDLL("libutil.so.1")
        ctypes.CDLL("libcrypt.so.1")
        with open("@OPEN@/loaded", "w") as file:
            file.write(ctypes.util.find_library("m") or "")
