"""The trusted end of `inside`: it has an archive read by a process that can be killed.

A few bytes of an archive can cost hours or gigabytes. `tarfile` of Python 3.11 searches a header of 1 MB for a pattern
in quadratic time. `zipfile` makes an object for each line of a table of contents before anybody can count them. A
folder is only a list of names, and needs no such process.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Timer
from typing import BinaryIO

from grader.submission import limits
from grader.submission.answer import MOST, understood
from grader.submission.content import SubmissionError
from grader.submission.kinds import ADVICE
from grader.submission.taking import Taken

ROOT = Path(__file__).resolve().parents[2]
# The process uses no environment variables and no installed packages, as it needs only the standard library.
BOOT = "import sys; sys.path.append({root!r}); from grader.submission.inside import main; main()"
_OUT_OF_TIME = -signal.SIGXCPU if hasattr(signal, "SIGXCPU") else "nothing says so here"  # status
_NEEDED = ("SYSTEMROOT", "LD_LIBRARY_PATH")  # if these are set, Python may not start without them


def read_archive(file: BinaryIO, name: str, expected: Sequence[str], levels: int) -> Taken:
    """The package in an open archive. Archives in it are opened down to `levels` levels.

    Raises:
        SubmissionError: if there is no grade to give.
        RuntimeError: if the process ends in a way that is not the archive's fault.
    """
    job = json.dumps(
        {"parent": os.getpid(), "name": name, "expected": list(expected), "levels": levels, "seconds": limits.SECONDS}
    )
    command = [sys.executable, "-I", "-S", "-B", "-c", BOOT.format(root=str(ROOT)), job]
    try:
        process = subprocess.Popen(
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
        )
    except OSError as error:
        raise RuntimeError(f"the process that reads archives does not start: {error}") from error
    return _answer(process)


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _NEEDED if name in os.environ}


def _answer(process: subprocess.Popen[bytes]) -> Taken:
    """What the process says before its time is over."""
    killed: list[bool] = []
    watch = Timer(limits.SECONDS_IN_ALL, lambda: (killed.append(True), process.kill()))
    watch.daemon = True
    with process:
        watch.start()
        try:
            answer = process.stdout.read(MOST)
            status = process.wait() if len(answer) < MOST else None
        finally:  # this includes Ctrl-C
            watch.cancel()
            process.kill()
    if killed or status == _OUT_OF_TIME:
        raise SubmissionError(f"it takes more than {limits.SECONDS} s to be read. {ADVICE}")
    if status != 0:
        raise RuntimeError(f"the process that reads archives ended with status {status}")
    return understood(answer)
