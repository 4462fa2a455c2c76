"""Where the command line writes: to whole files, to any terminal or pipe. When stopped, it leaves nothing behind."""

import io
import json
import os
import re
import select
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from rich.cells import cell_len

from grader.commands.output import claimed, write_atomically

TINY = Path(__file__).parent / "tiny_course"
FRAMEWORK = TINY / "reference"
OTHER = Path(__file__).parent / "submissions/early_attempt"  # lacks all files of the tiny course, with long names


# Files


@pytest.mark.parametrize("form", ["text", "json", "gradescope"])
def test_a_report_is_written_to_a_file_instead(run, tmp_path, monkeypatch, form):
    monkeypatch.setenv("FORCE_COLOR", "1")
    file = tmp_path / "report"
    file.write_text("old")

    code, out, err = run("grade", FRAMEWORK, "-a", "02", "--format", form, "-o", file)

    assert (code, out, err) == (0, "", "")
    assert file.read_text().endswith("\n")
    assert "\x1b" not in file.read_text()
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_gets_the_usual_permissions(tmp_path):
    write_atomically(tmp_path / "report", "new")
    (tmp_path / "other").write_text("")

    assert stat.S_IMODE((tmp_path / "report").stat().st_mode) == stat.S_IMODE((tmp_path / "other").stat().st_mode)


def test_a_write_that_fails_leaves_the_old_file_and_no_part(run, tmp_path, monkeypatch):
    def fail(*_args):
        raise OSError(28, "No space left on device")

    file = tmp_path / "report"
    file.write_text("old")
    monkeypatch.setattr(os, "fsync", fail)

    code, _out, err = run("grade", FRAMEWORK, "-a", "02", "-o", file)

    assert (code, err) == (1, f"Error: {file} cannot be written: No space left on device\n")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def test_one_file_is_not_written_by_two_gradings(tmp_path):
    file = tmp_path / "report"
    with claimed(file):
        with (
            pytest.raises(click.ClickException, match="is being written by another run of the grader"),
            claimed(tmp_path / "." / "report"),
        ):
            pass
        with claimed(tmp_path / "another"):
            pass
    with claimed(file):
        pass

    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_a_killed_grading_left_means_nothing(tmp_path):
    (tmp_path / ".report.lock").write_text("")

    with claimed(tmp_path / "report"):
        pass


def test_a_pipe_or_device_is_written_to_and_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    reader = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)

    write_atomically(tmp_path / "fifo", "text")

    assert os.read(reader, 100) == b"text"
    assert stat.S_ISFIFO((tmp_path / "fifo").stat().st_mode)
    os.close(reader)


def test_a_link_is_written_through(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")

    write_atomically(tmp_path / "link", "new")

    assert (tmp_path / "real").read_text() == "new"
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_any_encoding_of_the_output_will_do(run, monkeypatch, encoding, unfinished):
    (unfinished / "framework/nn/scale.py").write_text("raise ValueError('層 Größe \\ud800')\n")
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))

    code, _out, err = run("grade", unfinished)

    assert (code, err) == (0, "")
    assert "ValueError" in raw.getvalue().decode(encoding)


def test_an_output_that_cannot_be_written_to_is_named_once():
    with (
        open("/dev/full", "w") as full,
        start("grade", FRAMEWORK, "-a", "2", stdout=full, stderr=subprocess.PIPE) as process,
    ):
        err = process.stderr.read()

    assert (process.returncode, err) == (1, b"Error: standard output cannot be written: No space left on device\n")


# As a process of its own


def start(*arguments: object, **more) -> subprocess.Popen:
    command = [sys.executable, "-m", "grader", "--course", str(TINY), *map(str, arguments)]
    return subprocess.Popen(command, start_new_session=True, **more)


def test_a_reader_that_went_away_is_no_failure():
    reader, writer = os.pipe()
    os.close(reader)
    with start("grade", FRAMEWORK, "-a", "2", stdout=writer, stderr=subprocess.PIPE) as process:
        os.close(writer)
        err = process.stderr.read()

    assert (process.returncode, err) == (0, b"")


def children(pid: int) -> list[int]:
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return found + [grandchild for child in found for grandchild in children(child)]


def wait_for_end(pid: int) -> bool:
    """Whether a process ended within 20 s, without polling."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 20)[0])
    finally:
        os.close(descriptor)


def test_stopped_by_ctrl_c_every_file_is_a_report_of_what_was_found(tmp_path, unfinished):
    slow = "class Scale:\n    def __init__(self, factor):\n        while True: pass\n"
    (unfinished / "framework/nn/scale.py").write_text(slow)
    page, data = tmp_path / "r.html", tmp_path / "r.json"
    with start(
        "grade", unfinished, "--format", "html", "-o", page, "--also", f"json={data}", stderr=subprocess.PIPE
    ) as process:
        while "out of time" not in (page.read_text() if page.exists() else ""):
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        err = process.stderr.read().decode()

    assert (process.returncode, err) == (130, f"what was found until then stands in {page}, {data}\n\nstopped\n")
    assert "timeout" in [r["outcome"] for a in json.loads(data.read_text())["assignments"] for r in a["results"]]
    assert "All checks" in page.read_text()
    assert sorted(tmp_path.glob("[.r]*")) == [page, data]


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_stopped_in_the_middle_it_leaves_no_process_and_a_whole_file(tmp_path, unfinished, sign):
    # Each of its checks takes its whole time.
    slow = "class Scale:\n    def __init__(self, factor):\n        while True: pass\n"
    (unfinished / "framework/nn/scale.py").write_text(slow)
    file = tmp_path / "report.json"
    terminal, theirs = os.openpty()
    with start("grade", unfinished, "--format", "json", "-o", file, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        while b"checks done:" not in shown:  # it says how far it is, as this is a terminal
            shown += os.read(terminal, 1 << 20)
        workers = children(process.pid)
        process.send_signal(sign)
        out = process.stdout.read()
    os.close(terminal)

    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: -signal.SIGTERM}[sign]
    assert out == b""
    assert workers
    assert all(map(wait_for_end, workers))
    report = json.loads(file.read_text())
    assert report["points"] == 14
    assert report["withheld"] > 0


def ended(function: str, first: str, **more) -> tuple[int, bytes, bytes]:
    """How a program ends that is `main` or `program`, where the command line does something of ours."""
    imports = "import atexit, os, signal, sys, threading, time, grader.cli as cli"
    code = f"{imports}\ncli.main = lambda: exec({first!r})\ncli.{function}()"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    process = subprocess.run(
        [sys.executable, "-c", code], env=environment, **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    )
    return (
        process.returncode,
        process.stdout,
        re.sub(rb"(?m)0x[0-9a-f]+|^(Traceback|  ).*\n", b"", process.stderr or b""),
    )


@pytest.mark.parametrize(
    "first",
    [
        "print('half', end=''); sys.exit(0)",
        "sys.exit(1)",
        "sys.exit(130)",
        "sys.exit()",
        "sys.exit('in words')",
        "sys.exit(True)",
        "atexit.register(print, 'last'); sys.exit(2)",
        "atexit.register(lambda: 1 / 0); sys.exit(1)",
        "atexit.register(os.kill, os.getpid(), signal.SIGINT); sys.exit(130)",
        "threading.Thread(target=lambda: (time.sleep(0.2), print('it is waited for'))).start(); sys.exit(1)",
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start(); sys.exit(0)",
        "sys.stdout.close(); sys.exit(1)",
    ],
)
def test_a_program_ends_at_once_as_it_would_have_ended(first):
    assert ended("program", first) == ended("main", first)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_what_cannot_be_written_at_the_end_is_said_as_ever(stream):
    with open("/dev/full", "w") as full:
        ends = [
            ended(function, f"sys.{stream}.write('text'); sys.exit(0)", **{stream: full})
            for function in ("program", "main")
        ]

    assert ends[0] == ends[1]
    assert ends[0][0] == 120


def test_what_was_imported_is_not_taken_apart_at_the_end():
    first = (
        "sys.last = type('Last', (), {'__del__': lambda self, write=os.write: write(1, b'taken apart')})(); sys.exit(0)"
    )

    assert [ended(function, first) for function in ("program", "main")] == [(0, b"", b""), (0, b"taken apart", b"")]


@pytest.mark.parametrize(("arguments", "code"), [(["grade", FRAMEWORK, "-a", "2"], 0), (["grade", "nothing"], 1)])
def test_a_program_of_its_own_has_the_code_of_its_end(arguments, code):
    with start(*arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        assert process.wait() == code


@pytest.mark.parametrize("columns", ["", "200"])
def test_text_in_a_pipe_fits_eighty_columns(columns):
    """Nearly all that reads a pipe shows 80 columns, and some of it no more."""
    command = [sys.executable, "-m", "grader", "--course", str(TINY), "grade", str(OTHER)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"COLUMNS": columns})

    assert done.stdout.count("\n") > 10
    assert max(map(cell_len, done.stdout.splitlines())) == 80
