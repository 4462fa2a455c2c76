"""What people believe about LinearLR."""

from grader.assignment import misconception
from reference.optim.lr_scheduler.scheduler import LRScheduler


@misconception(
    "optim.lr_scheduler.LinearLR._factor",
    hint="What is 3 // 10, and what is 3 / 10?",
    fails=(
        "LRScheduler/test_chained",
        "LRScheduler/test_last_epoch",
        "LinearLR/test_rates",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
        "SequentialLR/test_warm_up_then_cosine",
    ),
    source="folklore",
)
def progress_is_a_whole_number(self, t):
    """The share of the way at t is t // total_iters."""
    return self.start_factor + (self.end_factor - self.start_factor) * (t // self.total_iters)


@misconception(
    "optim.lr_scheduler.LinearLR.get_lr",
    hint="Where should the rate be long after total_iters, and where is yours?",
    fails=("LRScheduler/test_chained", "LinearLR/test_rates"),
    source="folklore",
)
def line_never_ends(self):
    """The rate goes on along its line after total_iters."""
    t = self.last_epoch
    if t == 0:
        return self.scaled_lr(self.start_factor)
    if self.is_initial:
        return self.scaled_lr(1)
    return self.scaled_lr(self._factor(t) / self._factor(t - 1))


@misconception(
    "optim.lr_scheduler.LinearLR.get_lr",
    hint="With total_iters=1, at which t should the rate be base * end_factor?",
    fails=(
        "LRScheduler/test_chained",
        "LRScheduler/test_last_epoch",
        "LinearLR/test_rates",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
        "SequentialLR/test_warm_up_then_cosine",
    ),
    source="folklore: np.linspace(start_factor, end_factor, total_iters)",
)
def end_is_reached_one_step_early(self):
    """total_iters rates lie on the line, both ends included."""

    def factor(t):
        return self.start_factor + (self.end_factor - self.start_factor) * min(t, self.total_iters - 1) / (
            self.total_iters - 1
        )

    t = self.last_epoch
    if t == 0:
        return self.scaled_lr(self.start_factor)
    return self.scaled_lr(1 if self.is_initial else factor(t) / factor(t - 1))


@misconception(
    "optim.lr_scheduler.LinearLR.get_lr",
    hint="Which factor is in the rate that you find at t, and by what do you have to multiply to change it into f_t?",
    fails=(
        "LRScheduler/test_chained",
        "LRScheduler/test_last_epoch",
        "LinearLR/test_rates",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
        "SequentialLR/test_warm_up_then_cosine",
    ),
    source="folklore",
)
def linearlr_compounds(self):
    """At each step, the rate that it finds is multiplied by f_t."""
    return self.scaled_lr(self._factor(min(self.last_epoch, self.total_iters)))


@misconception(
    "optim.lr_scheduler.LinearLR.get_lr",
    hint="What does the handout's table of conventions say about the first rate of a warm-up?",
    fails=(
        "LRScheduler/test_chained",
        "LRScheduler/test_last_epoch",
        "LinearLR/test_rates",
        "SequentialLR/test_rates",
        "SequentialLR/test_resumes",
        "SequentialLR/test_warm_up_then_cosine",
    ),
    convention="This is the form in which a warm-up begins at rate 0; the contract asks for base * start_factor at t ="
    " 0.",
    source="tinygrad PR #10981; NVIDIA NeMo issue #10582 (both discuss it)",
)
def warm_up_begins_at_zero(self):
    """A warm-up rises from 0 to base * end_factor in total_iters steps."""
    share = min(self.last_epoch, self.total_iters) / self.total_iters
    return [base * self.end_factor * share for base in self.base_lrs]


@misconception(
    "optim.lr_scheduler.LinearLR.get_lr",
    hint="Two schedulers act on one optimizer: what is left of the work of the one that stepped first?",
    fails=("LRScheduler/test_chained", "LinearLR/test_built_later"),
    convention="This is the closed form, which is right for a scheduler on its own;"
    " the contract asks for the chainable form, which "
    "changes the rate that it finds.",
    source="the closed form of PyTorch",
)
def linearlr_starts_from_base(self):
    """LinearLR computes its rate from the base rate and t alone."""
    factor = self._factor(min(self.last_epoch, self.total_iters))
    return [base * factor for base in self.base_lrs]


@misconception(
    "optim.lr_scheduler.LinearLR.__init__",
    hint="What does your get_lr divide by at t = 1 if start_factor is 0?",
    fails=("LRScheduler/test_impossible_options",),
    source="folklore",
)
def every_factor_can_be(self, optimizer, start_factor=1 / 3, end_factor=1.0, total_iters=5, last_epoch=-1):
    """A line may begin and end at any factor, also at 0 or above 1."""
    self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
    LRScheduler.__init__(self, optimizer, last_epoch)


@misconception(
    "optim.lr_scheduler.LinearLR.get_lr",
    hint="A line ends at 0: what is the ratio of two neighbouring points after its end?",
    fails=("LinearLR/test_built_later", "LinearLR/test_rates_with_options", "LinearLR/test_resumes"),
    source="written by readers of the handout",
)
def ratio_goes_on_after_the_end(self):
    """After the end, the ratio of two equal points is 1 by itself."""
    t = self.last_epoch
    if t == 0:
        return self.scaled_lr(self.start_factor)
    if self.is_initial:
        return self.scaled_lr(1)
    return self.scaled_lr(self._factor(min(t, self.total_iters)) / self._factor(min(t - 1, self.total_iters)))
