"""The report in a terminal, for whoever grades: everything, shortest first."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.formats.student import clean
from grader.result import AssignmentReport, CheckResult, Outcome, Report

_COLOUR = {
    Outcome.FAILED: "red",
    Outcome.ERROR: "red",
    Outcome.TIMEOUT: "magenta",
    Outcome.BLOCKED: "yellow",
    Outcome.NOT_RUN: "yellow",
    Outcome.INTERNAL: "bold white on red",
}
BAR_WIDTH = 12  # cells


def print_report(report: Report, console: Console) -> None:
    """Print the report; colours and symbols are left to what the console can show."""
    for part in _parts(report, console.options.ascii_only):
        console.print(part, soft_wrap=False, highlight=False, emoji=False, markup=False)


def _parts(report: Report, ascii_only: bool) -> Iterable[RenderableType]:
    yield Text(f"Submission {clean(report.submission, 200)}", style="bold")
    yield from (_note(notice) for notice in report.notices)
    yield Text()
    yield _overview(report, ascii_only)
    for assignment in report.assignments:
        yield from _failures(assignment, ascii_only)
    yield Text()
    yield from _closing(report)


def _note(text: str) -> RenderableType:
    return Padding(Text(f"note: {clean(text, 2000)}", style="yellow"), (0, 0, 0, 2))


def _overview(report: Report, ascii_only: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, align in (("", "left"), ("points", "right"), ("", "left"), ("checks passed", "right"), ("time", "right")):
        table.add_column(name, justify=align, style=None, header_style="dim", no_wrap=name != "")
    for assignment in report.assignments:
        seconds = f"{assignment.seconds:.1f} s"
        title = f"{assignment.number} {assignment.title}"
        table.add_row(*_row(title, assignment.results, assignment.points, ascii_only, "bold"), seconds)
        for component, results in _by_component(assignment.results):
            points = sum(r.check.points for r in results)
            table.add_row(*_row(f"   {component}", results, points, ascii_only, ""), "")
    results = [r for a in report.assignments for r in a.results]
    table.add_row(*_row("Total", results, report.points, ascii_only, "bold"), f"{report.seconds:.1f} s")
    return table


def _row(
    title: str, results: Sequence[CheckResult], points: float, ascii_only: bool, style: str
) -> tuple[Text, Text, Text, Text]:
    earned = round(sum(r.earned for r in results), 4)
    passed = sum(r.outcome is Outcome.PASSED for r in results)
    share = earned / points if points else 0.0
    return (
        Text(title, style=style),
        Text(f"{earned:g} / {points:g}", style=style),
        _bar(share, ascii_only),
        Text(f"{passed} / {len(results)}", style="dim"),
    )


def _bar(share: float, ascii_only: bool) -> Text:
    full, empty = ("#", ".") if ascii_only else ("━", "─")
    cells = int(share * BAR_WIDTH)  # rounded down: a full bar means full marks
    colour = "green" if share == 1 else "yellow" if share >= 0.5 else "red"
    return Text.assemble((full * cells, colour), (empty * (BAR_WIDTH - cells), "dim"))


def _by_component(results: Iterable[CheckResult]) -> list[tuple[str, list[CheckResult]]]:
    groups: dict[str, list[CheckResult]] = {}
    for result in results:
        groups.setdefault(result.check.component, []).append(result)
    return list(groups.items())


def _failures(assignment: AssignmentReport, ascii_only: bool) -> Iterable[RenderableType]:
    failed = [r for r in assignment.results if r.outcome is not Outcome.PASSED]
    if not failed and not assignment.notices:
        return
    yield Text()
    yield Text(f"{assignment.number} {assignment.title}", style="bold")
    yield from (_note(notice) for notice in assignment.notices)
    for (message, _outcome), same in groupby(sorted(failed, key=_first_seen(failed)), key=_cause):
        yield _failure(message, list(same), ascii_only)


def _cause(result: CheckResult) -> tuple[str, Outcome]:
    return result.message, result.outcome


def _first_seen(results: list[CheckResult]):
    """Sort key that brings results of one cause together, in the order in which causes first appear."""
    first = {}
    for index, result in enumerate(results):
        first.setdefault(_cause(result), index)
    return lambda result: first[_cause(result)]


def _failure(message: str, results: list[CheckResult], ascii_only: bool) -> RenderableType:
    """One cause and all the checks that failed for it."""
    cross = "x" if ascii_only else "✗"
    first = results[0]
    lines: list[RenderableType] = [_headline(r, cross) for r in results[:3]]
    if len(results) > 3:
        rest = sum(r.check.points - r.earned for r in results[3:])
        lines.append(Text(f"  and {len(results) - 3} more checks ({rest:g} points) for the same reason:", style="dim"))
    lines.append(Padding(Text(clean(message or first.kind, 4000)), (0, 0, 0, 4)))
    if first.detail:
        lines.append(Padding(Text(clean(first.detail, 4000), style="dim"), (0, 0, 0, 4)))
    return Padding(Group(*lines), (0, 0, 0, 2))


def _headline(result: CheckResult, cross: str) -> Text:
    check = result.check
    audience = "" if check.public else ", hidden"
    what = "" if result.outcome is Outcome.FAILED else f", {result.outcome}"
    return Text.assemble(
        (f"{cross} ", _COLOUR[result.outcome]),
        f"{check.component}: {check.title}",
        (f"  {result.earned:g} of {check.points:g}{what}{audience}", "dim"),
    )


def _closing(report: Report) -> Iterable[Text]:
    yield Text(f"{report.earned:g} of {report.points:g} points", style="bold")
    if report.withheld:
        yield Text(
            f"{report.withheld:g} points are withheld: the grader itself failed there. Please report it and grade again.",
            style="bold red",
        )
    yield Text(f"seed {report.seed}; the same inputs again with --seed {report.seed}", style="dim")
