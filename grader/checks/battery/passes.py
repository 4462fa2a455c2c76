"""What an object gives depends neither on earlier questions nor on the memory layout of its inputs.

These laws compare an object's answers with those of a new object of the student's own. Other checks ask whether the
answers are right, so a wrong formula costs its points once. Answers that have nothing to do with the question earn
nothing here, either.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from grader.calls import LAYOUTS, Call
from grader.checks.battery.answers import (
    Answers,
    Pair,
    another,
    as_made,
    backward_pass,
    filled,
    forward_pass,
    gradients_of,
    judge,
    one_pass,
    upstream_of,
    upstreams,
)
from grader.checks.battery.drawing import FAR_OFF, compare_direction, compare_roughly
from grader.checks.battery.laws import Battery, law
from grader.checks.battery.members import Member, Options, Shape
from grader.checks.trees import leaves, mapped, rebuilt
from grader.checks.twin import Twin, Workbench
from grader.compare import EXACT


class PassLaws(Battery):
    """For everything with a forward and a backward."""

    member: ClassVar[Member]

    @law(
        "{name} answers for its last forward alone, whatever it or another object was asked before; its backward adds"
        " to gradients that are there."
    )
    def test_used_again(self, twin, rng):
        lines, plain = self.member.lines(rng), [self.member.plain_line(rng, self.member.sizes[0])]
        for when, pairs, options_of_objects in (
            ("after other inputs of this shape", self._other_inputs_before, plain),
            ("after batches of other sizes", self._other_sizes_before, lines),
            ("after inputs of other shapes", self._other_shapes_before, [{}]),
            ("called a second time", self._backward_before, plain),
            ("in evaluation", self._evaluated, plain),
            ("after a second backward", self._added, plain),
            ("beside another object of its kind", self._beside_another, plain),
            ("after another state was loaded", self._loaded, plain),
            ("after another state was loaded in evaluation", self._loaded_in_evaluation, plain),
        ):
            judge([pair for options in options_of_objects for pair in pairs(twin, rng, options)], when)

    def _other_inputs_before(self, twin: Workbench, rng: np.random.Generator, options: Options) -> Iterator[Pair]:
        earlier, inputs = (self.member.feed(rng, self.member.sizes[0], options) for _ in range(2))
        used = self.member.make(twin, options)
        dy = upstream_of(forward_pass(used, earlier), rng)
        one_pass(used, earlier, dy)
        used.forward(*earlier)  # the last of two forwards in a row counts, too
        new = another(twin, self.member, options, used)
        yield Pair(one_pass(used, inputs, dy), one_pass(new, inputs, dy))

    def _other_sizes_before(self, twin: Workbench, rng: np.random.Generator, options: Options) -> Iterator[Pair]:
        sizes = self.member.sizes
        return self._in_turn(twin, rng, options, (*sizes[:2], *sizes[1:], sizes[0]))  # one of them twice in a row

    def _other_shapes_before(self, twin: Workbench, rng: np.random.Generator, options: Options) -> Iterator[Pair]:
        """If an object takes inputs of different numbers of dimensions, it takes them one after the other."""
        return self._in_turn(twin, rng, options, filled(self.member.shapes))

    def _in_turn(
        self, twin: Workbench, rng: np.random.Generator, options: Options, shapes: Sequence[Shape]
    ) -> Iterator[Pair]:
        used = self.member.make(twin, options)
        for shape in shapes:
            inputs = self.member.feed(rng, shape, options)
            new = another(twin, self.member, options, used)
            y = forward_pass(new, inputs)
            dy = upstream_of(y, rng)
            yield Pair(one_pass(used, inputs, dy), backward_pass(new, y, dy))

    def _backward_before(self, twin: Workbench, rng: np.random.Generator, options: Options) -> Iterator[Pair]:
        inputs = self.member.feed(rng, self.member.sizes[0], options)
        used = self.member.make(twin, options)
        new = another(twin, self.member, options, used)
        y = forward_pass(used, inputs)
        backward_pass(used, y, upstream_of(y, rng))
        dy = upstream_of(y, rng)
        yield Pair(backward_pass(used, y, dy), one_pass(new, inputs, dy))

    def _evaluated(self, twin: Workbench, rng: np.random.Generator, options: Options) -> Iterator[Pair]:
        """In evaluation, too, backward belongs to the last forward."""
        earlier, inputs = (self.member.feed(rng, self.member.sizes[0], options) for _ in range(2))
        used = self.member.make(twin, options)
        new = another(twin, self.member, options, used)
        dy = upstream_of(used.forward(*earlier), rng)
        for module in (used, new):
            module.eval()
        yield Pair(one_pass(used, inputs, dy), one_pass(new, inputs, dy))

    def _added(self, twin: Workbench, rng: np.random.Generator, options: Options) -> Iterator[Pair]:
        """The same dy twice, one after the other, gives the parameters what twice the dy gives at once."""
        used = self.member.make(twin, options)
        if not list(used.expected.named_parameters()):
            return
        inputs, new = self.member.feed(rng, self.member.sizes[0], options), another(twin, self.member, options, used)
        y = forward_pass(used, inputs)
        dy = upstream_of(y, rng)
        backward_pass(used, y, dy)
        dx, *gradients = used.run([Call("call", used, "backward", upstreams(dy)), *gradients_of(used)])
        once = one_pass(new, inputs, dy)
        twice = backward_pass(new, y, mapped(lambda leaf: 2 * leaf, dy))
        yield Pair(Answers(once.y, dx, tuple(gradients)), replace(once, gradients=twice.gradients))

    def _beside_another(self, twin: Workbench, rng: np.random.Generator, options: Options) -> Iterator[Pair]:
        inputs, others = (self.member.feed(rng, self.member.sizes[0], options) for _ in range(2))
        used, beside = self.member.make(twin, options), self.member.make(twin, options)
        new = another(twin, self.member, options, used)
        y = forward_pass(used, inputs)
        beside.forward(*others)
        dy = upstream_of(y, rng)
        yield Pair(backward_pass(used, y, dy), one_pass(new, inputs, dy))

    def _loaded(self, twin: Workbench, rng: np.random.Generator, options: Options) -> Iterator[Pair]:
        """Parameters and buffers count as they are now, not as they were at an earlier forward."""
        used = self.member.make(twin, options)
        if not used.expected.state_dict():
            return
        inputs = self.member.feed(rng, self.member.sizes[0], options)
        dy = upstream_of(used.forward(*inputs), rng)
        saved = self.member.make(twin, self.member.redrawn(rng, options))
        used.load_state_dict(saved.state_dict())
        made = used.before
        used.before = [call for call in made if call.do == "seed"]  # the buffers are what is there now
        yield Pair(one_pass(used, inputs, dy), one_pass(saved, inputs, dy))
        other = self.member.make(twin, self.member.redrawn(rng, options))
        for name, parameter in other.expected.named_parameters():
            used.set(f"{name}.data", parameter.data)
        for name, buffer in other.expected.named_buffers():
            used.set(name, buffer)
        used.before = as_made(made, other)
        for training in self.member.modes:
            for module in (used, other):
                module.train(training)
            yield Pair(one_pass(used, inputs, dy), one_pass(other, inputs, dy))

    def _loaded_in_evaluation(self, twin: Workbench, rng: np.random.Generator, options: Options) -> Iterator[Pair]:
        """The same without a mode that changes in between."""
        used = self.member.make(twin, options)
        if False not in self.member.modes or not used.expected.state_dict():
            return
        saved = self.member.make(twin, self.member.redrawn(rng, options))
        for module in (used, saved):
            module.eval()
        inputs = self.member.feed(rng, self.member.sizes[0], options)
        dy = upstream_of(used.forward(*inputs), rng)
        used.load_state_dict(saved.state_dict())
        used.before = [call for call in used.before if call.do == "seed"]
        yield Pair(one_pass(used, inputs, dy), one_pass(saved, inputs, dy))

    def _accepts(self, twin: Workbench, rng: np.random.Generator) -> None:
        """Who refuses everything refuses nothing for its own reason: a new object takes what can be."""
        options = self.member.plain_line(rng, self.member.sizes[0])
        new = self.member.make(twin, options)
        y = new.forward(*self.member.feed(rng, self.member.sizes[0], options))
        compare_roughly(y, FAR_OFF)
        compare_direction(new.backward(*upstreams(upstream_of(y, rng))))

    @law("{name} takes arrays in any memory layout, changes none of them, and returns memory of its own.", fine=True)
    def test_memory(self, twin, rng):
        judge(
            [pair for case in self._layouts(rng) for pair in self._in_layouts(twin, rng, *case)],
            "for arrays in another layout",
        )
        if self.member.owns:
            lines = self.member.lines(rng)
            judge(
                [pair for line in lines for pair in self._overwritten(twin, rng, line, self.member.sizes[0])],
                "beside what it returned before",
            )

    def _layouts(self, rng: np.random.Generator) -> list[tuple[Options, Shape, Sequence[str]]]:
        """Options of an object, the shape of its input, and layouts of the arrays."""
        shapes = filled(self.member.shapes)
        return [
            (self.member.plain_line(rng, shape), shape, LAYOUTS)
            for shape in dict.fromkeys((min(shapes, key=len), max(shapes, key=len)))
        ]

    def _in_layouts(
        self, twin: Workbench, rng: np.random.Generator, options: Options, shape: Shape, layouts: Sequence[str]
    ) -> Iterator[Pair]:
        inputs = self.member.feed(rng, shape, options)
        new = self.member.make(twin, options)
        y = forward_pass(new, inputs)
        dy = upstream_of(y, rng)
        alone = backward_pass(new, y, dy)
        for layout in layouts:
            held = _Held(twin, layout)
            used = another(twin, self.member, {key: held.array(key, value) for key, value in options.items()}, new)
            given = held.array("dy", dy)
            found = one_pass(
                used, [held.array(name, array) for name, array in zip(self.member.inputs, inputs, strict=True)], given
            )
            used.backward(*upstreams(given))  # what was kept of the first one would be changed now
            _overwrite_gradients(used, found)
            held.require_unchanged(used.name)
            yield Pair(found, alone)

    def _overwritten(self, twin: Workbench, rng: np.random.Generator, options: Options, shape: Shape) -> Iterator[Pair]:
        inputs, others = (self.member.feed(rng, shape, options) for _ in range(2))
        used = self.member.make(twin, options)
        new = another(twin, self.member, options, used)
        y = forward_pass(new, inputs)
        is_array = not isinstance(y.expected, float)
        dy = [upstream_of(y, rng)] * is_array  # a number's may be left out
        alone = backward_pass(new, y, *dy)
        y_there = forward_pass(used, inputs, keep=True)
        if is_array:
            _overwrite(y_there)
        _overwrite(_held_backward(used, *dy))
        yield Pair(backward_pass(used, y, *dy), alone)
        if not is_array:
            return
        kept = forward_pass(used, inputs, keep=True), _held_backward(used, *dy)
        one_pass(used, others, upstream_of(y, rng))  # another dy, too: of some modules, dx depends on it alone
        yield Pair(Answers(*(_now(held, of.name) for held, of in zip(kept, alone))), replace(alone, gradients=()))


def _overwrite_gradients(on: Twin, found: Answers) -> None:
    """Write into the parameters' gradients; of whatever shares memory with one, that would be seen."""
    there = [
        call for call, gradient in zip(gradients_of(on), found.gradients) if isinstance(gradient.actual, np.ndarray)
    ]
    on._bench.later([Call("set item", on, call.path, (Ellipsis, 0.0)) for call in there])


def _held_backward(on: Twin, *dy: Any) -> Twin:
    """The very result of a backward, uncopied."""
    [result] = on.run([Call("call", on, "backward", upstreams(*dy), keep=True)])
    return result


def _overwrite(held: Twin) -> None:
    """Fill the arrays of an uncopied result with zeros."""
    if type(held.expected) is tuple:
        for item in held.run([Call("item", held, "", (i,), keep=True) for i in range(len(held.expected))]):
            _overwrite(item)
    elif held.expected is not None:
        held.fill(0.0)


def _now(held: Twin, name: str) -> Twin:
    [value] = held.run([Call("get", held)])
    value.name = name
    return value


class _Held:
    """Arrays that a check passes uncopied, and looks at again."""

    def __init__(self, twin: Workbench, layout: str) -> None:
        self._twin, self._layout = twin, layout
        self._arrays: dict[str, Twin] = {}

    def array(self, name: str, value: Any) -> Any:
        """The value as it is or, of an array, a copy in the layout that is looked at again; also in nested tuples."""
        return rebuilt(value, iter([self._held(*leaf) for leaf in leaves(value, name).items()]))

    def _held(self, name: str, value: Any) -> Any:
        if not isinstance(value, np.ndarray):
            return value
        self._arrays[name] = self._twin.array(value, self._layout)
        return self._arrays[name]

    def require_unchanged(self, owner: str) -> None:
        for name, array in self._arrays.items():
            array.name = f"{name} ({self._layout}), after {owner} was run forward and backward,"
            array.compare(tolerance=EXACT)
