"""What the laws need to know about a member with a forward and a backward."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from grader.checks.twin import Twin, Workbench

Options = dict[str, Any]
Shape = tuple[int, ...]


class Named:
    """Something that an assignment promises, and that the student's code has at this path."""

    path: str

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]


class WithOptions(Named):
    """The same with lines of options, each for an object of its own."""

    options: tuple[Options, ...]
    together: tuple[Options, ...]

    @property
    def others(self) -> tuple[Options, ...]:
        """All lines of options that differ from the defaults."""
        return (*self.options, *self.together)


class Member(Protocol):
    """A module or a loss, as `PassLaws` needs it.

    inputs: a name for each thing that forward is given. shapes: the shapes that are promised for the first one. sizes:
    three shapes that differ only in their batch, in no order; more may follow, each of another size in one dimension
    than the one before, and one object is given all of them, with every option. owns: whether y shares no memory with
    x, nor dx with dy. modes: values of `training` for which something else is promised, the usual one first.
    """

    inputs: tuple[str, ...]
    shapes: tuple[Shape, ...]
    sizes: tuple[Shape, ...]
    owns: bool
    modes: tuple[bool, ...]

    @property
    def name(self) -> str: ...

    def lines(self, rng: np.random.Generator) -> Sequence[Options]:
        """The options of one object each: the defaults, and others."""

    def plain_line(self, rng: np.random.Generator, shape: Shape) -> Options:
        """The line with most parameters and buffers whose object returns an array, for inputs of this shape."""

    def redrawn(self, rng: np.random.Generator, options: Options) -> Options:
        """The options with new numbers in their arrays."""

    def make(self, twin: Workbench, options: Options) -> Twin:
        """An object on both sides, named by its class and options. Its `before` resets it to how it was made."""

    def feed(self, rng: np.random.Generator, shape: Shape, options: Options) -> tuple[Any, ...]:
        """What forward is given: arrays, or nested tuples of arrays. Of the first some have a gradient."""
