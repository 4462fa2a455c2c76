"""Most of what students can import is loaded when one first asks for it.

The worker that asks ends, and those that come after it have it.
"""

import time

import numpy as np
import pytest

from grader.isolation.inside.preload import USUAL
from grader.isolation.outside.faults import BrokenReply, NotYetLoadedError, StudentError
from grader.isolation.outside.remote import RemoteFramework

STUBBORN = """
def add(a, b):
    try:
        from decimal import Decimal
    except BaseException:
        return "kept from it"
    return str(Decimal(a) + Decimal(b))
"""
FORGED = """
import os, sys
def wish():
    frames = sys.modules["grader.isolation.wire.frames"]
    frames.send(sys.modules["grader.isolation.inside.worker"]._serving._sock, '{"id":2,"wants":1}', [])
    os._exit(0)
"""


def test_what_is_usual_is_there_from_the_start(own):
    names = ", ".join(USUAL.split())

    assert own.framework(
        f"import {names}\ndef draw(): return numpy.random.default_rng(0).normal(size=2)\n"
    ).draw().shape == (2,)


def test_a_worker_that_wants_more_ends_whatever_its_code_would_have_made_of_it(own):
    with pytest.raises(NotYetLoadedError):
        own.framework(STUBBORN).add(1, 2)

    own.sandbox.load_all()
    assert own.framework(STUBBORN).add(1, 2) == "3"


def test_a_part_of_numpy_that_is_found_by_its_name_is_wanted_too(own):
    source = "import numpy as np\ndef mean(x): return float(np.ma.mean(x))\n"
    with pytest.raises(NotYetLoadedError):
        own.framework(source).mean(np.ones(3))

    own.sandbox.load_all()
    assert own.framework(source).mean(np.ones(3)) == 1.0


def test_a_file_that_wants_more_while_it_is_imported_ends_its_worker(own):
    with pytest.raises(NotYetLoadedError):
        own.framework("import statistics\n")

    own.sandbox.load_all()
    assert own.framework("import statistics\ndef mean(): return statistics.mean([1, 3])\n").mean() == 2


@pytest.mark.parametrize("name", ["torch", "framework.nothing", "grader.compare", "reference", "pytest"])
def test_what_can_never_be_imported_is_refused_at_once(own, name):
    with pytest.raises(StudentError) as caught:
        own.framework(f"def load():\n    import {name}\n").load()

    assert caught.value.is_a(ModuleNotFoundError)


def test_the_children_of_an_importer_ask_on_their_own_connections(own):
    first, second = own.make_batch(STUBBORN, size=2)
    with pytest.raises(NotYetLoadedError):
        RemoteFramework(first).add(1, 2)
    with pytest.raises(NotYetLoadedError):
        RemoteFramework(second).add(1, 2)

    own.sandbox.load_all()
    assert [RemoteFramework(worker).add(1, 2) for worker in own.make_batch(STUBBORN, size=2)] == ["3", "3"]


def test_who_has_everything_and_wants_more_disturbs_the_connection(own):
    own.sandbox.load_all()

    with pytest.raises(BrokenReply, match="a wish for what it has"):
        own.framework(FORGED).wish()


def test_a_fork_server_that_takes_the_place_of_a_lost_one_has_everything_that_it_had(own):
    own.sandbox.load_all()
    assert own.framework(STUBBORN).add(1, 2) == "3"
    own.sandbox.process.kill()
    own.sandbox.process.wait()

    assert own.framework(STUBBORN).add(1, 2) == "3"


LATER = """
import threading, time
def start():
    def later():
        time.sleep(0.05)
        import decimal
    threading.Thread(target=later, daemon=True).start()
"""


def test_a_thread_that_wants_more_between_two_requests_is_heard(own):
    framework = own.framework(LATER)
    framework.start()
    time.sleep(0.5)
    with pytest.raises(NotYetLoadedError):
        framework.start()
