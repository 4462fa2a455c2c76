"""Packages in packages, each with another answer. Seen to fail: the outermost is graded."""

from harness.arena import write


def build(home, files, known):
    hostile = {f"framework/tiny/{name}": b"import os\nos._exit(0)\n" for name in files}
    tools = {f"framework/__MACOSX/{name}": b"raise SystemExit" for name in files}
    hidden = {f".git/{name}": b"raise SystemExit" for name in files}
    write(home, files | hostile | tools | hidden)
    return home
