"""Markdown: what anybody else wrote stays text, and the whole fits where it is posted."""

import re

import pytest
from markdown_it import MarkdownIt

from grader.formats.markdown import MAX_COMMENT, fenced, inline, to_markdown
from grader.result import Diagnosis, Outcome

PARSER = MarkdownIt("commonmark").enable("table")  # it comes with rich


def tokens(text: str) -> list:
    return [t for token in PARSER.parse(text) for t in [token, *(token.children or [])]]


def test_a_whole_report(report, result):
    shown = report(
        result(public=True, message="y[0] is `3`\n```\nno"),
        result(hint="Look."),
        result(Outcome.PASSED),
        notices=("framework/nn/x.py is missing.",),
    )

    assert (
        to_markdown(shown)
        == """\
## alice: 2 of 6 points

| assignment | points | checks passed |
|---|---:|---:|
| 01 Modules | 2 of 6 | 1 of 3 |

### 01 Modules

```text
framework/nn/x.py is missing.
```

| component | points | checks passed |
|---|---:|---:|
| Linear | 2 of 6 | 1 of 3 |

#### Linear: 0 of 2 points

**Linear computes y = x W\\^T \\+ b\\.**\\
failed, 0 of 2 points

````text
y[0] is `3`
```
no
````

#### Linear: 0 of 2 points

**Linear computes y = x W\\^T \\+ b\\.** (hidden)\\
failed, 0 of 2 points

```text
y[0] is 3, but should be 4 (1 of 1 differ)
```

Hint: Look\\.

2 of the checks are hidden: they look at the same behaviour with other inputs.
Seed 7.
"""
    )


def test_a_sentence_of_ours_needs_no_code_block(report, result):
    assert "points\n\nThe values are not the expected ones\\.\n" in to_markdown(report(result(message="")))


def test_checks_that_ended_alike_are_told_together(report, result):
    text = to_markdown(report(*[result(title=f"Title {i}") for i in range(102)]))

    assert "**Title 98** (hidden)\\\n**Title 99** (hidden)\\\nand 2 more checks\\\nfailed, 0 of 204 points\n" in text
    assert text.count("y[0] is 3") == 1


def test_a_belief_is_told_once_and_its_checks_below_it(report, result):
    belief = Diagnosis("It is half of what it should be.", "You believe this.", "Is it so?")
    text = to_markdown(
        report(
            *[result(title=f"Title {i}", component=f"C{i}", message=f"y is {i}", diagnosis=belief) for i in range(3)]
        )
    )

    assert (
        "#### C0, C1, C2: 0 of 6 points\n\nYou believe this\\.\n\nHint: Is it so?\n\n**Title 0** (hidden)\\\nfailed, 0"
        " of 2 points\n" in text
    )
    assert text.count("You believe this") == 1
    assert text.count("It is half") == 3


def test_withheld_points_are_explained(report, result):
    assert "> Withheld points\\: 2\\." in to_markdown(report(result(Outcome.INTERNAL)))


@pytest.mark.parametrize(
    "text",
    [
        "[a](http://b.c)", "![a](b.png)", "<img src=x onerror=y>", "<!-- x", "</details>", "**a** _b_ ~~c~~",
        "`a` ``b`` ```", "a|b|c", "# a", "- a", "1. a", "> a", "---", "&lt;b&gt;", "<http://b.c>", "\\",
        "a\n\n# b\n\n    c", "[a]: http://b.c", "$x$", "==x==", "^x^",
    ],
)  # fmt: skip
def test_markup_in_a_line_stays_text(text):
    found = tokens(f"x {inline(text)}")

    assert {t.type for t in found} <= {"paragraph_open", "inline", "text", "text_special", "paragraph_close"}
    shown = "".join(t.content for t in found if t.type.startswith("text")).replace("\u2060", "")
    assert shown == f"x {' '.join(text.split())}"


@pytest.mark.parametrize(
    "text",
    [
        "@octocat",
        "#1",
        "!1",
        "~bug",
        "$12",
        "&3",
        "%4",
        ":smile:",
        "a/b#1",
        "http://x.y",
        "www.x.y",
        "a@b.c",
        "GH-12",
        "^alert#1",
    ],
)
def test_nothing_in_a_line_is_a_mention_a_reference_or_a_link(text):
    """GitHub and GitLab look for these in the text after Markdown was taken away."""
    shown = "".join(t.content for t in tokens(f"x {inline(text)}") if t.type.startswith("text"))

    assert not re.search(r"[@#!~$&%]\w|:\w+:|:/|www\.\w|GH-\d", shown)


@pytest.mark.parametrize("text", ["", "`", "```", "x\n````\ny", "`" * 1000, "~~~", "</details>", "@octocat"])
def test_nothing_ends_a_code_block(text):
    [block] = PARSER.parse(fenced(text))

    assert (block.type, block.content.rstrip("\n")) == ("fence", text)


@pytest.mark.parametrize("limit", [2000, MAX_COMMENT])
def test_what_does_not_fit_is_counted(report, result, limit):
    text = to_markdown(report(*[result(public=True, message=f"{i} {'é' * 4000}") for i in range(200)]), limit)

    assert len(text.encode()) <= limit
    [missing] = re.findall(
        r"^(\d+) more parts of this report did not fit here; the formats html and json have them all\.$", text, re.M
    )
    # Of 200 reasons; the heading and the table count, too, if they do not fit.
    assert int(missing) + text.count("#### Linear") in (200, 201, 202)
    assert text.endswith("Seed 7.\n")
    assert {t.type for t in tokens(text)}.isdisjoint({"html_block", "html_inline"})


def test_a_report_without_assignments_is_a_heading(report, result):
    from grader.result import Report

    assert (
        to_markdown(Report("bob", 1, (), ("It was interrupted.",)))
        == "## bob: 0 of 0 points\n\n> It was interrupted\\.\n\nSeed 1.\n"
    )
