"""A zip archive that has a file twice, one of them for the eyes of others.

Seen to fail: neither counts twice, all is graded.
"""

import warnings
import zipfile


def build(home, files, known):
    path = home / "work.zip"
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(2):
            for name, data in files.items():
                archive.writestr(name, data)
    return path
