"""The laws of operations on tensors: what they give, and how their gradients go back."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from grader.calls import LAYOUTS, Call
from grader.checks.battery.drawing import (
    FAR_OFF,
    GRADIENTS,
    compare_direction,
    compare_roughly,
    upstream,
    wide,
)
from grader.checks.battery.laws import Battery, law
from grader.checks.battery.members import Named, Options, Shape
from grader.checks.errors import raises
from grader.checks.twin import Twin, Workbench
from grader.compare import EXACT, Tolerance

TENSOR = "autograd.Tensor"
NAMES = "xyzuvw"
# 450 roundings of float64 of the value, the largest value, and of an upstream gradient of about 1, whose terms may
# cancel. A derivative by differences is off by more.
CLOSE = Tolerance(1e-10, 1e-10, absolute=1e-10)
# Of the operands. One that is the result's dtype, and one that is not; the last line is about byte order alone.
DTYPES = (("float32", "float32"), ("float32", "float64"), ("float64", "float32"))


@dataclass(frozen=True)
class Case:
    """One call of an operation: the shapes of its operands, and what it is given after them."""

    shapes: tuple[Shape, ...]
    arguments: tuple[Any, ...] = ()
    options: Options = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """A call that raises `error`, whose message contains `naming`."""

    error: type[Exception]
    case: Case
    naming: tuple[object, ...] = ()


@dataclass(frozen=True)
class Operation(Named):
    """An operation, as the laws need it.

    path: where it is, e.g. "autograd.add".
    cases: calls with operands of every kind that the handout promises, and with every option; the first is plain.
    broadcasting: calls whose operands broadcast, in each direction.
    draw: makes an operand from (rng, shape).
    first: makes what is given before the operands, from (rng, the shapes of the operands).
    listed: whether the operands are given as one list.
    owns: whether the result shares no memory with an operand.
    refused: calls that raise.
    """

    path: str
    cases: tuple[Case, ...]
    broadcasting: tuple[Case, ...] = ()
    draw: Callable[[np.random.Generator, Shape], np.ndarray] = wide
    first: Callable[[np.random.Generator, tuple[Shape, ...]], tuple[Any, ...]] = lambda _rng, _shapes: ()
    listed: bool = False
    owns: bool = True
    refused: tuple[Refused, ...] = ()

    @property
    def several(self) -> bool:
        """Whether it has more than one operand."""
        return len(self.cases[0].shapes) > 1

    def draw_all(self, rng: np.random.Generator, case: Case) -> list[np.ndarray]:
        return [self.draw(rng, shape) for shape in case.shapes]

    def arguments(self, rng: np.random.Generator, case: Case, given: Sequence[Any]) -> tuple[Any, ...]:
        """All that is given by position."""
        operands = (list(given),) if self.listed else tuple(given)
        return (*self.first(rng, case.shapes), *operands, *case.arguments)

    def called(self, case: Case, names: Iterable[str] = NAMES) -> str:
        """As people write it: "sum(x, axis=1) for x of shape (3, 4)"."""
        operands = list(dict(zip(names, case.shapes)))
        given = ", ".join(name for name, _ in zip(names, case.shapes))
        more = [_brief(argument) for argument in case.arguments]
        more += [f"{key}={_brief(value)}" for key, value in case.options.items()]
        start = ["..."] if self.first(np.random.default_rng(0), case.shapes) else []
        call = ", ".join([*start, f"[{given}]" if self.listed else given, *more])
        shapes = ", ".join(f"{name} of shape {shape}" for name, shape in zip(operands, case.shapes))
        return f"{self.name}({call}) for {shapes}"


@dataclass(frozen=True)
class Recorded:
    """A result, and its operands: tensors, or constants."""

    y: Twin
    operands: tuple[Any, ...]
    name: str

    def back(self, dy: Any) -> list[Twin]:
        """One backward; the gradients of the operands that are tensors, each named."""
        [_] = self.y.run([Call("call", self.y, "backward", (dy,))])
        return self.gradients()

    def gradients(self) -> list[Twin]:
        found = []
        for name, operand in zip(NAMES, self.operands):
            if isinstance(operand, Twin):
                [gradient] = operand.run([Call("get", operand, "grad")])
                gradient.name = f"{name}.grad of {self.name}"
                found.append(gradient)
        return found

    def data(self) -> Twin:
        [data] = self.y.run([Call("get", self.y, "data")])
        data.name = self.name
        return data


class OperationLaws(Battery):
    """For operations on tensors."""

    member: ClassVar[Operation]

    def _leaves(self, twin: Workbench, arrays: Iterable[Any]) -> tuple[Twin, ...]:
        return tuple(twin(TENSOR, array, requires_grad=True) for array in arrays)

    def _call(
        self, twin: Workbench, rng: np.random.Generator, case: Case, operands: Sequence[Any], name: str = ""
    ) -> Recorded:
        y = twin(self.member.path, *self.member.arguments(rng, case, operands), **case.options)
        return Recorded(y, tuple(operands), name or self.member.called(case))

    def _recorded(self, twin: Workbench, rng: np.random.Generator, cases: Iterable[Case]) -> list[Recorded]:
        """One result of each case, all of them before anything else is done with one."""
        return [self._call(twin, rng, case, self._leaves(twin, self.member.draw_all(rng, case))) for case in cases]

    def _gradients(self, twin: Workbench, rng: np.random.Generator, cases: Iterable[Case]) -> None:
        for recorded in self._recorded(twin, rng, cases):
            self._compare_back(rng, recorded)

    def _compare_back(self, rng: np.random.Generator, recorded: Recorded) -> None:
        """The gradient of each operand, for some upstream gradient; None where it has none."""
        for gradient in recorded.back(upstream(rng, recorded.y.expected.data.shape)):
            compare_roughly(gradient, CLOSE)

    @law("{name} gives the right numbers, for operands of every shape and with every option.")
    def test_values(self, twin, rng):
        for recorded in self._recorded(twin, rng, (*self.member.cases, *self.member.broadcasting)):
            compare_roughly(recorded.data(), CLOSE)

    @law("The gradient of each operand of {name} is right, for any upstream gradient.", 1.5)
    def test_gradients(self, twin, rng):
        self._gradients(twin, rng, self.member.cases)

    @law(
        "{name} sums the gradient of an operand over all places where it was used, in whatever direction it was"
        " broadcast.",
        needs="broadcasting",
    )
    def test_broadcasting(self, twin, rng):
        self._gradients(twin, rng, self.member.broadcasting)

    @law(
        "{name} takes constants beside tensors, at any place, and one tensor for several operands: a constant gets no"
        " gradient, a tensor the sum of all.",
        needs="several",
    )
    def test_operands(self, twin, rng):
        for case in self._alike():
            arrays = self.member.draw_all(rng, case)
            for place in range(len(arrays)):
                for recorded in self._beside_constants(twin, rng, case, arrays, place):
                    self._compare_back(rng, recorded)
            [same] = self._leaves(twin, arrays[:1])
            name = self.member.called(case, "x" * len(arrays))
            recorded = self._call(twin, rng, case, [same] * len(arrays), name)
            recorded.back(upstream(rng, recorded.y.expected.data.shape))
            compare_roughly(recorded.gradients()[0], CLOSE)

    def _alike(self) -> list[Case]:
        """Cases whose operands have one shape."""
        return [case for case in self.member.cases if len(set(case.shapes)) == 1]

    def _beside_constants(
        self, twin: Workbench, rng: np.random.Generator, case: Case, arrays: Sequence[np.ndarray], place: int
    ) -> Iterator[Recorded]:
        """One operand is a tensor that requires a gradient, the others are arrays, or tensors that do not."""
        for constant in (lambda array: array, lambda array: twin(TENSOR, array)):
            operands = [constant(array) for array in arrays]
            [operands[place]] = self._leaves(twin, [arrays[place]])
            yield self._call(twin, rng, case, operands)

    @law(
        "{name} takes float32 and any memory layout, changes no operand and no upstream gradient; each gradient has its"
        " operand's dtype and memory of its own.",
        fine=True,
    )
    def test_arrays(self, twin, rng):
        case = self.member.cases[0]
        for dtypes in DTYPES[: 3 if self.member.several else 1]:
            self._compare_dtypes(twin, rng, case, dtypes)
        for layout in LAYOUTS:
            self._compare_layout(twin, rng, case, layout)

    def _compare_dtypes(self, twin: Workbench, rng: np.random.Generator, case: Case, dtypes: Sequence[str]) -> None:
        arrays = self.member.draw_all(rng, case)
        kinds = [dtypes[place % len(dtypes)] for place in range(len(arrays))]
        leaves = self._leaves(twin, [array.astype(kind) for array, kind in zip(arrays, kinds, strict=True)])
        name = f"{self.member.called(case)}, in {' and '.join(dict.fromkeys(kinds))},"
        recorded = self._call(twin, rng, case, leaves, name)
        recorded.data().compare(tolerance=FAR_OFF)
        for gradient in recorded.back(upstream(rng, recorded.y.expected.data.shape)):
            compare_direction(gradient)

    def _compare_layout(self, twin: Workbench, rng: np.random.Generator, case: Case, layout: str) -> None:
        """After a backward, all that it gave is overwritten; of what shares memory with it, that would be seen."""
        arrays = self.member.draw_all(rng, case)
        held = [twin.array(array, layout) for array in arrays]
        name = f"{self.member.called(case)}, in an array that is {layout},"
        recorded = self._call(twin, rng, case, self._leaves(twin, held), name)
        dy = twin.array(upstream(rng, recorded.y.expected.data.shape), layout)
        compare_roughly(recorded.data(), GRADIENTS)
        for gradient in recorded.back(dy):
            compare_roughly(gradient, GRADIENTS)
        for operand, following in zip(recorded.operands, [*recorded.operands[1:], None], strict=True):
            twin.later([Call("set item", operand, "grad", (Ellipsis, 7.0))])
            if following is not None:
                [gradient] = following.run([Call("get", following, "grad")])
                gradient.name = f"the gradient of one operand of {name} after that of another was overwritten"
                compare_roughly(gradient, GRADIENTS)
        if self.member.owns:
            twin.later([Call("set item", recorded.y, "data", (Ellipsis, 7.0))])
        for array in (*held, dy):
            array.name = f"what {name} was given"
            array.compare(tolerance=EXACT)

    @law("{name} refuses what does not fit, and says what it was given.", needs="refused", fine=True)
    def test_refuses(self, twin, rng, student):
        for refused in self.member.refused:
            case = refused.case
            with raises(refused.error, doing=self.member.called(case), naming=refused.naming):
                leaves = [student.make(TENSOR, array) for array in self.member.draw_all(rng, case)]
                student.make(self.member.path, *self.member.arguments(rng, case, leaves), **case.options)
        for recorded in self._recorded(twin, rng, self.member.cases[:1]):  # who refuses everything earns nothing
            compare_roughly(recorded.data(), FAR_OFF)


def _brief(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"array of shape {value.shape}" if value.dtype.kind != "i" else f"array({value.tolist()})"
    if isinstance(value, tuple):
        return f"({', '.join(map(_brief, value))}{',' * (len(value) == 1)})"
    return "..." if value is Ellipsis else repr(value)
