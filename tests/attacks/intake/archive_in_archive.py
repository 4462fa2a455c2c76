"""A file that is a zip and a Python source at once. Seen to fail: the rest is graded."""

import io
import zipfile

from harness.arena import write


def build(home, files, known):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("__main__.py", f"open({known['OPEN'] + '/main'!r}, 'w')")
    write(
        home,
        files | {"framework/tiny/wave.py": b"x = 1\n" + packed.getvalue(), "framework/inner.py": packed.getvalue()},
    )
    return home
