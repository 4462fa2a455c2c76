"""What a result was made from, as one key: it may stand for a grading only if that would have the same key."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.assignment import Assignment, Course
    from grader.submission import Submission


@dataclass(frozen=True)
class Provenance:
    """Everything that the reports of one submission depend on, as text; without `seed`, it is the submission's own.

    The first field in which two differ says best why one result does not stand for the other.
    """

    assignments: str
    seed: str
    reports: str  # formats, and whom they are for
    walls: str
    submission: str
    course: str
    grader: str
    machine: str

    def of(self, submission: "Submission") -> "Provenance":
        """The same for another submission: for its files, and what was noticed while they were read."""
        noticed = hashlib.sha256("\0".join((submission.digest, *submission.notices)).encode("utf-8", "surrogatepass"))
        return replace(self, submission=noticed.hexdigest())

    def differs_in(self, other: "Provenance") -> str:
        """The name of the first field in which they differ, or ""."""
        return next((f.name for f in fields(self) if getattr(self, f.name) != getattr(other, f.name)), "")

    def to_text(self) -> str:
        """As one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "Provenance | None":
        """What `to_text` made; None if it is nothing of the kind, as another version may have noted others."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            return None


def provenance(
    course: "Course", assignments: "tuple[Assignment, ...]", *, seed: int | None, reports: str, unconfined: bool
) -> Provenance:
    """What gradings of any submission, which is still to be named, are made from.

    Raises:
        AssignmentError: if a file of the course cannot be read.
    """
    from grader.assignment.fingerprints import (  # who only compares needs neither NumPy nor pytest
        fingerprint_of_course,
        fingerprint_of_grader,
        machine,
    )

    return Provenance(
        assignments=", ".join(a.number for a in assignments),
        seed="" if seed is None else str(seed),
        reports=reports,
        walls="need not hold" if unconfined else "hold",
        submission="",
        course=fingerprint_of_course(course, assignments),
        grader=fingerprint_of_grader(),
        machine=machine(),
    )
