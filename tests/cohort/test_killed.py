"""`grader cohort` killed in the middle: nothing that it started goes on, whatever it was at."""

import json
import os
import select
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.commands.cohort.crew import Crew
from grader.commands.cohort.process import OUR_FAULT
from grader.commands.cohort.share import Share, Task
from tests.cohort.conftest import ROOT, TINY, bomb

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")
ENDLESS = "while True: pass\n"


def descendants(pid: int) -> list[int]:
    """All of a process, whichever of its threads started them."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        found = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return found + [grandchild for child in found for grandchild in descendants(child)]


def ended_soon(pid: int) -> bool:
    """Whether a process ends within 5 s; without being killed, these would take a minute and more."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 5)[0])
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("busy_with", ["loops", "archives"])
def test_killed_it_leaves_no_process(tmp_path, busy_with):
    for name in ("ada", "bob"):
        shutil.copytree(
            TINY / "reference", tmp_path / "week" / name / "framework", ignore=shutil.ignore_patterns("__pycache__")
        )
        (tmp_path / "week" / name / "framework/nn/scale.py").write_text(ENDLESS)
    if busy_with == "archives":
        shutil.rmtree(tmp_path / "week")
        (tmp_path / "week").mkdir()
        bomb(tmp_path / "week/a.tar.gz")
        bomb(tmp_path / "week/b.tar.gz")
    command = [
        sys.executable,
        "-m",
        "grader",
        "--course",
        str(TINY),
        "cohort",
        "run",
        str(tmp_path / "week"),
        "-o",
        str(tmp_path / "out"),
        "--jobs",
        "2",
    ]
    process = subprocess.Popen(command, cwd=ROOT)
    began = time.monotonic()
    while (
        len(left := descendants(process.pid)) < 6 and time.monotonic() - began < 60
    ):  # two of ours, a fork server and a worker, or a reader, for each
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(0.5)
    left = {*left, *descendants(process.pid)}
    process.kill()
    process.wait()

    assert len(left) >= 6
    assert [pid for pid in left if not ended_soon(pid)] == []


def test_a_process_whose_command_was_killed_while_it_started_does_nothing(tmp_path):
    """Its task is in the pipe already, but whoever gave it is gone."""
    command = [sys.executable, "-m", "grader", "--course", str(TINY), "share", "1"]
    share, task = {}, {"name": "ada", "path": str(TINY / "reference")}
    done = subprocess.run(
        command, input=f"{json.dumps(share)}\n{json.dumps(task)}\n", capture_output=True, text=True, cwd=ROOT
    )

    assert (done.returncode, done.stdout, done.stderr, list(tmp_path.iterdir())) == (1, "", "", [])


@pytest.mark.parametrize(("code", "answers"), [("130", []), ("9", [{"problem": OUR_FAULT}])])
def test_ctrl_c_is_no_fault_of_the_grader(monkeypatch, code, answers):
    """All processes of a terminal get it; a submission that was being graded is graded by the next run."""

    @contextmanager
    def process(_crew):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen(["sh", "-c", f"read task; exit {code}"], **pipes) as started:
            yield started

    monkeypatch.setattr(Crew, "_process", process)
    said = []
    Crew(TINY, Share(), 1).work([Task("ada", "x")], lambda _name, answer: said.append(answer))

    assert said == answers
