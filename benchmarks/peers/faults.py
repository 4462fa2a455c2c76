"""Submissions that misbehave, one at a time: what becomes of what they deserve."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from effort import Effort
from graders import Grader, Verdicts
from measure import Run, run
from submissions import Submission, misbehaving
from tables import Table

MEMORY = 3072  # MiB of a grader and all its processes, as in a container; then the largest process is killed


def study(graders: Sequence[Grader], effort: Effort) -> list[Table]:
    """A row for each way to misbehave. Two graders work at a time: nothing here is measured to the second."""
    graders = [g for g in graders if g.name != "bare script"]
    submissions = [s for s in misbehaving() if s.name in effort.faults or not effort.faults]
    with ThreadPoolExecutor(2) as pool:
        columns = list(pool.map(lambda grader: [fate(grader, s, effort.guard) for s in submissions], graders))
    rows = [(s.name, *fates) for s, *fates in zip(submissions, *columns)]
    caption = (
        f"Bad submissions, one run each, a guard of {effort.guard:g} s and {MEMORY} MiB. hung: killed by the guard;"
        " lost: it ended without usable results; right or wrong: the verdicts; then the checks passed out of those"
        " deserved, and wall s."
    )
    return [Table("faults", caption, ("", *(grader.name for grader in graders)), rows)]


def fate(grader: Grader, submission: Submission, guard: float) -> str:
    placed = grader.place(submission)
    made = run(grader.command(placed), placed, grader.environment, seconds=guard, memory=MEMORY)
    return f"{judged(grader.verdicts(placed), submission, made)}, {made.wall:.0f} s"


def judged(found: Verdicts | None, submission: Submission, made: Run) -> str:
    """hung: killed by us; lost: no usable results; else right or wrong, with the checks passed of those deserved."""
    wanted = submission.verdicts
    deserved = sum(wanted.values())
    if not found:
        return "lost" if made.ended else "hung"
    kept = sum(found.get(check, False) for check, passes in wanted.items() if passes)
    extra = sum(found.get(check, False) for check, passes in wanted.items() if not passes)
    word = "right" if found == wanted else "wrong"
    given = f" and {extra} undeserved" if extra else ""
    return f"{word if made.ended else 'hung'} {kept}/{deserved}{given}"
