"""What people believe about t, the number of steps that a parameter has taken."""

from grader.assignment import misconception


@misconception(
    "optim.Optimizer.step",
    hint="A parameter was frozen for 100 steps and now gets its first gradient: how empty are its averages still?",
    fails=(
        "Adagrad/test_missing_and_zero_gradients",
        "Adam/test_missing_and_zero_gradients",
        "AdamW/test_missing_and_zero_gradients",
        "Adamax/test_missing_and_zero_gradients",
        "NAdam/test_missing_and_zero_gradients",
        "Optimizer/test_steps_are_counted_for_each_parameter",
    ),
    convention="This is the form in which one t serves the whole optimizer, as in Keras and Optax;"
    " the contract asks for one t for "
    "each parameter, which grows only where there is a gradient.",
    source="github.com/oreilly-japan/deep-learning-from-scratch; github.com/tinygrad/tinygrad",
)
def calls_are_counted(self):
    """t counts the calls of step(), for all parameters alike, whether they have a gradient or not."""
    for group in self.param_groups:
        for p in group["params"]:
            state = self.state[p]
            state["step"] = state.get("step", 0) + 1
            if p.grad is not None:
                self.update(p, self.decay(p, group), group, state)


@misconception(
    "optim.Optimizer.step",
    hint="You train a model of ten parameters for three steps: what does your t say for the last of them?",
    fails=(
        "Adagrad/test_groups",
        "Adagrad/test_precision",
        "Adagrad/test_resumes",
        "Adam/test_steps",
        "AdamW/test_steps",
        "Adamax/test_steps",
        "NAdam/test_steps",
        "Optimizer/test_resumes",
        "Optimizer/test_steps_are_counted_for_each_parameter",
    ),
    source="folklore: self.t += 1 one line too deep",
)
def every_parameter_advances_one_common_count(self):
    """t is one number of the optimizer, and it grows whenever some parameter is updated."""
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                self.t = getattr(self, "t", 0) + 1
                state = self.state[p]
                state["step"] = self.t
                self.update(p, self.decay(p, group), group, state)


@misconception(
    "optim.Optimizer.step",
    hint="How large is beta^t at t = 0, and what does the bias correction divide by then?",
    fails=(
        "Adagrad/test_worked_example",
        "Adam/test_worked_example",
        "Adam/test_steps",
        "AdamW/test_worked_example",
        "AdamW/test_steps",
        "Adamax/test_worked_example",
        "Adamax/test_steps",
        "NAdam/test_worked_example",
        "NAdam/test_steps",
    ),
    source="folklore",
)
def first_step_is_step_zero(self):
    """t counts the steps that have been completed, so that it is 0 during the first one."""
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                state = self.state[p]
                state.setdefault("step", 0)
                self.update(p, self.decay(p, group), group, state)
                state["step"] += 1


@misconception(
    "optim.Optimizer.step",
    hint="How long is Adam's first step, measured in units of lr, and how long should it be?",
    fails=(
        "Adagrad/test_worked_example",
        "Adam/test_steps",
        "Adam/test_worked_example",
        "AdamW/test_steps",
        "AdamW/test_worked_example",
        "Adamax/test_steps",
        "Adamax/test_worked_example",
        "NAdam/test_steps",
        "NAdam/test_worked_example",
        "Optimizer/test_resumes",
        "Optimizer/test_steps_are_counted_for_each_parameter",
    ),
    source="tensorflow/tensorflow issue #35444",
)
def first_step_is_step_two(self):
    """t begins at 1 and is advanced before each step, also before the first."""
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                state = self.state[p]
                state["step"] = state.get("step", 1) + 1
                self.update(p, self.decay(p, group), group, state)


@misconception(
    "optim.Optimizer.step",
    hint="Print t during three steps in a row: what do you expect, and what do you see?",
    fails=(
        "Adagrad/test_worked_example",
        "Adam/test_steps",
        "Adam/test_worked_example",
        "AdamW/test_steps",
        "AdamW/test_worked_example",
        "Adamax/test_steps",
        "Adamax/test_worked_example",
        "NAdam/test_steps",
        "NAdam/test_worked_example",
        "Optimizer/test_resumes",
        "Optimizer/test_steps_are_counted_for_each_parameter",
    ),
    source="folklore",
)
def every_step_is_the_first(self):
    """Every step is made with t = 1."""
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                state = self.state[p]
                state["step"] = 1
                self.update(p, self.decay(p, group), group, state)


@misconception(
    "optim.Optimizer.step",
    hint="Which of the things that your next step depends on does state_dict() not mention?",
    fails=(
        "Adagrad/test_missing_and_zero_gradients",
        "Adagrad/test_resumes",
        "Adam/test_missing_and_zero_gradients",
        "Adam/test_resumes",
        "AdamW/test_missing_and_zero_gradients",
        "AdamW/test_resumes",
        "Adamax/test_missing_and_zero_gradients",
        "Adamax/test_resumes",
        "NAdam/test_missing_and_zero_gradients",
        "NAdam/test_resumes",
        "Optimizer/test_resumes",
        "Optimizer/test_steps_are_counted_for_each_parameter",
    ),
    source="folklore: self.t as an attribute of the optimizer",
)
def count_is_not_part_of_the_state(self):
    """t belongs to the optimizer and not to the state: a loaded optimizer counts from where it is itself."""
    self.t = getattr(self, "t", 0) + 1
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                state = self.state[p]
                state["step"] = self.t
                self.update(p, self.decay(p, group), group, state)
