"""Leaves files where everybody may write, for the next run. Seen to fail: no file appears."""

import contextlib
import os


class Wave:
    def __init__(self, k):
        for folder in ("/tmp", "/var/tmp", "/dev/shm"):
            with contextlib.suppress(OSError), open(os.path.join(folder, "@MARK@"), "w") as file:
                file.write("remember")
