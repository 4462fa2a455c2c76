"""`grader release`: one function for each verb that generates what leaves this repository."""

from pathlib import Path

import click

from grader.commands.course import with_course
from grader.commands.options import FILE, FOLDER, separated


@click.group()
def release() -> None:
    """Generate what leaves this repository."""


@release.command()
@click.option("-o", "--output", type=FOLDER, help="The folder; by default the course's student_template/.")
@with_course
def template(course: Path, output: Path | None) -> None:
    """Write the students' starting point.

    Before it is written, it is checked that it contains no solution.
    """
    from grader.commands.release import template_command

    template_command(course, output or course / "student_template")


@release.command()
@click.option("-o", "--output", type=FOLDER, default="site", show_default=True, help="The folder.")
@with_course
def site(course: Path, output: Path) -> None:
    """Write the course page.

    It is a folder of plain files: every handout, with figures. It needs no network and no script.
    """
    from grader.commands.release import site_command

    site_command(course, output)


@release.command()
@with_course
def sentences(course: Path) -> None:
    """Print all sentences that students may read.

    They are what checks say, beliefs and questions of the banks, patterns, and messages of errors.
    """
    from grader.commands.release import sentences_command

    sentences_command(course)


@release.command()
@with_course
def figures(course: Path) -> None:
    """Draw the figures of all handouts.

    Each assignment's figures/draw.py says what is drawn. Files that it no longer draws are removed.
    """
    from grader.commands.release import figures_command

    figures_command(course)


@release.command()
@with_course
def table(course: Path) -> None:
    """Write the table of assignments into README.md."""
    from grader.commands.release import table_command

    table_command(course)


@release.command()
@click.argument("system", type=click.Choice(["github", "gitlab"]))
@click.option("-o", "--output", type=FOLDER, help="The repository; by default the course's.")
@with_course
def ci(course: Path, system: str, output: Path | None) -> None:
    """Write the files with which a CI system grades.

    For GitHub these are a workflow and an action, for GitLab it is a template.
    """
    from grader.commands.ci import ci_command

    ci_command(system, output or course)


@release.command()
@click.argument("numbers", metavar="NN...", nargs=-1, required=True, callback=separated)
@click.option("-o", "--output", type=FILE, default="autograder.zip", show_default=True)
@click.option("--policy", type=FILE, help="Late work, limits, groups of checks: a policy.toml.")
@with_course
def gradescope(course: Path, numbers: tuple[str, ...], output: Path, policy: Path | None) -> None:
    """Write the zip that grades on Gradescope.

    It grades the assignments NN. Before it is written, it is tried with the reference.
    """
    from grader.commands.release import gradescope_command

    gradescope_command(course, numbers, output, policy)
