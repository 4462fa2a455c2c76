"""A tar archive with Python files whose names, all letters, have almost a million characters.

Seen to fail: all else is graded.
"""

import io
import tarfile


def build(home, files, known):
    path = home / "work.tar"
    long = {f"framework/{letter * 900_000}.py": b"" for letter in "abcdefgh"}
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in {**files, **long}.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path
