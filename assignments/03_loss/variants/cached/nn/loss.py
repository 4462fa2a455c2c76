"""Losses that have done the work of ``backward`` when ``forward`` returns.

What is other here: what is kept is no array but a function, a closure that turns dy into dx. A loss is a function from
input and target to an ``Answer``; reduction, shapes and dtypes are handled around it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .activation import logsumexp
from .module import Module, check_shape

Array = np.ndarray
Weight = np.ndarray | None


@dataclass(frozen=True)
class Answer:
    """What one forward pass found out."""

    values: Array
    pull: Callable[[Array], Array]  # from what arrives at each value to dx
    total_weight: float


class Loss(Module):
    """What all losses do around their ``answer``."""

    reductions: tuple[str, ...] = ("none", "mean", "sum")

    def __init__(self, *, reduction: str = "mean") -> None:
        if reduction not in self.reductions:
            raise ValueError(f"reduction should be one of {self.reductions}, not {reduction!r}")
        self.reduction = reduction

    def forward(self, input: Array, target: Array) -> float | Array:
        answer = self.answer(input, target)
        if self.reduction == "none":
            y = np.array(answer.values, dtype=input.dtype)
        elif self.reduction == "sum":
            y = float(answer.values.sum())
        elif answer.total_weight:
            y = float(answer.values.sum()) / answer.total_weight
        else:
            y = float("nan")
        share = 1.0 if self.reduction in ("none", "sum") else 1.0 / (answer.total_weight or 1.0)
        shape, dtype, reduced = answer.values.shape, input.dtype, self.reduction != "none"

        def pull(dy: float | Array | None) -> Array:
            if dy is None and not reduced:
                raise RuntimeError("without a reduction, backward has to be given dy")
            dy = np.asarray(1.0 if dy is None else dy, dtype=dtype)
            check_shape("dy", dy.shape, () if reduced else shape)
            return np.asarray(answer.pull(np.broadcast_to(dy * share, shape)), dtype=dtype)

        self.save_for_backward(pull)
        return y

    def backward(self, dy: float | Array | None = None) -> Array:
        [pull] = self.saved_values
        return pull(dy)

    def answer(self, input: Array, target: Array) -> Answer:
        """Answer for one value per number; a subclass writes ``pointwise``."""
        check_shape("target", target.shape, input.shape)
        values, slopes = self.pointwise(input, target.astype(input.dtype))
        return Answer(np.asarray(values), lambda dy: dy * slopes, self.number_of_values(input))

    def number_of_values(self, input: Array) -> float:
        return float(input.size)

    def pointwise(self, x: Array, t: Array) -> tuple[Array, Array]:
        raise NotImplementedError(f"{type(self).__name__}.pointwise")


class MSELoss(Loss):
    def pointwise(self, x: Array, t: Array) -> tuple[Array, Array]:
        return np.square(t - x), -2 * (t - x)


class L1Loss(Loss):
    def pointwise(self, x: Array, t: Array) -> tuple[Array, Array]:
        return np.where(x > t, x - t, t - x), np.where(x > t, 1, np.where(x < t, -1, 0))


class SmoothL1Loss(Loss):
    def __init__(self, beta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if beta < 0:
            raise ValueError(f"beta is negative: {beta}")
        self.beta = beta

    def pointwise(self, x: Array, t: Array) -> tuple[Array, Array]:
        inside = np.minimum(abs(x - t), self.beta)  # the part of the error that is rounded off
        outside = abs(x - t) - inside
        per_beta = inside / self.beta if self.beta else np.ones_like(inside)
        return inside * per_beta / 2 + outside, np.sign(x - t) * per_beta


class HuberLoss(Loss):
    def __init__(self, delta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if not delta > 0:
            raise ValueError(f"delta is not positive: {delta}")
        self.delta = delta

    def pointwise(self, x: Array, t: Array) -> tuple[Array, Array]:
        inside = np.minimum(abs(x - t), self.delta)
        return inside**2 / 2 + self.delta * (abs(x - t) - inside), np.sign(x - t) * inside


class BCELoss(Loss):
    def __init__(self, weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)

    def pointwise(self, x: Array, t: Array) -> tuple[Array, Array]:
        if x.size and not (0 <= x.min() <= x.max() <= 1 and 0 <= t.min() <= t.max() <= 1):
            raise ValueError("input and target should be probabilities, in [0, 1]")
        w = _fitted(self.weight, x)
        yes, no = _log(x), _log(1 - x)
        return -w * (t * yes + (1 - t) * no), w * ((x - t) / np.maximum(x * (1 - x), 1e-12))


class BCEWithLogitsLoss(Loss):
    def __init__(self, weight: Weight = None, pos_weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def pointwise(self, x: Array, t: Array) -> tuple[Array, Array]:
        w, a = _fitted(self.weight, x), _fitted(self.pos_weight, x)
        small = np.exp(-abs(x))
        p = np.where(x > 0, 1, small) / (1 + small)
        each_way = 1 - t + a * t  # v = (1 - t) x + (1 - t + a t) softplus(-x)
        softplus = np.maximum(-x, 0) + np.log1p(small)
        return w * ((1 - t) * x + each_way * softplus), w * (p * each_way - a * t)


class KLDivLoss(Loss):
    reductions = ("none", "mean", "sum", "batchmean")

    def __init__(self, log_target: bool = False, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.log_target = log_target

    def number_of_values(self, input: Array) -> float:
        return float(len(input)) if self.reduction == "batchmean" else float(input.size)

    def pointwise(self, x: Array, t: Array) -> tuple[Array, Array]:
        if self.log_target:
            return np.exp(t) * (t - x), -np.exp(t)
        log_t = np.log(t, out=np.zeros_like(t), where=t > 0)
        return t * log_t - t * x, -t


class ClassLoss(Loss):
    """Losses whose numbers are sorted as one row for each target: ``x[i]`` are the scores of target ``t[i]``."""

    def __init__(self, weight: Weight = None, ignore_index: int | None = -100, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index

    def answer(self, input: Array, target: Array) -> Answer:
        if input.ndim < 1:
            raise ValueError(f"input of shape {input.shape} has no dimension for the classes")
        axis = 1 if input.ndim > 1 else 0
        check_shape("target", target.shape, input.shape[:axis] + input.shape[axis + 1 :])
        if not np.issubdtype(target.dtype, np.integer):
            raise ValueError(f"target should hold integers, not {target.dtype}")
        rows = np.moveaxis(input, axis, -1)
        keep, t = self.valid(target.reshape(-1), rows.shape[-1])
        x, w = rows.reshape(-1, rows.shape[-1])[keep], self.class_weights(rows)
        values, slopes, total_weight = self.of_rows(x, t[keep], w)

        def filled(part: Array, shape: tuple[int, ...]) -> Array:
            whole = np.zeros((keep.size, *part.shape[1:]), dtype=input.dtype)
            whole[keep] = part
            return whole.reshape(shape)

        slopes = filled(slopes, rows.shape)
        return Answer(
            filled(values, target.shape),
            lambda dy: np.ascontiguousarray(np.moveaxis(dy[..., np.newaxis] * slopes, -1, axis)),
            float(total_weight),
        )

    def valid(self, t: Array, classes: int) -> tuple[Array, Array]:
        """Return which targets count, and all of them."""
        keep = np.ones(t.shape, dtype=bool) if self.ignore_index is None else t != self.ignore_index
        if np.any(keep & ((t < 0) | (t >= classes))):
            raise IndexError(f"a target is outside 0 ... {classes - 1}")
        return keep, t

    def class_weights(self, rows: Array) -> Array:
        w = np.ones(rows.shape[-1]) if self.weight is None else np.asarray(self.weight)
        check_shape("weight", w.shape, rows.shape[-1:])
        return w.astype(rows.dtype)

    def of_rows(self, x: Array, t: Array, w: Array) -> tuple[Array, Array, float]:
        """Return the values, the slopes of every row, and what a mean divides by."""
        raise NotImplementedError(f"{type(self).__name__}.of_rows")


class NLLLoss(ClassLoss):
    label_smoothing: float = 0.0

    def of_rows(self, x: Array, t: Array, w: Array) -> tuple[Array, Array, float]:
        slopes = np.zeros_like(x)
        np.put_along_axis(slopes, t[:, None].astype(np.intp), -w[t][:, None], axis=1)
        return -w[t] * x[np.arange(len(t)), t], slopes, w[t].sum()


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
            raise ValueError(f"label_smoothing should be in [0, 1], not {label_smoothing}")
        self.label_smoothing = label_smoothing

    def of_rows(self, x: Array, t: Array, w: Array) -> tuple[Array, Array, float]:
        x = x - x.max(axis=1, keepdims=True)
        log_p = x - logsumexp(x, dim=1, keepdim=True)
        rest = self.label_smoothing
        smooth = -(log_p @ w) * (rest / len(w))
        values, hard, total_weight = super().of_rows(log_p, t, w)
        a = rest / len(w) * w - (1 - rest) * hard
        slopes = np.exp(log_p) * a.sum(axis=1, keepdims=True) - a
        return (1 - rest) * values + smooth, slopes, total_weight


class MultiMarginLoss(ClassLoss):
    def __init__(self, p: int = 1, margin: float = 1.0, weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(weight, None, reduction=reduction)
        if p not in (1, 2):
            raise ValueError(f"p should be 1 or 2, not {p}")
        self.p = p
        self.margin = margin

    def of_rows(self, x: Array, t: Array, w: Array) -> tuple[Array, Array, float]:
        each = np.arange(len(t))
        h = (self.margin - x[each, t])[:, None] + x
        h[each, t] = 0
        h[h < 0] = 0
        k = w[t] / x.shape[1]
        slopes = k[:, None] * (h > 0 if self.p == 1 else 2 * h)
        slopes[each, t] = -slopes.sum(axis=1)
        return k * (h if self.p == 1 else h * h).sum(axis=1), slopes, len(t)


def _log(p: Array) -> Array:
    """Return log(p), but never less than -100."""
    return np.maximum(np.log(p, out=np.full_like(p, -100), where=p > 0), -100)


def _fitted(weight: Weight, x: Array) -> Array:
    """Return the weight in the dtype and shape of x."""
    if weight is None:
        return np.ones_like(x)
    return np.broadcast_to(np.asarray(weight).astype(x.dtype), x.shape)
