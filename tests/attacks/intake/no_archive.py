"""Something that is neither a folder nor an archive. Seen to fail: a sentence says so."""

REFUSED = True


def build(home, files, known):
    path = home / "work.zip"
    path.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 10)
    return path
