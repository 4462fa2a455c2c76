"""The report as one HTML page. It needs no network and no script. It works on paper, on phones and in screen readers.

The page is built as a tree of elements, so text in it is always escaped. Should that ever fail, the content security
policy in its head still forbids everything but the page's own style sheet (report.css).
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from grader.formats.findings import (
    VERDICT,
    Group,
    Reason,
    about_hidden,
    by_component,
    named,
    origin,
    passed,
    plural,
    reasons,
    remarks,
    score,
)
from grader.formats.matrix import heading, lines, rest
from grader.formats.tree import node
from grader.picture import RIGHT, Picture
from grader.result import AssignmentReport, CheckResult, Matrix, Outcome, Report

CELL = 12  # pixels
MAX_TITLES = 6  # of checks that ended alike, which are not folded away
STYLE = Path(__file__).with_name("report.css")


def to_html(report: Report) -> str:
    """Render the page. The text is ASCII, so that no encoding of a pipe or file can break it."""
    title = f"{report.submission}: {report.earned:g} of {report.points:g} points"
    body = node(
        "body",
        node("a", "Skip to the results", class_="skip", href="#results"),
        _header(report),
        _contents(report.assignments),
        node("main", *map(_assignment, report.assignments), id="results", tabindex="-1"),
        _footer(report),
    )
    return _page(title, body)


def to_html_draft(lines: Sequence[str]) -> str:
    """The page of a grading that has not ended: a heading, and a list of what is known so far."""
    heading, *known = lines
    return _page(
        heading, node("body", node("h1", heading), node("ul", *(node("li", line) for line in known), class_="draft"))
    )


def _page(title: str, body: Element) -> str:
    page = node("html", _head(title), body, lang="en")
    return "<!DOCTYPE html>\n" + tostring(page, encoding="us-ascii", method="html").decode() + "\n"


def _head(title: str) -> Element:
    style = STYLE.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    sheet = node("style")
    sheet.text = style  # not cleaned, as the content security policy has the hash of it
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
    results = report.all_results
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
            node("th", node("a", a.heading, href=f"#assignment-{a.number}"), scope="row"),
            node("td", _bar(a.earned, a.points), class_="wide"),
            node("td", f"{a.earned:g} of {a.points:g}"),
            node("td", passed(a.results)),
        )
        for a in assignments
    ]
    names = [
        node("th", "Assignment", scope="col"),
        node("td", class_="wide"),
        node("th", "Points", scope="col"),
        node("th", "Checks", scope="col"),
    ]
    table = node(
        "table", node("caption", "Points by assignment"), node("thead", node("tr", *names)), node("tbody", *rows)
    )
    return node("nav", table, aria_label="Assignments")


def _assignment(assignment: AssignmentReport) -> Element:
    name = f"assignment-{assignment.number}"
    causes = reasons(assignment.results)
    return node(
        "section",
        node("h2", assignment.heading, id=name),
        node(
            "p",
            f"{assignment.earned:g} of {assignment.points:g} points, {passed(assignment.results)} checks passed",
            class_="quiet",
        ),
        *(node("p", notice, class_="note") for notice in assignment.notices),
        *map(_reason, causes),
        *(node("article", node("h3", heading(r)), _matrix(r.matrix)) for r in assignment.results if r.matrix),
        node("h3", "All checks", class_="all"),
        *(_component(title, results) for title, results in by_component(assignment.results).items()),
        aria_labelledby=name,
    )


def _reason(reason: Reason) -> Element:
    """One reason why checks did not pass, and below it the checks."""
    results = reason.results
    alone = len(results) == 1
    return node(
        "article",
        node("h3", results[0].check.title if alone and not reason.told else named(results)),
        _facts(results),
        node("p", reason.told, class_="told") if reason.told else None,
        node("p", node("b", "Hint: "), reason.question, class_="hint") if reason.question else None,
        node(
            "ul",
            *(_group(group, bool(reason.told)) for group in reason.groups),
            class_="groups" if reason.told else "group",
        ),
        class_=f"reason {_look(results[0])}",
    )


def _group(group: Group, under_reason: bool) -> Element:
    """Checks that ended alike: all their titles, and once what happened."""
    first = group.results[0]
    alone = len(group.results) == 1
    return node(
        "li",
        None if alone and not under_reason else _titles(group.results),
        node("p", group.how) if group.how else None,
        node("p", group.what, class_="quote" if first.message else "what") if group.what else None,
        node("p", group.like) if group.like else None,
        node("p", node("b", "Hint: "), group.hint, class_="hint") if group.hint else None,
        _picture(first.picture) if first.picture else None,
        node("details", node("summary", "Where"), node("pre", group.where, tabindex="0"), class_="where")
        if group.where
        else None,
    )


def _titles(results: Sequence[CheckResult]) -> Element:
    """The titles of checks. If there are many, they are folded away."""
    listed = node("ul", *(node("li", r.check.title) for r in results), class_="titles")
    if len(results) <= MAX_TITLES:
        return listed
    return node("details", node("summary", plural(len(results), "check")), listed)


def _matrix(found: Matrix) -> Element:
    """What the student's own tests tell apart: a row for each belief that is caught, a column for each test."""
    if found.rejecting:
        return node("p", *lines(found))
    head = [node("th", name, scope="col") for name in ("a belief that your tests catch", *found.tests)]
    rows = [
        node(
            "tr",
            node("th", row.belief, scope="row"),
            *(node("td", "caught" if test in row.tests else None) for test in found.tests),
        )
        for row in found.caught
    ]
    table = node("table", node("thead", node("tr", *head)), node("tbody", *rows), class_="matrix")
    return node("div", table if rows else None, *(node("p", line, class_="quiet") for line in rest(found)))


def _component(title: str, results: list[CheckResult]) -> Element:
    """A component and its points, with its checks folded away."""
    summary = node(
        "summary", node("h4", title), _component_bar(results), node("span", f"{score(results)} points", class_="points")
    )
    return node("details", summary, node("ul", *map(_check, results), class_="checks"), class_="component")


def _check(result: CheckResult) -> Element:
    told = VERDICT[result.outcome]
    return node("li", node("span", told, class_=f"verdict {_look(result)}"), " ", result.check.title)


def _look(result: CheckResult) -> str:
    if result.outcome is Outcome.PASSED:
        return "passed"
    return "withheld" if result.outcome is Outcome.INTERNAL else "failed"


def _picture(picture: Picture) -> Element:
    """Where an array is wrong: a cell for each element or block.

    A darker cell is worse, and a crossed-out cell is NaN or infinity.
    """
    rows, columns = len(picture), len(picture[0])
    cells = [
        node("rect", x=str(x), y=str(y), width=".92", height=".92", class_=f"level{level}")
        for y, row in enumerate(picture)
        for x, level in enumerate(row)
    ]
    wrong = sum(level > RIGHT for row in picture for level in row)
    label = f"Where it is wrong: {wrong} of {rows * columns} cells, in {rows} rows and {columns} columns"
    drawing = node(
        "svg", *cells, viewBox=f"0 0 {columns} {rows}", width=str(CELL * columns), role="img", aria_label=label
    )
    caption = node("figcaption", "Where it is wrong: the darker, the further off; red is no finite number.")
    return node("figure", drawing, caption, class_="picture")


def _facts(results: Sequence[CheckResult]) -> Element:
    verdicts = dict.fromkeys((VERDICT[r.outcome], _look(r)) for r in results)
    facts = [node("span", told, class_=f"verdict {look}") for told, look in verdicts]
    facts.append(node("span", f"{score(results)} points"))
    if hidden := sum(not r.check.public for r in results):
        facts.append(node("span", "hidden check" if len(results) == 1 else plural(hidden, "hidden check")))
    return node("p", *facts, class_="facts")


def _footer(report: Report) -> Element:
    hidden = about_hidden(report)
    return node(
        "footer",
        node("p", hidden) if hidden else None,
        node("p", f"Graded in {report.seconds:.1f} s with seed {report.seed}."),
        node("p", made) if (made := origin(report)) else None,
    )


def _component_bar(results: list[CheckResult]) -> Element:
    return _bar(sum(r.earned for r in results), sum(r.check.points for r in results))


def _bar(earned: float, points: float) -> Element:
    """A bar beside a number. It is drawn as SVG, because the content security policy forbids inline styles."""
    share = min(1.0, max(0.0, earned / points)) if points else 0.0
    track = node("rect", width="100", height="6", class_="track")
    fill = node("rect", width=f"{100 * share:.2f}", height="6", class_="full" if share == 1 else "fill")
    return node("svg", track, fill, class_="bar", viewBox="0 0 100 6", preserveAspectRatio="none", aria_hidden="true")
