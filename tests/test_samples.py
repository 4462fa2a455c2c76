"""Two submissions that look like real students' work, and what the grader says about them, word by word.

After a change that is meant, `UPDATE_GOLDEN=1 pytest tests/test_samples.py` writes the expected reports anew, and the
picture that README shows. Read the difference.
"""

import io
import os
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console
from rich.text import Text

from grader.assignment import Course
from grader.formats.gradescope import results, validate
from grader.formats.text import to_text
from grader.grading import grade
from grader.result import Outcome
from grader.submission import read_submission

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = sorted(path for path in (ROOT / "tests" / "submissions").iterdir() if path.is_dir())
PICTURE = ROOT / "tests/submissions/nearly_complete/report.svg"
SEED = 2024  # not the submission's own, so that a change of a comment in it changes no number
# Processor time for each assignment. It is more than is needed: with less, a busy machine leaves some unexplained.
EXPLANATION_SECONDS = 120.0


@pytest.fixture(scope="module")
def real_course():
    return Course.load(ROOT)


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda path: path.name)
def sample(request, real_course, sandbox):
    submission = read_submission(request.param, real_course.reference)
    begun = tuple(a for a in real_course.assignments if a.holes.keys() & submission.files.keys())
    return request.param, grade(real_course, submission, begun, sandbox, seed=SEED, explained_for=EXPLANATION_SECONDS)


def normalised(text: str) -> str:
    """Without what differs from run to run or machine to machine: times, and the digits of random numbers."""
    text = re.sub(r" +\d+\.\d s$", "", text, flags=re.MULTILINE)
    return re.sub(r"-?\d+(\.\d+)?e-?\d+|-?\d+\.\d{3,}", "#.#", text)


def test_the_report_is_the_expected_one(sample):
    path, report = sample
    text = normalised(to_text(report, Console(width=400, color_system=None)))
    golden = path / "expected.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")

    # Where a line breaks depends on the number of digits, so white space is not compared.
    assert golden.read_text(encoding="utf-8").split() == text.split()


def drawn(text: str) -> str:
    """A terminal's text with its colours as SVG, which needs no font from the network."""
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(text))
    svg = console.export_svg(title="grader grade nearly_complete -a 01", unique_id="report")
    svg = re.sub(r" *@font-face {.*?}\n", "", svg, flags=re.DOTALL).replace("Fira Code, monospace", "monospace")
    return "".join(f"{line.rstrip()}\n" for line in svg.splitlines())


def words(svg: str) -> str:
    """All that a picture says, without its title and white space."""
    pieces = [element.text or "" for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    return "".join("".join(pieces[1:]).split())


def test_the_picture_in_the_readme_is_of_this_report(sample):
    path, report = sample
    if path != PICTURE.parent:
        pytest.skip("README shows the other one")
    terminal = Console(width=100, force_terminal=True, color_system="truecolor", legacy_windows=False)
    text = to_text(replace(report, assignments=report.assignments[:1]), terminal)
    text = re.sub(r"\d+\.\d s\b|\btime\b", "", text)  # times differ from run to run
    if os.environ.get("UPDATE_GOLDEN"):
        PICTURE.write_text(drawn(text), encoding="utf-8")

    assert words(PICTURE.read_text(encoding="utf-8")) == "".join(Text.from_ansi(text).plain.split())
    assert PICTURE.relative_to(ROOT).as_posix() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_results_for_gradescope_are_valid_and_hide_what_is_hidden(sample):
    _path, report = sample
    data = results(report)
    validate(data)
    hidden = [
        r for a in report.assignments for r in a.results if not r.check.public and r.outcome is not Outcome.PASSED
    ]
    outputs = {test["extra_data"]["id"]: test["output"] for test in data["tests"]}

    assert hidden
    assert not [r.check.id for r in hidden if r.message in outputs[r.check.id]]


def test_no_failure_is_the_graders_own(sample):
    _path, report = sample

    assert report.withheld == 0


def test_the_three_misconceptions_of_the_nearly_complete_one_cost_points_where_they_are(sample):
    path, report = sample
    if path.name != "nearly_complete":
        assert report.earned < 60
        return
    failed = {
        (r.check.assignment, r.check.component)
        for a in report.assignments
        for r in a.results
        if r.outcome is not Outcome.PASSED
    }

    assert {("01", "Linear"), ("02", "LogSoftmax"), ("02", "Softmax"), ("04", "Adam"), ("04", "AdamW")} <= failed
    assert not [c for _, c in failed if c in ("ReLU", "CrossEntropyLoss", "SGD", "Flatten")]
