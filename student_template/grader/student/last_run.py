"""What became of every check the last time: a small file beside `check.py`, and what has changed since."""

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from grader.student.running import PASSED, Check

FILE = ".check.json"
Outcomes = dict[str, str]  # by the check's address in pytest


def recall(root: Path) -> Outcomes:
    """The last outcomes. A file that is missing, broken or of another kind has none."""
    try:
        found = json.loads((root / FILE).read_text(encoding="utf-8"))["checks"]
        return {str(node): str(outcome) for node, outcome in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def remember(root: Path, before: Mapping[str, str], checks: Iterable[Check]) -> None:
    """Replace the file as a whole, so that it is never half written. Where it cannot be written, nothing is kept."""
    outcomes = {**before, **{check.node: check.outcome for check in checks if check.outcome}}
    with suppress(OSError):
        handle, name = tempfile.mkstemp(prefix=f"{FILE}.", dir=root)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"checks": outcomes}, file, indent=1, sort_keys=True)
            Path(name).replace(root / FILE)
        finally:
            Path(name).unlink(missing_ok=True)


def changes(before: Mapping[str, str], checks: Iterable[Check]) -> list[str]:
    """A line for each component of which more or fewer checks pass than before."""
    known: dict[tuple[str, str], list[Check]] = {}
    for check in checks:
        if check.node in before and check.outcome:
            known.setdefault((check.assignment, check.component), []).append(check)
    lines = []
    for (assignment, component), ours in known.items():
        was = sum(before[check.node] == PASSED for check in ours)
        now = sum(check.outcome == PASSED for check in ours)
        if was != now:
            sign = "+" if now > was else "-"
            name = f"{assignment.partition('_')[0]} {component}"
            lines.append(f"{sign} {name}: {now} of {len(ours)} checks pass, {was} before")
    return lines
