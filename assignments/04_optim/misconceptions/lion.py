"""What people believe about Lion."""

import numpy as np

from grader.assignment import misconception
from reference.optim.optimizer import exponential_average


@misconception(
    "optim.Lion.update",
    hint="How many betas are there in Lion's equation, and which of them moves m?",
    fails=("Lion/test_worked_example", "Lion/test_steps"),
    source="folklore",
)
def mixture_is_kept_as_momentum(self, p, grad, group, state):
    """What is kept as m is the mixture of which the sign was taken."""
    beta1, _ = group["betas"]
    mixture = exponential_average(state, "exp_avg", beta1, grad)
    p.data -= group["lr"] * np.sign(mixture)


@misconception(
    "optim.Lion.update",
    hint="In which order do the lines of Lion's equation stand, and which m does the sign see?",
    fails=("Lion/test_steps",),
    source="folklore",
)
def momentum_moves_before_the_sign(self, p, grad, group, state):
    """m takes in the new gradient first, and then is mixed with it."""
    beta1, beta2 = group["betas"]
    m = exponential_average(state, "exp_avg", beta2, grad)
    p.data -= group["lr"] * np.sign(beta1 * m + (1 - beta1) * grad)


@misconception(
    "optim.Lion.update",
    hint="Which beta is for the sign, and which for the memory?",
    fails=("Lion/test_worked_example", "Lion/test_steps"),
    source="folklore",
)
def lion_betas_are_exchanged(self, p, grad, group, state):
    """The first beta moves m, and the second one mixes it with the gradient inside the sign."""
    beta2, beta1 = group["betas"]
    p.data -= group["lr"] * np.sign(beta1 * state.get("exp_avg", 0.0) + (1 - beta1) * grad)
    exponential_average(state, "exp_avg", beta2, grad)


@misconception(
    "optim.Lion.update",
    hint="Where neither m nor the gradient says anything, which way does Lion go?",
    fails=("Lion/test_missing_and_zero_gradients",),
    source="folklore",
)
def every_number_moves(self, p, grad, group, state):
    """Each step of Lion is +lr or -lr for every number, also where the mixture is 0."""
    beta1, beta2 = group["betas"]
    mixture = beta1 * state.get("exp_avg", 0.0) + (1 - beta1) * grad
    p.data -= group["lr"] * np.where(mixture >= 0, 1.0, -1.0)
    exponential_average(state, "exp_avg", beta2, grad)


@misconception(
    "optim.Lion.update",
    hint="What is 0 / |0|, and what is sign(0)?",
    fails=("Lion/test_memory", "Lion/test_missing_and_zero_gradients"),
    source="folklore",
)
def sign_is_a_quotient(self, p, grad, group, state):
    """The sign of the mixture is the mixture divided by its absolute value."""
    beta1, beta2 = group["betas"]
    mixture = beta1 * state.get("exp_avg", 0.0) + (1 - beta1) * grad
    p.data -= group["lr"] * mixture / np.abs(mixture)
    exponential_average(state, "exp_avg", beta2, grad)


@misconception(
    "optim.Lion.update",
    hint="Which arrays can be indexed by [:], and is one without dimensions among them?",
    fails=("Lion/test_steps",),
    source="written by readers of the handout",
)
def every_parameter_has_dimensions(self, p, grad, group, state):
    """To write into a parameter in place, one assigns to p.data[:]."""
    beta1, beta2 = group["betas"]
    p.data[:] = p.data - group["lr"] * np.sign(beta1 * state.get("exp_avg", 0.0) + (1 - beta1) * grad)
    exponential_average(state, "exp_avg", beta2, grad)


@misconception(
    "optim.Lion.update",
    hint="Gradients of 0.01 and of 100 come to two numbers: how far does each of them move?",
    fails=("Lion/test_steps",),
    source="folklore",
)
def mixture_is_the_direction(self, p, grad, group, state):
    """Lion steps along the mixture of average and gradient."""
    beta1, beta2 = group["betas"]
    p.data -= group["lr"] * (beta1 * state.get("exp_avg", 0.0) + (1 - beta1) * grad)
    exponential_average(state, "exp_avg", beta2, grad)
