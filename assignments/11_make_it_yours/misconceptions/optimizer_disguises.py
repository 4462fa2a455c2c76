"""What people hand in as an optimizer of their own that is Adam for the most part; and options that nobody asks for."""

import numpy as np

from grader.assignment import misconception
from reference.optim.optimizer import Optimizer, exponential_average


@misconception(
    "custom.OwnOptimizer.update",
    hint="Of 200 steps, how many are your own?",
    fails=("OwnOptimizer/test_is_your_own", "Race/test_score"),
    source="written by readers of the handout",
)
def is_adam_after_a_while(self, p, grad, group, state):
    """An optimizer that begins in a way of its own is one of my own."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    own = exponential_average(state, "exp_avg_var", beta2, (grad - m) ** 2 + group["eps"])
    adam = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    s = own if t <= 30 else adam
    p.data -= group["lr"] * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + group["eps"])


@misconception(
    "custom.OwnOptimizer.update",
    hint="How many of a network's numbers are in its vectors?",
    fails=("OwnOptimizer/test_is_your_own", "Race/test_score"),
    source="written by readers of the handout",
)
def is_adam_for_networks(self, p, grad, group, state):
    """The shape of a parameter tells which task it is, and which optimizer is good at that."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    square = (grad - m) ** 2 if p.data.size < 13 else grad**2
    s = exponential_average(state, "exp_avg_var", beta2, square + group["eps"] ** 2)
    p.data -= group["lr"] * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + group["eps"])


@misconception(
    "custom.OwnOptimizer",
    hint="Two groups have other betas: where does update look for them?",
    fails=("OwnOptimizer/test_groups",),
    source="written by readers of the handout",
)
class options_are_those_of_the_optimizer(Optimizer):
    """An optimizer has one set of options; only the rate differs between groups."""

    def __init__(self, params, lr=0.1, betas=(0.9, 0.999)):
        super().__init__(params, {"lr": lr, "betas": betas})

    def update(self, p, grad, group, state):
        beta1, beta2 = self.defaults["betas"]
        t = state["step"]
        m = exponential_average(state, "exp_avg", beta1, grad)
        s = exponential_average(state, "exp_avg_var", beta2, (grad - m) ** 2 + 1e-8)
        p.data -= group["lr"] * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + 1e-8)
