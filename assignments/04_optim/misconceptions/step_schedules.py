"""What people believe about schedules that multiply by a factor now and then.

These are StepLR, MultiStepLR, ExponentialLR and LambdaLR.
"""

from grader.assignment import misconception


@misconception(
    "optim.lr_scheduler.StepLR.get_lr",
    hint="Two schedulers act on one optimizer: what is left of the work of the one that stepped first?",
    fails=("LRScheduler/test_chained", "LRScheduler/test_last_epoch", "StepLR/test_built_later"),
    convention="This is the closed form, which is right for a scheduler on its own;"
    " the contract asks for the chainable form, which "
    "changes the rate that it finds.",
    source="the closed form of PyTorch, Keras and Optax",
)
def steplr_starts_from_base(self):
    """StepLR computes its rate from the base rate and t alone."""
    return [base * self.gamma ** (self.last_epoch // self.step_size) for base in self.base_lrs]


@misconception(
    "optim.lr_scheduler.StepLR.get_lr",
    hint="From which rate do you compute the next one, and which factors are in it already?",
    fails=(
        "LRScheduler/test_chained",
        "LRScheduler/test_last_epoch",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
        "StepLR/test_rates",
        "StepLR/test_resumes",
    ),
    source="folklore",
)
def steplr_compounds(self):
    """At every step, the rate that it finds is multiplied by gamma for each step_size that has gone by."""
    return self.scaled_lr(self.gamma ** (self.last_epoch // self.step_size))


@misconception(
    "optim.lr_scheduler.StepLR.get_lr",
    hint="Write down the rate for t = 0: how many times should gamma be in it?",
    fails=(
        "LRScheduler/test_chained",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
        "StepLR/test_rates",
    ),
    source="pytorch/pytorch issue #23480 (the kind)",
)
def steplr_drops_at_once(self):
    """The rate drops whenever t is a multiple of step_size, and 0 is one."""
    return self.scaled_lr(self.gamma if self.last_epoch % self.step_size == 0 else 1)


@misconception(
    "optim.lr_scheduler.StepLR.get_lr",
    hint="Write down the rates for t = step_size - 1 and t = step_size: between which two does it drop?",
    fails=(
        "LRScheduler/test_chained",
        "LRScheduler/test_last_epoch",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
        "StepLR/test_rates",
        "StepLR/test_resumes",
    ),
    source="folklore",
)
def steplr_drops_one_step_early(self):
    """The rate with index step_size - 1 is the first one that is lower."""
    return self.scaled_lr(self.gamma if (self.last_epoch + 1) % self.step_size == 0 else 1)


@misconception(
    "optim.lr_scheduler.MultiStepLR.get_lr",
    hint="What does the handout say about a milestone that is named twice?",
    fails=("MultiStepLR/test_built_later", "MultiStepLR/test_rates_with_options", "MultiStepLR/test_resumes"),
    source="folklore",
)
def milestones_are_a_set(self):
    """A milestone is reached or not: to name it twice makes no difference."""
    return self.scaled_lr(self.gamma if self.last_epoch in self.milestones else 1)


@misconception(
    "optim.lr_scheduler.MultiStepLR.get_lr",
    hint="Does the rate at t = milestone belong to the time before it, or to the time after it?",
    fails=("MultiStepLR/test_rates", "LRScheduler/test_chained"),
    source="folklore",
)
def milestone_is_the_last_epoch_of_its_rate(self):
    """The rate changes after the epoch of the milestone."""
    return self.scaled_lr(self.gamma ** self.milestones.count(self.last_epoch - 1))


@misconception(
    "optim.lr_scheduler.MultiStepLR.get_lr",
    hint="From which rate do you compute the next one, and which factors are in it already?",
    fails=("MultiStepLR/test_rates", "LRScheduler/test_chained"),
    source="folklore",
)
def multisteplr_compounds(self):
    """At every step, the rate that it finds is multiplied by gamma for each milestone that has been passed."""
    return self.scaled_lr(self.gamma ** sum(milestone <= self.last_epoch for milestone in self.milestones))


@misconception(
    "optim.lr_scheduler.ExponentialLR.get_lr",
    hint="From which rate do you compute the next one, and how many gammas are in it already?",
    fails=(
        "ExponentialLR/test_last_rates",
        "ExponentialLR/test_rates",
        "ExponentialLR/test_resumes",
        "LRScheduler/test_chained",
        "SequentialLR/test_resumes",
    ),
    source="folklore",
)
def exponentiallr_compounds(self):
    """At step t, the rate that it finds is multiplied by gamma to the power of t."""
    return self.scaled_lr(self.gamma**self.last_epoch)


@misconception(
    "optim.lr_scheduler.ExponentialLR.get_lr",
    hint="Who calls the very first step, and should the rate be smaller than base after it?",
    fails=(
        "ExponentialLR/test_last_rates",
        "ExponentialLR/test_rates",
        "ExponentialLR/test_resumes",
        "LRScheduler/test_chained",
        "SequentialLR/test_built_later",
        "SequentialLR/test_rates_with_options",
        "SequentialLR/test_resumes",
    ),
    source="folklore",
)
def exponentiallr_begins_below_base(self):
    """Every step multiplies by gamma, also the one that the constructor takes."""
    return self.scaled_lr(self.gamma)


@misconception(
    "optim.lr_scheduler.ExponentialLR.get_lr",
    hint="A scheduler is built with last_epoch=1: how often is the rate, which is that of t = 2 already, multiplied?",
    fails=("ExponentialLR/test_built_later",),
    source="folklore",
)
def resuming_is_a_step_like_any_other(self):
    """Only at t = 0 is there nothing to multiply; where a scheduler resumes, the constructor takes a usual step."""
    return self.scaled_lr(1 if self.last_epoch == 0 else self.gamma)


@misconception(
    "optim.lr_scheduler.ExponentialLR.get_lr",
    hint="Two schedulers act on one optimizer: what is left of the work of the one that stepped first?",
    fails=("ExponentialLR/test_built_later", "LRScheduler/test_chained", "SequentialLR/test_resumes"),
    convention="This is the closed form, which is right for a scheduler on its own;"
    " the contract asks for the chainable form, which "
    "changes the rate that it finds.",
    source="the closed form of PyTorch, Keras and Optax",
)
def exponentiallr_starts_from_base(self):
    """ExponentialLR computes its rate from the base rate and t alone."""
    return [base * self.gamma**self.last_epoch for base in self.base_lrs]


@misconception(
    "optim.lr_scheduler.LambdaLR.get_lr",
    hint="If f is 0.5 for every t, should the rate stay the same or fall?",
    fails=("LambdaLR/test_any_function", "LambdaLR/test_rates"),
    convention="This is the form of PyTorch's MultiplicativeLR; LambdaLR of the contract multiplies the base rate.",
    source="folklore",
)
def factors_multiply_up(self):
    """At each step, the rate that it finds is multiplied by f(t)."""
    return [group["lr"] * f(self.last_epoch) for group, f in zip(self.optimizer.param_groups, self.lr_lambdas)]


@misconception(
    "optim.lr_scheduler.LambdaLR.get_lr",
    hint="What is the rate if the function always returns 1?",
    fails=("LambdaLR/test_any_function", "LambdaLR/test_rates"),
    convention="This is the form of Keras' LearningRateScheduler, whose function returns the rate;"
    " the contract asks for a factor of base.",
    source="Keras, LearningRateScheduler",
)
def function_returns_the_rate(self):
    """The function returns the rate itself."""
    return [f(self.last_epoch) for f in self.lr_lambdas]


@misconception(
    "optim.lr_scheduler.LambdaLR.get_lr",
    hint="There are two groups and a list of two functions: which function is for the second group?",
    fails=("LambdaLR/test_built_later", "LambdaLR/test_rates_with_options", "LambdaLR/test_resumes"),
    source="folklore",
)
def first_function_serves_all_groups(self):
    """There is one function for all groups."""
    factor = self.lr_lambdas[0](self.last_epoch)
    return [base * factor for base in self.base_lrs]


@misconception(
    "optim.lr_scheduler.StepLR.get_lr",
    hint="How low is the rate after three changes, with gamma = 0.1?",
    fails=(
        "LRScheduler/test_chained",
        "LRScheduler/test_last_epoch",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
        "StepLR/test_rates",
    ),
    source="folklore",
)
def every_change_is_from_base(self):
    """Whenever t is a multiple of step_size, the rate becomes base * gamma."""
    is_due = self.last_epoch > 0 and self.last_epoch % self.step_size == 0
    return [
        base * self.gamma if is_due else group["lr"]
        for base, group in zip(self.base_lrs, self.optimizer.param_groups, strict=True)
    ]
