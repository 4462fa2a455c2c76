"""`grader cohort report`: the page about a class."""

import os
from pathlib import Path

import click

from grader.cohort.page.data import Class
from grader.cohort.page.html import to_page
from grader.cohort.page.index import INDEX, cards_in, is_index, to_index
from grader.cohort.sheet import sheet
from grader.commands.cohort.stored import opened
from grader.commands.output import show, write_atomically


def report_command(name: str, output: Path, title: str | None) -> None:
    """Write the page about a run."""
    with opened(name) as [side]:
        rows = side.store.rows(side.run.number)
        grades = side.grades(rows)
        counted = [grade.row for grade in grades.values()]
        folder = side.store.path.parent
        found = Class(
            side.run,
            rows,
            grades,
            sheet(side.store, counted),
            title or f"Class report: {Path(side.run.source).name}",
            _reports(folder, output, [row.name for row in counted if row.result is not None]),
        )
        write_atomically(output, to_page(found))
    show(f"the report on {len(grades)} people is {output}\n")
    _write_index(output)


def _write_index(output: Path) -> None:
    """Write the index of the folder of this page anew. A file of its name that is another one is left alone."""
    path = output.with_name(INDEX)
    if not output.is_file() or path == output:
        return
    if path.exists() and not is_index(path):
        click.echo(f"{path} is left alone, as it is no index of class reports", err=True)
        return
    write_atomically(path, to_index(cards := cards_in(output.parent)))
    show(f"{path} lists the class reports beside it: {len(cards)}\n")


def _reports(folder: Path, output: Path, names: list[str]) -> str:
    """Where the page finds the report of each submission, if there are any as HTML or JSON."""
    for ending in ("html", "json"):
        if names and (folder / f"{names[0]}.{ending}").is_file():
            return f"{os.path.relpath(folder, output.parent)}/{{}}.{ending}"
    return ""
