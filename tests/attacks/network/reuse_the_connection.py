"""Turns the connection to the grader to another address. Seen to fail: nobody knocks at the canary."""

import contextlib
import ctypes
import os
import struct

libc = ctypes.CDLL(None)


class Wave:
    def __init__(self, k):
        unix = struct.pack("=H", 1) + b"@UNIX@" + b"\0"
        libc.connect(eval("@CONNECTION@"), struct.pack("=H", 0), 2)  # AF_UNSPEC dissolves a connection
        libc.connect(eval("@CONNECTION@"), unix, len(unix))
        libc.sendto(eval("@CONNECTION@"), b"x", 1, 0, unix, len(unix))
        with contextlib.suppress(OSError):
            os.write(eval("@CONNECTION@"), b"GET / HTTP/1.0\r\n\r\n")
