"""The store of a class: one SQLite file, in which each result is one transaction. schema.sql describes it.

A result is written once and never changed. What a program was killed at is not there; everything before it is.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from grader.cohort.rows import Person, Row, State
from grader.formats.findings import belief
from grader.formats.read_json import report_of
from grader.provenance import Provenance
from grader.result import CheckResult, Diagnosis, Outcome, Report

STORE = "cohort.sqlite"
SCHEMA = Path(__file__).with_name("schema.sql")
VERSION = 1  # of the schema
_MADE_FROM = ("assignments", "seed", "walls", "submission", "checks", "reference", "grader", "machine")
_COMMON = tuple(name for name in _MADE_FROM if name != "submission")


class StoreError(Exception):
    """The file is no store of this version, or cannot be read. The text names the file."""


@dataclass(frozen=True)
class Run:
    """One call of `grader cohort run`. `made_from` is what all its gradings have in common."""

    source: str
    policy: str
    made_from: Provenance
    number: int = 0
    began: str = ""
    ended: str | None = None


@dataclass(frozen=True)
class Look:
    """What a path held when it was read: the digest of the submission, or why it could not be read."""

    signature: str
    submission: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Published:
    """A score that was given out. `kept`: a later one was lower, and was not given out."""

    points: float
    maximum: float
    kept: bool = False


class Store:
    """An open store. With `create`, a file that is not there is made."""

    def __init__(self, path: Path, create: bool = False) -> None:
        self.path = path
        if not create and not path.is_file():
            raise StoreError(f"{path} is not there; grader cohort run writes it")
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=60)
        except sqlite3.Error as error:
            raise StoreError(f"{path} cannot be opened: {error}{_of_disk(error)}") from error
        try:
            self._prepare(create)
        except sqlite3.Error as error:
            self._db.close()
            raise StoreError(f"{path} cannot be opened as a store of results: {error}{_of_disk(error)}") from error
        except StoreError:
            self._db.close()
            raise

    def _prepare(self, create: bool) -> None:
        self._db.row_factory = sqlite3.Row
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, VERSION):
            raise StoreError(f"{self.path} was written by another version of the grader (store {found})")
        if create or found == 0:
            self._db.executescript(SCHEMA.read_text(encoding="utf-8"))
        self._db.execute("PRAGMA synchronous = FULL")  # so that what was said to be graded survives a power cut

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._db.close()

    def query(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """The rows that a query gives."""
        return self._db.execute(sql, values).fetchall()

    def many(self, sql: str, values: tuple[Any, ...], count: int) -> Iterator[list[tuple]]:
        """The rows that a query gives as plain tuples, `count` at a time."""
        cursor = self._db.cursor()
        cursor.row_factory = None
        cursor.execute(sql, values)
        while some := cursor.fetchmany(count):
            yield some

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written in the block is there afterwards, or nothing of it."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield self._db
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._undo()
            raise StoreError(f"{self.path} cannot be written: {error}{_of_disk(error)}") from error
        except BaseException:
            self._undo()
            raise

    @contextmanager
    def attached(self, other: Path) -> Iterator[None]:
        """Another store can be read as the schema `part` in the block."""
        self._db.execute("ATTACH ? AS part", (str(other),))
        try:
            yield
        finally:
            self._db.execute("DETACH part")

    def _undo(self) -> None:
        if self._db.in_transaction:  # SQLite has undone it already if the disk is full
            self._db.execute("ROLLBACK")

    # Runs

    def begin(self, run: Run, rows: Iterable[Row]) -> int:
        """Begin a run with all its rows, and return its number."""
        with self.transaction() as db:
            facts = (now(), run.source, run.policy, *(getattr(run.made_from, name) for name in _COMMON))
            columns = ", ".join(("began", "source", "policy", *_COMMON))
            added = db.execute(f"INSERT INTO runs ({columns}) VALUES ({_marks(facts)})", facts)
            _put_rows(db, added.lastrowid, rows)
            return added.lastrowid

    def put(self, run: int, *rows: Row) -> None:
        """Write or replace rows of a run."""
        with self.transaction() as db:
            _put_rows(db, run, rows)

    def replace(self, run: int, rows: Iterable[Row]) -> None:
        """Replace all rows of a run that goes on."""
        with self.transaction() as db:
            db.execute("DELETE FROM entries WHERE run = ?", (run,))
            _put_rows(db, run, rows)

    def end(self, run: int) -> None:
        """Note that a run has come to its end."""
        with self.transaction() as db:
            db.execute("UPDATE runs SET ended = ? WHERE run = ?", (now(), run))

    def runs(self) -> list[Run]:
        """All runs, the earliest first."""
        return [_run(row) for row in self.query("SELECT * FROM runs ORDER BY run")]

    def rows(self, run: int) -> list[Row]:
        """All rows of a run, by name."""
        found = self.query(
            "SELECT entries.*, earned, points, withheld, seconds, by_assignment FROM entries"
            " LEFT JOIN results USING (result) WHERE run = ? ORDER BY name",
            run,
        )
        return [_row(each) for each in found]

    # Results

    def keep(self, run: int, row: Row, made_from: Provenance, data: dict[str, Any]) -> Row:
        """Keep a report (parsed JSON) as the result of a row of a run. Returns the row with it."""
        report = report_of(data)
        made, current = now(), version("grader")
        data = data | {"made_from": {"date": made, "version": current, **asdict(made_from)}}
        graded = with_result(row, report)
        with self.transaction() as db:
            facts = (made_from.key, made, current, *astuple(made_from), report.earned, report.points, report.withheld)
            text = json.dumps(data, allow_nan=False).encode()
            values = (*facts, round(report.seconds, 3), json.dumps(graded.by_assignment), zlib.compress(text, 6))
            columns = "key, made, version, " + ", ".join(_MADE_FROM)
            columns += ", earned, points, withheld, seconds, by_assignment, report"
            added = db.execute(f"INSERT INTO results ({columns}) VALUES ({_marks(values)})", values)
            _put_outcomes(db, added.lastrowid, report.all_results)
            graded = replace(graded, result=added.lastrowid)
            _put_rows(db, run, [graded])
        return graded

    def keys(self) -> dict[int, str]:
        """The key of every result, the oldest first."""
        return dict(map(tuple, self.query("SELECT result, key FROM results ORDER BY result")))

    def made_from(self, result: int) -> Provenance:
        """What a result was made from."""
        [row] = self.query(f"SELECT {', '.join(_MADE_FROM)} FROM results WHERE result = ?", result)
        return Provenance(*row)

    def report(self, result: int) -> dict[str, Any]:
        """The report of a result, as parsed JSON."""
        [row] = self.query("SELECT report FROM results WHERE result = ?", result)
        return json.loads(zlib.decompress(row[0]))

    def with_result(self, row: Row, result: int) -> Row:
        """A row with an earlier result."""
        [found] = self.query(
            "SELECT earned, points, withheld, seconds, by_assignment FROM results WHERE result = ?", result
        )
        return _with_numbers(replace(row, result=result, state=State.GRADED), found)

    def earned(self, result: int) -> dict[str, float]:
        """Name of each check -> the points that a result has for it."""
        found = self.query("SELECT name, earned FROM outcomes JOIN checks USING (check_id) WHERE result = ?", result)
        return dict(map(tuple, found))

    # Scores that were given out

    def published(self) -> dict[str, Published]:
        """The newest score of everybody who was given one."""
        found = self.query("SELECT person, points, maximum, kept FROM published ORDER BY publication")
        return {row[0]: Published(row[1], row[2], bool(row[3])) for row in found}

    def published_run(self) -> int:
        """The run that was published last; 0 if none was."""
        [row] = self.query("SELECT run FROM published ORDER BY publication DESC LIMIT 1") or [(0,)]
        return row[0]

    def publish(self, run: int, at: str, scores: Mapping[str, Published]) -> None:
        """Note that these scores were given out."""
        with self.transaction() as db:
            [number] = db.execute("SELECT ifnull(max(publication), 0) + 1 FROM published").fetchone()
            rows = [(number, at, run, who, s.points, s.maximum, int(s.kept)) for who, s in scores.items()]
            db.executemany("INSERT INTO published VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def look(self, run: int) -> None:
        """Note that somebody saw what this run changes in the scores that were given out."""
        with self.transaction() as db:
            db.execute("INSERT INTO looked VALUES (?, ?, ?)", (run, self.published_run(), now()))

    def was_looked_at(self, run: int) -> bool:
        """Whether somebody saw what this run changes, and nothing was given out since."""
        return bool(self.query("SELECT 1 FROM looked WHERE run = ? AND against = ?", run, self.published_run()))

    # What saves time

    def looks(self) -> dict[str, Look]:
        """What every path held when it was last read."""
        return {row[0]: Look(*row[1:]) for row in self.query("SELECT path, signature, submission, problem FROM looks")}

    def put_looks(self, looks: dict[str, Look]) -> None:
        """Note what paths hold."""
        with self.transaction() as db:
            rows = [tuple(map(storable, (path, *astuple(look)))) for path, look in looks.items()]
            db.executemany("INSERT OR REPLACE INTO looks VALUES (?, ?, ?, ?)", rows)

    def files(self) -> dict[str, tuple[str, str]]:
        """Path -> what a report was made from, and the signature of its file."""
        return {row[0]: (row[1], row[2]) for row in self.query("SELECT path, made_from, signature FROM files")}

    def put_file(self, path: str, made_from: str, signature: str) -> None:
        """Note that a report was written."""
        with self.transaction() as db:
            facts = tuple(map(storable, (path, made_from, signature)))
            db.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", facts)


def _of_disk(error: sqlite3.Error) -> str:
    return "; is the disk full? What was written before stays" if "disk" in str(error) else ""


def storable(text: str) -> str:
    """The text, in which bytes of a path that are no text are escaped, as SQLite has only text in UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()


def now() -> str:
    """The time as the store writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def with_result(row: Row, report: Report) -> Row:
    """The row with the numbers of a report. The note is the first notice in it."""
    notices = [notice for part in (report, *report.assignments) for notice in part.notices]
    each = {a.number: a.earned for a in report.assignments}
    state = State.OURS if report.withheld else State.GRADED
    return replace(
        row,
        state=state,
        note="".join(notices[:1]),
        earned=report.earned,
        points=report.points,
        withheld=report.withheld,
        seconds=round(report.seconds, 3),
        by_assignment=each,
    )


def _put_rows(db: sqlite3.Connection, run: int, rows: Iterable[Row]) -> None:
    marks = ", ".join("?" * 15)
    db.executemany(f"INSERT OR REPLACE INTO entries VALUES ({marks})", [_values(run, row) for row in rows])


def _values(run: int, row: Row) -> tuple[Any, ...]:
    who = row.person
    times = (row.submitted.isoformat() if row.submitted else None, row.due.isoformat() if row.due else None)
    history = json.dumps([[time.isoformat(), score] for time, score in row.history])
    facts = (*times, int(row.late), row.attempt, history, str(row.state), storable(row.note), row.result)
    names = (row.name, row.path, who.name, who.id, who.email, who.login)
    return (run, *map(storable, names), *facts)


def _row(found: sqlite3.Row) -> Row:
    history = tuple((datetime.fromisoformat(time), score) for time, score in json.loads(found["history"]))
    row = Row(
        found["name"],
        found["path"],
        Person(found["person"], found["id"], found["email"], found["login"]),
        _time(found["submitted"]),
        _time(found["due"]),
        bool(found["late"]),
        found["attempt"],
        history,
        State(found["state"]),
        found["note"],
        found["result"],
    )
    return row if row.result is None else _with_numbers(row, found)


def _with_numbers(row: Row, found: sqlite3.Row) -> Row:
    numbers = {name: found[name] for name in ("earned", "points", "withheld", "seconds")}
    state = State.OURS if found["withheld"] and row.state is State.GRADED else row.state
    return replace(row, **numbers, state=state, by_assignment=json.loads(found["by_assignment"]))


def _run(row: sqlite3.Row) -> Run:
    common = {name: row[name] for name in _COMMON}
    made_from = Provenance(**common, submission="")
    return Run(row["source"], row["policy"], made_from, row["run"], row["began"], row["ended"])


def _put_outcomes(db: sqlite3.Connection, result: int, results: Iterable[CheckResult]) -> None:
    results = list(results)
    checks = [(c.id, c.assignment, c.component, c.title, int(c.public)) for c in (r.check for r in results)]
    db.executemany(
        "INSERT OR IGNORE INTO checks (name, assignment, component, title, public) VALUES (?, ?, ?, ?, ?)", checks
    )
    why = [_why(each) for each in results]
    db.executemany("INSERT OR IGNORE INTO beliefs (name, sentence) VALUES (?, ?)", {w[0] for w in why if w[0]})
    db.executemany("INSERT OR IGNORE INTO evidence (sentence) VALUES (?)", {(w[1],) for w in why if w[1]})
    db.executemany(
        "INSERT INTO outcomes VALUES (?, (SELECT check_id FROM checks WHERE name = ?), ?, ?, ?, ?,"
        " (SELECT belief FROM beliefs WHERE name = ?), (SELECT evidence FROM evidence WHERE sentence = ?))",
        [
            (
                *(result, r.check.id, str(r.outcome), r.earned, r.check.points, round(r.seconds, 4)),
                known and known[0],
                looks,
            )
            for r, (known, looks) in zip(results, why, strict=True)
        ],
    )


def _why(result: CheckResult) -> tuple[tuple[str, str] | None, str | None]:
    """The name and sentence of the belief that explains a failure; or else what the failure looks like."""
    found = result.diagnosis or Diagnosis()
    if result.outcome is Outcome.PASSED:
        return None, None
    if found.explanation:
        sentence = belief(found).strip('"')
        return (next(iter(found.causes), sentence), sentence), None
    return None, " ".join(filter(None, (result.kind, found.observation))) or str(result.outcome)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _marks(values: tuple[Any, ...]) -> str:
    return ", ".join("?" * len(values))
