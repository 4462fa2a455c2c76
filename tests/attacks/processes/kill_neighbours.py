"""Kills another student's worker, the process that starts workers, and a bystander.

Seen to fail: all are as well as before.
"""

import contextlib
import os
import signal


class Wave:
    def __init__(self, k):
        for pid in ("@WORKER@", "@FORKSERVER@", "@SIBLING@"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(pid), signal.SIGKILL)
