"""This grader from inside: the stages of one cold grading, and what a warm one adds to the bare work of the checks."""

import statistics

import overhead
import stages
from effort import Effort
from graders import Ours
from tables import Figure, Table


def study_of_stages(effort: Effort) -> list[Table]:
    """The stages of one cold `grader grade`, see benchmarks/stages.py."""
    rounds = stages.measured(effort.stages)
    rows = []
    for name in stages.names(rounds):
        wall, processor = zip(*(found.get(name, (0.0, 0.0)) for found in rounds))
        rows.append((name, Figure.of([1e3 * w for w in wall]), Figure.of([1e3 * p for p in processor])))
    caption = (
        f"Stages of one cold `grader grade` of the vectorised submission, ms, {len(rounds)} runs;"
        " those beside have processor time alone."
    )
    return [Table("stages", caption, ("", "wall ms", "CPU ms"), rows)]


def study_of_overhead(effort: Effort) -> list[Table]:
    """What isolation adds to the same checks in one process, see benchmarks/overhead.py."""
    costs, checks = overhead.measured(Ours.course, effort.overhead)
    rows = []
    for kind, name in (
        ("in_process", "in one process, bare"),
        ("bare", "a process for each check, not sealed"),
        ("sealed", "graded"),
    ):
        rows.append(
            (name, *(Figure.of([1e3 * getattr(c[kind], what) for c in costs]) for what in ("wall", "processor")))
        )
    added = statistics.median(c["sealed"].processor - 1.1 * c["in_process"].processor for c in costs) / checks
    caption = (
        f"The {checks} checks on the reference, warm, ms, {len(costs)} runs. Beyond 1.10 x the processor time in one"
        f" process, a check takes {1e3 * added:.1f} ms more (goal: at most 8)."
    )
    return [Table("overhead", caption, ("", "wall ms", "CPU ms"), rows)]
