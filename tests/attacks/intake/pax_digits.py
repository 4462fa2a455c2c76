"""A tar.gz archive of a kilobyte: its header of 1 MB of digits keeps Python 3.11's tarfile busy for hours.

Seen to fail: a sentence, in time.
"""

import io
import tarfile

REFUSED = True


def build(home, files, known):
    path = home / "work.tar.gz"
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 1_000_000
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(header, io.BytesIO(b"1" * header.size))
    return path
