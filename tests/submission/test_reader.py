"""An archive is read in a process of its own: whatever it does to that, it costs itself, in bounded time and memory."""

import io
import os
import signal
import struct
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from grader.submission import SubmissionError, limits, read_submission, reader
from grader.submission.answer import MOST, said, said_instead, understood
from grader.submission.inside import unpacked
from grader.submission.taking import Taken

EXPECTED = ("__init__.py", "nn/linear.py")
PACKAGE = {"framework/__init__.py": b"", "framework/nn/linear.py": b"class Linear: ...\n"}
FILES = {path.removeprefix("framework/"): data for path, data in PACKAGE.items()}
ROOT = Path(__file__).resolve().parents[2]


def refused(path: Path) -> str:
    with pytest.raises(SubmissionError) as caught:
        read_submission(path, EXPECTED)
    return caught.value.reason


def pax_bomb(path: Path, digits: int = 1_000_000) -> Path:
    """An archive whose one extended header is a row of digits, in which Python 3.11 looks for a pattern in quadratic
    time: hours.
    """
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, digits
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(header, io.BytesIO(b"1" * digits))
    return path


ENDLESS = reader.BOOT.replace("main()", "").replace(
    "import main;", "import main; from grader.submission import inside;"
)
ENDLESS += "inside.unpacked = lambda *_: all(iter(lambda: 1, 0)); main()"  # one call that never ends


@pytest.fixture
def short(monkeypatch):
    """One second of processor time: the limit is told to the process with its job."""
    monkeypatch.setattr(limits, "SECONDS", 1)


def test_a_header_that_takes_hours_costs_a_limited_time(tmp_path, short):
    """Later Pythons have mended that header, and call it invalid at once."""
    started = time.monotonic()

    assert refused(pax_bomb(tmp_path / "work.tar.gz")).startswith("it ")
    assert time.monotonic() - started < 30


def test_what_takes_too_long_is_refused_in_a_sentence(pack, short, monkeypatch):
    monkeypatch.setattr(reader, "BOOT", ENDLESS)

    assert refused(pack("zip", PACKAGE)).startswith("it takes more than 1 s to be read. Submit the folder framework/")


def test_it_is_ended_by_the_clock_where_nobody_counts_its_processor_time(pack, monkeypatch):
    monkeypatch.setattr(reader, "BOOT", ENDLESS)
    monkeypatch.setattr(limits, "SECONDS_IN_ALL", 1)

    assert refused(pack("zip", PACKAGE)).startswith("it takes more than ")


def test_an_archive_in_a_folder_is_read_under_the_same_limit(tmp_path, short, pack, monkeypatch):
    monkeypatch.setattr(reader, "BOOT", ENDLESS)
    pack("folder", {"work.zip": b""}, tmp_path / "ada")

    assert refused(tmp_path / "ada").startswith("in work.zip: it takes more than 1 s")


def test_many_headers_are_not_looked_at_without_end(tmp_path):
    path = tmp_path / "work.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name, data in PACKAGE.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        block = tarfile.TarInfo("folder").tobuf()
        for _ in range(limits.MAX_ENTRIES // 1000 + 5):
            archive.fileobj.write(block * 1000)

    found = read_submission(path, EXPECTED)

    assert found.files == FILES
    assert found.notices == ("The submission has too many files; only the first ones were looked at.",)


def test_a_table_of_contents_that_fills_the_memory_is_the_archive_s_matter(tmp_path):
    """`zipfile` reads all of it before anybody can count its lines: here names that take four times as much in memory
    as in the file.
    """
    name = "\N{SNAKE}".encode() + b"n" * 65_000
    line = (
        struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0x800, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0)
        + name
    )
    lines = (limits.MEMORY >> 2) // len(line)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, lines, lines, lines * len(line), 0, 0)
    (tmp_path / "work.zip").write_bytes(line * lines + end)

    assert refused(tmp_path / "work.zip").startswith(
        f"it takes more than {limits.MEMORY >> 20} MiB of memory to be read. Submit"
    )


def test_a_long_table_of_contents_is_looked_at_as_far_as_a_folder_would_be(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "work.zip", "w") as archive:
        for name in [*PACKAGE, *(f"data/{i}" for i in range(500))]:
            archive.writestr(name, PACKAGE.get(name, b""))
    monkeypatch.setattr(limits, "MAX_ENTRIES", 100)

    with (tmp_path / "work.zip").open("rb") as file:
        found = unpacked(file, "work.zip", EXPECTED)

    assert (found.files, found.notices) == (
        FILES,
        ("The submission has too many files; only the first ones were looked at.",),
    )


def test_an_unpacking_that_asks_for_much_memory_is_refused_in_a_sentence(tmp_path):
    """The header of an .xz file says how much of the past its unpacking has to keep: here 1.5 GiB."""
    import lzma

    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 4096}]
    packed = bytearray(lzma.compress(bytes(10_000), filters=filters))
    place = packed.index(b"\x21\x01\x00")  # LZMA2, one byte of properties: the size of the dictionary
    packed[place + 2] = 37
    size = (packed[12] + 1) * 4
    packed[12 + size - 4 : 12 + size] = struct.pack("<L", __import__("zlib").crc32(packed[12 : 12 + size - 4]))
    (tmp_path / "work.tar.xz").write_bytes(packed)

    assert "memory" in refused(tmp_path / "work.tar.xz")


def test_what_is_read_by_another_process_is_the_same_as_by_this_one(tmp_path, pack):
    odd = {"framework/nn/\udcff.py": b"", "framework/nn/ünglü ck.py": b"x"}
    found = read_submission(pack("zip", PACKAGE | {"framework/nn/ünglü ck.py": b"x"}), EXPECTED)

    assert found.files == FILES
    assert "framework/nn/ünglü ck.py" in found.notices[0]
    assert understood(said(Taken(dict(odd), ("a notice",)))) == Taken(odd, ("a notice",))


def test_the_largest_answer_fits(tmp_path, pack):
    size = sum(map(len, PACKAGE.values()))
    most = {f"framework/a{i}.py": bytes(limits.MAX_BYTES - size) for i in range(4)}

    assert len(read_submission(pack("zip", PACKAGE | most), EXPECTED).files) == 6


# Whose fault


def test_a_reason_is_the_archive_s_and_a_fault_is_ours():
    with pytest.raises(SubmissionError, match="it is empty"):
        understood(said_instead(reason="it is empty"))
    with pytest.raises(RuntimeError, match="by a fault of ours: KeyError"):
        understood(said_instead(fault="KeyError"))


@pytest.mark.parametrize(
    "ends", ["import os; os._exit(3)", "import os; os.kill(os.getpid(), 11)", "print('x' * (1 << 24))"]
)
def test_a_process_that_ends_otherwise_is_our_fault(pack, monkeypatch, ends):
    monkeypatch.setattr(reader, "BOOT", ends)

    with pytest.raises(RuntimeError, match="the process that reads archives"):
        read_submission(pack("zip", PACKAGE), EXPECTED)


def test_a_process_that_does_not_start_is_our_fault(pack, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    with pytest.raises(RuntimeError, match="does not start"):
        read_submission(pack("zip", PACKAGE), EXPECTED)


def test_nothing_of_the_surroundings_is_known_to_it(pack, monkeypatch):
    monkeypatch.setenv("TOKEN", "secret")
    monkeypatch.setattr(reader, "BOOT", "import os, json; print(json.dumps(dict(reason=str(sorted(os.environ)))))")

    assert "TOKEN" not in refused(pack("zip", PACKAGE))


# Nobody is left


READ = f"""
import sys
from pathlib import Path
from grader.submission import read_submission, reader
reader.BOOT = {ENDLESS!r}
read_submission(Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it ends after its time")
def test_it_ends_with_whoever_started_it(pack):
    with subprocess.Popen([sys.executable, "-c", READ, str(pack("zip", PACKAGE))], cwd=ROOT) as grader:
        child = wait_for_child(grader.pid)
        grader.send_signal(signal.SIGKILL)

    assert_gone(child)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_after_ctrl_c_nobody_is_left(pack):
    with subprocess.Popen(
        [sys.executable, "-c", READ, str(pack("zip", PACKAGE))], cwd=ROOT, stderr=subprocess.DEVNULL
    ) as grader:
        child = wait_for_child(grader.pid)
        grader.send_signal(signal.SIGINT)

    assert grader.returncode != 0
    assert_gone(child)


def wait_for_child(parent: int) -> int:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if children and b"inside" in Path(f"/proc/{children[0]}/cmdline").read_bytes() and confined(children[0]):
            return int(children[0])
        time.sleep(0.01)
    raise AssertionError("it was never started")


def confined(pid: str) -> bool:
    """Whether it is past its start: then it has a limit of memory."""
    [line] = [
        line for line in Path(f"/proc/{pid}/limits").read_text().splitlines() if line.startswith("Max address space")
    ]
    return line.split()[3] == str(limits.MEMORY)


def assert_gone(pid: int) -> None:
    until = time.monotonic() + 5
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < until:
        time.sleep(0.01)
    assert not os.path.exists(f"/proc/{pid}")


def test_no_descriptor_is_left(pack):
    path = pack("zip", PACKAGE)
    read_submission(path, EXPECTED)
    before = len(os.listdir("/proc/self/fd"))
    with zipfile.ZipFile(path):
        pass
    read_submission(path, EXPECTED)

    assert len(os.listdir("/proc/self/fd")) == before


def test_answers_are_bounded():
    assert MOST < 8 << 20
