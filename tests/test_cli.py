"""The command line: what each verb prints and how it ends."""

import gc
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FRAMEWORK = Path(__file__).parent / "tiny_course/reference"


# grade


def test_a_complete_submission_is_graded(run):
    code, out, err = run("grade", FRAMEWORK)

    assert (code, err) == (0, "")
    assert out.startswith("reference: 14 of 14 points\n")


def test_garbage_is_collected_again_after_the_imports(run, tmp_path):
    for submission in (FRAMEWORK, tmp_path / "nothing"):
        run("grade", submission)

        assert gc.isenabled()


def test_a_submission_with_mistakes_is_graded_all_the_same(run, unfinished):
    code, out, err = run("grade", unfinished)

    assert (code, err) == (0, "")
    assert out.startswith("alice: 6 of 14 points\n")
    assert "Shift(3).forward[0] is -2, but should be 4 (2 of 2 differ)" in out
    assert "not written yet" in out
    assert "nn.Chain." in out


@pytest.mark.parametrize(
    ("asked", "points"),
    [
        (["-a", "02"], 4),
        (["-a", "2", "-a", "02"], 4),
        (["-a", "2", "-a", "1"], 14),
        (["-a", "01,02"], 14),
        (["-a", "2, 02"], 4),
        (["-a", "1,2", "-a", "02"], 14),
    ],
)
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
        (["grade", "no-such-path"], "no-such-path: there is no file or folder of this name"),
        (["grade", __file__], "is neither a folder nor a zip or tar archive"),
        (["grade", FRAMEWORK, "-a", "07"], "there is no assignment 07; there are 01, 02"),
        (["grade", FRAMEWORK, "-a", "01,07"], "there is no assignment 07; there are 01, 02"),
        (["grade", FRAMEWORK, "-a", "01,"], "there is no assignment without a number; there are 01, 02"),
        (["grade", FRAMEWORK, "-a", ""], "there is no assignment without a number; there are 01, 02"),
        (["grade", FRAMEWORK, "-a", "one"], "there is no assignment one; there are 01, 02"),
        (
            ["grade", FRAMEWORK, "-o", "no/such/folder/report.txt"],
            "report.txt cannot be written: there is no such folder",
        ),
        (
            ["grade", FRAMEWORK, "--format", "pdf"],
            "'pdf' is not one of 'text', 'json', 'gradescope', 'classroom50', 'github', 'junit', 'markdown', 'html'",
        ),
        (["grade", FRAMEWORK, "--also", "junit"], "'junit' is not of the form FORMAT=PATH, as in junit=report.xml"),
        (["grade", FRAMEWORK, "--also", "pdf=report.pdf"], "'pdf' is not one of 'text', 'json'"),
        (
            ["grade", FRAMEWORK, "--also", "html=no/such/folder/report.html"],
            "report.html cannot be written: there is no such folder",
        ),
        (["grade", FRAMEWORK, "--fail-under", "101"], "101.0 is not in the range"),
        (["grade", FRAMEWORK, "--audience", "parents"], "'parents' is not one of 'instructor', 'student'"),
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


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            ["attempt_1/nn/scale.py", "attempt_2/nn/scale.py"],
            "it holds 2 folders that could be the package: attempt_1/, attempt_2/.",
        ),
        (
            ["a/scale.py", "b/chain.py"],
            "but a/scale.py, b/chain.py outside of it (scale.py belongs at framework/nn/scale.py, chain.py belongs at",
        ),
        (["a.zip", "b.zip"], "it has no framework/ in it, but 2 archives: a.zip, b.zip."),
    ],
)
def test_where_there_is_no_grade_to_give_the_error_and_the_file_say_why(run, tmp_path, files, said):
    for file in files:
        (tmp_path / "eve" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "eve" / file).write_bytes(b"")
    report = tmp_path / "eve.json"

    code, out, err = run("grade", tmp_path / "eve", "--format", "json", "-o", report)

    assert (code, out) == (1, "")
    assert err.startswith(f"Error: {tmp_path}/eve: ")
    assert said in err
    assert "Nothing could be graded: it" in report.read_text()
    assert said in report.read_text()


@pytest.mark.parametrize(
    "verb", [["grade", FRAMEWORK], ["audit", "--seeds", "1"], ["release", "template", "-o", "out"]]
)
def test_a_broken_course_is_refused_with_file_and_key(run, course_root, verb):
    toml = course_root / "assignments/02_chain/assignment.toml"
    toml.write_text(toml.read_text().replace("points = 4", "points = 0"))

    code, out, err = run(*verb, course=course_root)

    assert (code, out) == (1, "")
    assert err.startswith(f"Error: {toml}: points: ")


@pytest.mark.parametrize(
    "verb",
    [
        ["grade", FRAMEWORK],
        ["audit", "--no-cache"],
        ["release", "template", "-o"],
        ["release", "gradescope", "1", "-o"],
    ],
    ids=["grade", "audit", "template", "zip"],
)
def test_a_solution_whose_assignment_is_gone_is_neither_graded_nor_released(run, course_root, tmp_path, verb):
    shutil.rmtree(course_root / "assignments/02_chain")

    code, out, err = run(*verb, *[tmp_path / "out"] * (verb[-1] == "-o"), course=course_root)

    assert (code, out) == (1, "")
    assert err.startswith(f"Error: {course_root}/reference/nn/chain.py: no assignment speaks of this file.")
    assert not (tmp_path / "out").exists()


def test_points_that_do_not_add_up_are_refused(run, course_root):
    toml = course_root / "assignments/02_chain/assignment.toml"
    toml.write_text(toml.read_text().replace("points = 4", "points = 5"))

    code, out, err = run("grade", FRAMEWORK, course=course_root)

    assert (code, out) == (1, "")
    assert err == f"Error: {toml}: points: it says 5, but the weights of the 2 checks add up to 4\n"


def test_a_missing_folder_is_noticed_before_anything_is_graded(run, monkeypatch, tmp_path):
    monkeypatch.setattr("grader.commands.running.Sandbox", None)

    assert run("grade", FRAMEWORK, "-o", tmp_path / "no" / "report.txt")[0] == 1


# Our own fault ends with 2, one sentence and a file


def test_our_own_fault_is_one_sentence_and_a_file(run, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("grader.commands.grade.grade", lambda *_args, **_kwargs: {}["a key"])

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

    monkeypatch.setattr("grader.commands.grade.grade", fail)

    assert run("grade", FRAMEWORK)[0] == 2


def test_a_stop_ends_with_130(run, monkeypatch):
    def stop(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.commands.grade.grade", stop)

    code, out, err = run("grade", FRAMEWORK)

    assert (code, out, err.strip()) == (130, "", "stopped")


# audit and release


def test_an_audit_that_holds_ends_with_0(run):
    code, out, err = run("audit", "--laws", "1,2", "--seeds", "2", "--no-cache", "--jobs", "1")

    assert (code, err) == (0, "")
    assert "1 the reference earns" in out
    assert "2 seeds, 1 in workers" in out
    assert "broken" not in out


def test_an_audit_of_a_broken_law_ends_with_1(run, course_root, monkeypatch):
    monkeypatch.setattr("grader.commands.audit.MAX_VIOLATIONS", 2)
    checks = course_root / "assignments/02_chain/test_public.py"
    checks.write_text(checks.read_text().replace('np.array([1.0, -2.0]), "Chain', 'np.array([1.0, 2.0]), "Chain'))

    code, out, _err = run("audit", "-a", "2", "--laws", "1,2", "--seeds", "4", "--jobs", "1", course=course_root)

    lines = out.splitlines()
    assert code == 1
    assert lines[0] == "02  law 1 is broken: the reference earns everything"
    wrong = "Chain().forward[1] is -2, but should be 2 (1 of 2 differ)"
    failed = f"02/public/Chain/test_an_empty_chain_changes_nothing: failed: {wrong}"
    assert lines[1:3] == [f"      seed 0 as if in another process: {failed}", f"      seed 0: {failed}"]
    assert lines[3] == "      and 5 more; --all shows them"


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
        (
            ["grade"],
            [
                "PATH",
                "-a, --assignment NN",
                "--format [text|json|gradescope|classroom50|github|junit|markdown|html]",
                "-o, --output",
                "--also",
                "--audience",
                "--fail-under",
                "--seed",
            ],
        ),
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
    code = (
        "import sys\ntry:\n    from grader.cli import main; main(['--help'])\n"
        "finally:\n    assert not {'numpy', 'pytest', 'rich'} & set(sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL).returncode == 0
