"""`grader cohort run --cluster`: a real scheduler and real workers, all on this machine."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from grader.cohort.store import STORE, Store
from tests.cohort.conftest import CRASH, ROOT, TINY, rows_in

pytest.importorskip("distributed")
DASK = Path(sys.executable).with_name("dask")
LOOP = "class Scale:\n    def __init__(self, factor):\n        while True: pass\n"
PATIENCE = 60  # s, on a busy machine
NO_WALLS = """
import grader.grading
def confinement(*_arguments):
    raise grader.grading.UnconfinedError("Nothing confines student code here.")
grader.grading.confinement = confinement
"""


class Cluster:
    """A scheduler, and workers by their names."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.processes = folder, {}
        self.port = 0

    def schedule(self) -> None:
        """Start the scheduler, again at the same port."""
        file = self.folder / "scheduler.json"
        self._start("scheduler", "scheduler", "--port", str(self.port), "--scheduler-file", str(file))
        self.address = _soon(lambda: file.exists() and "tcp://" in file.read_text() and _address(file))
        self.port = int(self.address.rpartition(":")[2])

    def join(self, name: str, grader: Path | None = None) -> None:
        """Start a worker with one thread; with another grader, if it lies in that folder."""
        space = str(self.folder / name)
        options = ("--nthreads", "1", "--no-nanny", "--local-directory", space, "--name", name)
        self._start(name, "worker", self.address, *options, **{"PYTHONPATH": str(grader)} if grader else {})
        _soon(lambda: "Registered to" in (self.folder / f"{name}.log").read_text())

    def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def close(self) -> None:
        for name in list(self.processes):
            self.kill(name)

    def _start(self, name: str, kind: str, *options: str, **environment: str) -> None:
        command = [DASK, kind, *options, "--host", "127.0.0.1", "--no-dashboard"]
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=ROOT, env=os.environ | environment
            )


def _address(file: Path) -> str:
    return file.read_text().partition('"address": "')[2].partition('"')[0]


def _soon(found):
    """What `found` returns as soon as it is true."""
    end = time.monotonic() + PATIENCE
    while not (value := found()):
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)
    return value


@pytest.fixture
def cluster(tmp_path):
    """A scheduler with two workers."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    with closing(Cluster(folder)) as started:
        started.schedule()
        started.join("one")
        started.join("two")
        yield started


@contextmanager
def running(cluster, submissions, folder, course):
    """The command, going on while the block is run."""
    command = [sys.executable, "-m", "grader", "--course", course, "cohort", "run", submissions, "-o", folder]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([*command, "--cluster", cluster.address], cwd=ROOT, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def graded_in(folder) -> int:
    return sum(row.result is not None for row in rows_in(folder).values())


def results_in(folder) -> list[tuple]:
    """(name, points) of every check of every result in a store."""
    with Store(folder / STORE) as store:
        names = dict(tuple(row) for row in store.query("SELECT result, name FROM entries WHERE result IS NOT NULL"))
        found = store.query("SELECT result, name, outcome, earned FROM outcomes JOIN checks USING (check_id)")
        return sorted((names[row[0]], *tuple(row)[1:]) for row in found)


def slowly(course_root: Path, seconds: int) -> None:
    """Give a submission that loops so much time."""
    toml = course_root / "assignments/01_scaling/assignment.toml"
    toml.write_text(toml.read_text().replace("seconds = 1", f"seconds = {seconds}"))


def another_grader(folder: Path, file: str, more: str) -> Path:
    """A copy of this grader, with a few lines more in a file."""
    shutil.copytree(ROOT / "grader", folder / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "grader" / file).open("a") as text:
        text.write(more)
    return folder


def test_a_cluster_gives_the_results_of_one_machine(cluster, cohort, run, submissions, tmp_path):
    code, out, err, rows = cohort("--cluster", cluster.address)
    run("cohort", "run", submissions, "-o", tmp_path / "here")

    assert (code, out.partition(";")[0], "Traceback" in err) == (1, "2 of 3 submissions graded", False)
    assert (rows["ada"].earned, rows["bob"].earned, rows["eve.zip"].state) == (14, 8, "unreadable")
    assert results_in(tmp_path / "out") == results_in(tmp_path / "here")
    with Store(tmp_path / "out" / STORE) as there, Store(tmp_path / "here" / STORE) as here:
        assert set(there.keys().values()) == set(here.keys().values())  # so either machine takes the other's results
    assert "2 of 3 submissions graded, 2 of them before" in cohort("--cluster", cluster.address)[1]


def test_a_worker_killed_in_the_middle_costs_nobody_anything(cluster, submissions, tmp_path, course_root):
    slowly(course_root, 2)
    for name in ("bob", "cyd", "dan"):
        shutil.copytree(submissions / "ada", submissions / name, dirs_exist_ok=True)
        (submissions / name / "framework/nn/scale.py").write_text(LOOP)
    (submissions / "eve.zip").unlink()
    with running(cluster, submissions, tmp_path / "out", course_root) as process:
        _soon(lambda: graded_in(tmp_path / "out"))
        cluster.kill("one")
        out, err = process.communicate(timeout=3 * PATIENCE)

    assert (process.returncode, out.partition(";")[0]) == (0, "4 of 4 submissions graded")
    assert "Traceback" not in err
    with Store(tmp_path / "out" / STORE) as store:
        assert len(store.keys()) == 4  # each of them once


def test_a_lost_scheduler_is_a_sentence_and_a_second_run_goes_on(cluster, submissions, tmp_path, course_root):
    slowly(course_root, 60)
    (submissions / "bob/framework/nn/scale.py").write_text(LOOP)
    with running(cluster, submissions, tmp_path / "out", course_root) as process:
        _soon(lambda: graded_in(tmp_path / "out"))
        cluster.kill("scheduler")
        _out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "the connection to the scheduler was lost; what was graded is kept" in err
    assert "Traceback" not in err
    assert rows_in(tmp_path / "out")["ada"].earned == 14

    cluster.close()
    cluster.schedule()
    cluster.join("three")
    (submissions / "bob/framework/nn/scale.py").write_text(CRASH)
    with running(cluster, submissions, tmp_path / "out", course_root) as process:
        out, _err = process.communicate(timeout=PATIENCE)
    assert "2 of 3 submissions graded, 1 of them before" in out


@pytest.mark.parametrize(
    ("file", "more", "said"),
    [
        ("compare.py", "\n# another version\n", "grades nothing: in {course}, grader: "),
        ("commands/cohort/sharing.py", NO_WALLS, "grades nothing: Nothing confines student code here."),
    ],
    ids=["another version of the grader", "no walls"],
)
def test_a_worker_that_cannot_grade_the_same_refuses_and_the_others_go_on(cluster, cohort, tmp_path, file, more, said):
    cluster.kill("two")
    cluster.join("other", another_grader(tmp_path / "elsewhere", file, more))
    code, out, err, rows = cohort("--cluster", cluster.address)
    assert (code, rows["ada"].earned, rows["bob"].earned) == (1, 14, 8)
    assert err.count(said.format(course=TINY)) == 1

    cluster.kill("one")
    code, out, err, rows = cohort("--cluster", cluster.address, "--again")
    assert (code, out, rows["ada"].state) == (1, "", "waiting")
    assert "no worker of the cluster can grade" in err


def test_without_a_scheduler_nothing_is_graded(cohort):
    code, _out, err, rows = cohort("--cluster", "tcp://127.0.0.1:9")

    assert (code, rows["ada"].state) == (1, "waiting")
    assert "there is no scheduler at tcp://127.0.0.1:9" in err
    assert "Traceback" not in err


def test_it_waits_for_the_first_worker_and_says_so(cluster, submissions, tmp_path):
    cluster.kill("one")
    cluster.kill("two")
    with running(cluster, submissions, tmp_path / "out", TINY) as process:
        assert "waiting for the first one" in process.stderr.readline() + process.stderr.readline()
        cluster.join("three")
        process.communicate(timeout=PATIENCE)

    assert graded_in(tmp_path / "out") == 2


def test_ctrl_c_keeps_what_was_graded(cluster, submissions, tmp_path, course_root):
    slowly(course_root, 60)
    (submissions / "bob/framework/nn/scale.py").write_text(LOOP)
    with running(cluster, submissions, tmp_path / "out", course_root) as process:
        _soon(lambda: graded_in(tmp_path / "out"))
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=PATIENCE)

    assert process.returncode == 130
    assert "1 of 3 are graded; the same command goes on with the others" in err
