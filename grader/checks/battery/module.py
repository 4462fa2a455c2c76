"""The laws of modules."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, ClassVar

import numpy as np

from grader.calls import LAYOUTS, Call, seed
from grader.checks.battery.answers import backward_pass, filled, upstream_of, upstreams
from grader.checks.battery.drawing import FAR_OFF, TO_ROUNDING, compare_direction, compare_roughly, wide
from grader.checks.battery.laws import law
from grader.checks.battery.members import Options, Shape, WithOptions
from grader.checks.battery.passes import PassLaws
from grader.checks.errors import raises
from grader.checks.gradients import check_gradients
from grader.checks.strict import warnings_as_errors
from grader.checks.trees import leaves, mapped, rebuilt
from grader.checks.twin import Twin, Workbench

# From one dimension to four: a batch of one, a single feature, nothing at all.
SHAPES: tuple[Shape, ...] = ((6,), (4, 3), (1, 5), (5, 1), (2, 3, 4), (2, 1, 3, 2), (0, 3))

# Dtypes of x, dy and the parameters, and memory layouts of x and dy, as byte order is no part of a dtype. The order
# matters. Code that computes in the dtype of the parameters fails in the first line. Code that lets NumPy choose fails
# at y in the second. Code that gives dx the dtype of dy fails at dx.
DTYPES = (
    ("float64", "float64", "float32", "C"),
    ("float32", "float64", "float64", "C"),
    ("float64", "float32", "float64", "C"),
    ("float32", "float32", "float32", "big-endian"),
)
FLOATS = ("float32", "float64")
SEED = 5  # of each object's generator, so that what it draws depends only on the shape


@dataclass(frozen=True)
class Refusal:
    """An x that forward refuses: one of this shape raises `error`, and the message contains `naming`.

    The object has these options. It accepts an x of the shape `fits`, so code that ignores the options altogether fails
    differently from code that does not check them. With `arguments`, it has these in place of the member's: NumPy
    broadcasts an object of size 1 to any x, and no other.
    """

    error: type[Exception]
    shape: Shape
    options: Options = field(default_factory=dict)
    naming: tuple[object, ...] = ()
    fits: Shape | None = None
    arguments: tuple[Any, ...] | None = None


@dataclass(frozen=True)
class Layer(WithOptions):
    """A module, as the laws need it.

    path: where it is, e.g. "nn.Linear".
    arguments: the arguments with which every object is made, e.g. (5, 3).
    options: lines of arguments that differ from the defaults, each for an object of its own; they fit inputs of
        `sizes`, and of more dimensions.
    together: lines in which several options differ from the defaults; every possible pair has to be in one.
    shapes: of inputs, every kind that the handout promises.
    sizes: of inputs that differ only in their batch.
    shapes_with_options: of inputs that all options fit; by default those of two sizes.
    draw: makes x, the first input, from (rng, shape).
    further: makes what forward is given after x from (rng, shape of x, options): arrays, or nested tuples of arrays.
    inputs: a name for each input.
    differentiable: how many of the inputs backward gives gradients for. What comes after them is constant.
    extremes: makes an x from rng on which a formula that ignores rounding and overflow fails; see `TO_ROUNDING` for
        what is allowed.
    impossible: options that the constructor refuses with ValueError.
    refused: inputs that forward refuses.
    owns: whether y shares no memory with x, nor dx with dy.
    random: whether the constructor takes `rng`, from which forward draws in training.
    stateful: whether forward changes buffers in training, or reads them in evaluation.
    """

    path: str
    arguments: tuple[Any, ...] = ()
    options: tuple[Options, ...] = ()
    together: tuple[Options, ...] = ()
    shapes: tuple[Shape, ...] = SHAPES
    sizes: tuple[Shape, ...] = ((4, 3), (2, 3), (5, 3))
    shapes_with_options: tuple[Shape, ...] = ()
    draw: Callable[[np.random.Generator, Shape], np.ndarray] = wide
    further: Callable[[np.random.Generator, Shape, Options], tuple[Any, ...]] | None = None
    inputs: tuple[str, ...] = ("x",)
    differentiable: int = 1
    extremes: Callable[[np.random.Generator], np.ndarray] | None = None
    impossible: tuple[tuple[tuple[Any, ...], Options], ...] = ()
    refused: tuple[Refusal, ...] = ()
    owns: bool = True
    random: bool = False
    stateful: bool = False

    @property
    def modes(self) -> tuple[bool, ...]:
        return (True, False) if self.has_evaluation else (True,)

    @property
    def has_evaluation(self) -> bool:
        """Whether something else is promised in evaluation."""
        return self.random or self.stateful

    @property
    def empty(self) -> list[tuple[Options, Shape]]:
        """Options of one object each, and the shape of an empty input that fits them."""
        lines = [({}, self.shapes), *((options, self.shapes_with_options) for options in self.others)]
        return [(options, shape) for options, shapes in lines for shape in shapes if 0 in shape]

    def lines(self, rng: np.random.Generator) -> Sequence[Options]:
        return ({}, *self.others)

    def plain_line(self, rng: np.random.Generator, shape: Shape) -> Options:
        return {}

    def redrawn(self, rng: np.random.Generator, options: Options) -> Options:
        return options

    def make(self, twin: Workbench, options: Options) -> Twin:
        generator = {"rng": twin.generator(SEED)} if self.random else {}
        module = twin(self.path, *self.arguments, **options, **generator)
        module.name = self.called(self.arguments, options)
        buffers = module.expected.named_buffers() if self.stateful else ()
        made = [Call("set", module, name, (buffer.copy(),)) for name, buffer in buffers]
        module.before = (*[seed(used, SEED) for used in generator.values()], *made)
        return module

    def called(self, arguments: tuple[Any, ...], options: Options) -> str:
        """As students write it: "Linear(5, 3, bias=False)"."""
        named = (f"{key}={value!r}" for key, value in options.items())
        return f"{self.name}({', '.join([*map(repr, arguments), *named])})"

    def feed(self, rng: np.random.Generator, shape: Shape, options: Options) -> tuple[Any, ...]:
        return (self.draw(rng, shape), *self.after_x(rng, shape, options))

    def after_x(self, rng: np.random.Generator, shape: Shape, options: Options) -> tuple[Any, ...]:
        return self.further(rng, shape, options) if self.further else ()


class ModuleLaws(PassLaws):
    """For modules."""

    member: ClassVar[Layer]

    def _made(self, twin: Workbench, options: Options, training: bool) -> Twin:
        module = self.member.make(twin, options)
        if not training:
            module.eval()
        return module

    def _forward(self, twin: Workbench, rng: np.random.Generator, options: Options, shape: Shape) -> None:
        compare_roughly(self.member.make(twin, options).forward(*self.member.feed(rng, shape, options)))

    def _gradients(self, twin: Workbench, rng: np.random.Generator, options: Options, shape: Shape) -> None:
        self._check_gradients(self.member.make(twin, options), self.member.feed(rng, shape, options), rng)

    def _check_gradients(self, module: Twin, inputs: tuple[Any, ...], rng: np.random.Generator) -> None:
        check_gradients(module, *inputs, differentiable=self.member.differentiable, rng=rng)

    @law("{name} computes its equation, for an x of every shape that the handout promises.", 2)
    def test_values(self, twin, rng):
        for shape in filled(self.member.shapes):
            self._forward(twin, rng, {}, shape)

    @law(
        "{name} computes its equation with other arguments than the defaults, one at a time and together.",
        needs="others",
    )
    def test_values_with_options(self, twin, rng):
        for options in self.member.others:
            for shape in filled(self.member.shapes_with_options) or self.member.sizes[:2]:
                self._forward(twin, rng, options, shape)

    @law("{name}.backward gives the right gradients for any dy, for an x of every shape that the handout promises.", 2)
    def test_gradients(self, twin, rng):
        for shape in filled(self.member.shapes):
            self._gradients(twin, rng, {}, shape)

    @law(
        "{name}.backward gives the right gradients with other arguments than the defaults, one at a time and together.",
        needs="others",
    )
    def test_gradients_with_options(self, twin, rng):
        for options in self.member.others:
            for shape in filled(self.member.shapes_with_options) or self.member.sizes[:2]:
                self._gradients(twin, rng, options, shape)

    @law("{name} in evaluation computes its equation, forward and backward.", needs="has_evaluation")
    def test_evaluation(self, twin, rng):
        for options in self.member.lines(rng):
            for shape in filled(self.member.shapes_with_options) or self.member.sizes[:2]:
                module, inputs = self._made(twin, options, False), self.member.feed(rng, shape, options)
                compare_roughly(module.forward(*inputs))
                self._check_gradients(module, inputs, rng)

    @law("{name} draws and changes its buffers as its equation says: in training only.", needs="has_evaluation")
    def test_state(self, twin, rng):
        for training, options in product(self.member.modes, self.member.lines(rng)):
            module = self._made(twin, options, training)
            for shape in (self.member.sizes[0], *self.member.sizes[:2]):
                compare_roughly(module.forward(*self.member.feed(rng, shape, options)), FAR_OFF)
                _compare_state(module)

    @law(
        "{name} is exact to rounding, forward and backward, without a warning, for numbers of every size up to 10000.",
        needs="extremes",
    )
    def test_range(self, twin, rng):
        self._range(twin, rng)

    def _range(self, twin: Workbench, rng: np.random.Generator) -> None:
        for options in self.member.lines(rng):
            x = self.member.extremes(rng)
            inputs = (x, *self.member.after_x(rng, x.shape, options))
            module, dy = self.member.make(twin, options), None
            for dtype, tolerance in TO_ROUNDING.items():
                with warnings_as_errors(twin.student):
                    y = module.forward(*_cast(inputs, dtype))
                    compare_roughly(y, tolerance)
                    dy = upstream_of(y, rng) if dy is None else dy
                    compare_roughly(module.backward(*upstreams(_cast(dy, dtype))), tolerance)

    @law(
        "What {name} returns has the dtype of x, float32 or float64, also if it is empty, and a parameter's gradient"
        " that of the parameter.",
        fine=True,
    )
    def test_dtypes(self, twin, rng):
        for training, options in product(self.member.modes, self.member.lines(rng)):
            module = self._made(twin, options, training)  # one for all dtypes, as it has to forget earlier ones
            for dtypes in DTYPES:
                self._kinds(module, rng, self.member.feed(rng, self.member.sizes[0], options), *dtypes)
        for options, shape in self.member.empty:
            self._kinds(self.member.make(twin, options), rng, self.member.feed(rng, shape, options), *DTYPES[0])

    def _kinds(
        self,
        module: Twin,
        rng: np.random.Generator,
        inputs: tuple[Any, ...],
        of_x: str,
        of_dy: str,
        of_parameters: str,
        layout: str,
    ) -> None:
        for name, parameter in module.expected.named_parameters():
            module.set(f"{name}.data", parameter.data.astype(of_parameters))
        given = _laid_out(module._bench, _cast(inputs, of_x), layout)
        y = module.forward(*given).compare(tolerance=FAR_OFF)
        dy = _laid_out(module._bench, _cast(upstream_of(y, rng), of_dy), layout)
        _, dx, *gradients = backward_pass(module, y, dy)
        for gradient in (dx, *gradients):
            compare_direction(gradient)

    def _layouts(self, rng: np.random.Generator) -> list[tuple[Options, Shape, Sequence[str]]]:
        """Options with the layouts to try.

        Options may choose another formula, which has to work for another layout, too.
        """
        return [*super()._layouts(rng), *((line, self.member.sizes[0], ("F",)) for line in self.member.others)]

    @law(
        "{name} refuses what cannot be: backward before forward is a RuntimeError, a dy of another shape than y a"
        " ValueError.",
        fine=True,
    )
    def test_refuses(self, student, twin, rng):
        member = self.member
        fresh = member.make(twin, {})
        inputs = member.feed(rng, member.sizes[0], {})
        y = fresh.expected.forward(*inputs)
        with raises(RuntimeError, doing=f"{fresh.name}.backward(dy) before any forward"):
            fresh.actual.backward(*upstreams(mapped(np.ones_like, y)))
        fresh.forward(*inputs)
        for at, right, shape in _wrong_shapes(y):
            dy = rebuilt(y, (np.ones(shape if k == at else leaf.shape) for k, leaf in leaves(y, "dy").items()))
            doing = f"{fresh.name}.backward(dy) with {at} of shape {shape} and {at.replace('dy', 'y')} of shape {right}"
            with raises(ValueError, doing=doing, naming=(shape, right)):
                fresh.actual.backward(*upstreams(dy))
        for arguments, options in member.impossible:
            with raises(ValueError, doing=member.called(arguments, options)):
                student.make(member.path, *arguments, **options)
        for refusal in member.refused:
            self._refuses(student, twin, rng, refusal)
        self._accepts(twin, rng)

    def _refuses(self, student: Any, twin: Workbench, rng: np.random.Generator, refusal: Refusal) -> None:
        """Where training differs from evaluation, in both modes."""
        member = self.member
        if refusal.arguments is not None:
            member = replace(member, arguments=refusal.arguments)
        if refusal.fits:
            inputs = member.feed(rng, refusal.fits, refusal.options)
            compare_roughly(member.make(twin, refusal.options).forward(*inputs), FAR_OFF)
        called = f"{member.called(member.arguments, refusal.options)}.forward(x) with x of shape {refusal.shape}"
        for training in (True, False) if member.random or member.stateful else (True,):
            module = student.make(member.path, *member.arguments, **refusal.options)
            module.train(training)
            doing = called if training else f"{called}, in evaluation,"
            with raises(refusal.error, doing=doing, naming=refusal.naming):
                further = member.after_x(rng, refusal.fits or member.sizes[0], refusal.options)
                module.forward(np.ones(refusal.shape), *further)


def _compare_state(module: Twin) -> None:
    """Compare the buffers, and what the generator gives next."""
    for name, _ in module.expected.named_buffers():
        [buffer] = module.run([Call("get", module, name)])
        compare_roughly(buffer)
    for generator in [call.on for call in module.before if call.do == "seed"]:
        drawn = generator.random()
        drawn.name = f"the next number of the generator, after {module.name}.forward(x),"
        compare_roughly(drawn)


def _laid_out(twin: Workbench, values: Any, layout: str) -> Any:
    """Arrays as arguments of a method.

    Arrays in the usual layout are passed as they are, others are held on both sides.
    """

    def held(value: Any) -> Any:
        return twin.array(value, layout) if isinstance(value, np.ndarray) else value

    return values if layout == LAYOUTS[0] else mapped(held, values)


def _cast(values: Any, dtype: str) -> Any:
    """Floating-point arrays in another dtype; others, such as indices and masks, as they are."""
    return mapped(lambda leaf: leaf.astype(dtype) if getattr(leaf, "dtype", None) in FLOATS else leaf, values)


def _wrong_shapes(y: Any) -> Iterator[tuple[str, Shape, Shape]]:
    """For each array of an output: its name as an upstream gradient, its shape, and one that backward refuses."""
    for name, leaf in leaves(y, "dy").items():
        right = leaf.shape
        for shape in {right[1:], (1, *right[1:]), (1, *right), (*right, 1), right[::-1]} - {right}:
            yield name, right, shape
