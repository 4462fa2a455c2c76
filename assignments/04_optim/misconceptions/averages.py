"""What people believe about the two averages that several optimizers use."""

from grader.assignment import misconception


@misconception(
    "optim.optimizer.exponential_average",
    hint="With beta = 0.99, is most of the new average old or new?",
    fails=(
        "Adam/test_worked_example",
        "Adam/test_steps",
        "AdamW/test_worked_example",
        "AdamW/test_steps",
        "Adamax/test_worked_example",
        "Adamax/test_steps",
        "Lion/test_steps",
        "NAdam/test_worked_example",
        "NAdam/test_steps",
        "RMSprop/test_worked_example",
        "RMSprop/test_steps",
    ),
    source="folklore",
)
def beta_is_the_share_of_the_new_value(state, name, beta, value):
    """beta is the share of the new value, and 1 - beta that of the old average."""
    state[name] = (1 - beta) * state.get(name, 0.0) + beta * value
    return state[name]


@misconception(
    "optim.optimizer.exponential_average",
    hint="If the average began at its first value, what would be left for the bias correction to correct?",
    fails=(
        "Adam/test_worked_example",
        "Adam/test_steps",
        "AdamW/test_worked_example",
        "AdamW/test_steps",
        "Adamax/test_worked_example",
        "Adamax/test_steps",
        "Lion/test_steps",
        "NAdam/test_worked_example",
        "NAdam/test_steps",
        "RMSprop/test_worked_example",
        "RMSprop/test_steps",
    ),
    source="folklore",
)
def average_begins_at_the_first_value(state, name, beta, value):
    """Before the second value comes, the average is the first value itself."""
    state[name] = beta * state.get(name, value) + (1 - beta) * value
    return state[name]


@misconception(
    "optim.optimizer.exponential_average",
    hint="What does your optimizer know of the second gradient when the third one comes?",
    fails=(
        "Adam/test_worked_example",
        "Adam/test_steps",
        "AdamW/test_worked_example",
        "AdamW/test_steps",
        "Adamax/test_worked_example",
        "Adamax/test_steps",
        "Lion/test_worked_example",
        "Lion/test_steps",
        "NAdam/test_worked_example",
        "NAdam/test_steps",
        "RMSprop/test_worked_example",
        "RMSprop/test_steps",
    ),
    source="github.com/markroxor/fromscratchtoml 827acf73b8 (the same for a velocity)",
)
def average_is_computed_and_not_kept(state, name, beta, value):
    """At each step the average starts anew from 0."""
    return beta * state.get(name, 0.0) + (1 - beta) * value


@misconception(
    "optim.optimizer.velocity",
    hint="The same gradient comes 100 times, with momentum 0.9: how many times as long as lr g is the step in the end?",
    fails=(
        "Optimizer/test_groups_have_their_own_options",
        "Optimizer/test_parameters_without_gradient_are_left_alone",
        "RMSprop/test_memory",
        "RMSprop/test_precision",
        "RMSprop/test_steps_with_options",
        "SGD/test_worked_example",
    ),
    convention="This is the form in which the velocity is an average, with 1 - momentum before the gradient;"
    " the contract asks for "
    "v = momentum * v + g.",
    source="github.com/kcxain/dlsys 7c573a71a1; github.com/eriklindernoren/ML-From-Scratch",
)
def velocity_is_an_average(state, momentum, value, dampening=0):
    """The velocity is the exponential average of the gradients: the new one counts 1 - momentum."""
    old = state.get("momentum_buffer", 0.0)
    state["momentum_buffer"] = momentum * old + (1 - momentum) * (1 - dampening) * value
    return state["momentum_buffer"]


@misconception(
    "optim.optimizer.velocity",
    hint="What does the handout's table of conventions say about the very first velocity?",
    fails=("SGD/test_steps_with_options_together", "SGD/test_precision", "SGD/test_groups"),
    convention="This is the form in which v_1 is (1 - dampening) g; the contract asks for v_1 = g, as in PyTorch.",
    source="folklore",
)
def first_velocity_is_dampened(state, momentum, value, dampening=0):
    """Dampening holds back a share of every gradient, also of the first."""
    state["momentum_buffer"] = momentum * state.get("momentum_buffer", 0.0) + (1 - dampening) * value
    return state["momentum_buffer"]


@misconception(
    "optim.optimizer.velocity",
    hint="Compare the second step with dampening=0 and with dampening=0.3: what differs?",
    fails=("SGD/test_steps_with_options_together", "SGD/test_precision", "SGD/test_groups"),
    source="folklore",
)
def dampening_has_no_effect(state, momentum, value, dampening=0):
    """The option dampening is taken and changes no step."""
    if "momentum_buffer" in state:
        value = momentum * state["momentum_buffer"] + value
    state["momentum_buffer"] = value.copy()
    return state["momentum_buffer"]


@misconception(
    "optim.optimizer.velocity",
    hint="Which array do your in-place operations write into at the second step, and who else reads it?",
    fails=("Optimizer/test_gradients_are_only_read", "SGD/test_memory"),
    source="folklore: PyTorch's in-place form without the copy of the first gradient",
)
def velocity_grows_inside_the_gradient_array(state, momentum, value, dampening=0):
    """The velocity starts as the gradient's array and is then updated in place."""
    if "momentum_buffer" not in state:
        state["momentum_buffer"] = value
    else:
        state["momentum_buffer"] *= momentum
        state["momentum_buffer"] += (1 - dampening) * value
    return state["momentum_buffer"]


@misconception(
    "optim.optimizer.velocity",
    hint="What does the optimizer remember of the last step?",
    fails=(
        "Optimizer/test_groups_have_their_own_options",
        "Optimizer/test_parameters_without_gradient_are_left_alone",
        "Optimizer/test_state_dict_numbers_the_parameters",
        "RMSprop/test_precision",
        "RMSprop/test_steps_with_options",
        "SGD/test_worked_example",
    ),
    source="github.com/markroxor/fromscratchtoml 827acf73b8",
)
def velocity_is_computed_and_not_kept(state, momentum, value, dampening=0):
    """The velocity is needed for one step only."""
    return momentum * state.get("momentum_buffer", 0.0) + value
