"""What a student's code does to its worker, and what the trusted side makes of it."""

import json
import os
import time

import numpy as np
import pytest

from grader.isolation.outside.faults import BrokenReply, OutOfTime, StudentError, WorkerDied
from grader.isolation.wire import frames
from grader.result import Outcome

SOURCE = """
import ctypes, json, os, signal, struct, sys, time
import numpy as np

def send(text):
    os.write(3, struct.pack(">4sIQ", b"NNG1", len(text), 0) + text.encode())

def forged(number):
    send(json.dumps({"id": number, "value": {"l": ["forged"]}, "classes": {}}))
    return "true"

def say(text):
    send(text)
    time.sleep(60)

def say_on(text):
    while True: send(text)

def raw(hexadecimal):
    os.write(3, bytes.fromhex(hexadecimal))
    time.sleep(60)

def leave(status): os._exit(status)
def exits(): sys.exit(0)
def stop(): signal.raise_signal(signal.SIGSTOP)
def signal_me(number): os.kill(os.getpid(), number)
def loop():
    while True:
        try:
            while True: pass
        except BaseException: pass
def loop_in_c(): return sum(range(10**13))
def sleep(): time.sleep(60)
def hang_up(): os.close(3); time.sleep(60)
def hang_up_and_leave(): os.close(3); os._exit(5)
def touch_nothing(): return ctypes.string_at(0)
def bomb():
    piled = []
    while True: piled.append(bytearray(1 << 20))
def read_on(): return os.read(3, 10)
def print_much(): print("x" * 10**7, flush=True); sys.stderr.write("x" * 10**7); return "fine"
def large(n): return np.zeros(n, np.uint8)
def many_texts(): return ["x" * 90_000] * 200
def deep():
    value = []
    for _ in range(10_000): value = [value]
    return value
def strange(): return (x for x in [])
def masked(): return np.ma.masked_array([1.0], [1])
class Liar(Exception):
    def __str__(self): raise SystemExit(0)
def lie(): raise Liar
class Meta(type):
    def __dir__(cls): raise KeyError("no")
class Odd(metaclass=Meta): pass
def odd(): return Odd()
def fail_with(text): raise ValueError(text)
"""


@pytest.fixture
def framework(bench):
    bench.sandbox.load_all()
    return bench.framework(SOURCE)


def worker_of(framework):
    return framework._worker


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda f: f.leave(0), "ended with exit code 0"),
        (lambda f: f.leave(3), "ended with exit code 3"),
        (lambda f: f.signal_me(11), "signal 11 (SIGSEGV)"),
        (lambda f: f.signal_me(9), "may have run out of memory"),
        (lambda f: f.touch_nothing(), "SIGSEGV"),
        (lambda f: f.hang_up_and_leave(), "ended with exit code 5"),
        (lambda f: f.hang_up(), "signal 9"),
    ],
)
def test_a_process_that_ends_is_the_end_of_one_check_and_its_end_is_explained(framework, call, words):
    with pytest.raises(WorkerDied) as caught:
        call(framework)

    assert words in str(caught.value)
    assert caught.value.outcome is Outcome.ERROR


@pytest.mark.parametrize("name", ["loop", "loop_in_c", "sleep", "stop", "read_on"])
def test_whatever_does_not_answer_is_killed_at_the_deadline(framework, name):
    """Kept by the trusted clock, so that catching everything, C code and a stopped process do not help."""
    worker_of(framework).limit(0.3)
    started = time.monotonic()
    with pytest.raises(OutOfTime, match=r"within 0\.3 s") as caught:
        getattr(framework, name)()

    assert time.monotonic() - started < 5
    assert caught.value.outcome is Outcome.TIMEOUT
    assert not os.path.exists(f"/proc/{worker_of(framework).pid}")


def test_a_dead_worker_says_the_same_again(framework):
    for _ in range(2):
        with pytest.raises(WorkerDied, match="exit code 3"):
            framework.leave(3)


def test_an_exit_is_an_exception_like_any_other(framework):
    with pytest.raises(StudentError) as caught:
        framework.exits()
    assert caught.value.name == "SystemExit"
    assert framework.strange() is not None


GARBAGE = {
    "other bytes": b"HTTP/1.1 200 OK\r\n\r\n",
    "a length beyond all memory": frames.PREFIX.pack(frames.MAGIC, 2, 2**62),
    "a header that is no JSON": frames.PREFIX.pack(frames.MAGIC, 2, 0) + b"xx",
    "a header that is a list": frames.PREFIX.pack(frames.MAGIC, 2, 0) + b"[]",
    "an answer to nothing": frames.PREFIX.pack(frames.MAGIC, 2, 0) + b"{}",
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
def test_garbage_on_the_connection_is_a_broken_reply(framework, garbage):
    with pytest.raises(BrokenReply):
        framework.raw(garbage.hex())


@pytest.mark.parametrize(
    "more",
    [
        {"classes": [1]},
        {"classes": {"x": ["a", []]}},
        {"classes": {"1": "a"}},
        {"classes": {"1": ["a", 3]}},
        {"error": []},
        {"error": {"types": 3, "message": "", "frames": []}},
        {"error": {"types": [], "frames": []}},
        {"error": {"types": [], "message": "", "frames": [["a", "line", "f"]]}},
        {"error": {"types": [], "message": "", "frames": [["a", float("inf"), "f"]]}},
        {"error": {"types": [], "message": "", "frames": [[1]]}},
        {"more": 1},
    ],
    ids=str,
)
def test_a_reply_that_does_not_have_the_agreed_form_is_a_broken_reply(framework, more):
    with pytest.raises(BrokenReply):
        framework.say(json.dumps({"id": 2, "value": {"l": [1]}, "classes": {}, **more}))


@pytest.mark.parametrize(
    "node", [{"l": []}, {"l": [1, 2]}, 3, None, {"h": [99, 99]}, {"l": [{"h": [0, 99]}]}, {"a": ["O", [1]]}], ids=str
)
def test_an_answer_that_cannot_be_one_is_a_broken_reply(framework, node):
    with pytest.raises(BrokenReply):
        framework.say(json.dumps({"id": 2, "value": node, "classes": {}}))


def test_a_forged_answer_is_only_an_answer_of_the_students_own(framework):
    """Nothing says "right" or "wrong" here. It also shifts the answers, and the next request finds out."""
    assert framework.forged(2) == "forged"
    with pytest.raises(BrokenReply, match="not asked"):
        framework.strange()


@pytest.mark.parametrize("number", [0, 1, 3, -1, None])
def test_an_answer_to_another_request_is_a_broken_reply(framework, number):
    with pytest.raises(BrokenReply, match="not asked"):
        framework.forged(number)


def test_endless_notes_about_the_file_being_loaded_do_not_outlast_the_deadline(framework):
    worker_of(framework).limit(0.3)
    with pytest.raises(OutOfTime):
        framework.say_on('{"id": 2, "at": "x"}')


def test_memory_has_a_limit_that_python_reports(bench):
    framework = bench.framework(SOURCE, memory=300)
    with pytest.raises(StudentError) as caught:
        framework.bomb()

    assert caught.value.name == "MemoryError"


def test_output_goes_nowhere(framework, capfd):
    assert framework.print_much() == "fine"
    assert capfd.readouterr() == ("", "")


def test_what_is_too_large_to_send_is_an_exception_and_the_worker_goes_on(framework):
    with pytest.raises(StudentError, match="too large to send"):
        framework.many_texts()
    assert framework.large(10).tolist() == [0] * 10


def test_values_that_cannot_cross_are_opaque_and_the_worker_goes_on(framework):
    """A generator stays there as an object, a subclass of an array only shows its type."""
    assert framework.strange().type_name == "generator"
    assert "MaskedArray" in framework.masked().type_name
    assert framework.deep()
    assert framework.large(10).tolist() == [0] * 10


def test_an_exception_that_cannot_be_printed_is_still_reported(framework):
    with pytest.raises(StudentError, match="could not be read") as caught:
        framework.lie()
    assert caught.value.name == "Liar"


def test_an_object_whose_class_cannot_be_described_is_an_error_and_the_worker_goes_on(framework):
    with pytest.raises(StudentError) as caught:
        framework.odd()
    assert caught.value.name == "KeyError"
    assert framework.large(1).tolist() == [0]


def test_a_name_that_does_not_exist_is_an_error_and_the_worker_goes_on(framework):
    with pytest.raises(StudentError) as caught:
        framework.nothing()
    assert caught.value.name == "AttributeError"
    assert framework.large(1).tolist() == [0]


def test_half_characters_in_a_message_are_replaced(framework):
    with pytest.raises(StudentError, match=r"a\?b"):
        framework.fail_with("a\ud800b")


def test_a_long_message_is_cut(framework):
    with pytest.raises(StudentError) as caught:
        framework.fail_with("x" * 50_000)
    assert len(caught.value.message) == 4000


def test_an_array_of_many_bytes_crosses_whole(framework):
    values = np.random.default_rng(1).integers(0, 255, 5_000_000, np.uint8)

    assert framework.large(5_000_000).nbytes == values.nbytes
