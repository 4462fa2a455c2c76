"""Losses computed in float64, whatever the input, and cast back at the very end.

What is other here: explicit dtypes and ``out=`` everywhere, logarithms as log1p and logaddexp, sigmoid as a tanh, sums
in another order; float32 is what comes in and goes out, nothing between.
"""

import math

import numpy as np

from .module import Module, check_shape

Array = np.ndarray
Weight = np.ndarray | None
WIDE = np.float64


class Loss(Module):
    """Reduction; the slopes are kept in float64 and copied before they are scaled."""

    reductions: tuple[str, ...] = ("none", "mean", "sum")

    def __init__(self, *, reduction: str = "mean") -> None:
        if reduction not in self.reductions:
            raise ValueError(f"reduction must be one of {self.reductions}, but is {reduction!r}")
        self.reduction = reduction

    def forward(self, input: Array, target: Array) -> float | Array:
        input, target = self.prepare(input, target)
        values, slopes = map(np.asarray, self.evaluate(input.astype(WIDE), target))  # of shape (), NumPy makes scalars
        count = float(self.count(input, target))
        self.save_for_backward(slopes, values.shape, input.dtype, count)
        if self.reduction == "none":
            return np.array(values, dtype=input.dtype)
        total = math.fsum(values.flat)
        if self.reduction == "sum":
            return total
        return total / count if count > 0.0 else math.nan

    def backward(self, dy: float | Array | None = None) -> Array:
        slopes, shape, dtype, count = self.saved_values
        if dy is None:
            if self.reduction == "none":
                raise RuntimeError("dy is needed where forward returned an array")
            dy = 1.0
        dy = np.array(dy, dtype=WIDE)
        check_shape("dy", dy.shape, shape if self.reduction == "none" else ())
        if self.reduction not in ("none", "sum") and count > 0.0:
            np.divide(dy, count, out=dy)
        dx = slopes.copy(order="C")
        np.multiply(dx, self.aligned(dy, dx), out=dx)
        return dx.astype(dtype)

    def aligned(self, dy: Array, dx: Array) -> Array:
        """Return dy in a shape that broadcasts to that of dx."""
        return dy

    def prepare(self, input: Array, target: Array) -> tuple[Array, Array]:
        check_shape("target", target.shape, input.shape)
        return input, target.astype(input.dtype).astype(WIDE)

    def evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        raise NotImplementedError(f"{type(self).__name__}.evaluate")

    def count(self, input: Array, target: Array) -> float:
        return float(input.size)


class MSELoss(Loss):
    def evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        e = np.subtract(x, t, dtype=WIDE)
        return np.asarray(e * e), np.asarray(e + e)


class L1Loss(Loss):
    def evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        e = np.subtract(x, t, dtype=WIDE)
        return np.asarray(np.fabs(e)), np.asarray(np.sign(e))


class SmoothL1Loss(Loss):
    def __init__(self, beta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if beta < 0.0:
            raise ValueError(f"beta must be at least 0, but is {beta}")
        self.beta = float(beta)

    def evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        if self.beta == 0.0:
            return L1Loss.evaluate(self, x, t)
        values, slopes = _huber(x - t, self.beta)
        return values / self.beta, slopes / self.beta


class HuberLoss(Loss):
    def __init__(self, delta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if not delta > 0.0:
            raise ValueError(f"delta must be above 0, but is {delta}")
        self.delta = float(delta)

    def evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        return _huber(x - t, self.delta)


class BCELoss(Loss):
    def __init__(self, weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", _own(weight))

    def evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        for name, array in (("input", x), ("target", t)):
            if not np.all((array >= 0.0) & (array <= 1.0)):
                raise ValueError(f"{name} must be in [0, 1]")
        w = _weight(self.weight, x)
        yes, no = np.full_like(x, -100.0), np.full_like(x, -100.0)
        np.log(x, out=yes, where=x > 0.0)
        np.log1p(-x, out=no, where=x < 1.0)
        np.maximum(yes, -100.0, out=yes)
        np.maximum(no, -100.0, out=no)
        product = np.asarray(x * (1.0 - x))
        np.maximum(product, 1e-12, out=product)
        return w * ((t - 1.0) * no - t * yes), w * (x - t) / product


class BCEWithLogitsLoss(Loss):
    def __init__(self, weight: Weight = None, pos_weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", _own(weight))
        self.register_buffer("pos_weight", _own(pos_weight))

    def evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        w, yes, no = _weight(self.weight, x), _weight(self.pos_weight, x) * t, 1.0 - t
        values = yes * np.logaddexp(0.0, -x) + no * np.logaddexp(0.0, x)
        half = np.tanh(0.5 * x)  # sigmoid(x) = (1 + tanh(x / 2)) / 2
        return w * values, 0.5 * w * (no * (1.0 + half) - yes * (1.0 - half))


class KLDivLoss(Loss):
    reductions = ("none", "mean", "sum", "batchmean")

    def __init__(self, log_target: bool = False, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.log_target = bool(log_target)

    def evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        if self.log_target:
            q = np.asarray(np.exp(t, dtype=WIDE))
            return np.asarray(q * (t - x)), -q
        log_q = np.zeros_like(t)
        np.log(t, out=log_q, where=t > 0.0)
        return np.asarray(t * (log_q - x)), np.negative(t, out=np.empty_like(t))

    def count(self, input: Array, target: Array) -> float:
        return float(input.shape[0] if self.reduction == "batchmean" else input.size)


class ClassLoss(Loss):
    """The classes go to the front, in float64, and the slopes come back to where the classes were."""

    def __init__(self, weight: Weight = None, ignore_index: int | None = -100, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", _own(weight))
        self.ignore_index = ignore_index

    def prepare(self, input: Array, target: Array) -> tuple[Array, Array]:
        if input.ndim == 0:
            raise ValueError("input must have a dimension of classes, but has shape ()")
        check_shape("target", target.shape, input.shape[:1] + input.shape[2:] if input.ndim > 1 else ())
        if not np.issubdtype(target.dtype, np.integer):
            raise ValueError(f"target must hold integers, but has dtype {target.dtype}")
        classes = input.shape[_axis(input)]
        counts = np.not_equal(target, -1 if self.ignore_index is None else self.ignore_index)
        counts |= self.ignore_index is None
        outside = np.less(target, 0) | np.greater_equal(target, classes)
        if bool(np.any(outside & counts)):
            raise IndexError(f"target must be in 0 ... {classes - 1}")
        check_shape("weight", self.weights(classes).shape, (classes,))
        return input, np.where(counts, target.astype(np.int64), -1)

    def count(self, input: Array, target: Array) -> float:
        return float(target.size)

    def weights(self, classes: int) -> Array:
        return np.ones(classes, dtype=WIDE) if self.weight is None else np.asarray(self.weight, dtype=WIDE)

    def aligned(self, dy: Array, dx: Array) -> Array:
        return np.expand_dims(dy, _axis(dx)) if dy.ndim else dy

    def evaluate(self, x: Array, t: Array) -> tuple[Array, Array]:
        z = np.moveaxis(x, _axis(x), 0)
        hot = np.zeros(z.shape, dtype=WIDE)
        for c in range(len(z)):
            np.copyto(hot[c, ...], 1.0, where=t == c)
        values, slopes = self.of_classes(z, hot, self.weights(len(z)).reshape(-1, *[1] * t.ndim))
        return np.asarray(values), np.moveaxis(slopes, 0, _axis(x))

    def of_classes(self, z: Array, hot: Array, w: Array) -> tuple[Array, Array]:
        raise NotImplementedError(f"{type(self).__name__}.of_classes")


class NLLLoss(ClassLoss):
    label_smoothing: float = 0.0

    def of_classes(self, z: Array, hot: Array, w: Array) -> tuple[Array, Array]:
        slopes = np.multiply(hot, -w, dtype=WIDE)
        return np.sum(slopes * z, axis=0, dtype=WIDE), slopes

    def count(self, input: Array, target: Array) -> float:
        w = self.weights(input.shape[_axis(input)])
        return math.fsum(w[t] for t in target.flat if t >= 0)


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
        if not 0.0 <= label_smoothing <= 1.0:
            raise ValueError(f"label_smoothing must be in [0, 1], but is {label_smoothing}")
        self.label_smoothing = float(label_smoothing)

    def of_classes(self, z: Array, hot: Array, w: Array) -> tuple[Array, Array]:
        total = np.logaddexp.reduce(z - z.max(axis=0), axis=0)
        log_p = np.subtract(z, z.max(axis=0), dtype=WIDE)
        log_p -= total
        a = np.full_like(hot, self.label_smoothing / len(hot))
        a *= hot.sum(axis=0)  # 0 where the target is ignored
        a += (1.0 - self.label_smoothing) * hot
        a *= w
        slopes = np.exp(log_p, dtype=WIDE)
        slopes *= a.sum(axis=0)
        slopes -= a
        return -np.sum((a * log_p)[::-1], axis=0, dtype=WIDE), slopes


class MultiMarginLoss(ClassLoss):
    def __init__(self, p: int = 1, margin: float = 1.0, weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(weight, None, reduction=reduction)
        if p not in (1, 2):
            raise ValueError(f"p must be 1 or 2, but is {p}")
        self.p = int(p)
        self.margin = float(margin)

    def of_classes(self, z: Array, hot: Array, w: Array) -> tuple[Array, Array]:
        h = z - np.sum(z * hot, axis=0, dtype=WIDE)
        h += self.margin
        np.maximum(h, 0.0, out=h)
        h *= 1.0 - hot
        k = np.sum(hot * w, axis=0, dtype=WIDE) / len(z)
        slopes = np.asarray(k * (np.sign(h) if self.p == 1 else 2.0 * h))
        slopes -= hot * np.sum(slopes, axis=0, dtype=WIDE)
        return k * np.sum(np.power(h, self.p), axis=0, dtype=WIDE), slopes


def _axis(x: Array) -> int:
    """Return where the classes are."""
    return min(1, x.ndim - 1)


def _own(weight: Weight) -> Weight:
    return None if weight is None else np.array(weight, dtype=WIDE)


def _weight(weight: Weight, x: Array) -> Array:
    return np.broadcast_to(np.asarray(1.0 if weight is None else weight, dtype=WIDE), x.shape)


def _huber(e: Array, border: float) -> tuple[Array, Array]:
    """Return Huber's loss as a whole minus a tail: e^2 / 2 - max(|e| - border, 0)^2 / 2."""
    slopes = np.clip(e, -border, border, dtype=WIDE)
    return np.asarray(slopes * (e - 0.5 * slopes)), np.asarray(slopes)
