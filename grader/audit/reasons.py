"""What a law finds and should not be mended, listed with reasons in a file of the assignment.

[[equivalent]]      # the kind of reason, of which each file has its own
reason = "A second copy changes no value."
mutants = ["nn/linear.py:Linear.forward: return y => return y.copy()"]
"""

import tomllib
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import Assignment, AssignmentError


@dataclass(frozen=True)
class Reasons:
    """One such file: its name, the kinds of reasons in it, and what is listed."""

    name: str
    kinds: tuple[str, ...]
    what: str

    def read(self, assignment: Assignment) -> dict[str, str]:
        """What is listed -> its kind; nothing without a file.

        Raises:
            AssignmentError: if the file is not as above, or lists something twice.
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
    """What is listed though it is not found: it is `mended` by now, or there is no such thing at all."""
    for name in listed:
        if name not in found:
            yield f"{reasons.name} lists {mended if name in known else 'what there is not'}: {name}"


# Mutants that no check fails: nobody could tell them from the solution; or they differ only where neither the handout
# nor a docstring promises anything.
SURVIVORS = Reasons("survivors.toml", ("equivalent", "outside"), "mutants")
# What no check asks for, although it is documented: because it cannot be, or because it is asked in another way.
UNCOVERED = Reasons("uncovered.toml", ("impossible", "elsewhere"), "entries")
# Entries of the bank that another one is taken for, once they are left out of it.
MISNAMED = Reasons("misnamed.toml", ("same_mechanism",), "entries")
