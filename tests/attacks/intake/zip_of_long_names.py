"""A zip archive whose table of contents takes more memory than there is, in names of 64 kB.

Seen to fail: a sentence, and no memory of the grader's.
"""

import struct

REFUSED = True
LINES = 3000


def build(home, files, known):
    name = "\N{SNAKE}".encode() + b"n" * 65_000
    line = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0x800, *(0,) * 6, len(name), *(0,) * 6) + name
    path = home / "work.zip"
    with path.open("wb") as file:
        for _ in range(LINES):
            file.write(line)
        file.write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, LINES, LINES, LINES * len(line), 0, 0))
    return path
