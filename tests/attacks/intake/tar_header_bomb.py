"""A tar.gz archive whose member's long name is 4 GB of zeros, which a reader takes into memory.

Seen to fail: a result or a sentence.
"""

import gzip
import tarfile

REFUSED = True


def build(home, files, known):
    name = tarfile.TarInfo("././@LongLink")
    name.type, name.size = tarfile.GNUTYPE_LONGNAME, 3 << 30
    path = home / "work.tar.gz"
    path.write_bytes(gzip.compress(name.tobuf(tarfile.GNU_FORMAT)) + gzip.compress(bytes(64 << 20)) * 48)
    return path
