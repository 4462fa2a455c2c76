"""One grading, many outputs: each format where it was asked for, for its readers, and the exit code that CI goes by."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from grader.commands import delivery, grade
from grader.commands.output import refuse, write_atomically
from grader.commands.rendering import shown
from grader.formats import FORMATS
from grader.result import Report

FRAMEWORK = Path(__file__).parent / "tiny_course/reference"
VALUE = "Shift(3).forward[0] is -2, but should be 4 (2 of 2 differ)"  # told by a public check of `unfinished`
HIDDEN_VALUE = re.compile(r"-?\d+\.\d{4,}")  # hidden checks of the tiny course draw normal numbers, public ones do not

RUNNER = {
    "CLASSROOM": "dl",
    "ASSIGNMENT": "framework",
    "OWNER": "alice",
    "SUBMISSION_TAG": "submit/1",
    "COMMIT_URL": "c",
    "RELEASE_URL": "r",
}


@pytest.fixture(autouse=True)
def no_runner(monkeypatch):
    """Whatever runs these tests is not taken for the runner that they speak of."""
    for name in (*RUNNER, "GITHUB_STEP_SUMMARY", "ASSIGNMENT_TYPE", "REVIEW_URL", "USERNAME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def classroom50(monkeypatch):
    for name, value in RUNNER.items():
        monkeypatch.setenv(name, value)


# Formats


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_can_be_shown_and_written(run, tmp_path, unfinished, classroom50, form):
    code, out, err = run("grade", unfinished, "--format", form, "--also", f"{form}={tmp_path}/report")

    assert (code, err) == (0, "")
    assert out.endswith("\n")
    start = (tmp_path / "report").read_text(encoding="utf-8")[:15]  # later, annotations have a token, new every time
    assert start == out[:15]


def test_one_grading_gives_many_outputs(run, tmp_path, unfinished):
    code, out, err = run(
        "grade",
        unfinished,
        "--also",
        f"junit={tmp_path}/j.xml",
        "--also",
        f"json={tmp_path}/r.json",
        "-o",
        tmp_path / "r.txt",
    )

    assert (code, out, err) == (0, "", "")
    assert (tmp_path / "r.txt").read_text(encoding="utf-8").startswith("alice: 6 of 14 points\n")
    assert json.loads((tmp_path / "r.json").read_text())["earned"] == 6
    assert ElementTree.parse(tmp_path / "j.xml").getroot().get("tests") == "7"


def test_one_file_cannot_hold_two_formats(run, tmp_path):
    code, out, err = run("grade", FRAMEWORK, "-o", tmp_path / "r", "--also", f"html={tmp_path}/r")

    assert (code, out) == (1, "")
    assert err == f"Error: {tmp_path}/r is to hold more than one format; give each a file of its own\n"


def test_a_file_that_cannot_be_written_costs_none_of_the_others(run, tmp_path, unfinished, monkeypatch):
    def full(path, text):
        if path.suffix in (".html", ".md") and "so far" not in text and "interrupted" not in text:
            refuse(path, "No space left on device")
        write_atomically(path, text)

    monkeypatch.setattr(delivery, "write_atomically", full)
    code, out, err = run(
        "grade",
        unfinished,
        *(
            f"--also={form}={tmp_path}/r.{end}"
            for form, end in (("html", "html"), ("markdown", "md"), ("json", "json"))
        ),
    )

    assert code == 1
    assert out.startswith("alice: 6 of 14 points\n")
    assert err == (
        f"Error: {tmp_path}/r.html cannot be written: No space left on device\n"
        f"{tmp_path}/r.md cannot be written: No space left on device\n"
    )
    assert json.loads((tmp_path / "r.json").read_text())["earned"] == 6


@pytest.mark.parametrize("path", ["none/r.html", ".", "/dev/full"])
def test_what_could_not_be_delivered_is_said_before_the_grading(run, tmp_path, monkeypatch, path):
    monkeypatch.setattr(grade, "grade", lambda *_a, **_k: pytest.fail("it was graded"))

    code, _out, err = run("grade", FRAMEWORK, "--also", f"html={tmp_path / path}")

    assert code == 1
    assert err.startswith(f"Error: {(tmp_path / path).resolve()} cannot be written: ")


def test_an_older_report_is_not_taken_for_this_one(run, tmp_path, course_root):
    """Also where the grading ends before it begins."""
    (tmp_path / "r.md").write_text("## alice: 14 of 14 points\n")
    (course_root / "assignments/02_chain/assignment.toml").write_text("")

    code, _out, _err = run("grade", FRAMEWORK, "--also", f"markdown={tmp_path}/r.md", course=course_root)

    assert code == 1
    assert "interrupted before it had begun" in (tmp_path / "r.md").read_text()


# Readers


def test_an_instructor_is_shown_everything_and_a_student_what_students_may_see(run, unfinished):
    def messages(*more: str) -> str:
        data = json.loads(run("grade", unfinished, "-a", "1", "--format", "json", *more)[1])
        return " ".join(r["message"] for r in data["assignments"][0]["results"])

    assert HIDDEN_VALUE.search(messages())
    assert VALUE in messages("--audience", "student")
    assert not HIDDEN_VALUE.search(messages("--audience", "student"))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("audience", [None, "instructor", "student"])
def test_who_reads_a_format(form, audience):
    """Platforms that know who is who get everything, to decide check by check."""
    report = Report("alice", 1, (), isolation={"limits": "holds"})
    everything = (
        form in ("gradescope", "classroom50")
        or (audience or ("instructor" if form in ("text", "json") else "student")) == "instructor"
    )

    assert (shown(report, form, audience) == report) == everything


@pytest.mark.parametrize("form", ["github", "junit", "markdown", "html", "gradescope", "classroom50"])
def test_formats_that_students_see_tell_of_hidden_checks_no_value(run, unfinished, classroom50, form):
    _code, out, _err = run("grade", unfinished, "-a", "1", "--format", form)

    assert VALUE in out
    assert not HIDDEN_VALUE.search(re.sub(r'"execution_time": .*', "", out))


@pytest.mark.parametrize("form", ["github", "junit", "markdown", "html"])
def test_an_instructor_may_see_everything_in_every_format(run, unfinished, form):
    assert HIDDEN_VALUE.search(run("grade", unfinished, "-a", "1", "--format", form, "--audience", "instructor")[1])


# GitHub


def test_annotations_bring_the_summary_of_the_job(run, tmp_path, monkeypatch, unfinished):
    place = tmp_path / "summary.md"
    place.write_text("## Before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(place))

    code, out, err = run("grade", unfinished, "--format", "github")

    assert (code, err) == (0, "")
    assert "::notice title=Graded::6 of 14 points" in out
    assert place.read_text(encoding="utf-8").startswith("## Before\n## alice: 6 of 14 points\n")


def test_the_log_is_switched_off_by_a_word_that_is_new_every_time(run, unfinished):
    words = {run("grade", unfinished, "--format", "github")[1].splitlines()[0] for _ in range(2)}

    assert all(re.fullmatch(r"::stop-commands::[0-9a-f]{32}", word) for word in words)
    assert len(words) == 2


def test_without_annotations_there_is_no_summary(run, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))

    run("grade", FRAMEWORK, "-a", "2")

    assert list(tmp_path.iterdir()) == []


def test_a_summary_that_is_nearly_full_is_left_alone(run, tmp_path, monkeypatch):
    place = tmp_path / "summary.md"
    place.write_text("x" * 950_000)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(place))

    assert run("grade", FRAMEWORK, "-a", "2", "--format", "github")[0] == 0
    assert place.stat().st_size == 950_000


# Classroom 50


def test_classroom50_needs_its_runner(run):
    code, out, err = run("grade", FRAMEWORK, "--format", "classroom50")

    assert (code, out) == (1, "")
    assert err == (
        "Error: the format classroom50 is for Classroom 50's runner, which sets variables that are missing here:"
        " CLASSROOM, ASSIGNMENT, OWNER,"
        " SUBMISSION_TAG, COMMIT_URL, RELEASE_URL, REVIEW_URL\n"
    )


def test_what_the_runner_says_is_looked_at_before_the_grading(run, classroom50, monkeypatch):
    monkeypatch.setenv("SUBMISSION_TAG", "v1")
    monkeypatch.setattr(grade, "grade", lambda *_a, **_k: pytest.fail("it was graded"))

    code, out, err = run("grade", FRAMEWORK, "--format", "classroom50")

    assert (code, out) == (1, "")
    assert err.endswith("what the variables of its runner say: submission: 'v1' does not match '^submit/'\n")


# Exit codes


def test_a_bad_grade_is_no_failure(run, unfinished):
    assert run("grade", unfinished, "--format", "github")[0] == 0


@pytest.mark.parametrize(("percent", "expected"), [("0", 0), ("42", 0), ("43", 1), ("100", 1)])
def test_a_grade_below_what_was_asked_for_ends_with_1(run, unfinished, percent, expected):
    code, out, err = run("grade", unfinished, "--fail-under", percent)

    assert code == expected
    assert out.startswith("alice: 6 of 14 points\n")
    assert err == (
        f"Error: 6 of 14 points are less than the {percent} % that --fail-under asks for\n" if expected else ""
    )


def test_full_marks_are_enough_for_100_percent(run):
    assert run("grade", FRAMEWORK, "--fail-under", "100")[0] == 0


def test_withheld_points_end_with_2_whatever_was_asked_for(run, course_root, tmp_path):
    checks = course_root / "assignments/02_chain/test_hidden.py"
    checks.write_text(checks.read_text().replace("rng.normal", "rng.abnormal"))

    code, _out, err = run(
        "grade", FRAMEWORK, "--fail-under", "100", "--also", f"junit={tmp_path}/j.xml", course=course_root
    )

    assert (code, err) == (2, "")
    assert ElementTree.parse(tmp_path / "j.xml").getroot().get("errors") == "1"
