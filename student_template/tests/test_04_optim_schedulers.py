"""Public checks of assignment 04: schedulers of the learning rate.

Run them on your own machine with `pytest`. The expected numbers come from the equations, step by step on paper or with
a pocket calculator.
"""

import numpy as np
import pytest

from grader.checks import Tolerance, compare, raises, weight

WRITTEN = Tolerance(0.0, 0.0, absolute=1e-9)  # the numbers below are rounded to ten decimals


def parameter(student, values, gradient=None):
    p = student.nn.Parameter(np.array(values))
    if gradient is not None:
        p.grad = np.array(gradient)
    return p


def optimizer_with_rate(student, lr):
    """An optimizer that never steps: schedulers only need its groups."""
    return student.optim.Optimizer([parameter(student, [0.0])], {"lr": lr})


def compare_rates(optimizer, schedulers, expected, metrics=()):
    """Compare the rate at t = 0, 1, 2, ...; before each but the first, every scheduler takes a step."""
    for t, lr in enumerate(expected):
        for scheduler in schedulers if t else ():
            scheduler.step(*metrics[t - 1 : t])
        compare(optimizer.param_groups[0]["lr"], lr, f"lr at t = {t}", WRITTEN)


ALONE = {
    "StepLR": ((3, 0.5), [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25]),
    "MultiStepLR": (([2, 5], 0.1), [1.0, 1.0, 0.1, 0.1, 0.1, 0.01]),
    "ExponentialLR": ((0.9,), [1.0, 0.9, 0.81, 0.729]),
}


class TestLRScheduler:
    @weight(0.15)
    @pytest.mark.parametrize("name", ALONE)
    def test_alone(self, student, name):
        """The learning rate follows its equation."""
        arguments, rates = ALONE[name]
        optimizer = optimizer_with_rate(student, 1.0)
        compare_rates(optimizer, [getattr(student.optim.lr_scheduler, name)(optimizer, *arguments)], rates)

    @weight(0.3)
    def test_chained(self, student):
        """StepLR, ExponentialLR and MultiStepLR on one optimizer multiply."""
        optimizer = optimizer_with_rate(student, 1.0)
        schedules = student.optim.lr_scheduler
        chained = [schedules.StepLR(optimizer, 3, gamma=0.5), schedules.ExponentialLR(optimizer, 0.9)]
        chained.append(schedules.MultiStepLR(optimizer, [2, 5], gamma=0.1))
        compare_rates(optimizer, chained, [1.0, 0.9, 0.081, 0.03645, 0.032805, 0.00295245, 0.0013286025, 0.0011957423])

    @weight(0.25)
    def test_last_epoch(self, student):
        """Built with last_epoch=1, schedulers go on at t = 2: StepLR multiplies if it is time, LinearLR leaves the rate
        as it is."""
        examples = (
            ("StepLR", {"step_size": 2, "gamma": 0.5}, [0.35, 0.35, 0.175]),
            ("LinearLR", {"start_factor": 0.5}, [0.7, 0.8, 0.9]),
        )
        for name, options, rates in examples:
            group = {"params": [parameter(student, [0.0])], "lr": 0.7, "initial_lr": 1.0}
            optimizer = student.optim.Optimizer([group], {"lr": 0.1})
            scheduler = getattr(student.optim.lr_scheduler, name)(optimizer, **options, last_epoch=1)
            for t, lr in enumerate(rates, start=2):
                compare(optimizer.param_groups[0]["lr"], lr, f"lr of {name} at t = {t}", WRITTEN)
                scheduler.step()

    @weight(0.1)
    @pytest.mark.parametrize("name", ["LinearLR", "LambdaLR", "SequentialLR", "ReduceLROnPlateau", "OneCycleLR"])
    def test_impossible_options(self, student, name):
        """What the handout and the docstring say cannot be raises ValueError when the scheduler is built."""
        schedules, optimizer, other = student.optim.lr_scheduler, *[optimizer_with_rate(student, 1.0) for _ in range(2)]
        parts = [schedules.ExponentialLR(optimizer, 0.5), schedules.ExponentialLR(optimizer, 0.9)]
        cycle, plateau, foreign = (
            {"max_lr": 1.0, "total_steps": 8},
            schedules.ReduceLROnPlateau(optimizer),
            schedules.ExponentialLR(other, 0.5),
        )
        constant = student.hold(student.array(np.ones(3)), "item")
        table = {
            "LambdaLR": ({"lr_lambda": [constant, constant]},),
            "LinearLR": ({"start_factor": 0.0}, {"start_factor": 1.5}, {"end_factor": -0.1}, {"end_factor": 1.5}),
            "SequentialLR": (
                {"schedulers": [], "milestones": []},
                {"schedulers": parts, "milestones": []},
                {"schedulers": parts, "milestones": [2, 4]},
                {"schedulers": [*parts, plateau], "milestones": [2, 4]},
                {"schedulers": [*parts, foreign], "milestones": [2, 4]},
            ),
            "ReduceLROnPlateau": (
                {"factor": 1.0},
                {"mode": "lowest"},
                {"threshold_mode": "ratio"},
                {"min_lr": [0.1, 0.2]},
            ),
            "OneCycleLR": (
                {"max_lr": 1.0},
                {"max_lr": 1.0, "epochs": 4},
                {"max_lr": 1.0, "steps_per_epoch": 4},
                {**cycle, "total_steps": 0},
                {**cycle, "pct_start": -0.1},
                {**cycle, "pct_start": 1.1},
                {**cycle, "anneal_strategy": "step"},
                {**cycle, "max_lr": [1.0, 0.3]},
            ),
        }
        for options in table[name]:
            with raises(ValueError, doing=f"{name} with {', '.join(options)} that cannot be"):
                getattr(schedules, name)(optimizer, **options)


class TestCosineAnnealingLR:
    @weight(0.75)
    def test_one_period(self, student):
        """CosineAnnealingLR falls from base to eta_min along a cosine, and climbs again after T_max."""
        optimizer = optimizer_with_rate(student, 1.0)
        cosine = student.optim.lr_scheduler.CosineAnnealingLR(optimizer, 4, eta_min=0.2)
        down = [1.0, 0.8828427125, 0.6, 0.3171572875]
        compare_rates(optimizer, [cosine], [*down, 0.2, *reversed(down)])


class TestSequentialLR:
    @weight(0.75)
    def test_warm_up_then_cosine(self, student):
        """SequentialLR warms up with LinearLR and then starts CosineAnnealingLR from its own t = 0."""
        optimizer = optimizer_with_rate(student, 1.0)
        schedules = student.optim.lr_scheduler
        warm_up = schedules.LinearLR(optimizer, 0.25, total_iters=3)
        cosine = schedules.CosineAnnealingLR(optimizer, 4)
        scheduler = schedules.SequentialLR(optimizer, [warm_up, cosine], milestones=[3])
        compare_rates(
            optimizer, [scheduler], [0.25, 0.5, 0.75, 1.0, 0.8535533906, 0.5, 0.1464466094, 0.0, 0.1464466094]
        )

    @weight(0.25)
    def test_resumes(self, student):
        """A SequentialLR that loads the state of another one, after its milestone, goes on from there."""
        schedules = student.optim.lr_scheduler
        optimizers = [optimizer_with_rate(student, 1.0) for _ in range(2)]
        saved, loaded = [
            schedules.SequentialLR(
                o, [schedules.ExponentialLR(o, 0.5), schedules.ExponentialLR(o, 0.9)], milestones=[2]
            )
            for o in optimizers
        ]
        for _ in range(3):
            saved.step()
        loaded.load_state_dict(saved.state_dict())
        loaded.step()
        compare(optimizers[1].param_groups[0]["lr"], 0.9, "lr one step after loading", WRITTEN)


class TestLambdaLR:
    @weight(0.25)
    def test_any_function(self, student):
        """LambdaLR's rate is base times f(t)."""
        optimizer = optimizer_with_rate(student, 2.0)
        factors = student.array(np.array([1.0, 0.5, 2.0]))  # f(t) looks up entry t
        scheduler = student.optim.lr_scheduler.LambdaLR(optimizer, student.hold(factors, "item"))
        compare_rates(optimizer, [scheduler], [2.0, 1.0, 4.0])


class TestOneCycleLR:
    @weight(0.5)
    def test_two_phases(self, student):
        """OneCycleLR rises to max_lr and falls far below its beginning, along two halves of a cosine."""
        optimizer = optimizer_with_rate(student, 1.0)
        options = {"total_steps": 10, "pct_start": 0.4, "div_factor": 10, "final_div_factor": 10}
        scheduler = student.optim.lr_scheduler.OneCycleLR(optimizer, 1.0, **options)
        falling = [1.0, 0.9336825749, 0.7525, 0.505, 0.2575, 0.0763174251, 0.01]
        compare_rates(optimizer, [scheduler], [0.1, 0.325, 0.775, *falling])


class TestReduceLROnPlateau:
    @weight(0.75)
    def test_waits_for_patience(self, student):
        """ReduceLROnPlateau halves the rate after more than `patience` bad epochs in a row, and then counts anew."""
        optimizer = optimizer_with_rate(student, 1.0)
        scheduler = student.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
        metrics = [1.0, 0.9, 0.9, 0.95, 0.8, 0.85, 0.8, 0.9, 0.9]
        compare_rates(optimizer, [scheduler], [1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125], metrics)
