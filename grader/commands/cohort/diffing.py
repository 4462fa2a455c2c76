"""`grader cohort diff` and `grader cohort publish`."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from grader.cohort.diff import Change, Side, changes
from grader.cohort.publishing import Publication, publication, publish
from grader.commands.cohort.stored import opened, run_of
from grader.commands.output import show, write_atomically
from grader.formats.student import clean
from grader.submission.words import listed

MAX_PEOPLE = 40
MAX_CHECKS = 4  # of one person
LOWER = "--lower keep leaves these scores as they are, --lower allow gives out the lower ones"


def diff_command(old: str, new: str | None, output: Path | None) -> None:
    """Show what changes from one run to another, or in the scores that were given out."""
    with opened(old, *([new] if new else [])) as sides:
        before, after = sides if new else (_earlier(sides[0]), sides[0])
        found = changes(before, after)
        show("".join(f"{clean(line)}\n" for line in _told(before, after, found)))
        if output:
            lines = (json.dumps(asdict(change) | {"by": change.by}, allow_nan=False) for change in found)
            write_atomically(output, "".join(f"{line}\n" for line in lines))
        if before.store is after.store or not new:
            after.store.look(after.run.number)


def _earlier(side: Side) -> Side:
    """The run that was published last, or else the one before."""
    number = side.store.published_run() or side.run.number - 1
    if number == 0:
        raise click.ClickException(f"{side.store.path} has only one run; there is nothing to compare it with")
    return Side(side.store, run_of(side.store, number))


def _told(before: Side, after: Side, found: list[Change]) -> Iterator[str]:
    yield f"from {_called(before)} to {_called(after)}"
    scores = [change for change in found if change.by]
    lower, higher = sum(change.by < 0 for change in scores), sum(change.by > 0 for change in scores)
    yield f"changed scores: {len(scores)} ({lower} lower, {higher} higher)"
    if quiet := len(found) - len(scores):
        yield f"the same score by other checks: {quiet}"
    for change in scores[:MAX_PEOPLE]:
        yield from _about(change)
    if len(scores) > MAX_PEOPLE:
        yield f"  ... and {len(scores) - MAX_PEOPLE} more; -o FILE writes all"
    yield from _by_check(scores)


def _called(side: Side) -> str:
    return f"run {side.run.number} of {side.store.path.parent} ({side.run.began})"


def _about(change: Change) -> Iterator[str]:
    points = ["nothing" if each is None else f"{each:g}" for each in (change.before, change.after)]
    yield f"  {change.name}: {points[0]} -> {points[1]} ({change.by:+g}), because of: {', '.join(change.why)}"
    for name, old, new in change.checks[:MAX_CHECKS]:
        yield f"      {name}: {'-' if old is None else f'{old:g}'} -> {'-' if new is None else f'{new:g}'}"
    if len(change.checks) > MAX_CHECKS:
        yield f"      ... and {len(change.checks) - MAX_CHECKS} more checks"


def _by_check(scores: list[Change]) -> Iterator[str]:
    """The checks through which most scores change."""
    counts = Counter(name for change in scores for name, _old, _new in change.checks)
    if counts:
        yield "through:"
    for name, count in counts.most_common(10):
        yield f"  {count} by {name}"


def publish_command(name: str, lower: str | None, incomplete: bool) -> None:
    """Give out the scores of a run. Exits with 1 if a decision is missing."""
    with opened(name) as [side]:
        found = publication(side.store, side.grades())
        _require_final(found, incomplete)
        if found.before and (found.lower or found.higher) and not side.store.was_looked_at(side.run.number):
            raise click.ClickException(
                f"scores that were given out would change ({len(found.lower) + len(found.higher)}); look at them first:"
                f" grader cohort diff {name}"
            )
        if found.lower and lower is None:
            raise click.ClickException(f"{_less(found)}; {LOWER}")
        kept = publish(side.store, side.run.number, found, keep=lower == "keep")
        show(
            f"scores given out, of {_called(side)}: {len(found.scores)}, of which {len(found.new)} new,"
            f" {len(found.higher)} higher, {len(found.lower) - kept} lower, {kept} kept instead of a lower one\n"
        )


def _less(found: Publication) -> str:
    who = listed(f"{found.names[w]} ({found.before[w].points:g} -> {found.scores[w].points:g})" for w in found.lower)
    return f"{len(found.lower)} would get less than was given out: {who}"


def _require_final(found: Publication, incomplete: bool) -> None:
    if found.open and not incomplete:
        names = listed(found.names[who] for who in found.open)
        raise click.ClickException(
            f"{len(found.open)} have no final result yet: {names}. Grade them first, or pass --incomplete to leave them"
            " out"
        )
    if not found.scores:
        click.echo("there is no score to be given out", err=True)
        sys.exit(1)
