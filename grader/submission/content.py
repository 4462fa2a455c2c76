"""What a submission is once it was read, and what is said where there is nothing to be graded."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SubmissionError(Exception):
    """There is no grade to give: nothing readable, nothing that is a package, or several things of which one would have
    to be chosen.

    `reason` says what was found and what to do. It is fit to stand behind a colon, and to be shown to the student.
    The text of the exception has the path before it, where one is given.
    """

    def __init__(self, reason: str, path: Path | None = None) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.reason = reason


@dataclass(frozen=True)
class Submission:
    """The student's package: path in it ("nn/linear.py") -> bytes, and what was noticed while reading it."""

    name: str
    files: Mapping[str, bytes]
    notices: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """A fingerprint of names and contents, in hexadecimal; the same for the same files."""
        total = hashlib.sha256()
        for path, data in sorted(self.files.items()):
            total.update(f"{path}\0{len(data)}\0".encode())
            total.update(data)
        return total.hexdigest()

    @property
    def seed(self) -> int:
        """What the checks' random inputs are drawn from: other inputs for every submission, the same when graded again."""
        return int(self.digest[:8], 16)
