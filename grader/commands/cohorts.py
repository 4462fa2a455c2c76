"""`grader cohort`: one function for each verb about a whole class."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from grader.commands.cohort.kinds import Moment, ShardOf
from grader.commands.course import with_course
from grader.commands.options import ANY_PATH, AUDIENCE, FILE, FOLDER, SEED, allow_unconfined, of_assignments
from grader.formats import EXTENSIONS


class _Verbs(click.Group):
    """A group that tells what has become of the command without a verb."""

    def resolve_command(self, context: click.Context, words: list[str]) -> Any:
        """Find the verb."""
        if words and words[0] not in self.commands and os.path.exists(words[0]):
            context.fail(f"there is a verb now: grader cohort run {words[0]}")
        return super().resolve_command(context, words)


@click.group(cls=_Verbs)
def cohort() -> None:
    """Grade a whole class, and see what its results say."""


@cohort.command()
@click.argument("source", metavar="SOURCE", type=click.Path(exists=True, path_type=Path))
@of_assignments
@click.option(
    "-o", "--output", "folder", type=FOLDER, default="reports", show_default=True, help="The folder for all results."
)
@click.option(
    "--format",
    "forms",
    type=click.Choice(list(EXTENSIONS)),
    multiple=True,
    default=("json",),
    show_default=True,
    help="May be repeated.",
)
@click.option("--audience", type=AUDIENCE, help="Who may read the reports, as for grade.")
@click.option("--roster", "--students", type=FILE, help="A class list (CSV), which also tells who is absent.")
@click.option("--policy", type=ANY_PATH, help="Late work, limits, which attempt counts: a policy.toml.")
@click.option("--due", type=Moment(), help="The due date, unless the class list has one: 2026-03-06T20:00+01:00.")
@click.option(
    "--attempts",
    type=click.Choice(["last", "all"]),
    help="Which attempts of a person are graded; by default the last one, or all if the policy keeps the best.",
)
@click.option("--only", multiple=True, metavar="NAME", help="Grade only this submission or person; may have * and ?.")
@click.option("--limit", type=click.IntRange(0), metavar="N", help="Grade at most so many now.")
@click.option(
    "--retry", multiple=True, type=click.Choice(["ours"]), help="Grade again what failed by a fault of the grader."
)
@click.option("--again", is_flag=True, help="Grade all of them, also what was graded before from the same.")
@click.option("--shard", type=ShardOf(), default="1/1", help="Only this part of the class, for several machines: 2/8.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=lambda: os.cpu_count() or 1,
    help="How many are graded at once; by default as many as there are processors.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Grade on the workers of this Dask scheduler: tcp://host:8786 (see CLUSTER.md).",
)
@click.option(
    "--seed", type=SEED, help="Draw the inputs of all checks from this seed; by default each submission's own."
)
@allow_unconfined
@with_course
def run(
    course: Path,
    numbers: tuple[str, ...],
    folder: Path,
    due: datetime | None,
    seed: int | None,
    allow_unconfined: bool,
    **asked: Any,
) -> None:
    """Grade everything in SOURCE.

    SOURCE is a folder of submissions, or of sections with submissions in them; an export of Gradescope; a download of
    Canvas, Moodle or Blackboard; a folder of clones; an archive of any of these; or a CSV file with a column path or
    url. A submission is a folder that contains framework/, or a zip or tar archive of one.

    Each result is kept in cohort.sqlite as soon as it is there. The command can be run again, also after it was
    stopped. A result then stands if the submission, the checks, the reference, the grader and the options are still the
    same. All other submissions are graded.
    """
    from grader.commands.cohort.asked import Asked
    from grader.commands.cohort.run import run_command
    from grader.commands.cohort.share import Share

    run_command(course, Asked(folder=folder, due=due, share=Share(numbers, seed, allow_unconfined), **asked))


@cohort.command()
@click.argument("old")
@click.argument("new", required=False)
@click.option("-o", "--output", type=FILE, help="Write all changes to this file, as JSON lines.")
def diff(old: str, new: str | None, output: Path | None) -> None:
    """Show who gets another score, by how much, through which checks, and why.

    OLD and NEW are folders of results; FOLDER@2 is the second run in it, FOLDER the last one. Without NEW, the last run
    of OLD is compared with the one that was published, or else with the one before.
    """
    from grader.commands.cohort.diffing import diff_command

    diff_command(old, new, output)


@cohort.command()
@click.argument("results", metavar="FOLDER")
@click.option(
    "--lower", type=click.Choice(["keep", "allow"]), help="What becomes of scores that would be lower than before."
)
@click.option("--incomplete", is_flag=True, help="Leave out those whose result is not final.")
def publish(results: str, lower: str | None, incomplete: bool) -> None:
    """Give out the scores of the last run in FOLDER (or FOLDER@2, the second).

    No score that was given out is lowered without --lower. If any would change, the difference has to be looked at
    first: grader cohort diff FOLDER.
    """
    from grader.commands.cohort.diffing import publish_command

    publish_command(results, lower, incomplete)


@cohort.command()
@click.argument("results", metavar="FOLDER")
@click.option("-o", "--output", type=FILE, default="report.html", show_default=True, help="The page.")
@click.option("--title", help="Its heading.")
def report(results: str, output: Path, title: str | None) -> None:
    """Write one page about the class.

    It shows scores, how hard each check is and how well it tells students apart, which beliefs they have, who needs the
    same help, and a page for each student. It needs no network. FOLDER has the results; FOLDER@2 is its second run.
    index.html beside the page lists all class reports there.
    """
    from grader.commands.cohort.reporting import report_command

    report_command(results, output, title)


@cohort.command()
@click.argument("results", metavar="FOLDER")
@click.option("--format", "form", type=click.Choice(["canvas", "moodle", "gradescope", "jsonl"]), required=True)
@click.option("-o", "--output", type=FILE, help="Write to this file instead of the screen.")
@click.option(
    "--column", default="Score", show_default=True, help='The assignment, as the platform writes it: "HW 1 (42)".'
)
@click.option("--draft", is_flag=True, help="The scores of the last run, whether they were given out or not.")
def grades(results: str, form: str, output: Path | None, column: str, draft: bool) -> None:
    """Write the scores that were given out, for Canvas, Moodle, Gradescope, or a program (JSON lines)."""
    from grader.commands.cohort.gradebook import grades_command

    grades_command(results, form, output, column, draft)


@cohort.command()
@click.argument("parts", metavar="FOLDER...", nargs=-1, required=True)
@click.option("-o", "--output", "folder", type=FOLDER, required=True, help="The folder for all results.")
@click.option("--format", "forms", type=click.Choice(list(EXTENSIONS)), multiple=True, help="Write reports, too.")
@click.option("--incomplete", is_flag=True, help="Also if a part is missing, or its run was stopped.")
def merge(parts: tuple[str, ...], folder: Path, forms: tuple[str, ...], incomplete: bool) -> None:
    """Make one class out of parts that were graded with --shard on several machines.

    All parts have to be made from the same checks, reference, grader and so on. What is in FOLDER of -o stays.
    """
    from grader.commands.cohort.merge import merge_command

    merge_command(parts, folder, forms, incomplete)


@cohort.command()
@click.argument("folder", type=FOLDER)
@click.option("--policy", type=ANY_PATH, help="Another policy.toml; by default that of the last run.")
@click.option("--due", type=Moment(), help="Another due date: 2026-03-06T20:00+01:00.")
@click.option("--roster", type=FILE, help="A class list with due dates of single persons.")
def score(folder: Path, policy: Path | None, due: datetime | None, roster: Path | None) -> None:
    """Score the last run in FOLDER again, by other rules. Nothing is graded.

    It becomes a new run, which can be compared with the one before, and given out.
    """
    from grader.commands.cohort.rescoring import score_command

    score_command(folder, policy, due, roster)


@cohort.command()
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True)
@click.option("--policy", type=ANY_PATH, help="Late days in stock, assignments that are left out: a policy.toml.")
@click.option("-o", "--output", type=FILE, help="Write to this file instead of the screen.")
def term(folders: tuple[str, ...], policy: Path | None, output: Path | None) -> None:
    """Add up several assignments: a table with a line for each person. Nothing is graded.

    Each FOLDER has the results of one assignment. Late days are used in the order of the due dates.
    """
    from grader.commands.cohort.rescoring import term_command

    term_command(folders, policy, output)


@cohort.command()
@click.argument("source", metavar="SOURCE", type=click.Path(exists=True, path_type=Path))
@of_assignments
@click.option("-o", "--output", "folder", type=FOLDER, required=True, help="A new folder.")
@click.option("--roster", type=FILE, help="A class list (CSV).")
@click.option("--attempts", type=click.Choice(["last", "all"]), default="last", show_default=True)
@with_course
def similar(
    course: Path, source: Path, numbers: tuple[str, ...], folder: Path, roster: Path | None, attempts: str
) -> None:
    """Write what students wrote in SOURCE, for tools that find similar code: Dolos and JPlag.

    The template, files that were given, and files of other assignments are left out.
    """
    from grader.commands.cohort.similar import Asked, similar_command

    similar_command(course, Asked(source, folder, numbers, roster, attempts == "all"))
