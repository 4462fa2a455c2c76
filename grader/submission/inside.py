"""The process that reads one archive, and ends: limited in time and memory, and killed with whoever started it.

Both limits are the kernel's, as a single call of `tarfile` can go on for hours and hears nothing meanwhile.
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

MOST_LEVELS = 2  # an archive, and one in it
TOO_LARGE = f"it takes more than {limits.MEMORY >> 20} MiB of memory to be read. {ADVICE}"


def main() -> None:
    """Read the archive that is the standard input; say what is in it."""
    job = json.loads(sys.argv[1])
    confine(job["parent"], job["seconds"])
    with open(0, "rb", closefd=False) as file:
        answer = answered(file, job["name"], job["expected"], job["levels"])
    with open(1, "wb", closefd=False) as out:
        out.write(answer)


def confine(parent: int, seconds: int) -> None:
    """Let the kernel end this process with its parent, and after its time, as far as there is a kernel that does."""
    if sys.platform == "linux":
        from grader.isolation.identity import die_with

        die_with(parent)
    with suppress(ImportError):
        import resource

        for kind, limit in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_AS, limits.MEMORY),
        ):
            with suppress(ValueError, OSError):  # a lower one holds already, or this system has no such limit
                resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))


def answered(file: BinaryIO, name: str, expected: Sequence[str], levels: int) -> bytes:
    """The answer, whatever the file holds."""
    too_large = said_instead(reason=TOO_LARGE)  # made now, as there is no memory for it then
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
    """The package in an archive, or in the only archive in that, as long as there are levels left.

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
    """An archive in an archive."""
    whole = bytearray()
    with entry.open() as file:
        while piece := file.read(limits.MAX_BYTES):
            whole += piece
            if len(whole) > limits.MAX_INNER:
                raise SubmissionError(f"it is larger than {limits.MAX_INNER >> 20} MiB. {ADVICE}")
    return whole


if __name__ == "__main__":
    main()
