"""One grading on Gradescope.

results.json is valid from the first moment on, and complete before the platform's time-out.
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import monotonic

from grader.ahead import Latest
from grader.assignment import Assignment, AssignmentError, Course
from grader.formats.gradescope import written
from grader.gradescope.first import nothing_graded
from grader.gradescope.machine import fitted, offer_to_the_kernel, times
from grader.gradescope.metadata import Metadata
from grader.gradescope.place import NAME, Place
from grader.gradescope.results import composed, refused
from grader.grading import end_hard, grade
from grader.isolation.outside.sandbox import Sandbox
from grader.policy import Policy, standing
from grader.result import Report
from grader.submission import Submission, SubmissionError, read_submission, require_submission

NOT_SET_UP = (
    "The autograder is not set up right, so nothing was graded."
    " It costs you nothing; your course staff has to look at it."
)
Write = Callable[[Path, str], None]  # replaces a file as a whole


def autograde(place: Place, root: Path, sandbox: Sandbox, environment: Mapping[str, str], write: Write) -> bool:
    """Grade the submission by the course at `root`, and keep results.json up to date all the while.

    Returns:
        Whether all of it could be graded.

    Raises:
        AssignmentError, PolicyError, UnconfinedError, SandboxError: see `say_not_set_up`.
    """
    begun = monotonic()
    end_hard(times(environment, ()).end)
    place.close()
    policy, metadata = place.policy(), place.metadata()
    kept = refused(policy, metadata)
    if kept is not None:
        write(place.results, written(kept))
        return True
    write(place.results, nothing_graded(place))
    course = fitted(Course.load(root))
    assignments = _selected(course, place)
    submission, policy, metadata = _taken_in(place, course, policy, metadata)
    deadline = begun + times(environment, assignments).last_start
    offer_to_the_kernel(sandbox.process.pid)
    with closing(Latest[Report](lambda draft: write(place.results, _text(draft, policy, metadata)))) as drafts:
        report = grade(course, submission, assignments, sandbox, deadline=deadline, on_report=drafts.put)
    sandbox.close()  # so no code of the student's runs any more when the last results are written
    write(place.results, written(composed(report, policy, metadata, not report.withheld)))
    return not report.withheld


def _taken_in(place: Place, course: Course, policy: Policy, metadata: Metadata) -> tuple[Submission, Policy, Metadata]:
    """The submission, and the policy and earlier submissions by which it is scored.

    If nothing can be graded, the student is told why. The score that counted before still counts; a better one that did
    not count before does not count now, either.
    """
    require_submission(place.submission)  # if the folder is missing, the platform is at fault
    try:
        return read_submission(place.submission, course.reference), policy, metadata
    except SubmissionError as error:
        nothing = Submission(NAME, {}, (f"Nothing could be graded: {error.reason}",))
        counts = standing(metadata.attempts, policy.submissions)
        policy = replace(policy, submissions=replace(policy.submissions, keep="best"))
        return nothing, policy, replace(metadata, attempts=(counts,) if counts else ())


def _selected(course: Course, place: Place) -> tuple[Assignment, ...]:
    try:
        return course.select(place.numbers())
    except OSError as error:
        problem = f"it cannot be read ({error.strerror}); it holds the numbers of the assignments that are graded"
        raise AssignmentError(place.assignments, problem) from error
    except KeyError as error:
        known = ", ".join(a.number for a in course.assignments)
        raise AssignmentError(
            place.assignments, f"there is no assignment {error.args[0]}; there are {known}"
        ) from error


def _text(report: Report, policy: Policy, metadata: Metadata) -> str:
    return written(composed(report, policy, metadata, False), False)


def say_not_set_up(place: Place, write: Write) -> None:
    """Write the results for when the course, the policy or the container is at fault.

    They do not contain the error's text, which could hold secrets.
    """
    write(place.results, nothing_graded(place, NOT_SET_UP))
