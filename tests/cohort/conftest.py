"""What tests of a cohort share: a few submissions to the tiny course, and the command as a process of its own."""

import io
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from grader.cohort.rows import Row
from grader.cohort.store import STORE, Store, StoreError
from tests.cohort.pretending import PretendedCrew

TINY = Path(__file__).parents[1] / "tiny_course"
ROOT = Path(__file__).resolve().parents[2]
CRASH = "import os\nclass Scale:\n    def __init__(self, factor): os._exit(3)\n"


@pytest.fixture
def submissions(tmp_path) -> Path:
    """A right submission, one that ends its process, an archive that is none, and a file that is no submission."""
    folder = tmp_path / "submissions"
    for name in ("ada", "bob"):
        shutil.copytree(TINY / "reference", folder / name / "framework", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "bob/framework/nn/scale.py").write_text(CRASH)
    (folder / "eve.zip").write_bytes(b"PK\3\4 and no more")
    (folder / "notes.md").write_text("late: bob")
    return folder


@pytest.fixture
def cohort(tmp_path, submissions):
    """Run the command on these submissions: (exit code, output, errors, rows by name)."""

    def run(*options: str, course: Path = TINY, folder: Path = submissions, first: tuple[str, ...] = (), **more):
        command = [
            *first,
            sys.executable,
            "-m",
            "grader",
            "--course",
            str(course),
            "cohort",
            "run",
            str(folder),
            "-o",
            str(tmp_path / "out"),
            *options,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, **{"cwd": ROOT, **more})
        return done.returncode, done.stdout, done.stderr, rows_in(tmp_path / "out")

    return run


def rows_in(folder: Path) -> dict[str, Row]:
    """The rows of the last run whose results are in this folder, by name."""
    if not (folder / STORE).exists():
        return {}
    try:
        with Store(folder / STORE) as store:
            runs = store.runs()
            return {row.name: row for row in store.rows(runs[-1].number)} if runs else {}
    except StoreError:  # on a full disk, or as it is being made
        return {}


def bomb(path: Path) -> None:
    """A tar archive whose header keeps `tarfile` of Python 3.11 busy for hours."""
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 1_000_000
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(header, io.BytesIO(b"1" * 1_000_000))


@pytest.fixture
def pretended(run, monkeypatch, tmp_path):
    """Run a verb of `grader cohort` on made-up results: (exit code, output, errors, rows by name, names graded)."""
    monkeypatch.setattr("grader.commands.cohort.run.Crew", PretendedCrew)
    monkeypatch.setattr("grader.commands.cohort.run.OUR_FAULT", "the grader itself failed on this submission")
    monkeypatch.setattr(PretendedCrew, "graded", [])
    monkeypatch.setattr(PretendedCrew, "broken", set())

    def call(verb: str, *arguments: object):
        PretendedCrew.graded.clear()
        code, out, err = run("cohort", verb, *arguments, *(("-o", tmp_path / "out") if verb == "run" else ()))
        return code, out, err, rows_in(tmp_path / "out"), list(PretendedCrew.graded)

    return call
