"""Reads from address zero. Seen to fail: the other checks have their results."""

import ctypes


class Wave:
    def __init__(self, k):
        ctypes.string_at(0)
