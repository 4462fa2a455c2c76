"""A zip archive of sixty thousand empty files. Seen to fail: the rest is graded, in time."""

import zipfile


def build(home, files, known):
    path = home / "work.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        for number in range(60_000):
            archive.writestr(f"framework/tiny/{number:05}.txt", b"")
    return path
