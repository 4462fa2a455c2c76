"""From how a test ended to an outcome: whose failure is it, and what may be said about it?"""

import math
import traceback
from dataclasses import dataclass, replace
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.compare import PLAIN_ARRAY, Opaque, shortened
from grader.gradcheck import GradientError
from grader.isolation.outside.faults import SandboxError, StudentError
from grader.result import Outcome


@dataclass(frozen=True)
class Verdict:
    """How one run of a check ended.

    `share` is the part of its points that it earned. `error` is kept while it is open whose fault it is.
    """

    outcome: Outcome
    share: float = 0.0
    kind: str = ""
    message: str = ""
    detail: str = ""
    error: BaseException | None = None

    @property
    def doubtful(self) -> bool:
        """Whether it is still open who is at fault: then there is the error."""
        return self.error is not None


NO_VALUE = "Your code gave None where the check needs a value: is a `return` missing?"  # a kind
PASSED = Verdict(Outcome.PASSED, share=1.0)


def judge(error: BaseException, function: str = "") -> Verdict:
    """Classify what a test raised.

    `function` is the student's function in which it did, if that name may be told (see `places.function_of`).

    Known exceptions carry their own `kind` (see `compare.Mismatch`, `isolation.outside.faults.StudentFault`); a plain
    failed `assert` is a wrong answer. What the student's code raised is doubtful, as a check may ask for what nobody
    has; and so is any other exception of the trusted process: a strange answer may have caused it, or a mistake in the
    check.
    """
    if hasattr(error, "outcome"):
        # A blocked check's exception is the grader's own word for it; its message says all.
        message = error.message if error.outcome is Outcome.BLOCKED else str(error)
        kind = error.kind_in(function) if hasattr(error, "kind_in") else error.kind
        doubt = error if _raised_in_written_code(error) else None
        return Verdict(error.outcome, kind=kind, message=message, detail=_frames(error), error=doubt)
    if isinstance(error, SandboxError):
        return internal(error)
    if isinstance(error, NotImplementedError):  # a stub, run in this process
        return Verdict(Outcome.ERROR, kind="A part that this check needs is not written yet.", message=_named(error))
    if isinstance(error, AssertionError | GradientError | pytest.fail.Exception):
        kind = getattr(error, "kind", "The answer is not the expected one.")
        return Verdict(Outcome.FAILED, getattr(error, "share", 0.0), kind, shortened(str(error)) or kind)
    if isinstance(error, pytest.skip.Exception):
        return Verdict(Outcome.NOT_RUN, kind="The check was skipped by its author.", message=str(error))
    kind, hint = _unfit(error)
    message = f"the check could not work with what your code gave: {shortened(_named(error))}{hint}"
    return Verdict(Outcome.ERROR, kind=kind, message=message, detail=_check_line(error), error=error)


def _unfit(error: BaseException) -> tuple[str, str]:
    """The kind of an answer that a check could not work with, and what may be wrong with it."""
    said = str(error)
    if "'NoneType'" in said:
        return NO_VALUE, " (is a `return` missing?)"
    # Every array has a memoryview as its `data`, which cannot be set.
    on = getattr(error, "obj", None)
    is_array = (isinstance(on, Opaque) and on.type_name == "memoryview") or "'memoryview' object" in said
    if is_array or "attribute 'data' of 'numpy.ndarray' objects" in said:
        return PLAIN_ARRAY, " (a numpy.ndarray should be a Parameter there)"
    return "Your code gave an answer that the check could not work with.", ""


def _raised_in_written_code(error: BaseException) -> bool:
    return isinstance(error, StudentError) and error.outcome is Outcome.ERROR and not error.unwritten


def partial(found: Verdict, score: Any, points: float) -> Verdict:
    """What a check with partial credit earns: the score that it set last, also where it failed after that.

    Without a score, it is doubtful whose fault that is.
    """
    if not is_number(score):
        if found is not PASSED:
            return found
        return judge(
            ValueError(f"a check with @partial_credit has to call set_score with a number, but gave {score!r}")
        )
    share = float(min(max(score / points, 0.0), 1.0))
    if found is not PASSED:
        return replace(found, share=share)
    if share == 1.0:
        return PASSED
    return Verdict(Outcome.FAILED, share, "Part of this check was reached.", f"{score:g} of {points:g} points")


def is_number(value: Any) -> bool:
    """Whether it is a finite real number, Python's or NumPy's; a bool is none."""
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_) and math.isfinite(value)


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


def _check_line(error: BaseException) -> str:
    """The line of the check that failed, without the way of the exception through the grader."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).name.startswith("test_")]
    return f"in the check: {frames[-1].line}" if frames else ""


def _frames(error: BaseException) -> str:
    """The student's part of a traceback, innermost last."""
    frames = getattr(error, "frames", [])
    return "\n".join(f"{file}, line {line}, in {where}" for file, line, where in frames)
