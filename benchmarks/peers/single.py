"""One submission, graders in turn (A B C A B C): wall, processor time, memory, verdicts."""

from collections import defaultdict
from collections.abc import Sequence

from effort import Effort
from graders import Grader
from measure import Run, run
from submissions import NAIVE, VECTORISED, Submission
from tables import Figure, Table

SUBMISSIONS = {"vectorised": Submission("vectorised", VECTORISED), "naive": Submission("naive loops", NAIVE)}


def study(graders: Sequence[Grader], effort: Effort) -> list[Table]:
    """A table for each of the two right answers."""
    return [compare(graders, name, submission, effort) for name, submission in SUBMISSIONS.items()]


def compare(graders: Sequence[Grader], name: str, submission: Submission, effort: Effort) -> Table:
    runs: dict[str, list[Run]] = defaultdict(list)
    memory: dict[str, list[Run]] = defaultdict(list)
    right: dict[str, list[bool]] = defaultdict(list)
    for number in range(
        -effort.memory_rounds, effort.rounds
    ):  # the first rounds look at the memory, and warm all caches
        for grader in graders:
            if grader.slow and number >= effort.slow_rounds:
                continue
            placed = grader.place(submission)
            made = run(grader.command(placed), placed, grader.environment, sample=number < 0)
            (memory if number < 0 else runs)[grader.name].append(made)
            right[grader.name].append(grader.verdicts(placed) == submission.verdicts)
    caption = (
        f"One {submission.name} submission, cold. Wall and processor s: median (from-to); memory MiB: the largest of"
        f" {effort.memory_rounds} other runs."
    )
    heads = ("", "runs", "wall s", "ours : this", "CPU s", "RSS sum", "PSS sum", "all right")
    rows = [row(g.name, runs[g.name], runs["grader"], memory[g.name], right[g.name]) for g in graders]
    return Table(f"single, {name}", caption, heads, rows)


def row(
    name: str, made: Sequence[Run], ours: Sequence[Run], memory: Sequence[Run], right: Sequence[bool]
) -> tuple[object, ...]:
    """The ratio is the median of those within one round."""
    ratio = Figure.of([mine.wall / other.wall for mine, other in zip(ours, made)])
    walls, processor = (Figure.of([getattr(r, what) for r in made]) for what in ("wall", "processor"))
    resident, proportional = (max(getattr(r, what) for r in memory) for what in ("resident", "proportional"))
    return name, len(made), walls, ratio, processor, resident, proportional, f"{sum(right)}/{len(right)}"
