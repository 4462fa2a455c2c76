"""The file under test is a second name of the reference's file, made by somebody with access to the disk.

Seen to fail: no points for it.
"""

import os

from harness.arena import write


def build(home, files, known):
    write(home, {name: data for name, data in files.items() if not name.endswith("wave.py")})
    os.link(known["REFERENCE"], home / "framework/tiny/wave.py")
    return home
