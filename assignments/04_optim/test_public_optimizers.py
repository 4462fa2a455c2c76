"""Public checks of assignment 04: optimizers and clipping.

Run them on your own machine with `pytest`. The expected numbers come from the equations, step by step on paper or with
a pocket calculator.
"""

import numpy as np

from grader.checks import EXACT, Tolerance, compare, fine, raises, weight

GRADIENTS = ([0.5, -2.0], [0.1, 3.0], [-0.4, 0.0])  # of a parameter that begins at [1, -2]
WRITTEN = Tolerance(0.0, 0.0, absolute=1e-9)  # the numbers below are rounded to ten decimals


def parameter(student, values, gradient=None):
    p = student.nn.Parameter(np.array(values))
    if gradient is not None:
        p.grad = np.array(gradient)
    return p


class TestOptimizer:
    @weight(0.75)
    def test_zero_grad(self, student):
        """zero_grad() sets the gradient of every parameter, in all groups, to None."""
        p, q, r = (parameter(student, [1.0], [gradient]) for gradient in (1.0, 2.0, 3.0))
        student.optim.Optimizer([{"params": [p, q]}, {"params": [r]}], {"lr": 0.1}).zero_grad()
        compare([p.grad, q.grad, r.grad], [None, None, None], "the list of gradients after zero_grad()")

    @weight(0.75)
    def test_parameters_change_in_place(self, student):
        """A step changes the array p.data itself: whoever holds that array sees the new values."""
        p = parameter(student, [1.0, -2.0], [0.5, -2.0])
        held = student.hold(p, "data")
        student.optim.SGD([p], lr=0.1).step()
        compare(student.value(held), np.array([0.95, -1.8]), "the array that was p.data before the step")

    @weight(1)
    def test_parameters_without_gradient_are_left_alone(self, student):
        """While its gradient is None, a parameter with a velocity and weight decay keeps its value, and its velocity
        too."""
        p = parameter(student, [1.0])
        optimizer = student.optim.SGD([p], lr=0.1, momentum=0.5, weight_decay=1.0)
        for gradient, expected in ([2.0], [0.7]), (None, [0.7]), (None, [0.7]), ([1.0], [0.38]):  # v = 3; v = 1.5 + 1.7
            p.grad = None if gradient is None else np.array(gradient)
            optimizer.step()
            compare(p.data, np.array(expected), "p.data")

    @weight(0.75)
    def test_gradients_are_only_read(self, student):
        """Steps, plain ones or with momentum, with weight decay or without, leave p.grad as it was."""
        p = parameter(student, [1.0, -2.0], [0.5, 3.0])
        student.optim.SGD([p], lr=0.1).step()
        compare([p.data, p.grad], [np.array([0.95, -2.3]), np.array([0.5, 3.0])], "[p.data, p.grad] after a plain step")
        for decay in (0.0, 0.1):
            p = parameter(student, [1.0, -2.0], [0.5, 3.0])
            optimizer = student.optim.SGD([p], lr=0.1, momentum=0.9, weight_decay=decay, nesterov=True)
            for step in (1, 2):
                optimizer.step()
                compare(p.grad, np.array([0.5, 3.0]), f"p.grad after step {step} with weight_decay={decay}", EXACT)

    @fine
    @weight(0.25)
    def test_float32_stays(self, student):
        """Steps with momentum and weight decay leave a float32 parameter in float32."""
        p = student.nn.Parameter(np.array([1.0, -2.0], dtype=np.float32))
        p.grad = np.array([0.5, 3.0], dtype=np.float32)
        optimizer = student.optim.SGD([p], lr=0.1, momentum=0.5, weight_decay=0.5)
        for expected in ([0.9, -2.2], [0.755, -2.49]):  # v = [1, 2]; g = [0.95, 1.9]
            optimizer.step()
            compare(p.data, np.array(expected, dtype=np.float32), "p.data")

    @weight(0.75)
    def test_groups_have_their_own_options(self, student):
        """Each parameter group is updated with its own options, and with the optimizer's where it has none."""
        p, q = parameter(student, [1.0], [2.0]), parameter(student, [1.0], [2.0])
        groups = [{"params": [p], "lr": 0.5}, {"params": [q], "momentum": 0.25}]
        optimizer = student.optim.SGD(groups, lr=0.1, momentum=0.5)
        for expected in ([[0.0], [0.8]], [[-1.5], [0.55]]):  # v = 2; v = 3 and 2.5
            optimizer.step()
            compare([p.data, q.data], [np.array(x) for x in expected], "the list of both parameters' data")

    @weight(0.75)
    def test_steps_are_counted_for_each_parameter(self, student):
        """state[p]["step"], with the Parameter itself as key, counts the steps that p took, not those of the
        optimizer."""
        p, q = parameter(student, [1.0], [1.0]), parameter(student, [1.0])
        optimizer = student.optim.SGD([p, q], lr=0.1)
        for step in range(1, 6):
            q.grad = None if step % 2 else np.array([1.0])
            optimizer.step()
        state = student.hold(optimizer, "state")
        compare(
            [float(state[x]["step"]) for x in (p, q)], [5.0, 2.0], 'the list of state[p]["step"] of both parameters'
        )

    @weight(0.75)
    def test_state_dict_numbers_the_parameters(self, student):
        """state_dict() numbers the parameters through all groups and gives options and state under their names."""
        p, q, r = (parameter(student, [0.0], [gradient]) for gradient in (1.0, 2.0, 3.0))
        optimizer = student.optim.SGD([{"params": [p, q]}, {"params": [r], "lr": 0.5}], lr=0.1, momentum=0.9)
        optimizer.step()
        saved = optimizer.state_dict()
        compare([group["params"] for group in saved["param_groups"]], [[0, 1], [2]], "the list of the groups' params")
        compare([group["lr"] for group in saved["param_groups"]], [0.1, 0.5], "the list of the groups' lr")
        velocities = [saved["state"][number]["momentum_buffer"] for number in (0, 1, 2)]
        compare(velocities, [np.array([x]) for x in (1.0, 2.0, 3.0)], "the list of all momentum_buffers")

    @weight(0.5)
    def test_resumes(self, student):
        """An optimizer that loads the state_dict of another one goes on with its velocities, steps and options."""
        p, q = parameter(student, [1.0], [2.0]), parameter(student, [0.8], [2.0])
        saved, resumed = student.optim.SGD([p], lr=0.1, momentum=0.5), student.optim.SGD([q], lr=7.0)
        saved.step()  # v = 2, and p = 0.8 as well
        resumed.load_state_dict(saved.state_dict())
        for optimizer in (saved, resumed):
            optimizer.step()
        compare([p.data, q.data], [np.array([0.5])] * 2, "the list of both parameters' data")  # v = 3
        compare(float(student.hold(resumed, "state")[q]["step"]), 2.0, 'state[q]["step"]')

    @weight(0.75)
    def test_load_state_dict_refuses_other_groups(self, student):
        """load_state_dict() raises ValueError for a group of another size, and has changed nothing then."""
        other = student.optim.SGD([parameter(student, [0.0], [7.0])], lr=5.0, momentum=0.9)
        other.step()
        p, q = parameter(student, [0.0], [1.0]), parameter(student, [0.0], [2.0])
        optimizer = student.optim.SGD([p, q], lr=0.1, momentum=0.5)
        optimizer.step()
        with raises(ValueError, doing="loading the state of one parameter into an optimizer over two"):
            optimizer.load_state_dict(other.state_dict())
        optimizer.step()
        compare(p.data, np.array([-0.25]), "p.data after the next step")

    @weight(0.75)
    def test_impossible_options(self, student):
        """A negative lr, eps, momentum or weight_decay, betas outside [0, 1) and impossible Nesterov momentum raise
        ValueError."""
        nesterov = {"nesterov": True, "momentum": 0.9, "dampening": 0.1}
        sgd = ({"lr": -0.1}, {"momentum": -0.5}, {"weight_decay": -1.0}, {"nesterov": True}, nesterov)
        adam = ({"lr": -0.1}, {"eps": -1e-8}, {"weight_decay": -1.0}, {"betas": (1.0, 0.9)}, {"betas": (0.9, -0.1)})
        for name, table in (("SGD", sgd), ("Adam", adam)):
            for options in table:
                with raises(ValueError, doing=f"{name} with {options}"):
                    getattr(student.optim, name)([parameter(student, [1.0])], **{"lr": 0.1, **options})


class WorkedExample:
    """Three steps of an optimizer with lr = 0.1; `example` has its other options, and p.data after each step."""

    @weight(0.75)
    def test_worked_example(self, student):
        """Three steps on one parameter give the numbers of the equations."""
        name = type(self).__name__.removeprefix("Test")
        options, values = self.example
        call = f"{name}({', '.join(f'{key}={value}' for key, value in {'lr': 0.1, **options}.items())})"
        p = parameter(student, [1.0, -2.0])
        optimizer = getattr(student.optim, name)([p], lr=0.1, **options)
        for step, (gradient, expected) in enumerate(zip(GRADIENTS, values, strict=True), start=1):
            p.grad = np.array(gradient)
            optimizer.step()
            seen = ", ".join(map(str, GRADIENTS[:step]))
            compare(p.data, np.array(expected), f"p.data, [1, -2] before {call} had the gradients {seen},", WRITTEN)


class TestSGD(WorkedExample):
    example = {"momentum": 0.9}, ([0.95, -1.8], [0.895, -1.92], [0.8855, -2.028])


class TestAdagrad(WorkedExample):
    example = {"lr_decay": 0.5}, ([0.9, -1.9], [0.886925591, -1.9554700196], [0.917786261, -1.9554700196])


class TestRMSprop(WorkedExample):
    example = {"alpha": 0.9}, ([0.683772254, -1.683772239], [0.6185394509, -1.9510334785], [0.826069295, -1.9510334785])


class TestAdam(WorkedExample):
    example = (
        {"eps": 0.01},
        ([0.9019607843, -1.9004975124], [0.8238243031, -1.9251709263], [0.8146982918, -1.9442267929]),
    )


class TestAdamW(WorkedExample):
    example = (
        {"eps": 0.01, "weight_decay": 0.1},
        ([0.8919607843, -1.8804975124], [0.8049046952, -1.8863659511], [0.787729637, -1.8865581583]),
    )


class TestAdamax(WorkedExample):
    example = (
        {"betas": (0.9, 0.5), "eps": 0.01},
        ([0.9019607843, -1.9004975124], [0.7884416925, -1.9214802017], [0.779891607, -1.9479602007]),
    )


class TestNAdam(WorkedExample):
    example = {}, ([0.8943548243, -1.8943548227], [0.8676667092, -1.9778184935], [0.9311542671, -1.9802551266])


class TestLion(WorkedExample):
    example = {"betas": (0.9, 0.5), "weight_decay": 0.1}, ([0.89, -1.88], [0.7811, -1.7612], [0.673289, -1.843588])


class TestClipGradNorm:
    @weight(1)
    def test_one_norm_for_all(self, student):
        """clip_grad_norm_ scales all gradients by max_norm over their common norm, which it returns as a float."""
        p, q = parameter(student, [0.0, 0.0], [3.0, 0.0]), parameter(student, [0.0], [-4.0])
        compare(student.nn.utils.clip_grad_norm_([p, q], max_norm=1.0), 5.0, "clip_grad_norm_")
        compare(p.grad, np.array([3 / 5.000001, 0.0]), "p.grad")
        compare(q.grad, np.array([-4 / 5.000001]), "q.grad")

    @weight(0.75)
    def test_small_gradients_stay(self, student):
        """clip_grad_norm_ leaves gradients below max_norm as they are, and returns 0.0 where there are none."""
        p, q = parameter(student, [0.0], [3.0]), parameter(student, [0.0])
        compare(student.nn.utils.clip_grad_norm_([p, q], max_norm=4.0), 3.0, "clip_grad_norm_")
        compare(p.grad, np.array([3.0]), "p.grad", EXACT)
        compare(student.nn.utils.clip_grad_norm_([q], max_norm=4.0), 0.0, "clip_grad_norm_ without gradients")


class TestClipGradValue:
    @weight(1)
    def test_limits_each_number(self, student):
        """clip_grad_value_ limits each number of each array p.grad by itself, and skips None."""
        p, q, r = (
            parameter(student, [0.0, 0.0, 0.0], [3.0, -0.5, -4.0]),
            parameter(student, [0.0]),
            parameter(student, [0.0], [-2.0]),
        )
        held = [student.hold(x, "grad") for x in (p, r)]
        student.nn.utils.clip_grad_value_([q, p, r], 1.0)
        compare(
            [student.value(x) for x in held],
            [np.array([1.0, -0.5, -1.0]), np.array([-1.0])],
            "the list of the arrays p.grad",
        )
