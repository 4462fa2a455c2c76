"""What a path holds, told from names, sizes and times of its files; and why a result is not what it would be now."""

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
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
    total = hashlib.sha256()
    try:
        for count, (name, facts) in enumerate(_files(str(path), "")):
            if count >= MOST_FILES:
                return ""
            numbers = (facts.st_mode, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)
            total.update(f"{name}\0{numbers}\0".encode(errors="surrogateescape"))
    except OSError:
        return ""
    return total.hexdigest()


def _files(path: str, name: str) -> Iterator[tuple[str, os.stat_result]]:
    """Everything below a path, by name. Links in it are not followed, as they are left out of a submission."""
    facts = os.lstat(path) if name else os.stat(path)
    yield name, facts
    if stat.S_ISDIR(facts.st_mode):
        for child in sorted(filter(is_searched, os.listdir(path))):
            yield from _files(os.path.join(path, child), f"{name}/{child}")


def why_stale(before: Provenance, now: Provenance) -> str:
    """Why a result that was made from `before` is none that would be made from `now`."""
    return WITH[next(iter(before.differences(now)), "submission")]


def told(reasons: Mapping[str, str]) -> list[str]:
    """A sentence about results that are stale, by the name of the submission; none if there are none."""
    if not reasons:
        return []
    each = ", ".join(f"{count} graded before {why}" for why, count in Counter(reasons.values()).most_common())
    return [f"{len(reasons)} stale: {each}"]
