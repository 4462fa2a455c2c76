"""A zip archive that is encrypted. Seen to fail: the rest is graded, or a sentence says why not."""

import zipfile

REFUSED = True


def build(home, files, known):
    path = home / "work.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        if b"wave.py" in data[at : at + 80]:
            data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    path.write_bytes(data)
    return path
