"""Hidden checks of assignment 11: an optimizer of the student's own, its contract and its race against a field."""

import numpy as np

from grader.calls import Call
from grader.checks import EXACT, Tolerance, compare, fine, leaderboard, partial_credit, raises, seconds, weight
from grader.compare import Mismatch

from .optimizers import SHAPES, Training, drawn, initial, require_own, stepped, stepping
from .race import curves, factors, of_the_field, score
from .tasks import drawn_tasks, easy_tasks
from .whole_race import require_own_throughout

# The lowest score of an honest answer of another kind (see variants/) was 0.31, in three races of each; that of the
# solution is measured by benchmarks/optimizers.py.
ENOUGH = 0.25
FLOAT32 = Tolerance(1e-3, 1e-3)  # some steps in float32; what computes in float16 is off by 1e-2 of a step


def others(options):
    """Each option with another value: nine tenths of it, or 0.1 in the place of 0."""
    for name, value in options.items():
        if isinstance(value, float):
            yield name, 0.9 * value or 0.1
        elif value and all(isinstance(part, float) for part in value):
            yield name, tuple(0.9 * part for part in value)


class TestOwnOptimizer:
    @weight(2)
    def test_is_your_own(self, student, rng):
        """OwnOptimizer goes against the gradient, and takes the same steps for the same gradients, not the course's."""
        require_own(student, rng)
        require_own_throughout(student, rng)

    @weight(1.5)
    def test_minimises(self, student, rng):
        """With its default options, 200 steps bring three easy quadratics below a tenth of where they began."""
        require_own(student, rng)
        tasks = easy_tasks(rng)
        for curve in curves(tasks, stepping(student, tasks)):
            low = bool(curve[-1] < 0.1 * curve[0])
            compare(low, True, "`the loss after 200 steps is below a tenth of the first one`")

    @weight(2)
    def test_resumes(self, student, rng):
        """A new optimizer that loads the state goes on to the last bit, from the same parameters."""
        require_own(student, rng)
        gradients = list(drawn(rng, 13))
        groups = [{"lr": 0.02}, {"lr": 0.005}]
        saved = Training(student, initial(rng), groups)
        for each in gradients[:3]:
            places = saved.after(each)
        resumed = Training(student, places, groups[::-1])
        [state] = student.run([Call("call", saved.optimizer, "state_dict", keep=True)])
        resumed.optimizer.load_state_dict(state)
        for step, each in enumerate(gradients[3:], start=4):
            for expected, found in zip(*stepped(student, [saved, resumed], [each, each]), strict=True):
                compare(found, expected, f"p.data after step {step}, resumed after step 3", EXACT)

    @weight(1)
    def test_groups(self, student, rng):
        """A group with options of its own uses them, as an optimizer that was made with them; the others do not."""
        require_own(student, rng)
        values, gradients = initial(rng), list(drawn(rng, 6))
        usual = Training(student, values)
        expected = [usual.after(each) for each in gradients][-1]
        for name, other in others(student.inside.options()):
            try:
                made = Training(student, values, **{name: other})
            except (TypeError, ValueError):
                continue  # not every value is possible, nor known as an option
            wanted = [made.after(each) for each in gradients][-1]
            groups = Training(student, values, [{name: other}, {}])
            found = [groups.after(each) for each in gradients][-1]
            for k, value in enumerate(found):
                whose = f"its group has {name}={other!r}" if k % 2 == 0 else f"another group has {name}={other!r}"
                compare(value, (expected if k % 2 else wanted)[k], f"p.data after six steps, where {whose}", EXACT)

    @weight(1)
    def test_rates(self, student, rng):
        """A parameter whose group has lr=0 stays where it is; with a tenth of the lr, the first step is shorter."""
        require_own(student, rng)
        values, gradients = initial(rng), list(drawn(rng, 4))
        training = Training(student, values, [{"lr": 0.0}, {"lr": 0.01}])
        for each in gradients:
            found = training.after(each)
        for k, (value, start) in enumerate(zip(found, values, strict=True)):
            if k % 2:
                compare(bool(np.any(value != start)), True, "`a parameter whose group has lr=0.01 moves`")
            else:
                compare(value, start, "p.data after four steps with lr=0", EXACT)
        lengths = []
        for rate in (0.01, 0.001):
            found = Training(student, values, lr=rate).after(gradients[0])
            lengths.append(sum(float(np.abs(a - b).sum()) for a, b in zip(found, values, strict=True)))
        compare(bool(lengths[1] < 0.5 * lengths[0]), True, "`a tenth of the lr makes the first step shorter`")

    @weight(1)
    def test_schedules(self, student, rng):
        """What a scheduler writes into the group counts from the next step on: with lr=0 nothing moves any more."""
        require_own(student, rng)
        training = Training(student, initial(rng))
        gradients = list(drawn(rng, 5))
        for each in gradients[:3]:
            places = training.after(each)
        student.run([Call("set item", training.optimizer, "param_groups.0", ("lr", 0.0))])
        for each in gradients[3:]:
            for found, expected in zip(training.after(each), places, strict=True):
                compare(found, expected, "p.data after a step with lr=0", EXACT)

    @weight(1)
    def test_missing_gradients(self, student, rng):
        """A parameter whose gradient is None stays where it is, and the others move; it may get one later."""
        require_own(student, rng)
        values = initial(rng)
        training = Training(student, values)
        for step, each in enumerate(drawn(rng, 6)):
            without = step % len(SHAPES)
            before, each[without] = values, None
            values = training.after(each)
            compare(values[without], before[without], f"p.data, whose gradient is None, after step {step + 1}", EXACT)
        nothing = training.after([None] * len(SHAPES))
        for found, expected in zip(nothing, values, strict=True):
            compare(found, expected, "p.data after a step in which all gradients are None", EXACT)

    @weight(1)
    def test_alone(self, student, rng):
        """Two optimizers do not disturb each other: each takes the steps that it takes alone."""
        require_own(student, rng)
        values, one, other = initial(rng), list(drawn(rng, 5)), list(drawn(rng, 5))
        alone = Training(student, values)
        expected = [alone.after(each) for each in one]
        both = [Training(student, values), Training(student, initial(rng))]
        for step, (each, second, wanted) in enumerate(zip(one, other, expected, strict=True), start=1):
            for found, value in zip(stepped(student, both, [each, second])[0], wanted, strict=True):
                compare(found, value, f"p.data after step {step}, beside a second optimizer", EXACT)

    @fine
    @weight(0.5)
    def test_shapes(self, student, rng):
        """Parameters may have any shape, also without a dimension, with one number or with none."""
        require_own(student, rng)
        values = initial(rng, ((), (1,), (1, 1), (4, 1), (0, 2), (2, 3, 1, 2)))
        training, gradients = Training(student, values), [np.sign(value) + value for value in values]
        for _ in range(6):
            found = training.after(gradients)
        for value, start, gradient in zip(found, values, gradients, strict=True):
            against = np.isfinite(value).all() and (start.size == 0 or np.sum((value - start) * gradient) < 0)
            compare(bool(against), True, f"`a parameter of shape {start.shape} moves against its gradient`")

    @fine
    @weight(1)
    def test_memory(self, student, rng):
        """The array p.data itself is changed, and keeps its dtype; p.grad is only read, and no part of it is kept."""
        require_own(student, rng)
        values, gradients = initial(rng), list(drawn(rng, 3))
        usual = Training(student, values)
        expected = [usual.after(each) for each in gradients][-1]
        for dtype, layout in (("f8", "F"), ("f4", "C")):
            training = Training(student, [value.astype(dtype) for value in values])
            held = [student.array(value.astype(dtype), layout) for value in values]
            student.run([Call("set each", training.parameters, "data", (tuple(held),))])
            for each in gradients:
                given = [student.array(gradient.astype(dtype), layout) for gradient in each]
                student.run([Call("set each", training.parameters, "grad", (tuple(given),))])
                student.run([Call("call", training.optimizer, "step")])
                for array, gradient in zip(given, each, strict=True):
                    compare(student.value(array), gradient.astype(dtype), "p.grad after a step", EXACT)
                    student.run([Call("set item", array, "", (Ellipsis, 7.0))])
            for array, value in zip(held, expected, strict=True):
                found = student.value(array)
                compare(found, value.astype(dtype), f"the array that p.data was ({dtype}) after three steps", FLOAT32)

    @fine
    @weight(0.5)
    def test_refuses(self, student, rng):
        """A negative lr and no parameters are ValueErrors."""
        require_own(student, rng)
        with raises(ValueError, doing="OwnOptimizer(params, lr=-0.1)"):
            student.custom.OwnOptimizer([student.nn.Parameter(np.ones(2))], lr=-0.1)
        with raises(ValueError, doing="OwnOptimizer([])"):
            student.custom.OwnOptimizer([])


class TestRace:
    @leaderboard("Steps to the target, against a fixed field (1 is best)", "desc")
    @seconds(60)
    @partial_credit(12)
    def test_score(self, student, data, rng, set_score, set_leaderboard_value):
        """In a race against six known optimizers, with default options, OwnOptimizer scores 0.25 or more."""
        require_own(student, rng)
        require_own_throughout(student, rng)
        tasks = drawn_tasks(data("digits.npz"), rng)
        found = score(factors(curves(tasks, stepping(student, tasks)), of_the_field(tasks)))
        set_leaderboard_value(round(found, 3))
        if found == 0:
            raise Mismatch("No target is reached.", "OwnOptimizer reaches no target within four times the best's steps")
        set_score(round(12 * min(1.0, found / ENOUGH), 2))
