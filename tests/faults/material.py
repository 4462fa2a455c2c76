"""What faults are injected into: the tiny course with thirty checks more, and how a kind of fault ended."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import Course
from grader.submission import Submission

TINY = Path(__file__).resolve().parents[1] / "tiny_course"
MORE = 30
MORE_CHECKS = f'''

import pytest


@pytest.mark.parametrize("number", range({MORE}))
class TestMore:
    @weight(1)
    def test_more(self, twin, rng, number):
        """Scale.forward works again and again."""
        for _ in range(5):
            twin("nn.Scale", 7.25).forward(rng.normal(size=(2, 3))).compare()
'''
POINTS = 10 + MORE
CHECKS = 5 + MORE


@dataclass
class Tally:
    """How one kind of fault ended: how many gradings survived, and how many announced results are missing or wrong."""

    kind: str
    injected: int = 0
    survived: int = 0
    lost: int = 0

    def add(self, injected: int, survived: bool, lost: int) -> None:
        self.injected += injected
        self.survived += injected if survived else 0
        self.lost += lost

    @property
    def clean(self) -> bool:
        return self.survived == self.injected and self.lost == 0


def make_course(folder: Path) -> Path:
    """A course of one assignment with `CHECKS` checks worth `POINTS`."""
    root = Path(shutil.copytree(TINY, folder / "course", ignore=shutil.ignore_patterns("__pycache__", "02_chain")))
    first = root / "assignments/01_scaling"
    with (first / "test_hidden.py").open("a", encoding="utf-8") as file:
        file.write(MORE_CHECKS)
    toml = first / "assignment.toml"
    given = 'given = ["nn/chain.py", '  # the assignment that has its holes is left out
    toml.write_text(
        toml.read_text()
        .replace("points = 10", f"points = {POINTS}")
        .replace("seconds = 1", "seconds = 5")
        .replace("given = [", given)
    )
    return root


def right_submission(course: Course) -> Submission:
    return Submission("right", {path: text.encode() for path, text in course.reference.items()})
