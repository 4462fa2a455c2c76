"""Reads one assignment's folder and refuses, by file and key, what is wrong with it."""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.authored import KINDS
from grader.documents import first_breach_unless_known, parse_toml
from grader.isolation.walls.limits import Limits
from grader.portable import Portable

SCHEMA = Path(__file__).with_name("schema.json")
REQUIRED_FILES = ("README.md", "assignment.toml", "test_public.py", "test_hidden.py")
MAX_DATA = 2 << 20  # bytes of an assignment's data: students download them, and checks hand them to workers
AUDITED = "audited.json"  # what audits found
# What no grading reads: what authors have for their tools, and what students look at and run.
NOT_FOR_GRADING = (AUDITED, "figures", "milestones", "recordings", "topdown", "variants")
# "test_hidden.py", or "test_hidden_losses.py" beside others: one assignment may have several files of a kind.
_CHECKS = re.compile(r"test_(public|hidden)(_\w+)?\.py")


class AssignmentError(Portable):
    """The course itself is broken: the instructor's to mend. Nothing is graded until it is."""

    def __init__(self, path: Path | str, problem: str, key: str = "") -> None:
        place = f"{path}: {key}" if key else f"{path}"
        super().__init__(f"{place}: {problem}")


@dataclass(frozen=True)
class Assignment:
    """One assignment as its folder describes it.

    `holes` maps a file of the reference ("nn/linear.py") to what students write in it ("Linear", "Module.parameters");
    `given` are files without holes.
    `shapes` maps a class or function ("nn.Linear") to the input shapes that the handout promises, in its words.
    `seconds` limits one check, `total_seconds` all of them [s]; `memory` the student's process [MiB].
    """

    number: str
    slug: str
    folder: Path
    title: str
    points: float
    holes: dict[str, tuple[str, ...]]
    requires: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    shapes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seconds: float = Limits.seconds
    total_seconds: float = 180.0
    memory: int = Limits.memory
    test_files: tuple[Path, ...] = field(default=(), compare=False)

    @property
    def name(self) -> str:
        return f"{self.number}_{self.slug}"

    @property
    def data_folders(self) -> tuple[Path, ...]:
        """Where `data` of a hidden check looks: in its own assignment, then in those that this one requires."""
        required = (path for number in self.requires for path in sorted(self.folder.parent.glob(f"{number}_*/data")))
        return (self.folder / "data", *required)

    @property
    def data_files(self) -> tuple[Path, ...]:
        """What `data` of a check can name, and students receive with this assignment."""
        return _visible(self.folder / "data")

    @property
    def public_files(self) -> tuple[Path, ...]:
        """Those of `test_files` that students receive."""
        return tuple(filter(is_public, self.test_files))


def is_public(file: Path) -> bool:
    """Whether students receive this file of checks."""
    return file.name.startswith("test_public")


def read_assignment(folder: Path) -> Assignment:
    """Read `NN_slug/`.

    Raises:
        AssignmentError: naming the file, and the key where one is at fault.
    """
    number, _, slug = folder.name.partition("_")
    if not (len(number) == 2 and number.isascii() and number.isdigit() and slug.isidentifier()):
        raise AssignmentError(folder, "the folder's name should be two digits, an underscore and a word")
    test_files = _test_files(folder)
    _check_data(folder / "data")
    found = {path.name for path in folder.iterdir()} | {_first_of_its_kind(file) for file in test_files}
    for name in REQUIRED_FILES:
        if name not in found:
            raise AssignmentError(folder / name, "this file is missing")
    path = folder / "assignment.toml"
    data = _read_toml(path)
    _validate(path, data)
    holes = {file: tuple(names) for file, names in data["holes"].items()}
    return Assignment(
        number=number,
        slug=slug,
        folder=folder,
        title=data["title"],
        points=data["points"],
        holes=holes,
        requires=tuple(data.get("requires", ())),
        given=tuple(data.get("given", ())),
        shapes={path: tuple(texts) for path, texts in data.get("shapes", {}).items()},
        test_files=test_files,
        **data.get("limits", {}),
    )


def _test_files(folder: Path) -> tuple[Path, ...]:
    """The files of checks: public ones first, each kind in the order of names."""
    files = sorted(path for path in folder.glob("test_*.py") if path.is_file())
    for file in files:
        if not _CHECKS.fullmatch(file.name):
            problem = "a file of checks is called test_public.py or test_hidden.py, or test_hidden_losses.py, say"
            raise AssignmentError(file, problem)
    return tuple(sorted(files, key=lambda file: not is_public(file)))


def _first_of_its_kind(file: Path) -> str:
    return "test_public.py" if is_public(file) else "test_hidden.py"


def _visible(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(path for path in folder.iterdir() if path.name[0] != ".")) if folder.is_dir() else ()


def _check_data(folder: Path) -> None:
    files = _visible(folder)
    for file in files:
        if not file.is_file() or file.suffix not in KINDS:
            kinds = ", ".join(KINDS)
            raise AssignmentError(file, f"a file of data ends with one of {kinds}, and there are no folders in data/")
    size = sum(file.stat().st_size for file in files)
    if size > MAX_DATA:
        total = f"its files have {size / (1 << 20):.1f} MiB together"
        raise AssignmentError(folder, f"{total}, but an assignment may have {MAX_DATA >> 20} MiB of data")


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return parse_toml(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AssignmentError(path, f"this is not TOML: {error}") from error
    except ValueError as error:
        raise AssignmentError(path, str(error)) from error


def _validate(path: Path, data: dict[str, Any]) -> None:
    if breach := first_breach_unless_known(data, SCHEMA):
        key, problem = breach
        raise AssignmentError(path, problem, key)
