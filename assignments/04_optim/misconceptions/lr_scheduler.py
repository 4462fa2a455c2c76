"""What people believe about the part that all schedulers share."""

from grader.assignment import misconception


@misconception(
    "optim.lr_scheduler.LRScheduler.step",
    hint="After the constructor t is 0: for which t did get_lr compute the rate that is in the group then?",
    fails=(
        "LRScheduler/test_chained",
        "StepLR/test_rates",
        "MultiStepLR/test_rates",
        "LinearLR/test_rates",
        "CosineAnnealingLR/test_one_period",
        "LambdaLR/test_any_function",
        "OneCycleLR/test_two_phases",
        "SequentialLR/test_warm_up_then_cosine",
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
        "LRScheduler/test_groups_have_their_own_rates",
        "LambdaLR/test_rates",
        "OneCycleLR/test_rates",
        "ReduceLROnPlateau/test_rates",
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
        "LRScheduler/test_chained",
        "StepLR/test_rates",
        "MultiStepLR/test_rates",
        "ExponentialLR/test_rates",
        "LinearLR/test_rates",
        "CosineAnnealingLR/test_one_period",
        "LambdaLR/test_any_function",
        "OneCycleLR/test_two_phases",
        "ReduceLROnPlateau/test_waits_for_patience",
        "SequentialLR/test_warm_up_then_cosine",
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
        "LRScheduler/test_groups_have_their_own_rates",
        "StepLR/test_rates",
        "MultiStepLR/test_rates",
        "ExponentialLR/test_rates",
        "LinearLR/test_rates",
        "CosineAnnealingLR/test_rates",
        "OneCycleLR/test_rates",
        "ReduceLROnPlateau/test_rates",
        "SequentialLR/test_rates",
    ),
    source="folklore",
)
def last_rates_are_not_remembered(self, lrs):
    """It is enough to write the rates into the groups."""
    for group, lr in zip(self.optimizer.param_groups, lrs, strict=True):
        group["lr"] = lr
