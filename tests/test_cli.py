"""The command line: what it prints, where, and how it ends."""

import io
import json
import os
import select
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from grader import commands
from grader.assignment import Course
from grader.cli import main
from grader.submission import MAX_BYTES

TINY = Path(__file__).parent / "tiny_course"
FRAMEWORK = TINY / "reference"


@pytest.fixture
def run(capsys, monkeypatch, sandbox):
    """Run the command line in this process, with the tests' sandbox: (exit code, output, errors)."""

    class Shared:
        def start(self):
            return self

        def __enter__(self):
            return sandbox

        def __exit__(self, *_exception):
            pass

    monkeypatch.setattr(commands, "Sandbox", Shared)
    for name in ("PYTEST_ADDOPTS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        monkeypatch.setenv(name, "")

    def call(*arguments: object, course: Path = TINY) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["--course", str(course), *map(str, arguments)])
        return (ended.value.code or 0, *capsys.readouterr())

    return call


@pytest.fixture
def unfinished(tmp_path) -> Path:
    """A submission with one mistake and one file that was not begun."""
    course = Course.load(TINY)
    texts = {**course.reference, "nn/chain.py": course.stubs["nn/chain.py"]}
    texts["nn/shift.py"] = texts["nn/shift.py"].replace("np.add", "np.subtract")
    for path, text in texts.items():
        (tmp_path / "alice/framework" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "alice/framework" / path).write_text(text)
    return tmp_path / "alice"


# grade


def test_a_complete_submission_is_graded(run):
    code, out, err = run("grade", FRAMEWORK)

    assert (code, err) == (0, "")
    assert out.startswith("reference: 14 of 14 points\n")


def test_a_submission_with_mistakes_is_graded_all_the_same(run, unfinished):
    code, out, err = run("grade", unfinished)

    assert (code, err) == (0, "")
    assert out.startswith("alice: 6 of 14 points\n")
    assert "Shift(3).forward[0] is -2, but should be 4 (2 of 2 differ)" in out
    assert "NotImplementedError: nn.Chain." in out


@pytest.mark.parametrize(("asked", "points"), [(["-a", "02"], 4), (["-a", "2", "-a", "02"], 4), (["-a", "2", "-a", "1"], 14)])
def test_assignments_can_be_chosen(run, asked, points):
    assert run("grade", FRAMEWORK, *asked)[1].startswith(f"reference: {points} of {points} points\n")


def test_json_is_json(run):
    assert json.loads(run("grade", FRAMEWORK, "--format", "json")[1])["earned"] == 14


def test_gradescope_is_valid(run):
    data = json.loads(run("grade", FRAMEWORK, "--format", "gradescope", "--seed", "5")[1])

    assert data["score"] == 14
    assert data["extra_data"]["seed"] == 5


def test_points_withheld_by_our_fault_are_shown_and_end_with_2(run, course_root):
    checks = course_root / "assignments/02_chain/test_hidden.py"
    checks.write_text(checks.read_text().replace("rng.normal", "rng.abnormal"))

    code, out, err = run("grade", FRAMEWORK, "-a", "02", course=course_root)

    assert (code, err) == (2, "")
    assert "2 points are withheld" in out
    assert "Traceback" not in out


# Mistakes in the call or the course end with 1 and say so in one sentence


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["grade", "no-such-path"], "there is no file or folder no-such-path"),
        (["grade", __file__], "is neither a folder nor a zip or tar archive"),
        (["grade", FRAMEWORK, "-a", "07"], "there is no assignment 07; there are 01, 02"),
        (["grade", FRAMEWORK, "-a", "one"], "there is no assignment one; there are 01, 02"),
        (["grade", FRAMEWORK, "-o", "no/such/folder/report.txt"], "report.txt cannot be written: there is no such folder"),
        (["grade", FRAMEWORK, "--format", "html"], "'html' is not one of 'text', 'json', 'gradescope'"),
        (["grade", FRAMEWORK, "--seed", "-1"], "-1 is not in the range"),
        (["grade", FRAMEWORK, "--fast"], "No such option"),
        (["grade"], "Missing argument 'PATH'"),
        (["audit", "-a", "9"], "there is no assignment 9; there are 01, 02"),
        (["audit", "--seeds", "0"], "0 is not in the range"),
        (["judge"], "No such command 'judge'"),
    ],
    ids=lambda value: " ".join(str(v).rpartition("/")[2] for v in value) if isinstance(value, list) else "",
)
def test_a_mistake_in_the_call_is_named(run, arguments, said):
    code, out, err = run(*arguments)

    assert (code, out) == (1, "")
    assert said in err
    assert err.count("Error: ") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("verb", [["grade", FRAMEWORK], ["audit", "--seeds", "1"], ["release", "template", "-o", "out"]])
def test_a_broken_course_is_refused_with_file_and_key(run, course_root, verb):
    toml = course_root / "assignments/02_chain/assignment.toml"
    toml.write_text(toml.read_text().replace("points = 4", "points = 0"))

    code, out, err = run(*verb, course=course_root)

    assert (code, out) == (1, "")
    assert err.startswith(f"Error: {toml}: points: ")


def test_points_that_do_not_add_up_are_refused(run, course_root):
    toml = course_root / "assignments/02_chain/assignment.toml"
    toml.write_text(toml.read_text().replace("points = 4", "points = 5"))

    code, out, err = run("grade", FRAMEWORK, course=course_root)

    assert (code, out) == (1, "")
    assert err == f"Error: {toml}: points: it says 5, but the weights of the 2 checks add up to 4\n"


def test_a_missing_folder_is_noticed_before_anything_is_graded(run, monkeypatch, tmp_path):
    monkeypatch.setattr(commands, "Sandbox", None)

    assert run("grade", FRAMEWORK, "-o", tmp_path / "no" / "report.txt")[0] == 1


# Our own fault ends with 2, one sentence and a file


def test_our_own_fault_is_one_sentence_and_a_file(run, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(commands, "grade", lambda *_args, **_kwargs: {}["a key"])

    code, out, err = run("grade", FRAMEWORK)

    [file] = tmp_path.glob("grader-fault-*.txt")
    assert (code, out) == (2, "")
    assert err == (
        "The grader itself failed: KeyError: 'a key'\n"
        f"This is no fault of the submission. Please report it with {file}.\n"
    )
    assert file.read_text().startswith("Traceback (most recent call last):")


def test_a_connection_that_breaks_inside_is_our_own_fault(run, monkeypatch, tmp_path):
    """Not that of a reader of the output, as which a broken pipe is otherwise forgiven."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def fail(*_args, **_kwargs):
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(commands, "grade", fail)

    assert run("grade", FRAMEWORK)[0] == 2


def test_a_stop_writes_nothing_and_ends_with_130(run, monkeypatch, tmp_path):
    def stop(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "grade", stop)

    code, out, err = run("grade", FRAMEWORK, "-o", tmp_path / "report.txt")

    assert (code, out, err.strip()) == (130, "", "stopped; nothing was written")
    assert list(tmp_path.iterdir()) == []


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
    commands.write_atomically(tmp_path / "report", "new")
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


def test_a_pipe_or_device_is_written_to_and_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    reader = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)

    commands.write_atomically(tmp_path / "fifo", "text")

    assert os.read(reader, 100) == b"text"
    assert stat.S_ISFIFO((tmp_path / "fifo").stat().st_mode)
    os.close(reader)


def test_a_link_is_written_through(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")

    commands.write_atomically(tmp_path / "link", "new")

    assert (tmp_path / "real").read_text() == "new"
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_any_encoding_of_the_output_will_do(run, monkeypatch, encoding, unfinished):
    (unfinished / "framework/nn/scale.py").write_text("raise ValueError('層 Größe \\ud800')\n")
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))

    code, _out, err = run("grade", unfinished)

    assert (code, err) == (0, "")
    assert "ValueError" in raw.getvalue().decode(encoding)


def test_an_output_that_cannot_be_written_to_is_named_once():
    with open("/dev/full", "w") as full, start("grade", FRAMEWORK, "-a", "2", stdout=full, stderr=subprocess.PIPE) as process:
        err = process.stderr.read()

    assert (process.returncode, err) == (1, b"Error: standard output cannot be written: No space left on device\n")


# audit and release


def test_an_audit_that_holds_ends_with_0(run):
    code, out, err = run("audit", "--seeds", "2")

    assert (code, err) == (0, "")
    assert out.splitlines()[:2] == [
        "01  the reference earns everything: holds (5 checks, 2 seeds in this process and one in workers)",
        "01  the untouched template earns nothing: holds (5 checks, 0 points)",
    ]


def test_an_audit_of_a_broken_law_ends_with_1(run, course_root, monkeypatch):
    monkeypatch.setattr(commands, "MAX_VIOLATIONS", 2)
    checks = course_root / "assignments/02_chain/test_public.py"
    checks.write_text(checks.read_text().replace('np.array([1.0, -2.0]), "Chain', 'np.array([1.0, 2.0]), "Chain'))

    code, out, _err = run("audit", "-a", "2", "--seeds", "4", course=course_root)

    lines = out.splitlines()
    assert code == 1
    assert lines[0].startswith("02  the reference earns everything: broken (")
    assert lines[1].startswith("      seed 0: 02/public/Chain/test_an_empty_chain_changes_nothing: failed: Chain().forward[1] is -2")
    assert lines[3] == "      and 4 more"


def test_a_template_is_written(run, tmp_path):
    code, out, err = run("release", "template", "-o", tmp_path / "new")

    assert (code, err) == (0, "")
    assert out == f"wrote {sum(p.is_file() for p in (tmp_path / 'new').rglob('*'))} files to {tmp_path / 'new'}\n"


def test_a_template_that_cannot_be_written_is_refused(run, tmp_path):
    (tmp_path / "file").write_text("")

    code, _out, err = run("release", "template", "-o", tmp_path / "file" / "new")

    assert (code, err) == (1, f"Error: {tmp_path}/file/new cannot be written: Not a directory\n")


# Help


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        ([], ["grade", "audit", "release", "--course", "--version"]),
        (["grade"], ["PATH", "-a, --assignment NN", "--format [text|json|gradescope]", "-o, --output", "--seed"]),
        (["audit"], ["--seeds", "[default:"]),
        (["release"], ["template"]),
        (["release", "template"], ["-o, --output"]),
    ],
)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_tells_every_verb_and_option(run, monkeypatch, verb, told, flag):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = run(*verb, flag)

    assert (code, err) == (0, "")
    assert [word for word in told if word not in out] == []
    assert max(map(len, out.splitlines())) <= 80


def test_help_is_quick_as_it_imports_no_numpy():
    code = "import sys\ntry:\n    from grader.cli import main; main(['--help'])\nfinally:\n    assert not {'numpy', 'pytest', 'rich'} & set(sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL).returncode == 0


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


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_stopped_in_the_middle_it_leaves_no_process_and_no_file(tmp_path, unfinished, sign):
    (unfinished / "framework/nn/scale.py").write_text("while True: pass\n")
    terminal, theirs = os.openpty()
    with start("grade", unfinished, "-o", tmp_path / "report.txt", stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        while b"checks done:" not in os.read(terminal, MAX_BYTES):  # it says how far it is, as this is a terminal
            pass
        workers = children(process.pid)
        process.send_signal(sign)
        out = process.stdout.read()

    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: -signal.SIGTERM}[sign]
    assert out == b""
    assert workers
    assert all(map(wait_for_end, workers))
    assert not list(tmp_path.glob("*report*"))
    os.close(terminal)
