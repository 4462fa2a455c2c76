"""Many submissions, two at a time.

Measured are the submissions a minute, whether every verdict is the oracle's, and what bad submissions cost the others.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from effort import Effort
from faults import judged
from graders import Grader, Ours, Verdicts, fresh
from measure import Run, run
from submissions import NAIVE, VECTORISED, Submission, cohort, four_bad
from tables import Figure, Table

SLOTS = 2


@dataclass(frozen=True)
class Outcome:
    """One cohort graded: wall and processor seconds, and of each submission what was found and how its run ended."""

    wall: float
    processor: float
    found: list[tuple[Submission, Verdicts | None, Run]]

    @property
    def right(self) -> int:
        return sum(verdicts == submission.verdicts for submission, verdicts, _run in self.found)


Grade = Callable[
    [Sequence[Submission], float], Outcome
]  # of submissions, with a guard of so many seconds for each command


def study(graders: Sequence[Grader], effort: Effort) -> list[Table]:
    """Tables for the cohorts of vectorised and naive copies, and for the former with four bad submissions in it."""
    graders = [g for g in graders if g.name != "bare script"]
    light = [g for g in graders if not g.slow]
    vectorised: dict[str, list[Outcome]] = {name: [] for name in ways(graders)}
    for number in range(effort.cohort_rounds):
        for name, (grade, slow) in ways(graders).items():
            if not (slow and number):
                vectorised[name].append(grade(cohort(VECTORISED, effort.cohort), effort.guard))
    naive = {name: [grade(cohort(NAIVE, effort.cohort), effort.guard)] for name, (grade, _slow) in ways(light).items()}
    tables = [compared("vectorised", vectorised), compared("naive loops", naive)]
    return [*tables, with_bad(light, vectorised, effort)] if effort.bad else tables


def ways(graders: Sequence[Grader]) -> dict[str, tuple[Grade, bool]]:
    """Name -> how a cohort is graded, and whether that is slow. Ours is graded in two ways."""
    found: dict[str, tuple[Grade, bool]] = {}
    for grader in graders:
        if isinstance(grader, Ours):
            found["grader, a command each"] = partial(one_by_one, grader), False
            found["grader cohort"] = partial(together, grader), False
        else:
            found[grader.name] = partial(one_by_one, grader), grader.slow
    return found


def compared(kind: str, done: dict[str, list[Outcome]]) -> Table:
    n = len(next(iter(done.values()))[0].found)
    peers = [
        statistics.median(o.wall for o in outcomes) for name, outcomes in done.items() if not name.startswith("grader")
    ]
    rows = []
    for name, outcomes in done.items():
        wall, processor = Figure.of([o.wall for o in outcomes]), Figure.of([o.processor / n for o in outcomes])
        ratio = min(peers) / wall.median if peers else "-"
        right = " ".join(f"{o.right}/{n}" for o in outcomes)
        rows.append(
            (name, len(outcomes), wall, Figure.of([60 * n / o.wall for o in outcomes]), ratio, processor, right)
        )
    heads = ("", "runs", "wall s", "submissions a minute", "x the fastest peer", "CPU s each", "all right")
    return Table(f"cohort, {kind}", f"{n} {kind} submissions, {SLOTS} at a time.", heads, rows)


def with_bad(graders: Sequence[Grader], before: dict[str, list[Outcome]], effort: Effort) -> Table:
    """The vectorised cohort with four bad submissions spread through it; two of them never end."""
    submissions, bad = cohort(VECTORISED, effort.cohort), four_bad()
    for place, submission in zip(range(3, len(submissions), 10), bad):
        submissions.insert(place, submission)
    rows = []
    for name, (grade, _slow) in ways(graders).items():
        outcome = grade(submissions, effort.guard)
        good = [verdicts == s.verdicts for s, verdicts, _run in outcome.found if s not in bad]
        fates = {s.name: judged(verdicts, s, made) for s, verdicts, made in outcome.found if s in bad}
        added = outcome.wall - min(o.wall for o in before[name])
        rows.append(
            (
                name,
                Figure.of([outcome.wall]),
                round(added, 1),
                f"{sum(good)}/{len(good)}",
                *(fates[s.name] for s in bad),
            )
        )
    caption = (
        f"The same with {len(bad)} bad ones in it, two of which never end; a guard kills a grader after"
        f" {effort.guard:g} s. hung: killed by it; lost: no results."
    )
    return Table(
        "cohort, with bad ones", caption, ("", "wall s", "s added", "good ones right", *(s.name for s in bad)), rows
    )


def one_by_one(grader: Grader, submissions: Sequence[Submission], guard: float) -> Outcome:
    """A fresh command for every submission, or one for all of them where the grader has that."""
    placed = [grader.place(submission) for submission in submissions]

    def graded(folder: Path) -> Run:
        return run(grader.command(folder), folder, grader.environment, seconds=guard)

    started = time.perf_counter()
    if together := grader.command_for_all():
        runs = [run(together, grader.folder, grader.environment)] * len(placed)
    else:
        with ThreadPoolExecutor(SLOTS) as pool:
            runs = list(pool.map(graded, placed))
    wall = time.perf_counter() - started
    found = [(s, grader.verdicts(folder), made) for s, folder, made in zip(submissions, placed, runs)]
    return Outcome(wall, runs[0].processor if together else sum(r.processor for r in runs), found)


def together(grader: Ours, submissions: Sequence[Submission], guard: float) -> Outcome:
    """`grader cohort`, with as many processes as the others have."""
    fresh(grader.folder / "submissions")
    placed = [grader.place(submission) for submission in submissions]
    started = time.perf_counter()
    made = run(grader.command_for_cohort(SLOTS), grader.folder, grader.environment)
    found = [(s, grader.verdicts_in_cohort(folder), made) for s, folder in zip(submissions, placed)]
    return Outcome(time.perf_counter() - started, made.processor, found)
