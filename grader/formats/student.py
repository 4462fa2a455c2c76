"""What a student may see of a report, as plain text. The text cannot contain control codes, markup or commands."""

import re
from dataclasses import dataclass, replace

from grader.formats.matrix import lines
from grader.result import AssignmentReport, CheckResult, Diagnosis, Outcome, Report, Visibility

MAX_TEXT = 20_000  # characters; Gradescope cuts at 100,000, and nobody reads more
# C0 and C1 controls (but not tab and newline), surrogates, and the characters that reorder or hide text
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
# What a GitHub runner obeys when it reads it in a log: "::error::..." and "##[error]..."; slices such as x[::2] stay
_COMMAND = re.compile(r":(?=:(?![-\d\]]))|#(?=#\[)")


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """The text without control characters and without commands to CI runners.

    A text longer than `limit` loses its middle.
    """
    safe = _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))
    safe = _COMMAND.sub(r"\g<0> ", safe)
    if len(safe) <= limit:
        return safe
    half = (limit - 40) // 2  # the mark between the ends has under 40 characters
    return f"{safe[:half]}\n[... {len(safe) - 2 * half} characters ...]\n{safe[-half:]}"


@dataclass(frozen=True)
class Finding:
    """A result in words, as every format for people shows it. Each part but the first may be "".

    `what` happened, what the array looks `like`, the author's `hint`, the `cause` with a question, and `where` in the
    code. Many checks may have the same cause; `findings.reasons` groups them.
    """

    what: str
    like: str
    hint: str
    cause: str
    where: str

    @property
    def text(self) -> str:
        """All of it, a line each."""
        return clean("\n".join(part for part in (self.what, self.like, self.hint, self.cause, self.where) if part))


def finding(result: CheckResult) -> Finding:
    """The words for a result that did not pass. They are for instructors, unless `for_students` filtered the result."""
    what = result.message or result.kind
    hint = result.check.hint if result.check.hint and result.outcome is not Outcome.INTERNAL else ""
    what, hint = (what, hint) if what else (hint, "")
    found = result.diagnosis or Diagnosis()
    cause = " ".join(filter(None, (found.explanation, found.hint)))
    return Finding(clean(what), clean(found.observation), clean(hint), clean(cause), clean(result.detail))


def explanation(result: CheckResult) -> str:
    """Why a check did not pass, as far as a student may know it, and what tests of the student's tell apart.

    Of a check that passed: what it printed, which only a test of a unittest suite does.
    """
    seen = _seen(result)
    why = clean(seen.detail) if result.outcome is Outcome.PASSED else finding(seen).text
    return clean("\n".join(filter(None, (why, *lines(result.matrix))))) if result.matrix else why


def for_students(report: Report) -> Report:
    """The report as students may see it: hidden checks without values, and only the checks that are shown now.

    Checks that are shown later, or never, do not count in the sums, as their results could be computed from these. A
    notice says so.
    """
    return replace(report, assignments=tuple(_shown(a) for a in report.assignments), isolation={})


def _shown(assignment: AssignmentReport) -> AssignmentReport:
    now = [r for r in assignment.results if r.check.visibility is Visibility.VISIBLE]
    later = round(sum(r.check.points for r in assignment.results) - sum(r.check.points for r in now), 4)
    count = len(assignment.results) - len(now)
    notice = (f"{count} checks, worth {later:g} points, are not shown now and not in these numbers.",) if count else ()
    return replace(
        assignment,
        points=round(assignment.points - later, 4),
        results=tuple(map(_seen, now)),
        notices=assignment.notices + notice,
    )


def _seen(result: CheckResult) -> CheckResult:
    """The result without what a student may not see.

    The message of a hidden check could contain its inputs or expected values, or text that student code made of them.
    The message of a fault of the grader could contain internals of the grader. Of a public check with a hint, the hint
    takes the place of the message. A diagnosis is made to be shown, but the names of its causes are for instructors.
    """
    if result.diagnosis:
        result = replace(result, diagnosis=replace(result.diagnosis, causes=()))
    if result.outcome is Outcome.INTERNAL or not result.check.public:
        return replace(result, message="", detail="", picture=())
    return replace(result, message="", kind="", picture=()) if result.check.hint else result
