"""What a result was made from, as one key. A result may be used again if a new grading would have the same key."""

import hashlib
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.assignment import Assignment, Course
    from grader.submission import Submission

# Parts of the grader that only show results, or send them elsewhere, or ask for gradings. None can change a result.
NOT_TAKING_PART = ("audit", "cli.py", "cohort", "commands", "figures", "gradescope", "recordings", "release", "suite")


@dataclass(frozen=True)
class Provenance:
    """Everything that the result of one submission depends on, as text. Without `seed`, the submission's own is used.

    `walls` says whether student code had to be confined, `machine` names the Python, NumPy and pytest below. The others
    are digests. The fields are in the order in which they explain best why two results differ.
    """

    assignments: str
    seed: str
    walls: str
    submission: str
    checks: str
    reference: str
    grader: str
    machine: str

    def of(self, submission: str) -> "Provenance":
        """The same for the submission with this digest, see `digest_of`."""
        return replace(self, submission=submission)

    @cached_property
    def key(self) -> str:
        """A hash of all fields, in hexadecimal."""
        return hashlib.sha256("\0".join(getattr(self, f.name) for f in fields(self)).encode()).hexdigest()

    def differences(self, other: "Provenance") -> tuple[str, ...]:
        """The names of the fields in which they differ."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) != getattr(other, f.name))


def digest_of(submission: "Submission") -> str:
    """A hash of a submission's files, and of what was noticed while they were read."""
    noticed = "\0".join((submission.digest, *submission.notices))
    return hashlib.sha256(noticed.encode("utf-8", "surrogatepass")).hexdigest()


def provenance(
    course: "Course", assignments: "tuple[Assignment, ...]", *, seed: int | None, unconfined: bool
) -> Provenance:
    """The provenance of any submission's grading. Only the facts of the submission itself are still missing.

    Raises:
        AssignmentError: if a file of the course cannot be read.
    """
    from grader.assignment.fingerprints import (  # here, as comparing needs neither NumPy nor pytest
        fingerprint_of_checks,
        fingerprint_of_grader,
        fingerprint_of_reference,
        machine,
    )

    return Provenance(
        assignments=", ".join(a.number for a in assignments),
        seed="" if seed is None else str(seed),
        walls="need not hold" if unconfined else "hold",
        submission="",
        checks=fingerprint_of_checks(assignments),
        reference=fingerprint_of_reference(course),
        grader=fingerprint_of_grader(NOT_TAKING_PART),
        machine=machine(),
    )
