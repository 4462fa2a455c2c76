"""The cases of an assignment: `recordings/cases.py` in its folder, and beside it `answers.json`, what PyTorch answered.

cases.py has

    cases()            yields every case, always the same; inputs come from a seed of its own
    WAYS               how to ask cases that `play` does not know: name -> f(framework, spec, arrays)
    WITHOUT_A_TWIN     names that PyTorch does not have, each with what tests it instead

Its docstring says what is not compared, and why. If this course differs from PyTorch on purpose in a case, `differs` of
the case says why.
"""

from dataclasses import dataclass
from pathlib import Path

from grader.assignment import AssignmentError
from grader.assignment.loading import module_of
from grader.recordings.case import Case
from grader.recordings.play import WAYS, Way

FOLDER = "recordings"


@dataclass(frozen=True)
class Cases:
    """All cases of one assignment, and how they are asked; `answers` is the file of what PyTorch gave."""

    cases: tuple[Case, ...]
    ways: dict[str, Way]
    without_a_twin: dict[str, str]
    answers: Path


def read_cases(folder: Path) -> Cases:
    """Of the assignment in `folder`.

    Raises:
        AssignmentError: if there are none, two have the same name, or nothing says how one is asked.
    """
    file = folder / FOLDER / "cases.py"
    if not file.is_file():
        raise AssignmentError(file, "this file is missing: it holds the reference to PyTorch")
    module = module_of(file)
    found = Cases(
        tuple(module.cases()),
        WAYS | getattr(module, "WAYS", {}),
        getattr(module, "WITHOUT_A_TWIN", {}),
        file.with_name("answers.json"),
    )
    names = [case.name for case in found.cases]
    for case in found.cases:
        if names.count(case.name) > 1:
            raise AssignmentError(file, "another case has this name", case.name)
        if case.way not in found.ways:
            raise AssignmentError(file, f"there is no way {case.way!r}", case.name)
    return found
