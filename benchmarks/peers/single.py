"""One submission, graders in turn (A B C A B C): wall, processor time, memory, verdicts."""

import statistics
from collections.abc import Sequence

from graders import Grader
from measure import Run, run
from submissions import NAIVE, VECTORISED, Submission
from tables import table

SUBMISSIONS = (Submission("naive loops", NAIVE), Submission("vectorised", VECTORISED))


def study(graders: Sequence[Grader], rounds: int) -> str:
    """A table for each of the two right answers."""
    return "\n".join(f"{submission.name}:\n\n{compare(graders, submission, rounds)}" for submission in SUBMISSIONS)


def compare(graders: Sequence[Grader], submission: Submission, rounds: int) -> str:
    runs: dict[str, list[Run]] = {grader.name: [] for grader in graders}
    right: dict[str, int] = dict.fromkeys(runs, 0)
    memory: dict[str, Run] = {}
    for number in range(-1, rounds):  # before the first, one round warms all caches, and looks at the memory
        for grader in graders:
            placed = grader.place(submission)
            made = run(grader.command(placed), placed, grader.environment, sample=number < 0)
            if number < 0:
                memory[grader.name] = made
            else:
                runs[grader.name].append(made)
                right[grader.name] += grader.verdicts(placed) == submission.verdicts
    heads = ("", "wall s", "from-to", "ours : this", "CPU s", "RSS sum MiB", "PSS sum MiB", "all right")
    return table(heads, [row(name, made, runs["grader"], memory[name], f"{right[name]}/{rounds}") for name, made in runs.items()])


def row(name: str, made: Sequence[Run], ours: Sequence[Run], memory: Run, right: str) -> tuple[object, ...]:
    """Medians; the ratio is the median of those within one round."""
    walls = [r.wall for r in made]
    ratio = statistics.median(mine.wall / other for mine, other in zip(ours, walls))
    processor = statistics.median(r.processor for r in made)
    between = f"{min(walls):.2f}-{max(walls):.2f}"
    return name, statistics.median(walls), between, ratio, processor, memory.resident, memory.proportional, right
