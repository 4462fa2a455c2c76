"""Runs a shell command by os.system and os.popen. Seen to fail: no file appears."""

import os


class Wave:
    def __init__(self, k):
        os.system("echo > @OPEN@/system")
        os.popen("echo > @OPEN@/popen").read()
