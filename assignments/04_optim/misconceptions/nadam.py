"""What people believe about NAdam."""

import numpy as np

from grader.assignment import misconception
from reference.optim.nadam import _momentum
from reference.optim.optimizer import exponential_average


@misconception(
    "optim.NAdam.update",
    hint="Which quantity in the handout's equation grows from about beta1 / 2, and where is it in yours?",
    fails=("NAdam/test_worked_example", "NAdam/test_steps"),
    convention="This is the plain form, in which the momentum is beta1 at every step, as in Optax;"
    " the contract asks for the growing "
    "mu_t, as in PyTorch.",
    source="github.com/AkiRusProd/numpy-nn-model (differs from PyTorch); Optax, nadam",
)
def momentum_does_not_grow(self, p, grad, group, state):
    """NAdam's momentum is beta1 from the first step on."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v_hat = exponential_average(state, "exp_avg_sq", beta2, grad**2) / (1 - beta2**t)
    ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * grad / (1 - beta1**t)
    p.data -= group["lr"] * ahead / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.NAdam.update",
    hint="The momentum changes from step to step: is the product of t different numbers a power of the last one?",
    fails=("NAdam/test_worked_example", "NAdam/test_steps"),
    source="folklore",
)
def product_is_a_power(self, p, grad, group, state):
    """M_t is mu_t to the power of t."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v_hat = exponential_average(state, "exp_avg_sq", beta2, grad**2) / (1 - beta2**t)
    mu, mu_next = _momentum(group, t), _momentum(group, t + 1)
    ahead = mu_next * m / (1 - mu_next ** (t + 1)) + (1 - mu) * grad / (1 - mu**t)
    p.data -= group["lr"] * ahead / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.NAdam.update",
    hint="What is the smallest t for which the handout's equation names a mu, and what is yours?",
    fails=("NAdam/test_worked_example", "NAdam/test_steps"),
    source="folklore",
)
def momentum_lags_by_one_step(self, p, grad, group, state):
    """The momentum of step t is mu_(t-1), and the one it looks ahead to is mu_t."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v_hat = exponential_average(state, "exp_avg_sq", beta2, grad**2) / (1 - beta2**t)
    mu, mu_next = _momentum(group, t - 1), _momentum(group, t)
    product = state["mu_product"] = state.get("mu_product", 1.0) * mu
    ahead = mu_next * m / (1 - product * mu_next) + (1 - mu) * grad / (1 - product)
    p.data -= group["lr"] * ahead / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.nadam._momentum",
    hint="Compare the second step with momentum_decay=4e-3 and with 0.5: what differs?",
    fails=("NAdam/test_groups", "NAdam/test_precision", "NAdam/test_steps_with_options"),
    source="Dozat (2016), where the number is written into the formula",
)
def momentum_decay_has_no_effect(group, t):
    """The strength of the momentum grows at a fixed pace, 0.96 to the power of t / 250."""
    return group["betas"][0] * (1 - 0.5 * 0.96 ** (t / 250))


@misconception(
    "optim.nadam._momentum",
    hint="What is the strength of the momentum at the first step: nearly beta1, or half of it?",
    fails=("NAdam/test_worked_example", "NAdam/test_steps"),
    source="folklore",
)
def momentum_begins_at_beta1(group, t):
    """The strength of the momentum starts near beta1 and decays from there."""
    return group["betas"][0] * (0.5 + 0.5 * 0.96 ** (t * group["momentum_decay"]))


@misconception(
    "optim.NAdam.update",
    hint="Old momentum is used as the next step would use it: for which t is it corrected then?",
    fails=("NAdam/test_worked_example", "NAdam/test_steps"),
    source="folklore",
)
def look_ahead_is_corrected_for_this_step(self, p, grad, group, state):
    """Both parts of the look-ahead are corrected by the same 1 - M_t."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v_hat = exponential_average(state, "exp_avg_sq", beta2, grad**2) / (1 - beta2**t)
    mu, mu_next = _momentum(group, t), _momentum(group, t + 1)
    product = state["mu_product"] = state.get("mu_product", 1.0) * mu
    ahead = (mu_next * m + (1 - mu) * grad) / (1 - product)
    p.data -= group["lr"] * ahead / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.NAdam.update",
    hint="With which factor does m average in the handout's first equation: mu_t, or another one?",
    fails=("NAdam/test_worked_example", "NAdam/test_steps"),
    convention="This is the form of the paper, in which m too averages with the changing mu_t;"
    " the contract asks for beta1 there, as in "
    "PyTorch.",
    source="Dozat (2016)",
)
def m_averages_with_the_growing_momentum(self, p, grad, group, state):
    """m is averaged with mu_t in the place of beta1."""
    t = state["step"]
    mu, mu_next = _momentum(group, t), _momentum(group, t + 1)
    m = exponential_average(state, "exp_avg", mu, grad)
    v_hat = exponential_average(state, "exp_avg_sq", group["betas"][1], grad**2) / (1 - group["betas"][1] ** t)
    product = state["mu_product"] = state.get("mu_product", 1.0) * mu
    ahead = mu_next * m / (1 - product * mu_next) + (1 - mu) * grad / (1 - product)
    p.data -= group["lr"] * ahead / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.NAdam.update",
    hint="Of how many steps is M_t the product after the first step of three parameters, and where do you keep it?",
    fails=("NAdam/test_steps",),
    source="written by readers of the handout",
)
def momentum_product_is_of_the_group(self, p, grad, group, state):
    """M_t depends on the group's options alone, so the group keeps it, and every update multiplies it by mu_t."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v_hat = exponential_average(state, "exp_avg_sq", beta2, grad**2) / (1 - beta2**t)
    mu, mu_next = _momentum(group, t), _momentum(group, t + 1)
    product = group["mu_product"] = group.get("mu_product", 1.0) * mu
    ahead = mu_next * m / (1 - product * mu_next) + (1 - mu) * grad / (1 - product)
    p.data -= group["lr"] * ahead / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.NAdam.update",
    hint="What does NAdam do with the newest gradient besides averaging it?",
    fails=("NAdam/test_steps",),
    source="folklore",
)
def nadam_is_adam(self, p, grad, group, state):
    """NAdam's step is along the corrected m, like Adam's."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m_hat = exponential_average(state, "exp_avg", beta1, grad) / (1 - beta1**t)
    v_hat = exponential_average(state, "exp_avg_sq", beta2, grad**2) / (1 - beta2**t)
    p.data -= group["lr"] * m_hat / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.NAdam.update",
    hint="Where does your update read the option eps?",
    fails=("NAdam/test_groups", "NAdam/test_steps_with_options", "NAdam/test_steps_with_options_together"),
    source="folklore",
)
def eps_of_nadam_is_a_constant(self, p, grad, group, state):
    """eps is a small constant of NAdam, 1e-8, whatever the option says."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v_hat = exponential_average(state, "exp_avg_sq", beta2, grad**2) / (1 - beta2**t)
    mu, mu_next = _momentum(group, t), _momentum(group, t + 1)
    product = state["mu_product"] = state.get("mu_product", 1.0) * mu
    ahead = mu_next * m / (1 - product * mu_next) + (1 - mu) * grad / (1 - product)
    p.data -= group["lr"] * ahead / (np.sqrt(v_hat) + 1e-8)
