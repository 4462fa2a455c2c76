"""What a result was made from, as one key. A result may be used again if a new grading would have the same key."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.assignment import Assignment, Course
    from grader.submission import Submission


@dataclass(frozen=True)
class Provenance:
    """Everything that the reports of one submission depend on, as text. Without `seed`, the submission's own is used.

    The fields are in the order in which they explain best why two results differ.
    """

    assignments: str
    seed: str
    reports: str  # formats, and their audience
    walls: str
    submission: str
    course: str
    grader: str
    machine: str

    def of(self, submission: "Submission") -> "Provenance":
        """The same for another submission: its files, and what was noticed while they were read."""
        noticed = hashlib.sha256("\0".join((submission.digest, *submission.notices)).encode("utf-8", "surrogatepass"))
        return replace(self, submission=noticed.hexdigest())

    def differs_in(self, other: "Provenance") -> str:
        """The name of the first field in which they differ, or ""."""
        return next((f.name for f in fields(self) if getattr(self, f.name) != getattr(other, f.name)), "")

    def to_text(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "Provenance | None":
        """The inverse of `to_text`; None if the text is something else, as other versions may have other fields."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            return None


def provenance(
    course: "Course", assignments: "tuple[Assignment, ...]", *, seed: int | None, reports: str, unconfined: bool
) -> Provenance:
    """The provenance of any submission's grading. Only the facts of the submission itself are still missing.

    Raises:
        AssignmentError: if a file of the course cannot be read.
    """
    from grader.assignment.fingerprints import (  # here, as comparing needs neither NumPy nor pytest
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
