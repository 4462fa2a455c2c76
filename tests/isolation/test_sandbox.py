"""The trusted end: workers start, end, get lost, and leave nothing behind."""

import math
import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from grader.calls import Call
from grader.isolation.outside import launch
from grader.isolation.outside.faults import LostForkServerError, OutOfTime, SandboxError
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.walls.limits import Limits
from grader.isolation.walls.seal import BARE, Layers
from grader.isolation.wire import values
from tests.isolation.conftest import Bench

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="these tests look at processes in /proc")

LOOP = "def loop():\n    while True: pass\n"


def answers(sandbox: Sandbox) -> bool:
    worker = sandbox.spawn(Limits())
    try:
        return worker.request("calls", [], {}) == []
    finally:
        worker.end()


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def gone(*pids: int, within: float = 5.0) -> bool:
    until = time.monotonic() + within
    while any(map(lives, pids)) and time.monotonic() < until:
        time.sleep(0.005)
    return not any(map(lives, pids))


def test_a_worker_that_is_no_longer_needed_ends_well(own):
    worker = own.worker()
    worker.request("calls", [], {})

    assert worker.end() == 0
    assert worker.end() == 0
    with pytest.raises(SandboxError, match="ended"):
        worker.request("calls", [], {})
    assert gone(worker.pid)


@pytest.mark.parametrize("keeps", [True, False])
def test_a_fork_server_keeps_what_it_compiles_of_the_graders_own_if_the_grader_does(monkeypatch, tmp_path, keeps):
    """In a folder that nobody has imported from: no worker is imported by the trusted process."""
    copy = shutil.copytree(launch.ROOT / "grader", tmp_path / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(launch, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", not keeps)
    with Sandbox().start() as sandbox:
        sandbox.load_all()
        worker = sandbox.spawn(Limits())

        assert worker.request("calls", [], {}) == []
        worker.end()
    assert bool(list(copy.glob("isolation/inside/__pycache__/worker*"))) is keeps


def test_a_sandbox_that_was_not_started_starts_by_itself():
    with Sandbox() as sandbox:
        assert answers(sandbox)


def test_a_lost_fork_server_takes_its_workers_along_and_is_started_again(own):
    worker = own.worker()
    worker.request("calls", [], {})
    first = own.sandbox.process.pid
    own.sandbox.process.kill()

    assert gone(worker.pid)
    assert answers(own.sandbox)
    assert own.sandbox.process.pid != first
    with pytest.raises(LostForkServerError):
        worker.request("calls", [], {})


def test_a_fork_server_that_is_killed_again_and_again_is_started_again_each_time(own):
    for _ in range(3):
        own.worker()
        own.sandbox.process.kill()
        own.sandbox.process.wait()
        assert answers(own.sandbox)


def test_a_worker_of_a_lost_fork_server_never_ends_one_of_the_new(own):
    """Their process ids might even be the same."""
    old = own.worker()
    own.sandbox.process.kill()
    own.sandbox.process.wait()
    new = own.worker()
    old._spawned.number = new.pid

    assert old.end() is None
    assert new.request("calls", [], {}) == []


def test_closing_leaves_no_process_behind(own):
    workers = [own.worker() for _ in range(3)]
    for worker in workers:
        worker.request("calls", [], {})
    fork_server = own.sandbox.process.pid
    own.sandbox.close()

    assert not any(map(lives, [fork_server, *(worker.pid for worker in workers)]))


def test_a_loop_does_not_survive_the_fork_server(own):
    framework = own.framework(LOOP)
    worker = framework._worker
    worker.limit(30)

    def call():
        with pytest.raises(LostForkServerError):
            framework.loop()

    caller = threading.Thread(target=call)
    caller.start()
    time.sleep(0.05)
    os.kill(own.sandbox.process.pid, signal.SIGKILL)

    assert gone(worker.pid)
    caller.join(10)
    assert not caller.is_alive()


DAEMON = """
import os, time
def daemon():
    read, write = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(write, str(os.getpid()).encode())
            time.sleep(600)
        os._exit(0)
    return int(os.read(read, 20))
"""


def test_what_an_unconfined_worker_leaves_behind_ends_with_it(bench):
    """Even a daemon, which has no living parent and a session of its own."""
    framework = bench.framework(DAEMON, layers=BARE)
    daemon = framework.daemon()
    assert lives(daemon)
    framework._worker.end()

    assert gone(daemon)


def test_nobody_waits_for_a_fork(own):
    """Nor does what is posted to a worker that is not there yet."""
    answers(own.sandbox)
    own.sandbox.process.send_signal(signal.SIGSTOP)
    workers = [own.sandbox.spawn(Limits()) for _ in range(3)]
    for worker in workers:
        worker.post("calls", [])
    own.sandbox.process.send_signal(signal.SIGCONT)

    assert [worker.collect({}) for worker in workers] == [[]] * 3
    assert len({worker.pid for worker in workers}) == 3
    for worker in workers:
        worker.release()
    assert gone(*(worker.pid for worker in workers))


def test_workers_can_be_used_from_several_threads(own):
    found = []
    threads = [threading.Thread(target=lambda: found.extend(answers(own.sandbox) for _ in range(5))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [True] * 20


def test_a_worker_sees_a_clean_environment_and_four_descriptors(monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "hush")
    look = "import os\ndef look(): return [dict(os.environ), os.listdir('/proc/self/fd'), os.getcwd()]\n"
    with Sandbox(BARE) as fresh:
        own = Bench(fresh)
        environment, descriptors, folder = own.framework(look).look()
        own.close()

    assert not {"SECRET_TOKEN", "HOME", "USER", "PYTHONPATH"} & environment.keys()
    assert "hush" not in str(environment)
    assert sorted(descriptors) == ["0", "1", "2", "3", "4"]  # the last is the listing itself
    assert folder == "/"


def test_a_grader_with_many_open_files_leaks_none_of_them_into_a_worker():
    """The fork server's own connection has a high number then."""
    many = [os.open("/dev/null", os.O_RDONLY) for _ in range(400)]
    for descriptor in many:
        os.set_inheritable(descriptor, True)
    with Sandbox(BARE) as fresh:
        own = Bench(fresh)
        descriptors = own.framework("import os\ndef look(): return os.listdir('/proc/self/fd')\n").look()
        own.close()
    for descriptor in many:
        os.close(descriptor)

    assert sorted(descriptors) == ["0", "1", "2", "3", "4"]


def broken_fork_server(monkeypatch, statement: str) -> Sandbox:
    """A sandbox whose fork server does something else first."""
    monkeypatch.setattr(launch, "BOOT", launch.BOOT.replace("\nmain(", f"\n{statement}\nmain("))
    return Sandbox()


def test_a_worker_that_cannot_be_confined_runs_nothing_and_is_the_graders_fault(monkeypatch):
    refuse = "import os, grader.isolation.walls.limits as l; l.apply = lambda *a: os.close(99)"
    with broken_fork_server(monkeypatch, refuse) as sandbox:
        worker = sandbox.spawn(Limits())
        with pytest.raises(SandboxError, match=r"could not be confined: .*Bad file descriptor"):
            worker.limit(5)
        assert gone(worker.pid)


def test_a_system_that_takes_no_more_processes_is_the_graders_fault(monkeypatch):
    refuse = "import os; os.fork = lambda: (_ for _ in ()).throw(BlockingIOError(11, 'no'))"
    statement = f"import grader.isolation.walls.identity as i; i.user_ids = lambda: None; {refuse}"
    with (
        broken_fork_server(monkeypatch, statement) as sandbox,
        pytest.raises(SandboxError, match="refuses to start another process"),
    ):
        sandbox.spawn(Limits()).request("calls", [], {})


def test_a_fork_server_that_cannot_start_is_the_graders_fault(monkeypatch):
    with broken_fork_server(monkeypatch, "raise SystemExit") as sandbox, pytest.raises(SandboxError, match="is gone"):
        sandbox.spawn(Limits()).limit(5)


def test_a_python_that_cannot_be_run_is_the_graders_fault_and_says_so(monkeypatch, tmp_path):
    """For instance because it lies in a folder that this user may not enter."""
    monkeypatch.setattr(launch.sys, "executable", str(tmp_path / "python"))
    with pytest.raises(SandboxError, match="cannot be started again"):
        Sandbox().start()


BOMB = """
import os
def bomb():
    while True:
        try:
            os.fork()
            os.setsid()
        except OSError:
            pass
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a worker a user of its own")
def test_a_fork_bomb_without_the_filter_stays_small_and_ends_with_its_worker(bench):
    """What is behind the filter: few processes for each user, and a kill that none of them escapes."""
    framework = bench.framework(BOMB, layers=Layers(seccomp=False))
    worker = framework._worker
    uid = status_uid(worker.pid)
    worker.limit(0.3)
    with pytest.raises(OutOfTime):
        framework.bomb()

    assert uid != 0
    assert not [pid for pid in os.listdir("/proc") if pid.isdigit() and status_uid(int(pid)) == uid]


def status_uid(pid: int) -> int | None:
    """The real user of a process; /proc itself shows root for one that cannot be debugged."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    return next(int(line.split()[1]) for line in lines if line.startswith("Uid:"))


WORK = """
from time import process_time
def work(seconds):
    until = process_time() + seconds
    while process_time() < until:
        pass
    return "done"
def sleep(seconds):
    import time
    time.sleep(seconds)
"""


@pytest.fixture
def crowded(own):
    """A bench whose workers share one processor, and five that never leave it."""
    os.sched_setaffinity(own.sandbox.process.pid, {min(os.sched_getaffinity(0))})
    for _ in range(5):
        spinner = own.framework(WORK)
        spinner.later([Call("call", values.Path("work"), "", (60.0,))])
        spinner._pipeline.send()
    return own


says_who_waits = pytest.mark.skipif(
    not os.path.exists("/proc/self/schedstat"), reason="this kernel does not say who waits for the processor"
)


@says_who_waits
def test_who_waits_for_the_processor_has_longer(crowded):
    framework = crowded.framework(WORK)
    framework._worker.limit(0.5)
    started = time.monotonic()

    assert framework.work(0.4) == "done"
    assert time.monotonic() - started > 0.5


@pytest.mark.parametrize(("until", "least", "most"), [(math.inf, 1.5, 20), (0.0, 0.45, 1.0)])
@says_who_waits
def test_who_has_had_its_time_of_the_processor_has_no_more_of_it(crowded, until, least, most):
    """Half a second of one processor that six want; or as the clock goes."""
    framework = crowded.framework(WORK)
    framework._worker.limit(0.5, until)
    started = time.monotonic()
    with pytest.raises(OutOfTime):
        framework.work(60.0)

    assert least < time.monotonic() - started < most


def test_who_sleeps_does_not_wait_for_the_processor(crowded):
    framework = crowded.framework(WORK)
    framework._worker.limit(0.5)
    started = time.monotonic()
    with pytest.raises(OutOfTime):
        framework.sleep(60.0)

    assert time.monotonic() - started < 2


YIELDING = """
import os, threading
def burn():
    while True:
        sum(range(1000))
def wait():
    for _ in range(8):
        threading.Thread(target=burn, daemon=True).start()
    while True:
        os.sched_yield()
"""


def test_who_keeps_itself_from_the_processor_has_no_longer(own):
    framework = own.framework(YIELDING)
    framework._worker.limit(0.5)
    started = time.monotonic()
    with pytest.raises(OutOfTime):
        framework.wait()

    assert time.monotonic() - started < 3


def test_an_answer_that_lay_there_while_nobody_looked_costs_no_time(own):
    framework = own.framework(WORK)
    framework._worker.limit(0.6)
    framework.later([Call("call", values.Path("sleep"), "", (0.1,))])
    framework._pipeline.send()
    time.sleep(1.0)

    framework.finish()
    framework.sleep(0.3)
    with pytest.raises(OutOfTime):
        framework.sleep(1.5)
