"""A zip archive that holds itself, again and again, sixty levels deep. Seen to fail: a sentence."""

import io
import zipfile

REFUSED = True


def build(home, files, known):
    data, name = b"", "framework/tiny/wave.py"
    for _ in range(60):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(name, data)
        data, name = packed.getvalue(), "framework.zip"
    (home / "framework.zip").write_bytes(data)
    return home
