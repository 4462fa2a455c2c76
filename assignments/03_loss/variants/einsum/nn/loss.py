"""Losses as sums of products: ``einsum`` for every reduction, one-hot matrices in place of indexing.

What is other here: a value is a product of tensors, and classes stay where they are, in the second dimension.
"""

import numpy as np

from .module import Module, check_shape

Array = np.ndarray
Weight = np.ndarray | None


class Loss(Module):
    """Reduction in both directions; ``parts`` is what losses differ in."""

    reductions: tuple[str, ...] = ("none", "mean", "sum")

    def __init__(self, *, reduction: str = "mean") -> None:
        if reduction not in self.reductions:
            raise ValueError(f"unknown reduction {reduction!r}; there are {self.reductions}")
        self.reduction = reduction

    def forward(self, input: Array, target: Array) -> float | Array:
        values, slopes, count = self.parts(input, target)
        scale = 1.0 if self.reduction in ("sum", "none") else _inverse(count)
        self.save_for_backward(slopes, scale, values.shape)
        if self.reduction == "none":
            return values
        total = float(np.einsum("i->", values.reshape(-1), dtype=np.float64))
        return total * scale

    def backward(self, dy: float | Array | None = None) -> Array:
        slopes, scale, shape = self.saved_values
        if dy is None:
            if self.reduction == "none":
                raise RuntimeError("backward() of a loss that is not reduced needs dy")
            dy = 1.0
        check_shape("dy", np.shape(dy), shape if self.reduction == "none" else ())
        scale = scale if np.isfinite(scale) else 1.0  # nothing counts: the slopes are 0 already
        dy = np.einsum("...,->...", np.asarray(dy, dtype=slopes.dtype), slopes.dtype.type(scale))
        return self.spread(np.broadcast_to(dy, shape), slopes)

    def spread(self, dy: Array, slopes: Array) -> Array:
        """Multiply the slopes of every value by what arrived at it."""
        return np.asarray(np.einsum("...,...->...", dy, slopes))

    def parts(self, input: Array, target: Array) -> tuple[Array, Array, float]:
        """Return values, slopes, and what a mean divides by."""
        check_shape("target", target.shape, input.shape)
        values, slopes = self.elements(input, target.astype(input.dtype))
        return np.asarray(values, input.dtype), np.asarray(slopes, input.dtype), float(input.size)

    def elements(self, x: Array, t: Array) -> tuple[Array, Array]:
        raise NotImplementedError(f"{type(self).__name__}.elements")


class MSELoss(Loss):
    def elements(self, x: Array, t: Array) -> tuple[Array, Array]:
        e = x - t
        return np.einsum("...,...->...", e, e), e + e


class L1Loss(Loss):
    def elements(self, x: Array, t: Array) -> tuple[Array, Array]:
        sign = np.sign(x - t)
        return np.einsum("...,...->...", sign, x - t), sign


class SmoothL1Loss(Loss):
    def __init__(self, beta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if beta < 0:
            raise ValueError(f"beta must not be negative, but is {beta}")
        self.beta = beta

    def elements(self, x: Array, t: Array) -> tuple[Array, Array]:
        if not self.beta:
            return np.abs(x - t), np.sign(x - t)
        slopes = np.clip((x - t) / self.beta, -1, 1)
        # with s the slope, e^2 / (2 beta) and |e| - beta / 2 are both s * e - s^2 * beta / 2
        return slopes * (x - t) - np.einsum("...,...->...", slopes, slopes) * (self.beta / 2), slopes


class HuberLoss(Loss):
    def __init__(self, delta: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if delta <= 0:
            raise ValueError(f"delta must be positive, but is {delta}")
        self.delta = delta

    def elements(self, x: Array, t: Array) -> tuple[Array, Array]:
        slopes = np.clip(x - t, -self.delta, self.delta)
        return np.einsum("...,...->...", slopes, (x - t) - slopes / 2), slopes


class BCELoss(Loss):
    def __init__(self, weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)

    def elements(self, x: Array, t: Array) -> tuple[Array, Array]:
        if (abs(x - 0.5) > 0.5).any() or (abs(t - 0.5) > 0.5).any():
            raise ValueError("BCELoss needs an input and a target in [0, 1]")
        both = np.stack([x, 1 - x])
        with np.errstate(divide="ignore"):
            logs = np.maximum(np.log(both), -100)
        w = _spread(self.weight, x)
        values = -np.einsum("...,s...,s...->...", w, np.stack([t, 1 - t]), logs)
        return values, w * (x - t) / np.maximum(both[0] * both[1], 1e-12)


class BCEWithLogitsLoss(Loss):
    def __init__(self, weight: Weight = None, pos_weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def elements(self, x: Array, t: Array) -> tuple[Array, Array]:
        shares = np.stack([_spread(self.pos_weight, x) * t, 1 - t])
        signed = np.stack([-x, x])  # the yeses, the noes
        softplus = np.logaddexp(0, signed).astype(x.dtype)
        sigmoid = np.exp(signed - softplus)
        w = _spread(self.weight, x)
        values = np.einsum("...,s...,s...->...", w, shares, softplus)
        return values, np.einsum("...,s...,s...,s->...", w, shares, sigmoid, np.array([-1, 1], x.dtype))


class KLDivLoss(Loss):
    reductions = ("none", "mean", "sum", "batchmean")

    def __init__(self, log_target: bool = False, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.log_target = log_target

    def parts(self, input: Array, target: Array) -> tuple[Array, Array, float]:
        values, slopes, count = super().parts(input, target)
        return values, slopes, float(len(input)) if self.reduction == "batchmean" else count

    def elements(self, x: Array, t: Array) -> tuple[Array, Array]:
        q = np.exp(t) if self.log_target else t
        log_q = t if self.log_target else np.log(t + (t == 0))  # log(1) where q is 0
        return np.einsum("...,...->...", q, log_q - x), -q


class ClassLoss(Loss):
    """Losses of classes: x is (N, C, P) and ``hot`` likewise, whatever the shapes were before."""

    def __init__(self, weight: Weight = None, ignore_index: int | None = -100, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index

    def parts(self, input: Array, target: Array) -> tuple[Array, Array, float]:
        if input.ndim == 0:
            raise ValueError("an input of shape () has no classes; a shape like (N, C) is needed")
        batch, rest = (input.shape[:1], input.shape[2:]) if input.ndim > 1 else ((), ())
        check_shape("target", target.shape, batch + rest)
        if target.dtype.kind not in "iu":
            raise ValueError(f"classes are integers, but target has dtype {target.dtype}")
        classes = input.shape[len(batch)]
        x = input.reshape(int(np.prod(batch)), classes, int(np.prod(rest)))
        hot = self.one_hot(x, target.reshape(x.shape[0], x.shape[2]))
        w = np.ones(classes, x.dtype) if self.weight is None else np.asarray(self.weight, x.dtype)
        check_shape("weight", w.shape, (classes,))
        values, slopes, count = self.of_classes(x, hot, w)
        return values.reshape(target.shape), slopes.reshape(input.shape), float(count)

    def one_hot(self, x: Array, t: Array) -> Array:
        classes = np.arange(x.shape[1])
        hot = t[:, None, :] == classes[None, :, None]
        counts = np.ones(t.shape, bool) if self.ignore_index is None else t != self.ignore_index
        if (counts & ~hot.any(axis=1)).any():
            raise IndexError(f"a target is not one of the {len(classes)} classes")
        return (hot & counts[:, None, :]).astype(x.dtype)

    def spread(self, dy: Array, slopes: Array) -> Array:
        return np.einsum("nc...,n...->nc...", slopes, dy) if slopes.ndim > 1 else slopes * dy

    def of_classes(self, x: Array, hot: Array, w: Array) -> tuple[Array, Array, float]:
        raise NotImplementedError(f"{type(self).__name__}.of_classes")


class NLLLoss(ClassLoss):
    label_smoothing: float = 0.0

    def of_classes(self, x: Array, hot: Array, w: Array) -> tuple[Array, Array, float]:
        slopes = -np.einsum("ncp,c->ncp", hot, w)
        return np.einsum("ncp,ncp->np", slopes, x), slopes, -np.einsum("ncp->", slopes)


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
        if label_smoothing < 0 or label_smoothing > 1:
            raise ValueError(f"label_smoothing is a share, from 0 to 1, not {label_smoothing}")
        self.label_smoothing = label_smoothing

    def of_classes(self, x: Array, hot: Array, w: Array) -> tuple[Array, Array, float]:
        shifted = x - x.max(axis=1, keepdims=True)
        powers = np.exp(shifted)
        total = np.einsum("ncp->np", powers)[:, None]
        even = np.einsum("ncp,d->ndp", hot, np.ones_like(w))  # 1 for every class, where the target counts
        q = (1 - self.label_smoothing) * hot + even * (self.label_smoothing / len(w))
        a = np.einsum("ncp,c->ncp", q, w)
        values = -np.einsum("ncp,ncp->np", a, shifted - np.log(total))
        slopes = np.einsum("ncp,ndp->ndp", a, powers / total) - a
        return values, slopes, np.einsum("ncp,c->", hot, w)


class MultiMarginLoss(ClassLoss):
    def __init__(self, p: int = 1, margin: float = 1.0, weight: Weight = None, *, reduction: str = "mean") -> None:
        super().__init__(weight, None, reduction=reduction)
        if p not in (1, 2):
            raise ValueError(f"p must be 1 or 2, not {p}")
        self.p = p
        self.margin = margin

    def of_classes(self, x: Array, hot: Array, w: Array) -> tuple[Array, Array, float]:
        own = np.einsum("ncp,ncp->np", hot, x)[:, None]
        h = np.maximum(self.margin - own + x, 0) * (1 - hot)
        k = np.einsum("ncp,c->np", hot, w) / len(w)
        pull = np.einsum("ncp,np->ncp", np.sign(h) if self.p == 1 else 2 * h, k)
        slopes = pull - np.einsum("ncp,ndp->ncp", hot, pull)
        return np.einsum("ncp,np->np", h**self.p, k), slopes, k.size


def _inverse(count: float) -> float:
    return 1.0 / count if count else float("nan")


def _spread(weight: Weight, x: Array) -> Array:
    """Return the weight of every number of x."""
    return np.broadcast_to(np.asarray(1 if weight is None else weight, x.dtype), x.shape)
