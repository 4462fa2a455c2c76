"""A zip archive that asks for a dictionary of 4 GB to unpack a few bytes, and is damaged.

Seen to fail: a result or a sentence.
"""

import zipfile

REFUSED = SPOILS = True


def build(home, files, known):
    path = home / "work.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            kind = zipfile.ZIP_LZMA if name.endswith("wave.py") else zipfile.ZIP_STORED
            archive.writestr(name, data * 50 if name.endswith("wave.py") else data, kind)
        start = archive.getinfo("framework/tiny/wave.py").header_offset + 30 + len("framework/tiny/wave.py")
    data = bytearray(path.read_bytes())
    data[start + 5 : start + 9] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    return path
