"""Where the reports of one grading go: to the screen or a file, to more files, and to the summary of a CI job."""

import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import click

from grader.ahead import Latest
from grader.commands.output import append, claimed, refuse, show, write_atomically
from grader.commands.rendering import drafted, page, rendered, require_origin, screen, summary
from grader.result import CheckResult, Report


@dataclass
class Delivery:
    """The outputs of one grading.

    One format goes to the screen, or to a file that is valid at every moment. Others go to files that are written at
    the end. `audience` is "instructor", "student", or None for the default of each format.
    """

    form: str = "text"
    path: Path | None = None
    others: tuple[tuple[str, Path], ...] = ()
    audience: str | None = None
    say: Callable[[CheckResult], None] = field(default=lambda _result: None, init=False)  # shows that a check has ended
    _unsaid: deque[CheckResult] = field(default_factory=deque, init=False)
    _known: Report | None = field(default=None, init=False)
    _drafts: Latest[Report] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Make paths absolute: they mean where they were named, even if the working directory is deleted later."""
        self.path = self.path and Path(os.path.abspath(self.path))
        self.others = tuple((form, Path(os.path.abspath(path))) for form, path in self.others)

    @property
    def _files(self) -> list[tuple[str, Path]]:
        return [*([(self.form, self.path)] if self.path else []), *self.others]

    @contextlib.contextmanager
    def possible(self) -> Iterator[None]:
        """Find out before the grading what could not be delivered after it, and lock the files against other gradings.

        Raises:
            click.ClickException: naming what could not be delivered.
        """
        files = [path.resolve() for _form, path in self._files]
        for path in files:
            if not os.path.isdir(path.parent):  # unlike pathlib, it has an answer for any name
                refuse(path, "there is no such folder")
            if os.path.isdir(path):
                refuse(path, "it is a folder")
            if files.count(path) > 1:
                raise click.ClickException(f"{path} is to hold more than one format; give each a file of its own")
        if "classroom50" in (self.form, *(form for form, _path in self.others)):
            require_origin()
        with contextlib.ExitStack() as claims:
            for path in files:
                claims.enter_context(claimed(path))
            claims.callback(self._end_drafts)
            yield

    def begin(self, report: Report) -> None:
        """Write every file for the first time, so that nobody takes an older report for this one."""
        for form, path in self._files:
            write_atomically(path, drafted(report, form, self.audience))

    def keep(self, report: Report) -> None:
        """Note the report so far, and have a thread write it: writing takes longer than most checks."""
        self._known = report
        if self.path:
            self._drafts = self._drafts or Latest(self._draft)
            self._drafts.put(report)

    def announce(self, result: CheckResult) -> None:
        """Say that a check has ended, once the file (if there is one) contains its result. Call it after `keep`."""
        if self.path:
            self._unsaid.append(result)
        else:
            self.say(result)

    def _draft(self, report: Report) -> None:
        """Write the report so far. If that fails, a later attempt may succeed, and the last one has to."""
        with contextlib.suppress(click.ClickException):
            write_atomically(self.path, drafted(report, self.form, self.audience))
        written = {id(result) for assignment in report.assignments for result in assignment.results}
        while self._unsaid and id(self._unsaid[0]) in written:
            self.say(self._unsaid.popleft())

    def _end_drafts(self) -> None:
        drafts, self._drafts = self._drafts, None
        if drafts:
            drafts.close()

    def stop(self) -> None:
        """Write every file after somebody stopped the grading, and say so."""
        self._end_drafts()
        if self._known and self._files:
            _all_of([partial(self._write, form, path, self._known) for form, path in self._files])
            click.echo(
                f"what was found until then stands in {', '.join(str(path) for _form, path in self._files)}", err=True
            )

    def finish(self, report: Report) -> None:
        """Write every file for the last time, then the screen, and the job's summary if there are annotations.

        If one of them cannot be written, the others are written all the same.

        Raises:
            click.ClickException: naming all that could not be written.
        """
        main, others = (
            partial(self._write_or_show, report),
            [partial(self._write, form, path, report) for form, path in self.others],
        )
        actions = [self._end_drafts, *([main, *others] if self.path else [*others, main])]
        place = os.environ.get("GITHUB_STEP_SUMMARY")
        if place and "github" in (self.form, *(form for form, _path in self.others)):
            actions.append(lambda: append(Path(place), lambda used: summary(report, self.audience, used)))
        _all_of(actions)

    def _write_or_show(self, report: Report) -> None:
        """Write the file. If there is none, or it cannot be written any more, print the report."""
        if not self.path:
            show(rendered(report, self.form, screen, self.audience))
            return
        try:
            self._write(self.form, self.path, report)
        except click.ClickException as error:
            show(rendered(report, self.form, page, self.audience))
            raise click.ClickException(f"{error.message}; the report was written to standard output instead") from error

    def _write(self, form: str, path: Path, report: Report) -> None:
        write_atomically(path, rendered(report, form, page, self.audience))


def _all_of(actions: list[Callable[[], None]]) -> None:
    """Do all of these, even if some fail. Then raise a fault of ours, or else what could not be written."""
    refused: list[str] = []
    faults: list[Exception] = []
    for action in actions:
        try:
            action()
        except click.ClickException as error:
            refused.append(error.message)
        except Exception as error:
            faults.append(error)
    if faults:
        raise faults[0]
    if refused:
        raise click.ClickException("\n".join(refused))
