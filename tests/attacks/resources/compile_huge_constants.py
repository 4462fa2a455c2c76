"""Sources whose constants are computed while they are compiled: powers, repeated texts, products.

Seen to fail: in time.
"""

from harness.arena import write

LINES = b"x = 2 ** 10 ** 9\ny = 'a' * 10 ** 10\nz = (1,) * 10 ** 10\nw = 1 << 10 ** 9\nv = b'x' * 4096 * 4096\n"


def build(home, files, known):
    folded = b"x = (" + b"((0,) * 255 * 1, " * 20 + b")" * 20 + b")\n"
    powers = b"".join(b"a%d = 7 ** 40 * 7 ** 40 << 100\n" % n for n in range(20_000))
    write(
        home,
        files
        | {"framework/tiny/wave.py": LINES, "framework/tiny/folded.py": folded, "framework/tiny/powers.py": powers},
    )
    return home
