"""An export of Gradescope: a folder assignment_NUMBER_export with submission_metadata.yml and submission_NUMBER/.

The file is YAML with the keys of Ruby. It has all results in it, too; only the lines about persons and times are read.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import isfinite
from pathlib import Path

from grader.cohort.rows import Person
from grader.commands.cohort.platforms import Said
from grader.gradescope.metadata import moment

METADATA = "submission_metadata.yml"
_EXPORT = re.compile(r"assignment_\d+_export")
_KEY = re.compile(r"(\s+)(- )?:(\w+):\s*(.*)")
_OFFSET = re.compile(r"\s+(?=(Z|[+-]\d\d:?\d\d)$)")


def is_export(folder: Path) -> bool:
    """Whether it is an export of Gradescope."""
    return (folder / METADATA).is_file() or (
        _EXPORT.fullmatch(folder.name) is not None and any(folder.glob("submission_*/"))
    )


def said_by_export(folder: Path) -> dict[str, Said]:
    """What an export says, by the name of a submission's folder; nothing if the list is missing or cannot be read."""
    try:
        text = (folder / METADATA).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    found: dict[str, _Lines] = defaultdict(_Lines)
    for submission, part, key, value, begins in _values(text):
        found[submission].take(part, key, value, begins)
    return {submission: lines.said() for submission, lines in found.items() if lines}


@dataclass
class _Lines:
    """What the lines about one submission say."""

    created: str = ""
    people: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    earlier: list[dict[str, str]] = field(default_factory=list)

    def take(self, part: str, key: str, value: str, begins: bool) -> None:
        if part == "submitters" and value:
            self.people[key].append(value)
        elif part == "history":
            if begins:
                self.earlier.append({})
            if self.earlier:
                self.earlier[-1][key] = value
        elif part == key == "created_at":
            self.created = value

    def __bool__(self) -> bool:
        return bool(self.created or self.people)

    def said(self) -> Said:
        names, ids, emails = ("; ".join(self.people[key]) for key in ("name", "sid", "email"))
        submitted = _moment(self.created)
        history = [(time, score) for time, score in map(_attempt, self.earlier) if time and time != submitted]
        return Said(Person(names, ids or emails, emails), submitted, history=tuple(sorted(history)))


def _values(text: str) -> Iterator[tuple[str, str, str, str, bool]]:
    """Submission, part, key and value of each line of interest, and whether it begins an entry of a list.

    The keys of a submission have two spaces before them, those of a list's entries two spaces and a dash, or four.
    """
    submission = part = ""
    for line in text.splitlines():
        if not line.startswith((" ", "-")):
            submission, part = line.strip().rstrip(":"), ""
        elif said := _KEY.fullmatch(line):
            indent, dash, key, value = len(said[1]), bool(said[2]), said[3], _scalar(said[4].strip())
            if indent == 2 and not dash:
                part = key
                yield submission, part, key, value, False
            elif indent == (2 if dash else 4):
                yield submission, part, key, value, dash


def _scalar(text: str) -> str:
    """A text of YAML on one line: plain, or in quotes of either kind."""
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return json.loads(text)
        except ValueError:
            return text[1:-1]
    return "" if text in ("~", "null") else text


def _moment(text: str) -> datetime | None:
    return moment(_OFFSET.sub("", text))


def _attempt(facts: dict[str, str]) -> tuple[datetime | None, float]:
    try:
        score = float(facts.get("score", ""))
    except ValueError:
        score = 0.0
    return _moment(facts.get("created_at", "")), score if isfinite(score) else 0.0
