"""What people believe about RMSprop."""

import numpy as np

from grader.assignment import misconception
from reference.optim.optimizer import Optimizer, exponential_average, velocity


@misconception(
    "optim.RMSprop.update",
    hint="A gradient alternates between 1 and -1: what is the average of its squares,"
    " and what is the square of its average?",
    fails=("RMSprop/test_worked_example", "RMSprop/test_steps"),
    source="folklore",
)
def average_is_squared(self, p, grad, group, state):
    """RMSprop divides by the size of the average gradient."""
    v = exponential_average(state, "square_avg", group["alpha"], grad) ** 2
    if group["centered"]:
        v = np.maximum(v - exponential_average(state, "grad_avg", group["alpha"], grad) ** 2, 0)
    direction = grad / (np.sqrt(v) + group["eps"])
    if group["momentum"] != 0:
        direction = velocity(state, group["momentum"], direction)
    p.data -= group["lr"] * direction


@misconception(
    "optim.RMSprop.update",
    hint="Which of RMSprop and Adam divides by 1 - beta^t in the handout's equations?",
    fails=("RMSprop/test_worked_example", "RMSprop/test_steps"),
    source="folklore",
)
def rmsprop_corrects_its_average(self, p, grad, group, state):
    """RMSprop corrects its average for the start at zero, as Adam does."""
    alpha = group["alpha"]
    v = exponential_average(state, "square_avg", alpha, grad**2)
    if group["centered"]:
        v = np.maximum(v - exponential_average(state, "grad_avg", alpha, grad) ** 2, 0)
    direction = grad / (np.sqrt(v / (1 - alpha ** state["step"])) + group["eps"])
    if group["momentum"] != 0:
        direction = velocity(state, group["momentum"], direction)
    p.data -= group["lr"] * direction


@misconception(
    "optim.RMSprop.update",
    hint="How large is the divisor where all gradients were 0: eps, or something else?",
    fails=("RMSprop/test_worked_example", "RMSprop/test_steps"),
    convention="This is the form of TensorFlow, with eps inside the root; the contract asks for sqrt(v) + eps.",
    source="TensorFlow, RMSProp; github.com/borgwang/tinynn",
)
def rmsprop_has_eps_inside_the_root(self, p, grad, group, state):
    """RMSprop divides by sqrt(v + eps)."""
    v = exponential_average(state, "square_avg", group["alpha"], grad**2)
    if group["centered"]:
        v = np.maximum(v - exponential_average(state, "grad_avg", group["alpha"], grad) ** 2, 0)
    direction = grad / np.sqrt(v + group["eps"])
    if group["momentum"] != 0:
        direction = velocity(state, group["momentum"], direction)
    p.data -= group["lr"] * direction


@misconception(
    "optim.RMSprop.update",
    hint="What does the handout's equation say that v is before the first gradient?",
    fails=("RMSprop/test_worked_example", "RMSprop/test_steps"),
    convention="This is the form of TensorFlow 1, in which v starts at 1; the contract asks for a start at 0.",
    source="TensorFlow 1, tf.train.RMSPropOptimizer",
)
def average_of_squares_begins_at_one(self, p, grad, group, state):
    """The average of the squares starts at 1, so that the first steps are not too long."""
    state.setdefault("square_avg", 1.0)
    v = exponential_average(state, "square_avg", group["alpha"], grad**2)
    if group["centered"]:
        v = np.maximum(v - exponential_average(state, "grad_avg", group["alpha"], grad) ** 2, 0)
    direction = grad / (np.sqrt(v) + group["eps"])
    if group["momentum"] != 0:
        direction = velocity(state, group["momentum"], direction)
    p.data -= group["lr"] * direction


@misconception(
    "optim.RMSprop.update",
    hint="Compare the second step with centered=False and centered=True: what differs?",
    fails=("RMSprop/test_precision", "RMSprop/test_steps_with_options"),
    source="folklore",
)
def centered_has_no_effect(self, p, grad, group, state):
    """With centered=True, RMSprop divides by the same root as without."""
    v = exponential_average(state, "square_avg", group["alpha"], grad**2)
    direction = grad / (np.sqrt(v) + group["eps"])
    if group["momentum"] != 0:
        direction = velocity(state, group["momentum"], direction)
    p.data -= group["lr"] * direction


@misconception(
    "optim.RMSprop.update",
    hint="If the gradient has always been the same, which number does your centered step multiply lr by?",
    fails=("RMSprop/test_precision", "RMSprop/test_steps_with_options"),
    source="folklore",
)
def gradient_is_centered_too(self, p, grad, group, state):
    """Centered means that the average gradient is subtracted from the gradient before the step."""
    v = exponential_average(state, "square_avg", group["alpha"], grad**2)
    direction = grad
    if group["centered"]:
        mean = exponential_average(state, "grad_avg", group["alpha"], grad)
        v, direction = np.maximum(v - mean**2, 0), grad - mean
    direction = direction / (np.sqrt(v) + group["eps"])
    if group["momentum"] != 0:
        direction = velocity(state, group["momentum"], direction)
    p.data -= group["lr"] * direction


@misconception(
    "optim.RMSprop.update",
    hint="What pushes RMSprop's velocity in the handout: the gradient as it comes, or the scaled one?",
    fails=(
        "RMSprop/test_precision",
        "RMSprop/test_steps_with_options",
        "RMSprop/test_steps_with_options_together",
    ),
    source="folklore",
)
def momentum_comes_before_the_scaling(self, p, grad, group, state):
    """The velocity is pushed by the gradient, and the velocity is then divided by the root."""
    v = exponential_average(state, "square_avg", group["alpha"], grad**2)
    if group["centered"]:
        v = np.maximum(v - exponential_average(state, "grad_avg", group["alpha"], grad) ** 2, 0)
    if group["momentum"] != 0:
        grad = velocity(state, group["momentum"], grad)
    p.data -= group["lr"] * grad / (np.sqrt(v) + group["eps"])


@misconception(
    "optim.RMSprop.update",
    hint="lr is divided by ten in the middle of a training: how long is the very next step with momentum?",
    fails=("RMSprop/test_groups",),
    convention="This is the form of TensorFlow, in which the velocity contains lr;"
    " the contract asks for lr outside the velocity.",
    source="TensorFlow, RMSProp",
)
def rmsprop_velocity_contains_the_rate(self, p, grad, group, state):
    """RMSprop's velocity is pushed by lr times the scaled gradient."""
    v = exponential_average(state, "square_avg", group["alpha"], grad**2)
    if group["centered"]:
        v = np.maximum(v - exponential_average(state, "grad_avg", group["alpha"], grad) ** 2, 0)
    direction = group["lr"] * grad / (np.sqrt(v) + group["eps"])
    if group["momentum"] != 0:
        direction = velocity(state, group["momentum"], direction)
    p.data -= direction


@misconception(
    "optim.RMSprop.update",
    hint="Compare the second step with momentum=0 and with momentum=0.7: what differs?",
    fails=("RMSprop/test_precision", "RMSprop/test_steps_with_options"),
    source="folklore",
)
def rmsprop_has_no_velocity(self, p, grad, group, state):
    """RMSprop needs no momentum: the option changes no step."""
    v = exponential_average(state, "square_avg", group["alpha"], grad**2)
    if group["centered"]:
        v = np.maximum(v - exponential_average(state, "grad_avg", group["alpha"], grad) ** 2, 0)
    p.data -= group["lr"] * grad / (np.sqrt(v) + group["eps"])


@misconception(
    "optim.RMSprop.__init__",
    hint="Somebody types momentum=-0.9 for 0.9. When does your RMSprop say so?",
    fails=("RMSprop/test_refuses",),
    source="written by readers of the handout",
)
def impossible_options_of_rmsprop_become_possible(
    self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0, centered=False
):
    """An option that cannot be is replaced by the nearest one that can."""
    options = dict(lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum)
    possible = {name: max(value, 0) for name, value in options.items()}
    Optimizer.__init__(self, params, possible | {"centered": centered})


@misconception(
    "optim.RMSprop.update",
    hint="Where does your update read the option eps?",
    fails=("RMSprop/test_groups", "RMSprop/test_steps_with_options", "RMSprop/test_steps_with_options_together"),
    source="folklore",
)
def eps_of_rmsprop_is_a_constant(self, p, grad, group, state):
    """eps is a small constant of RMSprop, 1e-8, whatever the option says."""
    alpha = group["alpha"]
    v = exponential_average(state, "square_avg", alpha, grad**2)
    if group["centered"]:
        v = np.maximum(v - exponential_average(state, "grad_avg", alpha, grad) ** 2, 0)
    direction = grad / (np.sqrt(v) + 1e-8)
    if group["momentum"] != 0:
        direction = velocity(state, group["momentum"], direction)
    p.data -= group["lr"] * direction
