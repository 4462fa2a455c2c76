"""Stops others instead of killing them. Seen to fail: all are as well as before."""

import contextlib
import os
import signal


class Wave:
    def __init__(self, k):
        for pid in ("@WORKER@", "@FORKSERVER@", "@SIBLING@"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(pid), signal.SIGSTOP)
