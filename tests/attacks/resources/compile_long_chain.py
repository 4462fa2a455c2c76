"""A source of one expression with three hundred thousand terms. Seen to fail: the rest is graded, in time."""

from harness.arena import write


def build(home, files, known):
    write(home, files | {"framework/tiny/wave.py": b"x = " + b"1+" * 300_000 + b"1"})
    return home
