"""A check whose student is still busy is concluded after the next ones, and everything is told as if it had been concluded at once."""

from contextlib import contextmanager
from time import monotonic

import pytest

from grader.compare import Mismatch
from grader.isolation.faults import OutOfTime, SandboxError
from grader.result import Outcome

WRONG = Mismatch("The value is not the expected one.", "x is 1, but should be 2")


class Busy:
    """A framework that is busy until somebody hears its last answers, which may be that something went wrong; or not, if it is quick."""

    def __init__(self, name, log, error, quick):
        self.name, self.log, self.error, self.is_busy, self.quick = name, log, error, False, quick

    def begin(self):
        self.log.append(f"begin {self.name}")
        self.is_busy = not self.quick

    def finish(self):
        self.log.append(f"finish {self.name}")
        self.is_busy = False
        error, self.error = self.error, None
        if error:
            raise error


@pytest.fixture
def log():
    return []


@pytest.fixture
def opening(log):
    """An `open` of a plan whose frameworks are called a, b, c, ... and end with the errors given for their names; some are quick."""

    def opening(quick="", **errors):
        names = iter("abcdef")

        @contextmanager
        def open_one(_assignment):
            name = next(names)
            log.append(f"open {name}")
            try:
                yield Busy(name, log, errors.get(name), name in quick)
            finally:
                log.append(f"close {name}")

        return open_one

    return opening


def checks(number, body="pass", decorator="@weight(1)", parameters="student"):
    return "".join(f"{decorator}\ndef test_{i}({parameters}):\n    'It works.'\n    {body}\n" for i in range(number))


def outcomes(ran):
    return [(r.check.id[-1], r.outcome) for r in ran.results]


def test_the_next_checks_run_while_the_student_of_one_is_busy(run, opening, log):
    told = []
    ran = run(checks(5), points=5, open=opening(), on_result=lambda result: (told.append(result), log.append(f"told {result.check.id[-1]}")))

    begun = [f"{what} {name}" for name in "abcd" for what in ("open", "begin")]
    ends = [event for name, number in zip("abcde", "01234", strict=True) for event in (f"finish {name}", f"close {name}", f"told {number}")]
    assert log == [*begun, *ends[:3], "open e", "finish e", *ends[3:]]
    assert told == list(ran.results)
    assert outcomes(ran) == [(name, Outcome.PASSED) for name in "01234"]


def test_a_check_whose_student_has_answered_is_concluded_at_once(run, opening, log):
    run(checks(3), points=3, open=opening(quick="ab"))

    assert log == [*(f"{what} {name}" for name in "ab" for what in ("open", "begin", "finish", "close")), "open c", "finish c", "finish c", "close c"]


def test_results_come_in_the_order_of_the_checks_whoever_answers_first(run, opening, log):
    ran = run(checks(3), points=3, open=opening(quick="b"))

    assert outcomes(ran) == [(name, Outcome.PASSED) for name in "012"]
    assert log.index("close a") < log.index("close b")


@pytest.mark.parametrize("name", "abc")
@pytest.mark.parametrize(("error", "outcome"), [(WRONG, Outcome.FAILED), (OutOfTime(5), Outcome.TIMEOUT), (ValueError("odd"), Outcome.ERROR)])
def test_what_the_last_answers_were_is_told_of_the_check_that_asked(run, opening, name, error, outcome):
    failures = []
    ran = run(checks(3, "assert True"), points=3, open=opening(**{name: error}), on_failure=failures.append)

    assert outcomes(ran) == [(number, outcome if other == name else Outcome.PASSED) for number, other in zip("012", "abc", strict=True)]
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


def test_a_check_can_be_run_again_while_the_one_after_it_has_fixtures_in_common(run, opening, framework):
    """As `diagnosis` does."""
    again = []
    ran = run(IN_A_CLASS, points=3, open=opening(a=WRONG), on_failure=lambda failure: again.append(failure.rerun(framework())))

    assert again == [None]
    assert [r.outcome for r in ran.results] == [Outcome.FAILED, Outcome.PASSED, Outcome.PASSED]


def test_a_worker_that_is_lost_in_the_end_is_replaced(run, opening, log):
    ran = run(checks(2), points=2, open=opening(a=SandboxError("gone")))

    assert outcomes(ran) == [("0", Outcome.PASSED), ("1", Outcome.PASSED)]
    assert [event for event in log if "open" in event or "close" in event] == ["open a", "open b", "close a", "open c", "close c", "close b"]


def test_a_worker_that_is_lost_twice_in_the_end_costs_nothing(run, opening):
    ran = run(checks(2), points=2, open=opening(a=SandboxError("gone"), c=SandboxError("gone again")))

    assert outcomes(ran) == [("0", Outcome.INTERNAL), ("1", Outcome.PASSED)]


def test_checks_that_are_not_run_any_more_come_after_the_one_that_was(run, opening):
    ran = run(checks(3, "import time; time.sleep(0.02)"), points=3, open=opening(quick="ab", a=WRONG), total_seconds=0.03)

    assert outcomes(ran)[0] == ("0", Outcome.FAILED)
    assert [name for name, _outcome in outcomes(ran)] == ["0", "1", "2"]
    assert outcomes(ran)[2] == ("2", Outcome.NOT_RUN)


def test_those_that_the_deadline_leaves_out_come_after_those_whose_students_are_busy(run, opening, monkeypatch):
    now, quick = [monotonic()], opening()
    monkeypatch.setattr("grader.checks.plugin.monotonic", lambda: now[0])

    @contextmanager
    def slow(assignment):
        with quick(assignment) as framework:
            now[0] += 2
            yield framework

    ran = run(checks(2), points=2, open=slow, deadline=now[0] + 1)

    assert outcomes(ran) == [("0", Outcome.PASSED), ("1", Outcome.NOT_RUN)]


@pytest.mark.parametrize(
    ("decorator", "body", "parameters"),
    [("@partial_credit(1)", "set_score(1)", "student, set_score=None"), ("@weight(1)\n@leaderboard('t')", "pass", "student")],
)
def test_a_check_that_says_more_than_whether_it_passed_is_concluded_at_once(run, opening, log, decorator, body, parameters):
    run(checks(2, body, decorator, parameters), points=2, open=opening())

    assert log == ["open a", "finish a", "finish a", "close a", "open b", "finish b", "finish b", "close b"]


def test_nothing_stays_open_when_the_stop_key_is_pressed(run, opening, log):
    source = checks(1) + "@weight(1)\ndef test_stop(student):\n    'It works.'\n    raise KeyboardInterrupt\n" + checks(1).replace("test_0", "test_9")
    with pytest.raises(KeyboardInterrupt):
        run(source, points=3, open=opening())

    assert sorted(event for event in log if "close" in event) == ["close a", "close b"]


def test_what_goes_wrong_after_the_first_error_is_not_told(run, opening, log):
    """Where a check was wrong already, nobody wants to hear the last answers."""
    ran = run(checks(2, "student.begin(); assert 1 == 2"), points=2, open=opening(a=ValueError("odd"), b=ValueError("odd")))

    assert [(r.outcome, "1 == 2" in r.message) for r in ran.results] == [(Outcome.FAILED, True)] * 2
    assert "finish a" not in log
