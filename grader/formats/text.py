"""The report in a terminal, for whoever grades.

It begins with the sum of points. What failed and why comes next, and the points of each component come last.
"""

import io
from collections.abc import Collection, Iterable, Iterator, Sequence

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.formats.findings import (
    VERDICT,
    Group,
    Reason,
    by_component,
    failed,
    is_unwritten,
    origin,
    reasons,
    stubs,
    unconfined,
)
from grader.formats.matrix import heading, lines
from grader.formats.student import clean
from grader.picture import drawn
from grader.result import AssignmentReport, CheckResult, Matrix, Outcome, Report

MAX_WIDTH = 100  # columns; longer lines are hard to read
MAX_FIRST = 2  # checks that ended alike; of more, what was found comes before their titles
BAR_WIDTH = 12  # columns
POINTS_WIDTH = 15  # columns: "225.375 / 260" and a little more
CHECKS_WIDTH, SECONDS_WIDTH = 11, 7  # columns: "1704 / 1704", "169.9 s"
WIDE = 80  # columns; a narrower page has no room for bars

_COLOUR = {
    Outcome.FAILED: "red",
    Outcome.ERROR: "red",
    Outcome.TIMEOUT: "magenta",
    Outcome.BLOCKED: "yellow",
    Outcome.NOT_RUN: "yellow",
    Outcome.INTERNAL: "bold red",
}


def to_text(report: Report, console: Console) -> str:
    """Render the report as this console would show it: with its width and colours, and in ASCII if it has no more."""
    width = min(console.width, MAX_WIDTH)
    colours = {
        "color_system": console.color_system,
        "force_terminal": console.is_terminal,
        "no_color": console.no_color,
    }
    page = Console(file=io.StringIO(), width=width, legacy_windows=False, **colours)
    for part in _Page(width, console.options.ascii_only).parts(report):
        page.print(part, highlight=False, emoji=False, markup=False)
    return "\n".join(line.rstrip(" ") for line in page.file.getvalue().split("\n"))


class _Page:
    """Makes the parts of the page. All text from outside the grader passes through `_plain`."""

    def __init__(self, width: int, ascii_only: bool) -> None:
        self._width = width
        self._ascii_only = ascii_only
        self._cross, self._full, self._empty = "x#." if ascii_only else "✗━─"

    def _plain(self, text: str, limit: int = 4000) -> str:
        safe = clean(text, limit)
        return safe.encode("ascii", "backslashreplace").decode() if self._ascii_only else safe

    def parts(self, report: Report) -> Iterator[RenderableType]:
        name = self._plain(report.submission, 200)
        yield Text(f"{name}: {report.earned:g} of {report.points:g} points", style="bold")
        yield from self._notes((*report.notices, *unconfined(report)))
        for assignment in report.assignments:
            tested = [r for r in assignment.results if r.matrix]
            if assignment.notices or failed(assignment.results) or tested:
                yield Text(f"\n{self._plain(assignment.heading)}", style="bold")
                yield from self._notes(assignment.notices)
                yield from self._failures(failed(assignment.results))
                yield from self._tests(tested)
        yield Text()
        yield from self._overview(report)
        yield Text()
        yield from self._closing(report)

    def _notes(self, notices: Iterable[str]) -> Iterator[RenderableType]:
        for notice in notices:
            yield _indented(Text(f"note: {self._plain(notice, 2000)}", style="yellow"), 2)

    # What failed

    def _failures(self, found: list[CheckResult]) -> Iterator[RenderableType]:
        """The reasons, each under the components that it touches. What is not there comes last, one line each."""
        blocked = [r for r in found if r.outcome is Outcome.BLOCKED]
        there = [r for r in found if r.outcome is not Outcome.BLOCKED]
        unwritten = [r for r in there if is_unwritten(r)]
        sections: dict[tuple[str, ...], list[Reason]] = {}
        for reason in reasons(r for r in there if not is_unwritten(r)):
            sections.setdefault(tuple(by_component(reason.results)), []).append(reason)
        for components, section in sections.items():
            yield Text(f"\n  {self._plain(', '.join(components))}", style="bold")
            for reason in section:
                yield from self._told(reason) if reason.told else self._alike(reason.groups[0])
        if blocked:
            yield Text("\n  could not be imported", style="bold")
        for reason in reasons(blocked):
            yield self._headline(Text(self._plain(reason.told)), reason.results)
        if unwritten:
            yield Text("\n  not written yet, and how many checks stop there", style="bold")
            yield self._headline(Text(self._plain(", ".join(_counted(unwritten)))), unwritten)

    def _alike(self, group: Group) -> Iterator[RenderableType]:
        """What a few checks ended with, below their titles; or what many checks ended with, above their titles."""
        results = group.results
        what, *more = self._found(group) or [Text(VERDICT[results[0].outcome])]
        if len(results) <= MAX_FIRST:
            yield from self._titles(results, 0)
            more = [what, *more]
        else:
            yield self._headline(what, results)
        yield from (_indented(text, 6) for text in more)
        if len(results) > MAX_FIRST:
            yield from self._titles(results, 4)

    def _told(self, reason: Reason) -> Iterator[RenderableType]:
        """What all these checks fail for, a question, and their titles. The first title has what was found."""
        yield self._headline(Text(self._plain(reason.told), style="yellow"), reason.results)
        if reason.question:
            yield _indented(Text(self._plain(reason.question), style="cyan"), 4)
        for number, group in enumerate(reason.groups):
            first, *others = self._titles(group.results, 4, by_component(reason.results))
            yield first
            yield from (_indented(text, 10) for text in self._known(group, number == 0))
            yield from others

    def _known(self, group: Group, is_first: bool) -> list[Text]:
        how = [Text(self._plain(group.how), style="dim")] * bool(group.how)
        return how + self._found(group) if is_first else how

    def _titles(
        self, results: Sequence[CheckResult], indent: int, components: Collection[str] = ()
    ) -> Iterator[RenderableType]:
        """A line for each check. If a reason touches several components, the line names the component."""
        for r in results:
            title = f"{r.check.component}: {r.check.title}" if len(components) > 1 else r.check.title
            yield _indented(self._headline(Text(self._plain(title)), [r]), indent)

    def _headline(self, text: Text, results: Sequence[CheckResult]) -> Table:
        """A text that wraps inside its own column, between a mark and the points."""
        grid = Table.grid(padding=(0, 1), expand=True)
        grid.add_column(width=3, justify="right", style=_COLOUR[results[0].outcome])
        grid.add_column(ratio=1, overflow="fold")
        grid.add_column(justify="right", no_wrap=True, style="dim")
        grid.add_column(justify="right", no_wrap=True)
        grid.add_row(self._cross, text, _hidden(results), _points(results))
        return grid

    def _found(self, group: Group) -> list[Text]:
        result = group.results[0]
        if result.outcome is Outcome.INTERNAL:  # its detail is a traceback of the grader, which --format json has
            return [Text(f"The grader itself failed here: {self._plain(group.what)}", style="bold red")]
        lines = [Text(self._plain(text)) for text in (group.what, group.like) if text]
        lines += [Text(line, style="dim") for line in drawn(result.picture, self._ascii_only)]
        lines += [Text(self._plain(group.hint), style="cyan")] * bool(group.hint)
        return lines + [Text(self._plain(group.where), style="dim")] * bool(group.where)

    def _tests(self, results: Iterable[CheckResult]) -> Iterator[RenderableType]:
        """What the student's own tests tell apart."""
        for result in results:
            yield Text(f"\n  {self._plain(heading(result))}", style="bold")
            yield from (_indented(Text(self._plain(line)), 4) for line in lines(result.matrix or Matrix(())))

    # Points

    def _overview(self, report: Report) -> Iterator[RenderableType]:
        yield self._columns([[Text(name, style="dim") for name in ("", "points", "", "checks", "time")]])
        for assignment in report.assignments:
            yield from self._points_of(assignment)
        results = report.all_results
        yield self._columns([self._row("Total", results, report.points, report.seconds)])

    def _points_of(self, assignment: AssignmentReport) -> Iterator[RenderableType]:
        """A row for the assignment and for every component with some points. The others are listed by name."""
        title = self._plain(assignment.heading)
        rows = [self._row(title, assignment.results, assignment.points, assignment.seconds)]
        listed: dict[str, list[str]] = {"complete": [], "could not be imported": []}
        for component, results in by_component(assignment.results).items():
            name = self._plain(component)
            if all(r.outcome is Outcome.PASSED for r in results):
                listed["complete"].append(name)
            elif all(r.outcome is Outcome.BLOCKED for r in results):
                listed["could not be imported"].append(name)
            else:
                rows.append(self._row(f"   {name}", results, sum(r.check.points for r in results)))
        yield self._columns(rows)
        for what, names in listed.items():
            if names:
                yield _indented(Text(f"{what}: {', '.join(names)}", style="dim"), 3)

    def _columns(self, rows: list[list[Text]]) -> Table:
        """A piece of the overview. Every piece has the same columns; a narrow page has no bars."""
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(ratio=1, overflow="fold")
        wide = self._width >= WIDE
        counts = CHECKS_WIDTH, SECONDS_WIDTH
        for width in (POINTS_WIDTH, BAR_WIDTH, *counts) if wide else (POINTS_WIDTH, *counts):
            table.add_column(width=width, justify="left" if width == BAR_WIDTH else "right", no_wrap=True)
        for row in rows:
            table.add_row(*(row if wide else [*row[:2], *row[3:]]))
        return table

    def _row(
        self, title: str, results: Sequence[CheckResult], points: float, seconds: float | None = None
    ) -> list[Text]:
        earned = sum(r.earned for r in results)
        passed = sum(r.outcome is Outcome.PASSED for r in results)
        style = "" if seconds is None else "bold"
        return [
            Text(title, style=style),
            Text(f"{earned:g} / {points:g}", style=style),
            self._bar(earned / points if points else 0.0),
            Text(f"{passed} / {len(results)}", style="dim"),
            Text("" if seconds is None else f"{seconds:.1f} s", style="dim"),
        ]

    def _bar(self, share: float) -> Text:
        cells = int(share * BAR_WIDTH + 1e-9)  # rounded down: a full bar means full marks
        colour = "green" if cells == BAR_WIDTH else "yellow" if share >= 0.5 else "red"
        return Text.assemble((self._full * cells, colour), (self._empty * (BAR_WIDTH - cells), "dim"))

    def _closing(self, report: Report) -> Iterator[Text]:
        if report.withheld:
            yield Text(
                f"{report.withheld:g} points are withheld: the grader itself failed there, which costs the student"
                " nothing. Please report it and grade again.",
                style="bold red",
            )
        if any(a.number for a in report.assignments):  # a unittest suite has no number, and draws its own inputs
            yield Text(f"seed {report.seed}; the same inputs again with --seed {report.seed}", style="dim")
        if made := origin(report):
            yield Text(made, style="dim")


def _indented(text: Text, columns: int) -> Padding:
    return Padding(text, (0, 0, 0, columns))


def _counted(unwritten: list[CheckResult]) -> list[str]:
    """Each part that is not written yet, with the number of checks that stop there."""
    found = stubs(unwritten)
    listed = [f"{name} ({count})" for name, count in found.items()]
    rest = len(unwritten) - found.total()
    return [*listed, *[f"not named ({rest})"] * bool(rest)]


def _hidden(results: Sequence[CheckResult]) -> str:
    count = sum(not r.check.public for r in results)
    return f"{count} hidden" if count and len(results) > 1 else "hidden" * count


def _points(results: Sequence[CheckResult]) -> str:
    return f"{sum(r.earned for r in results):g} / {sum(r.check.points for r in results):g}"
