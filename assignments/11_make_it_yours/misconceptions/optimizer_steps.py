"""What people believe about the steps of an optimizer of their own."""

import numpy as np

from grader.assignment import misconception
from reference.optim.optimizer import exponential_average


@misconception(
    "custom.OwnOptimizer.update",
    hint="In which line does your optimizer differ from Adam?",
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
def is_adam(self, p, grad, group, state):
    """Adam with another name and another rate is an optimizer of my own."""
    beta1, beta2 = group["betas"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    s = exponential_average(state, "exp_avg_var", beta2, grad**2)
    t = state["step"]
    p.data -= group["lr"] * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + group["eps"])


@misconception(
    "custom.OwnOptimizer.update",
    hint="Take a ball on a slope: which way does the gradient point?",
    fails=(
        "OwnOptimizer/test_valley",
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
def goes_uphill(self, p, grad, group, state):
    """The gradient points to where one should go."""
    m = exponential_average(state, "exp_avg", 0.9, grad)
    p.data += group["lr"] * m / (1 + np.abs(m))


@misconception(
    "custom.OwnOptimizer.update",
    hint="If the same training runs twice, should it end at the same place?",
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
def adds_noise(self, p, grad, group, state):
    """A little noise helps to leave bad minima."""
    m = exponential_average(state, "exp_avg", 0.9, grad + 0.1 * np.random.default_rng().normal(size=grad.shape))
    p.data -= group["lr"] * m / (1 + np.abs(m))


@misconception(
    "custom.OwnOptimizer.__init__",
    hint="How far does a parameter get in 200 steps of this length?",
    fails=(
        "OwnOptimizer/test_valley",
        "OwnOptimizer/test_minimises",
        "Race/test_score",
    ),
    source="folklore",
)
def far_too_small_a_rate(self, params, lr=1e-6):
    """A small learning rate is always safe."""
    super().__init__(params, dict(lr=lr, betas=(0.9, 0.999), eps=1e-8))


@misconception(
    "custom.OwnOptimizer.__init__",
    hint="How far does a step lead beyond the minimum?",
    fails=("Race/test_score",),
    source="folklore",
)
def far_too_large_a_rate(self, params, lr=30.0):
    """A large learning rate is always faster."""
    super().__init__(params, dict(lr=lr, betas=(0.9, 0.999), eps=1e-8))


@misconception(
    "custom.OwnOptimizer.update",
    hint="How long are all steps together, if each is half as long as the one before?",
    fails=(
        "OwnOptimizer/test_valley",
        "OwnOptimizer/test_minimises",
        "Race/test_score",
    ),
    source="folklore",
)
def steps_that_die_out(self, p, grad, group, state):
    """The rate has to fall, and the faster the better."""
    m = exponential_average(state, "exp_avg", 0.9, grad)
    p.data -= group["lr"] * 0.7 ** state["step"] * m / (np.abs(m) + 0.1)


@misconception(
    "custom.OwnOptimizer.update",
    hint="What do the rates of the groups change?",
    fails=(
        "OwnOptimizer/test_rates",
        "OwnOptimizer/test_schedules",
    ),
    source="folklore",
)
def has_a_rate_of_its_own(self, p, grad, group, state):
    """An optimizer that finds its own rate needs no lr."""
    m = exponential_average(state, "exp_avg", 0.9, grad)
    s = exponential_average(state, "exp_avg_var", 0.99, (grad - m) ** 2 + 1e-8)
    p.data -= 0.05 * m / (np.sqrt(s) + 1e-8)


@misconception(
    "custom.OwnOptimizer.update",
    hint="What does a scheduler change, and when is it read?",
    fails=("OwnOptimizer/test_schedules",),
    source="folklore",
)
def keeps_its_first_rate(self, p, grad, group, state):
    """The rate of a parameter is that of its first step."""
    rate = state.setdefault("rate", group["lr"])
    beta1, beta2 = group["betas"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    s = exponential_average(state, "exp_avg_var", beta2, (grad - m) ** 2 + group["eps"])
    p.data -= rate * m / (1 - beta1 ** state["step"]) / (np.sqrt(s / (1 - beta2 ** state["step"])) + group["eps"])


@misconception(
    "custom.OwnOptimizer.update",
    hint="Which rate does the second group have?",
    fails=(
        "OwnOptimizer/test_rates",
        "OwnOptimizer/test_schedules",
    ),
    source="folklore",
)
def takes_the_default_rate(self, p, grad, group, state):
    """The rate is the one that the optimizer was made with."""
    beta1, beta2 = group["betas"]
    m = exponential_average(state, "exp_avg", beta1, grad)
    s = exponential_average(state, "exp_avg_var", beta2, (grad - m) ** 2 + group["eps"])
    t = state["step"]
    p.data -= self.defaults["lr"] * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + group["eps"])


@misconception(
    "custom.OwnOptimizer.__init__",
    hint="Which way does a step of a negative length lead?",
    fails=("OwnOptimizer/test_refuses",),
    source="folklore",
)
def signs_do_not_matter(self, params, lr=0.1):
    """Of a negative rate the size is meant."""
    super().__init__(params, dict(lr=abs(lr), betas=(0.9, 0.999), eps=1e-8))
