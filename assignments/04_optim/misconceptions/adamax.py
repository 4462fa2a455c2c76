"""What people believe about Adamax."""

import numpy as np

from grader.assignment import misconception
from reference.optim.optimizer import exponential_average


@misconception(
    "optim.Adamax.update",
    hint="One huge gradient came long ago: how long are the steps now, and how long should they be?",
    fails=("Adamax/test_worked_example", "Adamax/test_steps"),
    source="folklore",
)
def maximum_never_fades(self, p, grad, group, state):
    """u is the largest gradient that was ever seen."""
    beta1, _ = group["betas"]
    m_hat = exponential_average(state, "exp_avg", beta1, grad) / (1 - beta1 ** state["step"])
    u = state["exp_inf"] = np.maximum(state.get("exp_inf", 0.0), np.abs(grad) + group["eps"])
    p.data -= group["lr"] * m_hat / u


@misconception(
    "optim.Adamax.update",
    hint="Is there a zero in a maximum that could make it too small?",
    fails=("Adamax/test_worked_example", "Adamax/test_steps"),
    source="folklore",
)
def maximum_is_corrected_too(self, p, grad, group, state):
    """Like every average of Adam, u is corrected for its start at zero."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m_hat = exponential_average(state, "exp_avg", beta1, grad) / (1 - beta1**t)
    u = state["exp_inf"] = np.maximum(beta2 * state.get("exp_inf", 0.0), np.abs(grad) + group["eps"])
    p.data -= group["lr"] * m_hat / (u / (1 - beta2**t))


@misconception(
    "optim.Adamax.update",
    hint="How long is the very first step, and how long should it be?",
    fails=("Adamax/test_worked_example", "Adamax/test_steps"),
    source="folklore",
)
def adamax_corrects_nothing(self, p, grad, group, state):
    """With a maximum in place of v, Adamax needs no correction at all."""
    beta1, beta2 = group["betas"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    u = state["exp_inf"] = np.maximum(beta2 * state.get("exp_inf", 0.0), np.abs(grad) + group["eps"])
    p.data -= group["lr"] * m / u


@misconception(
    "optim.Adamax.update",
    hint="How many different divisors does Adamax have for a parameter of 12 numbers?",
    fails=("Adamax/test_worked_example", "Adamax/test_steps"),
    source="folklore: `infinity norm` read as that of the array",
)
def every_array_has_one_maximum(self, p, grad, group, state):
    """u is the largest entry of the parameter's whole gradient."""
    beta1, beta2 = group["betas"]
    m_hat = exponential_average(state, "exp_avg", beta1, grad) / (1 - beta1 ** state["step"])
    u = state["exp_inf"] = max(beta2 * state.get("exp_inf", 0.0), np.abs(grad).max() + group["eps"])
    p.data -= group["lr"] * m_hat / u


@misconception(
    "optim.Adamax.update",
    hint="If a number has only had negative gradients, what is your u?",
    fails=("Adamax/test_worked_example", "Adamax/test_steps"),
    source="folklore",
)
def maximum_is_of_signed_gradients(self, p, grad, group, state):
    """u is the fading maximum of the gradients with their signs."""
    beta1, beta2 = group["betas"]
    m_hat = exponential_average(state, "exp_avg", beta1, grad) / (1 - beta1 ** state["step"])
    u = state["exp_inf"] = np.maximum(beta2 * state.get("exp_inf", 0.0), grad + group["eps"])
    p.data -= group["lr"] * m_hat / u


@misconception(
    "optim.Adamax.update",
    hint="Where does the handout's table of conventions put Adamax's eps?",
    fails=("Adamax/test_worked_example",),
    convention="This is the form in which eps is added to u beside the maximum, as in Keras;"
    " the contract asks for it inside, at |g|.",
    source="Keras, Adamax",
)
def eps_is_added_to_the_maximum(self, p, grad, group, state):
    """Adamax divides by u + eps, with u = max(beta2 * u, |g|)."""
    beta1, beta2 = group["betas"]
    m_hat = exponential_average(state, "exp_avg", beta1, grad) / (1 - beta1 ** state["step"])
    u = state["exp_inf"] = np.maximum(beta2 * state.get("exp_inf", 0.0), np.abs(grad))
    p.data -= group["lr"] * m_hat / (u + group["eps"])


@misconception(
    "optim.Adamax.update",
    hint="With weight decay, which gradient goes into m, and which into u?",
    fails=("Adamax/test_steps_with_options",),
    source="written by readers of the handout",
)
def maximum_is_of_the_bare_gradient(self, p, grad, group, state):
    """u is the largest of the gradients that backward gave, without the decay."""
    beta1, beta2 = group["betas"]
    m_hat = exponential_average(state, "exp_avg", beta1, grad) / (1 - beta1 ** state["step"])
    u = state["exp_inf"] = np.maximum(beta2 * state.get("exp_inf", 0.0), np.abs(p.grad) + group["eps"])
    p.data -= group["lr"] * m_hat / u


@misconception(
    "optim.Adamax.update",
    hint="Where does your update read the option eps?",
    fails=("Adamax/test_groups", "Adamax/test_steps_with_options", "Adamax/test_steps_with_options_together"),
    source="folklore",
)
def eps_of_adamax_is_a_constant(self, p, grad, group, state):
    """eps is a small constant of Adamax, 1e-8, whatever the option says."""
    beta1, beta2 = group["betas"]
    m_hat = exponential_average(state, "exp_avg", beta1, grad) / (1 - beta1 ** state["step"])
    u = state["exp_inf"] = np.maximum(beta2 * state.get("exp_inf", 0.0), np.abs(grad) + 1e-8)
    p.data -= group["lr"] * m_hat / u
