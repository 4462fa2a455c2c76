"""How long the report on a class takes, and how large it is: made-up results of many people, in a store as usual.

    .venv/bin/python benchmarks/class_report.py                          # 2,000 people, 77 checks
    .venv/bin/python benchmarks/class_report.py 18655 77 -o report.html

Everybody has an ability and every check a difficulty, and who fails for a belief is known (the Rasch model: Rasch
1960). So what the page says can be compared with the truth.
"""

import argparse
import json
import resource
import tempfile
import zlib
from pathlib import Path
from time import perf_counter

import numpy as np

from grader.cohort.rows import Person, Row, State
from grader.cohort.store import STORE, Run, Store
from grader.commands.cohort.reporting import report_command
from grader.provenance import Provenance

MADE_FROM = Provenance("01, 02, 03", "", "hold", "", "checks", "reference", "grader", "machine")
COMPONENTS = 12
BELIEFS = 40
SENTENCES = ("The values are not the expected ones.", "The shape is not the expected one.", "It raised TypeError.")


def fill(store: Store, people: int, checks: int, seed: int = 1) -> np.ndarray:
    """Write a run of so many people, and return the probability with which each check is passed by a mean person."""
    rng = np.random.default_rng(seed)
    ability, difficulty = rng.normal(0.8, 1.2, people), rng.normal(0, 1.5, checks)
    passed = rng.random((people, checks)) < 1 / (1 + np.exp(difficulty - ability[:, None]))
    belief = np.where(rng.random((people, checks)) < 0.6, rng.integers(1, BELIEFS + 1, checks), 0)
    rows = [_row(number, earned) for number, earned in enumerate(passed.sum(axis=1).tolist(), 1)]
    run = store.begin(Run("made up", "", MADE_FROM), [])
    with store.transaction() as db:
        names = [f"0{1 + c * 3 // checks}/hidden/Part{c % COMPONENTS}/test_{c}" for c in range(checks)]
        db.executemany(
            "INSERT INTO checks VALUES (?, ?, ?, ?, ?, 0)",
            [
                (c + 1, name, name[:2], name.split("/")[2], f"What {name} says is right.")
                for c, name in enumerate(names)
            ],
        )
        db.executemany(
            "INSERT INTO beliefs VALUES (?, ?, ?)", [(b + 1, f"b{b}", f"Belief {b}.") for b in range(BELIEFS)]
        )
        db.executemany("INSERT INTO evidence VALUES (?, ?)", list(enumerate(SENTENCES, 1)))
        blob = zlib.compress(json.dumps({}).encode())
        facts = tuple(vars(MADE_FROM)[name] for name in MADE_FROM.__dataclass_fields__)
        db.executemany(
            f"INSERT INTO results VALUES ({', '.join('?' * 18)})",
            [
                (n, str(n), "2026-03-06T20:00:00+00:00", "0", *facts, r.earned, checks, 0, 1.0, "{}", blob)
                for n, r in rows
            ],
        )
        for place, (number, _made) in enumerate(rows):
            outcomes = zip(range(1, checks + 1), passed[place].tolist(), belief[place].tolist())
            db.executemany(
                "INSERT INTO outcomes VALUES (?, ?, ?, ?, 1, 0.01, ?, ?)",
                [(number, check, *_outcome(check, *found)) for check, *found in outcomes],
            )
    store.put(run, *(row for _number, row in rows))
    store.end(run)
    return 1 / (1 + np.exp(difficulty - 0.8))


def _outcome(check: int, passed: bool, belief: int) -> tuple[str, float, int | None, int | None]:
    """Outcome, points, belief and evidence."""
    if passed:
        return "passed", 1.0, None, None
    return ("failed", 0.0, belief, None) if belief else ("failed", 0.0, None, 1 + check % len(SENTENCES))


def _row(number: int, earned: int) -> tuple[int, Row]:
    person = Person(f"Student {number:05}", str(100_000 + number), f"s{number}@example.edu")
    return number, Row(f"submission_{number}", "x", person, state=State.GRADED, result=number, earned=float(earned))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("people", nargs="?", type=int, default=2000)
    parser.add_argument("checks", nargs="?", type=int, default=77)
    parser.add_argument("-o", "--output", type=Path, help="keep the page as this file")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        with Store(Path(name, STORE), create=True) as store:
            begun = perf_counter()
            fill(store, asked.people, asked.checks)
            print(f"{asked.people} x {asked.checks} results were written in {perf_counter() - begun:.1f} s")
        page = asked.output or Path(name, "report.html")
        begun = perf_counter()
        report_command(name, page, None)
        seconds, size = perf_counter() - begun, page.stat().st_size / 1e6
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"the report took {seconds:.1f} s; it has {size:.1f} MB; at most {most:.0f} MiB of memory")


if __name__ == "__main__":
    main()
