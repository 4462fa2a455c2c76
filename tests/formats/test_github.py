"""Annotations: GitHub's limits, its escapes, the most valuable first, and no command but ours."""

import re

import pytest

from grader.formats.github import MAX_ANNOTATIONS, command, to_github
from grader.result import Diagnosis, Outcome

TOKEN = "0123456789abcdef"


def annotations(report, log: str = "a log") -> list[str]:
    lines = to_github(report, log, TOKEN).splitlines()
    end = lines.index(f"::{TOKEN}::")
    assert lines[0] == f"::stop-commands::{TOKEN}"
    assert lines[1:end] == log.splitlines()
    return lines[end + 1 :]


def test_what_a_component_lost_is_one_error(report, result):
    told = annotations(report(result(public=True), result(Outcome.PASSED)))

    assert told == [
        "::error title=01 Linear%3A 2 of 4 points lost::- Linear computes y = x W^T + b.%0A  y[0] is 3, but should be 4"
        " (1 of 1 differ)",
        "::notice title=Graded::2 of 4 points",
    ]


def test_the_most_valuable_component_comes_first(report, result):
    told = annotations(
        report(result(component="A"), result(component="B", points=5), result(component="C", points=3, earned=0.5))
    )

    assert re.findall(r"title=01 (\w)", "\n".join(told)) == ["B", "C", "A"]


@pytest.mark.parametrize("count", [0, 1, 10, 11, 30])
def test_no_more_errors_than_github_shows_and_the_last_counts_the_rest(report, result, count):
    told = [
        line
        for line in annotations(report(*[result(component=f"C{i}") for i in range(count)]))
        if line.startswith("::error ")
    ]

    assert len(told) == min(count, MAX_ANNOTATIONS)
    if count > MAX_ANNOTATIONS:
        assert told[-1] == f"::error title=More::{count - 9} more mistakes lost points too; the summary has them."


def test_no_more_warnings_than_github_shows(report, result):
    told = annotations(report(result(Outcome.INTERNAL), notices=tuple(f"note {i}" for i in range(20))))
    warnings = [line for line in told if line.startswith("::warning ")]

    assert len(warnings) == MAX_ANNOTATIONS
    assert warnings[0].startswith("::warning title=2 points are withheld::")
    assert warnings[-1].endswith("::12 more notes; the summary has them.")


def test_withheld_points_are_no_error_of_the_students(report, result):
    assert not [line for line in annotations(report(result(Outcome.INTERNAL))) if line.startswith("::error")]


def test_an_annotation_stands_where_the_exception_was_raised(report, result):
    told = annotations(report(result(Outcome.ERROR, True, detail="framework/nn/linear.py, line 31, in forward")))

    assert told[0].startswith("::error file=framework/nn/linear.py,line=31,title=")


def test_checks_that_ended_alike_are_told_together_and_counted(report, result):
    [error, _total] = annotations(report(*[result(title=f"Title {i}.") for i in range(8)]))

    assert error.endswith(
        "::- Title 0.%0A- Title 1.%0A- Title 2.%0A- Title 3.%0A- and 4 checks more%0A  y[0] is 3, but should be 4 (1 of"
        " 1 differ)"
    )


def test_a_belief_is_one_error_wherever_it_shows(report, result):
    belief = Diagnosis(
        "It is half of what it should be.",
        'This belief leads to the same: "A sum is a mean."',
        "What is the sum of two ones?",
    )
    told = annotations(
        report(result(diagnosis=belief), result(component="Sequential", diagnosis=belief), result(component="Flatten"))
    )

    assert len(told) == 3
    assert told[0].startswith(
        "::error title=01 Linear%2C Sequential%3A 4 of 6 points lost::"
        'This belief leads to the same: "A sum is a mean."%0AWhat is the sum'
    )
    assert told[0].count("A sum is a mean") == 1


def test_a_file_that_cannot_be_imported_is_marked_at_its_line(report, result):
    message = "framework/nn/module.py could not be imported: SyntaxError: '(' was never closed (line 163)"

    [error, _total] = annotations(report(result(Outcome.BLOCKED, True, message=message)))

    assert error.startswith("::error file=framework/nn/module.py,line=163,title=")


def test_many_causes_in_one_component_are_counted(report, result):
    [error, _total] = annotations(report(*[result(title=f"Title {i}.", message=f"y is {i}") for i in range(8)]))

    assert error.count("- Title") == 4
    assert error.endswith("%0Aand 4 more checks")


@pytest.mark.parametrize(
    ("text", "data", "in_property"),
    [
        ("50%", "50%25", "50%25"),
        ("a\nb", "a%0Ab", "a%0Ab"),
        ("a\r\nb", "a%0Ab", "a%0Ab"),
        ("%0A", "%250A", "%250A"),
        ("a: b, c", "a: b, c", "a%3A b%2C c"),
        ("x::error::y", "x: :error: :y", "x%3A %3Aerror%3A %3Ay"),
    ],
)
def test_everything_is_escaped_as_commands_need_it(text, data, in_property):
    assert command("error", text, title=text) == f"::error title={in_property}::{data}"


def test_a_log_that_holds_the_token_is_refused(report, result):
    with pytest.raises(ValueError, match="token"):
        to_github(report(result()), f"x ::{TOKEN}:: y", TOKEN)
