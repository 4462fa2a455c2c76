"""What people believe about eps and amsgrad in Adam, and about the arrays of its state."""

import numpy as np

from grader.assignment import misconception
from reference.optim.optimizer import exponential_average


@misconception(
    "optim.Adam.update",
    hint="When the correction moves into the learning rate, what happens to the eps that stood beside the corrected"
    " root?",
    fails=("Adam/test_worked_example", "Adam/test_steps", "AdamW/test_worked_example", "AdamW/test_steps"),
    convention="This is the form in which the correction is folded into lr and eps is added before it, as in Keras;"
    " the contract asks "
    "for eps beside the root of the corrected v.",
    source="tensorflow/tensorflow issue #35102; tinygrad 4b163ee270; github.com/borgwang/tinynn",
)
def eps_comes_before_the_correction(self, p, grad, group, state):
    """The correction may be taken into the learning rate, with eps beside the root of the bare v."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    lr = group["lr"] * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    p.data -= lr * m / (np.sqrt(v) + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="How large is the divisor where all gradients were 0: eps, or something else?",
    fails=("Adam/test_steps", "AdamW/test_steps"),
    convention="This is the form with eps inside the root; the contract asks for eps beside it.",
    source="folklore",
)
def adam_has_eps_inside_the_root(self, p, grad, group, state):
    """Adam divides by the root of the corrected v and eps together."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    p.data -= group["lr"] * m_hat / np.sqrt(v_hat + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="What is 0 / 0, and where does a network have a gradient that has always been 0?",
    fails=("Adam/test_steps", "Adam/test_worked_example", "AdamW/test_worked_example", "AdamW/test_steps"),
    source="folklore",
)
def eps_is_not_needed(self, p, grad, group, state):
    """As v is never exactly zero, eps may be left out."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    p.data -= group["lr"] * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t))


@misconception(
    "optim.Adam.update",
    hint="A large gradient is followed by small ones: what does amsgrad=True change then?",
    fails=(
        "Adam/test_groups",
        "Adam/test_steps_with_options",
        "AdamW/test_groups",
        "AdamW/test_steps_with_options",
        "AdamW/test_steps_with_options_together",
    ),
    source="folklore",
)
def amsgrad_has_no_effect(self, p, grad, group, state):
    """With amsgrad=True, Adam divides by the same root as without."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m_hat = exponential_average(state, "exp_avg", beta1, grad) / (1 - beta1**t)
    v_hat = exponential_average(state, "exp_avg_sq", beta2, grad**2) / (1 - beta2**t)
    p.data -= group["lr"] * m_hat / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="In the handout's equation, of which v is the maximum taken: before or after the correction?",
    fails=(
        "Adam/test_groups",
        "Adam/test_steps_with_options",
        "AdamW/test_groups",
        "AdamW/test_steps_with_options",
        "AdamW/test_steps_with_options_together",
    ),
    convention="This is the form in which AMSGrad takes the maximum of the corrected v;"
    " the contract asks for the maximum of the "
    "uncorrected v, as in PyTorch.",
    source="Optax, scale_by_amsgrad",
)
def amsgrad_compares_corrected_values(self, p, grad, group, state):
    """AMSGrad keeps the largest corrected v."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m_hat = exponential_average(state, "exp_avg", beta1, grad) / (1 - beta1**t)
    v_hat = exponential_average(state, "exp_avg_sq", beta2, grad**2) / (1 - beta2**t)
    if group["amsgrad"]:
        v_hat = state["max_exp_avg_sq"] = np.maximum(v_hat, state.get("max_exp_avg_sq", 0.0))
    p.data -= group["lr"] * m_hat / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="How many quantities does AMSGrad remember beside m: v, its maximum, or both?",
    fails=(
        "Adam/test_groups",
        "Adam/test_steps_with_options",
        "Adam/test_steps_with_options_together",
        "AdamW/test_groups",
        "AdamW/test_steps_with_options_together",
        "AdamW/test_steps_with_options",
    ),
    source="folklore",
)
def amsgrad_averages_the_maximum(self, p, grad, group, state):
    """In AMSGrad v itself never shrinks: the next average goes on from the maximum."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    old = state.get("exp_avg_sq", 0.0)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["exp_avg_sq"] = np.maximum(v, old)
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    p.data -= group["lr"] * m_hat / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="Which dtype does np.zeros give, and which has p.data after your step?",
    fails=(
        "Adam/test_memory",
        "Adam/test_precision",
        "Adam/test_resumes",
        "AdamW/test_memory",
        "AdamW/test_precision",
        "AdamW/test_resumes",
    ),
    source="folklore",
)
def state_decides_on_the_dtype(self, p, grad, group, state):
    """m and v start as np.zeros of the parameter's shape, and the step gives p.data a new array."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    state.setdefault("exp_avg", np.zeros(p.shape))
    state.setdefault("exp_avg_sq", np.zeros(p.shape))
    m = exponential_average(state, "exp_avg", beta1, grad)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    p.data = p.data - group["lr"] * m_hat / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="Where does your update read the option eps?",
    fails=(
        "Adam/test_groups",
        "Adam/test_steps_with_options",
        "Adam/test_worked_example",
        "AdamW/test_groups",
        "AdamW/test_steps_with_options",
        "AdamW/test_worked_example",
    ),
    source="folklore",
)
def eps_of_adam_is_a_constant(self, p, grad, group, state):
    """eps is a small constant of Adam, 1e-8, whatever the option says."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    p.data -= group["lr"] * m_hat / (np.sqrt(v_hat) + 1e-8)


@misconception(
    "optim.Adam.update",
    hint="Of which dtype are your m and v, and how many digits does that keep?",
    fails=(
        "Adam/test_precision",
        "Adam/test_worked_example",
        "AdamW/test_precision",
        "AdamW/test_worked_example",
    ),
    source="folklore",
)
def averages_are_kept_in_float32(self, p, grad, group, state):
    """m and v are kept in float32, the dtype of deep learning."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad).astype(np.float32)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2).astype(np.float32)
    state["exp_avg"], state["exp_avg_sq"] = m, v
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", np.float32(0.0)))
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    p.data -= group["lr"] * m_hat / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="Where does your update read the option betas?",
    fails=(
        "Adam/test_groups",
        "Adam/test_steps_with_options",
        "AdamW/test_groups",
        "AdamW/test_steps_with_options",
    ),
    source="folklore",
)
def betas_of_adam_are_constants(self, p, grad, group, state):
    """The betas are 0.9 and 0.999, as everybody has them."""
    beta1, beta2 = 0.9, 0.999
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    p.data -= group["lr"] * m_hat / (np.sqrt(v_hat) + group["eps"])


@misconception(
    "optim.Adam.update",
    hint="A scheduler lowers the rate of a group: where does it write, and where does Adam read?",
    fails=("Adam/test_groups", "AdamW/test_groups"),
    source="folklore",
)
def rate_of_adam_is_that_of_the_constructor(self, p, grad, group, state):
    """The rate is the lr that Adam was built with."""
    beta1, beta2 = group["betas"]
    t = state["step"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    v = exponential_average(state, "exp_avg_sq", beta2, grad**2)
    if group["amsgrad"]:
        v = state["max_exp_avg_sq"] = np.maximum(v, state.get("max_exp_avg_sq", 0.0))
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    p.data -= self.defaults["lr"] * m_hat / (np.sqrt(v_hat) + group["eps"])
