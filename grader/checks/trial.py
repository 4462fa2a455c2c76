"""A trial (see `gradcheck`) of a module: what is asked of it in one round trip, and what its answers say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import numpy as np

from grader.calls import Call, snapshot
from grader.checks.trees import leaves, matched, rebuilt
from grader.compare import Mismatch, refuse_type, require_array
from grader.gradcheck import Arrays, Evaluation

Calls = list[Call]
Shapes = dict[str, tuple[int, ...]]


@dataclass
class ModuleTrial:
    """One round trip, whatever the number of points. Without a cotangent only forward runs.

    An output of several arrays is one array to `gradcheck`: all of them in a row. So is its cotangent.

    arguments: by name, the parameters that are in `names`, then the arrays of `inputs`; every trial leaves the
        parameters as they are given here.
    inputs: what forward is given, nested as it takes it; only the nesting counts.
    constants: what forward is given after that.
    before: what is done before each forward, so that a module with state or random numbers does the same again.
    returned: what backward should return, nested as it should be; only the nesting counts.
    like: an output, of which the same is true; None until there is one.
    """

    framework: Any
    module: Any
    arguments: Arrays
    names: Sequence[str]
    inputs: tuple[Any, ...]
    constants: Sequence[Any]
    label: str
    before: Sequence[Call] = ()
    returned: Any = None
    like: Any = None
    _shapes: Shapes = field(default_factory=dict)  # of the first output: all have to have the same

    def __call__(self, base: Arrays, cotangent: np.ndarray | None, points: Sequence[Arrays]) -> Evaluation:
        calls, evaluation = self.planned(base, cotangent, points)
        return evaluation(self.framework.run(calls))

    def planned(
        self, base: Arrays, cotangent: np.ndarray | None, points: Sequence[Arrays]
    ) -> tuple[Calls, Callable[[list[Any]], Evaluation]]:
        """What has to be done, and what makes an evaluation of the results."""
        calls = self.forward(base)
        marks = [len(calls) - 1]
        if cotangent is not None:
            calls += self.backward(cotangent)
        backward = slice(marks[0] + 1, len(calls))
        for point in points:
            calls += [*self._assign(point), *self._once_more(base | point)]
            marks.append(len(calls) - 1)
            calls += self._assign({n: base[n] for n in point})
        if points:
            calls += self._once_more(base)  # what is looked at later is what one forward at the base has left
        calls += self._assign(self.arguments)
        return calls, lambda results: self._evaluation(results, marks, backward)

    def forward(self, base: Arrays) -> Calls:
        """The first forward of a trial; its result is that of the last call."""
        forget = [Call("set", self.module, f"{n}.grad", (None,)) for n in self.names]
        return [*self._assign(base), *forget, *self._once_more(base)]

    def backward(self, cotangent: np.ndarray) -> Calls:
        """One backward, whose result is that of the first call, and what reads the parameters' gradients."""
        dy = self._nested(cotangent)
        read = [Call("get", self.module, f"{n}.grad") for n in self.names]
        return [Call("call", self.module, "backward", dy if type(dy) is tuple else (dy,)), *read]

    def output(self, value: Any) -> np.ndarray:
        """A result of forward as one array: an array as it is, a loss's number, or several arrays in a row.

        Raises:
            Mismatch: if it is nothing of these, or nested or shaped otherwise than the ones before.
        """
        self.like = value if self.like is None else self.like
        label = f"{self.label}.forward(x)"
        parts = {name: _array(part, name) for name, part in matched(value, self.like, label).items()}
        shapes = {name: part.shape for name, part in parts.items()}
        self._shapes = self._shapes or shapes
        _require_same_shapes(shapes, self._shapes)
        return np.concatenate([part.ravel() for part in parts.values()]) if type(value) is tuple else parts[label]

    def gradients(self, results: list[Any]) -> Arrays:
        """What `backward` gave, by name of the argument; what belongs to none is "input" and where it was returned.

        Raises:
            Mismatch: if backward returned another number of gradients than it should, or nested otherwise.
        """
        found, *grads = results
        if type(self.returned) is tuple and (type(found) is not tuple or len(found) != len(self.returned)):
            number = f"should return a tuple of {len(self.returned)} gradients, one for each input"
            if found is None:
                refuse_type(found, f"{self.label}.backward(dy)", f"a tuple of {len(self.returned)} gradients")
            raise Mismatch("The number of gradients is not the expected one.", f"{self.label}.backward {number}")
        parts = list(matched(found, self.returned, f"{self.label}.backward(dy)").values())
        inputs = [name for name in self.arguments if name not in self.names]
        others = list(leaves(self.returned, "input"))[len(inputs) :]
        return dict(zip([*self.names, *inputs, *others], [*grads, *parts], strict=True))

    def _once_more(self, point: Arrays) -> Calls:
        """Forward, of a module that is as it was before."""
        values = iter([value for name, value in point.items() if name not in self.names])
        given = snapshot((*rebuilt(self.inputs, values), *self.constants))
        return [*[_fresh(call) for call in self.before], Call("call", self.module, "forward", given)]

    def _assign(self, point: Arrays) -> Calls:
        return [_fresh(Call("set", self.module, f"{n}.data", (v,))) for n, v in point.items() if n in self.names]

    def _nested(self, cotangent: np.ndarray) -> Any:
        """A cotangent as backward takes it: like the output, a number for a number."""
        if type(self.like) is not tuple:
            return cotangent.copy() if type(self.like) is np.ndarray else float(cotangent)
        parts = list(leaves(self.like, "y").values())
        ends = list(accumulate(part.size for part in parts))
        pieces = zip(np.split(cotangent, ends[:-1]), parts, strict=True)
        return rebuilt(self.like, iter([piece.reshape(part.shape).astype(part.dtype) for piece, part in pieces]))

    def _evaluation(self, results: list[Any], marks: list[int], backward: slice) -> Evaluation:
        outputs = [self.output(results[m]) for m in marks]
        return Evaluation(outputs[0], self.gradients(results[backward]) if results[backward] else {}, outputs[1:])


def alone(values: tuple[Any, ...]) -> Any:
    """What is returned for several values: a tuple; for a single one, that one; for none at all, None."""
    if not values:
        return None
    return values[0] if len(values) == 1 else values


def _fresh(call: Call) -> Call:
    """The call with arrays of its own: what is done to one there is not seen here."""
    return call._replace(args=snapshot(call.args))


def _array(value: Any, name: str) -> np.ndarray:
    """An array that forward returned, or a loss's float."""
    if type(value) in (float, np.float64):
        return np.asarray(value, np.float64)
    require_array(value, name)
    return value


def _require_same_shapes(found: Shapes, first: Shapes) -> None:
    for name, shape in found.items():
        if shape != first[name]:
            both = f"{name} has shape {shape}, but had shape {first[name]} for another input of the same shape"
            raise Mismatch("The shape is not the expected one.", both)
