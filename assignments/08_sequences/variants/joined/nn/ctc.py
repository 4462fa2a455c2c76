"""CTC for the whole batch at once; the gradient goes back through the steps of alpha, as through any network."""

import numpy as np

from .module import Module


def logsumexp(parts):
    """Of a list of arrays, and the share of each; where all are -inf, the shares are 0."""
    parts = np.array(parts)
    top = parts.max(axis=0)
    top = np.where(np.isfinite(top), top, 0)
    shares = np.exp(parts - top)
    total = shares.sum(axis=0)
    with np.errstate(divide="ignore"):
        return np.log(total) + top, shares / np.where(total > 0, total, 1)


def moved(alpha, by):
    """Shifted to the right, with -inf from the left."""
    return np.concatenate([np.full((len(alpha), by), -np.inf), alpha], axis=1)[:, : alpha.shape[1]]


class CTCLoss(Module):
    """-log of the sum over all paths."""

    def __init__(self, blank=0, *, reduction="mean", zero_infinity=False):
        if reduction not in {"none", "mean", "sum"} or blank < 0:
            raise ValueError(f"{reduction}, {blank}")
        self.blank, self.reduction, self.zero_infinity = blank, reduction, zero_infinity

    def _check(self, p, targets, inputs, lengths):
        if p.ndim != 3 or targets.ndim != 2 or not len(targets) == len(inputs) == len(lengths) == p.shape[1]:
            raise ValueError(f"shapes {p.shape}, {targets.shape}, {inputs.shape}, {lengths.shape}")
        if inputs.min() < 1 or inputs.max() > len(p) or lengths.min() < 0 or lengths.max() > targets.shape[1]:
            raise ValueError(f"lengths {inputs}, {lengths}")
        for row, n in zip(targets, lengths, strict=True):
            if not set(row[:n].tolist()) | {self.blank} <= set(range(p.shape[2])):
                raise IndexError(f"{row[:n]}, {self.blank}")

    def forward(self, log_probs, targets, input_lengths, target_lengths):
        """All examples step by step; those that are over stay as they are."""
        self._check(log_probs, targets, input_lengths, target_lengths)
        steps, batch, _ = log_probs.shape
        counts = target_lengths[:, None] > np.arange(targets.shape[1])
        labels = np.full((batch, 2 * targets.shape[1] + 1), self.blank)
        labels[:, 1::2] = np.where(counts, targets, self.blank)
        jumps = np.zeros(labels.shape, bool)
        jumps[:, 2:] = (labels[:, 2:] != labels[:, :-2]) & (np.arange(2, labels.shape[1]) % 2 == 1)
        alpha = np.full(labels.shape, -np.inf)
        alpha[:, :2] = log_probs[0][np.arange(batch)[:, None], labels[:, :2]]
        alpha[:, 1:2] = np.where(target_lengths[:, None] > 0, alpha[:, 1:2], -np.inf)
        kept = []
        for t in range(1, steps):
            come = [alpha, moved(alpha, 1), np.where(jumps, moved(alpha, 2), -np.inf)]
            new, shares = logsumexp(come)
            new = new + log_probs[t][np.arange(batch)[:, None], labels]
            running = (t < input_lengths)[:, None]
            kept.append((running, shares))
            alpha = np.where(running, new, alpha)
        last, before = 2 * target_lengths, np.maximum(2 * target_lengths - 1, 0)
        rows = np.arange(batch)
        ends = [alpha[rows, last], np.where(target_lengths > 0, alpha[rows, before], -np.inf)]
        total, end_shares = logsumexp(ends)
        values = -total
        alive = np.isfinite(values)
        if self.zero_infinity:
            values = np.where(alive, values, 0)
        self.scale = 1 / (np.maximum(target_lengths, 1) * batch) if self.reduction == "mean" else np.ones(batch)
        self.save_for_backward(log_probs.shape, log_probs.dtype, labels, kept, (last, before, end_shares), alive)
        return values.astype(log_probs.dtype) if self.reduction == "none" else float((values * self.scale).sum())

    def backward(self, dy=None):
        """Through the steps, from the last to the first."""
        shape, dtype, labels, kept, (last, before, shares), alive = self.saved_values
        wanted = (shape[1],) if self.reduction == "none" else ()
        if dy is None:
            if self.reduction == "none":
                raise RuntimeError("dy is needed")
            dy = 1.0
        if np.shape(dy) != wanted:
            raise ValueError(f"dy has shape {np.shape(dy)}, expected {wanted}")
        rows = np.arange(shape[1])
        gradient = np.zeros(shape)
        d_alpha = np.zeros(labels.shape)
        outer = -np.asarray(dy) * self.scale * alive
        np.add.at(d_alpha, (rows, last), outer * shares[0])
        np.add.at(d_alpha, (rows, before), outer * shares[1])
        for t in range(shape[0] - 1, 0, -1):
            running, parts = kept[t - 1]
            mine = np.where(running, d_alpha, 0)
            np.add.at(gradient[t], (rows[:, None], labels), mine)
            back = mine * parts[0]
            back[:, :-1] += (mine * parts[1])[:, 1:]
            back[:, :-2] += (mine * parts[2])[:, 2:]
            d_alpha = np.where(running, back, d_alpha)
        np.add.at(gradient[0], (rows[:, None], labels[:, :2]), d_alpha[:, :2])
        return gradient.astype(dtype)
