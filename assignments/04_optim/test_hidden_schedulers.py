"""Hidden checks of assignment 04: every scheduler gets the laws of schedulers; what is promised of one alone follows in
its class."""

import math

import numpy as np

from grader.calls import Call
from grader.checks import raises, weight
from grader.checks.battery import Schedule, SchedulerLaws
from grader.checks.battery.scheduler import GROUPS, compare_rates, scheduled


class TestLRScheduler:
    @weight(1)
    def test_chained(self, twin):
        """Several schedulers on one optimizer multiply: each changes the rate that it finds, also one that was set by
        hand."""
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
    SchedulerLaws,
    member=schedule("StepLR", {"step_size": 7}, {"step_size": 1}, together=({"step_size": 3, "gamma": 0.7},)),
    points=2,
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
        "SequentialLR",
        {"schedulers": parts("CosineAnnealingLR", "LinearLR", "StepLR", begun=[2]), "milestones": [4, 9]},
        {"schedulers": parts("StepLR"), "milestones": []},
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
        *(CYCLE | option for option in ({"anneal_strategy": "linear"}, {"three_phase": True})),
        CYCLE | {"epochs": 2, "steps_per_epoch": 5},
        together=(
            {"max_lr": 2.0, "epochs": 4, "steps_per_epoch": 8, "pct_start": 0.4, "div_factor": 8.0,
             "final_div_factor": 50.0, "anneal_strategy": "linear", "three_phase": True},
        ),
        saved_at=(1, 12, 20),
        later=(-1, 12),
    ),
    points=3,
):  # fmt: skip
    @weight(0.5)
    def test_end(self, twin):
        """OneCycleLR allows as many steps as total_steps, or epochs and steps_per_epoch, say, and raises ValueError at
        one more."""
        for steps in ({"total_steps": 8}, {"epochs": 1, "steps_per_epoch": 8}):
            options = {"max_lr": 1.0, **steps}
            optimizer, scheduler = scheduled(twin, GROUPS, [("optim.lr_scheduler.OneCycleLR", options)])
            compare_rates(optimizer, scheduler, times=range(9))
            with raises(ValueError, doing=f"step 9 of a OneCycleLR with {steps}"):
                scheduler.actual.step()


# Equal, rising and falling, by less and by more than the thresholds (the last time by 1.6 times the default), once not
# a number, and equal for long.
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
    # A reduction of the last rate by the default factor is a little more than the default eps, and by 0.5 exactly the
    # eps below.
    return schedule(
        "ReduceLROnPlateau", *options, groups=(*GROUPS, {"lr": 2.0**-26}), saved_at=(1, 5, 12), later=(), **more
    )


class TestReduceLROnPlateau(
    SchedulerLaws,
    member=plateau(
        {},
        *({"factor": 0.5}, {"patience": 2}, {"patience": 2, "threshold": 0.03}),
        *({"patience": 1, "cooldown": 3}, {"patience": 1, "min_lr": 0.05}),
        {"patience": 1, "factor": 0.5, "eps": 2.0**-27},
        {"patience": 1, "threshold_mode": "abs", "threshold": 0.03125},
        together=(
            {"factor": 0.5, "patience": 1, "threshold": 0.03125, "threshold_mode": "abs", "cooldown": 3,
             "eps": 2.0**-27, "min_lr": 0.01},
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
