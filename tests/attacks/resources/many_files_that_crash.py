"""Imports a hundred files of its own, each of which ends the process.

Seen to fail: every check has a result, in time.
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
    ends = {f"framework/tiny/end{n}.py": b"import os\nos._exit(3)\n" for n in range(100)}
    write(home, files | ends | {"framework/tiny/wave.py": FIRST})
    return home
