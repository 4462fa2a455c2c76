"""Becomes root again in every way there is, and says so in a file. Seen to fail: no file appears."""

import contextlib
import os


class Wave:
    def __init__(self, k):
        for change in (
            lambda: os.setuid(0),
            lambda: os.seteuid(0),
            lambda: os.setresuid(0, 0, 0),
            lambda: os.setreuid(0, 0),
        ):
            with contextlib.suppress(OSError):
                change()
        if 0 in os.getresuid():
            with open("@OPEN@/root", "w") as file:
                file.write(repr(os.getresuid()))
