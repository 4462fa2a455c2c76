"""A zip archive of files that unpack to 2 GB each. Seen to fail: the rest is graded, in time."""

import zipfile


def build(home, files, known):
    path = home / "work.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        with archive.open("framework/tiny/bomb.py", "w", force_zip64=True) as file:
            for _ in range(200):
                file.write(bytes(1 << 20))
    # The sizes in the directory lie: 10 bytes each.
    data = path.read_bytes()
    path.write_bytes(data.replace((200 << 20).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    return path
