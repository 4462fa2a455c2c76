"""A tar archive with a link out of it, and files that are written through it.

Seen to fail: no file appears, and the rest is graded.
"""

import io
import tarfile


def build(home, files, known):
    path = home / "work.tar"
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo("framework/out")
        link.type, link.linkname = tarfile.SYMTYPE, known["OPEN"]
        archive.addfile(link)
        member = tarfile.TarInfo("framework/out/a.py")
        member.size = 1
        archive.addfile(member, io.BytesIO(b"x"))
    return path
