"""The system call filter: the rules of `syscalls`, compiled once for the kernel and installed in each worker.

The program checks the architecture first: 32-bit and x32 calls have other numbers, so a process that makes one is
killed. It ends with a refusal. Refused calls fail with "Operation not permitted", which Python reports as
PermissionError.
"""

import ctypes
import errno
import platform
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from grader.isolation import kernel
from grader.isolation.syscalls import INT, NOT_THERE, OWN_PID, RULES, Rule, Where

AUDIT_ARCHITECTURE = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
X32_BIT = 0x4000_0000

# Offsets in struct seccomp_data; an argument is 64 bits, its low half first on these little-endian machines.
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16

ALLOW = 0x7FFF_0000
KILL = 0x8000_0000  # the whole process, not only the thread
REFUSE = 0x0005_0000 | errno.EPERM
ABSENT = 0x0005_0000 | errno.ENOSYS

LOAD, AND, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_INSTRUCTION = struct.Struct("=HBBI")  # operation, jump if true, jump if false, constant

Instruction = tuple[int, int, int, int]


def instructions(machine: str, rules: Iterable[Rule] = RULES) -> list[Instruction]:
    """The program for a machine, "x86_64" or "aarch64", with `OWN_PID` still in it."""
    code = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, AUDIT_ARCHITECTURE[machine]), (RETURN, 0, 0, KILL)]
    code += [(LOAD, 0, 0, NUMBER)]
    if machine == "x86_64":
        code += [(AT_LEAST, 0, 1, X32_BIT), (RETURN, 0, 0, KILL)]
    for rule in rules:
        code += _only_for(getattr(rule, machine), [*_conditions(rule.where), (RETURN, 0, 0, ALLOW)])
    code += _only_for(getattr(NOT_THERE, machine), [(RETURN, 0, 0, ABSENT)])
    return [*code, (RETURN, 0, 0, REFUSE)]


def _only_for(number: int, block: list[Instruction]) -> list[Instruction]:
    """Run a block that ends the program if the call has this number."""
    return [(EQUAL, 0, len(block), number), *block]


def _conditions(where: tuple[Where, ...]) -> list[Instruction]:
    """Refuse unless all hold."""
    return [step for condition in where for step in _condition(condition)]


def _condition(where: Where) -> list[Instruction]:
    low = ARGUMENTS + 8 * where.argument
    checks = _one_of(low, where.mask & INT, where.values)
    high_mask = where.mask >> 32
    return (_one_of(low + 4, high_mask, (0,)) if high_mask else []) + checks


def _one_of(offset: int, mask: int, values: tuple[int, ...]) -> list[Instruction]:
    tests = [(EQUAL, len(values) - i, 0, value) for i, value in enumerate(values)]
    return [(LOAD, 0, 0, offset), (AND, 0, 0, mask), *tests, (RETURN, 0, 0, REFUSE)]


@dataclass
class Program:
    """A compiled filter in memory that the kernel can read; `pids` are where in it the worker's own pid belongs."""

    code: bytearray
    pids: tuple[int, ...]

    @classmethod
    def compile(cls, machine: str) -> "Program":
        steps = instructions(machine)
        pids = tuple(_INSTRUCTION.size * i + 4 for i, step in enumerate(steps) if step[3] == OWN_PID)
        return cls(bytearray(b"".join(_INSTRUCTION.pack(*step) for step in steps)), pids)

    def __post_init__(self) -> None:
        memory = (ctypes.c_char * len(self.code)).from_buffer(self.code)
        described = struct.pack("HP", len(self.code) // _INSTRUCTION.size, ctypes.addressof(memory))
        self._described = ctypes.create_string_buffer(described)
        self._address = ctypes.addressof(self._described)

    def install(self, pid: int) -> None:
        """Confine this process, which has the given pid, for good.

        Raises:
            OSError: if the kernel refuses, for instance because new privileges could still be had.
        """
        for at in self.pids:
            struct.pack_into("=I", self.code, at, pid)
        kernel.prctl(kernel.PR_SET_SECCOMP, kernel.SECCOMP_MODE_FILTER, self._address)


def for_this_machine() -> Program | None:
    """The compiled filter, or None where there are no rules for the machine or its kernel takes no filter."""
    machine = platform.machine()
    return Program.compile(machine) if machine in AUDIT_ARCHITECTURE and _kernel_filters() else None


def _kernel_filters() -> bool:
    if not kernel.ON_LINUX:
        return False
    try:
        kernel.prctl(kernel.PR_SET_SECCOMP, kernel.SECCOMP_MODE_FILTER, 0)
    except OSError as error:
        return error.errno == errno.EFAULT  # it would have read the program, had there been one
    return False
