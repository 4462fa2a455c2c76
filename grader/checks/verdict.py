"""From how a test ended to an outcome: whose failure is it, and what may be said about it?"""

import traceback
from dataclasses import dataclass

import pytest

from grader.gradcheck import GradientError
from grader.result import Outcome


@dataclass(frozen=True)
class Verdict:
    """How one run of a check ended; `share` is the part of its points that it earned, `ours` asks whether the check itself is at fault."""

    outcome: Outcome
    share: float = 0.0
    kind: str = ""
    message: str = ""
    detail: str = ""
    doubtful: bool = False


PASSED = Verdict(Outcome.PASSED, share=1.0)


def judge(error: BaseException) -> Verdict:
    """Classify what a test raised.

    Known exceptions carry their own `kind` (see `compare.Mismatch`, `isolation.faults.StudentFault`); a plain failed `assert` is a wrong
    answer. Any other exception of the trusted process is doubtful: a strange answer may have caused it, or a mistake in the check.
    """
    if hasattr(error, "outcome"):
        return Verdict(error.outcome, kind=error.kind, message=str(error), detail=_frames(error))
    if isinstance(error, NotImplementedError):  # a stub, run in this process
        return Verdict(Outcome.ERROR, kind="A part that this check needs is not written yet.", message=_named(error))
    if isinstance(error, AssertionError | GradientError | pytest.fail.Exception):
        kind = getattr(error, "kind", "The answer is not the expected one.")
        return Verdict(Outcome.FAILED, getattr(error, "share", 0.0), kind, str(error) or kind)
    if isinstance(error, pytest.skip.Exception):
        return Verdict(Outcome.NOT_RUN, kind="The check was skipped by its author.", message=str(error))
    return Verdict(
        Outcome.ERROR,
        kind="Your code gave an answer that the check could not work with.",
        message=f"the check could not work with what your code gave: {_named(error)}",
        detail="".join(traceback.format_exception(error)),
        doubtful=True,
    )


def internal(error: BaseException) -> Verdict:
    """The grader's own fault."""
    return Verdict(
        Outcome.INTERNAL,
        kind="The grader itself failed here. It costs you nothing; please tell your course staff.",
        message=_named(error),
        detail="".join(traceback.format_exception(error)),
    )


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _frames(error: BaseException) -> str:
    """The student's part of a traceback, innermost last."""
    frames = getattr(error, "frames", [])
    return "\n".join(f"{file}, line {line}, in {where}" for file, line, where in frames)
