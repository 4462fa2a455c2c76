"""A zip archive whose compressed data is damaged. Seen to fail: the rest is graded, or a sentence says why not."""

import zipfile

REFUSED = SPOILS = True


def build(home, files, known):
    path = home / "work.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            if not name.endswith("wave.py"):
                archive.writestr(name, data)
        archive.writestr("framework/tiny/wave.py", b"abcdefghij" * 5000, zipfile.ZIP_DEFLATED)
        start = archive.getinfo("framework/tiny/wave.py").header_offset
    data = bytearray(path.read_bytes())
    data[start + 60 : start + 90] = bytes(range(200, 230))
    path.write_bytes(data)
    return path
