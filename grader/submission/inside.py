"""The process that reads one archive. It has limits of time and memory, and is killed with the process that started it.

The kernel enforces both limits, because a single call of `tarfile` can go on for hours and cannot be interrupted.
"""

import io
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO

from grader.submission import limits
from grader.submission.answer import said, said_instead
from grader.submission.archive import UNREADABLE, archive_entries
from grader.submission.content import SubmissionError
from grader.submission.entries import Entry
from grader.submission.kinds import ADVICE
from grader.submission.taking import Taken, taken
from grader.submission.words import printable

MOST_LEVELS = 2  # levels of nesting: an archive, and one in it
TOO_LARGE = f"it takes more than {limits.MEMORY >> 20} MiB of memory to be read. {ADVICE}"


def main() -> None:
    """Read the archive that is the standard input, and write the message about it."""
    job = json.loads(sys.argv[1])
    confine(job["parent"], job["seconds"])
    with open(0, "rb", closefd=False) as file:
        answer = answered(file, job["name"], job["expected"], job["levels"])
    with open(1, "wb", closefd=False) as out:
        out.write(answer)


def confine(parent: int, seconds: int) -> None:
    """Have the kernel end this process with its parent, and after its time, on systems that can do so."""
    if sys.platform == "linux":
        from grader.isolation.walls.identity import die_with

        die_with(parent)
    with suppress(ImportError):
        import resource

        for kind, limit in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_AS, limits.MEMORY),
        ):
            with suppress(ValueError, OSError):  # a lower limit is already set, or this system has no such limit
                resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))


def answered(file: BinaryIO, name: str, expected: Sequence[str], levels: int) -> bytes:
    """The message, whatever the file contains."""
    too_large = said_instead(reason=TOO_LARGE)  # made now, as later there may be no memory for it
    try:
        return said(unpacked(file, name, expected, levels))
    except SubmissionError as error:
        return said_instead(reason=error.reason)
    except MemoryError:
        return too_large
    except Exception:
        import traceback  # seldom needed

        return said_instead(fault=traceback.format_exc()[-2000:])


def unpacked(file: BinaryIO, name: str, expected: Sequence[str], levels: int = MOST_LEVELS) -> Taken:
    """The package in an archive, or in the only archive in that one, down to `levels` levels.

    Raises:
        SubmissionError: if there is no grade to give.
    """

    def inner(entry: Entry) -> Taken:
        if levels == 1:
            raise SubmissionError(f"it is not opened, as it lies two levels down. {ADVICE}")
        return unpacked(io.BytesIO(_whole(entry)), entry.path.name, expected, levels - 1)

    try:
        with archive_entries(file, name) as entries:
            return taken(entries, expected, inner)
    except UNREADABLE as error:
        raise SubmissionError(f"it cannot be read: {printable(str(error))}") from error


def _whole(entry: Entry) -> bytearray:
    """The bytes of an archive in an archive."""
    whole = bytearray()
    with entry.open() as file:
        while piece := file.read(limits.MAX_BYTES):
            whole += piece
            if len(whole) > limits.MAX_INNER:
                raise SubmissionError(f"it is larger than {limits.MAX_INNER >> 20} MiB. {ADVICE}")
    return whole


if __name__ == "__main__":
    main()
