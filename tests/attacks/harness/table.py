"""The table that is published: attacks tried and contained by class and configuration."""

import sys
from collections import Counter

from harness import configurations, controls, parallel
from harness.attack import CLASSES, all_attacks

NOTES = (
    "¹ The positive control: these succeed in a grader that runs test and submission in one process. The others are"
    " faults, which any separate process contains, or talk on the wire, which such a grader does not have.",
    "² Not stopped, and said below.",
)


def measure() -> str:
    """Run everything everywhere and render the table, in Markdown."""
    columns, remarks = {}, []
    for configuration in configurations.ALL:
        if problem := configuration.shortfall():
            remarks.append(f"- not tried: {configuration.title}: {problem}")
            continue
        columns[configuration.title] = contained = Counter()
        with parallel.running(configuration, all_attacks()) as running:
            for attack in all_attacks():
                found = running[attack.id].result()
                contained[attack.kind] += not found
                if found != list(attack.declared):
                    remarks.append(f"- {configuration.title}: {attack.id}: {'; '.join(found) or 'contained'}")
                    print(remarks[-1], file=sys.stderr)
    return "\n".join([*_rows(columns), "", *NOTES, "", *remarks])


def _rows(columns: dict[str, Counter]) -> list[str]:
    counts = [_count(lambda _: True), _count(lambda a: controls.is_attack(a.id)), _count(lambda a: bool(a.declared))]
    counts += columns.values()
    names = ["class", "tried", "of them attacks¹", "declared²", *columns]
    rows = [[title, *(c[kind] for c in counts)] for kind, title in CLASSES.items()]
    rows.append(["all", *(c.total() for c in counts)])
    return [f"| {' | '.join(map(str, line))} |" for line in (names, ["---", *["---:"] * (len(names) - 1)], *rows)]


def _count(chosen) -> Counter:
    return Counter(attack.kind for attack in all_attacks() if chosen(attack))
