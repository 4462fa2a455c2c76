"""The loss of a sequence that is shorter than the one it is read from, if nobody says which part belongs to which."""

from __future__ import annotations

import numpy as np

from .module import Module, check_shape


class CTCLoss(Module):
    """Connectionist temporal classification: how unlikely it is to read the target, by whatever path.

    A path names one of C classes at each time. It reads as what is left of it if neighbours that are equal become one,
    and then blanks are dropped: with the blank "-", the paths aab, a-b and -ab read as "ab", but only a-a as "aa".

    Equation: value[n] = -log sum_paths prod_t p[t, n, path[t]], over all paths of the first input_lengths[n] times that
    read as the first target_lengths[n] numbers of targets[n]; p = exp(log_probs)

    Args:
        blank: index of the class that stands for nothing.
        reduction: "none", "sum", or "mean", which divides each value by its target's length, or by 1 if that is 0,
            and then takes the mean over the batch.
        zero_infinity: whether the value is 0 where no path reads as the target. Otherwise it is inf there.

    Raises:
        ValueError: if reduction is another text, or blank is negative.

    Source: Graves, Fernandez, Gomez and Schmidhuber, Connectionist Temporal Classification (2006), sec. 3 and 4; for
    the arguments: PyTorch, torch.nn.CTCLoss.

    >>> half = np.log(np.full((2, 1, 2), 0.5))  # two times, one example, a blank and one letter
    >>> probability = np.exp(-CTCLoss(reduction="sum")(half, np.array([[1]]), np.array([2]), np.array([1])))
    >>> round(float(probability), 9)  # of -a, a-, aa
    0.75
    """

    def __init__(self, blank: int = 0, *, reduction: str = "mean", zero_infinity: bool = False) -> None:
        if reduction not in ("none", "mean", "sum"):
            raise ValueError(f'reduction is "none", "mean" or "sum", not {reduction!r}')
        if blank < 0:
            raise ValueError(f"blank is the index of a class, not {blank}")
        self.blank = blank
        self.reduction = reduction
        self.zero_infinity = zero_infinity

    def forward(
        self, log_probs: np.ndarray, targets: np.ndarray, input_lengths: np.ndarray, target_lengths: np.ndarray
    ) -> float | np.ndarray:
        """Return the loss.

        Args:
            log_probs: (T, N, C) float, natural logarithms, usually of a ``LogSoftmax``; -inf is allowed.
            targets: (N, S) integers from 0 to C - 1 and not blank; what comes after a target's length is not read.
            input_lengths: (N,) integers from 1 to T.
            target_lengths: (N,) integers from 0 to S.

        Returns:
            The loss: a float, or for "none" the values, (N,) of the dtype of log_probs.

        Raises:
            ValueError: if a shape does not fit that of log_probs, or a length is not within its bounds.
            IndexError: if a number of a target is no class, or blank is none.
        """
        _check(self, log_probs, targets, input_lengths, target_lengths)
        values, d_log_probs = np.zeros(len(targets), log_probs.dtype), np.zeros_like(log_probs)
        for n, (length, size) in enumerate(zip(input_lengths, target_lengths, strict=True)):
            labels = np.full(2 * size + 1, self.blank)
            labels[1::2] = targets[n, :size]
            values[n], d_log_probs[:length, n] = _negative_log_likelihood(log_probs[:length, n], labels)
        if self.zero_infinity:
            values[np.isinf(values)] = 0
        counts = np.maximum(target_lengths, 1) * len(values) if self.reduction == "mean" else np.ones(len(values))
        self.save_for_backward(d_log_probs, counts)
        return values if self.reduction == "none" else float((values / counts).sum())

    def backward(self, dy: float | np.ndarray | None = None) -> np.ndarray:
        """Return the gradient of log_probs.

        It is the derivative by log_probs as they are. PyTorch adds exp(log_probs), which makes no difference to what a
        ``LogSoftmax`` before this loss gives back.

        Args:
            dy: d loss' / d loss, for a later loss'. A number, 1 if left out; for "none" an array (N,).

        Returns:
            d_log_probs, of the shape and dtype of log_probs: 0 after an input's length, and where zero_infinity makes
            the value 0. Where the value is inf, nothing is promised.

        Raises:
            RuntimeError: if ``forward`` has not been called; if reduction is "none" and dy is left out.
            ValueError: naming both shapes, if dy does not have the shape of the loss.
        """
        d_log_probs, counts = self.saved_values
        if dy is None and self.reduction == "none":
            raise RuntimeError('reduction="none" needs a dy')
        upstream = np.asarray(1.0 if dy is None else dy)
        check_shape("dy of CTCLoss", upstream.shape, counts.shape if self.reduction == "none" else ())
        return (d_log_probs * (upstream / counts)[:, None]).astype(d_log_probs.dtype)


def _check(
    loss: CTCLoss, log_probs: np.ndarray, targets: np.ndarray, input_lengths: np.ndarray, target_lengths: np.ndarray
) -> None:
    if log_probs.ndim != 3 or targets.ndim != 2:
        raise ValueError(f"shapes should be (T, N, C) and (N, S), got {log_probs.shape} and {targets.shape}")
    steps, batch, classes = log_probs.shape
    check_shape("targets", targets.shape, (batch, targets.shape[1]))
    for name, lengths, least, most in (
        ("input_lengths", input_lengths, 1, steps),
        ("target_lengths", target_lengths, 0, targets.shape[1]),
    ):
        check_shape(name, lengths.shape, (batch,))
        if ((lengths < least) | (lengths > most)).any():
            raise ValueError(f"{name} should be from {least} to {most}, got {lengths}")
    read = targets[np.arange(targets.shape[1]) < target_lengths[:, None]]
    if loss.blank >= classes or ((read < 0) | (read >= classes)).any():
        raise IndexError(f"of {classes} classes, the blank is {loss.blank} and targets hold {read}")


def _negative_log_likelihood(log_probs: np.ndarray, labels: np.ndarray) -> tuple[np.floating, np.ndarray]:
    """Of a target with blanks between its letters, at both ends, too; and the gradient of log_probs.

    Each path is split at a time into what comes before, the label there and what comes after.
    """
    at_labels = log_probs[:, labels]
    repeats = np.concatenate(([True, True], labels[2:] == labels[:-2]))[: len(labels)]
    before = _arriving(at_labels, repeats)
    after = _arriving(at_labels[::-1, ::-1], np.roll(repeats[::-1], 2))[::-1, ::-1]
    through = before + at_labels + after
    total = np.logaddexp.reduce(through[0])
    gradient = np.zeros_like(log_probs)
    if total > -np.inf:
        np.add.at(gradient, (slice(None), labels), -np.exp(through - total))
    return -total, gradient


def _arriving(at_labels: np.ndarray, repeats: np.ndarray) -> np.ndarray:
    """The logarithm of the sum of all beginnings of paths that may go on with a label at a time.

    From a label, a path goes on with itself, the next one, or the one after it, unless that is the same letter.
    """
    arriving = np.full_like(at_labels, -np.inf)
    arriving[0, :2] = 0
    for t in range(1, len(arriving)):
        there = arriving[t - 1] + at_labels[t - 1]
        arriving[t] = there
        arriving[t, 1:] = np.logaddexp(arriving[t, 1:], there[:-1])
        arriving[t, 2:] = np.logaddexp(arriving[t, 2:], np.where(repeats[2:], -np.inf, there[:-2]))
    return arriving
