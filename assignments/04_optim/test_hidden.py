"""Hidden checks of assignment 04.

Every optimizer gets the laws of optimizers and every scheduler those of schedulers; what is promised of one alone follows in its class.
"""

import math
from itertools import chain

import numpy as np

from grader.calls import Call
from grader.checks import Tolerance, compare, fine, raises, weight
from grader.checks.battery import OptimizerLaws, Rule, Schedule, SchedulerLaws
from grader.checks.battery.optimizer import SHAPES, compare_resumed, gradients_of_steps
from grader.checks.battery.scheduler import GROUPS, compare_rates, scheduled

CLIPPED = Tolerance(1e-5, 0.0)  # the 1e-6 that is added to a norm of about 1 has a public check of its own
NEGATIVE = ({"lr": -0.1}, {"weight_decay": -1.0})
BETAS = ({"betas": (1.0, 0.9)}, {"betas": (0.9, 1.0)}, {"betas": (-0.1, 0.9)}, {"betas": (0.9, -0.1)})


def momentum_sgd(student, *groups):
    """SGD over groups of parameters after one step from 0, where each velocity is the gradient; and the parameters."""
    parameters = [[student.nn.Parameter(np.zeros(2)) for _ in group] for group in groups]
    for p, gradient in zip(chain(*parameters), chain(*groups)):
        p.grad = None if gradient is None else np.array([gradient, -gradient])
    optimizer = student.optim.SGD([{"params": group} for group in parameters], lr=0.1, momentum=0.5)
    optimizer.step()
    return optimizer, list(chain(*parameters))


def compare_step(optimizer, parameters, expected, when):
    """Take one more step; the second number of a parameter is the first with the other sign."""
    optimizer.step()
    compare([p.data for p in parameters], [np.array([x, -x]) for x in expected], f"the list of all p.data after {when}")


def saved_velocity(student, optimizer):
    """A state_dict and the velocity of the first parameter in it, both uncopied."""
    saved = velocity = student.run([Call("call", optimizer, "state_dict", keep=True)])[0]
    for key in ("state", 0, "momentum_buffer"):
        [velocity] = student.run([Call("item", velocity, "", (key,), keep=True)])
    return saved, velocity


class TestOptimizer:
    @fine
    @weight(0.5)
    def test_state_dict_copies(self, student):
        """state_dict() shares no array with the optimizer: overwriting what it returned changes no later step."""
        optimizer, parameters = momentum_sgd(student, [1.0])
        _, velocity = saved_velocity(student, optimizer)
        velocity[...] = 100.0
        compare_step(optimizer, parameters, [-0.25], "the second step")  # - 0.1 g - 0.1 (0.5 g + g)

    @fine
    @weight(0.5)
    def test_load_state_dict_copies(self, student):
        """load_state_dict() shares no array with what it was given: neither sees the other's later changes."""
        saved, velocity = saved_velocity(student, momentum_sgd(student, [1.0])[0])
        optimizer, parameters = momentum_sgd(student, [4.0])
        optimizer.load_state_dict(saved)
        velocity[...] = 100.0
        compare_step(optimizer, parameters, [-0.85], "the next step")  # -0.4 - 0.1 (0.5 v + g)
        compare(student.value(velocity), np.full(2, 100.0), "the array in the dict that was loaded")

    @fine
    @weight(0.5)
    def test_resumes_in_float32(self, twin, rng):
        """After load_state_dict, the training of float32 parameters goes on like the saved one, to the last bit."""
        steps = [[gradient.astype(np.float32) for gradient in gradients] for _, gradients in gradients_of_steps(rng)]
        rule = Rule("optim.SGD", groups=({"lr": 0.1, "momentum": 0.5}, {"lr": 0.05, "momentum": 0.9}), usual={})
        # From 0, where the parameters' own rounding is as fine as that of the steps.
        compare_resumed(twin, rule, [np.zeros(shape, np.float32) for shape in SHAPES], steps)

    @weight(0.75)
    def test_resumes_without_state(self, student):
        """A parameter that had no gradient before the saving has no state after loading: its first step is to come."""
        optimizer, parameters = momentum_sgd(student, [4.0, 4.0])
        optimizer.load_state_dict(momentum_sgd(student, [1.0, None])[0].state_dict())
        compare_step(optimizer, parameters, [-0.85, -0.8], "the next step")  # -0.4 - 0.1 (0.5 + 4) and -0.4 - 0.1 * 4

    @weight(0.5)
    def test_load_state_dict_goes_by_the_numbers(self, student):
        """load_state_dict() gives the n-th parameter what is saved under the n-th number of the groups, whatever that number is."""
        saved = momentum_sgd(student, [1.0], [2.0])[0].state_dict()
        saved["state"] = {1 - number: state for number, state in saved["state"].items()}
        for group in saved["param_groups"]:
            group["params"] = [1 - number for number in group["params"]]
        optimizer, parameters = momentum_sgd(student, [4.0], [4.0])
        optimizer.load_state_dict(saved)
        compare_step(optimizer, parameters, [-0.85, -0.9], "the next step")  # -0.4 - 0.1 (0.5 v + 4)

    @weight(0.75)
    def test_whole_groups_are_saved(self, student):
        """state_dict() holds all that is in a group, also what schedulers keep there, and load_state_dict() brings it back."""
        saving, loading = (
            student.optim.SGD([{"params": [student.nn.Parameter(np.zeros(2))], **more}])
            for more in ({"initial_lr": 0.3}, {})
        )
        saved = saving.state_dict()
        compare(saved["param_groups"][0].get("initial_lr"), 0.3, 'the "initial_lr" in the saved group')
        loading.load_state_dict(saved)
        compare(loading.param_groups[0].get("initial_lr"), 0.3, 'the "initial_lr" in the loaded group')

    @weight(0.5)
    def test_load_state_dict_refuses_before_it_loads(self, student):
        """load_state_dict() raises ValueError where the number of groups or the size of a later one differs, and has changed nothing then."""
        optimizer, parameters = momentum_sgd(student, [1.0], [2.0])
        others = ([7.0], [7.0, 7.0]), ([7.0],), ([7.0], [7.0], [7.0])
        for groups in others:
            saved = momentum_sgd(student, *groups)[0].state_dict()
            saved["param_groups"][0]["lr"] = 5.0
            with raises(
                ValueError,
                doing=f"loading the state of groups of {[len(g) for g in groups]} parameters into groups of [1, 1]",
            ):
                optimizer.load_state_dict(saved)
        compare_step(optimizer, parameters, [-0.25, -0.5], "the next step")


NESTEROV = ({"nesterov": True}, {"nesterov": True, "momentum": 0.9, "dampening": 0.1})


class TestSGD(
    OptimizerLaws,
    member=Rule(
        "optim.SGD",
        usual={"lr": 0.1},
        options=({"lr": 0.1, "momentum": 0.9}, {"dampening": 0.5}, {"lr": 0.1, "weight_decay": 0.1}),
        together=(
            {"lr": 0.1, "momentum": 0.8, "dampening": 0.3, "weight_decay": 0.2},
            {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
        ),
        groups=(
            {"lr": 0.1, "momentum": 0.8, "dampening": 0.3, "weight_decay": 0.2, "nesterov": False},
            {"lr": 0.05, "momentum": 0.5, "dampening": 0, "weight_decay": 0.1, "nesterov": True},
        ),
        impossible=(*NEGATIVE, {"momentum": -0.5}, *NESTEROV),
    ),
    points=4,
): ...


class TestAdagrad(
    OptimizerLaws,
    member=Rule(
        "optim.Adagrad",
        usual={"lr": 0.1},
        options=({"lr": 0.1, "lr_decay": 0.3}, {"lr": 0.3, "eps": 1e-3}, {"weight_decay": 0.1}),
        together=({"lr": 0.3, "lr_decay": 0.2, "eps": 1e-3, "weight_decay": 0.1},),
        groups=(
            {"lr": 0.1, "lr_decay": 0.3, "eps": 1e-3, "weight_decay": 0.1},
            {"lr": 0.3, "lr_decay": 0, "eps": 1e-6, "weight_decay": 0.2},
        ),
        impossible=(*NEGATIVE, {"eps": -1e-8}),
    ),
    points=4,
): ...


class TestRMSprop(
    OptimizerLaws,
    member=Rule(
        "optim.RMSprop",
        usual={"lr": 0.05},
        options=(
            {"alpha": 0.8},
            {"lr": 0.05, "eps": 1e-3},
            {"weight_decay": 0.1},
            {"lr": 0.02, "momentum": 1.0},
            {"centered": True},
        ),
        together=({"lr": 0.05, "alpha": 0.7, "eps": 1e-3, "weight_decay": 0.1, "momentum": 0.5, "centered": True},),
        groups=(
            {"lr": 0.05, "alpha": 0.7, "eps": 1e-3, "weight_decay": 0.1, "momentum": 0.5, "centered": True},
            {"lr": 0.02, "alpha": 0.9, "eps": 1e-5, "weight_decay": 0.2, "momentum": 0.9, "centered": False},
        ),
        impossible=(*NEGATIVE, {"eps": -1e-8}, {"momentum": -0.5}),
    ),
    points=4,
): ...


def adam_like(name, *more, groups=({}, {}), impossible=()):
    """An optimizer with lr, betas, eps and weight_decay; `more` are options that only this one has, `groups` those of two groups."""
    plain = ({"lr": 0.1, "betas": (0.8, 0.95)}, {"lr": 0.05, "eps": 1e-3}, {"lr": 0.1, "weight_decay": 0.3})
    all_of_them = {"lr": 0.1, "betas": (0.6, 0.5), "eps": 1e-3, "weight_decay": 0.3}
    return Rule(
        f"optim.{name}",
        usual={"lr": 0.1},
        options=(*plain, *more),
        together=tuple(all_of_them | extra for extra in more) or (all_of_them,),
        groups=(
            all_of_them | groups[0],
            {"lr": 0.03, "betas": (0.9, 0.8), "eps": 1e-5, "weight_decay": 0.1} | groups[1],
        ),
        impossible=(*NEGATIVE, {"eps": -1e-8}, *BETAS, *impossible),
    )


AMSGRAD = ({"amsgrad": True}, {"amsgrad": False})


class TestAdam(
    OptimizerLaws, member=adam_like("Adam", {"betas": (0.6, 0.5), "amsgrad": True}, groups=AMSGRAD), points=4
): ...


class TestAdamW(
    OptimizerLaws, member=adam_like("AdamW", {"betas": (0.6, 0.5), "amsgrad": True}, groups=AMSGRAD), points=4
): ...


class TestAdamax(OptimizerLaws, member=adam_like("Adamax"), points=3): ...


# With the default lr and momentum_decay together, a slip in the schedule of the momentum would change no more than 1e-9.
MOMENTUM_DECAY = ({"momentum_decay": 0.5}, {"momentum_decay": 0.1})


class TestNAdam(
    OptimizerLaws, member=adam_like("NAdam", {"lr": 0.1, "momentum_decay": 0.5}, groups=MOMENTUM_DECAY), points=4
): ...


class TestLion(
    OptimizerLaws,
    member=Rule(
        "optim.Lion",
        usual={},
        options=({"lr": 0.1, "betas": (0.3, 0.8)}, {"lr": 0.05, "weight_decay": 0.5}),
        together=({"lr": 0.05, "betas": (0.8, 0.5), "weight_decay": 0.5},),
        groups=(
            {"lr": 0.05, "betas": (0.8, 0.5), "weight_decay": 0.5},
            {"lr": 0.02, "betas": (0.3, 0.8), "weight_decay": 0.1},
        ),
        impossible=(*NEGATIVE, *BETAS),
    ),
    points=3,
): ...


class TestLRScheduler:
    @weight(1)
    def test_chained(self, twin):
        """Several schedulers on one optimizer multiply: each changes the rate that it finds, also one that was set by hand."""
        for names in (("StepLR", "MultiStepLR", "LinearLR"), ("CosineAnnealingLR", "ExponentialLR")):
            optimizer, *schedulers = scheduled(twin, GROUPS, [(f"optim.lr_scheduler.{n}", OPTIONS[n]) for n in names])
            compare_rates(optimizer, *schedulers, times=range(13), of=f" of {' and '.join(names)}")
            optimizer.hold("param_groups.0").update(lr=5.0)
            compare_rates(
                optimizer, *schedulers, times=range(13, 17), of=f" of {' and '.join(names)}, set by hand before"
            )


OPTIONS = {
    "StepLR": {"step_size": 3, "gamma": 0.7},
    "MultiStepLR": {"milestones": [2, 8], "gamma": 0.5},
    "LinearLR": {"start_factor": 0.2, "total_iters": 6},
    "ExponentialLR": {"gamma": 0.9},
    "CosineAnnealingLR": {"T_max": 5, "eta_min": 0.1},
}


def schedule(name, *options, **more):
    return Schedule(f"optim.lr_scheduler.{name}", options, **more)


class TestStepLR(
    SchedulerLaws, member=schedule("StepLR", {"step_size": 7}, together=({"step_size": 3, "gamma": 0.7},)), points=2
): ...


class TestMultiStepLR(
    SchedulerLaws,
    member=schedule(
        "MultiStepLR", {"milestones": [2, 5, 19]}, {"milestones": [19, 2, 5, 5]}, {"milestones": []},
        together=({"milestones": [8, 2, 2], "gamma": 0.5},), saved_at=(1, 2, 6),
    ),
    points=2,
): ...  # fmt: skip


class TestExponentialLR(SchedulerLaws, member=schedule("ExponentialLR", {"gamma": 0.9}), points=2): ...


class TestLinearLR(
    SchedulerLaws,
    member=schedule(
        "LinearLR", {}, {"start_factor": 0.2}, {"end_factor": 0.5}, {"total_iters": 7},
        together=({"start_factor": 1.0, "end_factor": 0.0, "total_iters": 7},),
    ),
    points=2,
): ...  # fmt: skip


class TestCosineAnnealingLR(
    SchedulerLaws,
    member=schedule("CosineAnnealingLR", {"T_max": 5}, together=({"T_max": 4, "eta_min": 0.2},)),
    points=2,
): ...


def table(*factors):
    """A function of t that exists in the student's process, too: looking up an entry of an array."""
    return lambda twin, _: twin.array(np.array(factors)).hold("item")


F, G = table(*np.linspace(1, 0.1, 20), 0.7), table(*np.geomspace(0.3, 3, 20), 2.0)


class TestLambdaLR(
    SchedulerLaws,
    member=schedule(
        "LambdaLR",
        {"lr_lambda": F},
        together=({"lr_lambda": lambda twin, optimizer: [G(twin, optimizer), F(twin, optimizer)]},),
        times=20,
    ),
    points=1,
): ...


def parts(*names, begun=()):
    """Schedulers for a sequence; the constructors of most change the rate, and `begun` ones have taken a step."""

    def build(twin, optimizer):
        made = [twin(f"optim.lr_scheduler.{name}", optimizer, **OPTIONS[name]) for name in names]
        twin.later([Call("call", made[i], "step") for i in begun])
        return made

    return build


class TestSequentialLR(
    SchedulerLaws,
    member=schedule(
        "SequentialLR", {"schedulers": parts("CosineAnnealingLR", "LinearLR", "StepLR", begun=[2]), "milestones": [4, 9]},
        together=({"schedulers": parts("LinearLR", "ExponentialLR", "CosineAnnealingLR"), "milestones": [3, 5]},),
        times=20, saved_at=(2, 5, 9), later=(-1,),
    ),
    points=2,
): ...  # fmt: skip


CYCLE = {"max_lr": 1.0, "total_steps": 32}


class TestOneCycleLR(
    SchedulerLaws,
    member=schedule(
        "OneCycleLR",
        {"max_lr": [1.0, 0.3], "total_steps": 32},
        *(CYCLE | option for option in ({"pct_start": 0.4}, {"div_factor": 8.0}, {"final_div_factor": 50.0})),
        *(CYCLE | option for option in ({"anneal_strategy": "linear"}, {"three_phase": True}, {"epochs": 2, "steps_per_epoch": 5})),
        together=(
            {"max_lr": 2.0, "epochs": 4, "steps_per_epoch": 8, "pct_start": 0.4, "div_factor": 8.0, "final_div_factor": 50.0,
             "anneal_strategy": "linear", "three_phase": True},
        ),
        saved_at=(1, 12, 20),
        later=(-1, 12),
    ),
    points=3,
):  # fmt: skip
    @weight(0.5)
    def test_end(self, twin):
        """OneCycleLR allows as many steps as total_steps, or epochs and steps_per_epoch, say, and raises ValueError at one more."""
        for steps in ({"total_steps": 8}, {"epochs": 1, "steps_per_epoch": 8}):
            options = {"max_lr": 1.0, **steps}
            optimizer, scheduler = scheduled(twin, GROUPS, [("optim.lr_scheduler.OneCycleLR", options)])
            compare_rates(optimizer, scheduler, times=range(9))
            with raises(ValueError, doing=f"step 9 of a OneCycleLR with {steps}"):
                scheduler.actual.step()


# Equal, rising and falling, by less and by more than the thresholds (the last time by 1.6 times the default), once not a number, and equal for long.
METRICS = (
    1.0,
    1.0,
    1.2,
    1.2,
    0.8,
    0.79,
    0.785,
    0.78,
    0.82,
    0.5,
    0.5,
    0.46875,
    0.51,
    0.49,
    math.nan,
    0.6,
    0.4,
    0.385,
    0.37506,
    *[0.375] * 12,
)
SIGNED = tuple(0.6 - value for value in METRICS)  # from below zero to above


def plateau(*options, **more):
    # A reduction of the last rate by the default factor is a little more than the default eps, and by 0.5 exactly the eps below.
    return schedule(
        "ReduceLROnPlateau", *options, groups=(*GROUPS, {"lr": 2.0**-26}), saved_at=(1, 5, 12), later=(), **more
    )


class TestReduceLROnPlateau(
    SchedulerLaws,
    member=plateau(
        {},
        *({"factor": 0.5}, {"patience": 2}, {"patience": 2, "threshold": 0.03}, {"patience": 1, "cooldown": 3}, {"patience": 1, "min_lr": 0.05}),
        *({"patience": 1, "factor": 0.5, "eps": 2.0**-27}, {"patience": 1, "threshold_mode": "abs", "threshold": 0.03125}),
        together=(
            {"factor": 0.5, "patience": 1, "threshold": 0.03125, "threshold_mode": "abs", "cooldown": 3, "eps": 2.0**-27, "min_lr": 0.01},
            {"mode": "max", "factor": 0.3, "patience": 0, "threshold": 0.15, "min_lr": [0.05, 0.4, 0.0], "eps": 0.03},
            {"mode": "max", "factor": 0.3, "patience": 1, "threshold": 0.15, "threshold_mode": "abs", "cooldown": 2},
        ),
        metrics=METRICS,
    ),
    points=3,
):  # fmt: skip
    @weight(1)
    def test_negative_metrics(self, twin):
        """ReduceLROnPlateau compares metrics of either sign as its four equations say, in each mode."""
        for mode, threshold_mode in (("min", "rel"), ("min", "abs"), ("max", "rel"), ("max", "abs")):
            options = {"mode": mode, "threshold_mode": threshold_mode, "patience": 1, "threshold": 0.03, "factor": 0.5}
            optimizer, scheduler = scheduled(twin, GROUPS, [("optim.lr_scheduler.ReduceLROnPlateau", options)])
            compare_rates(optimizer, scheduler, times=range(32), metrics=SIGNED, of=f" of ReduceLROnPlateau({options})")


def parameter_with(twin, gradient):
    p = twin("nn.Parameter", np.zeros_like(gradient))
    p.set("grad", gradient)
    return p


def gradients_of_every_shape(rng):
    """Also of every size, and one in float32."""
    gradients = [
        np.asarray(size * rng.normal(size=shape))
        for shape, size in zip(SHAPES, (1.0, 1e4, 1.0, 10.0, 2.0, 1.0, 1.0), strict=True)
    ]
    return [*gradients, rng.normal(size=3).astype(np.float32)]


def compare_clipping(twin, function, gradients, *args, **kwargs):
    """Clip parameters with these gradients and one without; compare what is returned, and the arrays that were the gradients."""
    parameters = [parameter_with(twin, gradient) for gradient in gradients]
    held = [p.hold("grad") for p in parameters]
    twin(f"nn.utils.{function}", [twin("nn.Parameter", np.zeros(3)), *parameters], *args, **kwargs).compare()
    for index, array in enumerate(held):
        array.name = f"the array that is gradient {index} of {len(held)}, after {function}"
        array.compare(tolerance=CLIPPED)


def model_with_gradients(twin, rng):
    model = twin("nn.Linear", 3, 2)
    model.set("weight.grad", rng.normal(size=(2, 3)))
    model.set("bias.grad", rng.normal(size=2))
    return model


class TestClipGradNorm:
    @weight(0.75)
    def test_scales_all_gradients_alike(self, twin, rng):
        """clip_grad_norm_ scales the arrays p.grad, of any shape, by one factor for all, skips None, and returns the norm before as a float."""
        compare_clipping(twin, "clip_grad_norm_", gradients_of_every_shape(rng), max_norm=0.5)

    @weight(0.75)
    def test_norm_types(self, twin, rng):
        """clip_grad_norm_ takes the common norm of all gradients in any norm_type: 1, 3 or infinity."""
        for norm_type in (1.0, 3.0, math.inf):
            for sign in (1.0, -1.0):  # the largest number of all is positive once, and negative once
                gradients = [rng.normal(size=(3, 4)), np.append(rng.normal(size=4), 9.0 * sign)]
                compare_clipping(twin, "clip_grad_norm_", gradients, max_norm=0.1, norm_type=norm_type)
            compare_clipping(twin, "clip_grad_norm_", [], max_norm=0.1, norm_type=norm_type)

    @weight(0.5)
    def test_takes_an_iterator(self, twin, rng):
        """clip_grad_norm_ works on any iterable of parameters, also on one that can be gone through only once, and on a single Parameter."""
        model = model_with_gradients(twin, rng)
        twin("nn.utils.clip_grad_norm_", model.parameters(), max_norm=0.5).compare()
        twin("nn.utils.clip_grad_norm_", model.weight, max_norm=0.1).compare(tolerance=CLIPPED)
        model.compare("weight.grad", "bias.grad", tolerance=CLIPPED)

    @fine
    @weight(0.25)
    def test_tiny_norms(self, twin):
        """Where max_norm is small, the 1e-6 of clip_grad_norm_ counts, also for a norm between max_norm - 1e-6 and max_norm."""
        for gradient in (0.8e-6, 1e-6, 3e-6):
            compare_clipping(twin, "clip_grad_norm_", [np.array([gradient])], max_norm=1e-6)


class TestClipGradValue:
    @weight(0.5)
    def test_every_gradient(self, twin, rng):
        """clip_grad_value_ limits each number of the arrays p.grad, of all parameters and of any shape, and skips None."""
        compare_clipping(twin, "clip_grad_value_", gradients_of_every_shape(rng), clip_value=0.5)

    @weight(0.5)
    def test_takes_an_iterator(self, twin, rng):
        """clip_grad_value_ works on any iterable of parameters, also on one that can be gone through only once, and on a single Parameter."""
        model = model_with_gradients(twin, rng)
        twin("nn.utils.clip_grad_value_", model.parameters(), 0.5)
        twin("nn.utils.clip_grad_value_", model.bias, 0.1)
        model.compare("weight.grad", "bias.grad")
