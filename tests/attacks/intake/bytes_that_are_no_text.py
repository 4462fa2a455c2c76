"""Sources with NUL bytes, half characters, byte order marks and no encoding at all.

Seen to fail: the rest is graded.
"""

from harness.arena import write

BYTES = (
    b"x = 1\0\n",
    b"x = '\xff'\n",
    b"\xef\xbb\xbf\xef\xbb\xbfx = 1",
    b"\xed\xa0\x80 = 1",
    b"\x0c\x1a\x04",
    b"\r\rx=1\r",
    bytes(range(256)),
)


def build(home, files, known):
    write(
        home,
        files
        | {f"framework/tiny/b{n}.py": data for n, data in enumerate(BYTES)}
        | {"framework/tiny/wave.py": b"\0" * 1000},
    )
    return home
