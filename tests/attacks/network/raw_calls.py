"""Makes the system calls itself: socket, connect, sendto. Seen to fail: nobody knocks at the canary."""

import ctypes
import struct

libc = ctypes.CDLL(None)


def _address(port):
    return struct.pack("=H", 2) + struct.pack(">H", port) + bytes([127, 0, 0, 1]) + bytes(8)


class Wave:
    def __init__(self, k):
        stream = libc.syscall(41, 2, 1, 0)
        libc.syscall(42, stream, _address(int("@TCP@")), 16)
        datagram = libc.syscall(41, 2, 2, 0)
        libc.syscall(44, datagram, b"hello", 5, 0, _address(int("@UDP@")), 16)
