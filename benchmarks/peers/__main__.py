"""This grader beside its peers: the same checks on the same submissions, measured in turn on one machine.

    .venv/bin/python benchmarks/peers [STUDY...] [--rounds N] [--only PEER,...] [--cache FOLDER]

Studies: single, cohort, faults, growth; all of them by default. Peers are installed once, in environments of their own in the
cache; those that cannot be are left out. What is printed is Markdown.
"""

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

import cohort
import faults
import growth
import single
from graders import Bare, Grader, Ours
from peers import PEERS, Nbgrader, Otter
from venvs import CACHE, PINNED, environment_of

NOTE = """The 30 checks are the same in meaning. Gradients: the peers take central differences of every coordinate, as courses do;
ours compares with the reference's gradients for a random upstream gradient, and takes differences, in random directions, only if
they differ. "all right": every verdict equals that of the oracle. Compare within one table only."""


def main() -> None:
    known = ("single", "cohort", "faults", "growth")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("studies", nargs="*", metavar="STUDY", default=list(known), help=", ".join(known))
    parser.add_argument("--rounds", type=int, default=5, help="of the study single")
    parser.add_argument("--only", default=",".join(PINNED), help="these peers, with commas between them")
    parser.add_argument("--cache", type=Path, default=CACHE)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="grader-peers-") as folder:
        print_all(asked, Path(folder))


def print_all(asked: argparse.Namespace, folder: Path) -> None:
    graders = available(asked.only.split(","), asked.cache, folder)
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores\n")
    print(NOTE + "\n")
    light = [g for g in graders if not isinstance(g, Otter | Nbgrader)]  # the others take minutes for a cohort
    studies = {
        "single": ("One submission", lambda: single.study(graders, asked.rounds)),
        "cohort": ("36 submissions, two at a time", lambda: cohort.study([g for g in light if not isinstance(g, Bare)])),
        "faults": (f"Submissions that misbehave ({faults.GUARD} s guard)", lambda: faults.study(graders[1:])),
        "growth": ("Growth", lambda: growth.study(light, folder / "growth")),
    }
    for name in asked.studies:
        title, study = studies[name]
        print(f"## {title}\n\nload before it: {os.getloadavg()[0]:.1f}\n\n{study()}", flush=True)


def available(names: list[str], cache: Path, folder: Path) -> list[Grader]:
    """The bare script, ours, and every peer of these names that could be installed, ready to grade."""
    here = Path(sys.prefix)
    homes = {cls: environment_of(cls.name, cache) for cls in PEERS if cls.name in names}
    graders: list[Grader] = [Bare(folder / "bare", here), Ours(folder / "ours", here)]
    graders += [cls(folder / cls.name, home) for cls, home in homes.items() if home]
    for grader in graders:
        grader.build()
    return graders


if __name__ == "__main__":
    main()
