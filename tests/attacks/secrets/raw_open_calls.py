"""Every system call that opens a path: open, openat, openat2, creat, name_to_handle_at.

Seen to fail: the secret never comes back.
"""

import ctypes
import os

libc = ctypes.CDLL(None)
PATH = b"@HIDDEN_TEST@"


class Wave:
    def __init__(self, k):
        how = (ctypes.c_uint64 * 3)(0, 0, 0)
        handle = ctypes.create_string_buffer(bytes([128, 0, 0, 0]) + bytes(200))
        mount = ctypes.c_int()
        found = [
            libc.syscall(2, PATH, 0, 0),
            libc.syscall(257, -100, PATH, 0, 0),
            libc.syscall(437, -100, PATH, how, 24),
        ]
        libc.syscall(303, -100, PATH, handle, ctypes.byref(mount), 0)
        root = libc.syscall(257, -100, b"/", 0, 0)
        found.append(libc.syscall(304, root, handle, 0))
        raise ValueError([os.read(d, 4000) for d in found if d >= 0])
