"""What an audit finds, as data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One law and one assignment: what was run, and every way in which the law was broken.

    `notes` are worth reading but break nothing.
    """

    assignment: str
    law: int
    evidence: str
    violations: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
