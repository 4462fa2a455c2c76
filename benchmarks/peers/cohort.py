"""Many submissions, two at a time: submissions a minute, and whether every verdict is the oracle's."""

import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from graders import HERE, Grader, Ours, read_json
from measure import Run, run
from submissions import NAIVE, VECTORISED, Submission, cohort
from tables import table

SLOTS = 2


@dataclass(frozen=True)
class Outcome:
    """One cohort graded: wall and processor seconds, and how many submissions have all verdicts right."""

    wall: float
    processor: float
    right: int


def study(graders: Sequence[Grader]) -> str:
    """A table for the cohort of naive and for that of vectorised copies."""
    cohorts = {"naive loops": cohort(NAIVE), "vectorised": cohort(VECTORISED)}
    return "\n".join(f"{name}:\n\n{compare(graders, submissions)}" for name, submissions in cohorts.items())


def compare(graders: Sequence[Grader], submissions: Sequence[Submission]) -> str:
    done = {g.name: one_by_one(g, submissions) for g in graders if not isinstance(g, Ours)}
    for grader in graders:
        if isinstance(grader, Ours):
            done["grader, cold commands"] = one_by_one(grader, submissions)
            done["grader, warm loops"] = warm(grader, submissions)
    n = len(submissions)
    best = min(outcome.wall for name, outcome in done.items() if not name.startswith("grader"))
    rows = [(name, o.wall, 60 * n / o.wall, best / o.wall, o.processor / n, f"{o.right}/{n}") for name, o in done.items()]
    return table(("", "wall s", "a minute", "x the fastest peer", "CPU s each", "all right"), rows)


def one_by_one(grader: Grader, submissions: Sequence[Submission]) -> Outcome:
    """A fresh command for every submission."""
    placed = [grader.place(submission) for submission in submissions]

    def graded(folder: Path) -> Run:
        return run(grader.command(folder), folder, grader.environment)

    started = time.perf_counter()
    with ThreadPoolExecutor(SLOTS) as pool:
        runs = list(pool.map(graded, placed))
    wall = time.perf_counter() - started
    right = sum(grader.verdicts(folder) == s.verdicts for folder, s in zip(placed, submissions))
    return Outcome(wall, sum(r.processor for r in runs), right)


def warm(grader: Ours, submissions: Sequence[Submission]) -> Outcome:
    """Two processes that grade half of them each, see warm.py; what it takes to start them is counted."""
    placed = [grader.place(submission) for submission in submissions]
    results = [grader.folder / f"results{slot}.json" for slot in range(SLOTS)]

    def graded(slot: int) -> Run:
        command = [sys.executable, HERE / "warm.py", grader.course, results[slot], *placed[slot::SLOTS]]
        return run(command, grader.folder, grader.environment)

    started = time.perf_counter()
    with ThreadPoolExecutor(SLOTS) as pool:
        runs = list(pool.map(graded, range(SLOTS)))
    wall = time.perf_counter() - started
    found = {name: verdicts for path in results for name, verdicts in (read_json(path) or {}).items()}
    right = sum(found.get(folder.name) == s.verdicts for folder, s in zip(placed, submissions))
    return Outcome(wall, sum(r.processor for r in runs), right)
