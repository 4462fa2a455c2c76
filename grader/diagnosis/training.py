"""What a training looks like that does not succeed: a decision by numbers that were noted while it ran.

Two kinds of faults. Some can be seen at once: each step is made of the gradient of its own examples, or it is not.
Others are a matter of degree: how much too long a step is. Their bounds were chosen on some trainings and measured on
others, see benchmarks/trainings.py.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Found:
    """A fault that a training looks like: its name, what was seen, what that looks like, and a question."""

    fault: str
    seen: str
    like: str
    question: str

    @property
    def sentence(self) -> str:
        return f"{self.seen}. That looks like {self.like}. {self.question}"


@dataclass(frozen=True)
class Step:
    """What one step was made of.

    own, carried: its gradient is own times the gradient of its examples, plus carried times what was left of the step
        before; rest: the share of the gradient that neither of these explains.
    gradient, fresh: the norms of the gradient that was used, and of that of its examples.
    unknown, held_out, mislabelled, evaluating: shares of its examples.
    """

    epoch: int
    lr: float
    gradient: float
    fresh: float
    own: float
    carried: float
    rest: float
    unknown: float
    held_out: float
    mislabelled: float
    evaluating: float


@dataclass(frozen=True)
class History:
    """What was noted of a training.

    steps: each one, in their order.
    epochs: for each epoch the numbers of the examples that came, in their order; size is how many there are.
    evaluated: for each batch without backward: examples, the share of those to learn from, whether in training mode.
    lengths, lines: losses after the first and some other steps, if they had been so many times as long.
    names, felt, due, reached, moved: for each parameter how much the loss changes with it, its gradient at the start,
        the largest gradient that the optimizer found, and how far it moved.
    true: for each parameter the slope of the loss at the start, as a multiple of what its gradient says.
    modes_differ: how much the loss differs between training and evaluation, at the end.
    is_shuffled, is_scheduled: whether the training was asked to shuffle, and to change its learning rate.
    """

    steps: Sequence[Step]
    epochs: Sequence[Sequence[int]]
    size: int
    evaluated: Sequence[tuple[int, float, bool]]
    lengths: Sequence[float]
    lines: Sequence[Sequence[float]]
    names: Sequence[str]
    felt: Sequence[float]
    due: Sequence[float]
    reached: Sequence[float]
    moved: Sequence[float]
    true: Sequence[float]
    loss_before: float
    loss_after: float
    accuracy: float
    dead_before: Sequence[float]
    dead_after: Sequence[float]
    modes_differ: float
    is_shuffled: bool = True
    is_scheduled: bool = True

    @classmethod
    def of(cls, report: Mapping[str, Any], **known: Any) -> "History":
        """The history in a report of `inside.Watch`.

        Raises:
            KeyError, TypeError: if the report is another one.
        """
        names = {field.name for field in fields(cls)} - known.keys() - {"steps", "is_shuffled", "is_scheduled"}
        return cls([Step(*step) for step in report["steps"]], **{name: report[name] for name in names}, **known)

    def mean(self, name: str) -> float:
        """The mean of a number over all steps."""
        return float(np.mean([getattr(step, name) for step in self.steps]))

    @property
    def looked_into(self) -> list[Step]:
        """The steps whose gradient was computed once more."""
        return [step for step in self.steps if not math.isnan(step.own)]

    @property
    def is_learned(self) -> bool:
        """Whether most examples to learn from are known in the end."""
        return self.accuracy >= LEARNED


# Bounds. Where a right training gives exactly 0 or 1, they are far away from both, so that rounding cannot reach them.
SOME = 0.02  # of all examples, where there should be none
OFTEN = 0.2  # of all steps, where there should be none
MOST_EXAMPLES = 0.85  # that come in an epoch; `drop_last` leaves out up to a tenth of a few hundred
FELT = 1e-9  # changes of the loss that are more than rounding; the parameter was moved by 1e-4
OFF = 0.1  # by which a gradient may be too large or too small
# Bounds of degree.
LEARNED = 0.9  # share of the examples that a training knows in the end, if the length of its steps is about right
WORSE = 1.5  # a step multiplies the loss of all examples by this, or more, if it is much too large
LONGER = 30.0  # a step could be so many times as long, if it is much too small
SLOW = 0.4  # what is left of the loss, at least, if steps are much too small
DEAD = 0.9  # of the units of a layer


def look(history: History) -> Found | None:
    """The fault that a training looks like; None if it looks like none that is known here."""
    return next(filter(None, (rule(history) for rule in RULES)), None)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _no_step(history: History) -> Found | None:
    if history.steps and any(moved != 0 for moved in history.moved):  # NaN is a move, too
        return None
    largest, count = max(history.reached, default=0.0), len(history.steps)
    seen = f"The optimizer took {count} steps, found gradients of norm {largest:.2g} at most, and no parameter moved"
    question = "Which arrays does step change, with which rate, and what is in grad at that moment?"
    return Found("no step", seen, "a training in which no step reaches the model", question)


def _labels(history: History) -> Found | None:
    share = history.mean("mislabelled")
    if share <= SOME:
        return None
    seen = f"{_percent(share)} of the images came with a label that is not theirs"
    question = "Do image 17 and label 17 still belong together in a batch?"
    return Found("labels", seen, "labels in another order than the images", question)


def _held_out(history: History) -> Found | None:
    share = history.mean("held_out")
    if share <= SOME:
        return None
    seen = f"{_percent(share)} of the images that steps were taken with are those held out"
    return Found("held out", seen, "learning from validation data", "Which data may change a parameter?")


def _images(history: History) -> Found | None:
    share = history.mean("unknown")
    if share <= SOME:
        return None
    seen = f"{_percent(share)} of the images that steps were taken with are not in the dataset"
    return Found("images", seen, "images that change on their way", "Is x[0] of a batch still an image of the dataset?")


def _missing(history: History) -> Found | None:
    epochs = [epoch for epoch in history.epochs if epoch]
    share = float(np.median([len(set(epoch)) / history.size for epoch in epochs])) if epochs else 1.0
    if share >= MOST_EXAMPLES:
        return None
    seen = f"An epoch has {_percent(share)} of the examples"
    question = "Which indices does an epoch ask for, and how many of them are different?"
    return Found("missing", seen, "examples that are left out, or drawn with replacement", question)


def _order(history: History) -> Found | None:
    pairs = list(zip(history.epochs, history.epochs[1:], strict=False))
    same = sum(list(one) == list(other) for one, other in pairs)
    if not history.is_shuffled or not pairs or same <= len(pairs) / 2:
        return None
    seen = f"In {same} of {len(pairs)} epochs, the examples came in the same order as in the epoch before"
    return Found("order", seen, "data that are not shuffled anew", "When is a new order drawn?")


def _stale(history: History) -> Found | None:
    steps = [step for step in history.looked_into if step.gradient > 0]
    stale = [step for step in steps if step.fresh == 0 or step.rest > 0.5]
    if len(stale) <= OFTEN * len(steps):
        return None
    seen = f"In {len(stale)} of {len(steps)} steps, the gradient was not that of the step's own batch"
    return Found("stale", seen, "steps with a gradient of before", "What comes first, backward or step?")


def _no_zero_grad(history: History) -> Found | None:
    steps = history.looked_into
    carried = [step for step in steps if step.carried > 0.5 and step.own > 0]
    if len(carried) <= OFTEN * len(steps):
        return None
    times = float(np.median([step.gradient / max(step.fresh, 1e-300) for step in carried]))
    seen = (
        f"In {len(carried)} of {len(steps)} steps, the gradient was the one of the step before plus that of the batch;"
        f" it was {times:.2g} times as large as that of the batch"
    )
    return Found("no zero_grad", seen, "gradients that are not discarded", "What is in grad when backward begins?")


def _modes(history: History) -> Found | None:
    if history.modes_differ <= 1e-9:  # then they make no difference
        return None
    learning = history.mean("evaluating")
    if learning > SOME:
        seen = f"{_percent(learning)} of the examples were learned from in evaluation mode"
        question = "In which mode is the model at the first batch of the second epoch?"
        return Found("evaluation mode", seen, "a model that is not set back to training mode", question)
    count = sum(examples for examples, _, _ in history.evaluated)
    in_training = sum(examples for examples, _, is_training in history.evaluated if is_training)
    if in_training <= SOME * count:
        return None
    seen = f"{_percent(in_training / count)} of the examples were evaluated in training mode"
    question = "What do dropout and batch normalisation do while you evaluate?"
    return Found("training mode", seen, "an evaluation that forgets its mode", question)


def _validation(history: History) -> Found | None:
    count = sum(examples for examples, _, _ in history.evaluated)
    share = sum(examples * ours for examples, ours, _ in history.evaluated) / max(count, 1)
    if share <= SOME:
        return None
    seen = f"{_percent(share)} of the examples that were evaluated are those to learn from"
    return Found("validation", seen, "a validation with training data", "Which loader does validation get?")


def _backward(history: History) -> Found | None:
    rows = zip(history.names, history.true, history.due, history.felt, strict=True)
    wrong = [(name, true) for name, true, due, felt in rows if due > FELT and felt > FELT and abs(true - 1) > OFF]
    if not wrong:
        return None
    name, true = wrong[0]
    seen = f"Along the gradient of {name}, the loss rises {true:.2g} times as fast as the gradient says"
    return Found("backward", seen, "a backward that does not belong to its forward", "Does each part pass gradcheck?")


def _scaled(history: History) -> Found | None:
    steps = history.looked_into
    own = float(np.median([step.own for step in steps])) if steps else 1.0
    if own == 0 or abs(own - 1) <= OFF:
        return None
    seen = f"Steps use {own:.2g} times the gradient of the mean loss of their batch"
    return Found("scaled", seen, "a loss that is not the mean, or a wrong sign", "What does criterion.backward get?")


def _detached(history: History) -> Found | None:
    rows = zip(history.names, history.felt, history.reached, history.moved, strict=True)
    names = [name for name, felt, reached, moved in rows if felt > FELT and (reached == 0 or moved == 0)]
    if not names:
        return None
    seen = f"{len(names)} of {len(history.names)} parameters never had a gradient or never moved ({names[0]} is one)"
    like = "a layer that is cut off from the loss or from the optimizer"
    return Found("detached", f"{seen}, though the loss depends on them", like, "Who calls its backward, and who steps?")


def _schedule(history: History) -> Found | None:
    rates = [{step.lr for step in history.steps if step.epoch == epoch} for epoch in {s.epoch for s in history.steps}]
    changed = sum(len(rate) > 1 for rate in rates)
    if changed > len(rates) / 2:
        seen = f"The learning rate changed within {changed} of {len(rates)} epochs"
        return Found("schedule", seen, "a schedule that steps with each batch", "How often does an epoch step it?")
    if not history.is_scheduled or len(rates) < 3 or len(set.union(*rates)) > 1:
        return None
    seen = f"The learning rate was {history.steps[0].lr:.2g} in all of {len(rates)} epochs"
    return Found("schedule", seen, "a schedule that never steps", "Who calls scheduler.step?")


def _dead_at_first(history: History) -> Found | None:
    return _dead(history.dead_before, "before the first step")


def _too_large(history: History) -> Found | None:
    rise = max((line[list(history.lengths).index(1.0)] / line[0] for line in history.lines), default=0.0)
    is_finite = math.isfinite(rise) and math.isfinite(history.loss_after)
    if is_finite and (rise < WORSE or history.is_learned):
        return None
    times = f"{rise:.2g} times" if math.isfinite(rise) else "beyond all numbers"
    seen = f"The loss went from {history.loss_before:.2g} to {history.loss_after:.2g}, and one step raised it {times}"
    return Found("too large", seen, "steps that are far too long", "What does a tenth of the learning rate do?")


def _too_small(history: History) -> Found | None:
    best = min((history.lengths[int(np.argmin(line))] for line in history.lines), default=0.0)
    if history.is_learned or best < LONGER or history.loss_after < SLOW * history.loss_before:
        return None
    seen = (
        f"The loss went from {history.loss_before:.2g} to {history.loss_after:.2g}; steps {best:g} times as long would"
        " have lowered it further"
    )
    return Found("too small", seen, "steps that are far too short", "What does ten times the learning rate do?")


def _dead_at_last(history: History) -> Found | None:
    return None if history.is_learned else _dead(history.dead_after, "in the end")


def _dead(shares: Sequence[float], when: str) -> Found | None:
    if max(shares, default=0.0) < DEAD:
        return None
    seen = f"{_percent(max(shares))} of the units of a ReLU were 0 for every image {when}"
    return Found("dead", seen, "dead units, which no gradient passes", "Which sign has what a ReLU is given?")


# What can be seen at once comes first, as it has the others as its consequences.
RULES: tuple[Callable[[History], Found | None], ...] = (
    *(_no_step, _detached, _stale, _no_zero_grad, _labels, _held_out, _images, _missing, _order, _modes, _validation),
    *(_backward, _scaled, _schedule, _dead_at_first, _too_large, _too_small, _dead_at_last),
)
