"""From the zip to the results that Gradescope would take, on a stand-in for it, with submissions of every kind."""

import io
import json
import os
import shutil
import signal
import stat
import subprocess
import warnings
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from grader.assignment import Course
from grader.formats.gradescope import validate
from grader.release.gradescope import autograder_files, write_zip
from tests.gradescope.material import earlier, metadata
from tests.gradescope.platform import SECRET, Platform, Run, has_private_roots

POLICY = """
late.penalty = 0.5
submissions.per_day = 3
submissions.keep = "best"
show.hidden_checks = "after_published"
"""


@pytest.fixture(scope="module")
def usual(course, tmp_path_factory) -> Platform:
    """The stand-in with the tiny course's zip built into it, in a root folder of its own where that can be had."""
    folder = tmp_path_factory.mktemp("platform")
    home, root = folder / "home", folder / "root"
    home.mkdir()
    root.mkdir()
    write_zip(autograder_files(course, course.assignments), folder / "autograder.zip")
    made = Platform(home, root if has_private_roots(root) else None)
    built = made.build(folder / "autograder.zip")
    assert built.returncode == 0, built.stdout + built.stderr
    return made


@pytest.fixture
def change(usual):
    """Change a file of what was built, until the test is over."""
    before: dict[Path, str] = {}

    def change(path: str, old: str, new: str) -> None:
        file = usual.home / "source" / path
        before[file] = file.read_text()
        file.write_text(before[file].replace(old, new) if old else new)

    yield change
    for file, text in before.items():
        file.write_text(text)


def work(course: Course, **changes: str) -> dict[str, str]:
    """The reference as a submission, with the bodies of some functions replaced: Scale_backward="while True: pass"."""
    texts = dict(course.reference)
    files = {"Scale": "nn/scale.py", "Shift": "nn/shift.py", "Chain": "nn/chain.py"}
    for place, body in changes.items():
        name, _, method = place.partition("_")
        texts[files[name]] += f"\n\ndef _body(self, x):\n    {body}\n\n\n{name}.{method} = _body\n"
    return {f"framework/{path}": text for path, text in texts.items()}


def assert_decent(run: Run) -> None:
    """Valid at every moment, whole at the end, nothing left running, and nothing told that is nobody's business."""
    assert run.error == ""
    validate(run.results)
    assert run.invalid == []
    assert run.left_running == []
    checks = [t for t in run.results["tests"] if t["extra_data"]["id"] != "score"]  # which says how it comes about
    assert len(checks) == 7
    assert all(t["max_score"] == 2 for t in checks)
    assert not any(word in json.dumps(run.results) + run.stdout for word in (SECRET, "\\u001b", "Traceback"))


def test_a_good_submission_earns_everything_and_the_results_grow_check_by_check(usual, course):
    wait = "__import__('time').sleep(0.1)"  # or most states would be too short to be seen
    scaled, moved = "require_array(x)\n    return _times(self.factor, x)", "return shifted(x, self.amount)"
    run = usual.run(
        work(course, Scale_forward=f"{wait}\n    {scaled}", Shift_forward=f"{wait}\n    {moved}"), metadata()
    )

    assert_decent(run)
    assert (run.results["score"], run.exit_status, run.stdout) == (14, 0, "")
    first, *later = run.states
    assert "interrupted before it had begun" in first["output"]
    assert first["score"] == 0
    # A few may be too quick to be seen.
    assert len({sum(t["status"] == "passed" for t in state["tests"]) for state in later}) >= 5
    assert [state["score"] for state in later] == sorted(state["score"] for state in later)


def test_whatever_a_submission_does_costs_the_checks_that_meet_it(usual, course):
    run = usual.run(
        work(
            course,
            Scale_backward="while True: pass",
            Shift_forward="import os; os._exit(0)",
            Chain_forward="import os\n    while True: os.fork()",
        )
    )

    assert_decent(run)
    assert run.results["score"] == 4
    assert run.outcomes == {
        "01/public/Scale/test_forward": "passed",
        "01/hidden/Scale/test_forward": "passed",
        "01/hidden/Scale/test_backward": "timeout",
        "01/public/Shift/test_forward": "error",
        "01/hidden/Shift/test_forward": "error",
        "02/public/Chain/test_an_empty_chain_changes_nothing": "error",
        "02/hidden/Chain/test_order": "error",
    }


HOSTILE = """
    import builtins, os
    found = []
    for name in ("source/course/reference/nn/scale.py", "submission_metadata.json", "results/results.json"):
        path = "/autograder/" + name
        try: found.append(builtins.open(path).read())
        except BaseException: pass
        try: builtins.open(path, "w").write('{"score": 1000000}')
        except BaseException: pass
    raise ValueError("\\x1b[31m ::error::x <script> " + repr(found) + repr(dict(os.environ)))
"""


def test_neither_greed_nor_malice_pays(usual, course):
    run = usual.run(
        work(
            course,
            Scale_backward="return np.ones(1 << 40)",
            Shift_forward=HOSTILE.strip(),
            Chain_forward="return np.full_like(x, np.nan)",
        ),
        metadata(previous_submissions=[earlier(timedelta(hours=3), 4, {"output": SECRET})]),
    )

    assert_decent(run)
    assert run.results["score"] == 4
    assert {name for name, outcome in run.outcomes.items() if outcome == "passed"} == {
        "01/public/Scale/test_forward",
        "01/hidden/Scale/test_forward",
    }
    assert "::error::" not in json.dumps(run.results)
    [told] = [t["output"] for t in run.results["tests"] if t["extra_data"]["id"] == "01/public/Shift/test_forward"]
    assert "<script> []{" in told  # nothing was found
    assert not any(name in told for name in ("TIMEOUT_SECONDS", "BASIC_AUTH", "/autograder"))


def test_an_empty_submission_is_graded_and_told_what_is_missing(usual):
    run = usual.run({"essay.txt": "I was ill."})

    assert_decent(run)
    assert run.results["score"] == 0
    assert (
        "Nothing could be graded: it has no folder framework/ with Python files in it, but 1 file of another kind."
        in run.results["output"]
    )
    assert "/autograder" not in run.results["output"]


def test_what_cannot_be_graded_is_told_to_the_student_and_costs_no_earlier_score(usual, course, change):
    """Not even where the latest submission counts: there is no answer in it that could count."""
    change("policy.toml", "", 'submissions.keep = "latest"\n')
    two = {f"{folder}/{path}": text for folder in ("attempt_1", "attempt_2") for path, text in work(course).items()}

    run = usual.run(two, metadata(previous_submissions=[earlier(timedelta(hours=3), 6)]))

    assert_decent(run)
    assert run.results["score"] == 6
    assert "2 folders that could be the package: attempt_1/framework/, attempt_2/framework/." in run.results["output"]
    assert set(run.outcomes.values()) == {"blocked"}


@pytest.mark.parametrize(("keep", "score"), [("latest", 6), ("best", 12)])
def test_what_cannot_be_graded_wins_no_score_back_that_did_not_count_any_more(usual, change, keep, score):
    change("policy.toml", "", f'submissions.keep = "{keep}"\n')

    run = usual.run(
        {"essay.txt": "..."},
        metadata(previous_submissions=[earlier(timedelta(hours=3), 12), earlier(timedelta(hours=2), 6)]),
    )

    assert_decent(run)
    assert run.results["score"] == score
    assert {state["score"] for state in run.states} == {score}


def test_an_archive_in_the_upload_is_opened(usual, course):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for path, text in work(course).items():
            archive.writestr(path, text)
    run = usual.run({"framework.zip": memory.getvalue()})

    assert_decent(run)
    assert run.results["score"] == 14
    assert "The archive framework.zip was opened." in run.results["output"]


def test_the_grader_stops_before_the_platform_does(usual, course):
    """Five checks of 1 s do not fit into the 3 s that are left of 7 s: the last ones are listed as not run."""
    endless = dict.fromkeys(("Scale_forward", "Scale_backward", "Shift_forward"), "while True: pass")

    run = usual.run(work(course, **endless), timeout=7, kill_after=90)  # a busy machine may take longer to start

    assert_decent(run)
    assert "not run" in run.outcomes.values()
    assert run.results["output"].splitlines()[1].startswith("  The time for the whole grading was used up: ")
    assert run.exit_status == 0


def test_a_grader_that_hangs_ends_itself_and_leaves_what_it_found(usual, course, change):
    """It is told of 4 s, of which it has 3 s; a file of its own checks never ends."""
    change(
        "course/assignments/01_scaling/test_hidden.py",
        "class TestScale:\n",
        "while True:\n    pass\n\n\nclass TestScale:\n",
    )

    run = usual.run(work(course), timeout=4, kill_after=30)

    assert (run.error, run.exit_status) == ("", -signal.SIGALRM)
    assert run.results["extra_data"]["finished"] is False
    assert (run.invalid, run.left_running) == ([], [])


def test_killed_by_the_platform_it_leaves_valid_results_and_no_process(usual, course):
    endless = dict.fromkeys(("Scale_forward", "Scale_backward", "Shift_forward"), "while True: pass")  # 5 s

    run = usual.run(work(course, **endless), kill_after=1.5)

    assert run.error == "timeout"
    assert (run.invalid, run.left_running) == ([], [])
    assert run.states


def test_late_work_limits_and_visibility_are_the_policy_s(usual, course, change):
    change("policy.toml", "", POLICY)
    late = metadata(timedelta(hours=1))

    first = usual.run(work(course), late)
    before = [earlier(timedelta(hours=n), 9 - n) for n in (3, 2)]
    latest = earlier(timedelta(hours=1), first.results["score"], first.results)
    refused = usual.run({}, late | {"previous_submissions": [*before, latest]})

    assert_decent(first)
    assert first.results["score"] == 7
    assert {t["visibility"] for t in first.results["tests"] if "/hidden/" in t["extra_data"]["id"]} == {
        "after_published"
    }
    assert "after the due date: 50 %" in first.results["output"]
    assert_decent(refused)
    assert (refused.results["score"], refused.results["tests"]) == (7, first.results["tests"])
    assert refused.results["output"].startswith(
        "This submission was not graded: 3 submissions may be graded in 24 hours"
    )


@pytest.mark.parametrize("path", ["course/assignments/01_scaling/assignment.toml", "policy.toml"])
def test_a_broken_course_or_policy_tells_instructors_why_and_students_only_that(usual, course, change, path):
    change(path, "", "title = 1")

    run = usual.run(work(course), metadata())

    assert run.results["score"] == 0
    assert "The autograder is not set up right" in run.results["output"]
    assert "toml" not in json.dumps(run.results)
    assert Path(path).name in run.stdout
    assert run.exit_status == 2


# Whenever the grader fails, an earlier score stands


BEFORE = metadata(previous_submissions=[earlier(timedelta(hours=3), 50)])
BROKEN = {
    "course": ("course/assignments/01_scaling/assignment.toml", "", "title = 1"),
    "checks": (
        "course/assignments/01_scaling/test_hidden.py",
        "class TestScale:",
        "raise SystemExit(3)\n\nclass TestScale:",
    ),
    "reference": ("course/reference/nn/scale.py", "import numpy", "import nunpy"),
    "number": ("assignments.txt", "01", "07"),
    "our own": (
        "course/grader/gradescope/machine.py",
        "def fitted(",
        "def fitted(*_):\n    return {}['a key']\n\n\ndef unfit(",
    ),
    "our start": ("course/grader/commands/autograde.py", "import sys", "import sys, nothing"),
    "our import": ("course/grader/cli.py", "import click", "import clic as click"),
}


@pytest.mark.parametrize("keep", ["latest", "best"])
@pytest.mark.parametrize("broken", BROKEN)
def test_whatever_is_broken_an_earlier_score_stands(usual, course, change, broken, keep):
    change("policy.toml", "", f'submissions.keep = "{keep}"')
    change(*BROKEN[broken])

    run = usual.run(work(course), BEFORE)

    assert (run.error, run.invalid, run.results["score"]) == ("", [], 50)
    assert {state["score"] for state in run.states} == {50}
    assert run.exit_status != 0
    assert run.results["extra_data"]["finished"] is False


def test_with_a_broken_policy_an_earlier_score_stands(usual, course, change):
    change("policy.toml", "", "submissions.keep = 1")

    run = usual.run(work(course), BEFORE)

    assert ({state["score"] for state in run.states}, run.results["score"], run.exit_status) == ({50}, 50, 2)
    assert "The autograder is not set up right" in run.results["output"]


def test_an_unknown_number_is_told_to_instructors_as_such(usual, course, change):
    change("assignments.txt", "01", "07")

    run = usual.run(work(course))

    assert "assignments.txt: there is no assignment 07; there are 01, 02" in run.stdout
    assert "Traceback" not in run.stdout


def test_where_nobody_says_which_assignments_are_graded_instructors_are_told_so(usual, course):
    numbers = usual.home / "source/assignments.txt"
    numbers.rename(numbers.with_suffix(".away"))
    try:
        run = usual.run(work(course), BEFORE)
    finally:
        numbers.with_suffix(".away").rename(numbers)

    assert "assignments.txt: it cannot be read (No such file or directory); it holds the numbers" in run.stdout
    assert "Traceback" not in run.stdout
    assert run.results["score"] == 50


@pytest.mark.parametrize("keep", ["latest", "best"])
def test_killed_before_the_checks_are_collected_an_earlier_score_stands(usual, course, change, keep):
    change("policy.toml", "", f'submissions.keep = "{keep}"')
    change(
        "course/assignments/01_scaling/test_hidden.py",
        "class TestScale:",
        "import os\nos.kill(os.getpid(), 9)\n\nclass TestScale:",
    )

    run = usual.run(work(course), BEFORE)

    assert (run.error, run.exit_status, run.results["score"]) == ("", -signal.SIGKILL, 50)
    assert {state["score"] for state in run.states} == {50}


def test_where_the_build_did_not_finish_an_earlier_score_stands(usual, course):
    interpreter = usual.home / "source/interpreter"
    interpreter.rename(interpreter.with_name("elsewhere"))
    try:
        run = usual.run(work(course), BEFORE)
    finally:
        interpreter.with_name("elsewhere").rename(interpreter)

    assert run.exit_status == 2
    assert run.results["score"] == 50 or subprocess.run(["python3", "-c", "from enum import StrEnum"]).returncode


def test_points_that_are_withheld_leave_an_earlier_score(usual, course, change):
    change("course/assignments/02_chain/test_hidden.py", "rng.normal", "rng.abnormal")

    run = usual.run(work(course), BEFORE)

    assert_decent(run)
    assert (run.results["score"], run.exit_status) == (50, 2)
    assert usual.run(work(course)).results["score"] == 12


# setup.sh


def test_a_course_that_cannot_be_read_fails_the_build(usual, tmp_path):
    archive, home = tmp_path / "autograder.zip", tmp_path / "home"
    home.mkdir()
    shutil.copy(usual.home.parent / "autograder.zip", archive)
    with zipfile.ZipFile(archive, "a") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the name is there twice, and the later one counts
        file.writestr("course/assignments/01_scaling/assignment.toml", "title = 1")

    built = Platform(home).build(archive)

    assert built.returncode == 1
    assert "assignment.toml" in built.stderr
    assert built.stderr.endswith("setup.sh: the course or the policy cannot be read; the last line above says why\n")


def test_after_setup_everything_is_for_its_owner_alone(usual):
    source = usual.home / "source"

    modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in [source, *source.rglob("*")]}

    assert not {path for path, mode in modes.items() if mode & 0o077}
    assert {path.stat().st_uid for path in modes} == {os.geteuid()}


def test_a_python_that_will_not_do_fails_the_build_with_a_sentence(usual, tmp_path):
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()

    built = Platform(home).build(usual.home.parent / "autograder.zip", str(fake))
    run = Platform(home).run({})

    assert built.returncode == 1
    assert "is older than Python 3.11, or lacks one of the requirements" in built.stderr
    assert "setup.sh did not finish" in run.stdout
    assert "It costs you nothing" in run.results["output"]
