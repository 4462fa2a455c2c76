"""Odd surroundings: each is said in one line or makes no difference, and no result is lost to it."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from grader.commands.output import beside, claimed, write_atomically

TINY = Path(__file__).parent / "tiny_course"
FRAMEWORK = TINY / "reference"
GRADE = ("grade", FRAMEWORK, "-a", "2")
AUDIT = ("audit", "--laws", "1", "--seeds", "1", "--no-cache", "--jobs", "1")


@pytest.fixture
def results(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("results") / "results.json"
    done(*GRADE, "--format", "gradescope", "-o", path)
    path.with_name("policy.toml").write_text("")
    return path


@pytest.fixture
def verbs(results, tmp_path) -> list[tuple]:
    """Every verb that somebody calls, with absolute paths."""
    score = ("score", results, "--policy", results.with_name("policy.toml"))
    release = (
        ("release", "template", "-o", tmp_path / "template"),
        ("release", "gradescope", "2", "-o", tmp_path / "a.zip"),
    )
    return [GRADE, ("preview", results), score, *release, ("doctor",), AUDIT]


def done(*arguments: object, **more) -> tuple[int, str, list[str]]:
    """How a command ended, what it printed, and the lines that it said."""
    command = [sys.executable, "-m", "grader", "--course", TINY, *arguments]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.run(
        command, **{"capture_output": True, "text": True, "env": environment | more.pop("env", {}), **more}
    )
    return process.returncode, process.stdout, (process.stderr or "").splitlines()


# Names


@pytest.mark.parametrize("name", ["x" * 245, "x" * 255, "層" * 85], ids=["245", "255", "255 bytes"])
def test_a_report_may_have_any_name_that_a_file_can_have(run, tmp_path, name):
    code, _out, err = run(*GRADE, "--format", "json", "-o", tmp_path / name)

    assert (code, err) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert json.loads((tmp_path / name).read_text())["earned"] == 4


def test_a_longer_name_is_refused_in_a_line(run, tmp_path):
    assert run(*GRADE, "-o", tmp_path / ("x" * 256))[::2] == (
        1,
        f"Error: {tmp_path}/{'x' * 256} cannot be written: File name too long\n",
    )


@pytest.mark.parametrize(
    "verb",
    [["grade"], ["preview"], ["score", "--policy", "x"], ["release", "template", "-o"]],
    ids=lambda verb: verb[0],
)
def test_a_name_that_no_file_can_have_is_refused_in_a_line(run, tmp_path, verb):
    code, out, err = run(*verb, tmp_path / ("x" * 300))

    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("Error: ")
    assert "File name too long" in err


def test_files_with_long_names_have_locks_of_their_own(tmp_path):
    names = [tmp_path / ("x" * 240 + end) for end in "ab"]

    with claimed(names[0]), claimed(names[1]):
        assert len({beside(name, "lock") for name in names}) == 2


# The disk


@pytest.fixture
def small(tmp_path):
    """A disk of 16 kB."""
    place = tmp_path / "small"
    place.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", place], capture_output=True).returncode
    ):
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_report_that_does_not_fit_is_printed_instead(run, small):
    (small / "fill").write_text("x" * 9000)

    code, out, err = run("grade", FRAMEWORK, "--format", "json", "-o", small / "r.json")

    assert code == 1
    assert json.loads(out)["earned"] == 14
    assert err == (
        f"Error: {small}/r.json cannot be written: No space left on device;"
        " the report was written to standard output instead\n"
    )
    assert sorted(path.name for path in small.iterdir()) == ["fill", "r.json"]
    json.loads((small / "r.json").read_text())


def test_an_older_template_stays_where_there_is_no_room_for_a_new_one(run, small):
    (small / "template").mkdir()
    (small / "template/README.md").write_text("older")

    code, out, err = run("release", "template", "-o", small / "template")

    assert (code, out, err) == (1, "", f"Error: {small}/template cannot be written: No space left on device\n")
    assert {path.relative_to(small).as_posix() for path in small.rglob("*")} == {"template", "template/README.md"}
    assert (small / "template/README.md").read_text() == "older"


def test_an_older_zip_stays_where_there_is_no_room_for_a_new_one(run, small):
    (small / "a.zip").write_text("older")

    code, out, err = run("release", "gradescope", "2", "-o", small / "a.zip")

    assert (code, out, err) == (1, "", f"Error: {small}/a.zip cannot be written: No space left on device\n")
    assert [(path.name, path.read_text()) for path in small.iterdir()] == [("a.zip", "older")]


def test_a_table_that_cannot_be_written_is_refused_before_the_audit(run, small, monkeypatch):
    monkeypatch.setattr("grader.commands.audit.audit", lambda *_a, **_k: pytest.fail("it was audited"))

    assert run(*AUDIT, "--table", small / "none/t.md")[::2] == (
        1,
        f"Error: {small}/none/t.md cannot be written: No such file or directory\n",
    )


def test_a_full_disk_under_the_audit_s_own_results_is_said_in_a_line(run, small, course_root):
    (small / "fill").write_text("x" * (16 << 10))
    (course_root / ".grader_cache").symlink_to(small)

    code, _out, err = run(*(word for word in AUDIT if word != "--no-cache"), course=course_root)

    assert code == 1
    assert err.startswith("Error: ")
    assert err.endswith("cannot be written: No space left on device\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--help"], ["grade", "--help"], ["release", "-h"], ["--version"]], ids=" ".join)
def test_help_that_cannot_be_written_is_said_in_a_line(arguments):
    with open("/dev/full", "w") as full:
        code, _out, err = done(*arguments, stdout=full, stderr=subprocess.PIPE, capture_output=False)

    assert (code, err) == (1, ["Error: standard output cannot be written: No space left on device"])


# The working directory


def test_from_a_working_directory_that_was_deleted_every_verb_says_so(verbs, tmp_path):
    for verb in verbs:
        gone = tmp_path / "gone"
        gone.mkdir()
        code, out, err = done(*verb, cwd=gone, preexec_fn=gone.rmdir)

        assert (code, out, err) == (
            1,
            "",
            ["Error: the working directory was deleted; go to another one and try again"],
        ), verb


def test_a_working_directory_that_is_moved_meanwhile_changes_no_place(run, tmp_path, monkeypatch):
    """A file that was named goes where it was named."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr("grader.commands.grade.end_hard", lambda _seconds: os.chdir("/"))

    code, _out, err = run(*GRADE, "-o", "r.txt", "--also", "json=r.json", "--deadline", "60")

    assert (code, err) == (0, "")
    assert {path.name for path in here.iterdir()} == {"r.txt", "r.json"}


def test_a_folder_that_is_gone_at_the_end_costs_no_report(run, tmp_path, monkeypatch):
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.setattr("grader.commands.grade.end_hard", lambda _seconds: place.rename(tmp_path / "elsewhere"))

    code, out, err = run(*GRADE, "--format", "json", "-o", place / "r.json", "--deadline", "60")

    assert code == 1
    assert json.loads(out)["earned"] == 4
    assert err == (
        f"Error: {place}/r.json cannot be written: No such file or directory;"
        " the report was written to standard output instead\n"
    )


# Encodings


@pytest.mark.parametrize("encoding", ["idna", "utf-8:nonsense", "ascii:strict", "latin-1", "utf-16"])
def test_with_any_encoding_that_python_starts_with_the_report_is_there(encoding, unfinished):
    (unfinished / "framework/nn/scale.py").write_text("raise ValueError('層 Größe')\n")
    code, out, err = done(
        "grade",
        unfinished,
        env={"PYTHONIOENCODING": encoding},
        text=False,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        capture_output=False,
    )

    assert (code, err) == (0, [])
    assert b"6 of 14" in out.replace(b"\0", b"") or b"points" in out.replace(b"\0", b"")


@pytest.mark.parametrize("encoding", ["idna", "utf-8:nonsense", "ascii:nonsense"])
def test_with_an_odd_encoding_a_mistake_is_still_named(encoding):
    code, out, err = done("grade", "層/\udcff", env={"PYTHONIOENCODING": encoding})

    assert (code, out) == (1, "")
    [line] = err
    assert line.startswith("Error: 層/")
    assert line.endswith(": there is no file or folder of this name")


# Descriptors


def limited(descriptors: int, *verb: object) -> tuple[int, str, list[str]]:
    return done(*verb, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors)))


def test_with_forty_descriptors_every_verb_does_its_work(verbs):
    for verb in verbs:
        code, out, err = limited(40, *verb)

        assert (code, err) == (0, []), verb
        assert out, verb


@pytest.mark.parametrize("number", [16, 8])
def test_with_fewer_it_works_or_says_in_a_line_what_is_lacking(verbs, number):
    for verb in verbs:
        code, _out, err = limited(number, *verb)

        assert code in (0, 1), (verb, err)
        assert len(err) == code, (verb, err)
        assert (
            not code
            or "Too many open files" in err[0]
            or f"this process may not open enough files (ulimit -n says {number}," in err[0]
        )


def test_a_limit_that_may_be_raised_is():
    code = (
        "import resource, grader.commands.surroundings as s; s.prepare_surroundings();"
        " print(resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 500))  # noqa: E731
    said = subprocess.run(
        [sys.executable, "-c", code], preexec_fn=limit, capture_output=True, text=True, cwd=TINY.parents[1]
    ).stdout

    assert said == "(500, 500)\n"


def test_a_lock_and_a_part_have_short_names(tmp_path):
    write_atomically(tmp_path / ("y" * 255), "text")

    assert [path.name for path in tmp_path.iterdir()] == ["y" * 255]
