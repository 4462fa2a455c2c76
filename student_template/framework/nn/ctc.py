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
        raise NotImplementedError("nn.CTCLoss.__init__")

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
        raise NotImplementedError("nn.CTCLoss.forward")

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
        raise NotImplementedError("nn.CTCLoss.backward")
