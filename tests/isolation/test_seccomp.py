"""The system call filter: what it decides, about every call on both machines, and that the kernel decides the same."""

import ctypes
import errno
import itertools
import os
import signal
import tempfile

import pytest

from grader.isolation import kernel, seccomp
from grader.isolation.syscalls import NOT_THERE, OWN_PID, RULES, WHOLE, Rule, Where
from tests.isolation.bpf import decide, unpack

MACHINES = ("x86_64", "aarch64")
HIGHEST = 1024  # no machine has a system call above 600
PID = 4321


def program(machine: str) -> list[tuple[int, int, int, int]]:
    """The filter of a worker whose process id is `PID`."""
    return [(*step[:3], PID if step[3] == OWN_PID else step[3]) for step in seccomp.instructions(machine)]


def interesting(where: Where) -> list[int]:
    """Values of one argument around every edge of its condition: allowed ones, and with any bit flipped."""
    values = [PID if value == OWN_PID else value for value in where.values]
    flipped = [value ^ (1 << bit) for value in values for bit in range(64)]
    return sorted({*values, *flipped, 0, 1, WHOLE, WHOLE - 1, where.mask, ~where.mask & WHOLE, PID + 1})


def argument_lists(rule: Rule) -> list[list[int]]:
    """Arguments that meet all conditions but are varied in one, or in two at once."""
    good = {w.argument: PID if w.values[0] == OWN_PID else w.values[0] for w in rule.where}
    lists = [[0] * 6, [WHOLE] * 6, [good.get(i, 0) for i in range(6)]]
    for where in rule.where:
        lists += [[(good | {where.argument: value}).get(i, 7) for i in range(6)] for value in interesting(where)]
    for one, other in itertools.combinations(rule.where, 2):
        pairs = itertools.product(interesting(one)[::5], interesting(other)[::5])
        lists += [[{**good, one.argument: a, other.argument: b}.get(i, 0) for i in range(6)] for a, b in pairs]
    return lists


def expected(rule: Rule | None, arguments: list[int]) -> int:
    """What the rules say, read off the table directly."""
    if rule is NOT_THERE:
        return seccomp.ABSENT
    if rule is None:
        return seccomp.REFUSE
    for where in rule.where:
        values = [PID if value == OWN_PID else value for value in where.values]
        if arguments[where.argument] & where.mask not in values:
            return seccomp.REFUSE
    return seccomp.ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_every_call_without_a_rule_is_refused_and_every_rule_decides_as_it_reads(machine):
    """All numbers with several arguments, and around every edge of every condition."""
    code, architecture = program(machine), seccomp.AUDIT_ARCHITECTURE[machine]
    by_number = {getattr(rule, machine): rule for rule in (*RULES, NOT_THERE)}

    for number in range(HIGHEST):
        rule = by_number.get(number)
        for arguments in argument_lists(rule) if rule else ([0] * 6, [WHOLE] * 6, [PID] * 6):
            assert decide(code, number, architecture, arguments) == expected(rule, arguments), (number, arguments)


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


def built_by(libseccomp, machine: str) -> list[tuple[int, int, int, int]]:
    """The same rules, compiled by libseccomp, which looks the numbers up by name."""
    built = libseccomp.SyscallFilter(libseccomp.ERRNO(errno.EPERM))
    built.set_attr(libseccomp.Attr.ACT_BADARCH, libseccomp.KILL_PROCESS)
    architecture = getattr(libseccomp.Arch, machine.upper())
    if not built.exist_arch(architecture):
        built.add_arch(architecture)
        built.remove_arch(libseccomp.Arch.NATIVE)
    for rule in RULES:
        for values in itertools.product(*(where.values for where in rule.where)):
            conditions = [
                libseccomp.Arg(w.argument, libseccomp.MASKED_EQ, w.mask, PID if value == OWN_PID else value)
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
    for rule in (*RULES, NOT_THERE):
        assert libseccomp.resolve_syscall(architecture, rule.name) == getattr(rule, machine), rule.name


@pytest.mark.parametrize("machine", MACHINES)
def test_libseccomp_decides_the_same_about_every_call(libseccomp, machine):
    """Every number, x32 numbers, other architectures, edges of every condition."""
    ours, theirs = program(machine), built_by(libseccomp, machine)
    native = seccomp.AUDIT_ARCHITECTURE[machine]
    by_number = {getattr(rule, machine): rule for rule in (*RULES, NOT_THERE)}
    calls = [
        (number, native, arguments)
        for number in range(HIGHEST)
        for arguments in (argument_lists(by_number[number]) if number in by_number else ([0] * 6, [WHOLE] * 6))
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
    rules = {rule.name: rule for rule in RULES}

    assert forbidden.isdisjoint(rules)
    assert all(rules[name].where for name in filtered)


# The kernel itself

linux_only = pytest.mark.skipif(seccomp.for_this_machine() is None, reason="this machine has no system call filters")


def in_a_filtered_process(action) -> int:
    """Fork, confine, act; the wait status, with exit code = the error number of an OSError that the action raised."""
    pid = os.fork()
    if pid == 0:
        try:
            kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
            seccomp.for_this_machine().install(os.getpid())
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
