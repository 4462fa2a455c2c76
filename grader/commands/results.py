"""`grader preview` and `grader score`: what becomes of a results.json on Gradescope. No student code is run."""

import json
from pathlib import Path
from typing import Any

import click

from grader.commands.output import show
from grader.formats.gradescope import validate
from grader.formats.recognised import recognised
from grader.formats.schema import InvalidReport
from grader.formats.student import clean
from grader.gradescope.metadata import Metadata, read_metadata
from grader.gradescope.preview import PHASES, in_words, seen
from grader.gradescope.results import TIME, better, counted
from grader.policy import PolicyError, read_policy

ALWAYS = "Before the due date, after it, and after the grades are published"


def preview_command(file: Path, phases: tuple[str, ...]) -> None:
    """Show what a student sees of a results.json in each phase. Phases that show the same are listed together."""
    data = _read(file, "preview")
    views: dict[tuple[str, ...], list[str]] = {}  # what is shown -> in which phases
    for phase in phases or PHASES:
        views.setdefault(tuple(in_words(seen(data, phase))), []).append(PHASES[phase])
    parts = [[ALWAYS] if len(when) == len(PHASES) else when for when in views.values()]
    lines = [
        line
        for when, view in zip(parts, views, strict=True)
        for line in (*when, *(f"  {clean(line)}" for line in view), "")
    ]
    show("\n".join(lines))


def score_command(file: Path, policy_file: Path, metadata_file: Path | None) -> None:
    """Compute the score again from the checks in a results.json, by a policy."""
    data = _read(file, "score")
    try:
        policy = read_policy(policy_file)
    except PolicyError as error:
        raise click.ClickException(str(error)) from error
    metadata = (
        read_metadata(metadata_file) if metadata_file else Metadata(problems=("without --metadata, nothing is late",))
    )
    found = counted(data, policy, metadata)
    notes = [f"note: {problem}" for problem in metadata.problems]
    lines = [f"{found.points:g} of {found.maximum:g} points", *found.steps, *filter(None, [found.lateness])]
    if earlier := better(found, policy, metadata):
        lines.append(f"An earlier submission, of {earlier.time:{TIME}}, earned {earlier.score:g} points and counts.")
    show("\n".join(map(clean, [*lines, *notes])) + "\n")


def _read(file: Path, verb: str) -> dict[str, Any]:
    """Read a results.json of this grader.

    Raises:
        click.ClickException: if it is none, saying what it is instead.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _no_results(file, verb, "it is no text in UTF-8") from error
    if form := recognised(text):
        raise _no_results(file, verb, f"it is a report in the format {form}")
    try:
        data = json.loads(text)
        validate(data)
    except InvalidReport as error:
        raise _no_results(file, verb, str(error)) from error
    except (ValueError, RecursionError) as error:
        raise _no_results(file, verb, "it is no JSON" if text.strip() else "it is empty") from error
    return data


def _no_results(file: Path, verb: str, found: str) -> click.ClickException:
    return click.ClickException(
        f"{file} is no results.json of this grader: {found}."
        f" grader {verb} reads what grader grade PATH --format gradescope -o results.json writes"
    )
