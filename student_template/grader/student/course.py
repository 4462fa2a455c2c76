"""What the course consists of: its assignments, their points, files and handouts, as `course.json` says."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.student import Refused

FILE = "grader/course.json"


@dataclass(frozen=True)
class Assignment:
    """One assignment. `holes` has the names that students write, by file, in the order in which they build on another.

    A name is a class or a function, `Class` for `Class.method`.
    """

    name: str  # "03_loss"
    title: str
    points: float
    tests: tuple[str, ...]
    holes: tuple[tuple[str, str], ...]

    @property
    def number(self) -> str:
        return self.name.partition("_")[0]

    @property
    def handout(self) -> str:
        return f"handouts/{self.name}.md"

    @property
    def files(self) -> list[str]:
        """The files of the package that students write, such as "nn/loss.py"."""
        return list(dict.fromkeys(file for file, _ in self.holes))

    def hole_of(self, component: str) -> tuple[str, str] | None:
        """The file and name that a class of checks is about: ("nn/module.py", "accumulate_grad") for AccumulateGrad.

        Where it is about tests that students write (SoftmaxTests), it is the first one in their file.
        """
        wanted = plain(component)
        tests = f"test{wanted.removesuffix('tests')}" if wanted.endswith("tests") else None
        for file, name in self.holes:
            if plain(name) == wanted or plain(Path(file).stem) == tests:
                return file, name
        return None

    def in_order(self, components: Sequence[str]) -> list[str]:
        """Components in the order of work: that of the holes. What is about no hole stays behind what it follows."""
        places, place = {}, -1
        for component in components:
            hole = self.hole_of(component)
            place = self.holes.index(hole) if hole else place
            places[component] = place
        return sorted(components, key=places.__getitem__)


def plain(name: str) -> str:
    """A name without underscores and capitals, so that `clip_grad_norm_` and ClipGradNorm are the same."""
    return name.replace("_", "").lower()


def read_course(root: Path) -> list[Assignment]:
    """The assignments, in their order.

    Raises:
        Refused: if the file that lists them is missing or broken.
    """
    try:
        rows = json.loads((root / FILE).read_text(encoding="utf-8"))
        return [
            Assignment(
                row["name"],
                row["title"],
                row["points"],
                tuple(row["tests"]),
                tuple(dict.fromkeys((f, n.partition(".")[0]) for f, names in row["holes"].items() for n in names)),
            )
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(f"{FILE} cannot be read ({error}). Get it anew from the template.") from error


def select(course: Sequence[Assignment], asked: str) -> Assignment:
    """The assignment of a number or name: "3", "03", "03_loss".

    Raises:
        Refused: if there is none, naming those there are.
    """
    number, _, name = asked.partition("_")
    for assignment in course:
        if assignment.number == number.zfill(2) and (not name or assignment.name == asked):
            return assignment
    known = ", ".join(a.number for a in course)
    raise Refused(f"There is no assignment {asked!r}; there are {known}.")
