"""The layers around a worker, as the kernel reports them from outside, and each by itself."""

import contextlib
import errno
import itertools
import os
import signal
from pathlib import Path

import pytest

from grader.isolation.walls import identity, kernel, landlock, limits
from grader.isolation.walls.seal import BARE, SEALED, Layers

pytestmark = pytest.mark.skipif(not kernel.ON_LINUX, reason="layers exist on Linux only")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change its user")


def status(pid: int) -> dict[str, str]:
    """What the kernel says of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def kernel_limits(pid: int) -> dict[str, list[str]]:
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
    return {line[:26].strip(): line[26:].split()[:2] for line in lines}


def in_a_fork(action) -> int:
    """Exit code of a forked process: 0, or the error number of an OSError that the action raised."""
    pid = os.fork()
    if pid == 0:
        try:
            action()
            os._exit(0)
        except OSError as error:
            os._exit(error.errno)
        finally:
            os._exit(255)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_the_kernel_reports_a_sealed_worker_as_sealed(bench):
    worker = bench.worker()
    seen = status(worker.pid)

    assert seen["NoNewPrivs"] == "1"
    assert seen["Seccomp"] == "2"
    assert {seen[name] for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {"0" * 16}
    assert seen["Umask"] == "0777"
    assert seen["Threads"] == "1"
    assert Path(f"/proc/{worker.pid}/oom_score_adj").read_text().strip() == "1000"
    with contextlib.suppress(PermissionError):  # only a root that may debug can see more of it
        assert os.readlink(f"/proc/{worker.pid}/cwd") == "/"
        assert sorted(os.listdir(f"/proc/{worker.pid}/fd")) == ["0", "1", "2", "3"]


def test_the_kernel_reports_the_limits_of_a_worker(bench):
    seen = kernel_limits(bench.worker(memory=512).pid)

    assert seen["Max address space"] == [str(512 << 20)] * 2
    for name in ("Max open files", "Max file size", "Max core file size", "Max locked memory", "Max msgqueue size"):
        assert seen[name] == ["0", "0"], name
    assert seen["Max processes"] == [str(limits.THREADS if os.geteuid() == 0 else limits.THREADS_OF_A_SHARED_USER)] * 2
    assert int(seen["Max cpu time"][0]) < 200


@as_root
def test_every_worker_is_a_user_that_nobody_else_is(bench):
    seen = [status(bench.worker().pid) for _ in range(5)]
    users = {one["Uid"] for one in seen}

    assert len(users) == 5
    for one in seen:
        assert one["Uid"] == one["Gid"]
        assert len(set(one["Uid"].split())) == 1
        assert one["Groups"] == ""
        assert int(one["Uid"].split()[0]) >= 0x7000_0000


def test_a_bare_worker_has_no_layer(bench):
    """The positive control of all others."""
    seen = status(bench.worker(BARE).pid)

    assert seen["Seccomp"] == status(os.getpid())["Seccomp"]
    assert seen["NoNewPrivs"] == status(os.getpid())["NoNewPrivs"]
    assert seen["Uid"] == status(os.getpid())["Uid"]
    assert kernel_limits(bench.worker(BARE).pid) == kernel_limits(os.getpid())


def test_a_worker_cannot_be_looked_at_by_its_own_user(bench, sandbox):
    """Not dumpable: what /proc shows of it belongs to root."""
    for pid in (bench.worker().pid, sandbox.process.pid):
        assert Path(f"/proc/{pid}/mem").stat().st_uid == 0


def test_layers_survive_the_way_through_a_command():
    for flags in itertools.product((False, True), repeat=4):
        assert Layers.from_byte(Layers(*flags).to_byte()) == Layers(*flags)
    assert SEALED.to_byte() == 15
    assert BARE.to_byte() == 0


# Identity


@as_root
def test_nobody_comes_back_to_root():
    def try_to():
        identity.become(1_900_000_000)
        for come_back in (os.setuid, os.seteuid, os.setgid, lambda uid: os.setgroups([uid])):
            try:
                come_back(0)
            except PermissionError:
                continue
            os._exit(99)

    assert in_a_fork(try_to) == 0


@as_root
@pytest.mark.parametrize("broken", ["setgroups", "setresgid", "setresuid"])
def test_a_change_of_user_that_does_nothing_is_noticed(monkeypatch, broken):
    set_groups = os.setgroups
    monkeypatch.setattr(os, broken, lambda *_: None)

    def run():
        set_groups([7])
        identity.become(1_900_000_000)

    assert in_a_fork(run) == errno.EPERM


@as_root
def test_a_way_back_to_root_is_noticed(monkeypatch):
    """For instance with a capability that was kept."""
    monkeypatch.setattr(identity.os, "getresuid", lambda: (1_900_000_000,) * 3)
    monkeypatch.setattr(identity.os, "setresuid", lambda *_: None)

    assert in_a_fork(lambda: identity.become(1_900_000_000)) == errno.EINVAL


@pytest.mark.parametrize(
    ("mapped", "lowest", "highest"),
    [(1 << 32, 0x7000_0000, 0x7FFF_0000), (65_536, 32_768, 65_533), (1 << 31, 0x7000_0000, 0x7FFF_0000)],
)
def test_user_ids_are_unused_ones_and_are_not_handed_out_twice(monkeypatch, mapped, lowest, highest):
    monkeypatch.setattr(identity, "_mapped_end", lambda: mapped)
    ids = identity.UserIds()
    taken = [ids.take() for _ in range(1000)]

    assert len(set(taken)) == 1000
    assert lowest <= min(taken) <= max(taken) <= highest
    assert 0 not in taken
    assert 65_534 not in taken


def test_a_namespace_with_a_single_user_has_none_to_give(monkeypatch):
    monkeypatch.setattr(identity, "_mapped_end", lambda: 1)

    assert identity.user_ids() is None


@as_root
def test_all_processes_of_a_user_can_be_killed_at_once():
    uid = identity.UserIds().take()
    pids = []
    for _ in range(5):
        pid = os.fork()
        if pid == 0:
            os.setresuid(uid, uid, uid)
            signal.pause()
            os._exit(0)
        pids.append(pid)
    while not all(status(pid)["Uid"].startswith(str(uid)) for pid in pids):
        pass
    identity.kill_all_of(uid)

    assert [os.waitpid(pid, 0)[1] for pid in pids] == [signal.SIGKILL] * 5


@as_root
def test_killing_all_processes_of_a_user_who_has_none_is_no_error():
    identity.kill_all_of(identity.UserIds().take())


def test_a_process_whose_parent_is_gone_does_not_go_on():
    somebody_else = os.getppid() or os.getpid() + 1
    assert in_a_fork(lambda: identity.die_with(somebody_else)) == errno.ESRCH


# Landlock

needs_landlock = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")


def restricted(action) -> int:
    def run():
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        landlock.restrict(landlock.version())
        action()

    return in_a_fork(run)


@needs_landlock
@pytest.mark.parametrize("path", ["/etc/passwd", "/", "/proc/self/status"])
def test_landlock_denies_every_file(path):
    assert restricted(lambda: os.open(path, os.O_RDONLY)) == errno.EACCES


@needs_landlock
def test_landlock_denies_making_and_running_files(tmp_path):
    assert restricted(lambda: (tmp_path / "x").mkdir()) == errno.EACCES
    assert restricted(lambda: os.execv("/bin/sh", ["sh"])) == errno.EACCES


@needs_landlock
@pytest.mark.skipif(landlock.version() < 6, reason="Landlock denies signals since version 6")
def test_landlock_denies_signals_to_others():
    assert restricted(lambda: os.kill(os.getppid(), 0)) == errno.EPERM


@needs_landlock
def test_what_was_open_before_stays_open(tmp_path):
    (tmp_path / "x").write_text("open")
    file = (tmp_path / "x").open()

    assert restricted(lambda: file.read() == "open" or os._exit(9)) == 0
    file.close()


def test_the_rule_set_asks_only_for_what_a_version_knows():
    """A right that a kernel does not know would make it refuse the whole set."""
    sets = {known: landlock.rule_set(known) for known in range(1, 12)}
    files = {known: int.from_bytes(made[:8], "little") for known, made in sets.items()}

    assert [files[known].bit_length() for known in range(1, 8)] == [13, 14, 15, 15, 16, 16, 16]
    assert [sets[known][8] for known in (3, 4, 11)] == [0, 3, 3]
    assert [sets[known][16] for known in (5, 6, 11)] == [0, 3, 3]
    assert all(len(made) == 24 for made in sets.values())


# Renouncing


@as_root
def test_after_renouncing_root_is_root_in_name_only(tmp_path):
    (tmp_path / "closed").write_text("x")
    os.chown(tmp_path / "closed", 4321, 4321)
    (tmp_path / "closed").chmod(0o600)

    def run():
        identity.renounce()
        os.open(tmp_path / "closed", os.O_RDONLY)

    assert in_a_fork(run) == errno.EACCES
