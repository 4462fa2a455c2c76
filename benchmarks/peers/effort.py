"""How much is measured: a run of twenty minutes, or a look at whether it works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """Rounds and sizes. A slow peer takes seconds for one submission, and is asked less often."""

    rounds: int = 5  # of one submission
    slow_rounds: int = 3
    memory_rounds: int = 2
    cohort: int = 36  # submissions
    cohort_rounds: int = 2
    bad: bool = True  # the cohort once more, with four bad submissions in it
    checks: tuple[int, ...] = (10, 30, 100, 300, 1000)
    parameters: tuple[float, ...] = (1e2, 1e3, 1e4, 1e5, 1e6, 1e7)
    submissions: tuple[int, ...] = (1, 4, 12, 36, 120, 500)
    most_of_peers: int = 120  # submissions, of which nothing new is to be learned about peers
    patience: float = 20.0  # s; who needed longer for one size is not asked for the next
    faults: tuple[str, ...] = ()  # kinds of bad submissions; all of them if none are named
    guard: float = 30.0  # s; then a grader of one submission is killed
    stages: int = 9  # rounds
    overhead: int = 7  # rounds


FULL = Effort()
QUICK = Effort(
    rounds=2, slow_rounds=1, memory_rounds=1, cohort=6, cohort_rounds=1, bad=False,
    checks=(10, 30, 100), parameters=(1e2, 1e3, 1e4), submissions=(1, 4),
    faults=("endless loop in a method", "os._exit in a method"), patience=5.0, guard=20.0, stages=2, overhead=2,
)  # fmt: skip
