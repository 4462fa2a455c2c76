"""Extended headers that are followed by extended headers, 20,000 of them: tarfile calls itself for each.

Seen to fail: a sentence.
"""

import tarfile

REFUSED = True


def build(home, files, known):
    path = home / "work.tar.gz"
    record = b"19 comment=nothing\n"
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, len(record)
    with tarfile.open(path, "w:gz") as archive:
        archive.fileobj.write((header.tobuf() + record.ljust(512, b"\0")) * 20_000)
    return path
