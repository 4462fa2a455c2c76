"""Twins: the student's object and the reference's, driven by the same calls and compared."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from types import ModuleType
from typing import Any, NoReturn

import numpy as np

from grader.callbacks import Callback
from grader.calls import Call, follow, is_value, perform, perform_here
from grader.checks.framework import LocalFramework
from grader.checks.trees import leaves
from grader.checks.wrong import Wrong
from grader.compare import Mismatch, Tolerance, compare, count_items, refuse_type, require_array
from grader.operators import StandIn

LONGEST = 40  # characters


@dataclass
class Workbench:
    """What twins of one check share: the frameworks, the source of parameters, arguments of calls, what was wrong."""

    student: Any
    reference: ModuleType
    rng: np.random.Generator
    given: list[Any] = field(default_factory=list)  # the arguments of every call, on the reference's side
    wrong: Wrong = field(default_factory=Wrong)

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Of all arrays that were given to the two frameworks."""
        return tuple(leaf.shape for leaf in leaves(tuple(self.given), "").values() if isinstance(leaf, np.ndarray))

    def __call__(self, path: str, *args: Any, **kwargs: Any) -> "Twin":
        """Make an object on both sides, e.g. `twin("nn.Linear", 5, 3)`, with the same random parameters."""
        called = follow(self.reference, path)
        ours, ours_named = _reference_side(args), _reference_side(kwargs)
        self.given += [*ours, *ours_named.values()]
        expected = called(*ours, **ours_named)
        stays_there = isinstance(called, type) or not is_value(expected)  # then nobody waits for it
        call = self.student.make if stays_there else self.student.call
        actual = call(path, *_student_side(args), **_student_side(kwargs))
        made = Twin(self, actual, expected, path.rpartition(".")[2])
        if hasattr(expected, "named_parameters"):
            made.set_parameters()
        return made

    def run(self, calls: Iterable[Call]) -> list["Twin"]:
        """Do calls on twins, on both sides in the same order; twins of their results."""
        return [self.do(call) for call in calls]

    def do(self, call: Call) -> "Twin":
        """Do one call on both sides; the student's does it when its result is wanted, or with the next round trip."""
        [theirs], [ours] = self.sides([call])
        result = Twin(self, None, perform_here(ours), _name(call))
        result._promise = self.student.ask(theirs)
        return result

    def operate(self, call: Call, name: str) -> "Twin":
        """The same for an operator. An object stays where it is, and so can be gone on with before anybody waits."""
        [theirs], [ours] = self.sides([call])
        expected = perform_here(ours)
        result = Twin(self, None, expected, name)
        if is_value(expected):
            result._promise = self.student.ask(theirs)
        else:
            result._actual = self.student.keep(theirs)
        return result

    def each(self, twins: Sequence["Twin"], path: str) -> list["Twin"]:
        """What is at this path of each, by one call."""
        every = self.do(Call("get each", list(twins), path))

        def one(number: int) -> Twin:
            result = Twin(self, None, every.expected[number], twins[number]._label(path))
            result._promise = lambda: every.actual[number]
            return result

        return [one(number) for number in range(len(twins))]

    def later(self, calls: Iterable[Call]) -> None:
        """The same for calls whose results nobody needs: the student's side does them first in the next round trip."""
        theirs, ours = self.sides(calls)
        for call in ours:
            perform(call)
        self.student.later(theirs)

    def finish(self) -> None:
        """Do now what still waits for a round trip, and raise what differs until now."""
        self.student.finish()
        if self.wrong.values:
            raise self.wrong.first()

    def sides(self, calls: Sequence[Call]) -> tuple[list[Call], list[Call]]:
        """What the student's side has to do, and what the reference's."""
        ours = [_call_on(call, _reference_side) for call in calls]
        theirs = [_call_on(call, _student_side) for call in calls]
        for call in ours:
            self.given += [*call.args, *call.kwargs.values()] if call.kwargs else call.args
        return theirs, ours

    def array(self, values: np.ndarray, layout: str = "C") -> "Twin":
        """An array on both sides, in the given memory layout, that methods can be given uncopied."""
        local = LocalFramework(self.reference)
        name = f"the {layout} array of shape {values.shape}"
        return Twin(self, self.student.array(values, layout), local.array(values, layout), name)

    def file(self, content: bytes = b"") -> "Twin":
        """A file in memory on each side: `twin("save", state, file)`, then `file.getvalue().compare()`."""
        local = LocalFramework(self.reference)
        return Twin(self, self.student.file(content), local.file(content), f"the file of {len(content)} bytes")

    def callback(self, function: Callable[..., Any], **bounds: Any) -> "Twin":
        """A function of the check that both sides may call, see `grader.callbacks`."""
        theirs, ours = self.student.callback(function, **bounds), Callback(function, **bounds)
        return Twin(self, theirs, ours, getattr(function, "__name__", "f"))

    def generator(self, seed: int) -> "Twin":
        """A generator on each side, both from this seed, to hand to the framework: `rng=twin.generator(7)`."""
        return Twin(self, self.student.generator(seed), np.random.default_rng(seed), f"the generator of seed {seed}")


class Twin(StandIn):
    """A pair (student's, reference's). Methods and attributes give twins again; `compare` compares."""

    def __init__(self, bench: Workbench, actual: Any, expected: Any, name: str) -> None:
        self._bench = bench
        self._actual = actual
        self._promise: Callable[[], Any] | None = None  # of what is actual, where nobody has wanted it yet
        self.expected = expected
        self.name = name
        self.before: Sequence[Call] = ()  # what has it compute the same again, see `check_gradients`

    @property
    def actual(self) -> Any:
        """The student's side."""
        if self._promise:
            self._actual, self._promise = self._promise(), None
        return self._actual

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return TwinAttribute(self, name)

    def __call__(self, *args: Any, **kwargs: Any) -> "Twin":
        return self._do("", args, kwargs)

    def __getitem__(self, key: Any) -> "Twin":
        name = f"{self.name}[{key!r}]" if isinstance(key, int | str) else f"{_short(self.name)}[...]"
        if not (isinstance(key, int | str) or is_value(self.expected)):
            return self._bench.operate(Call("item", self, "", (key,)), name)
        expected = self.expected[key]
        try:
            actual = self.actual[key]
        except (IndexError, KeyError):
            raise Mismatch("An item is missing.", f"{self.name} has no item {key!r}") from None
        except TypeError:
            self._refuse_items()
        return Twin(self._bench, actual, expected, name)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._later(Call("set item", self, "", (key, value)))

    def _operate(self, call: Call) -> "Twin":
        return self._bench.operate(call, _written(call))

    def _finish(self) -> None:
        self._bench.finish()

    def _later(self, call: Call) -> None:
        self._bench.later([call])

    def __iter__(self) -> Iterator["Twin"]:
        expected = list(self.expected)
        try:
            actual = list(self.actual)
        except TypeError:
            self._refuse_items()
        if len(actual) != len(expected):
            items = f"{self.name} gave {count_items(actual)}, but should give {len(expected)}"
            raise Mismatch("The number of items is not the expected one.", items)
        pairs = zip(actual, expected, strict=True)
        return iter([Twin(self._bench, a, e, f"{self.name}[{i}]") for i, (a, e) in enumerate(pairs)])

    def _refuse_items(self) -> NoReturn:
        refuse_type(self.actual, self.name, "something with items")

    def _do(self, path: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> "Twin":
        return self._bench.do(Call("call", self, path, args, kwargs))

    def run(self, calls: Iterable[Call]) -> list["Twin"]:
        """Several calls, see `Workbench.run`."""
        return self._bench.run(calls)

    def _label(self, path: str) -> str:
        return f"{self.name}.{path}" if path else self.name

    def set(self, path: str, value: Any) -> None:
        """Set an attribute on both sides, e.g. `twin.set("weight.data", w)` or `twin.set("grad", None)`."""
        self._bench.later([Call("set", self, path, (value,))])

    def set_parameters(self) -> None:
        """Give every parameter, and every buffer named `running_...`, the same random values on both sides.

        Parameters are normal, scaled to keep outputs of order 1. So are buffers, but one that begins positive, as a
        running variance does, stays so. Other buffers, a table say, are as they were made.
        """
        drawn = _drawn_parameters(self.expected, self._bench.rng) | _drawn_buffers(self.expected, self._bench.rng)
        if not drawn:
            return
        kinds = {path: np.zeros_like(values) for path, values in drawn.items()}

        def judge(found: list[Any]) -> None:
            for data, (path, kind) in zip(found, kinds.items(), strict=True):
                require_array(data, self._label(path))
                compare(np.zeros_like(data), kind, self._label(path))

        self._bench.student.expect([Call("get", self.actual, path) for path in drawn], judge)
        self._bench.later([Call("set", self, path, (values,)) for path, values in drawn.items()])

    def hold(self, path: str, *args: Any) -> "Twin":
        """Call a method (or read an attribute) and hold on to the very result, uncopied, on both sides."""
        local = LocalFramework(self._bench.reference)
        actual = self._bench.student.hold(self.actual, path, *_student_side(args))
        expected = local.hold(self.expected, path, *_reference_side(args))
        return Twin(self._bench, actual, expected, self._label(path))

    def fill(self, value: float) -> None:
        """Overwrite a held array in place on both sides."""
        self._bench.student.later([Call("set item", self.actual, "", (Ellipsis, value))])
        self.expected[...] = value

    def compare(self, *paths: str, tolerance: Tolerance | None = None) -> "Twin":
        """Compare what is at each path now (without one, the pair itself); return this twin.

        What differs is raised with the next round trip, which is made when a value of the student's is wanted, or at
        the end of the check. Wrong values are raised at the end of the check (see `wrong`).

        Raises:
            Mismatch: for the first that differs.
        """
        wanted = [_reference_side(follow(self.expected, path)) for path in paths or ("",)]
        labels = [self._label(path) for path in paths or ("",)]

        def judge(found: list[Any]) -> None:
            for one, other, label in zip(found or [self.actual], wanted, labels, strict=True):
                with self._bench.wrong.noting():
                    compare(one, other, label, tolerance)

        self._expect(judge, paths)
        return self

    def judge(self, decide: Callable[[Any, Any], None]) -> "Twin":
        """Have `decide` compare (student's, reference's), as they are now, with the next round trip; return this."""
        wanted = _reference_side(self.expected)

        def judge(found: list[Any]) -> None:
            with self._bench.wrong.noting():
                decide(found[0] if found else self.actual, wanted)

        self._expect(judge, ())
        return self

    def _expect(self, judge: Callable[[list[Any]], None], paths: tuple[str, ...]) -> None:
        """Have what is at each path now judged. A pair that is a value comes with the next round trip anyway."""
        is_value = not paths and (self._promise or not _is_held(self._actual))
        self._bench.student.expect(
            [] if is_value else [Call("get", self.actual, path) for path in paths or ("",)], judge
        )


class TwinAttribute:
    """A method or attribute of a twin. To call it calls both sides; `read()` gives the twin of what is there."""

    def __init__(self, owner: Twin, path: str) -> None:
        self._owner = owner
        self._path = path

    def __getattr__(self, name: str) -> "TwinAttribute":
        if name.startswith("_"):
            raise AttributeError(name)
        return TwinAttribute(self._owner, f"{self._path}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Twin:
        return self._owner._do(self._path, args, kwargs)

    def read(self) -> Twin:
        """The pair of what is there now."""
        return self._owner._bench.do(Call("get", self._owner, self._path))


def _drawn_parameters(module: Any, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """New values for the parameters, by path."""
    drawn = {}
    for name, parameter in module.named_parameters():
        scale = max(1, math.prod(parameter.data.shape[1:])) ** -0.5
        drawn[f"{name}.data"] = rng.normal(0, scale, parameter.data.shape).astype(parameter.data.dtype)
    return drawn


def _drawn_buffers(module: Any, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """New values for the buffers that forward keeps up to date, by path."""
    drawn = {}
    for name, buffer in module.named_buffers() if hasattr(module, "named_buffers") else ():
        if name.rpartition(".")[2].startswith("running_"):
            is_scale = bool(np.all(buffer > 0))
            values = rng.uniform(0.5, 2.0, buffer.shape) if is_scale else rng.normal(size=buffer.shape)
            drawn[name] = values.astype(buffer.dtype)
    return drawn


def _call_on(call: Call, side: Callable[[Any], Any]) -> Call:
    do, on, path, args, kwargs, keep = call
    return Call(do, side(on), path, side(args) if args else args, side(kwargs) if kwargs else kwargs, keep)


def _written(call: Call) -> str:
    """An operator as people write it: "add(x, 2)" for x + 2."""
    operands = [_short(_brief_value(value)) for value in (call.on, *call.args)]
    return f"{(call.path or call.do).strip('_')}({', '.join(operands)})"


def _short(name: str) -> str:
    """A name to be used in others, which would grow with every operator of a long computation."""
    return name if len(name) <= LONGEST else "..."


def _name(call: Call) -> str:
    if type(call.on) is list:
        return call.do
    label = call.on._label(call.path)
    return f"{label}({_brief(call.args, call.kwargs)})" if call.do == "call" else label


def _is_held(value: Any) -> bool:
    return hasattr(type(value), "to_wire")


def _student_side(value: Any) -> Any:
    return _side(value, attrgetter("actual"))


def _reference_side(value: Any) -> Any:
    return _side(value, attrgetter("expected"))


def _side(value: Any, choose: Callable[["Twin"], Any]) -> Any:
    """Replace twins by one of their sides, also inside lists, tuples and dicts.

    Arrays are copied, so that neither side can see what the other changes.
    """
    kind = type(value)
    if kind is Twin:
        return choose(value)
    if kind is np.ndarray:
        return value.copy()
    if kind is TwinAttribute:
        return choose(value.read())
    if isinstance(value, (list, tuple)):
        return kind([_side(item, choose) for item in value])
    if isinstance(value, dict):
        return {key: _side(item, choose) for key, item in value.items()}
    return value


def _brief(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    parts = [_brief_value(a) for a in args] + [f"{k}={_brief_value(v)}" for k, v in kwargs.items()]
    return ", ".join(parts)


def _brief_value(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return (
            f"array of shape {value.shape}"
            if value.dtype == np.float64
            else f"{value.dtype} array of shape {value.shape}"
        )
    if isinstance(value, TwinAttribute):
        return value._owner._label(value._path)
    if isinstance(value, Twin):
        return value.name
    return repr(value) if isinstance(value, int | float | str | None) else "..."
