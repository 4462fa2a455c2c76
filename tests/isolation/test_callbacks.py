"""Calls of the check's own functions, by code that knows the protocol and keeps to none of it."""

import json
from contextlib import suppress
from time import monotonic

import numpy as np
import pytest

from grader.isolation.outside.callbacks import TooManyCalls
from grader.isolation.outside.faults import BrokenReply, OutOfTime, StudentError, StudentFault, TooMuch, WorkerDied

HOSTILE = '''
import gc, json, struct, threading

def connection():
    return next(x._sock for x in gc.get_objects() if type(x).__name__ == "Worker")

def request():
    return next(x._request for x in gc.get_objects() if type(x).__name__ == "Worker")

def write(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    connection().sendall(struct.pack(">4sIQ", b"NNG1", len(text), len(body)) + text + body)

def forged(f, **parts):
    """A call that differs from an honest one in some parts; then an honest one."""
    write({"id": request(), "callback": 0, "with": {"l": [{"l": [1]}, {"d": []}]}} | parts)
    return f(2)

def without_reading(f):
    while True:
        write({"id": request(), "callback": 0, "with": {"l": [{"l": [1]}, {"d": []}]}})

def flood(f):
    while True:
        try:
            f(1)
        except BaseException:
            pass

def huge(f):
    text = b'{"id":%d,"callback":0,"with":' % request()
    connection().sendall(struct.pack(">4sIQ", b"NNG1", 100, 200 << 20) + text)
    while True:
        connection().sendall(bytes(1 << 16))

def many(f):
    f([0.0] * 60_000)
    while True:
        f(" " * 90_000)

def never_answered(f):
    write({"id": request(), "callback": 0, "with": {"l": [{"l": [1]}, {"d": []}]}})
    while True:
        pass

def at_once(f):
    """From several threads."""
    said = []
    def call():
        try:
            said.append(f(1))
        except RuntimeError as error:
            said.append(str(error))
    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(said)

def remember(f):
    global kept
    kept = f

def call_kept(x):
    return kept(x)

def deep(f):
    x = []
    for _ in range(20):
        x = [x, x]
    return f(x)

def lend(f, said):
    """Lend a function of its own, and answer for it by hand."""
    write({"id": request(), "callback": 0, "with": {"l": [{"l": [{"c": [0, False]}]}, {"d": []}]}})
    if said is not None:
        write({"id": request()} | json.loads(said))
    while True:
        pass

def not_allowed():
    write({"id": request(), "callback": 0, "with": {"l": [{"l": [1]}, {"d": []}]}})
    return 1
'''


@pytest.fixture
def framework(bench):
    return bench.framework(HOSTILE, seconds=3.0)


FORGED = {
    "of no function": {"callback": 1},
    "of a negative number": {"callback": -1},
    "of a number that is none": {"callback": "0"},
    "of a truth value": {"callback": True},
    "of an earlier request": {"id": 0},
    "of a later request": {"id": 1 << 40},
    "of another thing": {"value": 1},
    "without a list": {"with": 1},
    "without names": {"with": {"l": [{"l": [1]}]}},
    "with names that are numbers": {"with": {"l": [{"l": []}, {"d": [[1, 1]]}]}},
    "with an object of its own": {"with": {"l": [{"l": [{"h": [0, 0]}]}, {"d": []}]}},
    "with a path": {"with": {"l": [{"l": [{"p": "nn"}]}, {"d": []}]}},
    "with a function": {"with": {"l": [{"l": [{"c": [0, False]}]}, {"d": []}]}},
    "with what cannot cross": {"with": {"l": [{"l": [{"u": "x"}]}, {"d": []}]}},
    "with an array that did not come": {"with": {"l": [{"l": [{"a": ["f8", [1 << 20]]}]}, {"d": []}]}},
    "with a node of no kind": {"with": {"l": [{"l": [{"x": 1}]}, {"d": []}]}},
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_call_is_a_broken_connection_and_calls_nothing(framework, what):
    given = []
    f = framework.callback(lambda x: given.append(x) or x)

    with pytest.raises(BrokenReply):
        framework.forged(f, **FORGED[what])
    assert not given


def test_no_call_is_heard_where_no_function_was_given(framework):
    with pytest.raises(BrokenReply):
        framework.not_allowed()


@pytest.mark.parametrize("way", ["flood", "without_reading"])
def test_a_flood_of_calls_ends_with_the_number_that_is_allowed(framework, way):
    given = []
    f = framework.callback(given.append, calls=50)

    with pytest.raises(StudentFault) as caught:
        getattr(framework, way)(f)
    assert type(caught.value) in (TooManyCalls, BrokenReply)  # the answers that nobody reads are no requests
    assert len(given) <= 50


@pytest.mark.parametrize("way", ["huge", "many"])
def test_arguments_take_of_the_room_that_all_answers_have(framework, way):
    f = framework.callback(lambda x: None, calls=10**6)

    with pytest.raises((TooMuch, BrokenReply)):
        getattr(framework, way)(f)


def test_who_never_reads_the_answer_has_the_time_of_a_check(framework):
    given = []
    with pytest.raises(OutOfTime):
        framework.never_answered(framework.callback(given.append))
    assert given == [1]


def test_the_time_of_the_grader_is_none_of_the_students(bench):
    framework = bench.framework("def apply(f):\n    return f()\n", seconds=0.5)
    end = 0.8

    def slow():
        until = monotonic() + end
        while monotonic() < until:
            pass
        return 1

    assert framework.apply(framework.callback(slow, seconds=5.0)) == 1
    assert framework._worker.clock.used < 0.5


def test_threads_that_call_at_once_are_told_so_or_have_their_answers(framework):
    given = []
    with suppress(BrokenReply, OutOfTime, StudentError):  # who reads what was for another has disturbed the connection
        assert framework.at_once(framework.callback(lambda x: given.append(x) or x)) == 4
    assert given.count(1) == len(given) <= 4


def test_arguments_that_are_nested_without_end_are_refused_there(framework):
    given = []
    with pytest.raises((StudentError, BrokenReply, TooMuch)):
        framework.deep(framework.callback(given.append))
    assert not given


def test_a_function_that_was_kept_is_called_in_a_later_request_too(framework):
    framework.remember(framework.callback(lambda x: x + 1))

    assert framework.call_kept(1) == 2


def test_after_the_end_of_a_check_there_is_nobody_who_hears(framework):
    given = []
    framework.remember(framework.callback(given.append))
    framework._worker.end()

    with pytest.raises(Exception, match="ended"):
        framework.call_kept(1)
    assert not given


def test_the_checks_function_cannot_ask_the_framework(framework):
    def f(x):
        return framework.call_kept(x)

    framework.remember(framework.callback(f))
    with pytest.raises(RuntimeError, match="cannot ask the framework for anything"):
        framework.call_kept(1)
    with pytest.raises(Exception, match="ended"):
        framework.call_kept(1)


def test_code_that_ends_its_process_in_a_call_is_the_students_failure(bench):
    framework = bench.framework("import os\ndef apply(f):\n    f(1)\n    os._exit(3)\n")

    with pytest.raises(WorkerDied):
        framework.apply(framework.callback(lambda x: np.ones(3)))


def test_a_mistake_of_the_check_is_raised_as_it_is_and_the_worker_ended(bench):
    source = "def apply(f):\n    try:\n        f(1)\n    except BaseException:\n        return 1\n"
    framework = bench.framework(source)

    def f(x):
        raise TimeoutError("of the check's own")

    with pytest.raises(TimeoutError, match="of the check's own"):
        framework.apply(framework.callback(f))


ANSWERS = {
    "an object": {"gave": {"h": [0, 0]}},
    "a function": {"gave": {"c": [0, False]}},
    "an array that did not come": {"gave": {"a": ["f8", [1 << 20]]}},
    "another question's": {"id": 0, "gave": 1},
    "two at once": {"gave": 1, "raised": {"types": [], "message": "", "frames": []}},
    "the end of the request": {"value": {"l": [1]}},
    "an error that is none": {"raised": 5},
    "another call": {"callback": 0, "with": {"l": [{"l": [1]}, {"d": []}]}},
}


@pytest.mark.parametrize("what", ANSWERS)
def test_what_a_lent_function_gives_is_held_to_the_same_limits(framework, what):
    given = []
    f = framework.callback(lambda lent: given.append(lent(1)), functions=True)

    with pytest.raises(BrokenReply):
        framework.lend(f, json.dumps(ANSWERS[what]))
    assert not given


def test_a_lent_function_that_never_answers_has_the_time_of_a_check(framework):
    with pytest.raises(OutOfTime):
        framework.lend(framework.callback(lambda lent: lent(1), functions=True), None)


def test_a_worker_that_dies_in_a_lent_function_is_the_students_failure(bench):
    framework = bench.framework("import os\ndef apply(f):\n    return f(lambda: os._exit(3))\n")

    with pytest.raises(WorkerDied):
        framework.apply(framework.callback(lambda lent: lent(), functions=True))
