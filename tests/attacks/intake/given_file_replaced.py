"""Replaces given files: the package's `__init__.py` and that of 02. Seen to fail: no effect."""

from harness.arena import write

HOSTILE = b"import os\nos._exit(0)\n"


def build(home, files, known):
    names = ("__init__.py", "tiny/__init__.py", "more/__init__.py")
    write(home, files | {f"framework/{name}": HOSTILE for name in names})
    return home
