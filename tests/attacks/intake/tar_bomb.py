"""A tar.gz archive of 4 MB that unpacks to 4 GB. Seen to fail: a result or a sentence, in time."""

import gzip
import io
import tarfile

REFUSED = True


def build(home, files, known):
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        giant = tarfile.TarInfo("framework/giant.bin")
        giant.size = 4 << 30
        start = plain.getvalue()[: archive.offset] + giant.tobuf(tarfile.GNU_FORMAT)
    zeros = gzip.compress(bytes(64 << 20))
    path = home / "work.tar.gz"
    path.write_bytes(gzip.compress(start) + zeros * 64)
    return path
