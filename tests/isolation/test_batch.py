"""Workers that an importer has forked: they begin where the package was imported, and are as sealed as any."""

import contextlib
import errno
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from grader.isolation.inside.children import Children
from grader.isolation.outside.batch import make_batch
from grader.isolation.outside.faults import (
    BrokenReply,
    LostForkServerError,
    OutOfTime,
    SandboxError,
    StudentError,
    WorkerDied,
)
from grader.isolation.outside.remote import RemoteFramework
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.walls import kernel, limits
from grader.isolation.walls.limits import Limits
from grader.isolation.walls.seal import BARE, Layers
from tests.isolation.conftest import SECONDS, Bench, run
from tests.isolation.test_sandbox import gone, lives
from tests.isolation.test_seal import kernel_limits, status

pytestmark = pytest.mark.skipif(
    not kernel.ON_LINUX or os.geteuid() != 0, reason="an importer needs a user of its own, which only root can give"
)

COUNTER = """
count = 0
def add():
    global count
    count += 1
    return count
"""


def processes_of(uid: str) -> list[int]:
    """Living processes of a user, as the kernel lists them."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if status(int(folder.name))["Uid"] == uid and lives(int(folder.name)):
                found.append(int(folder.name))
    return found


def test_what_one_worker_changes_no_other_sees(bench):
    frameworks = [RemoteFramework(worker) for worker in bench.make_batch(COUNTER)]

    assert [[f.add(), f.add()] for f in frameworks] == [[1, 2]] * 3


def test_all_begin_with_what_the_import_has_left(bench):
    """The package is imported once for all of them."""
    workers = bench.make_batch("import os, random\nmark = os.urandom(8).hex()\ndef read(): return mark")

    assert len({RemoteFramework(worker).read() for worker in workers}) == 1


def test_the_kernel_reports_each_as_sealed(bench):
    for worker in bench.make_batch(COUNTER):
        seen = status(worker.pid)
        assert seen["NoNewPrivs"] == "1"
        assert seen["Seccomp"] == "2"
        assert seen["Seccomp_filters"] == "2"  # its importer's and a worker's own
        assert {seen[name] for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {"0" * 16}
        assert int(seen["Uid"].split()[0]) >= 0x7000_0000
        assert seen["Uid"] == seen["Gid"]
        assert seen["PPid"] == str(bench.sandbox.process.pid)
        assert seen["Threads"] == "1"
        with contextlib.suppress(PermissionError):  # only a root that may debug can see it
            names = sorted(os.listdir(f"/proc/{worker.pid}/fd"))
            assert len(names) == 4
            assert names[:3] == ["0", "1", "2"]


def test_each_has_its_own_connection_and_none_of_its_siblings_or_its_importers(bench):
    source = """
import os
def mine():
    found = []
    for number in range(3, 300):
        try:
            os.write(number, b"")
            found.append(number)
        except OSError: pass
    return found
"""
    assert [RemoteFramework(worker).mine() for worker in bench.make_batch(source)] == [[4], [5], [6]]


def test_their_limits_are_those_of_any_worker_but_for_room_for_the_others(bench):
    single, [one, *_] = kernel_limits(bench.worker(memory=1024).pid), bench.make_batch(COUNTER)
    seen = kernel_limits(one.pid)

    assert seen.pop("Max processes") == [str(limits.THREADS + 3)] * 2
    assert single.pop("Max processes") == [str(limits.THREADS)] * 2
    assert seen == single


def test_their_importer_is_gone_when_they_are_there(bench):
    workers = bench.make_batch(COUNTER)

    assert sorted(processes_of(status(workers[0].pid)["Uid"])) == sorted(worker.pid for worker in workers)


def test_they_end_with_the_fork_server(own):
    workers = own.make_batch(COUNTER)
    pids = [worker.pid for worker in workers]
    own.sandbox.process.kill()

    assert gone(*pids)
    with pytest.raises(LostForkServerError):
        workers[0].request("calls", [], {})


def test_one_that_never_answers_is_stopped_and_the_others_go_on(bench):
    first, second, _ = bench.make_batch("def loop():\n    while True: pass\ndef one(): return 1")
    first.limit(0.3)
    with pytest.raises(OutOfTime):
        RemoteFramework(first).loop()

    assert gone(first.pid)
    assert RemoteFramework(second).one() == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGABRT])
def test_a_signal_to_itself_is_seen_as_such(bench, number):
    framework = RemoteFramework(
        bench.make_batch(f"import os, signal\ndef end(): signal.raise_signal({int(number)})")[0]
    )
    with pytest.raises(WorkerDied) as died:
        framework.end()

    assert died.value.status & 0x7F == number


def test_a_thread_can_be_started_in_each(bench):
    source = """
import threading
def answer():
    found = []
    thread = threading.Thread(target=lambda: found.append(threading.get_ident()))
    thread.start(); thread.join()
    return len(found)
"""
    assert [RemoteFramework(worker).answer() for worker in bench.make_batch(source)] == [1, 1, 1]


def test_garbage_of_an_import_is_collected_as_in_a_worker_that_imports_for_itself(bench):
    source = """
import gc, weakref
class Node: pass
node = Node()
node.itself, node_of = node, weakref.ref(node)
del node
def is_gone():
    gc.collect()
    return node_of() is None
"""
    assert [RemoteFramework(worker).is_gone() for worker in bench.make_batch(source)] == [True] * 3


# What an import can do to its importer

FORKS = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
found = []
def attempt(action):
    try:
        pid = action()
    except OSError as error:
        found.append(error.errno)
    else:
        if pid == 0: os._exit(0)
        found.append(pid)
def bare(flags, guess):
    pid = libc.syscall(56 if os.uname().machine == "x86_64" else 220, flags, 0, guess, guess, 0)
    if pid < 0:
        raise OSError(ctypes.get_errno(), "")
    return pid
attempt(os.fork)
for flags in (0x8011, 17, 0x11 | 0x4000, 0x8000, 0x01208011, 0x3D0F11):
    for guess in (0, 1, 0x7FFFFFFE):
        attempt(lambda: bare(flags, guess))
def outcome(): return found
"""


def test_an_import_cannot_fork_its_importer(bench):
    [worker, *_] = bench.make_batch(FORKS)

    assert set(RemoteFramework(worker).outcome()) == {1}


CAPTURED = """
import os, sys
kernel = sys.modules["grader.isolation.walls.kernel"]
fork = kernel.fork_beside
def more(*secret):
    if fork(*secret) == 0:
        while True: pass
    return fork(*secret)
kernel.fork_beside = more
"""


def strangers_below(bench: Bench) -> set[int]:
    """Children of the fork server that the bench did not ask for."""
    fork_server = bench.sandbox.process.pid
    children = Path(f"/proc/{fork_server}/task/{fork_server}/children").read_text().split()
    return set(map(int, children)) - {worker.pid for worker in bench._workers}


def test_a_captured_importer_that_forks_more_than_it_names_loses_all_of_its_user(own):
    """Its workers may die before or after they have reported that they are sealed; both are the student's fault."""
    with pytest.raises((BrokenReply, WorkerDied)):
        [worker.request("calls", [], {}) for worker in own.make_batch(CAPTURED, 2)]

    assert gone(*strangers_below(own))
    assert own.worker().request("calls", [], {}) == []


def test_an_importer_cannot_name_somebody_elses_worker_as_its_own(own):
    victim = own.worker()
    victim.request("calls", [], {})
    lie = f"import sys\nsys.modules['grader.isolation.walls.kernel'].fork_beside = lambda *_: {victim.pid}"
    with pytest.raises(SandboxError, match="did not fork"):
        run(make_batch(own.sandbox, Limits(SECONDS), own.compiled(lie), 2))

    assert victim.request("calls", [], {}) == []


@pytest.mark.parametrize(
    "said", ["[]", "[1]", "['x', 'y']", "[-1, -2]", "[True, True]", "[2**40, 2**41]", "{}", "None"]
)
def test_an_importer_that_names_nobody_is_not_believed(own, said):
    lie = f"import sys\nsys.modules['grader.isolation.inside.importer'].Importer.DO['fork'] = lambda *_: iter([{said}])"

    with pytest.raises(BrokenReply):
        run(make_batch(own.sandbox, Limits(SECONDS), own.compiled(lie), 2))


@pytest.mark.parametrize(
    "deed",
    ["time.sleep(60)", "os._exit(0)", "os.write(3, b'\\0my words')", "[os.write(n, b'\\0my words') for n in (4, 5)]"],
)
def test_a_child_that_does_not_begin_as_a_worker_is_the_students_fault_and_soon_known(own, deed):
    """Otherwise its check would wait for a minute, be called our own failure, and repeat its words."""
    source = f"""
import os, sys, time
kernel = sys.modules["grader.isolation.walls.kernel"]
fork = kernel.fork_beside
def captured(*secret):
    pid = fork(*secret)
    if pid == 0:
        {deed}
        os._exit(0)
    return pid
kernel.fork_beside = captured
"""
    started = time.monotonic()
    with pytest.raises(BrokenReply) as fault:
        run(make_batch(own.sandbox, Limits(0.5), own.compiled(source), 2))

    assert time.monotonic() - started < 10
    assert "my words" not in str(fault.value)


def test_threads_of_an_import_keep_it_from_being_shared(bench):
    """They would be missing in the children."""
    source = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()"

    with pytest.raises(StudentError, match="threads"):
        bench.make_batch(source)


def test_an_import_that_never_ends_is_stopped(own):
    with pytest.raises(OutOfTime):
        run(make_batch(own.sandbox, Limits(0.3), own.compiled("while True: pass"), 2))


def test_an_importer_that_says_nothing_in_its_time_is_ended_though_nobody_waits_for_its_workers(own):
    """Who only looks whether it has answered is told to go on, and so ends it."""
    silent = "import sys, time\nsys.modules['grader.isolation.walls.kernel'].fork_beside = lambda *_: time.sleep(60)"
    making = make_batch(own.sandbox, Limits(0.3), own.compiled(silent), 2)
    awaited = [next(making) for _ in range(3)][-1]

    assert not awaited.has_answered
    time.sleep(0.4)
    assert awaited.has_answered
    with pytest.raises(OutOfTime):
        next(making)


@pytest.mark.parametrize("layers", [BARE, Layers(identity=False), Layers(seccomp=False)])
def test_without_a_user_of_its_own_and_a_filter_there_is_no_importer(layers):
    with Sandbox(layers).start() as sandbox:
        bench = Bench(sandbox)
        package = bench.compiled(COUNTER)
        bench.close()
        with pytest.raises(SandboxError, match="no importer"):
            run(make_batch(sandbox, Limits(SECONDS), package, 2))


@pytest.mark.parametrize("steps", range(4))
def test_a_batch_that_is_given_up_leaves_nothing_behind(own, steps):
    making = make_batch(own.sandbox, Limits(SECONDS), own.compiled(COUNTER), 3)
    for _ in range(steps):
        next(making)
    making.close()
    own.worker().end()

    fork_server = own.sandbox.process.pid
    children = Path(f"/proc/{fork_server}/task/{fork_server}/children")
    until = time.monotonic() + 5
    while len(children.read_text().split()) > 1 and time.monotonic() < until:  # the worker that compiled is still there
        own.worker().end()
    assert len(children.read_text().split()) <= 1


def test_batches_of_several_threads_do_not_take_each_others_workers(own):
    packages = [own.compiled(f"def name(): return {i}") for i in range(4)]
    found = {}

    def make(i: int) -> None:
        found[i] = []
        for _ in range(3):
            for worker in run(make_batch(own.sandbox, Limits(SECONDS), packages[i], 3)):
                worker.limit(SECONDS)
                found[i].append(RemoteFramework(worker).name())
                worker.end()

    threads = [threading.Thread(target=make, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {i: [i] * 9 for i in range(4)}


def test_where_the_kernel_lists_no_children_nobody_is_claimed(monkeypatch, tmp_path):
    children = Children()
    assert children.lists_all

    monkeypatch.setattr("grader.isolation.inside.children.Path", lambda _path: tmp_path / "children")
    blind = Children()
    assert not blind.lists_all
    blind.add(1, uid=1_900_000_000, importer=True)
    assert blind.claim(1, os.getpid()) == -errno.ESRCH


@pytest.mark.parametrize("steps", [2, 3])
def test_an_answer_that_came_in_time_is_taken_however_late_somebody_looks(own, steps):
    """A check may run out of time while the next batch is being made."""
    making = make_batch(own.sandbox, Limits(0.5), own.compiled(COUNTER), 2)
    for _ in range(steps):
        next(making)
    time.sleep(0.7)
    workers = run(making)

    assert len(workers) == 2
    for worker in workers:
        worker.end()
