"""What people believe about what an optimizer keeps, and where."""

import numpy as np

from grader.assignment import misconception
from reference.optim.optimizer import exponential_average


@misconception(
    "custom.OwnOptimizer.update",
    hint="What is in state_dict, and where does the optimizer look for its averages?",
    fails=("OwnOptimizer/test_resumes",),
    source="folklore",
)
def keeps_state_beside_the_state(self, p, grad, group, state):
    """Averages can be kept in an attribute of the optimizer."""
    beta1, beta2 = group["betas"]
    kept = vars(self).setdefault("_kept", {}).setdefault(id(p), {})
    m = exponential_average(kept, "exp_avg", beta1, grad)
    s = exponential_average(kept, "exp_avg_var", beta2, (grad - m) ** 2 + group["eps"])
    t = state["step"]
    p.data -= group["lr"] * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + group["eps"])


@misconception(
    "custom.OwnOptimizer.update",
    hint="Two trainings run in turn: who else reads what this one has written?",
    fails=(
        "OwnOptimizer/test_is_your_own",
        "OwnOptimizer/test_minimises",
        "OwnOptimizer/test_resumes",
        "OwnOptimizer/test_rates",
        "OwnOptimizer/test_schedules",
        "OwnOptimizer/test_missing_gradients",
        "OwnOptimizer/test_alone",
        "OwnOptimizer/test_shapes",
        "OwnOptimizer/test_memory",
        "OwnOptimizer/test_refuses",
        "Race/test_score",
    ),
    source="folklore",
)
def the_class_keeps_the_size(self, p, grad, group, state):
    """What is known of gradients can be shared by all optimizers."""
    kind = type(self)
    kind._largest = max(getattr(kind, "_largest", 0.0), float(np.abs(grad).max(initial=0.0)))
    m = exponential_average(state, "exp_avg", 0.9, grad)
    p.data -= group["lr"] * m / (0.1 + kind._largest)


@misconception(
    "custom.OwnOptimizer.update",
    hint="Who else may write into the array p.grad later?",
    fails=("OwnOptimizer/test_memory",),
    source="folklore",
)
def keeps_the_gradient(self, p, grad, group, state):
    """The last gradient is kept as it is, to be compared with the next one."""
    change = grad - state.get("before", grad)
    state["before"] = grad
    m = exponential_average(state, "exp_avg", 0.9, grad + 0.5 * change)
    s = exponential_average(state, "exp_avg_var", 0.99, (grad - m) ** 2 + 1e-8)
    p.data -= group["lr"] * m / (np.sqrt(s / (1 - 0.99 ** state["step"])) + 1e-8)


@misconception(
    "custom.OwnOptimizer.update",
    hint="Who reads p.grad after the step?",
    fails=(
        "OwnOptimizer/test_shapes",
        "OwnOptimizer/test_memory",
    ),
    source="folklore",
)
def writes_into_the_gradient(self, p, grad, group, state):
    """After the step the gradient is free to be used."""
    beta1, beta2 = group["betas"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    s = exponential_average(state, "exp_avg_var", beta2, (grad - m) ** 2 + group["eps"])
    t = state["step"]
    grad[...] = group["lr"] * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + group["eps"])
    p.data -= grad


@misconception(
    "custom.OwnOptimizer.update",
    hint="Who else refers to the array p.data?",
    fails=(
        "OwnOptimizer/test_shapes",
        "OwnOptimizer/test_memory",
    ),
    source="folklore",
)
def makes_a_new_array(self, p, grad, group, state):
    """A new value is a new array."""
    beta1, beta2 = group["betas"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    s = exponential_average(state, "exp_avg_var", beta2, (grad - m) ** 2 + group["eps"])
    t = state["step"]
    p.data = p.data - group["lr"] * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + group["eps"])


@misconception(
    "custom.OwnOptimizer.update",
    hint="How many rows does a parameter of shape () have?",
    fails=("OwnOptimizer/test_shapes",),
    source="folklore",
)
def takes_rows_for_granted(self, p, grad, group, state):
    """Every parameter has rows, and some numbers in each."""
    beta1, beta2 = group["betas"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    s = exponential_average(state, "exp_avg_var", beta2, (grad - m) ** 2 + group["eps"])
    t = state["step"]
    step = m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + group["eps"])
    p.data -= group["lr"] * step / np.maximum(1.0, np.abs(step.reshape(len(step), -1)).max() / 10)


@misconception(
    "custom.OwnOptimizer.step",
    hint='What does "no gradient" say, and what a gradient of zeros?',
    fails=("OwnOptimizer/test_missing_gradients",),
    source="folklore",
)
def none_is_zero(self):
    """A parameter without a gradient has a gradient of zeros."""
    for group in self.param_groups:
        for p in group["params"]:
            grad = np.zeros_like(p.data) if p.grad is None else p.grad
            state = self.state[p]
            state["step"] = state.get("step", 0) + 1
            self.update(p, grad, group, state)


@misconception(
    "custom.OwnOptimizer.__init__",
    hint="What would an optimizer without parameters do?",
    fails=("OwnOptimizer/test_refuses",),
    source="folklore",
)
def no_parameters_are_fine(self, params, lr=0.1):
    """An optimizer without parameters does nothing."""
    super().__init__(list(params) or [{"params": []}], dict(lr=lr, betas=(0.9, 0.999), eps=1e-8))
