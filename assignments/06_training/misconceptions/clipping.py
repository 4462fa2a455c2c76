"""What people believe about clipping."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.utils import clip_grad_norm_
from reference.training.trainer import _groups, _mean


@misconception(
    "training.Trainer._train_epoch",
    hint="Before the step or after it: when does clipping change what the step does?",
    fails=(
        "Accumulation/test_clipped_once",
        "Trainer/test_clipped_example",
        "Trainer/test_clipping",
        "Trainer/test_everything_together",
    ),
    source="folklore",
)
def clipping_after_the_step(self, train, history):
    """Gradients are clipped once they have been used."""
    self.model.train()
    losses, sizes = [], []
    for batches in _groups(train, self.accumulate):
        self.optimizer.zero_grad()
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        self.optimizer.step()
        history.grad_norm.append(self._clip())
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._train_epoch",
    hint="What is there to be clipped before backward?",
    fails=(
        "Accumulation/test_clipped_once",
        "Accumulation/test_equal_batches",
        "Accumulation/test_worked_example",
        "Trainer/test_clipping",
    ),
    source="folklore",
)
def clipping_before_backward(self, train, history):
    """Gradients are clipped before they are computed."""
    self.model.train()
    losses, sizes = [], []
    for batches in _groups(train, self.accumulate):
        self.optimizer.zero_grad()
        history.grad_norm.append(self._clip())
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        self.optimizer.step()
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._clip",
    hint="With limits for each parameter, does the gradient keep its direction?",
    fails=("Accumulation/test_clipped_once", "Trainer/test_clipping", "Trainer/test_everything_together"),
    source="folklore",
)
def every_parameter_is_clipped_by_itself(self):
    """The gradient of each parameter is clipped to max_grad_norm."""
    norm = clip_grad_norm_(self.model.parameters(), math.inf)
    for p in self.model.parameters() if self.max_grad_norm is not None else ():
        clip_grad_norm_(p, self.max_grad_norm)
    return norm


@misconception(
    "training.Trainer._clip",
    hint="Is max_grad_norm a limit for each number, or for the length of the whole gradient?",
    fails=("Accumulation/test_clipped_once", "Trainer/test_clipping", "Trainer/test_everything_together"),
    source="folklore",
)
def numbers_are_clipped(self):
    """Every number of a gradient is clipped to max_grad_norm."""
    norm = clip_grad_norm_(self.model.parameters(), math.inf)
    for p in self.model.parameters() if self.max_grad_norm is not None else ():
        if p.grad is not None:
            np.clip(p.grad, -self.max_grad_norm, self.max_grad_norm, out=p.grad)
    return norm


@misconception(
    "training.Trainer._clip",
    hint="Is a gradient that is shorter than the limit made longer?",
    fails=("Trainer/test_clipping",),
    source="CS336, assignment 1 (small gradients scaled up)",
)
def gradients_are_scaled_to_the_norm(self):
    """Every gradient is scaled to the norm max_grad_norm."""
    norm = clip_grad_norm_(self.model.parameters(), math.inf)
    for p in self.model.parameters() if self.max_grad_norm is not None else ():
        if p.grad is not None:
            p.grad *= self.max_grad_norm / (norm + 1e-6)
    return norm


@misconception(
    "training.Trainer._clip",
    hint="Which norm does the History promise: that before clipping, or after it?",
    fails=("Trainer/test_clipped_example", "Trainer/test_clipping"),
    source="folklore",
)
def norm_after_clipping(self):
    """The norm of a step is that of the gradient it used."""
    if self.max_grad_norm is not None:
        clip_grad_norm_(self.model.parameters(), self.max_grad_norm)
    return clip_grad_norm_(self.model.parameters(), math.inf)


@misconception(
    "training.Trainer._clip",
    hint="Without max_grad_norm, which limit do your gradients have?",
    fails=(
        "Accumulation/test_equal_batches",
        "Accumulation/test_worked_example",
        "Accumulation/test_remainder",
        "EarlyStopping/test_worked_example",
        "EarlyStopping/test_arrays_stay",
        "EarlyStopping/test_equal_is_not_better",
        "Trainer/test_nine_steps",
    ),
    source="folklore",
)
def gradients_are_always_clipped_to_one(self):
    """Without max_grad_norm the limit is 1."""
    limit = 1.0 if self.max_grad_norm is None else self.max_grad_norm
    return clip_grad_norm_(self.model.parameters(), limit)


@misconception(
    "training.Trainer._clip",
    hint="Is there a norm to note if nothing is clipped?",
    fails=(
        "Accumulation/test_equal_batches",
        "Accumulation/test_worked_example",
        "Trainer/test_gradient_norms",
    ),
    source="folklore",
)
def no_norm_without_a_limit(self):
    """Without max_grad_norm the norm is 0."""
    return 0.0 if self.max_grad_norm is None else clip_grad_norm_(self.model.parameters(), self.max_grad_norm)
