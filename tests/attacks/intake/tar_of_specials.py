"""A tar archive with devices, pipes, and hard and symbolic links to the hidden tests.

Seen to fail: nothing comes back.
"""

import io
import tarfile


def build(home, files, known):
    path = home / "work.tar"
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            if not name.endswith("wave.py"):
                member = tarfile.TarInfo(name)
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo("framework/tiny/wave.py")
        link.type, link.linkname = tarfile.SYMTYPE, known["ORDINARY_TEST"]
        archive.addfile(link)
        for number, kind in enumerate((tarfile.FIFOTYPE, tarfile.LNKTYPE)):
            member = tarfile.TarInfo(f"framework/tiny/special{number}.py")
            member.type, member.linkname = kind, known["HIDDEN_TEST"].lstrip("/")
            if kind == tarfile.FIFOTYPE:
                archive.addfile(member)
    return path
