"""The system call filter: what it decides, about every call on both machines, and that the kernel decides the same."""

import ctypes
import errno
import itertools
import os
import signal
import struct
import tempfile

import pytest

from grader.isolation.walls import kernel, seccomp
from grader.isolation.walls.syscalls import (
    FORK,
    FORK_BESIDE,
    IMPORTER_RULES,
    NOT_THERE,
    OWN_PID,
    RULES,
    SECRET_HIGH,
    SECRET_LOW,
    WHOLE,
    Rule,
    Where,
)
from tests.isolation.bpf import decide, unpack

MACHINES = ("x86_64", "aarch64")
HIGHEST = 1024  # no machine has a system call above 600
PID = 4321
FILLED_IN = {OWN_PID: PID, SECRET_LOW: 0xABCD_1234, SECRET_HIGH: 0x9876_5432}
FILTERS = {"of a worker": RULES, "of an importer": IMPORTER_RULES}
every_filter = pytest.mark.parametrize("rules", FILTERS.values(), ids=FILTERS)


def program(machine: str, rules: tuple[Rule, ...] = RULES) -> list[tuple[int, int, int, int]]:
    """The filter of a process whose id is `PID`."""
    return [(*step[:3], FILLED_IN.get(step[3], step[3])) for step in seccomp.instructions(machine, rules)]


def values_of(where: Where) -> list[int]:
    return [FILLED_IN.get(value, value) for value in where.values]


def by_number(rules: tuple[Rule, ...], machine: str) -> dict[int, list[Rule]]:
    """All rules for each call."""
    found = {}
    for rule in (*rules, NOT_THERE):
        found.setdefault(getattr(rule, machine), []).append(rule)
    return found


def interesting(where: Where) -> list[int]:
    """Values of one argument around every edge of its condition: allowed ones, and with any bit flipped."""
    values = values_of(where)
    flipped = [value ^ (1 << bit) for value in values for bit in range(64)]
    return sorted({*values, *flipped, 0, 1, WHOLE, WHOLE - 1, where.mask, ~where.mask & WHOLE, PID + 1})


def argument_lists(rule: Rule) -> list[list[int]]:
    """Arguments that meet all conditions but are varied in one, or in two at once."""
    good = {w.argument: values_of(w)[0] for w in rule.where}
    lists = [[0] * 6, [WHOLE] * 6, [good.get(i, 0) for i in range(6)]]
    for where in rule.where:
        lists += [[(good | {where.argument: value}).get(i, 7) for i in range(6)] for value in interesting(where)]
    for one, other in itertools.combinations(rule.where, 2):
        pairs = itertools.product(interesting(one)[::5], interesting(other)[::5])
        lists += [[{**good, one.argument: a, other.argument: b}.get(i, 0) for i in range(6)] for a, b in pairs]
    return lists


def expected(rules: list[Rule], arguments: list[int]) -> int:
    """What the rules for one call say, read off the table directly."""
    if rules == [NOT_THERE]:
        return seccomp.ABSENT
    holds = (all(arguments[w.argument] & w.mask in values_of(w) for w in rule.where) for rule in rules)
    return seccomp.ALLOW if any(holds) else seccomp.REFUSE


@every_filter
@pytest.mark.parametrize("machine", MACHINES)
def test_every_call_without_a_rule_is_refused_and_every_rule_decides_as_it_reads(machine, rules):
    """All numbers with several arguments, and around every edge of every condition."""
    code, architecture = program(machine, rules), seccomp.AUDIT_ARCHITECTURE[machine]
    numbered = by_number(rules, machine)

    for number in range(HIGHEST):
        rules_here = numbered.get(number, [])
        lists = [arguments for rule in rules_here for arguments in argument_lists(rule)]
        for arguments in lists or ([0] * 6, [WHOLE] * 6, [PID] * 6):
            assert decide(code, number, architecture, arguments) == expected(rules_here, arguments), (number, arguments)


@pytest.mark.parametrize("machine", MACHINES)
def test_a_process_that_makes_a_call_of_another_architecture_is_killed(machine):
    """Numbers mean other calls there: 32-bit, the other machine, and x32, which hides in a bit of the number."""
    code = program(machine)
    for architecture in (0x4000_0003, 0x4000_0028, 0, *set(seccomp.AUDIT_ARCHITECTURE.values())):
        if architecture != seccomp.AUDIT_ARCHITECTURE[machine]:
            assert {decide(code, number, architecture) for number in range(HIGHEST)} == {seccomp.KILL}

    if machine == "x86_64":
        native = seccomp.AUDIT_ARCHITECTURE[machine]
        assert {decide(code, seccomp.X32_BIT | number, native) for number in range(HIGHEST)} == {seccomp.KILL}


@pytest.fixture(scope="session")
def libseccomp():
    """libseccomp through pyseccomp: an independent table of numbers and an independent compiler."""
    try:
        import pyseccomp
    except (ImportError, RuntimeError) as problem:
        pytest.skip(f"the filter is NOT compared with libseccomp, which needs pyseccomp and libseccomp2: {problem}")
    return pyseccomp


def built_by(libseccomp, machine: str, rules: tuple[Rule, ...]) -> list[tuple[int, int, int, int]]:
    """The same rules, compiled by libseccomp, which looks the numbers up by name."""
    built = libseccomp.SyscallFilter(libseccomp.ERRNO(errno.EPERM))
    built.set_attr(libseccomp.Attr.ACT_BADARCH, libseccomp.KILL_PROCESS)
    architecture = getattr(libseccomp.Arch, machine.upper())
    if not built.exist_arch(architecture):
        built.add_arch(architecture)
        built.remove_arch(libseccomp.Arch.NATIVE)
    for rule in rules:
        for values in itertools.product(*map(values_of, rule.where)):
            conditions = [
                libseccomp.Arg(w.argument, libseccomp.MASKED_EQ, w.mask, value)
                for w, value in zip(rule.where, values, strict=True)
            ]
            built.add_rule_exactly(libseccomp.ALLOW, rule.name, *conditions)
    built.add_rule(libseccomp.ERRNO(errno.ENOSYS), NOT_THERE.name)
    with tempfile.TemporaryFile() as file:
        built.export_bpf(file)
        file.seek(0)
        return unpack(file.read())


@pytest.mark.parametrize("machine", MACHINES)
def test_libseccomp_knows_every_call_by_the_same_number(libseccomp, machine):
    """A wrong number would let another call through."""
    architecture = getattr(libseccomp.Arch, machine.upper())
    for rule in (*IMPORTER_RULES, NOT_THERE):
        assert libseccomp.resolve_syscall(architecture, rule.name) == getattr(rule, machine), rule.name


@every_filter
@pytest.mark.parametrize("machine", MACHINES)
def test_libseccomp_decides_the_same_about_every_call(libseccomp, machine, rules):
    """Every number, x32 numbers, other architectures, edges of every condition."""
    ours, theirs = program(machine, rules), built_by(libseccomp, machine, rules)
    native = seccomp.AUDIT_ARCHITECTURE[machine]
    numbered = by_number(rules, machine)
    calls = [(number, native, arguments) for number in range(HIGHEST) for arguments in ([0] * 6, [WHOLE] * 6)]
    calls += [
        (number, native, arguments)
        for number, rules_here in numbered.items()
        for rule in rules_here
        for arguments in argument_lists(rule)
    ]
    foreign = (0x4000_0003, 0x4000_0028, *(a for a in seccomp.AUDIT_ARCHITECTURE.values() if a != native))
    calls += [(number, other, [0] * 6) for other in foreign for number in range(HIGHEST)]
    if machine == "x86_64":
        calls += [(seccomp.X32_BIT | number, native, [0] * 6) for number in range(HIGHEST)]

    different = [call for call in calls if decide(ours, *call) != decide(theirs, *call)]

    assert not different
    assert len(calls) > 5000


NEVER = """
open openat openat2 creat stat lstat statx newfstatat access faccessat faccessat2 readlink readlinkat getdents64 chdir
umask execve execveat fork vfork clone3 unshare setns socket socketpair connect bind listen accept accept4 sendmsg
recvmsg sendmmsg recvmmsg ptrace process_vm_readv process_vm_writev pidfd_open pidfd_getfd pidfd_send_signal
rt_sigqueueinfo rt_tgsigqueueinfo tkill io_uring_setup io_uring_enter bpf perf_event_open userfaultfd memfd_create
memfd_secret mount chroot pivot_root chmod chown setuid setresuid prctl arch_prctl seccomp personality keyctl add_key
shmget shmat msgget semget mq_open ioctl fcntl dup dup2 dup3 pipe2 eventfd2 epoll_create1 inotify_init1
sched_setscheduler setpriority setrlimit pkey_mprotect remap_file_pages process_madvise kcmp name_to_handle_at
open_by_handle_at sysinfo uname landlock_create_ruleset
"""
ONLY_WITH_CONDITIONS = "mmap mprotect mremap madvise prlimit64 kill tgkill clone futex clock_gettime sendto recvfrom"


def test_no_rule_lets_a_path_a_process_a_socket_or_an_unfiltered_command_through():
    """The list holds what nobody may add by habit."""
    forbidden = set(NEVER.split())
    filtered = set(ONLY_WITH_CONDITIONS.split())

    assert forbidden.isdisjoint(rule.name for rule in RULES)
    assert all(rule.where for rule in RULES if rule.name in filtered)


def test_an_importer_may_only_fork_and_get_its_children_ready_besides():
    """And forks only with both halves of the secret."""
    more = [rule for rule in IMPORTER_RULES if rule not in RULES]
    forks = [rule for rule in more if rule.name == "clone"]

    assert sorted(rule.name for rule in more) == ["clone", "getppid", "kill", "prctl", "tgkill"]
    assert [FORK_BESIDE in rule.where[0].values for rule in forks] == [True]
    assert {where.values for where in forks[0].where} >= {(SECRET_LOW,), (SECRET_HIGH,)}


# The kernel itself

linux_only = pytest.mark.skipif(seccomp.for_this_machine() is None, reason="this machine has no system call filters")


def in_a_filtered_process(action, install=lambda: seccomp.for_this_machine().install()) -> int:
    """Fork, confine, act; the wait status, with exit code = the error number of an OSError that the action raised."""
    pid = os.fork()
    if pid == 0:
        try:
            kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
            install()
            action()
            os._exit(0)
        except OSError as error:
            os._exit(error.errno)
        finally:
            os._exit(255)
    return os.waitpid(pid, 0)[1]


@linux_only
@pytest.mark.parametrize(
    "action",
    [
        lambda: os.open("/dev/null", os.O_RDONLY),
        lambda: os.stat("/"),
        os.fork,
        os.pipe,
        lambda: os.dup(0),
        lambda: os.kill(os.getppid(), 0),
        lambda: os.kill(-1, 0),
        lambda: os.kill(0, 0),
        lambda: os.killpg(os.getpid(), 0),
        lambda: os.execv("/bin/true", ["true"]),
        lambda: os.setresuid(0, 0, 0),
        lambda: os.nice(1),
        lambda: os.sched_setaffinity(0, {0}),
        lambda: kernel.prctl(kernel.PR_SET_DUMPABLE, 1),
    ],
)
def test_the_kernel_refuses_what_the_filter_refuses(action):
    assert in_a_filtered_process(action) == errno.EPERM << 8


@linux_only
def test_the_kernel_allows_a_worker_to_signal_itself():
    assert in_a_filtered_process(lambda: os.kill(os.getpid(), 0)) == 0
    assert in_a_filtered_process(lambda: os.kill(os.getpid(), signal.SIGTERM)) & 0x7F == signal.SIGTERM


@linux_only
def test_the_kernel_kills_a_process_that_makes_an_x32_call():
    if seccomp.platform.machine() != "x86_64":
        pytest.skip("x32 exists on x86_64 only")
    libc = ctypes.CDLL(None)

    assert in_a_filtered_process(lambda: libc.syscall(ctypes.c_long(0x4000_0027))) & 0x7F == signal.SIGSYS


@linux_only
def test_clone3_is_said_not_to_exist_so_that_the_c_library_falls_back():
    def clone3():
        kernel.system_call(NOT_THERE.x86_64, None, 0)

    assert in_a_filtered_process(clone3) == errno.ENOSYS << 8


def fork_beside(secret: bytes) -> None:
    """As an importer does; its child ends at once."""
    clone = getattr(FORK, seccomp.platform.machine())
    if kernel.fork_beside(clone, FORK_BESIDE, *struct.unpack("=II", secret)) == 0:
        os._exit(0)


@linux_only
def test_the_kernel_lets_an_importer_fork_with_its_secret_alone():
    secrets = []

    def install():
        secrets.append(seccomp.for_this_machine(IMPORTER_RULES).install_with_secret())

    def flipped(bit: int) -> bytes:
        return (int.from_bytes(secrets[0], "little") ^ 1 << bit).to_bytes(8, "little")

    assert in_a_filtered_process(lambda: fork_beside(secrets[0]), install) == 0
    assert os.wait()[1] == 0  # the child is this process's own, not the importer's
    for bit in (0, 31, 32, 63):
        assert in_a_filtered_process(lambda bit=bit: fork_beside(flipped(bit)), install) == errno.EPERM << 8
    assert in_a_filtered_process(os.fork, install) == errno.EPERM << 8


def test_nothing_of_a_secret_is_left_in_the_filter():
    program, secret = seccomp.Program.compile("x86_64", IMPORTER_RULES), b"12345678"
    program.fill(SECRET_LOW, secret[:4])
    program.fill(SECRET_HIGH, secret[4:])
    assert secret[:4] in program.code
    assert secret[4:] in program.code

    seccomp.wipe(program.code)

    assert not any(program.code)
