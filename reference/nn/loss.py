"""A loss function is a number that says how wrong a prediction is; training makes it small.

Conventions of every loss, said once:

- ``criterion(input, target)``: input is what the network predicts, target what was observed. Only
  input has a gradient. Every step is done in the dtype of input; target and weights follow it.
- A loss first has many values, one for each thing predicted. ``reduction`` makes them one:
  "sum" adds them up, "mean" also divides by their number (or by what the class says instead), and
  "none" leaves them as they are. A sum or mean is a Python float; the mean of nothing is NaN.
- ``dx = criterion.backward(dy)``, where dy is the gradient with respect to what forward returned:
  a number (1 if it is left out) or, for "none", an array, which must then be given.

Shapes: N is the batch, C the number of classes, * any dimensions. Logarithms are natural [nat].
"""

from __future__ import annotations

import math

import numpy as np

from .activation import logsumexp
from .module import Module, check_shape


class Loss(Module):
    """What all losses share: preparing the arguments, and the reduction in both directions.

    ``forward`` and ``backward`` are written for every loss at once. A subclass says how one value
    is computed (``unreduced``) and how it changes with the input (``derivative``).

    Args:
        reduction: "none", "mean" or "sum"; how the values become one.

    Attributes:
        reductions: the names that ``reduction`` may have.

    Raises:
        ValueError: if the reduction has another name.
    """

    reductions: tuple[str, ...] = ("none", "mean", "sum")

    def __init__(self, *, reduction: str = "mean") -> None:
        if reduction not in self.reductions:
            name = type(self).__name__
            raise ValueError(f"{name}: reduction must be in {self.reductions}, got {reduction!r}")
        self.reduction = reduction

    def forward(self, input: np.ndarray, target: np.ndarray) -> float | np.ndarray:
        """Return the loss: a float or, for reduction="none", an array of target's shape."""
        input, target = self.prepare(np.asarray(input), np.asarray(target))
        self.save_for_backward(input, target)
        return self.reduce(self.unreduced(input, target), input, target)

    def backward(self, dy: float | np.ndarray | None = None) -> np.ndarray:
        """Return dx, of the shape and dtype of the last input."""
        input, target = self.saved_values
        dx = self.spread(dy, input, target) * self.derivative(input, target)
        return np.asarray(dx, dtype=input.dtype)

    def prepare(self, input: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Check the arguments of ``forward``; return them in the form that the methods below get.

        Returns:
            input as it is, and target in the dtype of input.

        Raises:
            ValueError: naming both shapes, if they differ in any way (nothing is broadcast).
        """
        check_shape("target", target.shape, input.shape)
        return input, target.astype(input.dtype, copy=False)

    def unreduced(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return the values before the reduction, of target's shape."""
        raise NotImplementedError(f"{type(self).__name__}.unreduced")

    def derivative(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return d value / d input for every element of input; each belongs to one value only."""
        raise NotImplementedError(f"{type(self).__name__}.derivative")

    def count(self, input: np.ndarray, target: np.ndarray) -> float:
        """Return what a mean divides the sum by: here, the number of values."""
        return target.size

    def reduce(
        self, values: np.ndarray, input: np.ndarray, target: np.ndarray
    ) -> float | np.ndarray:
        """Turn the values into what ``forward`` returns.

        Equation: sum(values) for "sum", sum(values) / count for "mean", values for "none"

        Returns:
            A Python float (NaN where count is 0), or an array in the dtype of input.
        """
        if self.reduction == "none":
            return np.asarray(values, dtype=input.dtype)
        return float(values.sum() / self._divisor(input, target))

    def spread(
        self, dy: float | np.ndarray | None, input: np.ndarray, target: np.ndarray
    ) -> np.ndarray:
        """Turn the gradient of what ``forward`` returned into that of the values it was made of.

        Returns:
            An array that broadcasts against input.

        Raises:
            RuntimeError: if reduction is "none" and dy is None.
            ValueError: naming both shapes, if dy is not of the shape of what forward returned.
        """
        if dy is None and self.reduction == "none":
            raise RuntimeError(f'{type(self).__name__}: reduction="none" needs backward(dy)')
        dy = np.asarray(1 if dy is None else dy, dtype=input.dtype)
        check_shape("dy", dy.shape, target.shape if self.reduction == "none" else ())
        return dy / self._divisor(input, target)

    def _divisor(self, input: np.ndarray, target: np.ndarray) -> float:
        if self.reduction in ("none", "sum"):
            return 1.0
        return float(self.count(input, target)) or math.nan


class MSELoss(Loss):
    """The squared error.

    Equation: value = (input - target)^2

    Shapes: input and target (*).

    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), sec. 5.5.1.

    >>> MSELoss()(np.array([1.0, 5.0]), np.array([1.0, 2.0]))
    4.5
    """

    def unreduced(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return (input - target)^2."""
        return (input - target) ** 2

    def derivative(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return d value / d input."""
        return 2 * (input - target)


class L1Loss(Loss):
    """The absolute error. Its derivative where the error is 0 is taken to be 0.

    Equation: value = |input - target|

    Shapes: input and target (*).

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning (2009), sec. 10.6.

    >>> L1Loss()(np.array([1.0, 5.0]), np.array([1.0, 2.0]))
    1.5
    """

    def unreduced(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return |input - target|."""
        return np.abs(input - target)

    def derivative(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return d value / d input."""
        return np.sign(input - target)


class HuberLoss(Loss):
    """Squared for small errors, absolute for large ones, so that an outlier pulls no harder.

    Equation: value = e^2 / 2 if |e| <= delta, else delta * (|e| - delta / 2),  e = input - target

    Args:
        delta: float > 0; the error where the two pieces meet.

    Shapes: input and target (*).

    Raises:
        ValueError: if delta is not positive.

    Source: Huber, Robust Estimation of a Location Parameter (1964).

    >>> HuberLoss(delta=2.0, reduction="none")(np.array([1.0, 5.0]), np.zeros(2))
    array([0.5, 8. ])
    """

    def __init__(self, delta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if not delta > 0:
            raise ValueError(f"HuberLoss: delta must be positive, got {delta}")
        self.delta = float(delta)

    def unreduced(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return the value of the equation above."""
        return _huber(input - target, self.delta)

    def derivative(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return d value / d input."""
        return np.clip(input - target, -self.delta, self.delta)


class SmoothL1Loss(Loss):
    """The absolute error with its corner rounded off.

    Equation: value = e^2 / (2 * beta) if |e| < beta, else |e| - beta / 2,  e = input - target

    Args:
        beta: float >= 0; the error below which the corner is rounded; 0 makes it L1Loss.

    Shapes: input and target (*).

    Raises:
        ValueError: if beta is negative.

    Source: Girshick, Fast R-CNN (2015), sec. 2.3, eq. 3 (there beta is 1).

    >>> SmoothL1Loss(beta=2.0, reduction="none")(np.array([1.0, 5.0]), np.zeros(2))
    array([0.25, 4.  ])
    """

    def __init__(self, beta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if not beta >= 0:
            raise ValueError(f"SmoothL1Loss: beta must not be negative, got {beta}")
        self.beta = float(beta)

    def unreduced(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return the value of the equation above."""
        error = input - target
        return _huber(error, self.beta) / self.beta if self.beta else np.abs(error)

    def derivative(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return d value / d input."""
        error = input - target
        return np.clip(error / self.beta, -1, 1) if self.beta else np.sign(error)


class BCELoss(Loss):
    """The negative log-likelihood of a yes (1) or no (0), given the probability of yes.

    Equation: value = -weight * (target * log(input) + (1 - target) * log(1 - input))
    Note: as in PyTorch, a logarithm below -100 counts as -100 and the gradient stays finite, so
    that a probability of exactly 0 or 1 does no harm.

    Args:
        weight: float array that broadcasts to input's shape, or None for 1. A mean still divides
            by the number of values, not by the total weight.

    Shapes: input and target (*), probabilities in [0, 1] [1].

    Raises:
        ValueError: in forward, if input or target leaves [0, 1], or weight does not fit.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), sec. 4.3.2, eq. 4.90.

    >>> round(BCELoss()(np.array([0.8, 0.4]), np.array([1.0, 0.0])), 4)
    0.367
    """

    def __init__(self, weight: np.ndarray | None = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", _as_array(weight))

    def prepare(self, input: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Check the arguments as every loss does, and that they are probabilities."""
        for name, array in (("input", input), ("target", target)):
            if not np.all((array >= 0) & (array <= 1)):
                raise ValueError(f"BCELoss: {name} must lie between 0 and 1")
        return super().prepare(input, target)

    def unreduced(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return the value of the equation above."""
        with np.errstate(divide="ignore"):  # log(0) = -inf is about to be clamped
            log_yes = np.maximum(np.log(input), -100)
            log_no = np.maximum(np.log1p(-input), -100)
        return -_fit(self.weight, input) * (target * log_yes + (1 - target) * log_no)

    def derivative(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return d value / d input."""
        variance = np.maximum(input * (1 - input), 1e-12)
        return _fit(self.weight, input) * (input - target) / variance


class BCEWithLogitsLoss(Loss):
    """BCELoss of sigmoid(input), computed from the logit itself so that nothing is rounded away.

    Equation: value = -weight * (pos_weight * target * log(p) + (1 - target) * log(1 - p)),
    p = 1 / (1 + exp(-input))

    Args:
        weight: float array that broadcasts to input's shape, or None for 1. A mean still divides
            by the number of values, not by the total weight.
        pos_weight: the same; counts a yes for more (above 1) or less than a no.

    Shapes: input (*), logits [nat]; target (*), in [0, 1] [1].

    Raises:
        ValueError: in forward, if weight or pos_weight does not fit.

    Source: Bishop, Pattern Recognition and Machine Learning (2006), sec. 4.3.2.

    >>> BCEWithLogitsLoss(reduction="none")(np.array([0.0, -1e4]), np.array([1.0, 1.0])).round(4)
    array([6.9310e-01, 1.0000e+04])
    """

    def __init__(
        self,
        weight: np.ndarray | None = None,
        pos_weight: np.ndarray | None = None,
        *,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", _as_array(weight))
        self.register_buffer("pos_weight", _as_array(pos_weight))

    def unreduced(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return the value of the equation above."""
        yes = _fit(self.pos_weight, input) * target * np.logaddexp(0, -input)
        return _fit(self.weight, input) * (yes + (1 - target) * np.logaddexp(0, input))

    def derivative(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return d value / d input."""
        yes = _fit(self.pos_weight, input) * target * _sigmoid(-input)
        return _fit(self.weight, input) * ((1 - target) * _sigmoid(input) - yes)


class KLDivLoss(Loss):
    """How much is lost by describing the distribution target with the distribution input.

    Equation: value = target * (log(target) - input), and 0 where target is 0;
    with log_target: value = exp(target) * (target - input)
    Note: input holds logarithms of probabilities, target probabilities (unless log_target), and
    it is target under which the expectation is taken.

    Args:
        log_target: whether target holds logarithms, too.
        reduction: also "batchmean": the sum divided by N, which is the divergence per example.

    Shapes: input and target (N, *), the distributions along any of the dimensions after the first.

    Source: Kullback and Leibler, On Information and Sufficiency (1951), eq. 2.2.

    >>> criterion = KLDivLoss(reduction="sum")
    >>> round(criterion(np.log(np.array([0.5, 0.25, 0.25])), np.array([0.5, 0.5, 0.0])), 4)
    0.3466
    """

    reductions = ("none", "mean", "sum", "batchmean")

    def __init__(self, log_target: bool = False, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.log_target = log_target

    def unreduced(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return the value of the equation above."""
        if self.log_target:
            return np.exp(target) * (target - input)
        return target * (np.log(np.where(target == 0, 1, target)) - input)

    def derivative(self, input: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Return d value / d input."""
        return -np.exp(target) if self.log_target else -target

    def count(self, input: np.ndarray, target: np.ndarray) -> float:
        """Return what the sum is divided by: N for "batchmean"."""
        return len(input) if self.reduction == "batchmean" and input.ndim else input.size


class ClassLoss(Loss):
    """What the losses share whose target is a class: an integer from 0 to C - 1.

    Args:
        weight: (C,) float; what an example of each class counts, or None for 1.

    Shapes: input (N, C), (N, C, d1, ...) or (C,); target, integer, the same without the C.

    Raises:
        ValueError: if weight is not one-dimensional; in forward, naming both shapes, if the
            shapes do not fit, and if target does not hold integers.
        IndexError: in forward, if a target is not a class.
    """

    ignore_index: int | None = None

    def __init__(self, weight: np.ndarray | None = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if weight is not None and np.ndim(weight) != 1:
            raise ValueError(f"weight has shape {np.shape(weight)}, but should have shape (C,)")
        self.register_buffer("weight", _as_array(weight))

    def backward(self, dy: float | np.ndarray | None = None) -> np.ndarray:
        """Return dx, of the shape and dtype of the last input."""
        dx = super().backward(dy)
        return np.moveaxis(dx, -1, min(1, dx.ndim - 1))

    def prepare(self, input: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Check the arguments of ``forward``; return input with the classes in the last dimension.

        Raises:
            ValueError: if the shapes do not fit, or target does not hold integers.
            IndexError: if a target is neither a class nor to be ignored.
        """
        if not np.issubdtype(target.dtype, np.integer):
            raise ValueError(f"target must hold integer class indices, not {target.dtype}")
        scores = np.moveaxis(input, min(1, input.ndim - 1), -1)
        check_shape(f"target for input {input.shape}", target.shape, scores.shape[:-1])
        classes = scores.shape[-1]
        check_shape("weight", _class_weight.shape, (classes,))
        return scores, target
