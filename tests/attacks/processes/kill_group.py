"""Kills its process group, in each way of naming it. Seen to fail: everybody is as well as before."""

import contextlib
import os
import signal


class Wave:
    def __init__(self, k):
        for group in (os.getppid(), int("@GRADER@"), int("@SIBLING@")):
            with contextlib.suppress(OSError):
                os.killpg(group, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.kill(0, signal.SIGKILL)
