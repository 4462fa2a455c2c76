"""File names with line breaks, colours and commands for a runner. Seen to fail: no report has them."""

import os

from harness.arena import write


def build(home, files, known):
    mark = known["MARK"]
    names = [
        f"a\n::error::{mark}.py",
        f"\x1b[2J\n{mark}.py",
        f"##[error]{mark}.py",
        "\u202e.py",
        "b\r\n.py",
        " .py",
        "-.py",
        "'.py",
    ]
    write(home, files | {f"framework/tiny/{name}": b"raise ValueError('@MARK@')" for name in names})
    os.mkdir(home / f"framework\n::error::{mark}")
    return home
