"""A draft of an entry for the bank of misconceptions, from a group of people whose failures no belief explains.

What the group shows is known: its checks, and what was seen. What these people believe is not; the author finds it out.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.cohort.beliefs import Cluster
from grader.cohort.sheet import Sheet
from grader.formats.student import clean

MOST_NAMED = 5  # submissions to look at
WIDTH = 116  # of a line of a comment


@dataclass(frozen=True)
class Draft:
    """The text of a file, and what the author is told about it. `submissions` are a few of the group."""

    assignment: str
    component: str
    name: str
    people: int
    submissions: tuple[str, ...]
    text: str


def draft_of(sheet: Sheet, cluster: Cluster, number: int, where: str) -> Draft:
    """The draft for the group of this number in the report on `where`."""
    names = tuple(sheet.rows[row].name for row in cluster.rows[:MOST_NAMED])
    seen = {_listed(sheet.checks[column].name): sentence for column, sentence in cluster.checks}
    name = f"{_word(cluster).lower()}_{number}"
    people = len(cluster.rows)
    text = _text(_word(cluster), where, people, names, seen)
    return Draft(cluster.assignment, cluster.component, name, people, names, text)


def _word(cluster: Cluster) -> str:
    """The component as a part of a file's name."""
    return re.sub(r"\W", "_", cluster.component)


def _listed(check: str) -> str:
    """A check as `fails` names it: "Linear/test_gradients" for 01/hidden/Linear/test_gradients[a]."""
    _assignment, _kind, component, test = check.split("/", 3)
    return f"{component}/{test.partition('[')[0]}"


def _text(component: str, where: str, people: int, names: Sequence[str], seen: dict[str, str]) -> str:
    said = [f"{people} people of {where} fail these checks in the same way, and no belief explains it:"]
    said += [f"{check}: {sentence}" for check, sentence in seen.items()]
    said += [f"Submissions to look at: {', '.join(names)}"]
    comment = "".join(f"# {' '.join(clean(line, WIDTH).split())}\n" for line in said)
    fails = "".join(f"        {json.dumps(check)},\n" for check in seen)
    return (
        f'"""What people believe about {component}."""\n\n'
        "from grader.assignment import misconception\n\n\n"
        f"{comment}"
        "@misconception(\n"
        '    "",  # the function or class of the reference that they write otherwise: "nn.Linear.backward"\n'
        '    hint="",  # a question for the student, never the answer\n'
        f"    fails=(\n{fails}    ),\n"
        ")\n"
        "def name_what_is_believed():\n"
        '    """"""  # the belief, as the student would say it; below it, the code that follows from it\n'
    )
