"""What a mistake costs, and how much of a component is fine print. One habit should not cost more than it is worth."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.assignment import Assignment, Misconception
from grader.audit.bank import Trials
from grader.audit.finding import Finding
from grader.audit.listing import Listed

# A student who has understood a component, but not dtypes, kinks and kinds of errors, should clearly pass it.
MAX_FINE = 0.4


@dataclass(frozen=True)
class Cost:
    """The share of a component's points that one misconception costs."""

    entry: Misconception
    component: str
    share: float


def costs(trials: Trials, checks: Sequence[Listed]) -> list[Cost]:
    """What each misconception costs of the components whose checks it lists, the most expensive first."""
    points = _points(checks)
    found = []
    for entry, tried in trials.items():
        lost = _points(check for check, trial in zip(checks, tried.trials) if trial.failed)  # in the same order, both
        components = dict.fromkeys(name.partition("/")[0] for name in entry.fails)
        found += [
            Cost(entry, component, lost[component] / points[component]) for component in components if lost[component]
        ]
    return sorted(found, key=lambda cost: (-cost.share, cost.entry.name))


def fine_shares(checks: Sequence[Listed]) -> dict[str, float]:
    """Component -> the share of its points that is fine print."""
    points, fine = _points(checks), _points(check for check in checks if check.fine)
    return {component: fine[component] / total for component, total in points.items()}


def fine_print_is_small(assignment: Assignment, checks: Sequence[Listed]) -> Finding:
    """Law 7, second half: at most `MAX_FINE` of a component's points are given for fine print."""
    shares = fine_shares(checks)
    large = {component: share for component, share in shares.items() if share > MAX_FINE}
    evidence = f"at most {max(shares.values(), default=0):.0%} of a component is fine print"
    violations = (
        f"{share:.0%} of {component} is fine print; {MAX_FINE:.0%} is allowed" for component, share in large.items()
    )
    return Finding(assignment.number, 7, evidence, tuple(violations))


def _points(checks: Iterable[Listed]) -> Counter[str]:
    points: Counter[str] = Counter()
    for check in checks:
        points[check.component] += check.points  # type: ignore[assignment]
    return points
