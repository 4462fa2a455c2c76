"""Reaches the hidden tests through other names: /proc/self/root, /proc/1/root, /proc/self/cwd.

Seen to fail: nothing comes back.
"""

import contextlib
import os


class Wave:
    def __init__(self, k):
        found = []
        for start in (
            "/proc/self/root",
            "/proc/thread-self/root",
            "/proc/@GRADER@/root",
            "/proc/@GRADER@/cwd",
            "/proc/1/root",
        ):
            with contextlib.suppress(OSError):
                descriptor = os.open(start, os.O_PATH)
                inner = os.open("@HIDDEN_TEST@".lstrip("/"), os.O_RDONLY, dir_fd=descriptor)
                found.append(os.read(inner, 4000))
        raise ValueError(found)
