"""A loss function is a number that says how wrong a prediction is; training makes it small.

Conventions of every loss, said once:

- ``criterion(input, target)``: input is predicted, target was observed, and only input has a
  gradient. Both have one shape, of any kind, unless the class says otherwise; N is the batch, C the
  number of classes. Target and weights are taken in the dtype of input. Logarithms are natural.
- One value is computed for each thing predicted. ``reduction`` says what becomes of the values:
  "sum" adds them up, "mean" also divides by their number (or by what the class says instead),
  "none" leaves them as they are. A sum or mean is a Python float; the mean of nothing is NaN.
- ``dx = criterion.backward(dy)``, where dy is the gradient with respect to what forward returned:
  a number (1 if left out) or, for "none", an array, which must then be given.
- An impossible argument raises ValueError in the constructor, an impossible array in ``forward``.
"""

import numpy as np

from .activation import logsumexp
from .module import Module, check_shape

Array = np.ndarray
Weight = np.ndarray | None


class Loss(Module):
    """What all losses share: checking the arguments, and the reduction in both directions.

    One way to divide the labour: ``forward`` calls ``prepare``, ``evaluate`` and, for a mean,
    ``count``, in which losses differ. Only ``forward`` and ``backward`` are graded.

    Args:
        reduction: one of ``reductions``; what becomes of the values.
    """

    reductions: tuple[str, ...] = ("none", "mean", "sum")

    def __init__(self, *, reduction: str = "mean") -> None:
        if reduction not in self.reductions:
            raise ValueError(f"reduction must be one of {self.reductions}, got {reduction!r}")
        self.reduction = reduction

    def forward(self, input: Array, target: Array) -> float | Array:
        """Return the loss: a float or, for reduction="none", an array in the dtype of input."""
        input, target = self.prepare(np.asarray(input), np.asarray(target))
        values, slopes = self.evaluate(input, target)
        divisor = self.count(input, target) if "mean" in self.reduction else 1
        self.save_for_backward(slopes, target.shape, divisor, input.dtype)
        if self.reduction == "none":
            return np.asarray(values, dtype=input.dtype)
        return float(values.sum() / (divisor or np.nan))  # 0 / 0, but without a warning

    def backward(self, dy: float | Array | None = None) -> Array:
        """Return dx, of the shape and dtype of input.

        Raises:
            RuntimeError: if reduction is "none" and dy is left out.
            ValueError: naming both shapes, if dy is not shaped like what ``forward`` returned.
        """
        slopes, shape, divisor, dtype = self.saved_values
        if dy is None and self.reduction == "none":
            raise RuntimeError('a loss with reduction="none" needs backward(dy)')
        dy = np.asarray(1.0 if dy is None else dy)
        check_shape("dy", dy.shape, shape if self.reduction == "none" else ())
        return np.asarray(dy / (divisor or 1) * slopes, dtype=dtype)  # nothing counts: slopes are 0

    def prepare(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return input, and target in its dtype; ValueError unless they have the same shape."""
        check_shape("target", target.shape, input.shape)
        return input, target.astype(input.dtype, copy=False)

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes, as new arrays of target's and of input's shape.

        A slope is the derivative of a value with respect to an element of input it depends on.
        """
        raise NotImplementedError(f"{type(self).__name__}.evaluate")

    def count(self, input: Array, target: Array) -> float:
        """Return what a mean divides the sum of the values by: here, the number of the values."""
        return target.size


class MSELoss(Loss):
    """The squared error.

    Equation: value = (input - target)^2
    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), sec. 5.5.1.

    >>> MSELoss()(np.array([1.0, 5.0]), np.array([1.0, 2.0]))
    4.5
    """

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        return (input - target) ** 2, 2 * (input - target)


class L1Loss(Loss):
    """The absolute error. The derivative where there is no error is taken to be 0.

    Equation: value = |input - target|
    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning (2009), sec. 10.6.

    >>> L1Loss()(np.array([1.0, 5.0]), np.array([1.0, 2.0]))
    1.5
    """

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        return np.abs(input - target), np.sign(input - target)


class SmoothL1Loss(Loss):
    """The absolute error with its corner rounded off.

    Equation: value = e^2 / (2 * beta) if |e| < beta, else |e| - beta / 2,  e = input - target
    Source: Girshick, Fast R-CNN (2015), sec. 2.3, eq. 3 (with beta = 1).

    Args:
        beta: float >= 0; the error below which the corner is rounded; 0 makes this an L1Loss.

    >>> SmoothL1Loss(beta=2.0, reduction="none")(np.array([1.0, 5.0]), np.array([0.0, 0.0]))
    array([0.25, 4.  ])
    """

    def __init__(self, beta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if not beta >= 0:
            raise ValueError(f"beta must not be negative, got {beta}")
        self.beta = beta

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        error = input - target
        slopes = np.clip(error / self.beta, -1, 1) if self.beta else np.sign(error)
        return slopes * (error - self.beta / 2 * slopes), slopes


class HuberLoss(Loss):
    """The squared error where it is small, the absolute error where it is large.

    Equation: value = e^2 / 2 if |e| <= delta, else delta * (|e| - delta / 2),  e = input - target
    Source: Huber, Robust Estimation of a Location Parameter (1964).

    Args:
        delta: float > 0; the error at which the two pieces meet.

    >>> HuberLoss(delta=2.0, reduction="none")(np.array([1.0, 5.0]), np.array([0.0, 0.0]))
    array([0.5, 8. ])
    """

    def __init__(self, delta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if not delta > 0:
            raise ValueError(f"delta must be positive, got {delta}")
        self.delta = delta

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        error = input - target
        slopes = np.clip(error, -self.delta, self.delta)
        return slopes * (error - slopes / 2), slopes


class BCELoss(Loss):
    """The negative log-likelihood of a yes (1) or no (0), given the probability of yes.

    Equation: value = -weight * (target * log(input) + (1 - target) * log(1 - input))
    Input and target must be in [0, 1]. A logarithm below -100 counts as -100, as in PyTorch.
    Source: Bishop, Pattern Recognition and Machine Learning (2006), sec. 4.3.2, eq. 4.90.

    Args:
        weight: float array that broadcasts to input's shape, or None for 1; scales the values.

    >>> round(BCELoss()(np.array([0.8, 0.4]), np.array([1.0, 0.0])), 4)
    0.367
    """

    def __init__(self, weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        if not np.all((input >= 0) & (input <= 1) & (target >= 0) & (target <= 1)):
            raise ValueError("input and target of BCELoss must lie between 0 and 1")
        with np.errstate(divide="ignore"):  # log(0) = -inf is clamped at once
            if_yes, if_no = np.minimum(-np.log(input), 100), np.minimum(-np.log1p(-input), 100)
        weight = _fit(self.weight, input)
        slopes = (input - target) / np.maximum(input * (1 - input), 1e-12)
        return weight * (target * if_yes + (1 - target) * if_no), weight * slopes


class BCEWithLogitsLoss(Loss):
    """BCELoss of p = sigmoid(input), computed so that no information about input is lost.

    Equation: value = -weight * (pos_weight * target * log(p) + (1 - target) * log(1 - p))
    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), sec. 6.2.2.2.

    Args:
        weight: float array that broadcasts to input's shape, or None for 1; scales the values.
        pos_weight: likewise; above 1 it makes a yes count for more than a no.

    >>> BCEWithLogitsLoss()(np.array([1e4, -1e4]), np.array([0.5, 1.0]))
    7500.0
    """

    def __init__(self, weight: Weight = None, pos_weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        weight = _fit(self.weight, input)
        yes, no = weight * _fit(self.pos_weight, input) * target, weight * (1 - target)
        if_yes, if_no = np.logaddexp(0, -input), np.logaddexp(0, input)  # -log(p), -log(1 - p)
        return yes * if_yes + no * if_no, no * np.exp(-if_yes) - yes * np.exp(-if_no)


class KLDivLoss(Loss):
    """How badly the distribution input describes the distribution target.

    Equation: value = q * (log(q) - input), where 0 * log(0) counts as 0,
    q = target or, with log_target, exp(target). Input always holds log-probabilities.
    Source: Bishop, Pattern Recognition and Machine Learning (2006), sec. 1.6.1, eq. 1.113.

    Args:
        log_target: whether target holds log-probabilities, too.
        reduction: also "batchmean": the sum divided by N, input and target being (N, ...).

    >>> KLDivLoss(reduction="sum")(np.log(np.array([0.5, 0.5])), np.array([1.0, 0.0]))
    0.6931471805599453
    """

    reductions = ("none", "mean", "sum", "batchmean")

    def __init__(self, log_target: bool = False, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.log_target = log_target

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        q = np.exp(target) if self.log_target else target
        log_q = target if self.log_target else np.log(np.where(q == 0, 1, q))
        return q * (log_q - input), -q

    def count(self, input: Array, target: Array) -> float:
        """Return N for "batchmean", else the number of values."""
        return np.prod(input.shape[:1] if self.reduction == "batchmean" else input.shape)


class ClassLoss(Loss):
    """What the losses share whose target is a class, an integer from 0 to C - 1.

    Input is (N, C), (N, C, d1, ...) or (C,); target has the same shape without the C. Here
    ``prepare`` moves C to the front, so that the values broadcast against it; that is a choice.

    Args:
        weight: (C,) float; what an example of each class counts, or None for 1.
        ignore_index: int; a target that does not count; None (MultiMarginLoss) for no such target.
    """

    def __init__(self, weight: Weight = None, ignore_index: int | None = -100, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index

    def backward(self, dy: float | Array | None = None) -> Array:
        """Return dx, of the shape and dtype of input."""
        dx = super().backward(dy)
        return np.moveaxis(dx, 0, min(1, dx.ndim - 1))

    def prepare(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return input with C in front, and target.

        Raises:
            ValueError: if the shapes do not fit, or target does not hold integers.
            IndexError: if a target is neither a class nor to be ignored.
        """
        scores = np.moveaxis(input, min(1, input.ndim - 1), 0)
        check_shape(f"target for input {input.shape}", target.shape, scores.shape[1:])
        if self.weight is not None:
            check_shape("weight", np.shape(self.weight), scores.shape[:1])
        if not np.issubdtype(target.dtype, np.integer):
            raise ValueError(f"target must hold integers, got {target.dtype}")
        wrong = ((target < 0) | (target >= len(scores))) & (target != self.ignore_index)
        if wrong.any():
            raise IndexError(f"target {target[wrong][0]} is not one of {len(scores)} classes")
        return scores, target

    def one_hot(self, input: Array, target: Array) -> Array:
        """Return (C, ...) numbers: 1 at the target's class, else 0; only 0 where it is ignored."""
        hot = np.equal.outer(np.arange(len(input)), target) & (target != self.ignore_index)
        return hot.astype(input.dtype)

    def weigh(self, hot: Array) -> Array:
        """Multiply every class, along the first dimension, by its weight."""
        return (hot.T * _fit(self.weight, hot.T)).T


class NLLLoss(ClassLoss):
    """The negative log-likelihood of the target, given the log-probability of each class.

    Equation: value = -weight[target] * input[target]
    A mean divides by the sum of weight[target]. The arguments are those of ClassLoss;
    ``label_smoothing`` is there for CrossEntropyLoss to replace, should the two share code.
    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), sec. 5.5.

    >>> NLLLoss()(np.log(np.array([[0.5, 0.5], [0.25, 0.75]])), np.array([0, -100]))
    0.6931471805599453
    """

    label_smoothing: float = 0.0

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        hot = self.one_hot(input, target)
        q = self.weigh(hot + self.label_smoothing * (hot.mean(axis=0) - hot))
        return (q * np.where(q == 0, 0, -input)).sum(axis=0), -q  # 0 * inf would be NaN

    def count(self, input: Array, target: Array) -> float:
        """Return the total weight of the targets."""
        return float(self.weigh(self.one_hot(input, target)).sum())


class CrossEntropyLoss(NLLLoss):
    """NLLLoss of log(p), p = softmax(input), where the target may be a little uncertain.

    Equation: value = -sum_c weight[c] * q[c] * log(p[c])
    q[c] = label_smoothing / C, plus 1 - label_smoothing if c is the target.
    Source: Szegedy et al., Rethinking the Inception Architecture (2016), sec. 7.

    Args:
        weight, ignore_index: as in NLLLoss.
        label_smoothing: float in [0, 1]; the part of q that is spread evenly.

    >>> CrossEntropyLoss(reduction="none")(np.array([[0.0, 0.0], [1e4, 0.0]]), np.array([0, 1]))
    array([6.93147181e-01, 1.00000000e+04])
    """

    def __init__(
        self,
        weight: Weight = None,
        ignore_index: int = -100,
        label_smoothing: float = 0.0,
        *,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, ignore_index, reduction=reduction)
        if not 0 <= label_smoothing <= 1:
            raise ValueError(f"label_smoothing must be between 0 and 1, got {label_smoothing}")
        self.label_smoothing = label_smoothing

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        # Shift first: the logsumexp of large scores would round away what tells them apart.
        scores = input - input.max(axis=0)
        log_p = scores - logsumexp(scores, dim=0)
        values, slopes = super().evaluate(log_p, target)
        return values, slopes - np.exp(log_p) * slopes.sum(axis=0)


class MultiMarginLoss(ClassLoss):
    """The hinge loss of many classes: all others should score less than the target, by a margin.

    Equation: value = weight[t] / C * sum_{c != t} max(0, margin - input[t] + input[c])^p,
    t = target. The derivative of max(0, .) at 0 is taken to be 0.
    Source: Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition (1999).

    Args:
        p: 1 or 2; the power.
        margin: float; by how much the target should win.
        weight: (C,) float; scales the values of the examples of each class; None for 1.

    >>> round(MultiMarginLoss()(np.array([[0.0, 0.5, 2.0]]), np.array([1])), 4)
    1.0
    """

    def __init__(self, p: int = 1, margin: float = 1.0, weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(weight, None, reduction=reduction)
        if p not in (1, 2):
            raise ValueError(f"p must be 1 or 2, got {p}")
        self.p, self.margin = p, margin

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        hot = self.one_hot(input, target)
        lead = input - (hot * input).sum(axis=0)  # first, as large scores may differ by little
        excess = (1 - hot) * np.maximum(0, self.margin + lead)
        share = self.weigh(hot).mean(axis=0)
        push = share * (excess > 0) * self.p * excess ** (self.p - 1)
        return share * (excess**self.p).sum(axis=0), push - hot * push.sum(axis=0)


def _fit(weight: Weight, like: Array) -> Array:
    """Bring a weight to the shape and dtype of another array; without a weight, return ones."""
    return np.broadcast_to(np.asarray(1 if weight is None else weight, like.dtype), like.shape)
