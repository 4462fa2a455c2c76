"""A source of as many names, lines and nested functions as fit. Seen to fail: the rest is graded, in time."""

from harness.arena import write


def build(home, files, known):
    nested = b"".join(b" " * n + b"def f%d():\n" % n for n in range(95)) + b" " * 95 + b"pass\n"
    names = b"x = [" + b",".join(b"n%d" % n for n in range(100_000)) + b"]\n"
    loops = b"".join(b" " * n + b"for a in b:\n" for n in range(19)) + b" " * 19 + b"c\n"
    matches = b"match x:\n" + b"".join(
        b" case " + b"|".join(b"[%d, *_]" % m for m in range(50)) + b": pass\n" for _ in range(400)
    )
    sources = {"wave": nested, "names": names, "loops": loops * 2000, "matches": matches}
    write(home, files | {f"framework/tiny/{name}.py": text for name, text in sources.items()})
    return home
