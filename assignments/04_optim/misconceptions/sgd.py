"""What people believe about SGD and Nesterov momentum."""

from grader.assignment import misconception
from reference.optim.optimizer import Optimizer, velocity


@misconception(
    "optim.SGD.update",
    hint="Which way is downhill: along the gradient, or against it?",
    fails=("Optimizer/test_parameters_change_in_place", "SGD/test_worked_example", "SGD/test_steps"),
    source="folklore",
)
def step_goes_up_the_gradient(self, p, grad, group, state):
    """The parameter moves in the direction of the gradient."""
    direction = grad
    if group["momentum"] != 0:
        direction = velocity(state, group["momentum"], grad, group["dampening"])
    if group["nesterov"]:
        direction = grad + group["momentum"] * direction
    p.data += group["lr"] * direction


@misconception(
    "optim.SGD.update",
    hint="The layer holds the array that it was built with: does it see your new values?",
    fails=(
        "Optimizer/test_parameters_change_in_place",
        "Optimizer/test_resumes_in_float32",
        "SGD/test_memory",
        "SGD/test_precision",
        "SGD/test_resumes",
    ),
    source="folklore",
)
def step_makes_a_new_array(self, p, grad, group, state):
    """A step puts a new array into p.data."""
    direction = grad
    if group["momentum"] != 0:
        direction = velocity(state, group["momentum"], grad, group["dampening"])
    if group["nesterov"]:
        direction = grad + group["momentum"] * direction
    p.data = p.data - group["lr"] * direction


@misconception(
    "optim.SGD.update",
    hint="Is a name in your method the array, or a label on it that you have just moved elsewhere?",
    fails=("Optimizer/test_parameters_change_in_place", "SGD/test_worked_example", "SGD/test_steps"),
    source="folklore; compare MLSysBook/TinyTorch 53e6b309c7",
)
def assigning_to_a_name_changes_the_parameter(self, p, grad, group, state):
    """Giving the new value to a variable that stands for p.data changes the parameter."""
    data = p.data
    direction = grad
    if group["momentum"] != 0:
        direction = velocity(state, group["momentum"], grad, group["dampening"])
    data = data - group["lr"] * direction


@misconception(
    "optim.SGD.update",
    hint="lr is divided by ten in the middle of a training: how long is the very next step with momentum?",
    fails=("Optimizer/test_state_dict_numbers_the_parameters", "SGD/test_groups"),
    convention="This is the form in which the velocity contains lr, v = momentum * v - lr * g and p = p + v;"
    " the contract asks for lr "
    "outside the velocity, which differs once lr changes.",
    source="Keras; Caffe; cs231n; github.com/oreilly-japan/deep-learning-from-scratch",
)
def velocity_contains_the_rate(self, p, grad, group, state):
    """The velocity is in units of the parameter: the learning rate is multiplied in before it is stored."""
    direction = -group["lr"] * grad
    if group["momentum"] != 0:
        direction = velocity(state, group["momentum"], -group["lr"] * grad, group["dampening"])
    if group["nesterov"]:
        direction = group["momentum"] * direction - group["lr"] * grad
    p.data += direction


@misconception(
    "optim.SGD.update",
    hint="A network has ten parameters of different shapes: how many velocities does it need?",
    fails=(
        "Optimizer/test_groups_have_their_own_options",
        "SGD/test_steps_with_options",
        "SGD/test_resumes",
        "SGD/test_memory",
    ),
    source="folklore",
)
def all_parameters_share_a_velocity(self, p, grad, group, state):
    """The optimizer has one velocity."""
    direction = grad
    if group["momentum"] != 0:
        direction = velocity(self.__dict__, group["momentum"], grad, group["dampening"])
    if group["nesterov"]:
        direction = grad + group["momentum"] * direction
    p.data -= group["lr"] * direction


@misconception(
    "optim.SGD.update",
    hint="A scheduler lowers the rate of a group: where does it write, and where do you read?",
    fails=(
        "Optimizer/test_groups_have_their_own_options",
        "Optimizer/test_resumes",
        "Optimizer/test_resumes_in_float32",
        "SGD/test_groups",
        "SGD/test_resumes",
    ),
    source="folklore",
)
def options_are_those_of_the_constructor(self, p, grad, group, state):
    """The options of a step are those that the optimizer was built with."""
    options = self.defaults
    direction = grad
    if options["momentum"] != 0:
        direction = velocity(state, options["momentum"], grad, options["dampening"])
    if options["nesterov"]:
        direction = grad + options["momentum"] * direction
    p.data -= options["lr"] * direction


@misconception(
    "optim.SGD.update",
    hint="Compare the first step with and without nesterov=True: should they be equal?",
    fails=("SGD/test_precision", "SGD/test_steps_with_options_together"),
    source="folklore",
)
def nesterov_has_no_effect(self, p, grad, group, state):
    """With nesterov=True, SGD steps along its velocity as without."""
    direction = grad
    if group["momentum"] != 0:
        direction = velocity(state, group["momentum"], grad, group["dampening"])
    p.data -= group["lr"] * direction


@misconception(
    "optim.SGD.update",
    hint="In the handout's Nesterov step, how many times does the newest gradient count, and how many times in yours?",
    fails=("SGD/test_steps_with_options_together", "SGD/test_precision", "SGD/test_groups"),
    source="folklore",
)
def nesterov_adds_the_velocity_to_itself(self, p, grad, group, state):
    """Nesterov looks ahead from the velocity: it steps along v + momentum * v."""
    momentum = group["momentum"]
    direction = grad
    if momentum != 0:
        direction = velocity(state, momentum, grad, group["dampening"])
    if group["nesterov"]:
        direction = direction + momentum * direction
    p.data -= group["lr"] * direction


@misconception(
    "optim.SGD.update",
    hint="Who owns the array that your look-ahead is added into?",
    fails=("Optimizer/test_gradients_are_only_read",),
    source="folklore",
)
def look_ahead_is_added_to_the_gradient(self, p, grad, group, state):
    """The gradient's array is free to be used for the direction of the step."""
    direction = grad
    if group["momentum"] != 0:
        direction = velocity(state, group["momentum"], grad, group["dampening"])
    if group["nesterov"]:
        grad += group["momentum"] * direction
        direction = grad
    p.data -= group["lr"] * direction


@misconception(
    "optim.SGD.__init__",
    hint="What could SGD([p], lr=0.1, nesterov=True) look ahead along?",
    fails=("Optimizer/test_impossible_options", "SGD/test_refuses"),
    source="folklore",
)
def nesterov_goes_with_every_momentum(self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False):
    """nesterov=True may be combined with any momentum and dampening."""
    Optimizer.__init__(
        self,
        params,
        dict(lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay, nesterov=nesterov),
    )


@misconception(
    "optim.SGD.update",
    hint="With Nesterov momentum and weight decay, how many terms of the step contain the decay?",
    fails=("SGD/test_steps_with_options_together",),
    source="written by readers of the handout",
)
def nesterov_adds_the_bare_gradient(self, p, grad, group, state):
    """The velocity has the decay in it; what Nesterov adds to it is p.grad."""
    momentum = group["momentum"]
    direction = grad
    if momentum != 0:
        direction = velocity(state, momentum, grad, group["dampening"])
    if group["nesterov"]:
        direction = p.grad + momentum * direction
    p.data -= group["lr"] * direction


@misconception(
    "optim.SGD.update",
    hint="Of the handout's Nesterov step, g + momentum * v, which part is in yours?",
    fails=("SGD/test_steps_with_options_together", "SGD/test_groups", "SGD/test_precision"),
    source="folklore",
)
def nesterov_leaves_out_the_gradient(self, p, grad, group, state):
    """The velocity has the gradient in it, so Nesterov steps along momentum * v alone."""
    direction = grad
    if group["momentum"] != 0:
        direction = velocity(state, group["momentum"], grad, group["dampening"])
    if group["nesterov"]:
        direction = group["momentum"] * direction
    p.data -= group["lr"] * direction
