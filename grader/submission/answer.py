"""The message of the process that reads an archive: one line of JSON, and after it the bytes of the files.

That process reads what a stranger made, but executes nothing of it. All the same, its message can contain nothing but
names, texts and bytes. It is never unpickled, and at most `MOST` bytes of it are read.
"""

import json
from typing import Any

from grader.submission import limits
from grader.submission.content import SubmissionError
from grader.submission.taking import Taken

MOST = limits.MAX_TOTAL + (1 << 20)  # bytes: all files, and a line of names and notices, which are few and short


def said(found: Taken) -> bytes:
    """The message if there is a package."""
    head = {"files": {path: len(data) for path, data in found.files.items()}, "notices": found.notices}
    return b"".join([_line(head), *found.files.values()])


def said_instead(**what: str) -> bytes:
    """The message if there is none: `reason`, if the archive is the cause; `fault`, if we are."""
    return _line(what)


def understood(answer: bytes) -> Taken:
    """What a message says.

    Raises:
        SubmissionError: if there is no grade to give.
        RuntimeError: if the grader is at fault.
    """
    line, _end, data = answer.partition(b"\n")
    head = json.loads(line)
    if "reason" in head:
        raise SubmissionError(head["reason"])
    if "fault" in head:
        raise RuntimeError(f"an archive could not be read by a fault of ours: {head['fault']}")
    files, start = {}, 0
    for path, size in head["files"].items():
        files[path] = data[start : start + size]
        start += size
    return Taken(files, tuple(head["notices"]))


def _line(head: dict[str, Any]) -> bytes:
    return json.dumps(head).encode() + b"\n"
