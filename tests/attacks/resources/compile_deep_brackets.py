"""A source of a hundred thousand brackets. Seen to fail: the rest is graded, in time."""

from harness.arena import write


def build(home, files, known):
    write(home, files | {"framework/tiny/wave.py": b"x = " + b"(" * 100_000 + b")" * 100_000})
    return home
