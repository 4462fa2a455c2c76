"""A tar archive whose members climb out of it or begin at the root.

Seen to fail: no file appears, and the rest is graded.
"""

import io
import tarfile


def build(home, files, known):
    path = home / "work.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        climbing = {"../open/a.py": b"x", known["OPEN"] + "/b.py": b"x", "framework/../../open/c.py": b"x"}
        for name, data in (files | climbing).items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path
