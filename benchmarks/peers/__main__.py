"""Compares this grader with others: the same checks on the same submissions, measured in turn on one machine.

    .venv/bin/python benchmarks/peers [STUDY...] [--quick] [--only NAME,...] [--out FOLDER] [--cache FOLDER]

README.md beside this file says what is measured. The studies are single, cohort, faults, growth, stages and overhead;
by default all of them, in about twenty minutes. The other graders are installed once, each in an environment of its own
in the cache. Those that cannot be installed are left out. Everything is printed, and written to FOLDER as results.json,
results.md and three plots.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))  # overhead.py and stages.py
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when NumPy is imported; as for every grader

import cohort
import faults
import growth
import inside
import numpy as np
import reasons
import single
from effort import FULL, QUICK, Effort
from graders import HERE, Bare, Grader, Ours
from peers import PEERS
from tables import Table
from venvs import CACHE, environment_of, versions

STUDIES = {
    "single": "One submission",
    "cohort": "A cohort",
    "faults": "Submissions that misbehave",
    "growth": "Growth",
    "stages": "Where the time goes",
    "overhead": "What isolation adds",
}
NAMES = ["ours", *(cls.name for cls in PEERS)]


def main() -> None:
    asked = arguments()
    effort = QUICK if asked.quick else FULL
    with tempfile.TemporaryDirectory(prefix="grader-peers-") as folder:
        graders = available(asked.only.split(","), asked.cache, Path(folder))
        results = Results(asked.out, graders, asked.quick)
        for name in asked.studies:
            results.add(name, lambda name=name: study(name, graders, effort, Path(folder)))
    results.plot(environment_of("plots", asked.cache))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("studies", nargs="*", metavar="STUDY", help=", ".join(STUDIES))
    parser.add_argument(
        "--quick",
        action="store_true",
        help="few rounds and small sizes, to see whether it works; the figures are worth little",
    )
    parser.add_argument("--only", default=",".join(NAMES), help=f"some of {','.join(NAMES)}; ours is always there")
    parser.add_argument(
        "--out",
        type=Path,
        default=HERE / "results",
        help="the folder for results; by default results/ beside this file",
    )
    parser.add_argument("--cache", type=Path, default=CACHE, help="the folder for the peers' environments")
    asked = parser.parse_args()
    asked.studies = asked.studies or list(STUDIES)
    for wanted, known in ((asked.studies, list(STUDIES)), (asked.only.split(","), NAMES)):
        if unknown := set(wanted) - set(known):
            parser.error(f"{', '.join(sorted(unknown))}: not known; there are {', '.join(known)}")
    return asked


def available(names: list[str], cache: Path, folder: Path) -> list[Grader]:
    """The bare script, ours, and every peer of these names that could be installed, ready to grade."""
    here = Path(sys.prefix)
    homes = {cls: environment_of(cls.name, cache) for cls in PEERS if cls.name in names}
    graders: list[Grader] = [Bare(folder / "bare", here), Ours(folder / "ours", here)]
    graders += [cls(folder / cls.name, home) for cls, home in homes.items() if home]
    for grader in graders:
        grader.build()
    return graders


def study(name: str, graders: list[Grader], effort: Effort, folder: Path) -> list[Table]:
    match name:
        case "growth":
            return growth.study(graders, effort, folder / "growth")
        case "stages":
            return inside.study_of_stages(effort)
        case "overhead":
            return inside.study_of_overhead(effort)
    return {"single": single, "cohort": cohort, "faults": faults}[name].study(graders, effort)


class Results:
    """What was found so far, in a folder: results.json for programs, results.md for readers."""

    def __init__(self, folder: Path, graders: list[Grader], quick: bool) -> None:
        self._folder = folder
        self._tables: dict[str, dict] = {}
        known = {g.name: versions(g.name) for g in graders[2:]}
        self._about = {
            "python": platform.python_version(), "numpy": np.__version__,
            "cores": os.cpu_count(), "machine": platform.machine(),
            "day": time.strftime("%Y-%m-%d"), "quick": quick, "peers": known,
        }  # fmt: skip
        self._text = [f"# This grader beside its peers\n\n{self._heading()}\n\n{reasons.HOW_TO_READ}\n"]
        folder.mkdir(parents=True, exist_ok=True)
        self._print(self._text[0])

    def _heading(self) -> str:
        about = self._about
        peers = ", ".join(f"{name} {version}" for name, version in about["peers"].items())
        quick = " A quick run: to see that it works, not to be quoted." if about["quick"] else ""
        machine = f"{about['cores']} cores ({about['machine']})"
        versions = f"Python {about['python']}, NumPy {about['numpy']}"
        return f"{about['day']}, {versions}, {machine}; {peers or 'no peers'}.{quick}"

    def add(self, name: str, found: Callable[[], list[Table]]) -> None:
        """Do a study, print it and write all there is."""
        load, begun = os.getloadavg()[0], time.monotonic()
        tables = found()
        self._tables |= {table.name: table.to_json() for table in tables}
        loads = f"Load of the machine before it {load:.1f}, after it {os.getloadavg()[0]:.1f}"
        took = f"{loads}; it took {time.monotonic() - begun:.0f} s."
        parts = [
            f"## {STUDIES[name]}",
            took,
            *(table.to_markdown().strip() for table in tables),
            *reasons.WHY.get(name, ()),
        ]
        self._text.append("\n\n".join(parts) + "\n")
        self._print(self._text[-1])
        (self._folder / "results.json").write_text(
            json.dumps({"about": self._about, "tables": self._tables}, indent=1) + "\n"
        )
        (self._folder / "results.md").write_text("\n".join(self._text))

    def plot(self, home: Path | None) -> None:
        if home and any(name.startswith("growth") for name in self._tables):
            subprocess.run(
                [home / "bin" / "python", HERE / "plot.py", self._folder / "results.json", self._folder], check=True
            )

    def _print(self, text: str) -> None:
        print(text, flush=True)


if __name__ == "__main__":
    main()
