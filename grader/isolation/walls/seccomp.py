"""The system call filter: the rules of `syscalls`, compiled once for the kernel and installed in each worker.

The program first checks the architecture. 32-bit and x32 calls have other numbers, so a process that makes one is
killed. The last instruction refuses. Refused calls fail with "Operation not permitted", which Python reports as
PermissionError.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from grader.isolation.walls import kernel
from grader.isolation.walls.syscalls import INT, NOT_THERE, OWN_PID, RULES, SECRET_HIGH, SECRET_LOW, Rule, Where

AUDIT_ARCHITECTURE = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
X32_BIT = 0x4000_0000

# Offsets in struct seccomp_data. An argument has 64 bits, with its low half first on these little-endian machines.
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16

ALLOW = 0x7FFF_0000
KILL = 0x8000_0000  # the whole process, not only the thread
REFUSE = 0x0005_0000 | errno.EPERM
ABSENT = 0x0005_0000 | errno.ENOSYS

LOAD, AND, EQUAL, AT_LEAST, SKIP, RETURN = 0x20, 0x54, 0x15, 0x35, 0x05, 0x06
_NUMBER = struct.Struct("=I")
_INSTRUCTION = struct.Struct("=HBBI")  # operation, jump if true, jump if false, constant

Instruction = tuple[int, int, int, int]


def instructions(machine: str, rules: Iterable[Rule] = RULES) -> list[Instruction]:
    """The program for a machine, "x86_64" or "aarch64". It still contains the placeholders, such as `OWN_PID`."""
    code = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, AUDIT_ARCHITECTURE[machine]), (RETURN, 0, 0, KILL)]
    code += [(LOAD, 0, 0, NUMBER)]
    if machine == "x86_64":
        code += [(AT_LEAST, 0, 1, X32_BIT), (RETURN, 0, 0, KILL)]
    for rule in rules:
        code += _only_for(getattr(rule, machine), _allow_where(rule.where))
    code += _only_for(getattr(NOT_THERE, machine), [(RETURN, 0, 0, ABSENT)])
    return [*code, (RETURN, 0, 0, REFUSE)]


def _only_for(number: int, block: list[Instruction]) -> list[Instruction]:
    """Run a block only if the call has this number. A block that does not end the program leaves the number loaded."""
    return [(EQUAL, 0, len(block), number), *block]


def _allow_where(conditions: tuple[Where, ...]) -> list[Instruction]:
    """Allow the call if all conditions hold, else continue after this block."""
    block = [(RETURN, 0, 0, ALLOW)]
    if conditions:
        block += [(LOAD, 0, 0, NUMBER)]
    for where in reversed(conditions):
        low, high_mask = ARGUMENTS + 8 * where.argument, where.mask >> 32
        block = _if_one_of(low, where.mask & INT, where.values, block)
        block = _if_one_of(low + 4, high_mask, (0,), block) if high_mask else block
    return block


def _if_one_of(offset: int, mask: int, values: tuple[int, ...], block: list[Instruction]) -> list[Instruction]:
    """Run a block if these bits of an argument are one of the values, else only its last step (load the number)."""
    tests = [(EQUAL, len(values) - i, 0, value) for i, value in enumerate(values)]
    return [(LOAD, 0, 0, offset), (AND, 0, 0, mask), *tests, (SKIP, 0, 0, len(block) - 1), *block]


@dataclass
class Program:
    """A compiled filter, in memory that the kernel can read.

    `blanks` are the places of numbers that still have to be filled in.
    """

    code: bytearray
    blanks: dict[int, tuple[int, ...]]

    @classmethod
    def compile(cls, machine: str, rules: Iterable[Rule] = RULES) -> "Program":
        steps = instructions(machine, rules)
        places = {
            blank: tuple(_INSTRUCTION.size * i + 4 for i, step in enumerate(steps) if step[3] == blank)
            for blank in (OWN_PID, SECRET_LOW, SECRET_HIGH)
        }
        return cls(bytearray(b"".join(_INSTRUCTION.pack(*step) for step in steps)), places)

    def __post_init__(self) -> None:
        memory = (ctypes.c_char * len(self.code)).from_buffer(self.code)
        described = struct.pack("HP", len(self.code) // _INSTRUCTION.size, ctypes.addressof(memory))
        self._described = ctypes.create_string_buffer(described)
        self._address = ctypes.c_void_p(ctypes.addressof(self._described))

    def fill(self, blank: int, number: bytes | bytearray | memoryview) -> None:
        """Write a number of 4 bytes, in this machine's byte order, wherever `blank` stands for it.

        No other copy of it is made.
        """
        whole = memoryview(self.code)
        for at in self.blanks[blank]:
            whole[at : at + 4] = number

    def install(self) -> None:
        """Confine this process for good.

        Raises:
            OSError: if the kernel refuses, for instance because the process could still gain privileges.
        """
        pid = os.getpid()
        for at in self.blanks[OWN_PID]:
            _NUMBER.pack_into(self.code, at, pid)
        kernel.prctl(kernel.PR_SET_SECCOMP, kernel.SECCOMP_MODE_FILTER, self._address)

    def install_with_secret(self) -> bytearray:
        """The same for rules that ask for a secret.

        Returns:
            A fresh secret. No other copy of it is left in this process.

        Raises:
            OSError: as `install`.
        """
        secret = bytearray(8)
        kernel.fill_with_chance(secret)
        self.fill(SECRET_LOW, memoryview(secret)[:4])
        self.fill(SECRET_HIGH, memoryview(secret)[4:])
        self.install()
        wipe(self.code)
        return secret


def wipe(memory: bytearray) -> None:
    """Overwrite memory in place."""
    memoryview(memory)[:] = bytes(len(memory))


def for_this_machine(rules: Iterable[Rule] = RULES) -> Program | None:
    """The compiled filter; None if there are no rules for this machine, or if its kernel has no filters."""
    machine = platform.machine()
    return Program.compile(machine, rules) if machine in AUDIT_ARCHITECTURE and _kernel_filters() else None


def _kernel_filters() -> bool:
    if not kernel.ON_LINUX:
        return False
    try:
        kernel.prctl(kernel.PR_SET_SECCOMP, kernel.SECCOMP_MODE_FILTER, 0)
    except OSError as error:
        return error.errno == errno.EFAULT  # the kernel tried to read the program, so it knows filters
    return False
