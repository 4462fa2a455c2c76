"""What people believe about the mode of a model whose plan is refused."""

import numpy as np

from grader.assignment import misconception
from reference.optim import AdamW
from reference.text.pretraining import _groups, _step, warmup_cosine
from reference.text.windows import random_windows


@misconception(
    "text.pretrain",
    hint="Who refuses betas, and in which mode is the model by then?",
    fails=("Pretrain/test_refuses",),
    source="a reader of the handout",
)
def training_mode_before_the_optimizer(
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
    """Once windows can be drawn, the model is set to training mode; then the optimizer is made."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    warmup_cosine(0, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
    random_windows(tokens, batch_size, length, np.random.default_rng(0))
    model.train()
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(_step(model, optimizer, batches, rate, max_grad_norm))
    return losses
