"""Running checks: each gets a framework of its own, and how it ended is told rightly."""

import time
from contextlib import contextmanager

import numpy as np
import pytest

from grader.checks.framework import LocalFramework
from grader.compare import Opaque
from grader.isolation.outside.faults import BrokenReply, OutOfTime, SandboxError, StudentError, WorkerDied
from grader.result import Outcome


def check(body, name="test_x", parameters="student", decorators="@weight(1)"):
    lines = "\n".join("    " + line for line in body.splitlines())
    return f"{decorators}\ndef {name}({parameters}):\n    'It works.'\n{lines}\n"


class Raising:
    """A framework whose every use raises."""

    def __init__(self, error):
        self.error = error

    def __getattr__(self, name):
        raise self.error


class Answering:
    """A framework whose `nn` is one value."""

    def __init__(self, answer):
        self.nn = answer

    def finish(self):
        """Nothing waits."""


USE = check("student.nn")


@pytest.mark.parametrize(
    ("error", "outcome", "kind", "message"),
    [
        (
            StudentError(["builtins.ValueError", "builtins.Exception"], "bad", []),
            Outcome.ERROR,
            "Your code raised ValueError.",
            "ValueError: bad",
        ),
        (
            StudentError(["builtins.NotImplementedError", "builtins.RuntimeError"], "nn.Linear", []),
            Outcome.ERROR,
            "A part that this check needs is not written yet.",
            "NotImplementedError: nn.Linear",
        ),
        (
            StudentError(["grader.isolation.inside.package.BlockedError"], "framework/nn.py could not be imported", []),
            Outcome.BLOCKED,
            "A file or name that this check needs could not be imported.",
            "framework/nn.py could not be imported",
        ),
        (OutOfTime(5), Outcome.TIMEOUT, "The time limit was reached.", "no answer within 5 s"),
        (WorkerDied(3 << 8), Outcome.ERROR, "Your code ended its process.", "exit code 3"),
        (BrokenReply("garbage"), Outcome.ERROR, "Your code disturbed the connection to the grader.", "garbage"),
        (
            NotImplementedError("nn.Linear"),
            Outcome.ERROR,
            "A part that this check needs is not written yet.",
            "nn.Linear",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_the_students_code_does_is_the_students(run, error, outcome, kind, message):
    result = run(USE, student=Raising(error)).only

    assert (result.outcome, result.earned) == (outcome, 0)
    assert result.kind.startswith(kind)
    assert message in result.message


class Postponing(Answering):
    """A framework in which something waits that will fail."""

    def finish(self):
        raise StudentError(["builtins.ValueError"], "asked for last", [])


@pytest.mark.parametrize("decorator", ["@weight(1)", "@partial_credit(1)"])
def test_what_a_check_asked_for_last_is_a_part_of_it(run, decorator):
    """Also where it gives points of its own: they are those that it had set before."""
    body = "set_score(0.5)" if "partial" in decorator else "pass"
    arguments = "student, set_score" if "partial" in decorator else "student"
    text = f'{decorator}\ndef test_x({arguments}):\n    """It works."""\n    {body}\n'
    result = run(text, student=Postponing(1)).only

    assert (result.outcome, result.earned) == (Outcome.ERROR, 0.5 if "partial" in decorator else 0)
    assert "asked for last" in result.message


def test_the_students_frames_are_shown_in_the_detail(run):
    error = StudentError(["builtins.ValueError"], "bad", [("framework/nn/linear.py", 12, "forward")])

    assert run(USE, student=Raising(error)).only.detail == "framework/nn/linear.py, line 12, in forward"


def test_a_failure_in_a_call_says_what_was_not_equal(run):
    result = run(check("compare(student.nn, 1.0, 'nn.pi()')"), student=Answering(2.0)).only

    assert (result.outcome, result.kind) == (Outcome.FAILED, "The values are not the expected ones.")
    assert result.message == "nn.pi() is 2, but should be 1"


@pytest.mark.parametrize(
    ("body", "message"), [("assert student.nn == 1", "assert 2 == 1"), ("pytest.fail('not one')", "not one")]
)
def test_an_assertion_of_pytest_is_a_wrong_answer(run, body, message):
    result = run(check(body), student=Answering(2)).only

    assert result.outcome is Outcome.FAILED
    assert message in result.message


STRANGE = [None, Opaque("matrix"), 5, "text", []]


@pytest.mark.parametrize("answer", STRANGE, ids=lambda a: type(a).__name__)
def test_an_answer_that_the_check_cannot_work_with_is_the_students_if_the_reference_passes(run, answer):
    result = run(check("student.nn.Linear(2, 3).forward(np.ones((1, 2))) + 1"), student=Answering(answer)).only

    assert (result.outcome, result.earned) == (Outcome.ERROR, 0)
    none = "Your code gave None where the check needs a value: is a `return` missing?"
    assert result.kind == (none if answer is None else "Your code gave an answer that the check could not work with.")
    assert "has no attribute 'Linear'" in result.message
    assert result.detail == "in the check: student.nn.Linear(2, 3).forward(np.ones((1, 2))) + 1"


@pytest.mark.parametrize(
    "body",
    ["student.nn.Missing()", "1 / 0", "undefined", "student.nn\ncompare(1, object())"],
)
def test_what_fails_for_the_reference_too_is_the_graders_own_fault(run, body):
    result = run(check(body)).only

    assert (result.outcome, result.earned) == (Outcome.INTERNAL, 0)
    assert result.kind == "The grader itself failed here. It costs you nothing; please tell your course staff."
    assert "Traceback" in result.detail


FIXTURE = "@pytest.fixture\ndef linear(student):\n    return student.nn.Linear(2, 3)\n"


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        (FIXTURE, "linear"),
        (FIXTURE.replace("return", "yield"), "linear"),
        ("@pytest.fixture(autouse=True)\ndef prepare(student):\n    student.nn.Linear(2, 3)\n", ""),
        ("", "student, tmp_path, request"),
        ("", "student, set_score=None, rng=None"),
    ],
)
def test_a_doubtful_check_is_tried_on_the_reference_with_all_its_fixtures(run, source, parameters):
    text = source + check(
        "" if "linear" in parameters or not parameters else "student.nn.Linear(2, 3)", parameters=parameters
    )

    result = run(text + "    pass\n", student=Answering(None)).only

    assert result.outcome is Outcome.ERROR
    assert "'NoneType' object has no attribute 'Linear'" in result.message


def test_a_doubtful_check_that_the_reference_fails_by_assertion_is_at_fault_itself(run):
    result = run(check("student.nn.Linear(2, 3)\npytest.fail('never right')"), student=Answering(None)).only

    assert result.outcome is Outcome.INTERNAL


def test_after_a_doubtful_check_the_others_run_as_if_nothing_had_been(run):
    source = "@pytest.fixture(scope='module')\ndef log():\n    return []\n"
    for name in ("test_a", "test_b", "test_c"):
        source += check("student.nn.Linear(2, 3)", name, "student, log")

    results = run(source + check("pass", "test_d", "log"), points=4, student=Answering(None)).results

    assert [r.outcome for r in results] == [Outcome.ERROR] * 3 + [Outcome.PASSED]
    assert [r.check.id[-6:] for r in results] == ["test_a", "test_b", "test_c", "test_d"]


def test_the_second_run_sees_the_same_random_numbers(run):
    source = "LOG = []\n" + check("LOG.append(rng.normal())\nstudent.nn.Linear(2, 3)", parameters="student, rng")

    ran = run(
        source + check("first, second = LOG\nassert first == second", "test_y", ""), points=2, student=Answering(None)
    )

    assert [r.outcome for r in ran.results] == [Outcome.ERROR, Outcome.PASSED]


def test_a_worker_that_cannot_be_had_is_the_graders_own_fault(run):
    def unavailable(_assignment):
        raise SandboxError("no worker")

    result = run(USE, open=unavailable).only

    assert result.outcome is Outcome.INTERNAL
    assert "no worker" in result.message


def test_a_skipped_check_earns_nothing_and_says_so(run):
    result = run(check("pass", decorators="@pytest.mark.skip(reason='later')\n@weight(1)")).only

    assert (result.outcome, result.earned, result.message) == (Outcome.NOT_RUN, 0, "later")


def test_every_check_gets_a_framework_of_its_own_that_is_taken_away_afterwards(run, framework):
    log = []

    @contextmanager
    def opened(assignment):
        log.append(f"open {assignment.number}")
        yield LocalFramework(framework())
        log.append("close")

    ran = run(
        check("student.nn.left_over = 1") + check("assert not hasattr(student.nn, 'left_over')", "test_y"),
        points=2,
        open=opened,
    )

    assert [r.outcome for r in ran.results] == [Outcome.PASSED] * 2
    assert log == ["open 01", "close"] * 2


def test_a_framework_is_taken_away_after_a_failure_too(run):
    closed = []

    @contextmanager
    def opened(_assignment):
        try:
            yield Answering(None)
        finally:
            closed.append(True)

    run(check("assert student.nn"), open=opened)

    assert closed == [True]


def test_a_check_that_does_not_ask_for_a_framework_gets_none(run):
    assert run(check("pass", parameters=""), open=None).only.outcome is Outcome.PASSED


def test_when_the_time_for_the_whole_grading_is_used_up_the_rest_is_listed_as_not_run(run):
    source = check("import time; time.sleep(1.1)", "test_0") + "".join(check("pass", f"test_{i}") for i in range(1, 4))

    results = run(source, points=4, deadline=time.monotonic() + 1).results

    assert [r.outcome for r in results] == [Outcome.PASSED] + [Outcome.NOT_RUN] * 3
    assert [r.earned for r in results] == [1, 0, 0, 0]
    assert results[1].message == "the time for the whole grading was used up before"
    assert results[1].kind == "The time for all checks was used up."


def test_every_result_is_told_at_once_and_in_order(run):
    heard = []
    ran = run(check("pass") + check("assert 0", "test_y") + check("pass", "test_z"), points=3, on_result=heard.append)

    assert tuple(heard) == ran.results
    assert [r.check.id[-6:] for r in heard] == ["test_x", "test_y", "test_z"]


def test_only_the_checks_that_are_asked_for_run(run):
    source = check("pass") + check("pass", "test_y")

    ran = run(source, points=2, keep=lambda c: c.id.endswith("test_y"))

    assert ran.only.check.id == "01/hidden/Tiny/test_y"


def test_a_fault_of_the_grader_between_checks_says_what_it_was(run, capfd):
    def full(_result):
        raise OSError(28, "No space left on device")

    with pytest.raises(RuntimeError, match="No space left on device") as caught:
        run(check("pass"), on_result=full)

    assert isinstance(caught.value.__cause__, OSError)
    assert "INTERNALERROR" not in capfd.readouterr().err


def test_the_stop_key_stops_everything(run):
    with pytest.raises(KeyboardInterrupt):
        run(check("raise KeyboardInterrupt") + check("pass", "test_y"), points=2)


def test_nothing_of_the_surroundings_takes_part(run, tmp_path, monkeypatch):
    (tmp_path / "01_tiny").mkdir()
    for folder in (tmp_path, tmp_path / "01_tiny"):
        (folder / "conftest.py").write_text("raise SystemExit('a conftest was read')\n")
        (folder / "pytest.ini").write_text("[pytest]\naddopts = --surely-no-option\n")
    monkeypatch.chdir(tmp_path)

    assert run(check("pass")).only.outcome is Outcome.PASSED


NEARLY_TANH = """
class Tanh(Module):
    def forward(self, x):
        self.y = np.tanh(1.001 * x)
        return self.y

    def backward(self, dy):
        return 1.001 * dy * (1 - self.y**2)
"""


@pytest.fixture
def nearly_right(framework, classes):
    """A framework whose Tanh is nearly right, and has the derivative of that."""
    namespace = {"np": np, "Module": classes["Module"]}
    exec(NEARLY_TANH, namespace)
    return LocalFramework(framework(Tanh=namespace["Tanh"]))


HALF = "check_gradients(twin('nn.Tanh'), rng.normal(size=(4, 6)), rng=rng)"
WRONG = "twin('nn.Tanh').forward(rng.normal(size=3)).compare()"


def test_a_backward_that_fits_a_nearly_right_forward_earns_half(run, nearly_right):
    result = run(check(HALF, decorators="@weight(3)", parameters="twin, rng"), points=3, student=nearly_right).only

    assert (result.outcome, result.earned) == (Outcome.FAILED, 1.5)
    assert (
        result.kind
        == "The backward pass fits your own forward pass, which is nearly the expected one: that earns half."
    )
    assert "It is the derivative of your own forward pass" in result.message


def test_half_of_it_is_the_same_whatever_comes_after_it(run, nearly_right):
    source = check(HALF, "test_first", parameters="twin, rng") + check("pass", "test_second")
    results = run(source, points=2, student=nearly_right)

    assert (results["test_first"].earned, results["test_second"].earned) == (0.5, 1.0)


@pytest.mark.parametrize("body", [f"{HALF}\n{WRONG}", f"{WRONG}\n{HALF}", f"{HALF}\nraise AssertionError('wrong')"])
def test_what_else_is_wrong_in_a_check_leaves_nothing_of_the_half(run, nearly_right, body):
    result = run(check(body, parameters="twin, rng"), student=nearly_right).only

    assert (result.outcome, result.earned) == (Outcome.FAILED, 0.0)
    assert "fits your own forward pass" not in result.kind


def test_an_error_after_the_check_counts_too(run):
    source = "@pytest.fixture\ndef late(student):\n    yield\n    student.nn.upper()\n" + check(
        "pass", parameters="late"
    )

    assert run(source, student=Answering(None)).only.outcome is Outcome.INTERNAL
    assert run(source.replace("upper()", "Linear(2, 3)"), student=Answering(None)).only.outcome is Outcome.ERROR
