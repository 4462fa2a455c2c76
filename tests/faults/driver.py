"""The command line as it is, which in addition says the id of every check on standard output as soon as its result is announced.

`GRACE` in the environment shortens the seconds that are left after the deadline.
"""

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
