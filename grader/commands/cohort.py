"""`grader cohort`: every submission in a folder is graded, several at a time; what was graded before is not graded again."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import click

from grader.ahead import Ahead
from grader.commands.output import claimed, refuse, show, status_line, write_atomically
from grader.commands.share import Share
from grader.formats.summary import Row, from_csv, to_csv

SUMMARY = "summary.csv"
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
OUR_FAULT = "the grader itself failed on this submission; it costs no points, but has to be looked at"
MAX_TOLD = 20  # submissions that are named at the end


@dataclass(frozen=True)
class Cohort:
    """What `grader cohort` was asked for."""

    submissions: Path
    share: Share
    jobs: int = 1
    again: bool = False


def cohort_command(root: Path, asked: Cohort) -> None:
    """Grade all of them; exits with 2 if points had to be withheld, 1 if a submission could not be read."""
    paths = _found(asked.submissions)
    folder = Path(asked.share.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(folder, error.strerror)
    with claimed(folder / SUMMARY):
        known = [] if asked.again else _known(folder / SUMMARY, asked.share)
        names = {path.name for path in paths}
        grading = Gradings(root, asked.share, paths, {row.submission: row for row in known if row.submission in names})
        try:
            with status_line("grading") as update:
                grading.run(asked.jobs, lambda: update(f"graded: {len(grading.rows)} of {len(paths)}"))
        except KeyboardInterrupt:
            click.echo(f"{len(grading.rows)} of {len(paths)} are graded; the same command goes on with the others", err=True)
            raise
    _tell(grading, folder)


def _found(folder: Path) -> list[Path]:
    """The submissions in a folder: its folders and archives."""
    if (folder / "framework").is_dir():
        raise click.ClickException(f"{folder} is a submission itself; name the folder that it is in, or use: grader grade {folder}")
    entries = sorted(path for path in folder.iterdir() if path.name[0] not in "._")
    found = [path for path in entries if path.is_dir() or path.name.lower().endswith(ARCHIVES)]
    if not found:
        raise click.ClickException(f"{folder} has no submission in it: no folder, and no zip or tar archive")
    for path in entries:
        if path not in found:
            click.echo(f"{path} is left out: it is neither a folder nor a zip or tar archive", err=True)
    return found


def _known(summary: Path, share: Share) -> list[Row]:
    """Rows of submissions that were graded before, of which all reports are there."""
    try:
        rows = from_csv(summary.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{summary} is in the way: {error}; move it, or pass --again") from error
    return [row for row in rows if row.earned is not None and not row.withheld and all(path.is_file() for _form, path in share.files(row.submission))]


class Gradings:
    """All submissions: those that are graded, by name, and those that still have to be."""

    def __init__(self, root: Path, share: Share, paths: list[Path], known: dict[str, Row]) -> None:
        self.rows = known
        self.before = len(known)
        self._root, self._share, self._summary = root, share, Path(share.folder, SUMMARY)
        self._left = [path for path in reversed(paths) if path.name not in known]
        self._lock = threading.Lock()
        self._refused: str | None = None
        self._processes: set[subprocess.Popen[str]] = set()

    def run(self, jobs: int, on_row: Callable[[], None]) -> None:
        """Grade what is left, `jobs` at a time; `on_row` is called for each.

        Raises:
            click.ClickException: if nothing can be graded.
        """
        several = [Ahead(partial(self._grade_some, on_row)) for _ in range(min(jobs, len(self._left)))]
        try:
            for one in several:
                one.result()
        finally:
            self._left.clear()
            for process in list(self._processes):
                process.terminate()
        if self._refused is not None:
            raise click.ClickException(self._refused)

    def _grade_some(self, on_row: Callable[[], None]) -> None:
        """Keep one process busy; another takes its place should it end."""
        while (path := self._next()) is not None:
            with self._process() as process:
                while path is not None and self._grade(process, path, on_row):
                    path = self._next()

    def _next(self) -> Path | None:
        with self._lock:
            return self._left.pop() if self._left and self._refused is None else None

    @contextlib.contextmanager
    def _process(self) -> Iterator[subprocess.Popen[str]]:
        command = [sys.executable, "-m", "grader", "--course", str(self._root), "share"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self._processes.add(process)
        try:
            with process, contextlib.suppress(BrokenPipeError):  # what it had to say about that, it said
                _say(process, asdict(self._share))
                yield process
        finally:
            self._processes.remove(process)

    def _grade(self, process: subprocess.Popen[str], path: Path, on_row: Callable[[], None]) -> bool:
        """Have one submission graded; whether the process can go on."""
        with contextlib.suppress(BrokenPipeError):
            _say(process, str(path.absolute()))
        line = process.stdout.readline()
        message = json.loads(line) if line.endswith("\n") else {"problem": OUR_FAULT}
        if "refused" in message:
            self._refused = message["refused"]
            return False
        row = Row(**message["row"]) if "row" in message else Row(path.name, note=message["problem"])
        with self._lock:
            self.rows[path.name] = row
            write_atomically(self._summary, to_csv(self.rows.values()))
        on_row()
        return bool(line)


def _say(process: subprocess.Popen[str], what: object) -> None:
    process.stdin.write(json.dumps(what) + "\n")
    process.stdin.flush()


def _tell(grading: Gradings, folder: Path) -> None:
    """What became of them, in a few lines."""
    rows = sorted(grading.rows.values(), key=lambda row: row.submission)
    failed = [row for row in rows if row.earned is None]
    withheld = [row for row in rows if row.withheld]
    before = f", {grading.before} of them before" if grading.before else ""
    show(f"{len(rows) - len(failed)} of {len(rows)} submissions graded{before}; reports and {SUMMARY} are in {folder}\n")
    told = [f"{row.submission}: {row.note}" for row in failed]
    told += [f"{row.submission}: {row.withheld:g} points withheld, as the grader itself failed" for row in withheld]
    show("".join(f"  {line}\n" for line in told[:MAX_TOLD]))
    if len(told) > MAX_TOLD:
        show(f"  ... and {len(told) - MAX_TOLD} more, see {SUMMARY}\n")
    if withheld or any(row.note == OUR_FAULT for row in failed):
        sys.exit(2)
    if failed:
        sys.exit(1)
