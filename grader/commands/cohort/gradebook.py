"""`grader cohort grades`: the scores of a class for another program."""

from pathlib import Path

import click

from grader.cohort.gradebooks import GRADEBOOKS, as_published, json_lines
from grader.commands.cohort.stored import opened
from grader.commands.output import show, write_atomically


def grades_command(name: str, form: str, output: Path | None, column: str, draft: bool) -> None:
    """Write the scores that were given out, or with `draft` those of a run."""
    with opened(name) as [side]:
        grades = side.grades()
        published = side.store.published()
        if not draft and not published:
            raise click.ClickException(
                f"nothing was given out yet: grader cohort publish {name} does; --draft takes what is not given out"
            )
        chosen = list(grades.values()) if draft else as_published(grades, published)
        chosen.sort(key=lambda grade: (grade.row.person.name or grade.row.name, grade.who))
        if form == "jsonl":
            text = "".join(f"{line}\n" for line in json_lines(side.store, chosen))
        else:
            text = GRADEBOOKS[form](chosen, column)
    if output:
        write_atomically(output, text)
    else:
        show(text)
