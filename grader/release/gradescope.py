"""The zip for Gradescope.

It has the grader, how to install and run it, and the course with only the solutions and hidden checks that it needs.
"""

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.assignment import Assignment, AssignmentError, Course
from grader.assignment.folder import NOT_FOR_GRADING, REQUIRED_FILES
from grader.formats.gradescope import written
from grader.gradescope.metadata import Metadata
from grader.gradescope.place import NAME
from grader.gradescope.results import composed
from grader.policy import Policy
from grader.release.leaks import Content, require_no_leak
from grader.release.requirements import locked_requirements
from grader.release.template import GRADER, template_files
from grader.release.whole_folder import as_bytes
from grader.result import nothing_yet

FILES = Path(__file__).with_name("gradescope_files")
SCRIPTS = {"setup.sh", "run_autograder"}
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # a fixed date, so that the zip has the same bytes whenever it is made
SUFFIXES = {".py", ".json", ".toml", ".md"}
_NOT_GRADED = dict.fromkeys(REQUIRED_FILES, "# This assignment is not graded here.\n")


def autograder_files(course: Course, assignments: tuple[Assignment, ...], policy: str = "") -> dict[str, Content]:
    """Every file of the zip: path -> text.

    Raises:
        AssignmentError: if a line of a solution is in the student template, or if nothing says what to install.
    """
    require_no_leak(course, template_files(course))
    return {
        **{path.name: path.read_text(encoding="utf-8") for path in sorted(FILES.iterdir()) if path.suffix != ".md"},
        "assignments.txt": "".join(f"{a.number}\n" for a in assignments),
        "policy.toml": policy,
        "requirements.txt": _requirements(course),
        "started.json": written(composed(nothing_yet(NAME), Policy(), Metadata(), False)),
        **{f"course/{path}": text for path, text in _course(course, assignments)},
    }


def _requirements(course: Course) -> str:
    """The locked requirements: from the lock beside the grader, or else from that of the course's repository."""
    for home in (GRADER.parent, course.root):
        if (home / "requirements.lock").is_file() and (home / "pyproject.toml").is_file():
            try:
                return locked_requirements(home)
            except ValueError as error:
                raise AssignmentError(home / "requirements.lock", str(error)) from error
    raise AssignmentError(
        course.root, "requirements.lock and pyproject.toml are not there; the zip has to say what Gradescope installs"
    )


def _course(course: Course, chosen: tuple[Assignment, ...]) -> Iterator[tuple[str, Content]]:
    """The course as a folder in which only the `chosen` assignments can be graded.

    The other assignments are there with their facts, and with their solutions if a chosen one requires them.
    """
    for path, text in _texts(GRADER):
        yield f"grader/{path}", text
    solved = {file for a in chosen for file in (*course.base_files(a), *a.holes)}
    for file, text in course.reference.items():
        yield f"reference/{file}", text if file in solved else course.stubs[file]
    for assignment in course.assignments:
        own = {name: text for name, text in _texts(assignment.folder) if name.partition("/")[0] not in NOT_FOR_GRADING}
        files = own if assignment in chosen else {**_NOT_GRADED, "assignment.toml": own["assignment.toml"]}
        for name, text in files.items():
            yield f"assignments/{assignment.name}/{name}", text
        for file in assignment.data_files if assignment in chosen else ():
            yield f"assignments/{assignment.name}/data/{file.name}", file.read_bytes()


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    """The files of a folder that are part of the course, by their path in it."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.suffix in SUFFIXES and not any(part[0] == "." or part == "__pycache__" for part in inside.parts):
            yield inside.as_posix(), path.read_text(encoding="utf-8")


def write_files(files: Mapping[str, Content], folder: Path) -> None:
    """Write the files as Gradescope will unpack them."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(as_bytes(text))


def write_zip(files: Mapping[str, Content], target: Path) -> None:
    """Write the zip. The same files give the same bytes on any machine, as nothing is compressed."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path, text in sorted(files.items()):
            entry = zipfile.ZipInfo(path, LONG_AGO)
            entry.create_system = 3  # Unix, so that unzip applies the permissions below
            entry.external_attr = (0o100700 if path in SCRIPTS else 0o100600) << 16
            archive.writestr(entry, as_bytes(text))
