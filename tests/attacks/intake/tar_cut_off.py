"""A tar.gz archive that ends in the middle. Seen to fail: a result or a sentence."""

import io
import os
import tarfile

REFUSED = SPOILS = True


def build(home, files, known):
    path = home / "work.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, data in (files | {"framework/noise.py": os.urandom(50_000)}).items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    path.write_bytes(path.read_bytes()[:20_000])
    return path
