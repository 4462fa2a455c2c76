"""Lists with reasons: what a law finds and should not be mended. Each list is a file of the assignment.

[[equivalent]]      # the kind of reason; each file has its own kinds reason = "A second copy changes no value." mutants
= ["nn/linear.py:Linear.forward: return y => return y.copy()"]
"""

import tomllib
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import Assignment, AssignmentError


@dataclass(frozen=True)
class Reasons:
    """One such file: its name, the kinds of reasons in it, and what it lists."""

    name: str
    kinds: tuple[str, ...]
    what: str

    def read(self, assignment: Assignment) -> dict[str, str]:
        """What is listed -> its kind. Nothing if there is no file.

        Raises:
            AssignmentError: if the file has another form, or lists something twice.
        """
        path = assignment.folder / self.name
        if not path.is_file():
            return {}
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise AssignmentError(path, f"this is not TOML: {error}") from error
        kinds: dict[str, str] = {}
        for kind, names in self._groups(path, data):
            for name in names:
                if name in kinds:
                    raise AssignmentError(path, "it is listed twice", name)
                kinds[name] = kind
        return kinds

    def _groups(self, path: Path, data: dict) -> Iterator[tuple[str, Sequence[str]]]:
        if data.keys() - set(self.kinds) or not all(isinstance(groups, list) for groups in data.values()):
            raise AssignmentError(
                path, f"it should only have {' and '.join(f'[[{kind}]]' for kind in self.kinds)} tables"
            )
        for kind, groups in data.items():
            for group in groups:
                reason, names = group.get("reason"), group.get(self.what)
                if group.keys() - {"reason", self.what} or not (isinstance(reason, str) and reason.strip()):
                    raise AssignmentError(path, f"each table needs a reason and {self.what}, and nothing else")
                if not (isinstance(names, list) and names and all(isinstance(name, str) for name in names)):
                    raise AssignmentError(
                        path, f"{self.what} should be a list of names, as `grader audit` prints them", reason
                    )
                yield kind, names


def unjust(
    reasons: Reasons, listed: Mapping[str, str], found: Container[str], known: Container[str], mended: str
) -> Iterator[str]:
    """What is listed but was not found: either it was `mended`, or it never existed."""
    for name in listed:
        if name not in found:
            yield f"{reasons.name} lists {mended if name in known else 'what there is not'}: {name}"


# Mutants that no check fails. Either nobody could tell them from the solution, or they differ only where neither the
# handout nor a docstring promises anything.
SURVIVORS = Reasons("survivors.toml", ("equivalent", "outside"), "mutants")
# What no check asks for, although it is documented. Either it cannot be asked for, or a check does so in another way.
UNCOVERED = Reasons("uncovered.toml", ("impossible", "elsewhere"), "entries")
# Pairs of misconceptions: if the first is left out of the bank, the diagnosis names the second.
MISNAMED = Reasons("misnamed.toml", ("same_mechanism",), "entries")
