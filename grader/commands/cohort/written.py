"""The files of reports. All are made from the store, so any format can be had later without grading again."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click

from grader.assignment.fingerprints import GRADER, fingerprint_of
from grader.cohort.rows import Row
from grader.cohort.store import Store, storable
from grader.commands.cohort.changes import signature
from grader.commands.output import write_atomically
from grader.commands.rendering import page, rendered
from grader.formats import EXTENSIONS
from grader.formats.read_json import report_of


@dataclass(frozen=True)
class Reports:
    """The reports of a class in some formats, in a folder."""

    store: Store
    folder: Path
    forms: tuple[str, ...]
    audience: str | None = None

    def write(self, rows: Iterable[Row]) -> dict[str, str]:
        """Write what is missing or older than its result. Returns name -> why a report could not be written."""
        known = self.store.files()
        problems: dict[str, str] = {}
        for row in rows:
            for form in self.forms if row.result is not None else ():
                path = Path(self.folder, f"{row.name}.{EXTENSIONS[form]}")
                if known.get(storable(str(path))) != (self._made_from(row, form), signature(path)):
                    problems |= self._write(row, form, path)
        return problems

    def _write(self, row: Row, form: str, path: Path) -> dict[str, str]:
        report = report_of(self.store.report(row.result) | {"submission": row.name})
        try:
            path.parent.mkdir(parents=True, exist_ok=True)  # a submission may be in a section
            write_atomically(path, rendered(report, form, page, self.audience))
        except OSError as error:
            return {row.name: f"{path} cannot be written: {error.strerror}"}
        except click.ClickException as error:
            return {row.name: error.message}
        self.store.put_file(str(path), self._made_from(row, form), signature(path))
        return {}

    def _made_from(self, row: Row, form: str) -> str:
        return f"{row.result} {row.name} {form} {self.audience} {self._style}"

    @cached_property
    def _style(self) -> str:
        """A digest of what puts reports into words."""
        return fingerprint_of(GRADER / "formats")
