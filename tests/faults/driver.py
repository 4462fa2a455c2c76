"""The command line, which here also writes the id of every check to standard output when its result is announced."""

import contextlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from grader.cli import main
from grader.commands import grade


@contextlib.contextmanager
def announcing():
    yield lambda result: os.write(1, f"{result.check.id}\n".encode())


grade.progress = announcing
grade.SECONDS_AFTER_DEADLINE = float(os.environ.get("GRACE", grade.SECONDS_AFTER_DEADLINE))
main()
