"""Exceptions of ours go from one process to another as they are: one that cannot would break the pool of processes."""

import importlib
import pickle
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

import grader
from grader.assignment import AssignmentError
from grader.checks.gradients import FollowThrough
from grader.compare import Mismatch
from grader.gradcheck import GradientError, RoughForward
from grader.isolation.outside.faults import (
    LostForkServerError,
    NotYetLoadedError,
    OutOfTime,
    StudentError,
    TooMuch,
    WorkerDied,
)
from grader.isolation.outside.objects import NoLengthError
from grader.isolation.wire.frames import TooMuchError


def below(cls: type) -> Iterator[type]:
    for sub in cls.__subclasses__():
        yield sub
        yield from below(sub)


@contextmanager
def suppress_missing(*packages: str) -> Iterator[None]:
    """What needs one of these packages is left out if it is not installed here."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in packages:
            raise


def exceptions_of_ours() -> list[type[BaseException]]:
    for module in pkgutil.walk_packages(grader.__path__, "grader."):
        if not module.name.endswith("__main__"):
            with suppress_missing("torch", "distributed"):
                importlib.import_module(module.name)
    ours = {cls for cls in below(BaseException) if cls.__module__.partition(".")[0] == "grader"}
    return sorted(ours, key=lambda cls: (cls.__module__, cls.__name__))


def mismatch() -> Mismatch:
    error = Mismatch("Some values differ.", "y is 2, but should be 1")
    error.actual, error.expected = np.array([2.0]), np.array([1.0])
    return error


def told(error: BaseException) -> dict[str, str]:
    """Its attributes, but for what stays in a worker."""
    return {name: repr(value) for name, value in vars(error).items() if name != "before"}


RAISED = (["builtins.ValueError", "builtins.Exception"], "no", [("framework/nn.py", 3, "forward")])
# Those that are made of something else than a text.
MADE = {
    AssignmentError: lambda: AssignmentError("assignment.toml", "it says 3", "points"),
    Mismatch: mismatch,
    FollowThrough: lambda: FollowThrough(mismatch(), True),
    RoughForward: lambda: RoughForward("It has no derivative.", "y is 1, and then 2"),
    GradientError: lambda: GradientError("x", (0, 1), 1.0, 2.0, "slope"),
    StudentError: lambda: StudentError(*RAISED, before=[lambda: 0]),
    NoLengthError: lambda: NoLengthError(*RAISED),
    OutOfTime: lambda: OutOfTime(2.5),
    WorkerDied: lambda: WorkerDied(9),
    TooMuch: lambda: TooMuch(20_000_000, 1_000),
    TooMuchError: lambda: TooMuchError(20_000_000),
    LostForkServerError: LostForkServerError,
    NotYetLoadedError: NotYetLoadedError,
}


@pytest.mark.parametrize("cls", exceptions_of_ours(), ids=lambda cls: cls.__name__)
def test_an_exception_comes_out_of_another_process_as_it_went_in(cls):
    error = MADE.get(cls, lambda: cls("a sentence"))()

    again = pickle.loads(pickle.dumps(error))

    assert type(again) is cls
    assert str(again) == str(error)
    assert told(again) == told(error)


def test_what_stays_in_a_worker_does_not_go_along():
    assert pickle.loads(pickle.dumps(MADE[StudentError]())).before == []
