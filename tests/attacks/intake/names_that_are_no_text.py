"""File names that are bytes of no encoding. Seen to fail: the rest is graded."""

import os

from harness.arena import write


def build(home, files, known):
    write(home, files)
    folder = os.fsencode(home / "framework/tiny/")
    for name in (b"\xff\xfe.py", b"caf\xe9.py", b"\xed\xa0\x80.py"):
        with open(folder + name, "wb") as file:
            file.write(b"x = 1")
    os.mkdir(folder + b"\xff")
    with open(folder + b"\xff/a.py", "wb") as file:
        file.write(b"x = 1")
    return home
