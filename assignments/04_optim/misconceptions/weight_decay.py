"""What people believe about weight decay."""

from grader.assignment import misconception
from reference.optim.adam import Adam


@misconception(
    "optim.Optimizer.decay",
    hint="Call step() twice without a backward pass between: is the gradient still what backward left there?",
    fails=(
        "Adagrad/test_memory",
        "Adam/test_memory",
        "Adamax/test_memory",
        "NAdam/test_memory",
        "Optimizer/test_float32_stays",
        "Optimizer/test_gradients_are_only_read",
        "RMSprop/test_memory",
        "SGD/test_memory",
    ),
    source="folklore",
)
def decay_is_added_to_the_stored_gradient(self, p, group):
    """Weight decay is a part of the gradient, so it is added to p.grad."""
    if group.get("weight_decay", 0) != 0 and not self.decoupled_weight_decay:
        p.grad += group["weight_decay"] * p.data
    elif self.decoupled_weight_decay:
        p.data *= 1 - group["lr"] * group["weight_decay"]
    return p.grad


@misconception(
    "optim.Optimizer.decay",
    hint="Train with weight_decay=0 and with 0.5: where do the two runs begin to differ?",
    fails=(
        "Adagrad/test_groups",
        "Adagrad/test_precision",
        "Adagrad/test_steps_with_options",
        "Adam/test_groups",
        "Adam/test_memory",
        "Adam/test_steps_with_options",
        "AdamW/test_steps",
        "AdamW/test_worked_example",
        "Adamax/test_groups",
        "Adamax/test_memory",
        "Adamax/test_precision",
        "Lion/test_worked_example",
        "NAdam/test_groups",
        "NAdam/test_memory",
        "NAdam/test_precision",
        "Optimizer/test_float32_stays",
        "Optimizer/test_parameters_without_gradient_are_left_alone",
        "RMSprop/test_memory",
        "RMSprop/test_precision",
        "RMSprop/test_steps_with_options",
        "SGD/test_memory",
        "SGD/test_steps_with_options",
        "SGD/test_steps_with_options_together",
    ),
    source="folklore",
)
def weight_decay_has_no_effect(self, p, group):
    """The option weight_decay is kept in the group, and the steps do not use it."""
    return p.grad


@misconception(
    "optim.Optimizer.decay",
    hint="If the gradient is 0, how far should AdamW move a weight of 10, and how far a weight of 1?",
    fails=("AdamW/test_steps", "AdamW/test_worked_example", "Lion/test_worked_example"),
    source="anhquan0412/basic_model_scratch issue #2; pytorch/pytorch issue #48793",
)
def decay_always_goes_through_the_gradient(self, p, group):
    """Weight decay is the same as an L2 penalty for every optimizer: it is added to the gradient."""
    return p.grad + group.get("weight_decay", 0) * p.data


@misconception(
    "optim.Optimizer.decay",
    hint="In which of the optimizers does the decay pass through the velocity or the averages,"
    " and in which does it not?",
    fails=(
        "Adagrad/test_groups",
        "Adagrad/test_precision",
        "Adagrad/test_steps_with_options",
        "Adam/test_groups",
        "Adam/test_memory",
        "Adam/test_steps_with_options",
        "Adamax/test_groups",
        "Adamax/test_memory",
        "Adamax/test_precision",
        "NAdam/test_groups",
        "NAdam/test_memory",
        "NAdam/test_precision",
        "Optimizer/test_float32_stays",
        "Optimizer/test_parameters_without_gradient_are_left_alone",
        "RMSprop/test_memory",
        "RMSprop/test_precision",
        "RMSprop/test_steps_with_options",
        "SGD/test_precision",
        "SGD/test_steps_with_options_together",
    ),
    convention="This is the form called SGDW and AdamW, in which the decay is decoupled;"
    " the contract asks for it in AdamW and Lion "
    "only, and for coupled decay elsewhere.",
    source="Loshchilov and Hutter (2019)",
)
def decay_never_goes_through_the_gradient(self, p, group):
    """Weight decay shrinks the parameter itself, by the factor 1 - lr * weight_decay, in every optimizer."""
    p.data *= 1 - group["lr"] * group.get("weight_decay", 0)
    return p.grad


@misconception(
    "optim.Optimizer.decay",
    hint="What is the derivative of the penalty that the handout adds to the loss?",
    fails=(
        "Adagrad/test_groups",
        "Adagrad/test_precision",
        "Adagrad/test_steps_with_options",
        "Adam/test_groups",
        "Adam/test_steps_with_options",
        "Adamax/test_groups",
        "Adamax/test_precision",
        "NAdam/test_groups",
        "NAdam/test_precision",
        "Optimizer/test_float32_stays",
        "Optimizer/test_parameters_without_gradient_are_left_alone",
        "RMSprop/test_precision",
        "RMSprop/test_steps_with_options",
        "SGD/test_steps_with_options",
        "SGD/test_steps_with_options_together",
    ),
    convention="This is the form in which the penalty is w times the sum of p^2, as in Keras' L2 regularizer;"
    " the contract takes half "
    "of that, so that w p is added to the gradient.",
    source="Keras, regularizers.L2",
)
def penalty_has_no_half(self, p, group):
    """The penalty is weight_decay times the sum of the squares,
    so twice weight_decay times p is added to the gradient.
    """
    weight_decay = group.get("weight_decay", 0)
    if self.decoupled_weight_decay:
        p.data *= 1 - group["lr"] * weight_decay
        return p.grad
    return p.grad + 2 * weight_decay * p.data


@misconception(
    "optim.Optimizer.decay",
    hint="With a gradient of 0, does a positive weight become smaller or larger by your step?",
    fails=(
        "Adagrad/test_groups",
        "Adagrad/test_precision",
        "Adagrad/test_steps_with_options",
        "Adam/test_groups",
        "Adam/test_memory",
        "Adam/test_steps_with_options",
        "Adamax/test_groups",
        "Adamax/test_memory",
        "Adamax/test_precision",
        "NAdam/test_groups",
        "NAdam/test_memory",
        "NAdam/test_precision",
        "Optimizer/test_float32_stays",
        "Optimizer/test_parameters_without_gradient_are_left_alone",
        "RMSprop/test_memory",
        "RMSprop/test_precision",
        "RMSprop/test_steps_with_options",
        "SGD/test_memory",
        "SGD/test_steps_with_options",
        "SGD/test_steps_with_options_together",
    ),
    source="folklore",
)
def decay_is_subtracted_from_the_gradient(self, p, group):
    """As decay makes weights smaller, it is subtracted from the gradient."""
    weight_decay = group.get("weight_decay", 0)
    if self.decoupled_weight_decay:
        p.data *= 1 - group["lr"] * weight_decay
        return p.grad
    return p.grad - weight_decay * p.data


@misconception(
    "optim.Optimizer.decay",
    hint="You halve the learning rate: should the weights still shrink as fast as before?",
    fails=("AdamW/test_steps", "AdamW/test_worked_example", "Lion/test_worked_example"),
    convention="This is the form of the paper, in which decoupled decay does not depend on lr;"
    " the contract asks for the factor "
    "1 - lr * weight_decay, as in PyTorch.",
    source="Loshchilov and Hutter (2019), algorithm 2",
)
def decoupled_decay_ignores_the_rate(self, p, group):
    """Decoupled decay is independent of the learning rate: the parameter shrinks by the factor 1 - weight_decay."""
    weight_decay = group.get("weight_decay", 0)
    if self.decoupled_weight_decay:
        p.data *= 1 - weight_decay
        return p.grad
    return p.grad + weight_decay * p.data


@misconception(
    "optim.AdamW",
    hint="Which value of the parameter does the decay of the handout's equation see: that before the step,"
    " or that after it?",
    fails=("AdamW/test_worked_example", "AdamW/test_steps"),
    convention="This is the form in which the decay comes after the step; the contract asks for it before the step,"
    " as in PyTorch.",
    source="course repositories of HDLiter, akhdanfadh and puru-samal on GitHub",
)
class decay_comes_after_the_step(Adam):
    """AdamW takes Adam's step first, and then shrinks the new parameter."""

    def decay(self, p, group):
        return p.grad

    def update(self, p, grad, group, state):
        super().update(p, grad, group, state)
        p.data *= 1 - group["lr"] * group["weight_decay"]


@misconception(
    "optim.AdamW.decay",
    hint="Through how many doors does the decay come into your AdamW?",
    fails=("AdamW/test_worked_example", "AdamW/test_steps"),
    source="folklore: AdamW built upon an Adam that keeps its own weight decay",
)
def decay_is_applied_twice(self, p, group):
    """AdamW is Adam, with its decay in the gradient, and decoupled decay on top."""
    grad = p.grad + group["weight_decay"] * p.data
    p.data *= 1 - group["lr"] * group["weight_decay"]
    return grad


@misconception(
    "optim.AdamW.__init__",
    hint="Build AdamW([p]) and look into its group: how much weight decay is there,"
    " and how much does the handout want?",
    fails=("AdamW/test_steps",),
    source="folklore: the defaults copied from Adam",
)
def adamw_decays_nothing_by_default(
    self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False
):
    """Without an argument, no optimizer decays its weights."""
    Adam.__init__(self, params, lr, betas, eps, weight_decay, amsgrad)


@misconception(
    "optim.Optimizer.decay",
    hint="A scheduler lowers the rate of a group: does the decay of AdamW in that group become weaker, too?",
    fails=("AdamW/test_groups", "AdamW/test_resumes", "Lion/test_groups"),
    source="written by readers of the handout",
)
def decoupled_decay_keeps_the_first_rate(self, p, group):
    """Decoupled decay shrinks the parameter by the rate that the optimizer was built with."""
    weight_decay = group.get("weight_decay", 0)
    if self.decoupled_weight_decay:
        p.data *= 1 - self.defaults["lr"] * weight_decay
        return p.grad
    return p.grad + weight_decay * p.data


@misconception(
    "optim.AdamW.__init__",
    hint="Build AdamW with amsgrad=True and look into its group: what became of the option?",
    fails=("AdamW/test_steps_with_options",),
    source="written by readers of the handout",
)
def amsgrad_is_not_handed_on(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False):
    """AdamW takes the option amsgrad, which is Adam's, and need not hand it on."""
    Adam.__init__(self, params, lr, betas, eps, weight_decay)


@misconception(
    "optim.Optimizer.decay",
    hint="With a gradient of 0, does AdamW make a weight smaller or larger by your step?",
    fails=(
        "AdamW/test_steps",
        "AdamW/test_worked_example",
        "Lion/test_steps_with_options",
        "Lion/test_worked_example",
    ),
    source="folklore",
)
def decoupled_decay_makes_weights_grow(self, p, group):
    """Decoupled decay multiplies the parameter by 1 + lr * weight_decay."""
    weight_decay = group.get("weight_decay", 0)
    if self.decoupled_weight_decay:
        p.data *= 1 + group["lr"] * weight_decay
        return p.grad
    return p.grad + weight_decay * p.data
