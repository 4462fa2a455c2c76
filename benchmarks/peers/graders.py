"""What a grader of the benchmark is: how it is given checks and a submission, started, and understood."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from submissions import CHECKS, COURSE, Submission

HERE = Path(__file__).resolve().parent
SECONDS = 5  # of one check, for graders that know such a limit
ALL = {name: f"checks.{name}(nn)" for name in CHECKS}
Verdicts = dict[str, bool]


@dataclass
class Grader:
    """A grader with its checks (name -> statement) in a folder of its own; `home` is its environment."""

    folder: Path
    home: Path
    checks: Mapping[str, str] = field(default_factory=lambda: ALL)
    name = ""
    slow = False  # takes seconds for one submission

    def build(self) -> None:
        """Write the checks as the grader wants them."""

    def place(self, submission: Submission) -> Path:
        """Write the submission where its grading will run; nothing of an earlier one is left."""
        folder = fresh(self.folder / "submissions" / submission.name.replace(" ", "_"))
        (folder / "nn.py").write_text(submission.source)
        return folder

    def command(self, placed: Path) -> list[str | Path]:
        """What grades a placed submission; it is run in the folder where that stands."""
        raise NotImplementedError

    def command_for_all(self) -> list[str | Path] | None:
        """What grades all placed submissions at once, where that is how the grader is meant."""
        return None

    def verdicts(self, placed: Path) -> Verdicts | None:
        """Check -> whether it passed, as the grader's own results say; None if there are no usable ones."""
        raise NotImplementedError

    @property
    def environment(self) -> dict[str, str]:
        """One thread for linear algebra, everywhere: more only cost time on arrays this small."""
        path = f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}"
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        return {**kept, "PATH": path, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(HERE)}


class Bare(Grader):
    """No grader at all: a script that runs the peers' checks, for what the work itself takes."""

    name = "bare script"

    def command(self, placed: Path) -> list[str | Path]:
        return [sys.executable, HERE / "bare.py", placed / "nn.py"]

    def verdicts(self, placed: Path) -> Verdicts | None:
        return read_json(placed / "results.json")


class Ours(Grader):
    """This project's `grader grade`, from a cold start, every check in a sealed process of its own."""

    name = "grader"
    course = COURSE

    def build(self) -> None:
        if self.checks is ALL:
            return
        self.course = fresh(self.folder) / "course"
        shutil.copytree(COURSE, self.course)
        folder = self.course / "assignments" / "01_layers"
        settings = (folder / "assignment.toml").read_text()
        (folder / "assignment.toml").write_text(settings.replace("points = 30", f"points = {len(self.checks)}"))
        (folder / "test_hidden.py").write_text(MANY.format(names=list(self.checks)))

    def place(self, submission: Submission) -> Path:
        folder = fresh(self.folder / "submissions" / submission.name.replace(" ", "_"))
        package = fresh(folder / "framework")
        (package / "__init__.py").write_text("from . import nn as nn\n")
        (package / "nn.py").write_text(submission.source)
        return folder

    def command(self, placed: Path) -> list[str | Path]:
        ours = [sys.executable, "-m", "grader", "--course", self.course, "grade", placed]
        return [*ours, "--format", "gradescope", "-o", placed / "results.json"]

    def command_for_cohort(self, jobs: int) -> list[str | Path]:
        """What grades all placed submissions at once."""
        ours = [sys.executable, "-m", "grader", "--course", self.course, "cohort", "run", self.folder / "submissions"]
        return [*ours, "--again", "--format", "gradescope", "-o", fresh(self.folder / "reports"), "--jobs", str(jobs)]

    def verdicts_in_cohort(self, placed: Path) -> Verdicts | None:
        return self._verdicts(self.folder / "reports" / f"{placed.name}.gradescope.json")

    def verdicts(self, placed: Path) -> Verdicts | None:
        return self._verdicts(placed / "results.json")

    def _verdicts(self, path: Path) -> Verdicts | None:
        tests = (read_json(path) or {}).get("tests", [])
        known = [t["extra_data"] for t in tests if t.get("extra_data", {}).get("outcome") not in (None, "internal")]
        return {data["id"].rpartition("/test_")[2]: data["outcome"] == "passed" for data in known} or None


MANY = '''"""Many cheap checks."""

import numpy as np

from grader.checks import weight


def make(number):
    @weight(1)
    def check(twin):
        """ReLU keeps what is positive."""
        twin("nn.ReLU").forward(np.full((2, 3), number + 1.0)).compare()

    return check


for number, name in enumerate({names}):
    globals()["test_" + name] = make(number)
'''


def fresh(folder: Path) -> Path:
    """The folder, empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def read_json(path: Path) -> dict | None:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None
