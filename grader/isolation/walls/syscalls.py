"""The system calls that a sealed worker may make, and with which arguments. All others are refused.

A filter sees a number and six integers, but not what a pointer points to. So this list has no call that takes a path,
an address or a structure that matters. What is left can compute, wait, and talk on descriptors that are already open.
Such lists usually leak through the flags and commands of calls that look harmless. So each of these has a condition
here, and what NumPy and CPython do not need is left out.
"""

from typing import NamedTuple

WHOLE = (1 << 64) - 1
INT = (1 << 32) - 1  # the kernel itself reads only 32 bits of an argument that is an int
# Placeholders for numbers that are known only when a filter is installed: the worker's pid, and an importer's secret.
OWN_PID, SECRET_LOW, SECRET_HIGH = 0x7FFF_FFFF, 0x7FFF_FFFE, 0x7FFF_FFFD


class Where(NamedTuple):
    """A condition on one argument: `argument & mask` is one of `values`, all of which fit 32 bits."""

    argument: int
    values: tuple[int, ...]
    mask: int = WHOLE


class Rule(NamedTuple):
    """One system call, its numbers, and the conditions that all have to hold.

    If a call has several rules, any one will do.
    """

    name: str
    x86_64: int
    aarch64: int
    where: tuple[Where, ...] = ()


def only_bits(argument: int, bits: int) -> Where:
    """The argument has no bits set but these."""
    return Where(argument, (0,), WHOLE & ~bits)


READ_OR_WRITE = 1 | 2  # PROT_READ, PROT_WRITE: without PROT_EXEC no code can be created at run time
PRIVATE_ANONYMOUS = 0x02 | 0x20  # MAP_PRIVATE | MAP_ANONYMOUS: neither a file nor memory to share
MAP_VARIANTS = 0x10 | 0x4000 | 0x20000 | 0x100000  # MAP_FIXED, MAP_NORESERVE, MAP_STACK, MAP_FIXED_NOREPLACE
# MADV_NORMAL, DONTNEED, FREE, HUGEPAGE, NOHUGEPAGE: what allocators use. Not MERGEABLE, which can tell what others have
# in memory.
ADVICE = (0, 4, 8, 14, 15)
# FUTEX_WAIT, WAKE, WAIT_BITSET, WAKE_BITSET: locks. Not the requeueing and priority-inheriting ones, which are the
# kernel's sore spot.
FUTEX_DEEDS = (0, 1, 9, 10)
FUTEX_VARIANTS = 128 | 256  # FUTEX_PRIVATE_FLAG, FUTEX_CLOCK_REALTIME
CLOCKS = (0, 1, 2, 3, 4, 5, 6, 7, 11)  # a negative one is the processor time of any process, named by its pid
# What pthread_create asks for, in glibc and (with CLONE_DETACHED) in musl: a thread of this process, never a process.
THREAD = (0x3D0F00, 0x7D0F00)

RULES = (
    # Memory
    Rule("brk", 12, 214),
    Rule("munmap", 11, 215),
    Rule("mmap", 9, 222, (only_bits(2, READ_OR_WRITE), Where(3, (PRIVATE_ANONYMOUS,), WHOLE & ~MAP_VARIANTS))),
    Rule("mprotect", 10, 226, (only_bits(2, READ_OR_WRITE),)),
    Rule("mremap", 25, 216, (Where(3, (0, 1)),)),  # MREMAP_MAYMOVE
    Rule("madvise", 28, 233, (Where(2, ADVICE, INT),)),
    # The connection and what stands for stdin, stdout and stderr: no address, no flag, no descriptor sent along
    Rule("read", 0, 63),
    Rule("write", 1, 64),
    Rule("recvfrom", 45, 207, (Where(3, (0,), INT), Where(4, (0,)))),
    Rule("sendto", 44, 206, (Where(3, (0,), INT), Where(4, (0,)))),
    Rule("close", 3, 57),
    # Time and chance
    Rule("clock_gettime", 228, 113, (Where(0, CLOCKS, INT),)),
    Rule("clock_getres", 229, 114, (Where(0, CLOCKS, INT),)),
    Rule("clock_nanosleep", 230, 115, (Where(0, (0, 1), INT),)),
    Rule("nanosleep", 35, 101),
    Rule("gettimeofday", 96, 169),
    Rule("restart_syscall", 219, 128),  # how the kernel goes on with a sleep that a signal interrupted
    Rule("getrandom", 318, 278),
    # This process: what it is, its signals, its end
    Rule("getpid", 39, 172),
    Rule("gettid", 186, 178),
    Rule("getcwd", 79, 17),  # always "/"; `inspect` asks for it
    Rule("prlimit64", 302, 261, (Where(0, (0,), INT), Where(2, (0,)))),  # read its own limits
    Rule("sched_getaffinity", 204, 123, (Where(0, (0,), INT),)),
    Rule("sched_yield", 24, 124),
    Rule("rt_sigaction", 13, 134),
    Rule("rt_sigprocmask", 14, 135),
    Rule("rt_sigreturn", 15, 139),
    Rule("kill", 62, 129, (Where(0, (OWN_PID,), INT),)),
    Rule("tgkill", 234, 131, (Where(0, (OWN_PID,), INT),)),
    Rule("exit", 60, 93),
    Rule("exit_group", 231, 94),
    # Threads
    Rule("clone", 56, 220, (Where(0, THREAD),)),
    Rule("futex", 202, 98, (Where(1, FUTEX_DEEDS, INT & ~FUTEX_VARIANTS),)),
    Rule("set_robust_list", 273, 99),
    Rule("rseq", 334, 293),
)

# CLONE_PARENT | SIGCHLD: the new process is a child of the fork server. No call of the C library asks for that.
FORK_BESIDE = 0x8000 | 17
SECRET = (Where(2, (SECRET_LOW,), INT), Where(3, (SECRET_HIGH,), INT))  # arguments that the kernel does not read here
FORK = Rule("clone", 56, 220, (Where(0, (FORK_BESIDE,)), *SECRET))

# An importer may do more: fork, once it is told the secret. Each child then ties its life to the fork server's and
# installs a worker's own filter. Signals only reach processes of the importer's own user, which nobody else has.
IMPORTER_RULES = (
    *RULES,
    FORK,
    # PR_SET_PDEATHSIG, SIGKILL; PR_SET_SECCOMP, a filter
    Rule("prctl", 157, 167, (Where(0, (1, 22)), Where(1, (9, 2)))),
    Rule("getppid", 110, 173),
    Rule("kill", 62, 129),
    Rule("tgkill", 234, 131),
)

# A filter cannot see the flags of clone3, which are behind a pointer. This answer makes the C library use clone.
NOT_THERE = Rule("clone3", 435, 435)
