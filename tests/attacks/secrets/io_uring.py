"""Asks an io_uring to open and read the hidden tests, which no filter of `open` sees.

Seen to fail: the secret never comes back.
"""

import ctypes
import mmap
import os
import struct

libc = ctypes.CDLL(None)
PATH = ctypes.create_string_buffer(b"@HIDDEN_TEST@")
TEXT = ctypes.create_string_buffer(4000)


def _submit(ring, offsets, rings, entries, entry):
    tail_at, mask_at, array_at = offsets[1], offsets[2], offsets[6]
    [tail] = struct.unpack_from("I", rings, tail_at)
    [mask] = struct.unpack_from("I", rings, mask_at)
    entries[(tail & mask) * 64 : (tail & mask) * 64 + 64] = entry
    struct.pack_into("I", rings, array_at + 4 * (tail & mask), tail & mask)
    struct.pack_into("I", rings, tail_at, tail + 1)
    libc.syscall(426, ring, 1, 1, 1, None, 0)


class Wave:
    def __init__(self, k):
        parameters = ctypes.create_string_buffer(120)
        ring = libc.syscall(425, 4, parameters)
        if ring < 0:
            raise OSError
        offsets = struct.unpack_from("10I", parameters.raw, 40)
        completed = struct.unpack_from("10I", parameters.raw, 80)
        size = max(offsets[6] + 64, completed[5] + 16 * 8)
        rings, entries = mmap.mmap(ring, size, offset=0), mmap.mmap(ring, 256, offset=0x10000000)
        path, text = ctypes.addressof(PATH), ctypes.addressof(TEXT)
        _submit(ring, offsets, rings, entries, struct.pack("BBHiQQIIQ24x", 18, 0, 0, -100, 0, path, 0, 0, 1))
        [descriptor] = struct.unpack_from("i", rings, completed[5] + 8)
        _submit(ring, offsets, rings, entries, struct.pack("BBHiQQIIQ24x", 22, 0, 0, descriptor, 0, text, 3999, 0, 2))
        os.close(descriptor)
        raise ValueError(TEXT.value)
