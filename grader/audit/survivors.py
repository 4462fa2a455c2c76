"""Mutants that no check fails, each with the reason why that is right: assignments/NN_slug/survivors.toml.

    [[equivalent]]
    reason = "A second copy changes no value."
    mutants = ["nn/linear.py:Linear.forward: return y => return y.copy()"]
"""

import tomllib
from pathlib import Path

from grader.assignment import Assignment, AssignmentError

NAME = "survivors.toml"


def read_survivors(assignment: Assignment) -> dict[str, str]:
    """Name of a mutant -> the reason why it may survive; none without a file.

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
    reasons: dict[str, str] = {}
    for group in _groups(path, data):
        for name in group["mutants"]:
            if name in reasons:
                raise AssignmentError(path, "this mutant is listed twice", name)
            reasons[name] = group["reason"]
    return reasons


def _groups(path: Path, data: dict) -> list[dict]:
    groups = data.pop("equivalent", [])
    if data or not isinstance(groups, list):
        raise AssignmentError(path, "it should only have [[equivalent]] tables")
    for group in groups:
        reason, names = group.get("reason"), group.get("mutants")
        if group.keys() - {"reason", "mutants"} or not (isinstance(reason, str) and reason.strip()):
            raise AssignmentError(path, "each table needs a reason and mutants, and nothing else")
        if not (isinstance(names, list) and names and all(isinstance(name, str) for name in names)):
            raise AssignmentError(path, "mutants should be a list of names, as `grader audit` prints them", reason)
    return groups
