"""What a path holds, told from names, sizes and times of its files; and why a result is not what it would be now."""

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from grader.provenance import Provenance
from grader.submission.entries import is_searched

MOST_FILES = 100_000  # of a submission whose signature is worth its time
# Why a result is stale, by the first field in which its provenance differs from that of a grading now.
WITH = {
    "assignments": "for other assignments",
    "seed": "with another seed",
    "walls": "with another answer to whether student code has to be confined",
    "submission": "from other files",
    "checks": "with other checks",
    "reference": "with another reference",
    "grader": "by another version of the grader",
    "machine": "with another Python, NumPy or pytest",
}
AGAIN = "and --again asks for all"
WITHHELD = "with points withheld"


def signature(path: Path) -> str:
    """A hash of what lies there, without reading it; "" if it cannot be told.

    It has the time of the last change of each file's state, which no program can set.
    """
    try:
        facts = os.stat(path)
        found = [_line("", facts), *(_files(str(path)) if stat.S_ISDIR(facts.st_mode) else ())]
    except (OSError, _TooManyError):
        return ""
    return hashlib.sha256("\n".join(sorted(found)).encode(errors="surrogateescape")).hexdigest()


class _TooManyError(Exception):
    pass


def _files(folder: str) -> list[str]:
    """A line for everything below a folder. Links in it are not followed, as they are left out of a submission."""
    found: list[str] = []
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if is_searched(entry.name):
                    facts = entry.stat(follow_symlinks=False)
                    found.append(_line(entry.path, facts))
                    if stat.S_ISDIR(facts.st_mode):
                        waiting.append(entry.path)
        if len(found) > MOST_FILES:
            raise _TooManyError
    return found


def _line(path: str, facts: os.stat_result) -> str:
    times = f"{facts.st_mtime_ns} {facts.st_ctime_ns}"
    return f"{path}\0{facts.st_mode} {facts.st_size} {times} {facts.st_ino}"


def why_stale(before: Provenance, now: Provenance) -> str:
    """Why a result that was made from `before` is none that would be made from `now`."""
    return WITH[next(iter(before.differences(now)), "submission")]


def told(reasons: Mapping[str, str]) -> list[str]:
    """A sentence about results that are stale, by the name of the submission; none if there are none."""
    if not reasons:
        return []
    each = ", ".join(f"{count} graded before {why}" for why, count in Counter(reasons.values()).most_common())
    return [f"{len(reasons)} stale: {each}"]
