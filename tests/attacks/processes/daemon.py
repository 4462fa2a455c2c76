"""Forks twice with a session of its own in between, as daemons do. Seen to fail: no process is left."""

import os
import time


class Wave:
    def __init__(self, k):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(5)
            os._exit(0)
