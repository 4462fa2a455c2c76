"""Which run of which store an argument names: FOLDER, the file in it, or FOLDER@RUN."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from grader.cohort.diff import Side
from grader.cohort.store import STORE, Run, Store, StoreError


@contextmanager
def opened(*names: str) -> Iterator[list[Side]]:
    """The runs of these names; without a number, the last run of each store.

    Raises:
        click.ClickException: if there is no such store or run.
    """
    with ExitStack() as stack:
        try:
            yield [_side(stack, name) for name in names]
        except StoreError as error:
            raise click.ClickException(str(error)) from error


def run_of(store: Store, number: int | None = None) -> Run:
    """A run by its number, or the last one.

    Raises:
        click.ClickException: if there is no such run.
    """
    runs = store.runs()
    found = next((run for run in reversed(runs) if number in (None, run.number)), None)
    if found is None:
        there = f"it has the runs 1 to {runs[-1].number}" if runs else "nothing was graded into it yet"
        raise click.ClickException(f"{store.path} has no run {number or ''}: {there}".replace("  ", " "))
    return found


def _side(stack: ExitStack, name: str) -> Side:
    folder, sign, number = name.rpartition("@")
    if not sign or not number.isdigit():
        folder, number = name, ""
    path = Path(folder)
    store = stack.enter_context(Store(path if path.is_file() else path / STORE))
    return Side(store, run_of(store, int(number) if number else None))
