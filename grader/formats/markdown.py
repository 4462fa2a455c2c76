"""The report in Markdown, as GitHub and GitLab read it: for a comment on a pull request, or the summary of a CI job.

Text that is not ours is escaped in one line, or put into a code fence longer than any run of backticks in it. So the
only links, images, HTML and mentions are those that this module writes.
"""

import re
from collections.abc import Iterable, Iterator

from grader.formats.findings import (
    VERDICT,
    Group,
    Reason,
    about_hidden,
    by_component,
    failed,
    is_unwritten,
    named,
    origin,
    passed,
    plural,
    reasons,
    remarks,
    score,
)
from grader.formats.matrix import heading, lines
from grader.formats.student import clean
from grader.result import AssignmentReport, Report

MAX_COMMENT = 65_000  # bytes; GitHub takes comments of 65,536 characters
MAX_SUMMARY = 1_000_000  # bytes; GitHub takes 1 MiB for the summary of a step
MAX_NOTICES = 20  # of one assignment
MAX_QUOTE = 4000  # characters of one quotation
MAX_TITLES = 100  # of checks that ended alike: more than any component has
MAX_UNWRITTEN = 10  # titles of checks that stop at a part which is not written yet; more would tell nothing new
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>#+\-.!|~&$@^:%])")  # special inside a line or at its beginning
_WORD_JOINER = "&#8288;"  # invisible; after it a name is no mention, a number no issue, and a host no link
# What GitHub and GitLab still turn into links, mentions and emoji after it was escaped
_LINKING = re.compile(r"(?:\\[@#!~$&:%]|(?<=www)\\\.|(?<=gh)\\-)(?=[\w\\/])", re.IGNORECASE)
RESERVE = 300  # bytes for the closing sentences


def to_markdown(report: Report, limit: int = MAX_COMMENT) -> str:
    """Render the report in at most `limit` bytes. A sentence at the end counts what did not fit."""
    text = _fitted(_head(report), limit // 2)[0]
    used = len(text.encode())
    details, missing = _fitted(_details(report), limit - used - RESERVE)
    cut = (
        f"{missing} more parts of this report did not fit here; the formats html and json have them all.\n"
        if missing
        else ""
    )
    return "\n".join(part for part in (text, details, cut, _closing(report)) if part)


def inline(text: str, limit: int = 300) -> str:
    """The text in one line, escaped so that Markdown shows it unchanged."""
    one_line = " ".join(clean(text, limit).split())
    return _LINKING.sub(rf"\g<0>{_WORD_JOINER}", _PUNCTUATION.sub(r"\\\1", one_line))


def fenced(text: str) -> str:
    """The text in a code block. Nothing in the text can end the block."""
    safe = clean(text, MAX_QUOTE)
    longest = max((len(run) for run in re.findall("`+", safe)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{safe}\n{fence}\n"


def _fitted(parts: Iterable[str], room: int) -> tuple[str, int]:
    """The parts that fit into `room` bytes as a whole, and the number of those that do not."""
    kept: list[str] = []
    missing = 0
    for part in parts:
        room -= len(part.encode()) + 1
        if room >= 0 and not missing:
            kept.append(part)
        else:
            missing += 1
    return "\n".join(kept), missing


def _head(report: Report) -> Iterator[str]:
    yield f"## {inline(report.submission)}: {report.earned:g} of {report.points:g} points\n"
    for remark in remarks(report)[:MAX_NOTICES]:
        yield f"> {inline(remark, 2000)}\n"
    rows = [f"| {inline(a.heading)} | {a.earned:g} of {a.points:g} | {passed(a.results)} |" for a in report.assignments]
    if rows:
        yield "| assignment | points | checks passed |\n|---|---:|---:|\n" + "\n".join(rows) + "\n"


def _details(report: Report) -> Iterator[str]:
    """For each assignment with failures or notices: its components, then what failed."""
    for assignment in report.assignments:
        tested = [(heading(r), lines(r.matrix)) for r in assignment.results if r.matrix]
        if assignment.notices or failed(assignment.results) or tested:
            yield f"### {inline(assignment.heading)}\n"
            for notice in assignment.notices[:MAX_NOTICES]:
                yield fenced(notice)
            yield _components(assignment)
            for reason in reasons(assignment.results):
                yield from _reason(reason)
            for told, matrix in tested:
                yield f"#### {inline(told)}\n\n{fenced(chr(10).join(matrix))}"


def _components(assignment: AssignmentReport) -> str:
    groups = by_component(assignment.results).items()
    rows = [f"| {inline(name)} | {score(group)} | {passed(group)} |" for name, group in groups]
    return "| component | points | checks passed |\n|---|---:|---:|\n" + "\n".join(rows) + "\n"


def _reason(reason: Reason) -> Iterator[str]:
    """A heading with the components, what is true of all these checks, and then the checks."""
    results = reason.results
    told = [f"#### {inline(named(results))}: {score(results)} points"]
    told += [inline(reason.told, 2000)] * bool(reason.told)
    told += [f"Hint: {inline(reason.question, 2000)}"] * bool(reason.question)
    first, *others = map(_group, reason.groups)
    yield "\n\n".join([*told, first])
    yield from others


def _group(group: Group) -> str:
    """Checks that ended alike: their titles, and what happened. Sentences of ours need no code block."""
    ours = not group.results[0].message
    quoted = [group.where] if ours else [group.what, group.where]
    lines = [_titles(group)]
    lines += [inline(group.how, 1000)] * bool(group.how)
    lines += [inline(group.what, 1000)] * bool(ours and group.what)
    lines += [fenced("\n".join(filter(None, quoted)))] * any(quoted)
    lines += [inline(group.like, 1000)] * bool(group.like)
    lines += [f"Hint: {inline(group.hint, 1000)}"] * bool(group.hint)
    return "\n\n".join(line.rstrip("\n") for line in lines) + "\n"


def _titles(group: Group) -> str:
    """A line for each check, and how these checks ended."""
    results, several = group.results, len(by_component(group.results)) > 1
    most = MAX_UNWRITTEN if is_unwritten(results[0]) else MAX_TITLES
    lines = []
    for r in results[:most]:
        name = f"{r.check.component}: {r.check.title}" if several else r.check.title
        lines.append(f"**{inline(name, 600)}**{' (hidden)' * (not r.check.public)}")
    if len(results) > most:
        lines.append(f"and {plural(len(results) - most, 'more check')}")
    return "\\\n".join([*lines, f"{VERDICT[results[0].outcome]}, {score(results)} points"])


def _closing(report: Report) -> str:
    return "\n".join(filter(None, (about_hidden(report), f"Seed {report.seed}.", inline(origin(report))))) + "\n"
