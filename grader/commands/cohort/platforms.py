"""What platforms say about a submission in the name of its file or folder.

The formats, as public programs that read them have it. Moodle names a folder "Ada Lovelace_101_assignsubmission_file_".
Canvas names a file "lovelaceada_LATE_101_2002_framework.zip"; of a later attempt it is "framework-1.zip". Blackboard
names it "Homework 1_ada_attempt_2026-03-06-20-00-00_framework.zip", in the time of the place, and adds a text of the
same name for each attempt, which names the student.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from grader.cohort.rows import NOBODY, Person

_MOODLE = re.compile(r"(?P<name>[^_]+)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)")
_CANVAS = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_(?P<file>.+)")
_BLACKBOARD = re.compile(r".+_(?P<login>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)")
_AGAIN = re.compile(r"-\d+(?=\.[^.]+$|\.tar\.\w+$|$)")
_NAME = re.compile(rb"Name: ([^\r\n]+) \([^\r\n()]*\)")


@dataclass(frozen=True)
class Said:
    """What a platform says. `history` is as in a `Row`.

    Files of one `batch` were handed in together ("" if a file is a submission by itself); `file` is what the student
    called this one.
    """

    person: Person = NOBODY
    submitted: datetime | None = None
    late: bool = False
    attempt: int = 0
    history: tuple[tuple[datetime, float], ...] = ()
    batch: str = ""
    file: str = ""


NOTHING = Said()


def said_by_name(name: str) -> Said:
    """What Moodle, Canvas and Blackboard say in the name of a file or folder."""
    name = PurePosixPath(name).name
    if found := _MOODLE.match(name):
        # A text that was typed into a field comes before the files, as it is no framework.
        return Said(Person(found["name"], found["id"]), attempt=-(found["kind"] == "onlinetext"))
    if found := _BLACKBOARD.fullmatch(name):
        time = datetime.strptime(found["time"], "%Y-%m-%d-%H-%M-%S").astimezone()
        batch = f"{found['login']}_{found['time']}"
        return Said(Person(login=found["login"]), time, batch=batch, file=found["file"] or "")
    if found := _CANVAS.fullmatch(name):
        person, file = Person(found["name"], found["id"]), _AGAIN.sub("", found["file"])
        return Said(person, late=bool(found["late"]), batch=f"{found['name']}_{found['id']}", file=file)
    return NOTHING


def is_note(path: Path) -> bool:
    """Whether it is Blackboard's text about an attempt that has files."""
    found = _BLACKBOARD.fullmatch(path.name)
    return bool(found and not found["file"] and any(_of_attempt(path)))


def with_note(said: Said, path: Path) -> Said:
    """What the name of a file says, with the name of the student from Blackboard's text about the attempt."""
    found = _BLACKBOARD.fullmatch(path.name)
    if not found:
        return said
    stem = path.name[: found.start("file") - 1] if found["file"] else path.name.removesuffix(".txt")
    try:
        with path.with_name(f"{stem}.txt").open("rb") as file:
            name = _NAME.search(file.read(2000))
    except OSError:
        return said
    return replace(said, person=replace(said.person, name=name[1].decode("utf-8", "replace"))) if name else said


def _of_attempt(note: Path) -> list[Path]:
    start = note.name.removesuffix(".txt") + "_"
    return [path for path in note.parent.iterdir() if path.name.startswith(start)]
