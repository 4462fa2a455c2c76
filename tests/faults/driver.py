"""The command line, which here also writes the id of every check to standard output when its result is announced."""

import contextlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from grader.cli import main
from grader.commands import grade
from grader.commands.running import Progress
from grader.result import CheckResult


class Announcing(Progress):
    """Writes to standard output, and shows nothing on a terminal."""

    def __call__(self, result: CheckResult) -> None:
        os.write(1, f"{result.check.id}\n".encode())


@contextlib.contextmanager
def announcing():
    yield Announcing(lambda _text: None)


grade.progress = announcing
grade.SECONDS_AFTER_DEADLINE = float(os.environ.get("GRACE", grade.SECONDS_AFTER_DEADLINE))
main()
