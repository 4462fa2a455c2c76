"""Reads its own environment, from Python and from the C library. Seen to fail: the secret never comes back."""

import ctypes
import os


class Wave:
    def __init__(self, k):
        getenv = ctypes.CDLL(None).getenv
        getenv.restype = ctypes.c_char_p
        raise ValueError(os.environ.get("COURSE_TOKEN"), getenv(b"COURSE_TOKEN"))
