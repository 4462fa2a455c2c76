"""What the laws need to know of a member that has a forward and a backward."""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

import numpy as np

from grader.checks.twin import Twin, Workbench

Options = dict[str, Any]
Shape = tuple[int, ...]


class Member(Protocol):
    """A module or a loss, as `PassLaws` needs it.

    inputs: names what forward is given.
    shapes: those that are promised of the first input.
    sizes: differ in their batch alone, at least three in no order.
    owns: y shares no memory with x, nor dx with dy.
    modes: values of `training` for which something else is promised, the usual one first.
    """

    inputs: ClassVar[tuple[str, ...]]
    shapes: tuple[Shape, ...]
    sizes: tuple[Shape, ...]
    owns: bool
    modes: tuple[bool, ...]

    @property
    def name(self) -> str: ...

    def lines(self, rng: np.random.Generator) -> Sequence[Options]:
        """Options of one object each: the defaults, and others."""

    def plain_line(self, rng: np.random.Generator, shape: Shape) -> Options:
        """The one of them with most parameters and buffers that returns an array, for inputs of this shape."""

    def redrawn(self, rng: np.random.Generator, options: Options) -> Options:
        """The options with new numbers in their arrays."""

    def make(self, twin: Workbench, options: Options) -> Twin:
        """An object on both sides, called by its name and options; `before` brings it back to how it was made."""

    def feed(self, rng: np.random.Generator, shape: Shape, options: Options) -> tuple[np.ndarray, ...]:
        """What forward is given: the first input has a gradient, others (targets, say) are constants."""
