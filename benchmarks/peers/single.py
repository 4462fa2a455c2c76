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
    walls = {name: statistics.median(r.wall for r in made) for name, made in runs.items()}
    ours = walls["grader"]
    rows = [
        (
            name,
            walls[name],
            f"{min(r.wall for r in made):.2f}-{max(r.wall for r in made):.2f}",
            statistics.median(mine.wall / r.wall for mine, r in zip(runs["grader"], made)) if ours else "",
            statistics.median(r.processor for r in made),
            memory[name].resident,
            memory[name].proportional,
            f"{right[name]}/{rounds}",
        )
        for name, made in runs.items()
    ]
    return table(("", "wall s", "from-to", "ours : this", "CPU s", "RSS sum MiB", "PSS sum MiB", "all right"), rows)
