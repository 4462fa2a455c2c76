"""The report as one HTML page that stands on its own: no network, no script, readable on paper, on a phone and by a screen reader.

The page is a tree of elements, so nothing can be pasted into it that is not text; the policy in its head forbids everything but its
own style sheet (report.css), should that ever fail.
"""

import base64
import hashlib
from collections.abc import Iterable
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from grader.formats.findings import (
    VERDICT,
    about_hidden,
    alike,
    by_component,
    failed,
    passed,
    plural,
    remarks,
    score,
)
from grader.formats.student import finding
from grader.formats.tree import node
from grader.picture import RIGHT, Picture
from grader.result import AssignmentReport, CheckResult, Outcome, Report

CELL = 12  # pixels
STYLE = Path(__file__).with_name("report.css")


def to_html(report: Report) -> str:
    """Render the page; the text is ASCII, so that no encoding of a pipe or file can break it."""
    title = f"{report.submission}: {report.earned:g} of {report.points:g} points"
    body = node(
        "body",
        node("a", "Skip to the results", class_="skip", href="#results"),
        _header(report),
        _contents(report.assignments),
        node("main", *map(_assignment, report.assignments), id="results", tabindex="-1"),
        _footer(report),
    )
    page = node("html", _head(title), body, lang="en")
    return "<!DOCTYPE html>\n" + tostring(page, encoding="us-ascii", method="html").decode() + "\n"


def _head(title: str) -> Element:
    style = STYLE.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    sheet = node("style")
    sheet.text = style  # as it is: the policy names its hash
    return node(
        "head",
        node("meta", charset="utf-8"),
        node("meta", http_equiv="Content-Security-Policy", content=policy),
        node("meta", name="viewport", content="width=device-width, initial-scale=1"),
        node("meta", name="referrer", content="no-referrer"),
        node("meta", name="color-scheme", content="light dark"),
        node("title", title),
        sheet,
    )


def _header(report: Report) -> Element:
    results = [r for a in report.assignments for r in a.results]
    return node(
        "header",
        node("p", "Grading report", class_="kicker"),
        node("h1", report.submission),
        node("p", node("strong", f"{report.earned:g}"), f" of {report.points:g} points", class_="total"),
        _bar(report.earned, report.points),
        node("p", f"{passed(results)} checks passed", class_="quiet"),
        *(node("p", remark, class_="note") for remark in remarks(report)),
    )


def _contents(assignments: Iterable[AssignmentReport]) -> Element:
    rows = [
        node(
            "tr",
            node("th", node("a", f"{a.number} {a.title}", href=f"#assignment-{a.number}"), scope="row"),
            node("td", _bar(a.earned, a.points), class_="wide"),
            node("td", f"{a.earned:g} of {a.points:g}"),
            node("td", passed(a.results)),
        )
        for a in assignments
    ]
    names = [node("th", "Assignment", scope="col"), node("td", class_="wide"), node("th", "Points", scope="col"), node("th", "Checks", scope="col")]
    table = node("table", node("caption", "Points by assignment"), node("thead", node("tr", *names)), node("tbody", *rows))
    return node("nav", table, aria_label="Assignments")


def _assignment(assignment: AssignmentReport) -> Element:
    name = f"assignment-{assignment.number}"
    return node(
        "section",
        node("h2", f"{assignment.number} {assignment.title}", id=name),
        node("p", f"{assignment.earned:g} of {assignment.points:g} points, {passed(assignment.results)} checks passed", class_="quiet"),
        *(node("p", notice, class_="note") for notice in assignment.notices),
        *(_component(title, results) for title, results in by_component(assignment.results).items()),
        aria_labelledby=name,
    )


def _component(title: str, results: list[CheckResult]) -> Element:
    """A component to be folded; it is open where there is something to read."""
    bad = failed(results)
    good = [r for r in results if r not in bad]
    summary = node("summary", node("h3", title), _component_bar(results), node("span", f"{score(results)} points", class_="points"))
    parts = [node("ul", *map(_cause, alike(bad)), class_="failures")] if bad else []
    if good:
        told = node("summary", f"{plural(len(good), 'check')} passed")
        listed = node("ul", *(node("li", r.check.title) for r in good))
        parts.append(node("details", told, listed, class_="passed"))
    return node("details", summary, *parts, class_="component", **({"open": ""} if bad else {}))


def _cause(results: list[CheckResult]) -> Element:
    """Checks that ended alike: once what happened, and their titles."""
    first = results[0]
    told = finding(first)
    alone = len(results) == 1
    return node(
        "li",
        node("h4", first.check.title if alone else f"{len(results)} checks that ended alike"),
        _facts(results),
        node("p", told.what, class_="quote" if first.message else "what") if told.what else None,
        node("p", node("b", "Hint: "), told.hint, class_="hint") if told.hint else None,
        _picture(first.picture) if first.picture else None,
        node("details", node("summary", "Where"), node("pre", told.where, tabindex="0")) if told.where else None,
        None if alone else node("ul", *(node("li", r.check.title) for r in results), class_="titles"),
    )


def _picture(picture: Picture) -> Element:
    """Where an array is wrong: a cell for each element or block, darker where it is worse, and crossed out where it is no number."""
    rows, columns = len(picture), len(picture[0])
    cells = [
        node("rect", x=str(x), y=str(y), width=".92", height=".92", class_=f"level{level}")
        for y, row in enumerate(picture)
        for x, level in enumerate(row)
    ]
    wrong = sum(level > RIGHT for row in picture for level in row)
    label = f"Where it is wrong: {wrong} of {rows * columns} cells, in {rows} rows and {columns} columns"
    drawing = node("svg", *cells, viewBox=f"0 0 {columns} {rows}", width=str(CELL * columns), role="img", aria_label=label)
    caption = node("figcaption", "Where it is wrong: the darker, the further off; red is no finite number.")
    return node("figure", drawing, caption, class_="picture")


def _facts(results: list[CheckResult]) -> Element:
    kind = "withheld" if results[0].outcome is Outcome.INTERNAL else "failed"
    facts = [node("span", VERDICT[results[0].outcome], class_=f"verdict {kind}"), node("span", f"{score(results)} points")]
    if hidden := sum(not r.check.public for r in results):
        facts.append(node("span", "hidden check" if len(results) == 1 else plural(hidden, "hidden check")))
    return node("p", *facts, class_="facts")


def _footer(report: Report) -> Element:
    hidden = about_hidden(report)
    return node(
        "footer",
        node("p", hidden) if hidden else None,
        node("p", f"Graded in {report.seconds:.1f} s with seed {report.seed}."),
    )


def _component_bar(results: list[CheckResult]) -> Element:
    return _bar(sum(r.earned for r in results), sum(r.check.points for r in results))


def _bar(earned: float, points: float) -> Element:
    """A picture of a share that stands beside it in numbers; an element of its own needs no inline style, which the policy forbids."""
    share = min(1.0, max(0.0, earned / points)) if points else 0.0
    track = node("rect", width="100", height="6", class_="track")
    fill = node("rect", width=f"{100 * share:.2f}", height="6", class_="full" if share == 1 else "fill")
    return node("svg", track, fill, class_="bar", viewBox="0 0 100 6", preserveAspectRatio="none", aria_hidden="true")
