"""Whatever students write, wherever it ends up, every format stays what it is: the same properties for all of them."""

import io
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len
from rich.console import Console

from grader.formats import FORMATS
from grader.formats.classroom50 import REQUIRED, Origin, to_classroom50
from grader.formats.github import to_github
from grader.formats.gradescope import to_gradescope
from grader.formats.html import to_html
from grader.formats.json_report import to_json
from grader.formats.junit import to_junit
from grader.formats.markdown import MAX_COMMENT, to_markdown
from grader.formats.student import for_students
from grader.formats.text import to_text

TOKEN = "0123456789abcdef"
ORIGIN = Origin(dict.fromkeys(REQUIRED, "submit/1") | {"assignment_type": "team"}, datetime(2026, 1, 2, tzinfo=UTC))
HARMFUL = st.sampled_from([
    "\x1b[31m", "\x1b]0;t\x07", "\0", "\r", "\r\n", "\n", "\n\n", "\x85", "\x9b",
    "\u2028", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800", "\udfff", "\ufffe", "\U000e0041",
    "::error::", "::stop-commands::x\n", "##[error]", "%0A::error::", "]]>", "<![CDATA[",
    "<script>", "</script>", "</style>", "</pre>", "</details>", "<!--", "-->", "&#0;", "&amp;",
    "<b onclick=x>", "\"'><i>", "`", "```", "````text", "~~~", "@octocat", "#1", "http://x.y", "www.x.y",
    "![a](b)", "[a](b)", "|", "---", "# ", "> ", "- ", "    ", "\t", "\\", "NaN", "Infinity",
    "e\u0301", "層", "👍🏽", "x" * 500, "a b",
])  # fmt: skip
TEXT = st.one_of(st.text(st.characters(codec=None), max_size=200), st.lists(HARMFUL, max_size=8).map("".join))


class Names(HTMLParser):
    """The elements and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found |= {tag, *(f"{tag}.{name}" for name, _value in attributes)}

    def handle_comment(self, data):
        self.found.add("comment")


def check_json(text: str) -> None:
    assert text.isascii()
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def check_github(text: str) -> None:
    """Nothing but our own commands is one: what stands before the token is switched off, and holds the token once."""
    lines = text.splitlines()
    end = lines.index(f"::{TOKEN}::")
    assert lines[0] == f"::stop-commands::{TOKEN}"
    assert all(re.fullmatch(r"::(error|warning|notice) [^:\r\n]*::[^\r\n]*", line) for line in lines[end + 1 :])
    assert not any(re.match(r"\s*(::[a-z]|##\[)", line) for line in lines[1:end])


def check_junit(text: str) -> None:
    assert text.isascii()
    allowed = {
        "testsuites",
        "testsuite",
        "testcase",
        "properties",
        "property",
        "failure",
        "error",
        "skipped",
        "system-out",
    }
    assert {e.tag for e in ElementTree.fromstring(text).iter()} <= allowed


def check_markdown(text: str) -> None:
    assert len(text.encode()) <= MAX_COMMENT
    parsed = MarkdownIt("commonmark").enable("table").parse(text)
    kinds = {t.type for token in parsed for t in (token, *(token.children or []))}
    assert not kinds & {
        "html_block",
        "html_inline",
        "link_open",
        "image",
        "code_inline",
        "bullet_list_open",
        "ordered_list_open",
        "hr",
        "code_block",
    }
    shown = " ".join(
        t.content for token in parsed if token.children for t in token.children if t.type.startswith("text")
    )
    assert not re.search(r"@\w|#\w|https?:/|www\.\w", shown)


def check_html(text: str) -> None:
    assert text.isascii()
    found = Names(text).found
    assert not found & {"script", "img", "b.onclick", "i", "comment", "link", "iframe"}
    assert not [name for name in found if name.partition(".")[2].startswith("on") or name.endswith(".style")]
    assert text.count("<style>") == text.count("</style>") == 1


def check_text(text: str) -> None:
    assert all(cell_len(line) <= 100 for line in text.splitlines())


def text_page(report) -> str:
    return to_text(report, Console(file=io.StringIO(), width=100, color_system=None))


RENDER = {
    "text": (text_page, check_text),
    "json": (to_json, check_json),
    "gradescope": (to_gradescope, check_json),
    "classroom50": (lambda report: to_classroom50(report, ORIGIN), check_json),
    "github": (lambda report: to_github(report, text_page(report), TOKEN), check_github),
    "junit": (to_junit, check_junit),
    "markdown": (to_markdown, check_markdown),
    "html": (to_html, check_html),
}


def test_every_format_is_tried():
    assert set(RENDER) == set(FORMATS)


@pytest.mark.parametrize("form", FORMATS)
@given(text=TEXT)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_text_leaves_a_format_what_it_is(filled, form, text):
    assume(TOKEN not in text)  # it cannot be guessed
    render, check = RENDER[form]
    for report in (filled(text), for_students(filled(text))):
        written = render(report)

        written.encode("utf-8")
        assert not set(written) & set("\x1b\0\x07\x9b\r\u202e\u2066\u200b\ufeff\ufffe")
        check(written)


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text_leaves_a_format_what_it_is(filled, hostile, form):
    render, check = RENDER[form]

    check(render(filled(hostile)))


@pytest.mark.parametrize("form", FORMATS)
def test_giant_messages_are_cut(report, result, form):
    render, check = RENDER[form]
    written = render(
        report(*[result(public=True, message=f"{i} {'é' * 10**6}", detail="x" * 10**6) for i in range(10)])
    )

    assert len(written) < 1_600_000  # a message has at most 20,000 characters, which are six each in JSON
    check(written)


@pytest.mark.parametrize("form", [f for f in FORMATS if f not in ("text", "json")])
def test_no_format_for_students_holds_a_secret_of_a_hidden_check(report, result, form):
    hidden = result(message="SECRET", detail="SECRET")
    render, _check = RENDER[form]
    written = render(report(hidden) if form in ("gradescope", "classroom50") else for_students(report(hidden)))

    assert "SECRET" not in written
    assert "Linear computes y" in written
