"""Sources that claim encodings which decode to other code, or to none: utf-7, rot13, unicode_escape, utf-16, idna.

Seen to fail: no effect.
"""

from harness.arena import write

CODES = (
    "utf-7",
    "rot13",
    "unicode_escape",
    "utf-16",
    "idna",
    "zlib",
    "undefined",
    "mbcs",
    "punycode",
    "hex",
    "cp65001",
    "a" * 5000,
)


def build(home, files, known):
    sources = {f"framework/tiny/e{n}.py": f"# coding: {code}\nx = 1\n".encode() for n, code in enumerate(CODES)}
    escape = b"# coding: unicode_escape\n\\u000aimport os\\u000aos._exit(0)\n"
    write(home, files | sources | {"framework/tiny/wave.py": escape, "framework/tiny/u16.py": "x = 1".encode("utf-16")})
    return home
