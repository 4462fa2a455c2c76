"""Becomes another program, which keeps the connection. Seen to fail: no file appears."""

import os


class Wave:
    def __init__(self, k):
        os.execv("/bin/sh", ["sh", "-c", "echo > @OPEN@/executed"])
