"""Files for CI systems: they parse, ask for as little as they can, and keep student code away from secrets."""

import re
import shlex
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from click import Context
from click.testing import CliRunner

from grader.cli import cli
from grader.release.ci import TARGETS, ci_files

yaml = pytest.importorskip("yaml", reason="needs PyYAML")

ROOT = Path(__file__).resolve().parents[2]


def parsed(system: str) -> dict[str, dict]:
    return {path: yaml.safe_load(text) for path, text in ci_files(system).items()}


def test_every_file_of_the_folder_is_written_somewhere():
    assert {name for targets in TARGETS.values() for name in targets} == {
        p.name for p in (ROOT / "grader/release/ci_files").iterdir()
    }


def scripts(system: str) -> list[str]:
    """Every piece of shell."""
    steps = [
        s for data in parsed(system).values() for part in (data, *data.get("jobs", {}).values()) for s in _steps(part)
    ]
    return steps + [
        "\n".join(job["script"]) for data in parsed(system).values() for job in data.values() if "script" in job
    ]


def _steps(part: dict) -> list[str]:
    return [s["run"] for s in part.get("steps", part.get("runs", {}).get("steps", [])) if "run" in s]


@pytest.mark.parametrize("system", TARGETS)
def test_every_script_is_shell(system):
    for script in scripts(system):
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


@pytest.mark.parametrize("system", TARGETS)
def test_the_grader_takes_every_option_that_is_used(system):
    calls = [
        shlex.split(line) for s in scripts(system) for line in re.findall(r"bin/grader\"? (.*)", s.replace("\\\n", ""))
    ]

    assert {words[0] for words in calls} == {"doctor", "grade"}
    for verb, *words in calls:
        words = [re.sub(r"^\$(@|{numbers.*)", "--assignment=01", word) for word in words]
        cli.commands[verb].make_context(verb, words, parent=Context(cli, **cli.context_settings))


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
@pytest.mark.parametrize("system", TARGETS)
def test_shellcheck_has_nothing_to_say(system):
    shell = {"github": "bash", "gitlab": "sh"}[system]
    for script in scripts(system):
        found = subprocess.run(["shellcheck", f"--shell={shell}", "-"], input=script, capture_output=True, text=True)

        assert found.stdout == ""


@pytest.fixture
def step(tmp_path, unfinished):
    """Run the step that grades on the tiny course, as the CI system does: with its own variables, in its own folder."""
    program = tmp_path / "grader/bin/grader"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m grader --course {ROOT}/tests/tiny_course "$@"\n')
    program.chmod(0o755)
    with tarfile.open(tmp_path / "submission.tar.gz", "w:gz") as archive:
        archive.add(unfinished, ".")

    def step(shell: list[str], script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            **variables,
        }
        return subprocess.run([*shell, script], cwd=tmp_path, env=environment, capture_output=True, text=True)

    return step


@pytest.mark.parametrize(("assignments", "total"), [("", "6 of 14"), ("01", "6 of 10"), ("1 2", "6 of 14")])
def test_the_step_on_github_annotates_and_writes_every_report(step, tmp_path, action, assignments, total):
    script = action["runs"]["steps"][-1]["run"]

    done = step(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"],
        script,
        RUNNER_TEMP=str(tmp_path),
        SUBMISSION="submission.tar.gz",
        ASSIGNMENTS=assignments,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert f"::notice title=Graded::{total} points" in done.stdout
    assert f"{total} points" in (tmp_path / "summary.md").read_text()
    assert {p.name for p in (tmp_path / "results").iterdir()} == {
        "junit.xml",
        "report.html",
        "report.md",
        "report.json",
    }


@pytest.mark.parametrize(
    ("submission", "assignments", "code"),
    [("none.zip", "", 1), ("submission.tar.gz", "07", 1), ("--help", "", 1), ("submission.tar.gz", "$(touch x)", 1)],
)
def test_a_mistake_in_the_call_fails_the_step_and_runs_nothing_of_it(
    step, tmp_path, action, submission, assignments, code
):
    script = action["runs"]["steps"][-1]["run"]

    done = step(
        ["bash", "-eo", "pipefail", "-c"],
        script,
        RUNNER_TEMP=str(tmp_path),
        SUBMISSION=submission,
        ASSIGNMENTS=assignments,
    )

    assert done.returncode == code
    assert "Error: " in done.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(("assignments", "total"), [("", "6 of 14"), ("01", "6 of 10")])
def test_the_step_on_gitlab_writes_every_report(step, tmp_path, assignments, total):
    script = "\n".join(
        line
        for line in parsed("gitlab")[".gitlab/grade.yml"]["grade"]["script"]
        if " -m " not in line and "doctor" not in line
    )

    done = step(["sh", "-e", "-c"], script.replace("/opt/grader", f"{tmp_path}/grader"), ASSIGNMENTS=assignments)

    assert (done.returncode, done.stderr) == (0, "")
    assert f"{total} points" in done.stdout
    assert {p.name for p in (tmp_path / "results").iterdir()} == {
        "junit.xml",
        "report.html",
        "report.md",
        "report.json",
    }
    assert not (tmp_path / "summary.md").exists()


# GitHub


@pytest.fixture
def workflow():
    return parsed("github")[".github/workflows/grade.yml"]


@pytest.fixture
def action():
    return parsed("github")[".github/actions/grade/action.yml"]


def test_no_job_has_a_secret_and_student_code(workflow):
    jobs = workflow["jobs"]

    assert set(jobs) == {"fetch", "grade"}
    assert "secrets." not in str(jobs["grade"])
    assert "grader" not in str(jobs["fetch"])
    assert all("env" not in job for job in jobs.values())


def test_permissions_are_as_few_as_can_be(workflow):
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["grade"]["permissions"] == {"contents": "read"}
    assert "permissions" not in workflow["jobs"]["fetch"]


def test_no_credentials_stay_on_the_machine(workflow):
    checkouts = [
        s
        for job in workflow["jobs"].values()
        for s in job["steps"]
        if s.get("uses", "").startswith("actions/checkout@")
    ]

    assert len(checkouts) == 2
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_a_pull_request_starts_nothing(workflow):
    assert set(workflow[True]) == {"workflow_call", "workflow_dispatch"}  # YAML 1.1 reads `on` as true


def test_nothing_from_outside_is_pasted_into_a_script(workflow, action):
    steps = [s for job in workflow["jobs"].values() for s in job["steps"]] + action["runs"]["steps"]

    assert not [s for s in steps if "${{" in s.get("run", "")]


def test_every_action_is_of_github_itself_or_ours_and_has_a_version(workflow, action):
    steps = [s for job in workflow["jobs"].values() for s in job["steps"]] + action["runs"]["steps"]
    used = [s["uses"] for s in steps if "uses" in s]

    assert all(re.fullmatch(r"actions/[\w-]+@v\d+|\./\.github/actions/grade", name) for name in used)
    assert "./.github/actions/grade" in used


def test_both_ways_to_start_ask_for_the_same(workflow):
    assert workflow[True]["workflow_call"]["inputs"] == workflow[True]["workflow_dispatch"]["inputs"]


def test_the_action_gets_what_it_asks_for(workflow, action):
    [call] = [s for s in workflow["jobs"]["grade"]["steps"] if s.get("uses") == "./.github/actions/grade"]

    assert set(call["with"]) <= set(action["inputs"])
    assert {name for name, asked in action["inputs"].items() if asked.get("required")} <= set(call["with"])


# GitLab


def test_on_gitlab_too_only_the_fetching_job_uses_the_token():
    template = parsed("gitlab")[".gitlab/grade.yml"]

    assert "SUBMISSIONS_TOKEN" in str(template["fetch"])
    assert "SUBMISSIONS_TOKEN" not in str(template["grade"])
    assert template["fetch"]["environment"]["name"] == "fetch"
    assert template["grade"]["artifacts"]["reports"] == {"junit": "results/junit.xml"}
    assert all(isinstance(line, str) for job in ("fetch", "grade") for line in template[job]["script"])


# The verb


def test_the_files_are_written_where_the_system_looks(tmp_path):
    done = CliRunner().invoke(cli, ["release", "ci", "github", "-o", str(tmp_path)])

    written = {p.relative_to(tmp_path).as_posix(): p.read_text() for p in tmp_path.rglob("*") if p.is_file()}
    assert (done.exit_code, written) == (0, ci_files("github"))
    assert done.output == "".join(f"wrote {tmp_path}/{path}\n" for path in ci_files("github"))


def test_writing_them_again_changes_nothing_and_a_changed_file_is_kept(tmp_path):
    call = ["release", "ci", "gitlab", "-o", str(tmp_path)]
    assert [CliRunner().invoke(cli, call).exit_code for _ in range(2)] == [0, 0]
    (tmp_path / ".gitlab/grade.yml").write_text("mine")

    done = CliRunner().invoke(cli, call)

    assert done.exit_code == 1
    assert (
        done.output
        == f"Error: {tmp_path}/.gitlab/grade.yml is there already, with other contents; move it away first\n"
    )
    assert (tmp_path / ".gitlab/grade.yml").read_text() == "mine"
