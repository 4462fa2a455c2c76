"""A tiny interpreter for the kernel's packet filter, to decide about any system call without doing it."""

import struct
from collections.abc import Sequence

Instruction = tuple[int, int, int, int]
SECCOMP_DATA = struct.Struct("=iIQ6Q")  # number, architecture, instruction pointer, arguments


def unpack(code: bytes) -> list[Instruction]:
    """Instructions from the form that the kernel reads."""
    return list(struct.iter_unpack("=HBBI", code))


def decide(program: Sequence[Instruction], number: int, architecture: int, arguments: Sequence[int] = ()) -> int:
    """What the filter answers to one system call.

    Raises:
        AssertionError: for an instruction that no filter here uses, or a program that does not end by returning.
    """
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = SECCOMP_DATA.pack(number, architecture, 0, *padded)
    accumulator, at = 0, 0
    while at < len(program):
        operation, if_true, if_false, constant = program[at]
        at += 1
        match operation:
            case 0x06:  # return
                return constant
            case 0x20:  # load a word of the call's description
                accumulator = struct.unpack_from("=I", data, constant)[0]
            case 0x54:  # and
                accumulator &= constant
            case 0x05:  # jump
                at += constant
            case 0x15 | 0x25 | 0x35 | 0x45:  # jump if equal, greater, at least, any bit in common
                holds = {
                    0x15: accumulator == constant,
                    0x25: accumulator > constant,
                    0x35: accumulator >= constant,
                    0x45: bool(accumulator & constant),
                }
                at += if_true if holds[operation] else if_false
            case _:
                raise AssertionError(f"unknown operation {operation:#x}")
    raise AssertionError("the program ran over its end")
