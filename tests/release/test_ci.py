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
    return {path: yaml.safe_load(text) for path, text in ci_files(system).items() if path.endswith(".yml")}


def test_every_file_of_the_folder_is_written_somewhere():
    assert {name for targets in TARGETS.values() for name in targets} == {
        p.name for p in (ROOT / "grader/release/ci_files").iterdir() if p.is_file()
    }


def scripts(system: str) -> list[str]:
    """Every piece of shell."""
    steps = [
        s for data in parsed(system).values() for part in (data, *data.get("jobs", {}).values()) for s in _steps(part)
    ]
    return steps + [
        "\n".join(lines(job)) for data in parsed(system).values() for job in data.values() if "script" in job
    ]


def lines(job: dict) -> list[str]:
    """The script of a job on GitLab, which takes lists of lines in it, too."""
    return [line for part in job["script"] for line in ([part] if isinstance(part, str) else part)]


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

    assert {words[0] for words in calls} == {"doctor", "grade", "cohort"}
    for verb, *words in calls:
        words = words[: words.index("||")] if "||" in words else words
        words = [re.sub(r"^\$(@|{numbers.*)", "--assignment=01", word) for word in words]
        if verb == "cohort":
            words[-1] = str(ROOT)  # it has to be there
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
    assert written(tmp_path) == ONE


ONE = {"results/junit.xml", "results/report.html", "results/report.md", "staff/report.json"}
CLASS = {"results/ada.html", "results/ada.md", "staff/ada.json", "staff/cohort.sqlite", "staff/summary.csv"}


def written(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for name in ("results", "staff") for p in (folder / name).iterdir()}


@pytest.fixture
def a_class(tmp_path, unfinished) -> Path:
    """What `fetch` packs: one student's work, and an empty folder for another one, who could not be fetched."""
    (tmp_path / "submissions/bob").mkdir(parents=True)
    shutil.copytree(unfinished, tmp_path / "submissions/ada")
    with tarfile.open(tmp_path / "submissions.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "submissions", ".")
    lines = ("submission,repository,ref,name,id", "ada,a/a,main,Ada L.,7", "bob,b/b,main,Bob,8")
    (tmp_path / "class.csv").write_text("\n".join(lines))
    return tmp_path


def test_a_class_on_github_is_graded_with_files_for_students_and_for_staff(step, a_class, action):
    done = step(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"],
        action["runs"]["steps"][-1]["run"],
        RUNNER_TEMP=str(a_class),
        SUBMISSION="submissions.tar.gz",
        ASSIGNMENTS="01",
        STUDENTS="class.csv",
    )

    assert done.returncode == 1  # bob's repository is empty
    assert written(a_class) == CLASS
    table = (a_class / "staff/summary.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line[:34] for line in table[1:]] == [
        "ada,Ada L.,7,,graded,,,,6,6,10,0,0",
        'bob,Bob,8,,unreadable,,,,0,,,,,"it',
    ]


def test_a_class_on_gitlab_is_graded_with_files_for_students_and_for_staff(step, a_class):
    script = on_gitlab("grade class").replace("/opt/grader", f"{a_class}/grader")

    done = step(["sh", "-e", "-c"], script, ASSIGNMENTS="01", CLASS_LIST="class.csv")

    assert done.returncode == 1
    assert written(a_class) == CLASS


def on_gitlab(job: str) -> str:
    """The script of a job without the installation."""
    script = lines(parsed("gitlab")[".gitlab/grade.yml"][job])
    return "\n".join(line for line in script if " -m " not in line and "doctor" not in line)


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
    done = step(
        ["sh", "-e", "-c"], on_gitlab("grade").replace("/opt/grader", f"{tmp_path}/grader"), ASSIGNMENTS=assignments
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert f"{total} points" in done.stdout
    assert written(tmp_path) == ONE
    assert not (tmp_path / "summary.md").exists()


# GitHub


@pytest.fixture(params=["grade", "grade_class"])
def workflow(request):
    return parsed("github")[f".github/workflows/{request.param}.yml"]


@pytest.fixture
def action():
    return parsed("github")[".github/actions/grade/action.yml"]


def steps_of(workflow: dict) -> list[dict]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_no_job_has_a_secret_and_student_code(workflow):
    jobs = workflow["jobs"]

    assert set(jobs) == {"fetch", "grade", "tell"}
    assert "secrets." not in str(jobs["grade"])
    for name, secret in (("fetch", "SUBMISSIONS_TOKEN"), ("tell", "FEEDBACK_TOKEN")):
        assert set(re.findall(r"secrets\.(\w+)", str(jobs[name]))) == {secret}
        assert not re.search(r"grader|actions/grade'", str(jobs[name]))
    assert all("env" not in job for job in jobs.values())


def test_what_is_for_staff_is_an_artifact_of_its_own_and_reaches_no_student(workflow):
    uploads = [s["with"] for s in steps_of(workflow) if "upload" in s.get("uses", "")]

    assert {u["name"]: u["path"] for u in uploads[1:]} == {"results": "results/", "staff": "staff/"}
    assert "staff" not in str(workflow["jobs"]["tell"])


def test_permissions_are_as_few_as_can_be(workflow):
    assert workflow["permissions"] == {}
    assert all(job.get("permissions", {}) in ({}, {"contents": "read"}) for job in workflow["jobs"].values())


def test_no_credentials_stay_on_the_machine(workflow):
    checkouts = [s for s in steps_of(workflow) if s.get("uses", "").startswith("actions/checkout@")]

    assert len(checkouts) == 3
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_a_pull_request_starts_nothing(workflow):
    assert set(workflow[True]) == {"workflow_call", "workflow_dispatch"}  # YAML 1.1 reads `on` as true


def test_nothing_from_outside_is_pasted_into_a_script(workflow, action):
    assert not [s for s in steps_of(workflow) + action["runs"]["steps"] if "${{" in s.get("run", "")]


def test_every_action_is_of_github_itself_or_ours_and_has_a_version(workflow, action):
    used = [s["uses"] for s in steps_of(workflow) + action["runs"]["steps"] if "uses" in s]

    assert all(re.fullmatch(r"actions/[\w-]+@v\d+|\./\.github/actions/grade", name) for name in used)
    assert "./.github/actions/grade" in used


def test_both_ways_to_start_ask_for_the_same(workflow):
    assert workflow[True]["workflow_call"]["inputs"] == workflow[True]["workflow_dispatch"]["inputs"]


def test_the_action_gets_what_it_asks_for(workflow, action):
    [call] = [s for s in workflow["jobs"]["grade"]["steps"] if s.get("uses") == "./.github/actions/grade"]

    assert set(call["with"]) <= set(action["inputs"])
    assert {name for name, asked in action["inputs"].items() if asked.get("required")} <= set(call["with"])


# GitLab


def test_on_gitlab_too_no_job_has_a_token_and_student_code():
    template = parsed("gitlab")[".gitlab/grade.yml"]

    for job in ("fetch", "fetch class", "grade", "grade class", "tell"):
        told = str(template[job])
        assert ("SUBMISSIONS_TOKEN" in told) == (job == "fetch")  # for the class, class_list.py reads it
        assert ("/grader" in told) == job.startswith("grade")
    scopes = {job: template[job].get("environment", {}).get("name") for job in ("fetch class", "grade class", "tell")}
    assert scopes == {"fetch class": "fetch", "grade class": None, "tell": "tell"}
    assert template["fetch"]["environment"]["name"] == "fetch"
    assert "environment" not in template["grade"]
    assert template["grade"]["artifacts"]["reports"] == {"junit": "results/junit.xml"}
    assert template["tell"]["artifacts"]["paths"] == ["results/"]


# The verb


def test_the_files_are_written_where_the_system_looks(tmp_path):
    done = CliRunner().invoke(cli, ["release", "ci", "github", "-o", str(tmp_path)])

    made = {p.relative_to(tmp_path).as_posix(): p.read_text() for p in tmp_path.rglob("*") if p.is_file()}
    assert (done.exit_code, made) == (0, ci_files("github"))
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
