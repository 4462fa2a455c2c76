"""What one object gave, forward and backward, and how it is held against what another one gave."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.calls import Call
from grader.checks.battery.drawing import FAR_OFF, GRADIENTS, compare_numbers, require_same_direction, upstream
from grader.checks.battery.members import Member, Options, Shape
from grader.checks.trees import leaves, mapped
from grader.checks.twin import Twin, Workbench
from grader.compare import Mismatch


@dataclass(frozen=True)
class Answers:
    """What one forward and one backward gave: y, dx and the gradients of the parameters. y and dx may be tuples."""

    y: Twin
    dx: Twin
    gradients: tuple[Twin, ...] = ()

    def __iter__(self) -> Iterator[Twin]:
        return iter((self.y, self.dx, *self.gradients))

    def require_sense(self) -> None:
        """Raise `Mismatch` if they have nothing to do with the question.

        Then y is far off, or a gradient is not a multiple of what it should be.
        """
        compare_numbers(self.y.actual, self.y.expected, self.y.name, FAR_OFF)
        for gradient in (self.dx, *self.gradients):
            require_same_direction(gradient.actual, gradient.expected, gradient.name)


@dataclass(frozen=True)
class Pair:
    """What an object gave under some circumstances, and what a new one with equal parameters gives for the same."""

    found: Answers
    alone: Answers

    def compare(self, when: str) -> None:
        """Raise `Mismatch` for what differs; wrong values wait for the end of the check."""
        for found, alone in zip(self.found, self.alone, strict=True):
            # The same code for the same numbers: at most, sums are added in another order, or a state is float32.
            with found._bench.wrong.noting():
                compare_numbers(found.actual, alone.actual, f"{found.name} {when}", GRADIENTS)


def judge(pairs: Iterable[Pair], when: str) -> None:
    """Compare all pairs but those whose answers alone make no sense, if these are at most half.

    Raises:
        Mismatch: for the first that differs; or makes no sense, if most do.
    """
    sound, senseless = [], []
    for pair in list(pairs):
        try:
            pair.alone.require_sense()
            sound.append(pair)
        except Mismatch as mismatch:
            senseless.append(mismatch)
    if len(senseless) > len(sound):
        raise senseless[0]
    for pair in sound:
        pair.compare(when)


def filled(shapes: Sequence[Shape]) -> list[Shape]:
    """Those with numbers in them."""
    return [shape for shape in shapes if 0 not in shape]


def gradients_of(on: Twin) -> list[Call]:
    """What reads the gradient of each parameter."""
    return [Call("get", on, f"{name}.grad") for name, _ in on.expected.named_parameters()]


def forward_pass(on: Twin, inputs: Sequence[Any], *, keep: bool = False) -> Twin:
    """One forward of what is as it was made: its generator and its buffers are brought back there first."""
    on._bench.later(on.before)
    [y] = on.run([Call("call", on, "forward", tuple(inputs), keep=keep)])
    y.name = f"{on.name}.forward(x)"
    return y


def one_pass(on: Twin, inputs: Sequence[Any], dy: Any) -> Answers:
    """One forward, as above, and one backward."""
    return backward_pass(on, forward_pass(on, inputs), dy)


def backward_pass(on: Twin, y: Twin, *dy: Any) -> Answers:
    """One backward, with gradients that are None before; without a dy if that may be left out."""
    read = gradients_of(on)
    on._bench.later([Call("set", on, call.path, (None,)) for call in read])
    arguments = upstreams(*dy)
    dx, *gradients = on.run([Call("call", on, "backward", arguments), *read])
    dx.name = f"{on.name}.backward({_spelled(arguments, y.expected)})"
    return Answers(y, dx, tuple(gradients))


def _spelled(arguments: tuple[Any, ...], y: Any) -> str:
    """The arguments of backward: `dy`; or, if something is left out, what is given: `None, (dy[1][0], None)`."""
    is_whole = len(arguments) == len(y if type(y) is tuple else (y,))
    if is_whole and not any(leaf is None for leaf in leaves(arguments, "dy").values()):
        return "dy"

    def spelled(tree: Any, name: str) -> str:
        if type(tree) is tuple:
            return f"({', '.join(spelled(part, f'{name}[{i}]') for i, part in enumerate(tree))})"
        return "None" if tree is None else name

    return ", ".join(spelled(part, f"dy[{i}]") for i, part in enumerate(arguments))


def another(twin: Workbench, member: Member, options: Options, like: Twin) -> Twin:
    """A new object with the parameters of one that is there, and the buffers that one was made with."""
    new = member.make(twin, options)
    for name, parameter in like.expected.named_parameters():
        new.set(f"{name}.data", parameter.data)
    new.before = as_made(new.before, like)
    return new


def as_made(before: Sequence[Call], like: Twin) -> list[Call]:
    """What brings an object back to how another one was made, not itself."""
    return [mine._replace(args=other.args) for mine, other in zip(before, like.before, strict=True)]


def upstream_of(y: Twin, rng: np.random.Generator) -> Any:
    """An upstream gradient for y: an array, a number for a number, or nested tuples of these."""

    def draw(leaf: Any) -> Any:
        return upstream(rng, leaf.shape) if isinstance(leaf, np.ndarray) else float(rng.uniform(0.5, 1.5))

    return mapped(draw, y.expected)


def upstreams(*dy: Any) -> tuple[Any, ...]:
    """The arguments of backward. For an output that is a tuple, they are as many as it has items."""
    return dy[0] if dy and type(dy[0]) is tuple else dy
