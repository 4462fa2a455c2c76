"""The table that is published: attacks tried and contained by class and configuration."""

from collections import Counter

from harness import configurations, controls
from harness.attack import CLASSES, all_attacks
from harness.gauntlet import Gauntlet


def measure() -> str:
    """Run everything everywhere and render the table, in Markdown."""
    columns, escaped, left_out = {}, [], []
    for configuration in configurations.ALL:
        if problem := configuration.shortfall():
            left_out.append(f"{configuration.title}: {problem}")
            continue
        contained: Counter = Counter()
        with Gauntlet(configuration) as gauntlet:
            for attack in all_attacks():
                found = gauntlet.run(attack)
                contained[attack.kind] += not found
                escaped += [f"{configuration.title}: {attack.id}: {'; '.join(found)}"] if found else []
        columns[configuration.title] = contained
    return "\n".join(
        [*_rows(columns), "", *(f"- not contained: {e}" for e in escaped), *(f"- not tried: {p}" for p in left_out)]
    )


def _rows(columns: dict[str, Counter]) -> list[str]:
    tried = Counter(a.kind for a in all_attacks())
    succeed = Counter(a.kind for a in all_attacks() if controls.is_attack(a.id))
    names = ["class", "tried", "of them attacks¹", *columns]
    rows = [[title, tried[k], succeed[k], *(c[k] for c in columns.values())] for k, title in CLASSES.items()]
    rows.append(["all", tried.total(), succeed.total(), *(c.total() for c in columns.values())])
    lines = [names, ["---"] * len(names), *rows]
    note = "¹ succeed in a grader that runs test and submission in one process; the others are faults, which any separate process contains."
    return [f"| {' | '.join(map(str, line))} |" for line in lines] + ["", note]
