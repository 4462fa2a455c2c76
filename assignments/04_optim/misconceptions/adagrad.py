"""What people believe about Adagrad."""

import numpy as np

from grader.assignment import misconception
from reference.optim.optimizer import Optimizer


@misconception(
    "optim.Adagrad.update",
    hint="Does Adagrad ever forget a gradient?",
    fails=("Adagrad/test_worked_example", "Adagrad/test_steps"),
    source="folklore",
)
def old_gradients_fade(self, p, grad, group, state):
    """Adagrad's sum is a running average, in which old gradients count less and less."""
    total = state["sum"] = 0.9 * state.get("sum", 0.0) + 0.1 * grad**2
    lr = group["lr"] / (1 + (state["step"] - 1) * group["lr_decay"])
    p.data -= lr * grad / (np.sqrt(total) + group["eps"])


@misconception(
    "optim.Adagrad.update",
    hint="How long is the very first step, and how long does the equation make it?",
    fails=("Adagrad/test_worked_example",),
    source="folklore",
)
def rate_falls_before_the_first_step(self, p, grad, group, state):
    """The rate of step t is lr / (1 + t * lr_decay)."""
    state["sum"] = state.get("sum", 0.0) + grad**2
    lr = group["lr"] / (1 + state["step"] * group["lr_decay"])
    p.data -= lr * grad / (np.sqrt(state["sum"]) + group["eps"])


@misconception(
    "optim.Adagrad.update",
    hint="What does the group's lr say after 100 steps, and what did the user write there?",
    fails=("Adagrad/test_worked_example",),
    source="PennyLaneAI/pennylane PR #1929 (the same for Adam)",
)
def rate_in_the_group_falls(self, p, grad, group, state):
    """lr_decay lowers the group's lr itself, at every step."""
    state["sum"] = state.get("sum", 0.0) + grad**2
    group["lr"] = group["lr"] / (1 + (state["step"] - 1) * group["lr_decay"])
    p.data -= group["lr"] * grad / (np.sqrt(state["sum"]) + group["eps"])


@misconception(
    "optim.Adagrad.update",
    hint="Compare the second step with lr_decay=0 and with lr_decay=0.5: what differs?",
    fails=("Adagrad/test_worked_example",),
    source="folklore",
)
def lr_decay_has_no_effect(self, p, grad, group, state):
    """Adagrad's rate falls by the sum of squares alone."""
    state["sum"] = state.get("sum", 0.0) + grad**2
    p.data -= group["lr"] * grad / (np.sqrt(state["sum"]) + group["eps"])


@misconception(
    "optim.Adagrad.update",
    hint="How large is the divisor where all gradients were 0: eps, or something else?",
    fails=("Adagrad/test_steps",),
    convention="This is the form of Optax, with eps inside the root; the contract asks for sqrt(s) + eps.",
    source="github.com/borgwang/tinynn; Optax, scale_by_rss",
)
def adagrad_has_eps_inside_the_root(self, p, grad, group, state):
    """Adagrad divides by sqrt(s + eps)."""
    state["sum"] = state.get("sum", 0.0) + grad**2
    lr = group["lr"] / (1 + (state["step"] - 1) * group["lr_decay"])
    p.data -= lr * grad / np.sqrt(state["sum"] + group["eps"])


@misconception(
    "optim.Adagrad.update",
    hint="If all gradients become ten times as large, how much longer should a step be?",
    fails=("Adagrad/test_worked_example", "Adagrad/test_steps"),
    source="folklore",
)
def adagrad_divides_by_the_sum(self, p, grad, group, state):
    """Adagrad divides the gradient by the sum of squares itself."""
    state["sum"] = state.get("sum", 0.0) + grad**2
    lr = group["lr"] / (1 + (state["step"] - 1) * group["lr_decay"])
    p.data -= lr * grad / (state["sum"] + group["eps"])


@misconception(
    "optim.Adagrad.update",
    hint="A parameter has 12 numbers: how many different rates does Adagrad give it?",
    fails=("Adagrad/test_worked_example", "Adagrad/test_steps"),
    convention="This is the form called AdaGrad-Norm, with one number for a whole array;"
    " the contract asks for a sum for each number.",
    source="folklore: `per parameter` read as `for each Parameter object`",
)
def every_array_has_one_sum(self, p, grad, group, state):
    """Adagrad has one rate for each Parameter: it sums the squares of all its numbers."""
    state["sum"] = state.get("sum", 0.0) + (grad**2).sum()
    lr = group["lr"] / (1 + (state["step"] - 1) * group["lr_decay"])
    p.data -= lr * grad / (np.sqrt(state["sum"]) + group["eps"])


@misconception(
    "optim.Adagrad.update",
    hint="Build a parameter from a transposed array: is its reshape(-1) a view of it, or a copy?",
    fails=("Adagrad/test_memory",),
    source="written by readers of the handout",
)
def flat_array_is_always_a_view(self, p, grad, group, state):
    """Writing into p.data.reshape(-1) changes the parameter."""
    state["sum"] = state.get("sum", 0.0) + grad**2
    lr = group["lr"] / (1 + (state["step"] - 1) * group["lr_decay"])
    flat = p.data.reshape(-1)
    flat -= (lr * grad / (np.sqrt(state["sum"]) + group["eps"])).reshape(-1)


@misconception(
    "optim.Adagrad.update",
    hint="The same gradient comes ten times: how long is the tenth step, beside the first?",
    fails=("Adagrad/test_steps",),
    source="folklore",
)
def adagrad_divides_by_this_gradient(self, p, grad, group, state):
    """Adagrad divides by the size of the gradient of this step."""
    lr = group["lr"] / (1 + (state["step"] - 1) * group["lr_decay"])
    p.data -= lr * grad / (np.sqrt(grad**2) + group["eps"])


@misconception(
    "optim.Adagrad.__init__",
    hint="Somebody types lr=-0.1 for 0.1. When does your Adagrad say so?",
    fails=("Adagrad/test_refuses",),
    source="written by readers of the handout",
)
def impossible_options_of_adagrad_become_possible(self, params, lr=1e-2, lr_decay=0, weight_decay=0, eps=1e-10):
    """An option that cannot be is replaced by the nearest one that can."""
    options = dict(lr=lr, lr_decay=lr_decay, weight_decay=weight_decay, eps=eps)
    Optimizer.__init__(self, params, {name: max(value, 0) for name, value in options.items()})


@misconception(
    "optim.Adagrad.update",
    hint="Where does your update read the option eps?",
    fails=("Adagrad/test_groups", "Adagrad/test_steps_with_options", "Adagrad/test_steps_with_options_together"),
    source="folklore",
)
def eps_of_adagrad_is_a_constant(self, p, grad, group, state):
    """eps is a small constant of Adagrad, 1e-10, whatever the option says."""
    lr = group["lr"] / (1 + (state["step"] - 1) * group["lr_decay"])
    state["sum"] = state.get("sum", 0.0) + grad**2
    p.data -= lr * grad / (np.sqrt(state["sum"]) + 1e-10)
