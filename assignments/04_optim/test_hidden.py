"""Hidden checks of assignment 04.

Optimizers are compared open-loop: gradients are prescribed, so that a difference shows at the step that makes it.
"""

import math
from itertools import product

import numpy as np
import pytest

from grader.calls import Call
from grader.checks import EXACT, Tolerance, compare, raises, weight

SHAPES = ((3, 4), (3, 4), (5,), (2, 1, 3))  # of the parameters; the first two are equal in shape and, at first, in value
# beta^t and lr times a quotient may be computed in several ways, which differ by some ten roundings of the parameter (1e-15).
CLOSE = Tolerance(1e-9, 1e-9)
# A rate may come from its equation or from the rate before: they differ by roundings of the first rate (1e-14), also where the rate is 0.
RATE = Tolerance(1e-9, 0.0, absolute=1e-12)
CLIPPED = Tolerance(1e-5, 0.0)  # the 1e-6 that is added to a norm of about 1 has a public check of its own
FAMILIES = [("SGD", "Adagrad", "RMSprop"), ("Adam", "AdamW", "Adamax", "NAdam", "Lion")]


def label(options):
    """The id of a case in a table of options."""
    return ", ".join(f"{name}={value}" for name, value in options.items()) or "defaults"


def pytest_generate_tests(metafunc):
    """A check runs once for each line of its class's table that it takes: the first, the others, or any."""
    for name, lines in (("first", slice(1)), ("other", slice(1, None)), ("options", slice(None))):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, metafunc.cls.table[lines], ids=label)


def gradients_of_steps(rng, missing=False):
    """Steps 1 to 6, each with a gradient for each of SHAPES, of every size from 1e-7 to 10, so that every eps makes a difference somewhere.

    With `missing`, the third gradient is None at odd steps and the second all zero at step 3, its first row at step 1, too.
    """
    scales = [10.0 ** rng.uniform(-6, 0, shape) for shape in SHAPES]
    for step in range(1, 7):
        gradients = [s * rng.choice([-1.0, 1.0], s.shape) * 10.0 ** rng.uniform(-1, 1, s.shape) for s in scales]
        if missing:
            gradients[1] *= step != 3
            gradients[1][0] *= step != 1
            gradients[2] = None if step % 2 else gradients[2]
        yield step, gradients


def compare_steps(twin, rng, name, options, missing=False):
    """Let an optimizer take six steps on both sides and compare the parameters after each; lr is changed after the third."""
    values = [rng.normal(size=shape) for shape in SHAPES]
    values[1] = values[0]
    parameters = [twin("nn.Parameter", value) for value in values]
    optimizer = twin(f"optim.{name}", parameters, **options)
    for step, gradients in gradients_of_steps(rng, missing):
        if step == 4:
            optimizer.hold("param_groups.0").update(lr=0.02)
        given = [Call("set", p, "grad", (gradient,)) for p, gradient in zip(parameters, gradients, strict=True)]
        read = [Call("get", p, "data") for p in parameters]
        *_, a, b, c, d = twin.run([*given, Call("call", optimizer, "step"), *read])
        for index, data in enumerate((a, b, c, d)):
            data.name = f"after step {step}, parameters[{index}].data"
            data.compare(tolerance=CLOSE)


def training_step(optimizer, parameters, gradients):
    """What makes an optimizer take a step with these gradients."""
    given = [Call("set", p, "grad", (gradient.copy(),)) for p, gradient in zip(parameters, gradients, strict=True)]
    return [*given, Call("call", optimizer, "step")]


def momentum_sgd(student, gradient):
    """SGD and its parameter after one step from 0: the velocity is the gradient."""
    p = student.nn.Parameter(np.zeros(2))
    p.grad, optimizer = np.array(gradient), student.optim.SGD([p], lr=0.1, momentum=0.5)
    optimizer.step()
    return optimizer, p


def saved_velocity(student, optimizer):
    """A state_dict and the velocity of the first parameter in it, both uncopied."""
    saved = velocity = student.run([Call("call", optimizer, "state_dict", keep=True)])[0]
    for key in ("state", 0, "momentum_buffer"):
        [velocity] = student.run([Call("item", velocity, "", (key,), keep=True)])
    return saved, velocity


def has_moved(before, after):
    """Whether steps made other numbers of all of these."""
    return bool(np.isfinite(after).all() and (after != before).all())


def require_one(moved, names):
    """Parameters that are always 0, or NaN, agree with themselves, too. Each optimizer has checks of its own."""
    assert any(moved), f"{', '.join(names)}: none of them moves its parameters at every step"


class TestOptimizer:
    @weight(1)
    @pytest.mark.parametrize("names", FAMILIES, ids=" ".join)
    def test_parameters_are_changed_in_place(self, student, rng, names):
        """A step writes into the array p.data itself, whatever its memory layout; a float32 array stays float32."""
        moved = []
        for name in names:
            values = rng.normal(size=(3, 4)).astype(np.float32)
            arrays = [student.array(values, "F"), student.array(values.astype(np.float64), "strided")]
            parameters = [student.make("nn.Parameter", array) for array in arrays]
            optimizer = student.make(f"optim.{name}", parameters, lr=0.02)
            steps = [values.astype(np.float64)]
            for _ in range(3):
                gradient = rng.normal(size=(3, 4)).astype(np.float32)
                given = training_step(optimizer, parameters, [gradient, gradient.astype(np.float64)])
                *_, data = student.run([*given, Call("get", parameters[1], "data")])
                steps.append(data.copy())  # in one process it is the parameter's own
            moved.append(all(map(has_moved, steps, steps[1:])))
            read = [Call("get", p, "data") for p in parameters] + [Call("get", array) for array in arrays]
            single, double, *kept = student.run(read)
            compare(single, double.astype(np.float32), f"{name}: p.data of float32")
            for data, array in zip((single, double), kept, strict=True):
                compare(array, data, f"{name}: the array that was p.data before the steps")
            assert (kept[1] != values).all(), f"{name}: the steps changed nothing"
        require_one(moved, names)

    @weight(1)
    def test_state_dict_copies(self, student):
        """state_dict() shares no array with the optimizer: overwriting what it returned changes no later step."""
        optimizer, p = momentum_sgd(student, [1.0, -2.0])
        _, velocity = saved_velocity(student, optimizer)
        velocity[...] = 100.0
        optimizer.step()
        compare(p.data, np.array([-0.25, 0.5]), "p.data after the second step")  # - 0.1 g - 0.1 (0.5 g + g)

    @weight(1)
    def test_load_state_dict_copies(self, student):
        """load_state_dict() shares no array with what it was given: neither sees the other's later changes."""
        saved, velocity = saved_velocity(student, momentum_sgd(student, [1.0, -2.0])[0])
        optimizer, p = momentum_sgd(student, [4.0, 4.0])
        optimizer.load_state_dict(saved)
        velocity[...] = 100.0
        optimizer.step()
        compare(p.data, np.array([-0.85, -0.7]), "p.data after the next step")  # -0.4 - 0.1 (0.5 v + g)
        compare(student.value(velocity), np.full(2, 100.0), "the array in the dict that was loaded")

    @weight(1)
    @pytest.mark.parametrize("names", FAMILIES, ids=" ".join)
    def test_training_resumes_exactly(self, student, rng, names):
        """After load_state_dict() an optimizer built with other options goes on like the saved one, to the last bit."""
        options = {"SGD": {"momentum": 0.9}, "RMSprop": {"momentum": 0.5, "centered": True}, "Adam": {"amsgrad": True}}
        moved = []
        for name in names:
            old = [student.make("nn.Parameter", rng.normal(size=shape)) for shape in SHAPES]
            sides = [(student.make(f"optim.{name}", old, lr=0.02, weight_decay=0.1, **options.get(name, {})), old)]
            for step, gradients in gradients_of_steps(rng):
                if step == 4:
                    read = [Call("get", p, "data") for p in old]
                    *saved, state = student.run([*read, Call("call", sides[0][0], "state_dict")])
                    saved = [values.copy() for values in saved]  # in one process they are the parameters' own
                    new = [student.make("nn.Parameter", values.copy()) for values in saved]
                    sides.append((student.make(f"optim.{name}", new, lr=0.3), new))
                    student.later([Call("call", sides[1][0], "load_state_dict", (state,))])
                for optimizer, parameters in sides:
                    student.later(training_step(optimizer, parameters, gradients))
            found = student.run([Call("get", p, "data") for p in (*old, *new)])
            for index, (p, q) in enumerate(zip(found[: len(old)], found[len(old) :], strict=True)):
                compare(q, p, f"{name}: parameters[{index}] of the resumed optimizer", EXACT)
            moved.append(all(map(has_moved, saved, found)))
        require_one(moved, names)


class Steps:
    """The checks of each optimizer, for the options of its table."""

    @weight(1)
    def test_steps(self, twin, rng, other):
        """Six steps with these options are right, for gradients of every size, and when lr changes on the way."""
        compare_steps(twin, rng, type(self).__name__.removeprefix("Test"), other)

    @weight(1)
    def test_zero_and_missing_gradients(self, twin, rng, first):
        """Six steps are right also where a parameter's gradient is None at every other step, and another's once zero."""
        compare_steps(twin, rng, type(self).__name__.removeprefix("Test"), first, missing=True)


class TestSGD(Steps):
    table = (
        {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1}, {"dampening": 0.5},
        {"lr": 0.1, "momentum": 0.8, "dampening": 0.3}, {"lr": 0.05, "momentum": 0.9, "nesterov": True},
    )

    @weight(1)
    def test_velocity_shares_no_memory_with_the_gradient(self, twin, rng):
        """SGD's velocity is an array of its own: overwriting p.grad after the first step does not change it."""
        p = twin("nn.Parameter", rng.normal(size=4))
        optimizer = twin("optim.SGD", [p], lr=0.1, momentum=1.0)
        p.set("grad", rng.normal(size=4))
        optimizer.step()
        p.hold("grad").fill(7.0)
        optimizer.step()
        p.compare("data")


class TestAdagrad(Steps):
    table = ({"lr": 0.1, "lr_decay": 0.3}, {}, {"lr": 0.3, "eps": 1e-3, "weight_decay": 0.1})


class TestRMSprop(Steps):
    table = (
        {}, {"lr": 0.05, "alpha": 0.8, "eps": 1e-3, "weight_decay": 0.1},
        {"lr": 0.02, "alpha": 0.9, "momentum": 1.0}, {"lr": 0.05, "alpha": 0.7, "centered": True, "momentum": 0.5},
    )


class TestAdam(Steps):
    table = ({}, {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}, {"betas": (0.6, 0.5), "amsgrad": True})


class TestAdamW(Steps):
    table = ({"lr": 0.1, "betas": (0.8, 0.95), "weight_decay": 0.5}, {}, {"betas": (0.6, 0.5), "amsgrad": True, "weight_decay": 0.3})


class TestAdamax(Steps):
    table = ({"lr": 0.1, "betas": (0.8, 0.5), "eps": 1e-3}, {"lr": 0.05}, {"betas": (0.5, 0.9), "weight_decay": 0.2})


class TestNAdam(Steps):
    # With the default lr and momentum_decay together, a slip in the schedule of the momentum would change no more than 1e-9.
    table = ({"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3, "momentum_decay": 0.5}, {"momentum_decay": 0.5}, {"lr": 0.2, "weight_decay": 0.2})


class TestLion(Steps):
    table = ({}, {"lr": 0.1, "betas": (0.3, 0.8)}, {"lr": 0.05, "betas": (0.8, 0.5), "weight_decay": 0.5})


OPTIONS = {
    "StepLR": {"step_size": 3, "gamma": 0.7},
    "MultiStepLR": {"milestones": [2, 8], "gamma": 0.5},
    "LinearLR": {"start_factor": 0.2, "total_iters": 6},
    "ExponentialLR": {"gamma": 0.9},
    "CosineAnnealingLR": {"T_max": 5, "eta_min": 0.1},
}
ONE_GROUP = ({"lr": 0.8},)
TWO_GROUPS = ({"lr": 0.8}, {"lr": 3.0})


def scheduled(twin, *names, groups=ONE_GROUP, options=None):
    """An optimizer that never steps, so that no update rule is judged along, and schedulers on it, with the given options or those above."""
    groups = [{"params": [twin("nn.Parameter", np.zeros(2))], **group} for group in groups]
    optimizer = twin("optim.Optimizer", groups, {"lr": 0.1})
    return optimizer, *[twin(f"optim.lr_scheduler.{n}", optimizer, **(OPTIONS[n] if options is None else options)) for n in names]


def compare_rates(optimizer, *schedulers, times, metrics=()):
    """Compare the rates of all groups at the given times; every time but 0 begins with a step of each scheduler."""
    groups = range(len(optimizer.expected.param_groups))
    rates = [Call("item", optimizer, f"param_groups.{number}", ("lr",)) for number in groups]
    calls = []
    for t in times:
        calls += [Call("call", s, "step", tuple(metrics[t - 1 : t])) for s in schedulers if t] + rates
    found = [rate for call, rate in zip(calls, optimizer.run(calls), strict=True) if call.do == "item"]
    for (t, number), rate in zip(product(times, groups), found, strict=True):
        rate.name = f"lr of group {number} at t = {t}"
        rate.compare(tolerance=RATE)


def compare_resumed(saved, fresh, until):
    """Let a saved (optimizer, scheduler) run to a time, and a fresh one, given its state and rate, go on from there."""
    (optimizer, scheduler), (new_optimizer, new_scheduler) = saved, fresh
    compare_rates(optimizer, scheduler, times=range(until + 1))
    new_scheduler.load_state_dict(scheduler.state_dict())
    new_optimizer.hold("param_groups.0").update(lr=optimizer.expected.param_groups[0]["lr"])
    compare_rates(new_optimizer, new_scheduler, times=range(until + 1, 2 * until + 6))


class TestLRScheduler:
    @weight(1)
    def test_groups_have_their_own_rates(self, twin):
        """A scheduler sets the rate of every group, each from its own base, and get_last_lr() lists them."""
        optimizer, scheduler = scheduled(twin, "StepLR", groups=TWO_GROUPS, options={"step_size": 1, "gamma": 0.7})
        compare_rates(optimizer, scheduler, times=range(7))
        scheduler.get_last_lr().compare(tolerance=RATE)

    @weight(1)
    @pytest.mark.parametrize("names", [("StepLR", "MultiStepLR", "LinearLR"), ("CosineAnnealingLR", "ExponentialLR")], ids=" ".join)
    def test_chained(self, twin, names):
        """Several schedulers on one optimizer multiply: each changes the rate that it finds, also one that was set by hand."""
        optimizer, *schedulers = scheduled(twin, *names)
        compare_rates(optimizer, *schedulers, times=range(13))
        optimizer.hold("param_groups.0").update(lr=5.0)
        compare_rates(optimizer, *schedulers, times=range(13, 17))

    @weight(1)
    def test_resumes(self, twin):
        """A scheduler that loads a state_dict goes on where the saved one stopped."""
        for name in ("StepLR", "LinearLR", "CosineAnnealingLR"):
            compare_resumed(scheduled(twin, name), scheduled(twin, name), until=4)

    @weight(0.5)
    def test_last_epoch(self, twin):
        """Built with last_epoch, LinearLR, ExponentialLR and CosineAnnealingLR leave the rate as they find it and go on from there."""
        for name in ("LinearLR", "ExponentialLR", "CosineAnnealingLR"):
            options = {**OPTIONS[name], "last_epoch": 1}
            optimizer, scheduler = scheduled(twin, name, groups=({"lr": 0.5, "initial_lr": 0.8},), options=options)
            compare_rates(optimizer, times=[2])
            compare_rates(optimizer, scheduler, times=range(3, 12))


class Rates:
    groups, metrics = ONE_GROUP, ()

    @weight(1)
    def test_rates(self, twin, options):
        """The rate, also as get_last_lr() gives it, is right from t = 0 on, for three periods or until it changes no more; last_epoch is t."""
        name = type(self).__name__.removeprefix("Test")
        optimizer, scheduler = scheduled(twin, name, groups=self.groups, options=options)
        scheduler.get_last_lr().compare(tolerance=RATE)
        compare_rates(optimizer, scheduler, times=range(32), metrics=self.metrics)
        scheduler.get_last_lr().compare(tolerance=RATE)
        scheduler.compare("last_epoch")


class TestStepLR(Rates):
    table = ({"step_size": 7},)


class TestMultiStepLR(Rates):
    table = ({"milestones": [2, 5, 5, 19]},)


class TestExponentialLR(Rates):
    table = ({"gamma": 0.9},)


class TestLinearLR(Rates):
    table = ({}, {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 7})


class TestCosineAnnealingLR(Rates):
    table = ({"T_max": 5}, {"T_max": 4, "eta_min": 0.2})


class TestLambdaLR:
    @weight(1)
    def test_rates(self, twin):
        """LambdaLR's rate is base * f(t), with one function for all groups or one for each."""
        # Functions that exist in the student's process, too: looking up an entry of an array.
        f, g = (twin.array(factors).hold("item") for factors in np.array([[1.0, 0.5, 2.0, 0.25, 0.1], [0.3, 0.6, 0.9, 1.2, 1.5]]))
        for functions in (f, [g, f]):
            optimizer, scheduler = scheduled(twin, "LambdaLR", groups=TWO_GROUPS, options={"lr_lambda": functions})
            compare_rates(optimizer, scheduler, times=range(5))


def sequence(twin):
    """An optimizer, and three schedulers in sequence; the constructor of the second one changes the rate, the third has stepped before."""
    optimizer, *parts = scheduled(twin, "CosineAnnealingLR", "LinearLR", "StepLR")
    parts[2].step()
    return optimizer, twin("optim.lr_scheduler.SequentialLR", optimizer, parts, milestones=[4, 9])


class TestSequentialLR:
    @weight(1)
    def test_rates(self, twin):
        """SequentialLR starts every scheduler at its milestone, from its own t = 0 and its base rate; get_last_lr() gives the rate."""
        optimizer, scheduler = sequence(twin)
        for times in (range(1), range(1, 5), range(5, 20)):
            compare_rates(optimizer, scheduler, times=times)
            scheduler.get_last_lr().compare(tolerance=RATE)

    @weight(1)
    def test_resumes(self, twin):
        """SequentialLR's state_dict holds the state of all its schedulers, so that it can resume in the middle of the second."""
        compare_resumed(sequence(twin), sequence(twin), until=6)


class TestOneCycleLR(Rates):
    groups = TWO_GROUPS
    table = (
        {"max_lr": [1.0, 0.3], "total_steps": 32},
        {"max_lr": 2.0, "epochs": 4, "steps_per_epoch": 8, "pct_start": 0.4, "div_factor": 8.0, "final_div_factor": 50.0,
         "anneal_strategy": "linear", "three_phase": True},
    )

    @weight(1)
    def test_end(self, twin):
        """OneCycleLR allows as many steps as total_steps, or epochs and steps_per_epoch, say, and raises ValueError at one more."""
        for steps in ({"total_steps": 8}, {"epochs": 1, "steps_per_epoch": 8}):
            optimizer, scheduler = scheduled(twin, "OneCycleLR", options={"max_lr": 1.0, **steps})
            compare_rates(optimizer, scheduler, times=range(9))
            with raises(ValueError, doing=f"step 9 of a OneCycleLR with {label(steps)}"):
                scheduler.actual.step()


class TestReduceLROnPlateau(Rates):
    # A reduction of the last rate by the default factor is a little more than the default eps, and by 0.5 exactly the eps below.
    groups = (*TWO_GROUPS, {"lr": 2.0**-26})
    # Equal, rising and falling, by less and by more than the thresholds (the last time by 1.6 times the default), once not a number, and equal for long.
    metrics = (1.0, 1.0, 1.2, 1.2, 0.8, 0.79, 0.785, 0.78, 0.82, 0.5, 0.5, 0.46875, 0.51, 0.49, math.nan, 0.6, 0.4, 0.385, 0.37506, *[0.375] * 12)
    table = (
        {},
        {"factor": 0.5, "patience": 2, "threshold": 0.03},
        {"factor": 0.5, "patience": 1, "threshold": 0.03125, "threshold_mode": "abs", "cooldown": 3, "eps": 2.0**-27},
        {"mode": "max", "factor": 0.3, "patience": 0, "threshold": 0.15, "min_lr": [0.05, 0.4, 0.0], "eps": 0.03},
    )


def parameter_with(twin, gradient):
    p = twin("nn.Parameter", np.zeros_like(gradient))
    p.set("grad", gradient)
    return p


class TestClipGradNorm:
    @weight(1)
    def test_scales_all_gradients_alike(self, twin, rng):
        """clip_grad_norm_ scales the arrays p.grad themselves by one factor for all, skips None, and returns the norm before as a float."""
        gradients = rng.normal(size=(3, 4)), 1e4 * rng.normal(size=5), rng.normal(size=3).astype(np.float32)
        parameters = [parameter_with(twin, gradient) for gradient in gradients]
        held = [p.hold("grad") for p in parameters]
        twin("nn.utils.clip_grad_norm_", [twin("nn.Parameter", np.zeros(3)), *parameters], max_norm=0.5).compare()
        for gradient in held:
            gradient.compare(tolerance=CLIPPED)

    @weight(1)
    def test_norm_types(self, twin, rng):
        """clip_grad_norm_ takes the common norm of all gradients in any norm_type: 1, 3 or infinity."""
        for norm_type in (1.0, 3.0, math.inf):
            p, q = parameter_with(twin, rng.normal(size=(3, 4))), parameter_with(twin, rng.normal(size=5))
            twin("nn.utils.clip_grad_norm_", [p, q], max_norm=0.1, norm_type=norm_type).compare()
            p.compare("grad", tolerance=CLIPPED)
            q.compare("grad", tolerance=CLIPPED)
            twin("nn.utils.clip_grad_norm_", [twin("nn.Parameter", np.zeros(3))], max_norm=0.1, norm_type=norm_type).compare()

    @weight(1)
    def test_takes_an_iterator(self, twin, rng):
        """clip_grad_norm_ works on any iterable of parameters, also on one that can be gone through only once, and on a single Parameter."""
        model = twin("nn.Linear", 3, 2)
        model.set("weight.grad", rng.normal(size=(2, 3)))
        model.set("bias.grad", rng.normal(size=2))
        twin("nn.utils.clip_grad_norm_", model.parameters(), max_norm=0.5).compare()
        twin("nn.utils.clip_grad_norm_", model.weight, max_norm=0.1).compare(tolerance=CLIPPED)
        model.compare("weight.grad", "bias.grad", tolerance=CLIPPED)
