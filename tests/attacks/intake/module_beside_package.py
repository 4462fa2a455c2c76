"""Files that would be imported in place of given ones: tiny.py beside tiny/, wave/__init__.py beside wave.py.

Seen to fail: no effect.
"""

from harness.arena import write

HOSTILE = b"raise SystemExit('in the place of a given file')"


def build(home, files, known):
    names = (
        "tiny.py",
        "more.py",
        "tiny/total/__init__.py",
        "more/double/__init__.py",
        "tiny.total.py",
        "more.double.py",
        "framework.py",
    )
    write(home, files | {f"framework/{name}": HOSTILE for name in names})
    return home
