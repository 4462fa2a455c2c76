"""What an audit finds, as data."""

from dataclasses import dataclass

from grader.result import CheckResult


@dataclass(frozen=True)
class Finding:
    """One law and one assignment: what was run, and every way in which the law was broken."""

    assignment: str
    law: str
    evidence: str
    violations: tuple[str, ...]


def described(result: CheckResult) -> str:
    """One check's result in a line."""
    return f"{result.check.id}: {result.outcome}: {result.message[:300]}"
