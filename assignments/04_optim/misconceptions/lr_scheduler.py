"""What people believe about the part that all schedulers share."""

from grader.assignment import misconception


@misconception(
    "optim.lr_scheduler.LRScheduler.step",
    hint="After the constructor t is 0: for which t did get_lr compute the rate that is in the group then?",
    fails=(
        "CosineAnnealingLR/test_one_period",
        "CosineAnnealingLR/test_rates",
        "LRScheduler/test_chained",
        "LRScheduler/test_last_epoch",
        "LambdaLR/test_any_function",
        "LambdaLR/test_rates",
        "LinearLR/test_rates",
        "MultiStepLR/test_rates",
        "OneCycleLR/test_rates",
        "OneCycleLR/test_two_phases",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
        "SequentialLR/test_warm_up_then_cosine",
        "StepLR/test_rates",
        "StepLR/test_resumes",
    ),
    source="pytorch/pytorch issue #23480 (the kind)",
)
def rate_is_set_before_t_advances(self):
    """A step sets the rate of the epoch that ends with it, and then advances t."""
    self.set_lr(self.get_lr())
    self.last_epoch += 1


@misconception(
    "optim.lr_scheduler.LRScheduler.set_lr",
    hint="get_lr returns a list: how many groups is it for, and how many rates of it do you use?",
    fails=(
        "CosineAnnealingLR/test_rates",
        "ExponentialLR/test_last_rates",
        "ExponentialLR/test_rates",
        "ExponentialLR/test_resumes",
        "LRScheduler/test_chained",
        "LambdaLR/test_rates",
        "LinearLR/test_rates",
        "MultiStepLR/test_rates",
        "OneCycleLR/test_built_later",
        "OneCycleLR/test_rates",
        "OneCycleLR/test_resumes",
        "ReduceLROnPlateau/test_rates",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
        "StepLR/test_rates",
    ),
    source="folklore",
)
def all_groups_have_the_first_rate(self, lrs):
    """A scheduler has one rate, and every group gets it."""
    for group in self.optimizer.param_groups:
        group["lr"] = lrs[0]
    self.last_lr = lrs


@misconception(
    "optim.lr_scheduler.LRScheduler.set_lr",
    hint="From which place does an optimizer's step read lr?",
    fails=(
        "CosineAnnealingLR/test_one_period",
        "CosineAnnealingLR/test_rates",
        "ExponentialLR/test_last_rates",
        "ExponentialLR/test_rates",
        "ExponentialLR/test_resumes",
        "LRScheduler/test_chained",
        "LRScheduler/test_last_epoch",
        "LambdaLR/test_any_function",
        "LambdaLR/test_rates",
        "LinearLR/test_rates",
        "MultiStepLR/test_rates",
        "OneCycleLR/test_rates",
        "OneCycleLR/test_two_phases",
        "ReduceLROnPlateau/test_rates",
        "ReduceLROnPlateau/test_waits_for_patience",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
        "SequentialLR/test_warm_up_then_cosine",
        "StepLR/test_rates",
        "StepLR/test_resumes",
    ),
    source="folklore: frameworks in which the rate is an attribute of the optimizer",
)
def rate_is_an_attribute_of_the_optimizer(self, lrs):
    """An optimizer reads its rate from an attribute of its own, which the scheduler sets."""
    self.optimizer.lr = lrs[0]
    self.last_lr = lrs


@misconception(
    "optim.lr_scheduler.LRScheduler.set_lr",
    hint="What does get_last_lr() return, and who puts it there?",
    fails=(
        "CosineAnnealingLR/test_last_rates",
        "ExponentialLR/test_last_rates",
        "LambdaLR/test_last_rates",
        "LinearLR/test_last_rates",
        "MultiStepLR/test_last_rates",
        "OneCycleLR/test_last_rates",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
        "SequentialLR/test_warm_up_then_cosine",
        "StepLR/test_last_rates",
    ),
    source="folklore",
)
def last_rates_are_not_remembered(self, lrs):
    """It is enough to write the rates into the groups."""
    for group, lr in zip(self.optimizer.param_groups, lrs, strict=True):
        group["lr"] = lr
