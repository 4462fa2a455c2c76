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


def _spread(weight, x):
    """The weight in x's dtype and shape, ones if there is none."""
    if weight is None:
        return np.ones(x.shape, dtype=x.dtype)
    return np.broadcast_to(np.asarray(weight).astype(x.dtype), x.shape)


class Loss(Module):
    """What all losses share: checking the arguments, and the reduction in both directions.

    ``forward`` calls ``prepare``, ``evaluate`` and, for a mean, ``count``: there losses differ.

    Args:
        reduction: one of ``reductions``; what becomes of the values.
    """

    reductions: tuple[str, ...] = ("none", "mean", "sum")

    def __init__(self, *, reduction: str = "mean") -> None:
        if reduction not in self.reductions:
            raise ValueError(f"unknown reduction {reduction!r}, use one of {self.reductions}")
        self.reduction = reduction

    def forward(self, input: Array, target: Array) -> float | Array:
        """Return the loss: a float or, for reduction="none", an array in the dtype of input."""
        x, t = self.prepare(input, target)
        values, slopes = self.evaluate(x, t)
        return self._reduce(values, slopes, self.count(x, t), x.dtype)

    def backward(self, dy: float | Array | None = None) -> Array:
        """Return dx, of the shape and dtype of input.

        Raises:
            RuntimeError: if reduction is "none" and dy is left out.
            ValueError: naming both shapes, if dy is not shaped like what ``forward`` returned.
        """
        slopes, shape, n = self.saved_values
        if dy is None:
            if self.reduction == "none":
                raise RuntimeError("with reduction='none' backward needs a dy")
            dy = 1.0
        check_shape("dy", np.shape(dy), shape)
        if self.reduction == "none":
            factor = np.asarray(dy)
            if factor.ndim < slopes.ndim:  # class losses: one dy for all C slopes
                factor = np.expand_dims(factor, min(1, factor.ndim))
        elif self.reduction == "sum":
            factor = float(dy)
        elif n == 0:
            factor = 0.0
        else:
            factor = float(dy) / n
        return np.array(factor * slopes, dtype=slopes.dtype)

    def _reduce(self, values, slopes, n, dtype):
        values = np.array(values, dtype=dtype)
        self.save_for_backward(np.array(slopes, dtype=dtype), values.shape if self.reduction == "none" else (), n)
        if self.reduction == "none":
            return values
        total = float(values.sum())
        if self.reduction == "sum":
            return total
        return total / n if n != 0 else float("nan")

    def prepare(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return input, and target in its dtype; ValueError unless they have the same shape."""
        target = np.asarray(target)
        check_shape("target", target.shape, input.shape)
        return input, target.astype(input.dtype)

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes, as new arrays of target's and of input's shape.

        A slope is the derivative of a value with respect to an element of input it depends on.
        """
        raise NotImplementedError(f"{type(self).__name__}.evaluate")

    def count(self, input: Array, target: Array) -> float:
        """Return what a mean divides the sum of the values by: here, their number."""
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
        e = input - target
        return e**2, 2 * e


class L1Loss(Loss):
    """The absolute error. The derivative where there is no error is taken to be 0.

    Equation: value = |input - target|
    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning (2009), sec. 10.6.

    >>> L1Loss()(np.array([1.0, 5.0]), np.array([1.0, 2.0]))
    1.5
    """

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        e = input - target
        return np.abs(e), np.sign(e)


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
        if not beta >= 0:
            raise ValueError(f"beta must be >= 0, not {beta}")
        super().__init__(reduction=reduction)
        self.beta = float(beta)

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        e = input - target
        if self.beta == 0:
            return np.abs(e), np.sign(e)
        inner = np.minimum(np.abs(e), self.beta)  # the quadratic part ends at beta
        values = inner**2 / (2 * self.beta) + (np.abs(e) - inner)
        return values, np.sign(e) * inner / self.beta


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
        if not delta > 0:
            raise ValueError(f"delta must be > 0, not {delta}")
        super().__init__(reduction=reduction)
        self.delta = float(delta)

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        e = input - target
        d = self.delta
        values = np.where(np.abs(e) <= d, e**2 / 2, d * (np.abs(e) - d / 2))
        return values, np.clip(e, -d, d)


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
        for name, a in (("input", input), ("target", target)):
            if np.any(a < 0) or np.any(a > 1):
                raise ValueError(f"BCELoss: {name} has values outside [0, 1]")
        with np.errstate(divide="ignore"):
            log_yes = np.maximum(np.log(input), -100)
            log_no = np.maximum(np.log1p(-input), -100)
        w = _spread(self.weight, input)
        values = -w * (target * log_yes + (1 - target) * log_no)
        slopes = w * (input - target) / np.maximum(input * (1 - input), 1e-12)
        return values, slopes


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
        w = _spread(self.weight, input)
        a = _spread(self.pos_weight, input)
        yes, no = a * target, 1 - target
        e = np.exp(-np.abs(input))
        rest = np.log1p(e)
        values = yes * (np.maximum(-input, 0) + rest) + no * (np.maximum(input, 0) + rest)
        big, small = 1 / (1 + e), e / (1 + e)  # sigmoid(|z|) and sigmoid(-|z|)
        p = np.where(input >= 0, big, small)
        not_p = np.where(input >= 0, small, big)
        return w * values, w * (no * p - yes * not_p)


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
        if self.reduction == "batchmean" and input.ndim == 0:
            raise ValueError("batchmean needs an input of shape (N, ...), not ()")
        if self.log_target:
            q = np.exp(target)
            log_q = np.where(q > 0, target, 0)
        else:
            q = target
            log_q = np.log(np.where(q > 0, q, 1))
        values = q * (log_q - input)
        return values, -q

    def count(self, input: Array, target: Array) -> float:
        """Return N for "batchmean", else the number of values."""
        if self.reduction == "batchmean":
            return len(input)
        return input.size


class ClassLoss(Loss):
    """What the losses share whose target is a class, an integer from 0 to C - 1.

    Input is (N, C), (N, C, d1, ...) or (C,); target has the same shape without the C. ``prepare``
    makes one row of every position, so ``evaluate`` only sees (rows, C) and (rows,).

    Args:
        weight: (C,) float; what an example of each class counts, or None for 1.
        ignore_index: int; a target that does not count at all; None for no such target.
    """

    def __init__(self, weight: Weight = None, ignore_index: int | None = -100, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.ignore_index = ignore_index
        self.register_buffer("weight", weight)

    def forward(self, input: Array, target: Array) -> float | Array:
        rows, t = self.prepare(input, target)
        values, slopes = self.evaluate(rows, t)
        n = self.count(rows, t)
        # back from (positions, C) to the shape of input
        axis = min(1, input.ndim - 1)
        others = input.shape[:axis] + input.shape[axis + 1 :]
        slopes = np.moveaxis(slopes.reshape(others + (input.shape[axis],)), -1, axis)
        return self._reduce(values.reshape(others), slopes, n, input.dtype)

    def prepare(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return input as (positions, C), and target as (positions,).

        Raises:
            ValueError: if the shapes do not fit, or target does not hold integers.
            IndexError: if a target is neither a class nor to be ignored.
        """
        target = np.asarray(target)
        if input.ndim == 0:
            raise ValueError(f"input has shape {input.shape}, but should have a dimension of classes")
        axis = min(1, input.ndim - 1)
        C = input.shape[axis]
        check_shape("target", target.shape, input.shape[:axis] + input.shape[axis + 1 :])
        if not np.issubdtype(target.dtype, np.integer):
            raise ValueError(f"target should hold integers, not {target.dtype}")
        if self.weight is not None:
            check_shape("weight", np.shape(self.weight), (C,))
        target = target.reshape(-1).astype(np.int64)
        for t in target:
            if t != self.ignore_index and not 0 <= t < C:
                raise IndexError(f"target {t} is not one of {C} classes")
        rows = np.moveaxis(input, axis, -1).reshape(len(target), C)
        return rows, target

    def class_weights(self, rows):
        if self.weight is None:
            return np.ones(rows.shape[1], dtype=rows.dtype)
        return np.asarray(self.weight).astype(rows.dtype)


class NLLLoss(ClassLoss):
    """The negative log-likelihood of the target, given the log-probability of each class.

    Equation: value = -weight[target] * input[target]
    A mean divides by the sum of weight[target]. The arguments are those of ClassLoss.
    Source: Goodfellow, Bengio and Courville, Deep Learning (2016), sec. 5.5.

    >>> NLLLoss()(np.log(np.array([[0.5, 0.5], [0.25, 0.75]])), np.array([0, -100]))
    0.6931471805599453
    """

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        values = np.zeros(len(target), dtype=input.dtype)
        slopes = np.zeros(input.shape, dtype=input.dtype)
        w = self.class_weights(input)
        for i, t in enumerate(target):
            if t != self.ignore_index:
                values[i] = -w[t] * input[i, t]
                slopes[i, t] = -w[t]
        return values, slopes

    def count(self, input: Array, target: Array) -> float:
        """Return the total weight of the targets."""
        w = self.class_weights(input)
        return float(sum(w[t] for t in target if t != self.ignore_index))


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
        if not 0 <= label_smoothing <= 1:
            raise ValueError(f"label_smoothing must be in [0, 1], not {label_smoothing}")
        super().__init__(weight, ignore_index, reduction=reduction)
        self.label_smoothing = float(label_smoothing)

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        C = input.shape[1]
        eps = self.label_smoothing
        q = np.full(input.shape, eps / C, dtype=input.dtype)
        for i, t in enumerate(target):
            if t == self.ignore_index:
                q[i] = 0
            else:
                q[i, t] += 1 - eps
        a = q * self.class_weights(input)
        z = input - input.max(axis=1, keepdims=True)
        log_p = z - logsumexp(z, dim=1, keepdim=True)
        values = -(a * log_p).sum(axis=1)
        slopes = np.exp(log_p) * a.sum(axis=1, keepdims=True) - a
        return values, slopes


class MultiMarginLoss(ClassLoss):
    """The hinge loss of many classes: all others should score less than the target, by a margin.

    Equation: value = weight[t] / C * sum_{c != t} max(0, margin - input[t] + input[c])^p,
    t = target. The derivative of max(0, .) at 0 is taken to be 0.
    Source: Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition (1999).

    Args:
        p: 1 or 2; the power.
        margin: float; by how much the target should win.
        weight: (C,) float; scales the values of the examples of each class; None for 1.

    >>> MultiMarginLoss()(np.array([[0.0, 0.5, 2.0]]), np.array([1]))
    1.0
    """

    def __init__(self, p: int = 1, margin: float = 1.0, weight: Weight = None, *, reduction: str = "mean") -> None:
        raise NotImplementedError("nn.MultiMarginLoss.__init__")

    def evaluate(self, input: Array, target: Array) -> tuple[Array, Array]:
        """Return the values and their slopes."""
        raise NotImplementedError("nn.MultiMarginLoss.evaluate")
