"""What people believe about the loop over the parameters: which of them a step changes, and what it leaves behind."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "optim.Optimizer.step",
    hint="What does a layer that took no part in the forward pass leave in the grad of its parameters?",
    fails=(
        "Adagrad/test_missing_and_zero_gradients",
        "Adam/test_missing_and_zero_gradients",
        "AdamW/test_missing_and_zero_gradients",
        "Adamax/test_missing_and_zero_gradients",
        "Lion/test_missing_and_zero_gradients",
        "NAdam/test_missing_and_zero_gradients",
        "Optimizer/test_parameters_without_gradient_are_left_alone",
        "Optimizer/test_resumes_without_state",
        "Optimizer/test_steps_are_counted_for_each_parameter",
        "RMSprop/test_missing_and_zero_gradients",
        "SGD/test_missing_and_zero_gradients",
    ),
    source="github.com/oreilly-japan/deep-learning-from-scratch-3 c9adbb1dce",
)
def every_parameter_has_a_gradient(self):
    """By the time of a step, every parameter has a gradient."""
    for group in self.param_groups:
        for p in group["params"]:
            state = self.state[p]
            state["step"] = state.get("step", 0) + 1
            self.update(p, self.decay(p, group), group, state)


@misconception(
    "optim.Optimizer.step",
    hint="A weight has a velocity and weight decay, and no gradient arrived: what should happen to it in this step?",
    fails=(
        "Adagrad/test_missing_and_zero_gradients",
        "Adam/test_missing_and_zero_gradients",
        "AdamW/test_missing_and_zero_gradients",
        "Adamax/test_missing_and_zero_gradients",
        "Lion/test_missing_and_zero_gradients",
        "NAdam/test_missing_and_zero_gradients",
        "Optimizer/test_parameters_without_gradient_are_left_alone",
        "Optimizer/test_steps_are_counted_for_each_parameter",
        "RMSprop/test_missing_and_zero_gradients",
        "SGD/test_missing_and_zero_gradients",
    ),
    source="PyTorch before 2.0, where zero_grad left zeros by default",
)
def no_gradient_is_a_gradient_of_zeros(self):
    """A parameter whose gradient is None takes its step as if the gradient were zero."""
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is None:
                p.grad = np.zeros_like(p.data)
            state = self.state[p]
            state["step"] = state.get("step", 0) + 1
            self.update(p, self.decay(p, group), group, state)


@misconception(
    "optim.Optimizer.step",
    hint="A ball rolls over a flat spot: does it stop there, and does its speed stay what it was?",
    fails=(
        "Adagrad/test_missing_and_zero_gradients",
        "Adam/test_missing_and_zero_gradients",
        "AdamW/test_missing_and_zero_gradients",
        "Adamax/test_missing_and_zero_gradients",
        "Lion/test_missing_and_zero_gradients",
        "NAdam/test_missing_and_zero_gradients",
        "RMSprop/test_missing_and_zero_gradients",
        "SGD/test_missing_and_zero_gradients",
    ),
    source="folklore: `if p.grad.any()`, to leave out what seems to need no update",
)
def zero_gradients_are_skipped(self):
    """A parameter whose gradient is all zeros is left alone, just as one whose gradient is None."""
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is not None and np.any(p.grad):
                state = self.state[p]
                state["step"] = state.get("step", 0) + 1
                self.update(p, self.decay(p, group), group, state)


@misconception(
    "optim.Optimizer.step",
    hint="The third of four parameters has no gradient: which of them should be different after the step?",
    fails=(
        "Adagrad/test_missing_and_zero_gradients",
        "Adam/test_missing_and_zero_gradients",
        "AdamW/test_missing_and_zero_gradients",
        "Adamax/test_missing_and_zero_gradients",
        "Lion/test_missing_and_zero_gradients",
        "NAdam/test_missing_and_zero_gradients",
        "RMSprop/test_missing_and_zero_gradients",
        "SGD/test_missing_and_zero_gradients",
    ),
    source="folklore: return in the place of continue",
)
def first_missing_gradient_ends_the_step(self):
    """At the first parameter without a gradient there is nothing more to do in this step."""
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is None:
                return
            state = self.state[p]
            state["step"] = state.get("step", 0) + 1
            self.update(p, self.decay(p, group), group, state)


@misconception(
    "optim.Optimizer.step",
    hint="Whose task is it to forget a gradient, and what may someone still want to read from p.grad after the step?",
    fails=("Optimizer/test_gradients_are_only_read",),
    source="folklore: loops in which step() and zero_grad() are one",
)
def step_uses_up_the_gradients(self):
    """A gradient is gone once the step has used it."""
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                state = self.state[p]
                state["step"] = state.get("step", 0) + 1
                self.update(p, self.decay(p, group), group, state)
                p.grad = None


@misconception(
    "optim.Optimizer.step",
    hint="Two layers of one shape learn different things: when are two parameters the same one?",
    fails=(
        "Adagrad/test_steps",
        "Adam/test_steps",
        "AdamW/test_steps",
        "Adamax/test_steps",
        "Lion/test_steps",
        "NAdam/test_steps",
        "Optimizer/test_steps_are_counted_for_each_parameter",
        "RMSprop/test_steps",
        "SGD/test_steps_with_options",
        "SGD/test_resumes",
        "SGD/test_memory",
    ),
    source="github.com/AkiRusProd/numpy-nn-model 611e6fcd8a (the kind: parameters told apart by something else than"
    " identity)",
)
def parameters_of_one_shape_share_a_state(self):
    """The shape of a parameter tells whose velocity and averages belong to it."""
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                state = self.state[p.shape]
                state["step"] = state.get("step", 0) + 1
                self.update(p, self.decay(p, group), group, state)


@misconception(
    "optim.Optimizer.zero_grad",
    hint="After zero_grad(), how does the optimizer tell a parameter that took no part from one with a flat loss?",
    fails=("Optimizer/test_zero_grad",),
    convention="This is the form of PyTorch's zero_grad(set_to_none=False), the default before version 2.0;"
    " the contract asks for None.",
    source="PyTorch before 2.0",
)
def zero_grad_fills_with_zeros(self):
    """zero_grad() keeps the gradient arrays and sets every number in them to zero."""
    for group in self.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                p.grad[...] = 0


@misconception(
    "optim.Optimizer.zero_grad",
    hint="Where does the optimizer keep the parameters that came in a second dict?",
    fails=("Optimizer/test_zero_grad",),
    source="folklore",
)
def zero_grad_sees_one_group(self):
    """All parameters are in the first group."""
    for p in self.param_groups[0]["params"]:
        p.grad = None
