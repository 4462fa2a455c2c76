"""Starts a program with posix_spawn. Seen to fail: no file appears."""

import os


class Wave:
    def __init__(self, k):
        os.posix_spawn("/bin/sh", ["sh", "-c", "echo > @OPEN@/spawned; sleep 3"], {})
