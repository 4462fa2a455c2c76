"""`grader new misconception`: a draft of an entry of the bank, from what a class shows and no belief explains.

It is written beside the bank, into a hidden folder of the assignment. So nothing is graded in another way until the
author moves it, and no result becomes stale.
"""

from pathlib import Path

import click

from grader.assignment import Assignment, Course
from grader.cohort.beliefs import clusters
from grader.cohort.drafting import Draft, draft_of
from grader.cohort.sheet import sheet
from grader.commands.cohort.stored import opened
from grader.commands.output import show, write_atomically
from grader.commands.running import instructor_errors

DRAFTS = ".drafts"


def misconception_command(root: Path, group: str) -> None:
    """Write the draft for a group: FOLDER:3 is the third group in the report on FOLDER."""
    draft = _draft(group)
    with instructor_errors():
        assignments = Course.load(root).assignments
    found = next((a for a in assignments if a.number == draft.assignment), None)
    if found is None:
        raise click.ClickException(f"this course has no assignment {draft.assignment}, to which the group belongs")
    path = _path(found, draft)
    if path.exists():
        raise click.ClickException(f"{path} is there already; complete it, or remove it")
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"{path.parent} cannot be made: {error.strerror}") from error
    write_atomically(path, draft.text)
    show(_next(path, draft))


def _draft(group: str) -> Draft:
    name, _sign, number = group.rpartition(":")
    if not name or not number.isdigit():
        raise click.ClickException(f"{group} names no group; reports:3 is the third one in the report on reports")
    with opened(name) as [side]:
        counted = [grade.row for grade in side.grades().values()]
        found = sheet(side.store, counted)
        groups = clusters(found)
        if not 1 <= int(number) <= len(groups):
            raise click.ClickException(f"{name} has no group {number}: the report on it lists {len(groups)}")
        where = f"{Path(side.run.source).name}, run {side.run.number}"
        return draft_of(found, groups[int(number) - 1], int(number), where)


def _path(assignment: Assignment, draft: Draft) -> Path:
    return assignment.folder / DRAFTS / f"{draft.name}.py"


def _next(path: Path, draft: Draft) -> str:
    return (
        f"{path} is a draft about {draft.people} people who fail {draft.component} in the same way.\n"
        f"1. Look into {', '.join(draft.submissions)}: what do they have in common?\n"
        "2. Write that down as a function of the reference: its target, a question, the belief, the code.\n"
        f"3. Move it to {path.parent.parent / 'misconceptions'}.\n"
        f"4. grader audit -a {draft.assignment} --laws 3,6,8. Until the draft is completed, the audit refuses it.\n"
    )


def require_no_draft(assignment: Assignment) -> None:
    """Refuse to audit an assignment that has a draft.

    Raises:
        click.ClickException: naming it.
    """
    for path in sorted((assignment.folder / DRAFTS).glob("*.py")):
        raise click.ClickException(
            f"{path} is a draft: complete it and move it to misconceptions/, or remove it; then audit again"
        )
