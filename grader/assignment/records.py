"""What audits found, kept in a file beside each assignment: the latest result of each law, and of which state it is."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from grader.assignment.fingerprints import HANDOUT, fingerprint_of
from grader.assignment.folder import AUDITED, NOT_FOR_GRADING, Assignment, AssignmentError


@dataclass(frozen=True)
class Record:
    """What was found of one law, on which day. `state` is a hash of the assignment at that time, see `state_of`."""

    evidence: str
    holds: bool
    day: str
    state: str


def records_of(assignment: Assignment) -> dict[int, Record]:
    """The latest result of each law; nothing if no audit was kept.

    Raises:
        AssignmentError: if the file is not one that an audit wrote.
    """
    file = file_of(assignment)
    if not file.exists():
        return {}
    try:
        return {int(law): Record(**record) for law, record in json.loads(file.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise AssignmentError(file, f"no audit wrote this file; remove it, and audit again ({error})") from error


def with_findings(assignment: Assignment, found: Mapping[int, tuple[str, bool]]) -> str:
    """The text of the file, with what was found of some laws today: an evidence, and whether the law holds."""
    day, state = date.today().isoformat(), state_of(assignment)
    records = records_of(assignment) | {law: Record(*result, day, state) for law, result in found.items()}
    text = json.dumps({str(law): asdict(records[law]) for law in sorted(records)}, indent=2, ensure_ascii=False)
    return f"{text}\n"


def state_of(assignment: Assignment) -> str:
    """A hash of all that is the assignment's own and that an audit looks at."""
    return fingerprint_of(assignment.folder, (HANDOUT, *NOT_FOR_GRADING))[:16]


def file_of(assignment: Assignment) -> Path:
    """Where they are kept."""
    return assignment.folder / AUDITED
