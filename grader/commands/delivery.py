"""Where the reports of one grading go: the screen or a file, more files beside it, and the summary of a CI job."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import click

from grader.commands.output import append, refuse, show, write_atomically
from grader.commands.rendering import origin, page, rendered, screen, summary
from grader.result import Report


@dataclass(frozen=True)
class Delivery:
    """One format for the screen, or for a file that is whole at every moment, and others for files that are written at the end.

    `audience` is "instructor", "student", or None for what is usual in each format.
    """

    form: str = "text"
    path: Path | None = None
    others: tuple[tuple[str, Path], ...] = ()
    audience: str | None = None

    def require_possible(self) -> None:
        """Refuse before the grading what could not be delivered after it.

        Raises:
            click.ClickException: naming it.
        """
        forms, paths = zip((self.form, self.path), *self.others, strict=True)
        files = [path.resolve() for path in paths if path]
        for path in files:
            if not path.parent.is_dir():
                refuse(path, "there is no such folder")
            if files.count(path) > 1:
                raise click.ClickException(f"{path} is to hold more than one format; give each a file of its own")
        if "classroom50" in forms:
            origin()

    def begin(self, report: Report) -> None:
        """Write every file for the first time, so that nothing of an older grading is taken for this one's."""
        for form, path in ((self.form, self.path), *self.others):
            self._draft(form, path, report)

    def keep(self, report: Report) -> None:
        """Write what is known so far; should that fail, the next time may do better, and the last has to."""
        with contextlib.suppress(click.ClickException):
            self._draft(self.form, self.path, report)

    def _draft(self, form: str, path: Path | None, report: Report) -> None:
        if path:
            write_atomically(path, rendered(report, form, page, self.audience, finished=False))

    def finish(self, report: Report) -> None:
        """Write every file for the last time, then the screen, and the job's summary if there are annotations."""
        for form, path in ((self.form, self.path), *self.others):
            if path:
                write_atomically(path, rendered(report, form, page, self.audience))
        if not self.path:
            show(rendered(report, self.form, screen, self.audience))
        place = os.environ.get("GITHUB_STEP_SUMMARY")
        if place and "github" in (self.form, *(form for form, _path in self.others)):
            append(Path(place), lambda used: summary(report, self.audience, used))
