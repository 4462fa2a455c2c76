"""One hint at a time for a component, from general to near. No hint contains the answer."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.student import Refused
from grader.student.course import Assignment, plain
from grader.student.glance import PASSING, UNWRITTEN, Component, components, place_to_read
from grader.student.last_run import hints_given, remember_hints
from grader.student.printing import paint, wrapped
from grader.student.running import PASSED, Check

FILE = "grader/questions.json"
MOST_QUESTIONS = 3  # more would be a list to try out, not something to think about


def next_hint(root: Path, course: Sequence[Assignment], checks: Sequence[Check], asked: str | None) -> list[str]:
    """The lines of the next hint for a component; by default for the first one that does not pass.

    Hints begin anew when other checks fail than before.

    Raises:
        Refused: if there is no component of this name.
    """
    part = _chosen([part for assignment in course for part in components(assignment, checks)], asked)
    if part is None:
        return [paint("Every public check passes.", "green")]
    if part.state == PASSING:
        return [wrapped("", f"Every public check of {part.name} passes. Hidden ones ask more.")]
    every = hints(root, part)
    failing = sorted(check.node for check in part.checks if check.outcome != PASSED)
    given = min(hints_given(root, part.name, failing) + 1, len(every))
    remember_hints(root, part.name, failing, given)
    title = f"{part.assignment.number} {part.name}, hint {given} of {len(every)}"
    more = f"The next one: python check.py hint {part.name}" if given < len(every) else "That was the last one."
    return [paint(title, "bold"), "", wrapped("  ", every[given - 1]), "", more]


def _chosen(parts: Sequence[Component], asked: str | None) -> Component | None:
    if asked is None:
        return next((part for part in parts if part.state != PASSING), None)
    ours = [part for part in parts if plain(part.name) == plain(asked.rpartition(".")[2])]
    if not ours:
        raise Refused(f"No public check is about {asked!r}. There are checks of {', '.join(p.name for p in parts)}.")
    return ours[0]


def hints(root: Path, part: Component) -> list[str]:
    """All hints for a component that does not pass, the most general one first."""
    number = part.assignment.number
    read = f"Read {place_to_read(root, part)}"
    if part.state == UNWRITTEN:
        hole = part.assignment.hole_of(part.name)
        explained = f"python check.py explain {hole[1] if hole else part.name}"
        return [f"{read}.", f"{explained} shows its specification, and what each public check asks."]
    failing = [check for check in part.checks if check.outcome != PASSED]
    holds = f"What should hold, and does not: {failing[0].sentence}"
    tools = f"See it happen: python check.py {number} -k {part.name} --debug stops in your code where a check fails."
    compare = f"{read}, and compare it with what you wrote, line by line."
    return [holds, compare, *questions(root, part.assignment, failing), tools]


def questions(root: Path, assignment: Assignment, failing: Iterable[Check]) -> list[str]:
    """What to think about: the questions of beliefs that fail only such checks as fail now, those of most first.

    Where the file of questions is missing or broken, there are none.
    """
    names = {check.short_name for check in failing}
    try:
        rows = json.loads((root / FILE).read_text(encoding="utf-8"))[assignment.name]
        fitting = [(len(row["fails"]), row["question"]) for row in rows if names.issuperset(row["fails"])]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    ordered = sorted(fitting, key=lambda one: -one[0])
    return list(dict.fromkeys(text for _, text in ordered))[:MOST_QUESTIONS]
