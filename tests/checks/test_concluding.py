"""What a check asked for last, and did not look at, is a part of it."""

import time
from contextlib import contextmanager, nullcontext

import pytest

from grader.compare import Mismatch
from grader.isolation.outside.faults import OutOfTime, SandboxError, TooMuch
from grader.result import Outcome

EVENTS = ("open", "finish", "finish", "close", "told")  # after the check, and after the end of other fixtures
WRONG = Mismatch("The value is not the expected one.", "x is 1, but should be 2")


class Waiting:
    """A framework whose last answers wait until somebody hears them, and may be that something went wrong."""

    def __init__(self, name, log, error):
        self.name, self.log, self.error = name, log, error

    def finish(self):
        self.log.append(f"finish {self.name}")
        if self.error:
            raise self.error


@pytest.fixture
def log():
    return []


@pytest.fixture
def opening(log):
    """An `open` of a plan whose frameworks are called a, b, c, ... and end with the errors given for their names."""

    def opening(**errors):
        names = iter("abcdef")

        @contextmanager
        def open_one(_assignment):
            name = next(names)
            log.append(f"open {name}")
            try:
                yield Waiting(name, log, errors.get(name))
            finally:
                log.append(f"close {name}")

        return open_one

    return opening


def checks(number, body="pass", decorator="@weight(1)", parameters="student"):
    return "".join(f"{decorator}\ndef test_{i}({parameters}):\n    'It works.'\n    {body}\n" for i in range(number))


def outcomes(ran):
    return [(r.check.id[-1], r.outcome) for r in ran.results]


def test_a_check_is_told_of_before_the_next_one_begins(run, opening, log):
    told = []
    ran = run(
        checks(3),
        points=3,
        open=opening(),
        on_result=lambda result: (told.append(result), log.append(f"told {result.check.id[-1]}")),
    )

    assert log == [
        f"{event} {name}" for pair in ("a0", "b1", "c2") for event, name in zip(EVENTS, pair[:1] * 4 + pair[1:])
    ]
    assert told == list(ran.results)
    assert outcomes(ran) == [(name, Outcome.PASSED) for name in "012"]


@pytest.mark.parametrize("name", "abc")
@pytest.mark.parametrize(
    ("error", "outcome"), [(WRONG, Outcome.FAILED), (OutOfTime(5), Outcome.TIMEOUT), (ValueError("odd"), Outcome.ERROR)]
)
def test_what_the_last_answers_were_is_told_of_the_check_that_asked(run, opening, name, error, outcome):
    failures = []
    ran = run(checks(3, "assert True"), points=3, open=opening(**{name: error}), on_failure=failures.append)

    assert outcomes(ran) == [
        (number, outcome if other == name else Outcome.PASSED) for number, other in zip("012", "abc", strict=True)
    ]
    assert [f.check.id[-1] for f in failures] == ["012"["abc".index(name)]] * (outcome is not Outcome.TIMEOUT)


IN_A_CLASS = """
class TestAll:
    up = False

    @pytest.fixture(scope="class", autouse=True)
    def around(self):
        TestAll.up = True
        yield
        TestAll.up = False

    @weight(1)
    @pytest.mark.parametrize("number", [0, 1, 2])
    def test(self, student, number):
        "It works."
        assert TestAll.up
"""


def test_a_check_can_be_run_again_before_one_with_fixtures_in_common(run, opening, framework):
    """As `diagnosis` does."""
    again = []
    ran = run(
        IN_A_CLASS, points=3, open=opening(a=WRONG), on_failure=lambda failure: again.append(failure.rerun(framework()))
    )

    assert again == [None]
    assert [r.outcome for r in ran.results] == [Outcome.FAILED, Outcome.PASSED, Outcome.PASSED]


def test_a_worker_that_is_lost_in_the_end_is_replaced(run, opening, log):
    ran = run(checks(2), points=2, open=opening(a=SandboxError("gone")))

    assert outcomes(ran) == [("0", Outcome.PASSED), ("1", Outcome.PASSED)]
    assert [event for event in log if "finish" not in event] == [
        f"{e} {name}" for name in "abc" for e in ("open", "close")
    ]


def test_a_worker_that_is_lost_twice_in_the_end_costs_nothing(run, opening):
    ran = run(checks(2), points=2, open=opening(a=SandboxError("gone"), b=SandboxError("gone again")))

    assert outcomes(ran) == [("0", Outcome.INTERNAL), ("1", Outcome.PASSED)]


def test_checks_that_are_not_run_any_more_come_after_the_one_that_was(run, opening):
    ran = run(checks(3, "import time; time.sleep(0.6)"), points=3, open=opening(a=WRONG), deadline=time.monotonic() + 1)

    assert outcomes(ran)[0] == ("0", Outcome.FAILED)
    assert [name for name, _outcome in outcomes(ran)] == ["0", "1", "2"]
    assert outcomes(ran)[2] == ("2", Outcome.NOT_RUN)


@pytest.mark.parametrize(
    ("decorator", "body", "parameters"),
    [
        ("@partial_credit(1)", "set_score(1)", "student, set_score=None"),
        ("@weight(1)\n@leaderboard('t')", "pass", "student"),
    ],
)
def test_a_check_that_says_more_than_whether_it_passed_has_its_last_answers_heard_before_it_is_told(
    run, opening, log, decorator, body, parameters
):
    run(checks(2, body, decorator, parameters), points=2, open=opening())

    assert log == [f"{event} {name}" for name in "ab" for event in EVENTS[:-1]]


def test_nothing_stays_open_when_the_stop_key_is_pressed(run, opening, log):
    source = (
        checks(1)
        + "@weight(1)\ndef test_stop(student):\n    'It works.'\n    raise KeyboardInterrupt\n"
        + checks(1).replace("test_0", "test_9")
    )
    with pytest.raises(KeyboardInterrupt):
        run(source, points=3, open=opening())

    assert sorted(event for event in log if "close" in event) == ["close a", "close b"]


def test_what_a_fixture_asks_for_at_its_end_is_a_part_of_the_check(run):
    source = "@pytest.fixture\ndef late(student):\n    yield\n    student.error = student.late\n" + checks(
        1, "pass", parameters="late"
    )

    class Late(Waiting):
        late = WRONG

    assert run(source, open=lambda _assignment: nullcontext(Late("a", [], None))).only.outcome is Outcome.FAILED


def test_what_goes_wrong_after_the_first_error_is_not_told(run, opening, log):
    """Where a check was wrong already, nobody wants to hear the last answers."""
    ran = run(checks(2, "assert 1 == 2"), points=2, open=opening(a=ValueError("odd"), b=ValueError("odd")))

    assert [(r.outcome, "1 == 2" in r.message) for r in ran.results] == [(Outcome.FAILED, True)] * 2
    assert "finish a" not in log


def test_a_score_is_that_of_the_students_run_whatever_the_reference_scored_afterwards(run):
    """Where answers take too much, the reference runs too; gradescope-utils keeps the score of the last run alone."""
    head = "from gradescope_utils.autograder_utils.decorators import *\n"
    source = "@partial_credit(4)\ndef test_x(student, set_score=None):\n    'It works.'\n    set_score(student.score)\n"

    class Scoring(Waiting):
        taken = 10  # bytes of all answers

        def __init__(self, score, error):
            super().__init__("x", [], error)
            self.score = score

    student, reference = Scoring(1.0, TooMuch(1 << 30)), Scoring(4.0, None)
    opening = {"open": student, "open_reference": reference}
    ran = run(source, head=head, points=4, **{key: lambda _a, it=it: nullcontext(it) for key, it in opening.items()})

    assert (ran.only.outcome, ran.only.earned) == (Outcome.ERROR, 1.0)
