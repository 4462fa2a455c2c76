"""Forks as often as it can, bounded. Seen to fail: no process is left."""

import contextlib
import os
import time


class Wave:
    def __init__(self, k):
        for _ in range(40):
            with contextlib.suppress(OSError):
                if os.fork() == 0:
                    time.sleep(3)
                    os._exit(0)
