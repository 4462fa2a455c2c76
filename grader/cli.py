"""The command line: one function for each verb.

Exit codes: 0 done; 1 a mistake in the call or in the course; 2 the grader's own fault; 130 stopped by Ctrl-C.
"""

import atexit
import gc
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from grader.commands.cohorts import cohort
from grader.commands.course import with_course
from grader.commands.options import (
    ANY_PATH,
    AUDIENCE,
    EXISTING_FOLDER,
    FILE,
    SEED,
    FormatAndPath,
    allow_unconfined,
    in_format,
    laws,
    of_assignments,
)
from grader.commands.released import release
from grader.commands.surroundings import prepare_surroundings, require_working_directory, what_is_lacking


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="grader")
@click.option(
    "--course",
    type=ANY_PATH,
    help="The course's folder, with assignments/ and reference/; by default the grader's own, or else the nearest above"
    " the working directory.",
)
@click.pass_context
def cli(context: click.Context, course: Path | None) -> None:
    """Grade submissions of the NumPy framework course, and check the course itself."""
    require_working_directory()
    context.obj = course


@cli.command()
@click.argument("submission", metavar="PATH", type=ANY_PATH)
@of_assignments
@in_format
@click.option("-o", "--output", "path", type=FILE, help="Write to this file instead of the screen.")
@click.option(
    "--also", "others", type=FormatAndPath(), multiple=True, help="Write a file in another format too; may be repeated."
)
@click.option("--audience", type=AUDIENCE, help="Who may read it: all of it, or what a student may see.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit with 1 if less of the points was earned.",
)
@click.option("--seed", type=SEED, help="Draw the checks' inputs from this seed.")
@click.option(
    "--deadline",
    type=click.FloatRange(1),
    metavar="SECONDS",
    help="List checks that have not begun by then as not run.",
)
@allow_unconfined
@with_course
def grade(
    course: Path, submission: Path, form: str, path: Path | None, others: Any, audience: str | None, **asked: Any
) -> None:
    """Grade the submission at PATH.

    PATH is a folder that contains framework/, a zip or tar archive of one, or a folder in which one such archive lies.

    The file of -o is valid from the first moment on. It holds every check that has ended, whatever interrupts the
    grading. The files of --also get their results at the end.

    Students see a hidden check's name, verdict and hint, but no values. The formats text and json are for instructors,
    the others for students, unless --audience says otherwise. The formats gradescope and classroom50 decide it for each
    check.
    """
    from grader.isolation.outside.launch import launched

    with launched() as fork_server:  # it gets ready while the rest is imported
        with _nothing_collected():
            from grader.commands.delivery import Delivery
            from grader.commands.grade import Grading, deliver, graded
            from grader.commands.running import workers

        delivery, wanted = Delivery(form, path, others, audience), Grading(submission, **asked)
        with delivery.possible():
            with workers(fork_server) as sandbox:
                report = graded(course, wanted, delivery, sandbox)
            deliver(report, wanted, delivery)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Import without garbage collection, which would take a tenth of the time.

    Later collections skip what was imported, too.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


cli.add_command(cohort)


@cli.command(hidden=True)
@click.argument("command", type=int)
@with_course
def share(course: Path, command: int) -> None:
    """Be one of the grading processes of `grader cohort run`, whose process id is COMMAND."""
    from grader.commands.cohort.share import end_with
    from grader.isolation.outside.launch import launched

    end_with(command)
    with launched() as fork_server:  # it gets ready while the rest is imported
        with _nothing_collected():
            from grader.commands.cohort.share import answers
            from grader.commands.cohort.sharing import grade_share
            from grader.commands.running import workers

        with answers() as say, workers(fork_server) as sandbox:
            grade_share(course, sandbox, say)


@cli.group()
def new() -> None:
    """Begin something that an author completes."""


@new.command()
@click.option("--from", "group", required=True, metavar="FOLDER:N", help="The N-th group in the report on FOLDER.")
@with_course
def misconception(course: Path, group: str) -> None:
    """Write a draft of a misconception for the bank.

    It is about people whose failures in one component are the same, and which no belief explains: `grader cohort
    report` lists these groups. The draft has their checks and what was seen. What they believe is yours to find out.
    """
    from grader.commands.drafting import misconception_command

    misconception_command(course, group)


@cli.command()
def doctor() -> None:
    """Try out how well this machine confines student code."""
    from grader.commands.doctor import doctor_command

    doctor_command()


@cli.command()
@of_assignments
@click.option("--laws", default="1,2,3,4,5,6,7,8", show_default=True, callback=laws, help="Only these laws.")
@click.option(
    "--seeds", type=click.IntRange(1), default=50, show_default=True, help="How many seeds right answers have to pass."
)
@click.option(
    "--variants",
    type=EXISTING_FOLDER,
    help="A folder of right answers written in other ways; by default variants/ of each assignment.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=lambda: min(4, os.cpu_count() or 1),
    help="How many processes work at once.",
)
@click.option("--cache/--no-cache", default=True, help="Keep results in .grader_cache/, and run only what changed.")
@click.option("--table", type=FILE, help="Write what fails each check to this file, as Markdown.")
@click.option("--record", is_flag=True, help="Keep what was found beside each assignment, for the table in README.md.")
@click.option("--all", "everything", is_flag=True, help="Show every violation.")
@with_course
def audit(course: Path, **asked: Any) -> None:
    """Prove that the course itself is right.

    There are eight laws about its reference, its checks and its bank of misconceptions.
    """
    from grader.commands.audit import Asked, audit_command

    audit_command(course, Asked(**asked))


cli.add_command(release)


@cli.command()
@click.argument("results", type=ANY_PATH)
@click.option(
    "--phase",
    "phases",
    multiple=True,
    type=click.Choice(["before", "after", "published"]),
    help="Only this phase; may be repeated.",
)
def preview(results: Path, phases: tuple[str, ...]) -> None:
    """Show what a student sees of a results.json on Gradescope.

    There are three phases: before the due date, after it, and after grades are published.
    """
    from grader.commands.results import preview_command

    preview_command(results, phases)


@cli.command()
@click.argument("results", type=ANY_PATH)
@click.option("--policy", type=ANY_PATH, required=True, help="Late work, groups of checks: a policy.toml.")
@click.option("--metadata", type=ANY_PATH, help="Gradescope's submission_metadata.json, for its times.")
def score(results: Path, policy: Path, metadata: Path | None) -> None:
    """Score a Gradescope results.json again, by a policy. No code is run."""
    from grader.commands.results import score_command

    score_command(results, policy, metadata)


@cli.command()
@click.argument("tests", type=EXISTING_FOLDER)
@click.argument("submission", type=EXISTING_FOLDER)
@in_format
@click.option("-o", "--output", type=FILE, help="Write to this file instead of the screen.")
@click.option(
    "--seconds", type=click.FloatRange(1), default=300, show_default=True, help="Wall time of the whole suite."
)
@click.option(
    "--memory", type=click.IntRange(64), default=1024, show_default=True, help="Address space of the suite [MiB]."
)
@click.option("--python", default=sys.executable, help="The Python that runs the suite; by default this one.")
@click.option("--network", is_flag=True, help="Leave the network open to the suite, and so to student code.")
@click.option("--allow-unconfined", is_flag=True, help="Run the suite although it cannot have a user of its own.")
def suite(**asked: Any) -> None:
    """Run a unittest suite written for gradescope-utils.

    The suite in the folder TESTS is run on the folder SUBMISSION, without any change to it.
    """
    from grader.commands.suite import SuiteRun, suite_command
    from grader.suite.run import Limits

    limits = Limits(**{name: asked.pop(name) for name in ("seconds", "memory", "python", "network")})
    suite_command(SuiteRun(limits=limits, **asked))


@cli.command(hidden=True)
@click.argument("home", type=EXISTING_FOLDER)
@with_course
def autograde(course: Path, home: Path) -> None:
    """Do what Gradescope's run_autograder has to do in HOME (/autograder)."""
    with _nothing_collected():
        from grader.commands.autograde import autograde_command

    autograde_command(course, home)


def program() -> None:
    """Run as the program `grader`: call `main`, then end the process at once."""
    try:
        main()
    except SystemExit as end:
        with suppress(BaseException):  # a second Ctrl-C, or a stream that cannot be written: the interpreter handles it
            _end_at_once(end.code)
        raise


def _end_at_once(code: Any) -> None:
    """End as the interpreter does, but without freeing all modules first, which takes 10 ms.

    Does nothing if the interpreter has more to do: if threads are left, or the exit code is no number.
    """
    if not isinstance(code, int) or any(
        not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()
    ):
        return
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line and exit. Every error is told in a sentence."""
    prepare_surroundings()
    # NumPy reads this when it is imported. More threads would only wait here, and use processor time for it.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # s. Of our two threads one mostly waits for other processes; it shall not have to wait long for the other thread.
    sys.setswitchinterval(1e-4)
    try:
        sys.exit(cli.main(arguments, prog_name="grader", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except (KeyboardInterrupt, click.Abort):
        click.echo("stopped", err=True)
        sys.exit(130)
    except Exception as error:
        if lacking := what_is_lacking(error):
            click.echo(f"Error: {lacking}", err=True)
            sys.exit(1)
        _report_own_fault(error)
        sys.exit(2)


def _report_own_fault(error: Exception) -> None:
    import tempfile
    import traceback

    click.echo(f"The grader itself failed: {type(error).__name__}: {error}", err=True)
    try:
        with tempfile.NamedTemporaryFile("w", prefix="grader-fault-", suffix=".txt", delete=False) as file:
            traceback.print_exc(file=file)
        click.echo(f"This is no fault of the submission. Please report it with {file.name}.", err=True)
    except OSError:  # the disk is full, say
        traceback.print_exc()


if __name__ == "__main__":
    program()
