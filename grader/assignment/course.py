"""All assignments and the reference together: which file of the package comes from where."""

import marshal
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NoReturn

from grader.assignment.folder import Assignment, AssignmentError, read_assignment
from grader.assignment.holes import (
    HoleError,
    exported_names,
    find_holes,
    hollow,
    imported_names,
    parsed,
    promised_names,
)
from grader.assignment.imports import Missing, missing_names
from grader.assignment.inside import FILE, Inside, read_inside

_REACHED = re.compile(r"\.(\w+)")  # what a check reaches, as student.nn.Linear or as "nn.Linear"


@dataclass(frozen=True)
class Course:
    """The assignments by number and the reference's files by path ("nn/linear.py")."""

    root: Path
    assignments: tuple[Assignment, ...]
    reference: Mapping[str, str]

    @classmethod
    def load(cls, root: Path) -> "Course":
        """Read `root/assignments` and `root/reference`, and check that they fit together.

        Raises:
            AssignmentError: naming the file and key that is wrong.
        """
        folders = sorted(p for p in (root / "assignments").glob("*") if p.is_dir() and p.name[0] not in "._")
        if not folders:
            raise AssignmentError(root / "assignments", "there is no assignment")
        course = cls(root, tuple(map(read_assignment, folders)), _read_reference(root / "reference"))
        course._check()
        return course

    def select(self, numbers: tuple[str, ...]) -> tuple[Assignment, ...]:
        """The assignments of these numbers ("01" or "1"), each once and in the course's order; all for no numbers.

        Raises:
            KeyError: with the number that does not exist.
        """
        known = {a.number for a in self.assignments}
        for number in numbers:
            if number.zfill(2) not in known:
                raise KeyError(number)
        wanted = {number.zfill(2) for number in numbers} or known
        return tuple(a for a in self.assignments if a.number in wanted)

    @cached_property
    def owners(self) -> dict[str, Assignment]:
        """File -> the assignment whose holes it has; files without holes are given to students, if one says so."""
        return {file: a for a in self.assignments for file in a.holes}

    @cached_property
    def stubs(self) -> dict[str, str]:
        """The whole package as students receive it."""
        return {file: self._stub(file) for file in self.reference}

    def base_files(self, assignment: Assignment) -> dict[str, str]:
        """What surrounds a submission to `assignment`: the given files, and those of required assignments, solved.

        Files with holes of this assignment come from the student, so one assignment's mistakes cost nothing in another;
        files of later ones are not there.
        """
        solved = self.required(assignment)
        return {
            file: text
            for file, text in self.reference.items()
            if file not in self.owners or self.owners[file].number in solved
        }

    @cached_property
    def compiled(self) -> dict[str, bytes]:
        """The reference's files as marshalled code without docstrings, which no check needs."""
        return {
            file: marshal.dumps(compile(text, f"framework/{file}", "exec", dont_inherit=True, optimize=2))
            for file, text in self.reference.items()
        }

    @cached_property
    def promises(self) -> dict[str, tuple[str, ...]]:
        """File -> the names that it has to define; none for a package's `__init__.py`."""
        return {
            file: () if file.endswith("__init__.py") else promised_names(text) for file, text in self.reference.items()
        }

    @cached_property
    def inside(self) -> dict[str, Inside]:
        """Number of an assignment -> what its author wrote to run beside the student's package."""
        return read_inside(self.root)

    def asked(self, file: str) -> tuple[str, ...]:
        """The promised names that a file may not lack.

        They are those that a check of its assignment reaches, or a given file imports, a package's `__init__.py` too.

        The others are how the reference is cut: students may cut it in another way.
        """
        texts = (path.read_text(encoding="utf-8") for path in self.owners[file].folder.glob("*.py"))
        reached = {name for text in texts for name in _REACHED.findall(text)}
        return tuple(name for name in self.promises[file] if name in reached | self._given_imports)

    @cached_property
    def _given_imports(self) -> set[str]:
        given = (text for file, text in self.reference.items() if file not in self.owners)
        return {name for text in given for name in imported_names(text)}

    def public_module(self, file: str, name: str) -> str:
        """How a name of a file is reached: "nn" for `Linear` in nn/linear.py, "optim.lr_scheduler" for `StepLR`."""
        path = PurePosixPath(file)
        package = ".".join(path.parent.parts)
        exported = exported_names(self.reference.get(str(path.parent / "__init__.py"), ""))
        if exported.get(name.partition(".")[0]) == path.stem:
            return package
        return f"{package}.{path.stem}" if package else path.stem

    def hole_names(self, assignment: Assignment) -> set[str]:
        """What an untouched stub raises NotImplementedError with: "nn.Linear.forward", ..."""
        return {
            f"{self.public_module(file, name)}.{name}"
            for file, holes in assignment.holes.items()
            for name, _node in find_holes(parsed(self.reference[file]), holes)
        }

    def required(self, assignment: Assignment) -> set[str]:
        """Numbers of all assignments that this one builds on, directly or not."""
        by_number = {a.number: a for a in self.assignments}
        found: set[str] = set()
        waiting = list(assignment.requires)
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                waiting.extend(by_number[number].requires)
        return found

    def _stub(self, file: str) -> str:
        if file not in self.owners:
            return self.reference[file]
        owner = self.owners[file]
        try:
            return hollow(self.reference[file], owner.holes[file], lambda name: self.public_module(file, name))
        except HoleError as error:
            raise AssignmentError(owner.folder / "assignment.toml", str(error), f"holes.{file}") from error

    def _check(self) -> None:
        numbers = [a.number for a in self.assignments]
        for assignment in self.assignments:
            path = assignment.folder / "assignment.toml"
            if numbers.count(assignment.number) > 1:
                raise AssignmentError(assignment.folder, f"another folder has the number {assignment.number} too")
            for number in assignment.requires:
                if number not in numbers or number >= assignment.number:
                    raise AssignmentError(path, f"{number!r} is no earlier assignment", "requires")
            for file in assignment.holes:
                self._check_holes(path, assignment, file)
            for file in assignment.given:
                self._check_given(path, file)
        for file in self.reference:
            self._check_declared(file)
        # Each can be made; and now, as CPython 3.11 may fail to parse in one thread while another does, and a grading
        # has several.
        _ = self.stubs, self.promises, self._given_imports, self.inside

        self._check_imports()

    def _check_imports(self) -> None:
        """No file may import what another does not define, neither as it is nor as students receive it."""
        private = "defines as a part of the solution, so that it is not in what students receive"
        for files, why in ((self.reference, "does not define"), (self.stubs, private)):
            for lack in missing_names(files):
                _refuse_import(self.root / "reference" / lack.file, lack, why)
            for inside in self.inside.values():
                for lack in missing_names({**files, FILE: inside.text}):
                    _refuse_import(inside.file, lack, why)

    def _check_holes(self, path: Path, assignment: Assignment, file: str) -> None:
        key = f"holes.{file}"
        if file not in self.reference:
            raise AssignmentError(path, f"there is no reference/{file}", key)
        if self.owners[file] is not assignment:
            other = self.owners[file].name
            raise AssignmentError(path, f"{other} has holes in this file too; one file belongs to one", key)

    def _check_given(self, path: Path, file: str) -> None:
        if file not in self.reference:
            raise AssignmentError(path, f"there is no reference/{file}", "given")
        if file in self.owners:
            raise AssignmentError(
                path, f"{self.owners[file].name} has holes in {file}, so it is not given as it is", "given"
            )

    def _check_declared(self, file: str) -> None:
        """Students must not receive a file that nobody speaks of: it may solve an assignment that is gone."""
        given = {file for a in self.assignments for file in a.given}
        if file not in self.owners and file not in given and PurePosixPath(file).name != "__init__.py":
            problem = (
                "no assignment speaks of this file. If students write it, list their part under [holes] in an"
                f' assignment.toml; if they receive it as it is, write given = ["{file}"] there; if it belongs to an'
                " assignment that is gone, move it away"
            )
            raise AssignmentError(self.root / "reference" / file, problem)


def _refuse_import(file: Path, lack: Missing, why: str) -> NoReturn:
    problem = f"it imports {lack.name!r}, which {lack.source} {why}"
    if lack.source is None:
        problem = f"it imports from {lack.name}, which there is not"
    raise AssignmentError(file, problem, f"line {lack.line}")


def _read_reference(folder: Path) -> dict[str, str]:
    paths = sorted(folder.rglob("*.py"))
    if folder / "__init__.py" not in paths:
        raise AssignmentError(folder, "there is no package in it")
    return {path.relative_to(folder).as_posix(): _read_source(path) for path in paths}


def _read_source(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
        parsed(text)
    except UnicodeDecodeError as error:
        raise AssignmentError(path, f"it is not UTF-8: {error}") from error
    except SyntaxError as error:
        raise AssignmentError(path, f"{error.msg} (line {error.lineno})") from error
    except ValueError as error:  # a null byte, in versions of Python that have no syntax error for it
        raise AssignmentError(path, str(error)) from error
    return text
