"""The same header in an archive that lies in a folder in a zip archive, beside nothing.

Seen to fail: a sentence, in time.
"""

import io
import tarfile
import zipfile

REFUSED = True


def build(home, files, known):
    packed = io.BytesIO()
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XGLTYPE, 1_000_000
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.addfile(header, io.BytesIO(b"1" * header.size))
    with zipfile.ZipFile(home / "work.zip", "w") as archive:
        archive.writestr("ada/framework.tar.gz", packed.getvalue())
    return home / "work.zip"
