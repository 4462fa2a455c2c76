"""The command line: verbs only. Exit codes: 0 done, 1 a mistake in the call or the course, 2 the grader's own fault, 130 stopped by Ctrl-C."""

import os
import sys
from pathlib import Path
from typing import Any

import click

COURSE = Path(__file__).resolve().parent.parent


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="grader")
@click.option("--course", type=click.Path(path_type=Path), default=COURSE, help="The course's folder, with assignments/ and reference/.")
@click.pass_context
def cli(context: click.Context, course: Path) -> None:
    """Grade submissions of the NumPy framework course, and check the course itself."""
    context.obj = course


@cli.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("-a", "--assignment", "numbers", multiple=True, metavar="NN", help="Only this assignment; may be repeated.")
@click.option("--format", "form", type=click.Choice(["text", "json", "gradescope"]), default="text", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file instead of the screen.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Draw the checks' inputs from this seed.")
@click.option("--deadline", type=click.FloatRange(1), metavar="SECONDS", help="List checks that have not begun by then as not run.")
@click.option("--allow-unconfined", is_flag=True, help="Grade although student code cannot be confined on this machine.")
@click.pass_obj
def grade(course: Path, **asked: Any) -> None:
    """Grade the submission at PATH: a folder that contains framework/, or a zip or tar archive of one.

    With -o the file is valid from the first moment on and holds every check that has ended, whatever interrupts the grading.
    """
    from grader.commands import Grading, grade_command

    grade_command(course, Grading(**asked))


@cli.command()
def doctor() -> None:
    """Try out which walls around student code hold on this machine."""
    from grader.commands import doctor_command

    doctor_command()


@cli.command()
@click.option("-a", "--assignment", "numbers", multiple=True, metavar="NN", help="Only this assignment; may be repeated.")
@click.option("--seeds", type=click.IntRange(1), default=50, show_default=True, help="How many seeds the reference has to pass.")
@click.pass_obj
def audit(course: Path, numbers: tuple[str, ...], seeds: int) -> None:
    """Check that the course itself is right: the reference earns everything, the untouched template nothing."""
    from grader.commands import audit_command

    audit_command(course, numbers, seeds)


@cli.group()
def release() -> None:
    """Make what leaves this repository."""


@release.command()
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="The folder; by default the course's student_template/.")
@click.pass_obj
def template(course: Path, output: Path | None) -> None:
    """Write the students' starting point, and check that no solution is in it."""
    from grader.commands import template_command

    template_command(course, output or course / "student_template")


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line and exit; what goes wrong is said in a sentence."""
    _open_closed_streams()
    try:
        sys.exit(cli.main(arguments, prog_name="grader", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except (KeyboardInterrupt, click.Abort):
        click.echo("stopped", err=True)
        sys.exit(130)
    except Exception as error:
        _report_own_fault(error)
        sys.exit(2)


def _open_closed_streams() -> None:
    """Let no connection of ours be taken for a standard stream that the caller closed: it would get the same number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _report_own_fault(error: Exception) -> None:
    import tempfile
    import traceback

    click.echo(f"The grader itself failed: {type(error).__name__}: {error}", err=True)
    try:
        with tempfile.NamedTemporaryFile("w", prefix="grader-fault-", suffix=".txt", delete=False) as file:
            traceback.print_exc(file=file)
        click.echo(f"This is no fault of the submission. Please report it with {file.name}.", err=True)
    except OSError:  # no room for a file
        traceback.print_exc()


if __name__ == "__main__":
    main()
