"""A source of half a million minus signs, nots and lambdas before one number.

Seen to fail: the rest is graded, in time.
"""

from harness.arena import write


def build(home, files, known):
    sources = {
        "wave": b"x = " + b"-" * 500_000 + b"1",
        "a": b"x = " + b"not " * 100_000 + b"1",
        "b": b"x = " + b"lambda:" * 100_000 + b"1",
    }
    write(home, files | {f"framework/tiny/{name}.py": text for name, text in sources.items()})
    return home
