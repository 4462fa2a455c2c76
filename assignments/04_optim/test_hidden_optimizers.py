"""Hidden checks of assignment 04: every optimizer gets the laws of optimizers; what all share is checked on SGD."""

from itertools import chain

import numpy as np

from grader.calls import Call
from grader.checks import compare, fine, raises, weight
from grader.checks.battery import OptimizerLaws, Rule
from grader.checks.battery.optimizer import SHAPES, compare_resumed, gradients_of_steps

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
        for second in (1.0, None):  # what was loaded before is gone, too
            optimizer.load_state_dict(momentum_sgd(student, [1.0, second])[0].state_dict())
        compare_step(optimizer, parameters, [-0.85, -0.8], "the next step")  # -0.4 - 0.1 (0.5 + 4) and -0.4 - 0.1 * 4

    @weight(0.5)
    def test_load_state_dict_goes_by_the_numbers(self, student):
        """load_state_dict() gives the n-th parameter what is saved under the n-th number of the groups, whatever that
        number is, in the place of what was loaded before."""
        saved = momentum_sgd(student, [1.0], [2.0])[0].state_dict()
        saved["state"] = {1 - number: state for number, state in saved["state"].items()}
        for group in saved["param_groups"]:
            group["params"] = [1 - number for number in group["params"]]
        optimizer, parameters = momentum_sgd(student, [4.0], [4.0])
        optimizer.load_state_dict(momentum_sgd(student, [7.0], [7.0])[0].state_dict())
        optimizer.load_state_dict(saved)
        compare_step(optimizer, parameters, [-0.85, -0.9], "the next step")  # -0.4 - 0.1 (0.5 v + 4)

    @weight(0.75)
    def test_whole_groups_are_saved(self, student):
        """state_dict() holds all that is in a group, also what schedulers keep there, and load_state_dict() brings it
        back."""
        rates = [0.3, 0.5]
        saving, loading = (
            student.optim.SGD([{"params": [student.nn.Parameter(np.zeros(2))], **more} for more in groups])
            for groups in ([{"initial_lr": rate} for rate in rates], [{}, {}])
        )
        saved = saving.state_dict()
        found = [group.get("initial_lr") for group in saved["param_groups"]]
        compare(found, rates, 'the list of "initial_lr" in the saved groups')
        for state in (loading.state_dict(), saved):  # what is loaded last counts
            loading.load_state_dict(state)
        found = [loading.param_groups[number].get("initial_lr") for number in range(2)]
        compare(found, rates, 'the list of "initial_lr" in the loaded groups')

    @weight(0.5)
    def test_load_state_dict_refuses_before_it_loads(self, student):
        """load_state_dict() raises ValueError where the number of groups or the size of a later one differs, and has
        changed nothing then."""
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
        held=("centered",),
    ),
    points=4,
): ...


def adam_like(name, *more, groups=({}, {}), impossible=(), held=()):
    """An optimizer with lr, betas, eps and weight_decay; `more` are options that only this one has, `groups` those of
    two groups, `held` see `Rule`."""
    plain = ({}, {"lr": 0.1, "betas": (0.8, 0.95)}, {"lr": 0.05, "eps": 1e-3}, {"lr": 0.1, "weight_decay": 0.3})
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
        held=held,
    )


AMSGRAD = ({"amsgrad": True}, {"amsgrad": False})


class TestAdam(
    OptimizerLaws,
    member=adam_like("Adam", {"betas": (0.6, 0.5), "amsgrad": True}, groups=AMSGRAD, held=("amsgrad",)),
    points=4,
): ...


class TestAdamW(
    OptimizerLaws,
    member=adam_like("AdamW", {"betas": (0.6, 0.5), "amsgrad": True}, groups=AMSGRAD, held=("amsgrad",)),
    points=4,
): ...


class TestAdamax(OptimizerLaws, member=adam_like("Adamax"), points=3): ...


# With the default lr and momentum_decay together, a slip in the schedule of the momentum would change no more than
# 1e-9.
MOMENTUM_DECAY = ({"momentum_decay": 0.5}, {"momentum_decay": 0.1})


class TestNAdam(
    OptimizerLaws,
    member=adam_like(
        "NAdam", {"lr": 0.1, "momentum_decay": 0.5}, groups=MOMENTUM_DECAY, held=("betas", "momentum_decay")
    ),
    points=4,
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
