"""What people believe about OneCycleLR."""

import math
from bisect import bisect_left

from grader.assignment import misconception
from reference.optim.lr_scheduler.scheduler import LRScheduler, one_per_group


@misconception(
    "optim.lr_scheduler.OneCycleLR._points",
    hint="With total_steps=10 and pct_start=0.4, which of the rates t = 0, 1, 2, ..."
    " is the highest in the handout's example?",
    fails=("OneCycleLR/test_two_phases", "OneCycleLR/test_rates", "OneCycleLR/test_end"),
    source="folklore",
)
def peak_is_at_its_share_of_the_steps(self, group):
    """The peak is at t = pct_start * total_steps."""
    peak = self.pct_start * self.total_steps
    points = [(0.0, group["initial_lr"]), (peak, group["max_lr"])]
    if self.three_phase:
        points.append((2 * peak, group["initial_lr"]))
    return [*points, (self.total_steps - 1, group["min_lr"])]


@misconception(
    "optim.lr_scheduler.OneCycleLR._points",
    hint="Of total_steps rates that begin at t = 0, which t has the last one?",
    fails=("OneCycleLR/test_two_phases", "OneCycleLR/test_rates", "OneCycleLR/test_end"),
    source="folklore",
)
def lowest_is_at_total_steps(self, group):
    """The lowest rate is reached at t = total_steps."""
    peak = self.pct_start * self.total_steps - 1
    points = [(0.0, group["initial_lr"]), (peak, group["max_lr"])]
    if self.three_phase:
        points.append((2 * peak, group["initial_lr"]))
    return [*points, (self.total_steps, group["min_lr"])]


@misconception(
    "optim.lr_scheduler.OneCycleLR._anneal",
    hint="What is a quarter of the way from 0 to 1 along a straight line, and what along half a cosine?",
    fails=("OneCycleLR/test_built_later", "OneCycleLR/test_rates_with_options", "OneCycleLR/test_resumes"),
    source="folklore",
)
def pieces_are_always_cosines(self, start, end, share):
    """Between two points, the rate always follows half a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


@misconception(
    "optim.lr_scheduler.OneCycleLR._points",
    hint="How many points does the docstring list with three_phase=True?",
    fails=("OneCycleLR/test_built_later", "OneCycleLR/test_rates_with_options", "OneCycleLR/test_resumes"),
    source="folklore",
)
def there_are_always_two_phases(self, group):
    """From the peak, the rate falls straight to the lowest, also with three_phase=True."""
    peak = self.pct_start * self.total_steps - 1
    return [(0.0, group["initial_lr"]), (peak, group["max_lr"]), (self.total_steps - 1, group["min_lr"])]


@misconception(
    "optim.lr_scheduler.OneCycleLR._points",
    hint="With three_phase=True, how long is the way down from the peak to the initial rate?",
    fails=("OneCycleLR/test_built_later", "OneCycleLR/test_rates_with_options", "OneCycleLR/test_resumes"),
    source="folklore",
)
def falling_phases_are_equally_long(self, group):
    """With three phases, the two falling ones share the time after the peak in halves."""
    peak, end = self.pct_start * self.total_steps - 1, self.total_steps - 1
    points = [(0.0, group["initial_lr"]), (peak, group["max_lr"])]
    if self.three_phase:
        points.append(((peak + end) / 2, group["initial_lr"]))
    return [*points, (end, group["min_lr"])]


@misconception(
    "optim.lr_scheduler.OneCycleLR",
    hint="final_div_factor says how far below something the cycle ends: below what?",
    fails=("OneCycleLR/test_two_phases", "OneCycleLR/test_rates", "OneCycleLR/test_end"),
    convention="This is the form of fastai, in which the last rate is max_lr / final_div_factor;"
    " the contract divides the initial rate.",
    source="fastai, fit_one_cycle",
)
class lowest_is_a_part_of_the_peak(LRScheduler):
    """The lowest rate is max_lr / final_div_factor."""

    def __init__(
        self,
        optimizer,
        max_lr,
        total_steps=None,
        epochs=None,
        steps_per_epoch=None,
        pct_start=0.3,
        anneal_strategy="cos",
        div_factor=25.0,
        final_div_factor=1e4,
        three_phase=False,
        last_epoch=-1,
    ):
        self.total_steps = (epochs or 0) * (steps_per_epoch or 0) if total_steps is None else total_steps
        if self.total_steps < 1 or not 0 <= pct_start <= 1 or anneal_strategy not in ("cos", "linear"):
            raise ValueError("the cycle has no length, or pct_start or anneal_strategy cannot be")
        self.pct_start, self.anneal_strategy, self.three_phase = pct_start, anneal_strategy, three_phase
        if last_epoch == -1:
            for group, peak in zip(optimizer.param_groups, one_per_group(optimizer, "max_lr", max_lr)):
                group.update(initial_lr=peak / div_factor, max_lr=peak, min_lr=peak / final_div_factor)
        super().__init__(optimizer, last_epoch)


@misconception(
    "optim.lr_scheduler.OneCycleLR",
    hint="Build two optimizers with lr=1 and lr=0.1, and the same OneCycleLR on both: should their rates differ?",
    fails=("OneCycleLR/test_rates", "OneCycleLR/test_end"),
    source="folklore",
)
class cycle_begins_at_the_rate_of_the_optimizer(LRScheduler):
    """The cycle begins, and div_factor counts, from the rate that the optimizer was built with."""

    def __init__(
        self,
        optimizer,
        max_lr,
        total_steps=None,
        epochs=None,
        steps_per_epoch=None,
        pct_start=0.3,
        anneal_strategy="cos",
        div_factor=25.0,
        final_div_factor=1e4,
        three_phase=False,
        last_epoch=-1,
    ):
        self.total_steps = (epochs or 0) * (steps_per_epoch or 0) if total_steps is None else total_steps
        if self.total_steps < 1 or not 0 <= pct_start <= 1 or anneal_strategy not in ("cos", "linear"):
            raise ValueError("the cycle has no length, or pct_start or anneal_strategy cannot be")
        self.pct_start, self.anneal_strategy, self.three_phase = pct_start, anneal_strategy, three_phase
        if last_epoch == -1:
            for group, peak in zip(optimizer.param_groups, one_per_group(optimizer, "max_lr", max_lr)):
                initial = group["lr"] / div_factor
                group.update(initial_lr=initial, max_lr=peak, min_lr=initial / final_div_factor)
        super().__init__(optimizer, last_epoch)


@misconception(
    "optim.lr_scheduler.OneCycleLR.get_lr",
    hint="A loop runs over all total_steps batches and calls step() after each: how many calls are that?",
    fails=("OneCycleLR/test_end",),
    source="a frequent question about PyTorch: `Tried to step ... times`",
)
def last_step_is_one_too_many(self):
    """There are total_steps rates, from t = 0 to total_steps - 1, so a step to t = total_steps raises."""
    if self.last_epoch >= self.total_steps:
        raise ValueError(f"step {self.last_epoch} of a cycle of {self.total_steps}")
    return [self._lr(group) for group in self.optimizer.param_groups]


@misconception(
    "optim.lr_scheduler.OneCycleLR.get_lr",
    hint="Where does your rate go if someone calls step() twice as often as planned?",
    fails=("OneCycleLR/test_end",),
    source="folklore",
)
def cycle_goes_on(self):
    """After total_steps steps there may be further ones."""
    return [self._lr(group) for group in self.optimizer.param_groups]


@misconception(
    "optim.lr_scheduler.OneCycleLR._lr",
    hint="What does the handout say about the rate at t = total_steps, which no batch is trained with?",
    fails=("OneCycleLR/test_end",),
    source="folklore",
)
def rate_stays_at_the_end(self, group):
    """The last piece ends at total_steps - 1, and the rate stays there."""
    points = self._points(group)
    t = min(self.last_epoch, self.total_steps - 1)
    i = bisect_left(points[1:-1], t, key=lambda point: point[0])
    (a, lr_a), (b, lr_b) = points[i], points[i + 1]
    return self._anneal(lr_a, lr_b, (t - a) / (b - a))


@misconception(
    "optim.lr_scheduler.OneCycleLR.__init__",
    hint='A warm-up ran before, and its "initial_lr" is in the group: where should the cycle begin?',
    fails=("OneCycleLR/test_built_later",),
    source="written by readers of the handout",
)
def initial_rate_of_another_scheduler_stays(
    self, optimizer, max_lr, total_steps=None, epochs=None, steps_per_epoch=None, pct_start=0.3, anneal_strategy="cos",
    div_factor=25.0, final_div_factor=1e4, three_phase=False, last_epoch=-1,
):  # fmt: skip
    """If the group has an "initial_lr" already, the cycle begins there."""
    self.total_steps = (epochs or 0) * (steps_per_epoch or 0) if total_steps is None else total_steps
    if self.total_steps < 1 or not 0 <= pct_start <= 1 or anneal_strategy not in ("cos", "linear"):
        raise ValueError("the cycle has no length, or pct_start or anneal_strategy cannot be")
    self.pct_start, self.anneal_strategy, self.three_phase = pct_start, anneal_strategy, three_phase
    for group, peak in zip(optimizer.param_groups, one_per_group(optimizer, "max_lr", max_lr)):
        initial = group.setdefault("initial_lr", peak / div_factor)
        group.update(max_lr=peak, min_lr=initial / final_div_factor)
    LRScheduler.__init__(self, optimizer, last_epoch)
