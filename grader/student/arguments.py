"""The words of the command line, and what is said of wrong ones."""

import argparse
import re
from collections.abc import Callable, Sequence
from typing import NoReturn

from grader.student import Refused

USAGE = """\
python check.py                         the course at a glance, what to do next
python check.py 03                      the public checks of an assignment
python check.py 03 -k CrossEntropyLoss  one class of them
python check.py 03 --watch              again whenever you save a file
python check.py 03 --debug              the debugger in your code, at a failure
python check.py explain MSELoss         specification, handout, public checks
python check.py hint                    something to think about, one at a time
python check.py gradcheck nn.Linear 5 3 --shape 4,5
                                        are your gradients those of forward?
python check.py plot GELU               a curve of what it computes, its slope
python check.py status                  which parts are yours, from above
python check.py submit 03               what you hand in, as an archive

gradcheck is given what the constructor is given (5 3 bias=False), then
    --shape 4,5       of x; several times, if forward takes more
    --pair 1,4,3      of both arrays of one more input, (h0, c0) of an LSTM
    --target 4        of one more input without a gradient, as losses take it
    --classes 3       it has whole numbers from 0 to 2; without a target, x has
    --between -1,1    the smallest and the largest number in x (-2,2)
plot is given the constructor's arguments, too; --between -4,4; for a loss
    --target 1        what each x is compared with
    --steps 100       of a schedule (CosineAnnealingLR 100)
submit without a number hands in all assignments. --watch also works without
a number; with -k both --watch and --debug do. hint MSELoss is about a class."""


class Words(argparse.ArgumentParser):
    """A parser that refuses what it does not understand in a sentence."""

    def error(self, message: str) -> NoReturn:
        raise Refused(f"{self.prog}: {message}.\n\n{USAGE}")

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The words by their names.

        Raises:
            Refused: if one of them is not understood.
        """
        return self.parse_args(_joined(arguments))


def _joined(arguments: Sequence[str]) -> list[str]:
    """The words, with a range of negative numbers joined to its option: argparse would take -2,2 for an option."""
    joined: list[str] = []
    for word in arguments:
        if joined and joined[-1].startswith("--") and re.match(r"-[\d.]+[,e]", word):
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def usage() -> str:
    """What can be asked for."""
    return USAGE


def _shape(text: str) -> tuple[int, ...]:
    """4,5 or (4, 5) or 4x5."""
    parts = text.strip("()[] ").replace("x", ",").split(",")
    sizes = tuple(int(part) for part in parts if part.strip())
    if any(size < 0 for size in sizes):
        raise ValueError
    return sizes


def _between(text: str) -> tuple[float, float]:
    low, high = map(float, text.split(","))
    if not -1e300 < low < high < 1e300:
        raise ValueError
    return low, high


def _number(text: str) -> int:
    if (number := int(text)) < 1:
        raise ValueError
    return number


def _called(name: str, function: Callable[[str], object]) -> Callable[[str], object]:
    """argparse says "invalid NAME value: 'text'"."""
    function.__name__ = name
    return function


def _parser(verb: str) -> Words:
    return Words(prog=f"check.py {verb}".strip(), add_help=False, allow_abbrev=False)


CHECKS = _parser("")
CHECKS.add_argument("assignment", nargs="?")
CHECKS.add_argument("-k", metavar="NAME")
CHECKS.add_argument("--watch", action="store_true")
CHECKS.add_argument("--debug", action="store_true")

EXPLAIN = _parser("explain")
EXPLAIN.add_argument("name")

HINT = _parser("hint")
HINT.add_argument("name", nargs="?")

STATUS = _parser("status")

SUBMIT = _parser("submit")
SUBMIT.add_argument("assignment", nargs="?")

GRADCHECK = _parser("gradcheck")
GRADCHECK.add_argument("path")
GRADCHECK.add_argument("arguments", nargs="*")
GRADCHECK.add_argument("--shape", action="append", required=True, type=_called("shape", _shape))
GRADCHECK.add_argument("--pair", type=_called("shape", _shape))
GRADCHECK.add_argument("--target", type=_called("shape", _shape))
GRADCHECK.add_argument("--classes", type=_called("number", _number))
GRADCHECK.add_argument("--between", type=_called("range", _between), default=(-2.0, 2.0))

PLOT = _parser("plot")
PLOT.add_argument("path")
PLOT.add_argument("arguments", nargs="*")
PLOT.add_argument("--between", type=_called("range", _between), default=(-4.0, 4.0))
PLOT.add_argument("--target", type=float)
PLOT.add_argument("--steps", type=_called("number", _number), default=100)
