"""The laws of optimizers.

Optimizers are compared open-loop: gradients are prescribed, so that a difference shows at the step that makes it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from grader.calls import Call
from grader.checks.battery.drawing import ANY_VALUES, compare_roughly
from grader.checks.battery.laws import Battery, law
from grader.checks.battery.members import Options, WithOptions
from grader.checks.errors import raises
from grader.checks.twin import Twin, Workbench
from grader.compare import EXACT, Mismatch, Tolerance, compare

# Of parameters; the first two are equal in shape and, at first, in value
SHAPES = ((3, 4), (3, 4), (5,), (2, 1, 3), (), (1,), (0, 2))
# beta^t and lr times a quotient may be computed in several ways. These differ by some ten roundings of the parameter
# (1e-15).
CLOSE = Tolerance(1e-9, 1e-9)
STEPS = 6
SHARE_IN_DIRECTION = 0.75  # of a parameter's numbers; of those that move at random half do
WRITABLE = (("C", "float32"), ("F", "float64"), ("strided", "float32"))  # layouts of parameters, and a dtype for each
Gradients = list[np.ndarray | None]


@dataclass(frozen=True)
class Rule(WithOptions):
    """An optimizer, as the laws need it.

    path: where it is, e.g. "optim.SGD".
    usual: options of the plain case.
    options: lines of options that differ from the usual, each for an optimizer of its own.
    together: lines in which several options differ from the defaults; every possible pair has to be in one.
    groups: options of two parameter groups, which differ in every one.
    held: options that do not change once a step was taken. Right answers differ in what a change of them means. Some
        keep what an option needs from the first step on, or the factors that a product had then; others do not.
    impossible: options that the constructor refuses with ValueError.
    """

    path: str
    groups: tuple[Options, Options]
    usual: Options
    options: tuple[Options, ...] = ()
    together: tuple[Options, ...] = ()
    impossible: tuple[Options, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def all_options(self) -> tuple[Options, ...]:
        return (self.usual, *self.others)

    def called(self, options: Options) -> str:
        return f"{self.name}({', '.join(['params', *(f'{key}={value!r}' for key, value in options.items())])})"


@dataclass(frozen=True)
class Training:
    """An optimizer on both sides and its parameters."""

    optimizer: Twin
    parameters: list[Twin]

    def after(self, twin: Workbench, gradients: Gradients, when: str) -> list[Twin]:
        """The parameters after one step with these gradients."""
        twin.later([Call("set each", self.parameters, "grad", (tuple(gradients),))])
        twin.do(Call("call", self.optimizer, "step"))
        found = twin.each(self.parameters, "data")
        for index, data in enumerate(found):
            data.name = f"{when}, parameters[{index}].data"
        return found


def training(
    twin: Workbench, rule: Rule, options: Options, values: Sequence[np.ndarray], groups: Sequence[Options] | None = None
) -> Training:
    """A new optimizer over new parameters; with groups, these take the parameters in turn."""
    parameters = [twin("nn.Parameter", value) for value in values]
    given: list[Any] = parameters
    if groups:
        given = [{"params": parameters[i :: len(groups)], **group} for i, group in enumerate(groups)]
    optimizer = twin(rule.path, given, **options)
    optimizer.name = rule.called(options)
    return Training(optimizer, parameters)


def initial(rng: np.random.Generator) -> list[np.ndarray]:
    """A value for each of SHAPES."""
    values = [np.asarray(rng.normal(size=shape)) for shape in SHAPES]
    values[1] = values[0].copy()
    return values


def gradients_of_steps(rng: np.random.Generator, steps: int = STEPS) -> Iterator[tuple[int, Gradients]]:
    """The number of each step, from 1 on, and a gradient for each of SHAPES.

    The gradients have every size from 1e-7 to 10, so that every eps makes a difference somewhere.
    """
    scales = [10.0 ** rng.uniform(-6, 0, shape) for shape in SHAPES]
    for step in range(1, steps + 1):
        yield (
            step,
            [np.asarray(s * rng.choice([-1.0, 1.0], s.shape) * 10.0 ** rng.uniform(-1, 1, s.shape)) for s in scales],
        )


def compare_resumed(twin: Workbench, rule: Rule, values: Sequence[np.ndarray], steps: Sequence[Gradients]) -> None:
    """Save an optimizer with two groups after the third step, and load its state into a new one.

    Then compare how the two go on, to the last bit.
    """
    one, other = rule.groups
    saved = training(twin, rule, {}, values, [one, other])
    for gradients in steps[:3]:
        data = saved.after(twin, gradients, "before it was saved")
        for p in data:  # before any arithmetic could broadcast
            p.compare(tolerance=ANY_VALUES)
    twin.finish()
    start = [(p.actual.copy(), p.expected.copy()) for p in data]
    resumed = training(twin, rule, {}, data, [other, one])
    resumed.optimizer.load_state_dict(saved.optimizer.state_dict())
    for step, gradients in enumerate(steps[3:], start=4):
        kept, found = (each.after(twin, gradients, f"resumed, after step {step}") for each in (saved, resumed))
        for p in (*kept, *found):
            p.compare(tolerance=ANY_VALUES)
        twin.finish()
        for (actual, expected), p, q in zip(start, kept, found, strict=True):
            require_direction(p.actual - actual, p.expected - expected, p.name)
            compare(q.actual, p.actual, q.name, EXACT)


class OptimizerLaws(Battery):
    """For optimizers: what happens to the parameters, step by step."""

    member: ClassVar[Rule]

    def _compare_steps(
        self, twin: Workbench, rng: np.random.Generator, options: Options, tolerance: Tolerance | None = None
    ) -> None:
        here = training(twin, self.member, options, initial(rng))
        for step, gradients in gradients_of_steps(rng):
            for data in here.after(twin, gradients, f"after step {step} of {here.optimizer.name}"):
                if tolerance is None:
                    compare_roughly(data)
                else:
                    data.compare(tolerance=tolerance)

    @law("Six steps of {name} follow its equation, for gradients of every size and parameters of every shape.", 2)
    def test_steps(self, twin, rng):
        self._compare_steps(twin, rng, self.member.usual)

    @law("Six steps of {name} follow its equation with other options, one at a time.", needs="options")
    def test_steps_with_options(self, twin, rng):
        for options in self.member.options:
            self._compare_steps(twin, rng, options)

    @law("Six steps of {name} follow its equation with several options together.", needs="together")
    def test_steps_with_options_together(self, twin, rng):
        for options in self.member.together:
            self._compare_steps(twin, rng, options)

    @law(
        "{name} takes the options of each parameter group, which differ in all of them,"
        " also when they change between two steps."
    )
    def test_groups(self, twin, rng):
        groups = self.member.groups
        here = training(twin, self.member, {}, initial(rng), groups)
        changes = [{key: value for key, value in group.items() if key not in self.member.held} for group in groups]
        for step, gradients in gradients_of_steps(rng):
            if step == 4:  # each group gets what the other one had
                for index, options in enumerate(reversed(changes)):
                    here.optimizer.hold(f"param_groups.{index}").update(**options)
            for data in here.after(twin, gradients, f"with two groups, after step {step}"):
                compare_roughly(data)

    @law(
        "{name} leaves a parameter alone while its gradient is None, and goes on for a gradient of zeros;"
        " each parameter counts its own steps."
    )
    def test_missing_and_zero_gradients(self, twin, rng):
        for options in (self.member.usual, *self.member.together):
            here = training(twin, self.member, options, initial(rng))
            for step, gradients in gradients_of_steps(rng):
                gradients[1] *= step != 3
                gradients[1][0] *= step != 1
                if step % 2:
                    gradients[2] = gradients[4] = None
                for data in here.after(twin, gradients, f"after step {step}, where some gradients are None or zero"):
                    compare_roughly(data)

    @law(
        "{name} resumes exactly: after load_state_dict, one that was built with other options goes on like"
        " the saved one, to the last bit."
    )
    def test_resumes(self, twin, rng):
        compare_resumed(twin, self.member, initial(rng), [gradients for _, gradients in gradients_of_steps(rng)])

    @law(
        "{name} writes into the array p.data itself, whatever its layout and dtype;"
        " it only reads p.grad, and keeps no part of it.",
        fine=True,
    )
    def test_memory(self, twin, rng):
        cases = [(self.member.usual, how) for how in WRITABLE] + [
            (options, WRITABLE[0]) for options in self.member.all_options[1:]
        ]
        for options, (layout, dtype) in cases:
            values = [value.astype(dtype) for value in initial(rng)]
            arrays = [twin.array(value, layout) for value in values]
            here = training(twin, self.member, options, arrays)
            for _, gradients in gradients_of_steps(rng, 2):
                given = [twin.array(gradient.astype(dtype), layout) for gradient in gradients]
                data = here.after(twin, given, f"after steps with {layout} arrays of {dtype}")
                for array in given:
                    array.name = f"p.grad ({layout}) after a step of {here.optimizer.name}"
                    array.compare(tolerance=EXACT)
                    array.fill(7.0)  # whoever kept it sees another gradient now
            for array, value, now in zip(arrays, values, data, strict=True):
                array.name = f"the array that was p.data before the steps of {here.optimizer.name}"
                compare_change(now, value)
                compare_change(array, value)

    @law(
        "{name} computes in float64 throughout: six steps are exact to rounding, with one option or several.", fine=True
    )
    def test_precision(self, twin, rng):
        for options in (self.member.usual, *self.member.together):
            self._compare_steps(twin, rng, options, CLOSE)

    @law(
        "{name} refuses impossible options with a ValueError:"
        " a negative lr, eps or weight_decay, betas outside [0, 1) and their like.",
        fine=True,
    )
    def test_refuses(self, student, twin, rng):
        for options in self.member.impossible:
            with raises(ValueError, doing=self.member.called(options)):
                student.make(self.member.path, [student.nn.Parameter(np.ones(2))], **options)
        values, (_, gradients) = initial(rng), next(gradients_of_steps(rng))
        here = training(
            twin, self.member, self.member.usual, values
        )  # who refuses everything refuses nothing for its own reason
        for data, value in zip(here.after(twin, gradients, "after a step with possible options"), values, strict=True):
            compare_change(data, value)


def compare_change(data: Twin, start: np.ndarray) -> None:
    """Judge the type, dtype and shape of what was changed.

    The change must also have something to do with the question.
    """
    name = data.name
    data.compare(tolerance=ANY_VALUES)
    data.judge(lambda actual, expected: require_direction(actual - start, expected - start, name))


def require_direction(change: np.ndarray, expected: np.ndarray, name: str) -> None:
    """Raise `Mismatch` unless most numbers moved in the right direction. Other checks judge how far they moved."""
    agree = np.count_nonzero((np.sign(change) == np.sign(expected)) & np.isfinite(change))
    if agree < SHARE_IN_DIRECTION * expected.size:
        raise Mismatch(
            "The parameters do not move as they should.",
            f"{name}: {agree} of {expected.size} numbers moved in the right direction",
        )
