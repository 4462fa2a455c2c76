"""A class that is made up: misconceptions, right answers written in other ways, stubs and hostile files.

    .venv/bin/python benchmarks/made_up_class.py                       # 60 submissions to assignment 01
    .venv/bin/python benchmarks/made_up_class.py 300 -a 01 --jobs 1 2  # more of them, with one process and with two

What every submission is, is known. So every score, every belief and every statistic of the class is compared with it;
the program says where they differ. It also measures: submissions per second, for each number of processes, beside
single gradings of the same submissions; a second run, which finds nothing to do; and the memory of the command.
"""

import argparse
import ast
import io
import os
import re
import resource
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from grader.assignment import Assignment, Course, Misconception, read_misconceptions
from grader.assignment.variants import Variants, replaced
from grader.cohort.beliefs import beliefs
from grader.cohort.rows import Row, State
from grader.cohort.sheet import PASSED, sheet
from grader.cohort.store import STORE, Store

ROOT = Path(__file__).resolve().parents[1]
SHARES = {"right": 0.3, "misconception": 0.5, "stub": 0.1, "hostile": 0.1}
SINGLE = 6  # submissions that are also graded one by one


@dataclass(frozen=True)
class Kind:
    """A kind of submission. `files` are those of the package by path, or `upload` is what was handed in instead.

    `right`: it earns everything. `belief` is the one that it has. `fails` are checks that it has to fail; `components`
    are those in which it may fail any. `nothing`: it earns nothing. `unreadable`: it has no result.
    """

    name: str
    family: str
    files: Mapping[str, str]
    right: bool = False
    belief: str = ""
    fails: frozenset[str] = frozenset()
    components: frozenset[str] = frozenset()
    nothing: bool = False
    unreadable: bool = False
    upload: bytes | None = None


def kinds(course: Course, assignment: Assignment) -> list[Kind]:
    """All kinds of submissions to one assignment."""
    right = dict(course.reference)
    holes = [file for file in assignment.holes if file in course.stubs]
    found = [Kind("right", "right", right, right=True)]
    for style in sorted((assignment.folder / "variants").glob("*")):
        own = {path.relative_to(style).as_posix(): path.read_text("utf-8") for path in style.rglob("*.py")}
        if style.name != "torch":  # it needs PyTorch
            found.append(Kind(f"variant_{style.name}", "right", right | own, right=True))
    variants = Variants(course)
    found += [_with_belief(course, variants, entry) for entry in read_misconceptions(assignment.folder)]
    stubs = right | {file: course.stubs[file] for file in holes}
    found.append(Kind("stub", "stub", stubs, nothing=True))
    return found + list(_hostile(right, holes))


def _with_belief(course: Course, variants: Variants, entry: Misconception) -> Kind:
    file, name = variants.place(entry.target)
    text = ast.unparse(replaced(variants.trees[file], name, entry.node))
    components = frozenset(check.partition("/")[0] for check in entry.fails)
    files = dict(course.reference) | {file: text}
    short = re.sub(r"\W", "_", entry.name)
    return Kind(short, "misconception", files, belief=entry.name, fails=frozenset(entry.fails), components=components)


def _hostile(right: Mapping[str, str], holes: list[str]) -> Iterator[Kind]:
    """Submissions that would harm a careless grader. None earns anything in the files that they replace."""
    for name, text in {
        "exits": "import os\nos._exit(0)\n",
        "raises": "raise SystemExit(0)\n",
        "shouts": "while True:\n    print('x' * 100_000)\n",
        "forks": "import os\nwhile True:\n    os.fork()\n",
        "eats": "x = []\nwhile True:\n    x.append(bytearray(10_000_000))\n",
    }.items():
        yield Kind(name, "hostile", {**right, **dict.fromkeys(holes, text)}, nothing=True)
    yield Kind("damaged", "hostile", {}, unreadable=True, upload=b"PK\3\4 and no more")
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(3000):
            archive.writestr(f"folder_{number}/x.txt", "")
    yield Kind("many_files", "hostile", {}, unreadable=True, upload=many.getvalue())
    yield Kind("empty", "hostile", {}, unreadable=True)


def write(folder: Path, chosen: Mapping[str, Kind]) -> None:
    """Write submissions by name. Each is another one: its files have its name in a comment."""
    for name, kind in chosen.items():
        if kind.upload is not None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(kind.upload)
            continue
        (folder / name).mkdir(parents=True)
        for path, text in kind.files.items():
            place = folder / name / "framework" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"{text}\n# {name}\n", encoding="utf-8")


def drawn(found: list[Kind], count: int, seed: int) -> dict[str, Kind]:
    """So many submissions of all kinds, in the SHARES of their families, by name."""
    rng = np.random.default_rng(seed)
    families = {family: [kind for kind in found if kind.family == family] for family in SHARES}
    chosen = rng.choice(list(SHARES), count, p=list(SHARES.values()))
    picked = [families[family][rng.integers(len(families[family]))] for family in chosen]
    return {named(f"s{number:04}_{kind.name}", kind): kind for number, kind in enumerate(picked)}


def named(name: str, kind: Kind) -> str:
    """The name of a submission of this kind: an archive ends as one."""
    return name if kind.upload is None else f"{name}.zip"


def differences(store: Store, rows: list[Row], truth: Mapping[str, Kind]) -> Iterator[str]:
    """Where the results of a class differ from what is known of its submissions."""
    by_name = {row.name: row for row in rows}
    if missing := truth.keys() ^ by_name.keys():
        yield f"rows that are missing or too many: {sorted(missing)[:5]}"
    for name, kind in truth.items():
        yield from (f"{name}: {what}" for what in _of_one(store, by_name[name], kind))
    yield from _of_class(store, [row for row in rows if row.result is not None], truth)


def _of_one(store: Store, row: Row, kind: Kind) -> Iterator[str]:
    if kind.unreadable or row.result is None:
        if not (kind.unreadable and row.state is State.UNREADABLE and row.note):
            yield f"it is {row.state}: {row.note}"
        return
    found = store.query(
        "SELECT checks.name, component, outcome, beliefs.name AS belief FROM outcomes JOIN checks USING (check_id)"
        " LEFT JOIN beliefs USING (belief) WHERE result = ?",
        row.result,
    )
    failed = [each for each in found if each["outcome"] != "passed"]
    if kind.right and row.earned != row.points:
        yield f"it is right, and earned {row.earned:g} of {row.points:g}"
    if kind.nothing and row.earned:
        yield f"it has nothing, and earned {row.earned:g}"
    short = {each["name"].split("/", 2)[2].partition("[")[0] for each in failed}
    if kind.fails and not any(check in short for check in kind.fails):
        yield f"it fails none of {sorted(kind.fails)}"
    if kind.fails and (others := {each["component"] for each in failed} - kind.components):
        yield f"it fails checks of {sorted(others)}"
    if kind.belief and kind.belief not in {part for each in failed for part in (each["belief"] or "").split(" + ")}:
        yield f"its belief {kind.belief} is not named; named are {sorted({each['belief'] or '' for each in failed})}"
    if kind.right and any(each["belief"] for each in found):
        yield "it is right, and has a belief"


def _of_class(store: Store, rows: list[Row], truth: Mapping[str, Kind]) -> Iterator[str]:
    """Statistics of the class, computed here in another way."""
    made = sheet(store, rows)
    for column, check in enumerate(made.checks):
        passed = store.query(
            "SELECT count(*) FROM outcomes JOIN checks USING (check_id) JOIN entries USING (result)"
            " WHERE checks.name = ? AND outcome = 'passed' AND run = (SELECT max(run) FROM runs)",
            check.name,
        )[0][0]
        if passed != (made.outcome[:, column] == PASSED).sum():
            yield f"{check.name}: {passed} passed, and the sheet says otherwise"
    for belief in beliefs(made):
        planted = {name for name, kind in truth.items() if kind.belief in belief.name.split(" + ")}
        having = {made.rows[row].name for row in belief.rows}
        if strangers := {name for name in having - planted if truth[name].belief == "" and truth[name].right}:
            yield f"{belief.name} is told of {sorted(strangers)[:3]}"


def run(source: Path, out: Path, number: str, jobs: int) -> tuple[float, float]:
    """Grade a class. Returns seconds, and the memory of the command itself at most [MiB]."""
    command = [sys.executable, "-m", "grader", "cohort", "run", source, "-o", out, "-a", number, "--jobs", str(jobs)]
    begun = perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"the run ended with {os.waitstatus_to_exitcode(status)}")
    return perf_counter() - begun, usage.ru_maxrss / 1024


def one_by_one(source: Path, names: list[str], number: str) -> float:
    """Seconds of `grader grade` for each of some submissions, without the start of the command."""
    empty = _seconds(["--version"])
    return sum(_seconds(["grade", source / name, "-a", number, "--format", "json"]) - empty for name in names)


def _seconds(words: list[str | Path]) -> float:
    begun = perf_counter()
    subprocess.run([sys.executable, "-m", "grader", *words], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    return perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=60)
    parser.add_argument("-a", "--assignment", default="01")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    course = Course.load(ROOT)
    [assignment] = course.select((asked.assignment,))
    truth = drawn(kinds(course, assignment), asked.count, asked.seed)
    with tempfile.TemporaryDirectory() as name:
        source = Path(name, "class")
        write(source, truth)
        quick = [each for each, kind in truth.items() if kind.family in ("right", "misconception")][:SINGLE]
        single = one_by_one(source, quick, asked.assignment) / len(quick)
        print(f"{len(truth)} submissions; one by one, each takes {single:.2f} s beside the start of the command")
        for jobs in asked.jobs:
            out = Path(name, f"out{jobs}")
            seconds, memory = run(source, out, asked.assignment, jobs)
            again, _memory = run(source, out, asked.assignment, jobs)
            print(
                f"{jobs} at once: {seconds:.1f} s, {seconds * jobs / len(truth):.2f} s of a process each,"
                f" {memory:.0f} MiB; again, with nothing to do: {again:.1f} s"
            )
            with Store(out / STORE) as store:
                found = list(differences(store, store.rows(store.runs()[-1].number), truth))
            print("\n".join(found) if found else "every result is what it has to be")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"this program itself: {own:.0f} MiB")


if __name__ == "__main__":
    main()
