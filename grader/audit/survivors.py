"""Mutants that no check fails, each with the reason why that is right: assignments/NN_slug/survivors.toml.

    [[equivalent]]      # nobody could tell it from the solution, whatever is given
    reason = "A second copy changes no value."
    mutants = ["nn/linear.py:Linear.forward: return y => return y.copy()"]

    [[outside]]         # it is another one only where neither the handout nor a docstring promises anything
    reason = "Options are Python numbers."
    mutants = ["nn/linear.py:Linear.__init__: self.scale = float(scale) [float(scale) => scale]"]
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from grader.assignment import Assignment, AssignmentError

NAME = "survivors.toml"
KINDS = ("equivalent", "outside")


def read_survivors(assignment: Assignment) -> dict[str, str]:
    """Name of a mutant that may survive -> its kind; none without a file.

    Raises:
        AssignmentError: if the file is not as above, or names a mutant twice.
    """
    path = assignment.folder / NAME
    if not path.is_file():
        return {}
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AssignmentError(path, f"this is not TOML: {error}") from error
    kinds: dict[str, str] = {}
    for kind, group in _groups(path, data):
        for name in group["mutants"]:
            if name in kinds:
                raise AssignmentError(path, "this mutant is listed twice", name)
            kinds[name] = kind
    return kinds


def _groups(path: Path, data: dict) -> Iterator[tuple[str, dict]]:
    if data.keys() - set(KINDS) or not all(isinstance(groups, list) for groups in data.values()):
        raise AssignmentError(path, f"it should only have {' and '.join(f'[[{kind}]]' for kind in KINDS)} tables")
    for kind, groups in data.items():
        for group in groups:
            reason, names = group.get("reason"), group.get("mutants")
            if group.keys() - {"reason", "mutants"} or not (isinstance(reason, str) and reason.strip()):
                raise AssignmentError(path, "each table needs a reason and mutants, and nothing else")
            if not (isinstance(names, list) and names and all(isinstance(name, str) for name in names)):
                raise AssignmentError(path, "mutants should be a list of names, as `grader audit` prints them", reason)
            yield kind, group
