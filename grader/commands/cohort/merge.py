"""`grader cohort merge`: one class out of parts that were graded on several machines."""

from pathlib import Path

import click

from grader.cohort.merging import Unlike, merge, missing_parts
from grader.cohort.scores import grades
from grader.cohort.store import StoreError
from grader.cohort.summary import SUMMARY, to_csv
from grader.commands.cohort.run import opened_to_write
from grader.commands.cohort.stored import opened
from grader.commands.cohort.written import Reports
from grader.commands.output import show, write_atomically
from grader.policy import parse_policy
from grader.submission.words import listed


def merge_command(names: tuple[str, ...], folder: Path, forms: tuple[str, ...], incomplete: bool) -> None:
    """Merge the last runs of these stores into one run of another store."""
    with opened(*names) as parts:
        if (missing := missing_parts(parts)) and not incomplete:
            raise click.ClickException(f"not everything is there: {listed(missing)}; --incomplete goes on without it")
        try:
            with opened_to_write(folder) as store:
                if folder.resolve() in (part.store.path.parent.resolve() for part in parts):
                    raise click.ClickException(f"{folder} is one of the parts; name another folder with -o")
                number, rows = merge(store, parts)
                policy = parse_policy(parts[0].run.policy)
                write_atomically(folder / SUMMARY, to_csv(rows, grades(store, number, policy, rows)))
                problems = Reports(store, folder, forms).write(rows)
        except (Unlike, StoreError) as error:
            raise click.ClickException(str(error)) from error
    for problem in problems.values():
        click.echo(problem, err=True)
    graded = sum(row.result is not None for row in rows)
    show(f"{len(rows)} rows of {len(parts)} parts, {graded} of them with a result, are run {number} of {folder}\n")
