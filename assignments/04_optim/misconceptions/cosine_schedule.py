"""What people believe about CosineAnnealingLR."""

import math

from grader.assignment import misconception


@misconception(
    "optim.lr_scheduler.CosineAnnealingLR.get_lr",
    hint="Two schedulers act on one optimizer: what is left of the work of the one that stepped first?",
    fails=("CosineAnnealingLR/test_built_later", "LRScheduler/test_chained"),
    convention="This is the closed form, which is right for a scheduler on its own;"
    " the contract asks for the chainable form, which "
    "changes the rate that it finds.",
    source="Loshchilov and Hutter (2017); Keras; Optax",
)
def cosine_starts_from_base(self):
    """CosineAnnealingLR computes its rate from the base rate and t alone."""
    return [self.eta_min + (base - self.eta_min) * self._height(self.last_epoch) for base in self.base_lrs]


@misconception(
    "optim.lr_scheduler.CosineAnnealingLR.get_lr",
    hint="What is cos(0), and what is the rate at t = 0?",
    fails=(
        "CosineAnnealingLR/test_one_period",
        "CosineAnnealingLR/test_rates",
        "LRScheduler/test_chained",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
        "SequentialLR/test_warm_up_then_cosine",
    ),
    source="folklore",
)
def cosine_has_no_half(self):
    """The rate is eta_min + (base - eta_min) * (1 + cos(pi * t / T_max))."""
    wave = 1 + math.cos(math.pi * self.last_epoch / self.T_max)
    return [self.eta_min + (base - self.eta_min) * wave for base in self.base_lrs]


@misconception(
    "optim.lr_scheduler.CosineAnnealingLR.get_lr",
    hint="What does the handout say about the rates after T_max?",
    fails=(
        "CosineAnnealingLR/test_one_period",
        "CosineAnnealingLR/test_rates",
        "LRScheduler/test_chained",
        "SequentialLR/test_rates_with_options",
        "SequentialLR/test_resumes",
        "SequentialLR/test_warm_up_then_cosine",
    ),
    convention="This is the form of Keras' CosineDecay, which stays at the lowest rate; the contract follows the wave,"
    " which climbs again.",
    source="Keras, CosineDecay",
)
def cosine_stays_down(self):
    """After T_max, the rate stays at eta_min."""
    height = self._height(min(self.last_epoch, self.T_max))
    return [self.eta_min + (base - self.eta_min) * height for base in self.base_lrs]


@misconception(
    "optim.lr_scheduler.CosineAnnealingLR.get_lr",
    hint="Is there a jump in the handout's wave at T_max?",
    fails=(
        "CosineAnnealingLR/test_one_period",
        "CosineAnnealingLR/test_rates",
        "LRScheduler/test_chained",
        "SequentialLR/test_rates_with_options",
        "SequentialLR/test_resumes",
        "SequentialLR/test_warm_up_then_cosine",
    ),
    convention="This is the form with warm restarts (PyTorch's CosineAnnealingWarmRestarts);"
    " the contract asks for a wave without restarts.",
    source="Loshchilov and Hutter (2017)",
)
def cosine_restarts(self):
    """At T_max, the rate jumps back to base and falls anew."""
    height = self._height(self.last_epoch % self.T_max)
    return [self.eta_min + (base - self.eta_min) * height for base in self.base_lrs]


@misconception(
    "optim.lr_scheduler.CosineAnnealingLR.get_lr",
    hint="At which t is the height before it zero, and what do you divide by there?",
    fails=(
        "CosineAnnealingLR/test_one_period",
        "CosineAnnealingLR/test_rates",
        "LRScheduler/test_chained",
        "SequentialLR/test_rates_with_options",
        "SequentialLR/test_resumes",
        "SequentialLR/test_warm_up_then_cosine",
    ),
    source="folklore",
)
def heights_can_always_be_divided(self):
    """Each rate follows from the one before by the ratio of their heights, also after the lowest."""
    if self.is_initial:
        return self.scaled_lr(1)
    ratio = self._height(self.last_epoch) / self._height(self.last_epoch - 1)
    return [self.eta_min + (lr - self.eta_min) * ratio for lr in self.scaled_lr(1)]


@misconception(
    "optim.lr_scheduler.CosineAnnealingLR.get_lr",
    hint="With eta_min = 0.2 and base = 1, what is your rate at t = 0, and what at t = T_max?",
    fails=(
        "CosineAnnealingLR/test_one_period",
        "CosineAnnealingLR/test_resumes",
        "LRScheduler/test_chained",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
    ),
    source="folklore",
)
def eta_min_is_added_on_top(self):
    """The wave falls from base to 0, and eta_min is added to it."""
    return [self.eta_min + base * self._height(self.last_epoch) for base in self.base_lrs]


@misconception(
    "optim.lr_scheduler.CosineAnnealingLR.get_lr",
    hint="With eta_min = 0.2 and base = 1, what is the rate in the middle, at t = T_max / 2?",
    fails=(
        "CosineAnnealingLR/test_one_period",
        "CosineAnnealingLR/test_resumes",
        "LRScheduler/test_chained",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
    ),
    source="folklore",
)
def eta_min_is_a_floor(self):
    """The wave falls from base to 0, and is cut off at eta_min."""
    return [max(self.eta_min, base * self._height(self.last_epoch)) for base in self.base_lrs]


@misconception(
    "optim.lr_scheduler.CosineAnnealingLR._height",
    hint="Is T_max the time from the highest to the lowest rate, or that from one highest to the next?",
    fails=(
        "CosineAnnealingLR/test_one_period",
        "CosineAnnealingLR/test_rates",
        "LRScheduler/test_chained",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
        "SequentialLR/test_warm_up_then_cosine",
    ),
    source="folklore",
)
def t_max_is_a_whole_period(self, t):
    """T_max is the length of the whole wave, down and up again."""
    return (1 + math.cos(2 * math.pi * t / self.T_max)) / 2


@misconception(
    "optim.lr_scheduler.CosineAnnealingLR.get_lr",
    hint="Another scheduler has halved the rate before the cosine is at its minimum:"
    " how much of that is left one step later?",
    fails=("LRScheduler/test_chained",),
    source="written by readers of the handout",
)
def closed_form_after_the_minimum(self):
    """One step past the minimum, the rate is that of the closed form."""
    t, lrs = self.last_epoch, self.scaled_lr(1)
    if self.is_initial:
        return lrs
    if (t - 1 - self.T_max) % (2 * self.T_max) == 0:
        return [self.eta_min + (base - self.eta_min) * self._height(t) for base in self.base_lrs]
    ratio = self._height(t) / self._height(t - 1)
    return [self.eta_min + (lr - self.eta_min) * ratio for lr in lrs]
