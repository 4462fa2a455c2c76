"""What people believe about the averages of Adam, and about their correction; AdamW shares them."""

import numpy as np

from grader.assignment import misconception
from reference.optim.optimizer import exponential_average


@misconception(
    "optim.Adam.update",
    hint="How long is the very first step, for a small gradient and for a large one?",
    fails=("Adam/test_worked_example", "Adam/test_steps", "AdamW/test_worked_example", "AdamW/test_steps"),
    source="github.com/Halfish/cs231n assignment2/cs231n/optim.py",
)
def averages_need_no_correction(self, p, grad, group, state):
    """Adam uses the averages m and v as they are."""
    beta1, beta2 = group["betas"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    p.data -= group["lr"] * m / (np.sqrt(v) + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="Both averages start at zero: which of them is too small in the first steps?",
    fails=("Adam/test_worked_example", "Adam/test_steps", "AdamW/test_worked_example", "AdamW/test_steps"),
    source="folklore",
)
def only_m_is_corrected(self, p, grad, group, state):
    """The correction is for the direction: m is corrected, and v is used as it is."""
    beta1, beta2 = group["betas"]
    m_hat = exponential_average(state, "exp_avg", beta1, grad) / (1 - beta1 ** state["step"])
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    p.data -= group["lr"] * m_hat / (np.sqrt(v) + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="Which of the two averages has the longer memory, and which of the default betas is that?",
    fails=("Adam/test_worked_example", "Adam/test_steps", "AdamW/test_worked_example", "AdamW/test_steps"),
    source="folklore",
)
def betas_are_exchanged(self, p, grad, group, state):
    """The first beta belongs to the average of squares, the second to that of gradients."""
    beta2, beta1 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    p.data -= group["lr"] * m_hat / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="After the first step, which value of m would the equation start from, and which does your state hold?",
    fails=("Adam/test_worked_example", "Adam/test_steps", "AdamW/test_worked_example", "AdamW/test_steps"),
    source="folklore: `m /= 1 - beta1**t`",
)
def corrected_averages_are_kept(self, p, grad, group, state):
    """The corrected averages are what the next step goes on from."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    state["exp_avg"] = exponential_average(state, "exp_avg", beta1, grad) / (1 - beta1**t)
    state["exp_avg_sq"] = exponential_average(state, "exp_avg_sq", beta2, grad**2) / (1 - beta2**t)
    v = state["exp_avg_sq"]
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    p.data -= group["lr"] * state["exp_avg"] / (np.sqrt(v) + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="What does the correction tend to when t grows, and what does yours tend to?",
    fails=("Adam/test_worked_example", "Adam/test_steps", "AdamW/test_worked_example", "AdamW/test_steps"),
    source="folklore",
)
def correction_does_not_depend_on_t(self, p, grad, group, state):
    """The averages are corrected by 1 - beta1 and 1 - beta2 at every step."""
    beta1, beta2 = group["betas"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    m_hat, v_hat = m / (1 - beta1), v / (1 - beta2)
    p.data -= group["lr"] * m_hat / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="At t = 1, which share of the weights in v lies on the gradient, and which on the zero it started from?",
    fails=("Adam/test_worked_example", "Adam/test_steps", "AdamW/test_worked_example", "AdamW/test_steps"),
    source="kozistr/AdaBound-tensorflow issue #3",
)
def correction_of_v_is_its_complement(self, p, grad, group, state):
    """v is corrected by the share of the weights that lies on the zero it started from."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    correction1, correction2 = 1 - beta1**t, 1 - beta2**t
    p.data -= group["lr"] / correction1 * m / (np.sqrt(v / (1 - correction2)) + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="If all gradients become ten times as large, how much longer should a step be?",
    fails=("Adam/test_worked_example", "Adam/test_steps", "AdamW/test_worked_example", "AdamW/test_steps"),
    source="folklore",
)
def adam_divides_by_v(self, p, grad, group, state):
    """Adam divides by the corrected average of squares itself."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    p.data -= group["lr"] * (m / (1 - beta1**t)) / (v / (1 - beta2**t) + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="A gradient alternates between 1 and -1: what should v tend to, and what does yours tend to?",
    fails=("Adam/test_worked_example", "Adam/test_steps", "AdamW/test_worked_example", "AdamW/test_steps"),
    source="folklore",
)
def v_averages_the_squares_of_m(self, p, grad, group, state):
    """v is the average of the squares of m."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v = exponential_average(state, "exp_avg_sq", beta2, m**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    p.data -= group["lr"] * m_hat / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="What does the group's lr say after 100 steps, and what did the user write there?",
    fails=("Adam/test_steps", "Adam/test_worked_example", "AdamW/test_steps", "AdamW/test_worked_example"),
    source="PennyLaneAI/pennylane PR #1929",
)
def correction_is_kept_in_the_rate(self, p, grad, group, state):
    """The correction is a factor of the learning rate, and is multiplied into the group's lr at every step."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    group["lr"] *= np.sqrt(1 - beta2**t) / (1 - beta1**t)
    p.data -= group["lr"] * m / (np.sqrt(v) + group["eps"] * np.sqrt(1 - beta2**t))


@misconception(
    "optim.Adam.update",
    hint="v averages squares: what is corrected, the average or its root?",
    fails=("Adam/test_worked_example", "Adam/test_steps", "AdamW/test_worked_example", "AdamW/test_steps"),
    source="folklore",
)
def root_is_taken_before_the_correction(self, p, grad, group, state):
    """The root of v is what is corrected by 1 - beta2^t."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    p.data -= group["lr"] * m / (1 - beta1**t) / (np.sqrt(v) / (1 - beta2**t) + group["eps"])
