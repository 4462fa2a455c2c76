"""Imports a hundred files of its own, each of which never ends: each import is tried for as long as it may take.

Seen to fail: in time.
"""

from harness.arena import write

SPOILS = True

FIRST = b"""
import importlib

for number in range(100):
    try:
        importlib.import_module(f"framework.tiny.end{number}")
    except ImportError:
        pass
"""


def build(home, files, known):
    endless = {f"framework/tiny/end{n}.py": b"while True:\n    pass\n" for n in range(100)}
    write(home, files | endless | {"framework/tiny/wave.py": FIRST})
    return home
