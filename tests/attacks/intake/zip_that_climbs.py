"""A zip archive whose entries climb out of it. Seen to fail: no file appears, and the rest is graded."""

import zipfile


def build(home, files, known):
    path = home / "work.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        for name in (
            "../open/a.py",
            "../../open/a.py",
            known["OPEN"] + "/b.py",
            "framework/../../open/c.py",
            "framework\\..\\..\\open\\d.py",
        ):
            archive.writestr(name, b"x = 1")
    return path
