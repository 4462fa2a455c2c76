"""What an instructor decides about points: late work, limits on submissions, groups of checks.

These are pure functions from data to numbers. They run no code and read no clock.

rules     reads and validates policy.toml
timing    how late a submission is, and what that takes off
scoring   checks -> points
attempts  which submissions are graded, and which of them counts
"""

from grader.policy.attempts import Attempt, best, refusal, standing
from grader.policy.rules import Late, Points, Policy, PolicyError, Submissions, parse_policy, read_policy
from grader.policy.scoring import CheckPoints, Score, ceiling, score
from grader.policy.timing import Member, lateness, share_taken

__all__ = [
    "Attempt",
    "CheckPoints",
    "Late",
    "Member",
    "Points",
    "Policy",
    "PolicyError",
    "Score",
    "Submissions",
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
