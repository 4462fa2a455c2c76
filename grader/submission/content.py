"""A submission that was read, and the error that says why there is nothing to be graded."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SubmissionError(Exception):
    """There is no grade to give: nothing readable, no package, or several things of which none stands out.

    `reason` says what was found and what to do. It reads well after a colon, and may be shown to the student. The text
    of the exception is the reason, with the path before it if there is one.
    """

    def __init__(self, reason: str, path: Path | None = None) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.reason = reason


@dataclass(frozen=True)
class Submission:
    """The student's package: path in it ("nn/linear.py") -> bytes, and what was noticed while it was read."""

    name: str
    files: Mapping[str, bytes]
    notices: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """A hash of names and contents, in hexadecimal. The same files have the same one."""
        total = hashlib.sha256()
        for path, data in sorted(self.files.items()):
            total.update(f"{path}\0{len(data)}\0".encode())
            total.update(data)
        return total.hexdigest()

    @property
    def seed(self) -> int:
        """The seed of the checks' random inputs.

        Every submission has other inputs. They are the same when it is graded again.
        """
        return int(self.digest[:8], 16)
