"""What is noted of optimizers and schedulers: options of each group, what groups differ in, shapes of parameters."""

from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from grader.audit.watching import Watch


class Optimizer:
    def __init__(self, params, lr=0.1, decay=0.0, betas=(0.9, 0.99)):
        defaults = dict(lr=lr, decay=decay, betas=betas)
        self.param_groups = [defaults | group for group in params]

    def step(self):
        pass

    def load_state_dict(self, groups):
        self.param_groups = [own | saved for own, saved in zip(self.param_groups, groups, strict=True)]


class Schedule:
    def __init__(self, optimizer, gamma=0.5):
        self.optimizer = optimizer

    def step(self):
        pass


@pytest.fixture
def watch() -> Watch:
    return Watch(("Optimizer", "Schedule"))


@pytest.fixture
def package(watch) -> ModuleType:
    module = ModuleType("package")
    module.Optimizer = type("Optimizer", (), dict(vars(Optimizer)))
    module.Schedule = type("Schedule", (), dict(vars(Schedule)))
    return watch.over(module)


def parameter(shape=(2,), grad: bool = True) -> SimpleNamespace:
    return SimpleNamespace(data=np.zeros(shape), grad=np.zeros(shape) if grad else None)


def test_an_optimizer_that_makes_no_step_has_used_no_option(watch, package):
    optimizer = package.Optimizer([{"params": []}], lr=0.2)
    assert watch.seen.options == {}

    optimizer.step()

    assert frozenset({"lr"}) in watch.seen.options["Optimizer"]


def test_options_of_a_group_count_with_those_of_the_constructor(watch, package):
    package.Optimizer([{"params": [], "decay": 1.0}], lr=0.2).step()

    assert frozenset({"lr", "decay"}) in watch.seen.options["Optimizer"]


def test_a_default_that_is_given_is_still_the_default(watch, package):
    package.Optimizer([{"params": [], "decay": 0}], betas=[0.9, 0.99]).step()

    assert watch.seen.options["Optimizer"] == {frozenset()}


def test_what_two_groups_differ_in_is_noted_when_it_counts(watch, package):
    optimizer = package.Optimizer([{"params": []}, {"params": [], "betas": (0.5, 0.5)}])
    optimizer.step()
    optimizer.load_state_dict([{"lr": 1.0}, {"lr": 2.0, "betas": (0.9, 0.99)}])

    assert watch.seen.grouped["Optimizer"] == {"step: betas", "load_state_dict: lr"}
    assert watch.seen.kinds == {"Optimizer": "optimizer"}


def test_a_schedule_is_to_act_on_groups_of_different_rates(watch, package):
    schedule = package.Schedule(package.Optimizer([{"params": []}, {"params": [], "lr": 3.0}]))
    assert not watch.seen.grouped

    schedule.step()

    assert watch.seen.grouped == {"Schedule": {"step: lr"}}


def test_the_shapes_are_those_of_parameters_that_have_a_gradient(watch, package):
    package.Optimizer([{"params": [parameter(()), parameter((2, 3)), parameter((0,), grad=False)]}]).step()

    assert watch.seen.shapes["Optimizer"] == {((), frozenset()), ((2, 3), frozenset())}


def test_what_a_subclass_does_is_not_done_by_its_base_class(watch, package):
    type("Special", (package.Optimizer,), {})([{"params": [parameter()]}], lr=0.2).step()

    assert not watch.seen.options
    assert not watch.seen.shapes
