"""Folders in folders, three hundred deep. Seen to fail: the rest is graded."""

import os

from harness.arena import write


def build(home, files, known):
    write(home, files)
    here = os.getcwd()
    try:
        os.chdir(home / "framework")
        for _ in range(300):
            os.mkdir("a" * 20)
            os.chdir("a" * 20)
        with open("deep.py", "w") as file:
            file.write("x = 1")
    finally:
        os.chdir(here)
    return home
