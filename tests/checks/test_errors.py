"""`raises`: what counts as the promised exception, in this process and in another, and what it says otherwise."""

import pytest

from grader.checks.errors import raises
from grader.compare import Mismatch
from grader.isolation.outside.faults import BrokenReply, OutOfTime, StudentError, WorkerDied


class ShapeError(ValueError):
    pass


class UnwrittenError(NotImplementedError, ValueError):
    """A stub's, whatever else it may be."""


def remote(cls, message=""):
    """The exception as it arrives from a worker."""
    return StudentError([f"{c.__module__}.{c.__qualname__}" for c in cls.__mro__], message, [])


def here(cls, message=""):
    return cls(message)


both_places = pytest.mark.parametrize("make", [here, remote])


def attempt(error, *classes, naming=()):
    with raises(*classes, doing="Linear(5, 3) given shape (7, 4)", naming=naming):
        if error:
            raise error


def said(error, *classes, naming=()):
    with pytest.raises(Mismatch) as caught:
        attempt(error, *classes, naming=naming)
    return str(caught.value)


@both_places
@pytest.mark.parametrize(
    ("raised", "wanted"),
    [
        (ValueError, (ValueError,)),
        (ShapeError, (ValueError,)),
        (KeyError, (ValueError, KeyError)),
        (IndexError, (LookupError,)),
        (RuntimeError, (RuntimeError,)),
        (RecursionError, (RuntimeError,)),
        (UnicodeError, (Exception,)),
    ],
)
def test_the_exception_or_a_subclass_is_accepted(make, raised, wanted):
    attempt(make(raised), *wanted)


@both_places
@pytest.mark.parametrize(
    ("raised", "wanted"),
    [(TypeError, (ValueError,)), (Exception, (ValueError,)), (LookupError, (IndexError, KeyError))],
)
def test_another_exception_is_a_wrong_answer_that_names_both(make, raised, wanted):
    names = " or ".join(cls.__name__ for cls in wanted)

    assert said(make(raised, "no"), *wanted) == (
        f"Linear(5, 3) given shape (7, 4) should raise {names}, but raised {raised.__name__}: no"
    )


@both_places
def test_an_exception_without_a_message_leaves_no_colon(make):
    assert said(make(TypeError), ValueError).endswith("but raised TypeError")


def test_no_exception_is_a_wrong_answer():
    assert said(None, ValueError) == "Linear(5, 3) given shape (7, 4) should raise ValueError, but raised nothing"


@both_places
@pytest.mark.parametrize("stub", [NotImplementedError, UnwrittenError])
@pytest.mark.parametrize("wanted", [RuntimeError, NotImplementedError, Exception, ValueError])
def test_a_stub_never_counts_and_stays_what_it_is(make, stub, wanted):
    error = make(stub, "nn.Linear.forward")
    with pytest.raises(type(error)) as caught:
        attempt(error, wanted)

    assert caught.value is error


@pytest.mark.parametrize(
    "fault",
    [
        OutOfTime(5),
        WorkerDied(9),
        BrokenReply("garbage"),
        StudentError(["grader.isolation.inside.package.BlockedError", "builtins.Exception"], "no such file", []),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_a_process_that_failed_has_raised_nothing(fault):
    with pytest.raises(type(fault)) as caught:
        attempt(fault, Exception)

    assert caught.value is fault


def test_a_wrong_answer_inside_the_block_stays_one():
    mismatch = Mismatch("The shape is not the expected one.", "x has shape (1,)")
    with pytest.raises(Mismatch) as caught:
        attempt(mismatch, ValueError)

    assert caught.value is mismatch


@both_places
@pytest.mark.parametrize(
    "message",
    [
        "x has shape (7, 4), weight (3, 5)",
        "x has shape (7,4), weight (3,5)",
        "x has shape ( 7, 4 ), weight ( 3 , 5 )",
        "x has shape (7,\n4), weight (3,\t5)",
        "x has shape [7, 4], weight [3, 5]",
        "x has shape 7x4, weight (7, 4) (3, 5)",
    ],
)
def test_a_shape_may_be_written_with_other_spaces_and_brackets(make, message):
    attempt(make(ValueError, message), ValueError, naming=((7, 4), (3, 5)))


@both_places
def test_a_message_that_lacks_a_name_is_told_which(make):
    assert said(make(ValueError, "bad shape (7, 4)"), ValueError, naming=((7, 4), (3, 5))) == (
        "Linear(5, 3) given shape (7, 4): the message of the exception should name (3, 5), but is 'bad shape (7, 4)'"
    )


@both_places
def test_a_message_that_lacks_two_names_is_told_both(make):
    assert "should name weight and bias, but is ''" in said(make(ValueError, ""), ValueError, naming=("weight", "bias"))
