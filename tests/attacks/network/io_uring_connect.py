"""Asks an io_uring to make a socket and connect it. Seen to fail: nobody knocks at the canary."""

import ctypes
import mmap
import struct

libc = ctypes.CDLL(None)
ADDRESS = ctypes.create_string_buffer(
    struct.pack("=H", 2)
    + struct.pack(">H", int("@TCP@" if "@TCP@".isdigit() else 1))
    + bytes([127, 0, 0, 1])
    + bytes(8)
)


def _submit(ring, offsets, rings, entries, entry):
    [tail] = struct.unpack_from("I", rings, offsets[1])
    [mask] = struct.unpack_from("I", rings, offsets[2])
    entries[(tail & mask) * 64 : (tail & mask) * 64 + 64] = entry
    struct.pack_into("I", rings, offsets[6] + 4 * (tail & mask), tail & mask)
    struct.pack_into("I", rings, offsets[1], tail + 1)
    libc.syscall(426, ring, 1, 1, 1, None, 0)


class Wave:
    def __init__(self, k):
        parameters = ctypes.create_string_buffer(120)
        ring = libc.syscall(425, 4, parameters)
        if ring < 0:
            raise OSError
        offsets, completed = (
            struct.unpack_from("10I", parameters.raw, 40),
            struct.unpack_from("10I", parameters.raw, 80),
        )
        size = max(offsets[6] + 64, completed[5] + 16 * 8)
        rings, entries = mmap.mmap(ring, size, offset=0), mmap.mmap(ring, 256, offset=0x10000000)
        _submit(ring, offsets, rings, entries, struct.pack("BBHiQQIIQ24x", 45, 0, 0, 2, 1, 0, 0, 0, 1))  # socket
        [made] = struct.unpack_from("i", rings, completed[5] + 8)
        address = ctypes.addressof(ADDRESS)
        _submit(
            ring, offsets, rings, entries, struct.pack("BBHiQQIIQ24x", 16, 0, 0, made, 16, address, 0, 0, 2)
        )  # connect
