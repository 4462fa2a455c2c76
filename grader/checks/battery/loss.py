"""The laws of losses."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar

import numpy as np

from grader.checks.battery.answers import upstream_of
from grader.checks.battery.drawing import (
    FAR_OFF,
    GRADIENTS,
    TO_ROUNDING,
    compare_digits,
    compare_direction,
    compare_numbers,
    compare_roughly,
)
from grader.checks.battery.laws import law
from grader.checks.battery.members import Options, Shape, WithOptions
from grader.checks.battery.passes import PassLaws
from grader.checks.errors import raises
from grader.checks.gradients import check_gradients
from grader.checks.strict import warnings_as_errors
from grader.checks.twin import Twin, Workbench

Pairs = tuple[np.ndarray, np.ndarray]  # input and target
Feed = Callable[[np.random.Generator, Shape, Options], Pairs]


@dataclass(frozen=True)
class Criterion(WithOptions):
    """A loss, as the laws need it. An option may be a function (rng, shape of the input) that makes its value.

    path: where it is, e.g. "nn.MSELoss".
    draw: makes an input and a target from (rng, shape of the input, options).
    options: lines of options that differ from the defaults, each for an object of its own.
    together: lines in which several options differ from the defaults; every possible pair has to be in one.
    shapes: of inputs, every kind that the handout promises; also a square one, in which rows look like columns.
    sizes: of inputs that differ only in their batch.
    reductions: the values of the option `reduction`.
    nothing: inputs and targets whose mean is a mean of nothing, NaN.
    large: makes an input and a target of large numbers from (rng, options). The loss has to be exact to rounding there,
        see `TO_ROUNDING`.
    beside: another loss, made before anything is refused. What that one allows must not change what this one refuses.
    impossible: options that the constructor refuses with ValueError.
    refused: (error, input, target, options, what the message names) that forward refuses.
    """

    inputs = ("input", "target")
    modes = (True,)
    path: str
    draw: Feed
    options: tuple[Options, ...] = ()
    together: tuple[Options, ...] = ()
    shapes: tuple[Shape, ...] = ((), (5,), (4, 3), (1, 5), (3, 3), (2, 3, 4), (2, 1, 3, 2))
    sizes: tuple[Shape, ...] = ((4, 3), (2, 3), (5, 3))
    reductions: tuple[str, ...] = ("none", "sum", "mean")
    nothing: tuple[Pairs, ...] = ()
    large: Callable[[np.random.Generator, Options], Pairs] | None = None
    beside: str = ""
    impossible: tuple[Options, ...] = ()
    refused: tuple[tuple[type[Exception], Any, Any, Options, tuple[object, ...]], ...] = ()
    owns: bool = True

    @property
    def shapes_for_options(self) -> tuple[Shape, ...]:
        """Shapes for objects with one option each: all, unless objects with several options have them."""
        return self.sizes[:2] if self.together else self.shapes

    @property
    def extremes(self) -> tuple[Options, ...]:
        """The defaults, and the line with most options."""
        return ({}, *self.others[-1:])

    def lines(self, rng: np.random.Generator) -> Sequence[Options]:
        """Each reduction, without options and with most options, for inputs of `sizes`."""
        return [
            settled(options, rng, self.sizes[0]) | {"reduction": r}
            for options in self.extremes
            for r in self.reductions
        ]

    def plain_line(self, rng: np.random.Generator, shape: Shape) -> Options:
        return settled(self.extremes[-1], rng, shape) | {"reduction": "none"}

    def redrawn(self, rng: np.random.Generator, options: Options) -> Options:
        return {
            key: rng.permuted(value) + 0.1 if isinstance(value, np.ndarray) else value for key, value in options.items()
        }

    def make(self, twin: Workbench, options: Options) -> Twin:
        loss = twin(self.path, **options)
        shown = (f"{k}={v!r}" if isinstance(v, int | float | str) else f"{k}=..." for k, v in options.items())
        loss.name = f"{self.name}({', '.join(shown)})"
        return loss

    def feed(self, rng: np.random.Generator, shape: Shape, options: Options) -> Pairs:
        return self.draw(rng, shape, options)

    def cases(
        self, rng: np.random.Generator, lines: Sequence[Options], shapes: Sequence[Shape]
    ) -> Iterator[tuple[Options, Pairs]]:
        """Every line with every shape and reduction: options for a new object, and what to feed it."""
        for line, shape, reduction in product(lines, shapes, self.reductions):
            if reduction == "batchmean" and not shape:
                continue  # without a dimension there is no batch
            options = settled(line, rng, shape)
            yield options | {"reduction": reduction}, self.draw(rng, shape, options)


def settled(options: Options, rng: np.random.Generator, shape: Shape) -> Options:
    """The options, with functions replaced by the values they make."""
    return {key: value(rng, shape) if callable(value) else value for key, value in options.items()}


class LossLaws(PassLaws):
    """For losses: `forward(input, target)`, and the gradient of the input."""

    member: ClassVar[Criterion]

    def _values(
        self, twin: Workbench, rng: np.random.Generator, lines: Sequence[Options], shapes: Sequence[Shape]
    ) -> None:
        for options, inputs in self.member.cases(rng, lines, shapes):
            compare_roughly(self.member.make(twin, options).forward(*inputs))

    def _gradients(
        self, twin: Workbench, rng: np.random.Generator, lines: Sequence[Options], shapes: Sequence[Shape]
    ) -> None:
        for options, inputs in self.member.cases(rng, lines, shapes):
            check_gradients(
                self.member.make(twin, options), *inputs, rng=rng, tolerance=GRADIENTS, comparing=compare_numbers
            )

    @law("{name} is right for every reduction, for an input of every shape that the handout promises.", 2)
    def test_values(self, twin, rng):
        self._values(twin, rng, [{}], self.member.shapes)

    @law("{name} is right for every reduction with other arguments than the defaults, one at a time.", needs="options")
    def test_values_with_options(self, twin, rng):
        self._values(twin, rng, self.member.options, self.member.shapes_for_options)

    @law(
        "{name} is right for every reduction, shape and pair of arguments, with several that are not the default.",
        needs="together",
    )
    def test_values_with_options_together(self, twin, rng):
        self._values(twin, rng, self.member.together, self.member.shapes)

    @law(
        "{name}'s gradient is right for every reduction and any dy, for an input of every shape that the handout"
        " promises.",
        2,
    )
    def test_gradients(self, twin, rng):
        self._gradients(twin, rng, [{}], self.member.shapes)

    @law(
        "{name}'s gradient is right for every reduction with other arguments than the defaults, one at a time.",
        needs="options",
    )
    def test_gradients_with_options(self, twin, rng):
        self._gradients(twin, rng, self.member.options, self.member.shapes_for_options)

    @law(
        "{name}'s gradient is right for every reduction, shape and pair of arguments, with several that are not the"
        " default.",
        needs="together",
    )
    def test_gradients_with_options_together(self, twin, rng):
        self._gradients(twin, rng, self.member.together, self.member.shapes)

    @law(
        "{name} and its gradient are exact to rounding, in float32 and float64, without a warning, for numbers of"
        " magnitude 10000.",
        needs="large",
    )
    def test_range(self, twin, student, rng):
        for line in self.member.extremes:
            x, target = self.member.large(rng, line)
            options = _in_float32(settled(line, rng, x.shape)) | {"reduction": "none"}
            for dtype, tolerance in TO_ROUNDING.items():
                loss = self.member.make(twin, options)
                fitting = target.astype(dtype) if target.dtype.kind == "f" else target
                with warnings_as_errors(student):
                    y = loss.forward(x.astype(dtype), fitting)
                    compare_roughly(y, tolerance)
                    compare_roughly(loss.backward(upstream_of(y, rng).astype(dtype)), tolerance)

    @law(
        "{name} gives a Python float for a mean or sum, and otherwise arrays in the dtype of the input, right to its"
        " last digits, whatever those of target, weight and dy.",
        fine=True,
    )
    def test_kinds_of_number(self, twin, rng):
        for options, (x, target) in self.member.cases(
            rng, self.member.extremes, (self.member.sizes[0], self.member.shapes[0])
        ):
            loss = self.member.make(twin, options)  # one for both dtypes, as the present input decides
            for of_x, of_others in (("float32", "float64"), ("float64", "float32")):
                y = loss.forward(x.astype(of_x), target.astype(of_others) if target.dtype.kind == "f" else target)
                dy = upstream_of(y, rng)
                dx = loss.backward(dy.astype(of_others) if isinstance(dy, np.ndarray) else dy)
                y.compare(tolerance=FAR_OFF)
                compare_direction(dx)
                for answer in (y, dx):
                    if of_x == "float64":  # a float made of float32 numbers has fewer digits
                        compare_digits(answer)

    @law(
        "{name} of an empty batch, or of targets that do not count, is NaN as a mean, without a warning; its gradient"
        " is empty or zero.",
        needs="nothing",
        fine=True,
    )
    def test_nothing_to_average(self, twin, student, rng):
        with warnings_as_errors(student):
            for inputs, reduction in product(self.member.nothing, self.member.reductions):
                loss = self.member.make(twin, {"reduction": reduction})
                y = loss.forward(*inputs)
                compare_roughly(y)
                compare_roughly(loss.backward(upstream_of(y, rng)))

    @law(
        "{name} refuses what cannot be, with the kind of error that the handout names, and broadcasts nothing.",
        fine=True,
    )
    def test_refuses(self, student, twin, rng):
        member = self.member
        unknown = [
            {"reduction": reduction} for reduction in ("average", "batchmean") if reduction not in member.reductions
        ]
        self._refuses_options(student, (*unknown, *member.impossible))
        if member.beside:
            student.make(member.beside)
            self._refuses_options(student, unknown, f" after a {member.beside} was made")
        for error, x, target, options, naming in member.refused:
            doing = f"{member.name} with {options} given an input of shape {np.shape(x)} and {_shown(target)}"
            with raises(error, doing=doing, naming=naming):
                student.make(member.path, **settled(options, rng, np.shape(x))).forward(x, target)
        self._refuses_backward(twin, rng)
        self._accepts(twin, rng)

    def _refuses_options(self, student: Any, lines: Sequence[Options], when: str = "") -> None:
        for options in lines:
            with raises(ValueError, doing=f"{self.member.name} with {options}{when}"):
                student.make(self.member.path, **options)

    def _refuses_backward(self, twin: Workbench, rng: np.random.Generator) -> None:
        inputs = self.member.feed(rng, self.member.sizes[0], {})
        loss, total = (self.member.make(twin, {"reduction": reduction}) for reduction in ("none", "sum"))
        y = loss.forward(*inputs).expected
        total.forward(*inputs)
        with raises(
            RuntimeError, doing=f"{self.member.name}().backward() before forward, after that of another object,"
        ):
            self.member.make(twin, {}).actual.backward()
        with raises(RuntimeError, doing=f"{loss.name}.backward() without dy"):
            loss.actual.backward()
        wrong = [(loss, shape, y.shape) for shape in ((), (1, *y.shape[1:]), (1, *y.shape), (*y.shape, 1))] + [
            (total, shape, ()) for shape in ((1,), y.shape)
        ]
        for on, shape, right in wrong:
            with raises(ValueError, doing=f"{on.name}.backward given dy {shape} for {right}", naming=(shape, right)):
                on.actual.backward(np.ones(shape))


def _in_float32(options: Options) -> Options:
    """The options, with weights that float32 holds exactly, so that the dtype of an object's copy does not matter."""
    return {
        key: value.astype(np.float32).astype(float) if isinstance(value, np.ndarray) else value
        for key, value in options.items()
    }


def _shown(target: np.ndarray) -> str:
    """A target in a message: its numbers, or only its shape if they are many."""
    return f"the target {target.tolist()}" if target.ndim < 2 else f"a target of shape {target.shape}"
