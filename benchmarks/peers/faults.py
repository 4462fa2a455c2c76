"""Submissions that misbehave: what becomes of what they deserve."""

from collections.abc import Sequence

from graders import Grader, Verdicts
from measure import Run, run
from submissions import Submission, misbehaving
from tables import table

GUARD = 60  # seconds, then the benchmark kills the grader
MEMORY = 3072  # MiB of a grader and all its processes, as in a container; then the largest process is killed


def study(graders: Sequence[Grader]) -> str:
    """A row for each way to misbehave."""
    rows = [(submission.name, *(fate(grader, submission) for grader in graders)) for submission in misbehaving()]
    return table(("", *(grader.name for grader in graders)), rows)


def fate(grader: Grader, submission: Submission) -> str:
    placed = grader.place(submission)
    made = run(grader.command(placed), placed, grader.environment, seconds=GUARD, memory=MEMORY)
    return f"{judged(grader.verdicts(placed), submission, made)}, {made.wall:.0f} s"


def judged(found: Verdicts | None, submission: Submission, made: Run) -> str:
    """hung: killed by us; lost: no usable results; else right or wrong, with the credit that was kept out of what was deserved."""
    wanted = submission.verdicts
    deserved = sum(wanted.values())
    if not found:
        return "lost" if made.ended else "hung"
    kept = sum(found.get(check, False) for check, passes in wanted.items() if passes)
    extra = sum(found.get(check, False) for check, passes in wanted.items() if not passes)
    word = "right" if found == wanted else "wrong"
    given = f" and {extra} undeserved" if extra else ""
    return f"{word if made.ended else 'hung'} {kept}/{deserved}{given}"
