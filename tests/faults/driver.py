"""The command line as it is, which in addition says the id of every check on standard output as soon as its result is announced.

`GRACE` in the environment shortens the seconds that are left after the deadline.
"""

import contextlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from grader import commands
from grader.cli import main


@contextlib.contextmanager
def announcing():
    yield lambda result: os.write(1, f"{result.check.id}\n".encode())


commands._progress = announcing
commands.SECONDS_AFTER_DEADLINE = float(os.environ.get("GRACE", commands.SECONDS_AFTER_DEADLINE))
main()
