"""Tests that a student wrote, run on right and wrong implementations of what they test.

The implementations stay in the trusted process: student code gets a function of the check that it can call, see
`grader.callbacks`, and learns nothing of it but its values and errors. Every implementation meets the tests in a
process of its own, in an order that the student cannot know. So a test cannot tell implementations apart by what came
before, but only by what they give.

Whoever rejects a right implementation earns nothing: a suite that rejects everything would catch every fault. All
others earn the share of wrong implementations that at least one test rejects.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import getdoc
from typing import Any

import numpy as np

from grader.calls import EXCEPTIONS, Call
from grader.checks.errors import NOT_THERE, identity, under_test
from grader.checks.run import Run
from grader.compare import Mismatch
from grader.isolation.outside.faults import OutOfTime
from grader.result import Caught, Matrix

Implementation = Callable[..., Any]
Rejections = dict[str, str]  # by the name of the test
MOST_TESTS = 50
MOST_LETTERS = 80  # of a test's name
MOST_NUMBERS = 1000  # in the arguments of one call: if two are broadcast against each other, it is a million
CALLS = 1000  # of one implementation, by all tests
SECONDS = 2.0  # of the trusted process, for them
PROCESSOR_SECONDS = 10.0  # of the tests of one check, on all implementations together
CROSSING = sorted(EXCEPTIONS.values(), key=lambda cls: -len(cls.__mro__))  # the most special kind first

REJECTS_RIGHT = "A test of yours rejects a right implementation, so none of them counts."  # a kind
NO_TEST = "There is no test: a function whose name begins with test_."  # a kind
ENDS = "A test of yours ends the program instead of failing."  # a kind


@dataclass(frozen=True)
class Written:
    """The fixture `written`: `written("test_softmax", right=[...], wrong=[...])`."""

    run: Run
    rng: np.random.Generator

    def __call__(self, file: str, right: Sequence[Implementation], wrong: Sequence[Implementation]) -> None:
        """Run all tests of a file of `tests_written` on all implementations, and note what they tell apart.

        Args:
            file: its name, without the ending.
            right: implementations that no test may reject; they should differ in structure and in rounding.
            wrong: implementations that are each wrong in one way, which the first line of the docstring says.

        Raises:
            Mismatch: if a right one is rejected, or a wrong one is not. Its `share` is what is earned all the same.
            StudentFault: if a test ends the process, or never ends.
        """
        every = [*right, *wrong]
        rejections: list[dict[str, str]] = [{}] * len(every)
        names: dict[str, None] = {}
        spent = 0.0
        for index in self.rng.permutation(len(every)).tolist():
            with self.run.open() as student, under_test(student):
                began = student.processor_time
                found = _verdicts(student, file, every[index])
                spent += student.processor_time - began
            rejections[index] = {name: how for name, how in found.items() if how}
            names.update(dict.fromkeys(found))
            if spent > PROCESSOR_SECONDS:
                raise OutOfTime(PROCESSOR_SECONDS)
        self._judge(tuple(names), rejections[: len(right)], dict(zip(wrong, rejections[len(right) :], strict=True)))

    def _judge(
        self, names: tuple[str, ...], of_right: Sequence[Rejections], of_wrong: Mapping[Implementation, Rejections]
    ) -> None:
        rejecting = tuple(name for name in names if any(name in rejected for rejected in of_right))
        if rejecting:
            self.run.matrix = Matrix(names, rejecting=rejecting)
            told = f"{', '.join(rejecting)} rejects {sum(map(bool, of_right))} of {len(of_right)} right implementations"
            hows = {how for rejected in of_right for how in rejected.values()} - {"AssertionError"}
            kind = f"A test of yours raises {', '.join(sorted(hows))} there." if hows else ""
            raise Mismatch(f"{REJECTS_RIGHT} {kind}".rstrip(), told)
        caught = tuple(Caught(belief_of(one), tuple(tests)) for one, tests in of_wrong.items() if tests)
        missed = [belief_of(one) for one, tests in of_wrong.items() if not tests]
        self.run.matrix = Matrix(names, caught, len(missed))
        if missed:
            kind = f"Your tests catch {len(caught)} of {len(of_wrong)} wrong implementations."
            mismatch = Mismatch(kind, f"not caught: {' '.join(missed)}")
            mismatch.share = len(caught) / len(of_wrong)  # type: ignore[attr-defined]
            raise mismatch


def belief_of(implementation: Implementation) -> str:
    """What somebody would have to believe to write it: the first paragraph of its docstring, in one line."""
    return " ".join((getdoc(implementation) or implementation.__name__).split("\n\n")[0].split())


def _verdicts(student: Any, file: str, implementation: Implementation) -> Rejections:
    """Name of each test that is written -> the kind of exception by which it rejects the implementation, or "".

    Raises:
        Mismatch: if there is no test.
        Exception: what the last test raised, if none is written yet, or if the file cannot be imported; or what is no
            verdict, but the student's fault.
    """
    module = getattr(student.tests_written, file)
    given = student.callback(bounded(implementation), calls=CALLS, seconds=SECONDS, crossing=CROSSING)
    raised = {name: _raised(student, Call("call", module, name, (given,))) for name in _names(student, module)}
    missing = {name: error for name, error in raised.items() if not NOT_THERE.isdisjoint(_classes(error))}
    if len(missing) == len(raised):
        told = f"framework/tests_written/{file}.py has no test"
        raise next(filter(None, missing.values()), None) or Mismatch(NO_TEST, told)
    for name, error in raised.items():
        if error and name not in missing and "builtins.Exception" not in _classes(error):
            # SystemExit, say, which would end pytest, too
            raise Mismatch(ENDS, f"{name} raises {_classes(error)[0].rpartition('.')[2]}") from error
    return {name: _how(error) for name, error in raised.items() if name not in missing}


def _raised(student: Any, call: Call) -> Exception | None:
    """What a test raises, if it raises anything.

    Raises:
        Exception: what no test says: the process died, say.
    """
    try:
        student.run([call])
    except Exception as error:
        classes = _classes(error)
        if not classes or (classes[0].startswith("grader.") and classes[0] not in NOT_THERE):
            raise
        return error
    return None


def _how(error: Exception | None) -> str:
    """What Python itself calls an exception: names of the student's own are not shown."""
    own = (name.removeprefix("builtins.") for name in _classes(error) if name.startswith("builtins."))
    return next(own, "")


def _classes(error: Exception | None) -> list[str]:
    return identity(error)[0] if error else []


def _names(student: Any, module: Any) -> list[str]:
    """The tests of a file, in their order. All that is known of it comes from the student."""
    names = student.run([Call("call", module, "__dir__")])[0]
    listed = names if type(names) is list else []
    proper = (name for name in listed if type(name) is str and name.isascii() and name.isidentifier())
    return [name for name in proper if name.startswith("test_") and len(name) <= MOST_LETTERS][:MOST_TESTS]


def bounded(implementation: Implementation) -> Implementation:
    """The implementation, as tests are given it: it takes only small arrays, and never warns."""

    def given(*args: Any, **kwargs: Any) -> Any:
        if _numbers([*args, *kwargs.values()]) > MOST_NUMBERS:
            raise ValueError(f"tests give arrays of at most {MOST_NUMBERS} numbers, all arguments together")
        with np.errstate(all="ignore"):
            return implementation(*args, **kwargs)

    return given


def _numbers(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return math.prod(max(size, 1) for size in value.shape)  # (10**9, 0) is no small array: its sums are large
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, dict):
        return _numbers(list(value.values()))
    return sum(map(_numbers, value)) if isinstance(value, list | tuple) else 1
