"""What became of every check the last time, and which hints were given: a small file beside `check.py`."""

import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from grader.student.running import PASSED, Check

FILE = ".check.json"
Outcomes = dict[str, str]  # by the check's address in pytest


def recall(root: Path) -> Outcomes:
    """The last outcomes."""
    return {str(node): str(outcome) for node, outcome in _part(root, "checks").items()}


def remember(root: Path, before: Mapping[str, str], checks: Iterable[Check]) -> None:
    """Keep the outcomes of these checks, and the earlier ones of others."""
    _write(root, "checks", {**before, **{check.node: check.outcome for check in checks if check.outcome}})


def hints_given(root: Path, component: str, failing: Sequence[str]) -> int:
    """How many hints a student was given for a component while exactly these checks failed."""
    match _part(root, "hints").get(component):
        case {"failing": known, "given": int(given)} if known == list(failing):
            return given
    return 0


def remember_hints(root: Path, component: str, failing: Sequence[str], given: int) -> None:
    """Keep how many hints a student was given for a component while these checks failed."""
    _write(root, "hints", {**_part(root, "hints"), component: {"failing": list(failing), "given": given}})


def _part(root: Path, name: str) -> dict[str, Any]:
    """A part of the file. One that is missing, broken or of another kind is empty."""
    part = _read(root).get(name)
    return part if isinstance(part, dict) else {}


def _read(root: Path) -> dict[str, Any]:
    try:
        found = json.loads((root / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(root: Path, name: str, part: Mapping[str, Any]) -> None:
    """Replace the file as a whole, so that it is never half written. Where it cannot be written, nothing is kept."""
    whole = {**_read(root), name: part}
    with suppress(OSError):
        handle, new = tempfile.mkstemp(prefix=f"{FILE}.", dir=root)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(whole, file, indent=1, sort_keys=True)
            Path(new).replace(root / FILE)
        finally:
            Path(new).unlink(missing_ok=True)


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
