"""A folder in which the only archive is a link to one of another student's. Seen to fail: it is not followed."""

import zipfile

REFUSED = True


def build(home, files, known):
    other = home / "other student"
    other.mkdir()
    with zipfile.ZipFile(other / "framework.zip", "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    (home / "mine").mkdir()
    (home / "mine/framework.zip").symlink_to(other / "framework.zip")
    return home / "mine"
