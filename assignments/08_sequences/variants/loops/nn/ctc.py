"""CTC as a walk: from each label at each time to those that may follow, and back."""

import math

import numpy as np

from .module import Module


def add(a, b):
    """The logarithm of a sum, from logarithms."""
    if a < b:
        a, b = b, a
    return a if b == -math.inf else a + math.log1p(math.exp(b - a))


def next_labels(labels, s):
    """Where a path may go on."""
    yield s
    if s + 1 < len(labels):
        yield s + 1
    if s + 2 < len(labels) and s % 2 and labels[s] != labels[s + 2]:
        yield s + 2


def walk(p, labels):
    """Value and gradient of one example."""
    steps, last = len(p), len(labels) - 1
    ahead = [[-math.inf] * len(labels) for _ in p]
    for s in range(min(2, len(labels))):
        ahead[0][s] = float(p[0, labels[s]])
    for t in range(1, steps):
        for s in range(len(labels)):
            for to in next_labels(labels, s):
                ahead[t][to] = add(ahead[t][to], ahead[t - 1][s] + float(p[t, labels[to]]))
    rest = [[-math.inf] * len(labels) for _ in p]
    for s in range(max(0, last - 1), last + 1):
        rest[-1][s] = 0.0
    for t in range(steps - 2, -1, -1):
        for s in range(len(labels)):
            for to in next_labels(labels, s):
                rest[t][s] = add(rest[t][s], rest[t + 1][to] + float(p[t + 1, labels[to]]))
    total = -math.inf
    for s in range(len(labels)):
        total = add(total, ahead[0][s] + rest[0][s])
    gradient = np.zeros(p.shape)
    if total > -math.inf:
        for t in range(steps):
            for s, label in enumerate(labels):
                gradient[t, label] -= math.exp(ahead[t][s] + rest[t][s] - total)
    return -total, gradient


class CTCLoss(Module):
    """One example after the other."""

    def __init__(self, blank=0, *, reduction="mean", zero_infinity=False):
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(reduction)
        if blank < 0:
            raise ValueError(blank)
        self.blank, self.reduction, self.zero = blank, reduction, zero_infinity

    def forward(self, log_probs, targets, input_lengths, target_lengths):
        """Values, and what becomes of them."""
        if log_probs.ndim != 3 or targets.ndim != 2 or targets.shape[0] != log_probs.shape[1]:
            raise ValueError(f"{log_probs.shape} and {targets.shape}")
        steps, batch, classes = log_probs.shape
        if input_lengths.shape != (batch,) or target_lengths.shape != (batch,):
            raise ValueError(f"{input_lengths.shape} and {target_lengths.shape}")
        if self.blank >= classes:
            raise IndexError(self.blank)
        values, gradient = [], np.zeros(log_probs.shape)
        for n in range(batch):
            length, size = int(input_lengths[n]), int(target_lengths[n])
            if not (1 <= length <= steps and 0 <= size <= targets.shape[1]):
                raise ValueError(f"{length}, {size}")
            labels = [self.blank]
            for letter in targets[n, :size].tolist():
                if letter < 0 or letter >= classes:
                    raise IndexError(letter)
                labels += [letter, self.blank]
            value, gradient[:length, n] = walk(log_probs[:length, n], labels)
            values.append(0.0 if self.zero and value == math.inf else value)
        scales = [1 / max(1, int(size)) / batch if self.reduction == "mean" else 1.0 for size in target_lengths]
        self.save_for_backward(gradient, np.array(scales), log_probs.dtype)
        if self.reduction == "none":
            return np.array(values, dtype=log_probs.dtype)
        return math.fsum(v * s for v, s in zip(values, scales, strict=True))

    def backward(self, dy=None):
        """Scaled."""
        gradient, scales, dtype = self.saved_values
        if self.reduction != "none":
            dy = 1.0 if dy is None else dy
            if np.shape(dy) != ():
                raise ValueError(f"{np.shape(dy)} should be ()")
        elif dy is None:
            raise RuntimeError("there is no dy")
        elif dy.shape != scales.shape:
            raise ValueError(f"{dy.shape} should be {scales.shape}")
        return (gradient * (scales * dy)[None, :, None]).astype(dtype)
