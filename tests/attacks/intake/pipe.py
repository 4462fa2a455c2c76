"""A file is a pipe that nobody writes to. Seen to fail: the rest is graded, in time."""

import os

from harness.arena import write


def build(home, files, known):
    write(home, {name: data for name, data in files.items() if not name.endswith("wave.py")})
    os.mkfifo(home / "framework/tiny/wave.py", 0o666)
    return home
