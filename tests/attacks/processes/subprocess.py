"""Starts a program. Seen to fail: no process is left, no file appears."""

import subprocess
import sys


class Wave:
    def __init__(self, k):
        subprocess.Popen([sys.executable, "-c", "open('@OPEN@/a', 'w'); import time; time.sleep(3)"])
        subprocess.Popen("sleep 3", shell=True)
