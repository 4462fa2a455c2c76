"""Losses in plain loops: one prediction after the other, with Python's floats and ``math``.

What is other here: a loss says only what one value is and what its slopes are; nothing is computed on arrays.
"""

import math

import numpy as np

from .module import Module, check_shape

Array = np.ndarray
Weight = np.ndarray | None


class Loss(Module):
    """Go through all predictions, keep the slopes, and reduce."""

    reductions: tuple[str, ...] = ("none", "mean", "sum")

    def __init__(self, *, reduction: str = "mean") -> None:
        if reduction not in self.reductions:
            raise ValueError(f"reduction is {reduction!r}, but should be one of {', '.join(self.reductions)}")
        self.reduction = reduction

    def forward(self, input: Array, target: Array) -> float | Array:
        values, slopes, divisor = self.go_through(input, target)
        if self.reduction == "none":
            y = np.array(values, dtype=input.dtype).reshape(target.shape)
        else:
            total = 0.0
            for value in values:
                total += value
            divisor = divisor if self.reduction != "sum" else 1.0
            y = total / divisor if divisor else math.nan
        self.save_for_backward(slopes, divisor, input, target.shape)
        return y

    def backward(self, dy: float | Array | None = None) -> Array:
        slopes, divisor, input, shape = self.saved_values
        if self.reduction == "none":
            if dy is None:
                raise RuntimeError("with reduction 'none', backward needs dy")
            check_shape("dy", np.shape(dy), shape)
            each = np.ravel(dy).tolist()
        else:
            dy = 1.0 if dy is None else dy
            check_shape("dy", np.shape(dy), ())
            each = [float(dy) / (divisor or 1.0)] * len(slopes)  # a divisor of 0: nothing counts, all slopes are 0
        return self.arranged([[d * s for s in row] for d, row in zip(each, slopes)], input)

    def arranged(self, rows: list[list[float]], like: Array) -> Array:
        """Put the derivatives of every value where the numbers of input are."""
        return np.array(rows, dtype=like.dtype).reshape(like.shape)

    def go_through(self, input: Array, target: Array) -> tuple[list[float], list[list[float]], float]:
        """Return all values, for each of them its slopes, and what a mean divides by."""
        check_shape("target", target.shape, input.shape)
        self.begin(input)
        values, slopes = [], []
        for x, t in zip(np.ravel(input).tolist(), np.ravel(target.astype(input.dtype)).tolist()):
            value, slope = self.of_one(x, t)
            values.append(value)
            slopes.append([slope])
        return values, slopes, float(self.how_many(input))

    def begin(self, input: Array) -> None:
        """What a loss has to do before the first prediction."""

    def how_many(self, input: Array) -> int:
        return input.size

    def of_one(self, x: float, t: float) -> tuple[float, float]:
        """Return the value of one prediction and its derivative."""
        raise NotImplementedError(f"{type(self).__name__}.of_one")


class MSELoss(Loss):
    def of_one(self, x: float, t: float) -> tuple[float, float]:
        return (x - t) * (x - t), 2 * (x - t)


class L1Loss(Loss):
    def of_one(self, x: float, t: float) -> tuple[float, float]:
        return abs(x - t), _sign(x - t)


class SmoothL1Loss(Loss):
    def __init__(self, beta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if beta < 0:
            raise ValueError(f"beta is {beta}, but should be at least 0")
        self.beta = beta

    def of_one(self, x: float, t: float) -> tuple[float, float]:
        e = x - t
        if abs(e) < self.beta:
            return e * e / (2 * self.beta), e / self.beta
        return abs(e) - self.beta / 2, _sign(e)


class HuberLoss(Loss):
    def __init__(self, delta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if not delta > 0:
            raise ValueError(f"delta is {delta}, but should be above 0")
        self.delta = delta

    def of_one(self, x: float, t: float) -> tuple[float, float]:
        e = x - t
        if abs(e) <= self.delta:
            return e * e / 2, e
        return self.delta * (abs(e) - self.delta / 2), self.delta * _sign(e)


class BCELoss(Loss):
    def __init__(self, weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)

    def begin(self, input: Array) -> None:
        self._weights = _one_for_each(self.weight, input)

    def of_one(self, x: float, t: float) -> tuple[float, float]:
        w = next(self._weights)
        for name, p in (("input", x), ("target", t)):
            if not 0 <= p <= 1:
                raise ValueError(f"{name} has {p}, but should be in [0, 1]")
        yes = max(math.log(x), -100.0) if x > 0 else -100.0
        no = max(math.log1p(-x), -100.0) if x < 1 else -100.0
        return -w * (t * yes + (1 - t) * no), w * (x - t) / max(x * (1 - x), 1e-12)


class BCEWithLogitsLoss(Loss):
    def __init__(self, weight: Weight = None, pos_weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def begin(self, input: Array) -> None:
        self._weights = _one_for_each(self.weight, input)
        self._pos_weights = _one_for_each(self.pos_weight, input)

    def of_one(self, x: float, t: float) -> tuple[float, float]:
        w, a = next(self._weights), next(self._pos_weights)
        yes, no = a * t, 1 - t
        return w * (yes * _softplus(-x) + no * _softplus(x)), w * (no * _sigmoid(x) - yes * _sigmoid(-x))


class KLDivLoss(Loss):
    reductions = ("none", "mean", "sum", "batchmean")

    def __init__(self, log_target: bool = False, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.log_target = log_target

    def how_many(self, input: Array) -> int:
        return input.shape[0] if self.reduction == "batchmean" else input.size

    def of_one(self, x: float, t: float) -> tuple[float, float]:
        if self.log_target:
            return math.exp(t) * (t - x), -math.exp(t)
        return (t * (math.log(t) - x), -t) if t > 0 else (0.0, 0.0)


class ClassLoss(Loss):
    """Losses that look at a row of C numbers and the index of one of them."""

    def __init__(self, weight: Weight = None, ignore_index: int | None = -100, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index

    def go_through(self, input: Array, target: Array) -> tuple[list[float], list[list[float]], float]:
        values, slopes, divisor = [], [], 0.0
        weights = self.class_weights(input, target)
        for row, t in zip(_rows(input), np.ravel(target).tolist()):
            if t == self.ignore_index:
                values.append(0.0)
                slopes.append([0.0] * len(row))
                continue
            if not 0 <= t < len(row):
                raise IndexError(f"target has the class {t}, but there are {len(row)} classes")
            value, slope = self.of_row(row, t, weights)
            values.append(value)
            slopes.append(slope)
            divisor += self.counts(t, weights)
        return values, slopes, divisor

    def class_weights(self, input: Array, target: Array) -> list[float]:
        """Check the shapes and return the weight of every class."""
        if input.ndim == 0:
            raise ValueError("input has shape (), but should have a dimension of classes")
        check_shape("target", target.shape, input.shape[:1] + input.shape[2:] if input.ndim > 1 else ())
        if not np.issubdtype(target.dtype, np.integer):
            raise ValueError(f"target has dtype {target.dtype}, but classes are integers")
        classes = input.shape[min(1, input.ndim - 1)]
        if self.weight is None:
            return [1.0] * classes
        check_shape("weight", np.shape(self.weight), (classes,))
        return np.asarray(self.weight, dtype=input.dtype).tolist()

    def arranged(self, rows: list[list[float]], like: Array) -> Array:
        shape = np.moveaxis(like, min(1, like.ndim - 1), -1).shape
        last = np.array(rows, dtype=like.dtype).reshape(shape)
        return np.ascontiguousarray(np.moveaxis(last, -1, min(1, like.ndim - 1)))

    def counts(self, t: int, weights: list[float]) -> float:
        """Return what a target adds to the divisor of a mean."""
        return weights[t]

    def of_row(self, row: list[float], t: int, weights: list[float]) -> tuple[float, list[float]]:
        """Return one value and its derivative with respect to each number of the row."""
        raise NotImplementedError(f"{type(self).__name__}.of_row")


class NLLLoss(ClassLoss):
    label_smoothing: float = 0.0

    def of_row(self, row: list[float], t: int, weights: list[float]) -> tuple[float, list[float]]:
        slopes = [0.0] * len(row)
        slopes[t] = -weights[t]
        return -weights[t] * row[t], slopes


class CrossEntropyLoss(NLLLoss):
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
            raise ValueError(f"label_smoothing is {label_smoothing}, but should be in [0, 1]")
        self.label_smoothing = label_smoothing

    def of_row(self, row: list[float], t: int, weights: list[float]) -> tuple[float, list[float]]:
        peak = max(row)
        powers = [math.exp(z - peak) for z in row]
        total = math.fsum(powers)
        value, a, everything = 0.0, [], 0.0
        for c, z in enumerate(row):
            q = self.label_smoothing / len(row) + (1 - self.label_smoothing if c == t else 0.0)
            a.append(weights[c] * q)
            everything += a[c]
            value -= a[c] * (z - peak - math.log(total))
        return value, [everything * powers[c] / total - a[c] for c in range(len(row))]


class MultiMarginLoss(ClassLoss):
    def __init__(self, p: int = 1, margin: float = 1.0, weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(weight, None, reduction=reduction)
        if p not in (1, 2):
            raise ValueError(f"p is {p}, but should be 1 or 2")
        self.p = p
        self.margin = margin

    def counts(self, t: int, weights: list[float]) -> float:
        return 1.0

    def of_row(self, row: list[float], t: int, weights: list[float]) -> tuple[float, list[float]]:
        k = weights[t] / len(row)
        value, slopes = 0.0, [0.0] * len(row)
        for c, z in enumerate(row):
            h = self.margin - row[t] + z
            if c != t and h > 0:
                value += k * h**self.p
                slopes[c] = k if self.p == 1 else 2 * k * h
                slopes[t] -= slopes[c]
        return value, slopes


def _sign(e: float) -> float:
    return float(e > 0) - float(e < 0)


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def _softplus(z: float) -> float:
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


def _one_for_each(weight: Weight, input: Array):
    """Iterate over a weight for each number of input."""
    weight = np.asarray(1 if weight is None else weight, dtype=input.dtype)
    return iter(np.broadcast_to(weight, input.shape).ravel().tolist())


def _rows(input: Array) -> list[list[float]]:
    """Return, for each position, the numbers of its C classes."""
    last = np.moveaxis(input, min(1, input.ndim - 1), -1)
    return last.reshape(-1, last.shape[-1]).tolist()
