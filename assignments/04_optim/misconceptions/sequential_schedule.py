"""What people believe about SequentialLR."""

from grader.assignment import misconception
from reference.optim.lr_scheduler.plateau import ReduceLROnPlateau
from reference.optim.lr_scheduler.scheduler import LRScheduler


@misconception(
    "optim.lr_scheduler.SequentialLR.step",
    hint="What is the rate one step before a milestone, and what is it at the milestone?",
    fails=("SequentialLR/test_rates", "SequentialLR/test_resumes", "SequentialLR/test_warm_up_then_cosine"),
    source="lindermanlab/S5 issue #11; facebookresearch/fairchem PR #1967",
)
def schedulers_count_from_the_start_of_the_training(self):
    """t is the same for all schedulers: the second one begins in the middle of its own course."""
    self.last_epoch += 1
    scheduler = self._current()
    scheduler.last_epoch = self.last_epoch - 1
    scheduler.step()
    self.last_lr = scheduler.get_last_lr()


@misconception(
    "optim.lr_scheduler.SequentialLR.step",
    hint="The warm-up ended at half of base: with which rate should the next scheduler begin?",
    fails=("SequentialLR/test_rates", "SequentialLR/test_resumes", "SequentialLR/test_warm_up_then_cosine"),
    source="folklore",
)
def next_scheduler_starts_from_the_last_rate(self):
    """At its milestone, a scheduler starts at its own t = 0, from the rate that it finds."""
    self.last_epoch += 1
    scheduler = self._current()
    if self.last_epoch in self.milestones:
        self._start([group["lr"] for group in self.optimizer.param_groups])
    else:
        scheduler.step()
    self.last_lr = scheduler.get_last_lr()


@misconception(
    "optim.lr_scheduler.SequentialLR.step",
    hint="At its milestone, what is the own t of the scheduler that takes over: 0 or 1?",
    fails=("SequentialLR/test_warm_up_then_cosine", "SequentialLR/test_rates", "SequentialLR/test_resumes"),
    source="folklore",
)
def next_scheduler_only_steps(self):
    """At its milestone, a scheduler takes its first step: its constructor has made its t = 0 long ago."""
    self.last_epoch += 1
    scheduler = self._current()
    scheduler.step()
    self.last_lr = scheduler.get_last_lr()


@misconception(
    "optim.lr_scheduler.SequentialLR",
    hint="Does t = milestone belong to the scheduler before it, or to the one after it?",
    fails=("SequentialLR/test_warm_up_then_cosine", "SequentialLR/test_rates", "SequentialLR/test_resumes"),
    source="folklore",
)
class milestone_belongs_to_the_one_before(LRScheduler):
    """The next scheduler takes over one step after its milestone."""

    def step(self):
        self.last_epoch += 1
        scheduler = self._current()
        if self.last_epoch - 1 in self.milestones:
            self._start(scheduler.base_lrs)
        else:
            scheduler.step()
        self.last_lr = scheduler.get_last_lr()

    def _current(self):
        return self.schedulers[sum(milestone < self.last_epoch for milestone in self.milestones)]


@misconception(
    "optim.lr_scheduler.SequentialLR",
    hint="In the handout's example with three schedulers, at which t does the third one begin?",
    fails=("SequentialLR/test_rates", "SequentialLR/test_resumes"),
    source="folklore",
)
class milestones_are_durations(LRScheduler):
    """A milestone says for how many steps the scheduler before it acts."""

    def step(self):
        self.last_epoch += 1
        starts = [sum(self.milestones[: i + 1]) for i in range(len(self.milestones))]
        scheduler = self.schedulers[sum(start <= self.last_epoch for start in starts)]
        if self.last_epoch in starts:
            scheduler.set_lr(scheduler.base_lrs)
            scheduler.last_epoch = -1
            scheduler.initial_step()
        else:
            scheduler.step()
        self.last_lr = scheduler.get_last_lr()


@misconception(
    "optim.lr_scheduler.SequentialLR.__init__",
    hint="Build LinearLR and then SequentialLR around it: what is the rate in the group after each of the two lines?",
    fails=("SequentialLR/test_rates", "SequentialLR/test_resumes"),
    source="folklore",
)
def building_schedulers_changes_no_rate(self, optimizer, schedulers, milestones, last_epoch=-1):
    """While the schedulers are built, the rate stays what it was: the first one has only to begin."""
    if not schedulers or len(milestones) != len(schedulers) - 1:
        raise ValueError("there must be one scheduler more than milestones")
    for scheduler in schedulers:
        if isinstance(scheduler, ReduceLROnPlateau) or scheduler.optimizer is not optimizer:
            raise ValueError("a scheduler needs a metric or belongs to another optimizer")
    self.optimizer, self.schedulers, self.milestones = optimizer, list(schedulers), list(milestones)
    self.last_epoch = last_epoch + 1
    self.last_lr = schedulers[0].get_last_lr()


@misconception(
    "optim.lr_scheduler.SequentialLR",
    hint="Besides its own t, what else has to be known in the middle of the second scheduler?",
    fails=("SequentialLR/test_resumes",),
    source="folklore",
)
class state_is_its_own_t(LRScheduler):
    """The state of a sequence is its t and its milestones; the schedulers in it are built anew."""

    def state_dict(self):
        return super().state_dict()

    def load_state_dict(self, state_dict):
        super().load_state_dict(state_dict)


@misconception(
    "optim.lr_scheduler.SequentialLR.step",
    hint="ExponentialLR has the rate base at its own t = 0: has yours at its milestone?",
    fails=("SequentialLR/test_rates_with_options",),
    source="written by readers of the handout",
)
def next_scheduler_steps_from_base(self):
    """At its milestone, a scheduler takes a usual step from its base rate, to its own t = 0."""
    self.last_epoch += 1
    scheduler = self._current()
    if self.last_epoch in self.milestones:
        scheduler.set_lr(scheduler.base_lrs)
        scheduler.last_epoch = -1
    scheduler.step()
    self.last_lr = scheduler.get_last_lr()
