"""grader preview and grader score: from a results.json alone."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from grader.formats import FORMATS
from grader.gradescope.preview import PHASES
from tests.gradescope.material import earlier, metadata

FRAMEWORK = Path(__file__).parents[1] / "tiny_course/reference"


@pytest.fixture
def results(run, tmp_path) -> Path:
    """The results of a complete submission."""
    run("grade", FRAMEWORK, "--format", "gradescope", "-o", tmp_path / "results.json")
    return tmp_path / "results.json"


def test_preview_shows_each_phase(run, results):
    data = json.loads(results.read_text())
    data["tests"][-1]["visibility"] = "after_published"
    results.write_text(json.dumps(data))

    code, out, err = run("preview", results)

    assert (code, err) == (0, "")
    before, published = (part.splitlines() for part in out.split("\n\n") if part.strip())
    assert before[:3] == [PHASES["before"], PHASES["after"], "  score: not shown, as some checks are not"]
    assert published[1] == "  score: 14"
    assert "  1 check is not shown." in before
    assert len(published) == len(before) - 1  # one heading less; one check more, and no line that one is missing


def test_preview_says_once_what_never_changes(run, results):
    out = run("preview", results)[1]

    assert out.startswith("Before the due date, after it, and after the grades are published\n  score: 14\n")
    assert out.count("score:") == 1


def test_preview_shows_one_phase_if_asked(run, results):
    out = run("preview", results, "--phase", "published")[1]

    assert out.startswith("After the grades are published")
    assert "Before" not in out


def test_score_follows_a_policy(run, results, tmp_path):
    (tmp_path / "policy.toml").write_text("late.penalty = 0.1\n")
    (tmp_path / "metadata.json").write_text(json.dumps(metadata(timedelta(days=2))))

    late = run("score", results, "--policy", tmp_path / "policy.toml", "--metadata", tmp_path / "metadata.json")
    unknown = run("score", results, "--policy", tmp_path / "policy.toml")

    assert late[1] == (
        "11.2 of 14 points\nIt was submitted 2 d after the due date: 20 % of the points that it earned is taken off.\n"
    )
    assert unknown[1] == "14 of 14 points\nnote: without --metadata, nothing is late\n"


def test_score_names_the_earlier_submission_that_counts(run, results, tmp_path):
    (tmp_path / "policy.toml").write_text('submissions.keep = "best"\n')
    (tmp_path / "metadata.json").write_text(
        json.dumps(metadata(previous_submissions=[earlier(timedelta(hours=3), 14.5)]))
    )

    found = run("score", results, "--policy", tmp_path / "policy.toml", "--metadata", tmp_path / "metadata.json")

    assert found[1] == "14 of 14 points\nAn earlier submission, of 2026-03-06 20:00, earned 14.5 points and counts.\n"


@pytest.mark.parametrize("text", ["", "{}", '{"score": NaN}', "[" * 100_000])
def test_what_is_no_results_file_is_refused(run, tmp_path, text):
    (tmp_path / "r.json").write_text(text)

    code, _out, err = run("preview", tmp_path / "r.json")

    assert code == 1
    assert "is no results.json of this grader" in " ".join(err.split())


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "gradescope"])
@pytest.mark.parametrize("verb", [["preview"], ["score", "--policy", "none.toml"]], ids=["preview", "score"])
def test_a_report_in_another_format_is_named_as_such(run, tmp_path, monkeypatch, unfinished, form, verb):
    for name in ("CLASSROOM", "ASSIGNMENT", "OWNER", "COMMIT_URL", "RELEASE_URL"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("SUBMISSION_TAG", "submit/1")
    run("grade", unfinished, "-a", "2", "--format", form, "-o", tmp_path / "report")

    code, out, err = run(*verb, tmp_path / "report")

    assert (code, out) == (1, "")
    assert err == (
        f"Error: {tmp_path}/report is no results.json of this grader: it is a report in the format {form}. grader"
        f" {verb[0]} reads what"
        " grader grade PATH --format gradescope -o results.json writes\n"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"\xff\xfe", "it is no text in UTF-8"),
        (b"Dear all,", "it is no JSON"),
        (b'{"tests": []}', "is missing"),
    ],
)
def test_what_else_it_is_is_said_in_plain_words(run, tmp_path, content, said):
    (tmp_path / "r.json").write_bytes(content)

    assert said in run("preview", tmp_path / "r.json")[2]


def test_a_file_that_is_not_there_is_named(run, tmp_path):
    code, _out, err = run("preview", tmp_path / "none.json")

    assert code == 1
    assert "cannot be read: No such file" in " ".join(err.split())
