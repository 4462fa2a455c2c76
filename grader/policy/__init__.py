"""What an instructor decides about points: late work, limits on submissions, groups of checks.

These are pure functions from data to numbers. They run no code and read no clock.

rules     reads and validates policy.toml
timing    how late a submission is, and what that takes off
scoring   checks -> points
attempts  which submissions are graded, and which of them counts
"""

from grader.policy.attempts import Attempt, best, refusal, standing
from grader.policy.rules import (
    Early,
    Late,
    Points,
    Policy,
    PolicyError,
    Step,
    Submissions,
    Term,
    parse_policy,
    read_policy,
)
from grader.policy.scoring import CheckPoints, Score, ceiling, score
from grader.policy.timing import Member, after_due, lateness, share_taken

__all__ = [
    "Attempt",
    "CheckPoints",
    "Early",
    "Late",
    "Member",
    "Points",
    "Policy",
    "PolicyError",
    "Score",
    "Step",
    "Submissions",
    "Term",
    "after_due",
    "best",
    "ceiling",
    "lateness",
    "parse_policy",
    "read_policy",
    "refusal",
    "score",
    "share_taken",
    "standing",
]
