"""Where the time of one `grader grade` goes, from the start of the interpreter to its end.

    .venv/bin/python benchmarks/stages.py [SUBMISSION] [--course FOLDER] [--rounds N]

By default the benchmark's vectorised answer is graded by its course. Every round is a cold command, with the clock of
stage_clock.py in it, which makes it a few percent slower. The time of a stage excludes the stages inside it: "course:
read" does not count the validation of assignment.toml. Workers, and the process that forks them, run beside the stages
of the trusted process. They have processor time only. "pytest: waiting" is the time until a check's worker is ready. So
the column of processor time adds up to the whole, and that of wall time does so without the processes beside.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BENCH = ROOT / "benchmarks" / "peers" / "course"
CLOCK = ROOT / "benchmarks" / "stage_clock.py"
BESIDE = {"fork server": "beside: the process that forks workers", "workers": "beside: workers"}
Stages = dict[str, tuple[float, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("submission", nargs="?", type=Path)
    parser.add_argument("--course", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    print(table(measured(asked.rounds, asked.submission, asked.course)))


def measured(rounds: int, submission: Path | None = None, course: Path | None = None) -> list[Stages]:
    """Stage -> wall and processor seconds, of each round; "all" is the whole command."""
    course = (course or (ROOT if submission else BENCH)).resolve()
    with tempfile.TemporaryDirectory() as folder:
        path = submission or vectorised(Path(folder))
        command = [sys.executable, str(CLOCK), "--course", str(course), "grade", str(path), "--format", "gradescope"]
        cold(command)  # warms all caches
        return [cold(command) for _ in range(rounds)]


def vectorised(folder: Path) -> Path:
    """The benchmark's own right answer, as a submission in this folder."""
    package = folder / "framework"
    package.mkdir()
    for file in ("__init__.py", "nn.py"):
        (package / file).write_bytes((BENCH / "reference" / file).read_bytes())
    return folder


def cold(command: list[str]) -> Stages:
    """What the stages of one command took."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "stages.json")
        environment = {
            k: v for k, v in os.environ.items() if not k.startswith("PYTHON")
        }  # as usual: with compiled modules kept
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        environment |= {"STAGES_RESULT": str(result), "STAGES_STARTED": repr(started)}
        subprocess.run([*command, "-o", str(Path(folder, "results.json"))], env=environment, check=True)
        wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        found = json.loads(result.read_text())
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    stages = {name: (wall, cpu) for name, (wall, cpu) in found["spent"].items()}
    stages |= {name: (0.0, found[kind]) for kind, name in BESIDE.items()}
    rest = processor - sum(cpu for _wall, cpu in stages.values())
    return stages | {"interpreter: ended": (started + wall - found["at"], rest), "all": (wall, processor)}


def names(rounds: list[Stages]) -> list[str]:
    """Every stage that takes half a millisecond, and "all" as the last."""
    found = {name for stages in rounds for name in stages if max(median(rounds, name)) >= 0.5e-3}
    return sorted(found, key=lambda name: (name == "all", name.startswith("beside"), name))


def median(rounds: list[Stages], name: str) -> tuple[float, float]:
    walls, processors = zip(*(stages.get(name, (0.0, 0.0)) for stages in rounds), strict=True)
    return statistics.median(walls), statistics.median(processors)


def table(rounds: list[Stages]) -> str:
    """Markdown, in milliseconds."""
    lines = [f"| {len(rounds)} rounds | wall ms, from-to | processor ms |", "|---|---:|---:|"]
    for name in names(rounds):
        wall, processor = (1e3 * value for value in median(rounds, name))
        walls = [1e3 * stages.get(name, (0.0, 0.0))[0] for stages in rounds]
        lines.append(f"| {name} | {wall:.1f} ({min(walls):.1f}-{max(walls):.1f}) | {processor:.1f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
