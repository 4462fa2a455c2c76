"""A tar archive with sizes that are negative, too large, or no numbers. Seen to fail: a result or a sentence."""

import io
import tarfile

REFUSED = True


def build(home, files, known):
    path = home / "work.tar"
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        for number, size in enumerate(("-5", str(10**30), "nan", "")):
            member = tarfile.TarInfo(f"framework/odd{number}.py")
            member.pax_headers = {"size": size, "mtime": size, "path": f"framework/odd{number}.py\0x"}
            archive.addfile(member)
    return path
