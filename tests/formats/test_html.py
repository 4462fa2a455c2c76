"""The page: whole without network or script, a proper outline, and text that stays text."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from grader.formats.html import to_html
from grader.result import Diagnosis, Outcome, Report

VOID = {"meta"}


class Page(HTMLParser):
    """What a browser would make of the text: elements with their attributes, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def page(report, result):
    made = report(
        result(public=True, detail="framework/nn/linear.py, line 3, in forward", hint="Look at the batch."),
        result(Outcome.INTERNAL, message=""),
        result(Outcome.PASSED, component="Identity"),
        notices=("framework/nn/x.py is missing.",),
    )
    return Page(to_html(made))


def test_every_failed_check_says_what_happened_where_and_the_hint(page):
    for told in (
        "2 of 6 points", "Linear computes y = x W^T + b.", "y[0] is 3, but should be 4 (1 of 1 differ)",
        "Hint: Look at the batch.", "framework/nn/linear.py, line 3, in forward", "framework/nn/x.py is missing.",
        "points withheld", "Withheld points: 2.", "2 of the checks are hidden", "seed 7",
    ):  # fmt: skip
        assert told in page.text


def test_every_check_is_listed_under_its_component_with_its_verdict(page):
    assert [a for a in page.all("details") if a.get("class") == "component"] == [{"class": "component"}] * 2
    assert "failed Linear computes y = x W^T + b.points withheld Linear computes y = x W^T + b." in page.text
    assert "passed Linear computes y = x W^T + b." in page.text


def test_a_belief_is_told_once_and_its_checks_below_it(report, result):
    belief = Diagnosis("It is half of what it should be.", "You believe this.", "Is it so?")
    found = [result(title=f"Title {i}.", component=f"C{i}", message=f"y is {i}", diagnosis=belief) for i in range(6)]
    page = Page(to_html(report(*found, result(title="Another."))))

    assert page.text.count("You believe this.") == page.text.count("Is it so?") == 1
    assert "C0, C1, C2, C3 and 2 more" in page.text
    assert [a["class"] for a in page.all("article")] == ["reason failed"] * 2


def test_checks_that_ended_alike_are_told_together(report, result):
    text = Page(to_html(report(*[result(title=f"Title {i}.") for i in range(3)]))).text

    assert "Title 0.Title 1.Title 2." in text
    assert text.count("y[0] is 3") == 1
    assert "0 of 6 points" in text


def test_the_page_has_a_language_landmarks_and_a_way_past_the_head(page):
    assert page.all("html") == [{"lang": "en"}]
    names = [name for name, _a in page.elements]
    assert [names.count(n) for n in ("header", "nav", "main", "footer", "h1")] == [1] * 5
    assert page.all("a")[0]["href"] == f"#{page.all('main')[0]['id']}"
    targets = {a["id"] for _n, a in page.elements if "id" in a}
    assert all(a["href"].removeprefix("#") in targets for a in page.all("a"))


def test_headings_go_down_one_level_at_a_time(page):
    levels = [int(name[1]) for name, _a in page.elements if re.fullmatch(r"h[1-6]", name)]

    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_table_names_its_rows_and_columns(page):
    assert [a["scope"] for a in page.all("th")] == ["col", "col", "col", "row"]
    assert "Points by assignment" in page.text


def test_the_policy_allows_the_style_sheet_and_nothing_else(report, result):
    text = to_html(report(result()))
    style = re.search(r"<style>(.*)</style>", text, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    [policy] = [a["content"] for a in Page(text).all("meta") if a.get("http-equiv") == "Content-Security-Policy"]

    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not re.search(r"url\(|@import|https?:", style)


def test_nothing_runs_or_is_fetched(page):
    names = {name for name, _a in page.elements}
    attributes = {key for _n, a in page.elements for key in a}

    assert not names & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert not [key for key in attributes if key.startswith("on") or key in ("style", "src", "srcset", "action")]


def test_the_style_has_both_schemes_a_print_style_and_respects_reduced_motion(report, result):
    style = to_html(report(result()))

    for query in ("prefers-color-scheme: dark", "prefers-reduced-motion", "@media print", "max-width"):
        assert query in style


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "</title><b>",
        '"><img src=x onerror=y>',
        "]]>",
        "</style>",
        "<!--",
        "&lt;",
        "{{ 7 * 7 }}",
    ],
)
def test_markup_of_students_stays_text(filled, text):
    page = Page(to_html(filled(text)))

    assert {name for name, _a in page.elements} == {name for name, _a in Page(to_html(filled("x"))).elements}
    assert text in page.text


def test_an_empty_report_is_a_page():
    assert "It was interrupted." in Page(to_html(Report("bob", 1, (), ("It was interrupted.",)))).text
