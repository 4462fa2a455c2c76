"""What the process that reads an archive says: one line of JSON, and behind it the bytes of the files.

It reads what a stranger made, but executes nothing of it, so what it says is its own. All the same it cannot say
anything but names, texts and bytes: nothing that is unpickled, and no more than `MOST` of it.
"""

import json
from typing import Any

from grader.submission import limits
from grader.submission.content import SubmissionError
from grader.submission.taking import Taken

MOST = limits.MAX_TOTAL + (1 << 20)  # bytes: all files, and a line of names and notices, which are few and short


def said(found: Taken) -> bytes:
    """The answer if there is a package."""
    head = {"files": {path: len(data) for path, data in found.files.items()}, "notices": found.notices}
    return b"".join([_line(head), *found.files.values()])


def said_instead(**what: str) -> bytes:
    """The answer if there is none: `reason`, if the archive is why; `fault`, if we are."""
    return _line(what)


def understood(answer: bytes) -> Taken:
    """What was said.

    Raises:
        SubmissionError: if there is no grade to give.
        RuntimeError: if we are at fault.
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
