"""LambdaLR sets the rate; the loss is computed by hand."""

import math

import numpy as np

from ..optim import AdamW
from ..optim.lr_scheduler import LambdaLR
from .windows import random_windows


def warmup_cosine(step, *, warmup, total, maximum, minimum=0.0):
    """See the handout."""
    if warmup < 0 or warmup > total or minimum < 0 or minimum > maximum:
        raise ValueError("impossible")
    if step < warmup:
        return (step + 1) * (maximum / warmup)
    if total <= step:
        return float(minimum)
    middle, half = (maximum + minimum) / 2, (maximum - minimum) / 2
    return middle + half * math.cos((step - warmup) * math.pi / (total - warmup))


def pretrain(
    model,
    tokens,
    *,
    steps,
    batch_size,
    length,
    lr,
    min_lr=0.0,
    warmup=0,
    accumulate=1,
    max_grad_norm=1.0,
    weight_decay=0.1,
    betas=(0.9, 0.95),
    rng=None,
):
    """See the handout."""
    if min(steps, accumulate, batch_size) < 1 or max_grad_norm <= 0 or len(tokens) <= length:
        raise ValueError("impossible")
    warmup_cosine(0, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
    rng = np.random.default_rng() if rng is None else rng
    groups = {True: [], False: []}
    for p in model.parameters():
        groups[p.data.ndim > 1].append(p)
    parts = [{"params": ps, "weight_decay": weight_decay * decays} for decays, ps in groups.items() if ps]
    optimizer = AdamW(parts, lr=1.0, betas=betas)
    schedule = LambdaLR(
        optimizer, lambda step: warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
    )
    model.train()
    losses = []
    for _ in range(steps):
        for p in model.parameters():
            p.grad = None
        total = 0.0
        for _ in range(accumulate):
            x, target = random_windows(tokens, batch_size, length, rng)
            logits = model(x)
            top = logits.max(axis=-1, keepdims=True)
            logp = logits - top - np.log(np.exp(logits - top).sum(axis=-1, keepdims=True))
            rows, columns = np.indices(target.shape)
            total += float(-logp[rows, columns, target].mean())
            d_logits = np.exp(logp)
            d_logits[rows, columns, target] -= 1
            model.backward(d_logits / target.size)
        grads = [p.grad for p in model.parameters() if p.grad is not None]
        for g in grads:
            g /= accumulate
        norm = math.sqrt(sum(float((g.astype(float) ** 2).sum()) for g in grads))
        if norm + 1e-6 > max_grad_norm:
            for g in grads:
                g *= max_grad_norm / (norm + 1e-6)
        optimizer.step()
        schedule.step()
        losses.append(total / accumulate)
    return losses
