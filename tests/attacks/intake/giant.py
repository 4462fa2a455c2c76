"""A file of 10 GB without content. Seen to fail: the rest is graded, in time."""

from harness.arena import write


def build(home, files, known):
    write(home, files)
    with open(home / "framework/tiny/wave.py", "r+") as file:
        file.truncate(10 << 30)
    return home
