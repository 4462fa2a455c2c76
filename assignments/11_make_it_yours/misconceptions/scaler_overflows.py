"""What people believe about the signs of an overflow."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "amp.GradScaler.unscale_",
    hint="Two numbers of 1e308 are finite. Is their sum?",
    fails=("GradScaler/test_steps",),
    source="written by readers of the handout",
)
def looks_at_the_sum(self, optimizer):
    """A gradient overflowed if its sum did."""
    if not self._enabled:
        return
    if optimizer in self._overflowed:
        raise RuntimeError("unscale_ has already been called")
    gradients = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    for gradient in gradients:
        gradient *= 1 / self._scale
    with np.errstate(over="ignore", invalid="ignore"):
        self._overflowed[optimizer] = not all(np.isfinite(gradient.sum()) for gradient in gradients)


@misconception(
    "amp.GradScaler.unscale_",
    hint="How long is a gradient of 1e200, if it is squared first?",
    fails=("GradScaler/test_steps",),
    source="written by readers of the handout",
)
def looks_at_the_norm(self, optimizer):
    """The norm of all gradients tells whether one of them overflowed."""
    if not self._enabled:
        return
    if optimizer in self._overflowed:
        raise RuntimeError("unscale_ has already been called")
    gradients = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    for gradient in gradients:
        gradient *= 1 / self._scale
    with np.errstate(over="ignore", invalid="ignore"):
        self._overflowed[optimizer] = not np.isfinite(sum(float(np.sum(g * g)) for g in gradients))
