"""The command line: verbs only. Exit codes: 0 done, 1 a mistake in the call or the course, 2 the grader's own fault, 130 stopped by Ctrl-C."""

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

from grader.commands.course import with_course
from grader.commands.surroundings import prepare_surroundings, require_working_directory, what_is_lacking
from grader.formats import EXTENSIONS, FORMATS


class FormatAndPath(click.ParamType):
    """FORMAT=PATH, as in junit=report.xml."""

    name = "FORMAT=PATH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path]:
        """Take it apart; what is wrong is said by click."""
        form, sign, path = value.partition("=")
        if not sign or not path:
            self.fail(f"{value!r} is not of the form FORMAT=PATH, as in junit=report.xml", param, ctx)
        return click.Choice(FORMATS).convert(form, param, ctx), Path(path)


def _separate(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """("01,02", "03") -> ("01", "02", "03")"""
    return tuple(number.strip() for value in values for number in value.split(","))


of_assignments = click.option(
    *("-a", "--assignment", "numbers"),
    multiple=True,
    metavar="NN",
    callback=_separate,
    help="Only this assignment; several by commas (01,02), or by repeating it.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="grader")
@click.option(
    "--course",
    type=click.Path(path_type=Path),
    help="The course's folder, with assignments/ and reference/; by default the grader's own, or else the nearest above the working directory.",
)
@click.pass_context
def cli(context: click.Context, course: Path | None) -> None:
    """Grade submissions of the NumPy framework course, and check the course itself."""
    require_working_directory()
    context.obj = course


@cli.command()
@click.argument("submission", metavar="PATH", type=click.Path(path_type=Path))
@of_assignments
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "-o",
    "--output",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead of the screen.",
)
@click.option(
    "--also", "others", type=FormatAndPath(), multiple=True, help="Write a file in another format too; may be repeated."
)
@click.option(
    "--audience",
    type=click.Choice(["instructor", "student"]),
    help="Who may read it: all of it, or what a student may see.",
)
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit with 1 if less of the points was earned.",
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Draw the checks' inputs from this seed.")
@click.option(
    "--deadline",
    type=click.FloatRange(1),
    metavar="SECONDS",
    help="List checks that have not begun by then as not run.",
)
@click.option(
    "--allow-unconfined", is_flag=True, help="Grade although student code cannot be confined on this machine."
)
@with_course
def grade(
    course: Path, submission: Path, form: str, path: Path | None, others: Any, audience: str | None, **asked: Any
) -> None:
    """Grade the submission at PATH: a folder that contains framework/, a zip or tar archive of one, or a folder in which one such archive lies.

    With -o the file is valid from the first moment on and holds every check that has ended, whatever interrupts the grading; files of --also get
    their results at the end. Students see hidden checks by name, verdict and hint; text and json are for instructors, the other formats for
    students, unless --audience says otherwise. gradescope and classroom50 decide it for each check.
    """
    from grader.isolation.launch import launched

    with launched() as zygote:  # it gets ready while the rest is imported
        with _nothing_collected():
            from grader.commands.delivery import Delivery
            from grader.commands.grade import Grading, deliver, graded
            from grader.commands.running import workers

        delivery, wanted = Delivery(form, path, others, audience), Grading(submission, **asked)
        with delivery.possible():
            with workers(zygote) as sandbox:
                report = graded(course, wanted, delivery, sandbox)
            deliver(report, wanted, delivery)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """For imports: a tenth of their time would go into a search for garbage, and later searches need not look at what they leave."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@cli.command()
@click.argument("submissions", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False, exists=True))
@of_assignments
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False),
    default="reports",
    show_default=True,
    help="The folder for reports and summary.csv.",
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
@click.option(
    "--audience", type=click.Choice(["instructor", "student"]), help="Who may read the reports, as for grade."
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=lambda: os.cpu_count() or 1,
    help="How many are graded at once; by default as many as there are processors.",
)
@click.option("--again", is_flag=True, help="Grade all of them, also what was graded before from the same.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    help="Draw the inputs of all checks from this seed; by default each submission's own.",
)
@click.option(
    "--allow-unconfined", is_flag=True, help="Grade although student code cannot be confined on this machine."
)
@with_course
def cohort(course: Path, submissions: Path, jobs: int, again: bool, **asked: Any) -> None:
    """Grade every submission in FOLDER: folders that contain framework/, and zip or tar archives of such; or folders of these, as sections have them.

    Each gets its reports as soon as it is graded, and summary.csv a row. When the command is run again, also after it was stopped, a row stands
    if the submission, the course, the grader and the options are those that it was made from; all others are graded.
    """
    from grader.commands.cohort import Cohort, cohort_command
    from grader.commands.share import Share

    cohort_command(course, Cohort(submissions, Share(**asked), jobs, again))


@cli.command(hidden=True)
@click.argument("command", type=int)
@with_course
def share(course: Path, command: int) -> None:
    """Be one of the processes of `grader cohort`, which has the process id COMMAND."""
    from grader.commands.share import end_with
    from grader.isolation.launch import launched

    end_with(command)
    with launched() as zygote:  # it gets ready while the rest is imported
        with _nothing_collected():
            from grader.commands.running import workers
            from grader.commands.share import answers
            from grader.commands.sharing import grade_share

        with answers() as say, workers(zygote) as sandbox:
            grade_share(course, sandbox, say)


@cli.command()
def doctor() -> None:
    """Try out which walls around student code hold on this machine."""
    from grader.commands.doctor import doctor_command

    doctor_command()


def _laws(_context: click.Context, _option: click.Parameter, text: str) -> tuple[int, ...]:
    """ "1,2,5" -> (1, 2, 5)"""
    if not set(text.split(",")) <= set("12345678"):
        raise click.BadParameter("it should be some of 1 to 8 with commas between them, as in 1,2,5")
    return tuple(sorted({int(law) for law in text.split(",")}))


@cli.command()
@of_assignments
@click.option("--laws", default="1,2,3,4,5,6,7,8", show_default=True, callback=_laws, help="Only these laws.")
@click.option(
    "--seeds", type=click.IntRange(1), default=50, show_default=True, help="How many seeds right answers have to pass."
)
@click.option(
    "--variants",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A folder of right answers written in other ways; by default the course's tests/variants/.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=lambda: min(4, os.cpu_count() or 1),
    help="How many processes work at once.",
)
@click.option("--cache/--no-cache", default=True, help="Keep results in .grader_cache/, and run only what changed.")
@click.option(
    "--table",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what fails each check to this file, as Markdown.",
)
@click.option("--all", "everything", is_flag=True, help="Show every violation.")
@with_course
def audit(course: Path, **asked: Any) -> None:
    """Check that the course itself is right: eight laws about its reference, its checks and its bank of misconceptions."""
    from grader.commands.audit import Asked, audit_command

    audit_command(course, Asked(**asked))


@cli.group()
def release() -> None:
    """Make what leaves this repository."""


@release.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder; by default the course's student_template/.",
)
@with_course
def template(course: Path, output: Path | None) -> None:
    """Write the students' starting point, and check that no solution is in it."""
    from grader.commands.release import template_command

    template_command(course, output or course / "student_template")


@release.command()
@click.argument("system", type=click.Choice(["github", "gitlab"]))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="The repository; by default the course's."
)
@with_course
def ci(course: Path, system: str, output: Path | None) -> None:
    """Write what lets a CI system grade: a workflow and an action for GitHub, a template for GitLab."""
    from grader.commands.ci import ci_command

    ci_command(system, output or course)


@release.command()
@click.argument("numbers", metavar="NN...", nargs=-1, required=True, callback=_separate)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default="autograder.zip", show_default=True
)
@click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Late work, limits, groups of checks: a policy.toml.",
)
@with_course
def gradescope(course: Path, numbers: tuple[str, ...], output: Path, policy: Path | None) -> None:
    """Write the zip that grades assignments NN on Gradescope, after trying it with the reference."""
    from grader.commands.release import gradescope_command

    gradescope_command(course, numbers, output, policy)


@cli.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--phase",
    "phases",
    multiple=True,
    type=click.Choice(["before", "after", "published"]),
    help="Only this phase; may be repeated.",
)
def preview(results: Path, phases: tuple[str, ...]) -> None:
    """Show what a student sees of a Gradescope results.json: before the due date, after it, after grades are published."""
    from grader.commands.results import preview_command

    preview_command(results, phases)


@cli.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--policy", type=click.Path(path_type=Path), required=True, help="Late work, groups of checks: a policy.toml."
)
@click.option(
    "--metadata", type=click.Path(path_type=Path), help="Gradescope's submission_metadata.json, for its times."
)
def score(results: Path, policy: Path, metadata: Path | None) -> None:
    """Score a Gradescope results.json anew by a policy; no code is run."""
    from grader.commands.results import score_command

    score_command(results, policy, metadata)


@cli.command()
@click.argument("tests", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.argument("submission", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file instead of the screen."
)
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
    """Run a unittest suite that was written for gradescope-utils, in the folder TESTS, on the folder SUBMISSION."""
    from grader.commands.suite import SuiteRun, suite_command
    from grader.suite.run import Limits

    limits = Limits(**{name: asked.pop(name) for name in ("seconds", "memory", "python", "network")})
    suite_command(SuiteRun(limits=limits, **asked))


@cli.command(hidden=True)
@click.argument("home", type=click.Path(path_type=Path, file_okay=False, exists=True))
@with_course
def autograde(course: Path, home: Path) -> None:
    """Do what Gradescope's run_autograder has to do in HOME (/autograder)."""
    with _nothing_collected():
        from grader.commands.autograde import autograde_command

    autograde_command(course, home)


def program() -> None:
    """`grader` as a program of its own: what `main` does, and then an end at once."""
    try:
        main()
    except SystemExit as end:
        with suppress(
            BaseException
        ):  # Ctrl-C again, a stream that cannot be written to: the interpreter has its code and words for that
            _end_at_once(end.code)
        raise


def _end_at_once(code: Any) -> None:
    """End as the interpreter does, but without taking apart all that was imported: that takes 10 ms. Where it has more to do, leave it to it."""
    if not isinstance(code, int) or any(
        not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()
    ):
        return
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line and exit; what goes wrong is said in a sentence."""
    prepare_surroundings()
    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # read when NumPy is imported; its threads would only wait here, and busily
    sys.setswitchinterval(
        1e-4
    )  # s; of two threads here one only waits for others, and shall not wait for this process's as well
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
    except OSError:  # no room for a file
        traceback.print_exc()


if __name__ == "__main__":
    program()
