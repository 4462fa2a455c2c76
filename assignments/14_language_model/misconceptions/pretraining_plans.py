"""What people believe about the plan of a training."""

import numpy as np

from grader.assignment import misconception
from reference.optim import AdamW
from reference.text.pretraining import _groups, _step, warmup_cosine
from reference.text.windows import random_windows


@misconception(
    "text.pretrain",
    hint="Which rate does the first step have?",
    fails=(
        "Pretrain/test_steps",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_clipping",
        "Pretrain/test_decay",
        "Pretrain/test_begins_anew",
    ),
    source="folklore",
)
def rate_one_step_late(
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
    """The schedule takes its step after the optimizer."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    losses = []
    for step in range(steps):
        rate = warmup_cosine(max(step - 1, 0), warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        model.train()
        losses.append(_step(model, optimizer, batches, rate, max_grad_norm))
    return losses


@misconception(
    "text.pretrain",
    hint="Where does min_lr go?",
    fails=("Pretrain/test_schedule",),
    source="folklore",
)
def minimum_is_not_passed(
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
    """The rate falls to 0."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=0.0 * min_lr)
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        model.train()
        losses.append(_step(model, optimizer, batches, rate, max_grad_norm))
    return losses


@misconception(
    "text.pretrain",
    hint="Which betas does pretrain have?",
    fails=(
        "Pretrain/test_steps",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_clipping",
        "Pretrain/test_decay",
        "Pretrain/test_begins_anew",
    ),
    source="folklore",
)
def betas_hard_coded(
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
    """Adam's betas are 0.9 and 0.999."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=(0.9, 0.999))
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        model.train()
        losses.append(_step(model, optimizer, batches, rate, max_grad_norm))
    return losses


@misconception(
    "text.pretrain",
    hint="What has the training changed before it notices that?",
    fails=("Pretrain/test_refuses",),
    source="folklore",
)
def plans_checked_in_training(
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
    """A plan that cannot be is noticed when it goes wrong."""
    if False:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        model.train()
        losses.append(_step(model, optimizer, batches, rate, max_grad_norm))
    return losses


@misconception(
    "text.pretrain",
    hint="Which values of max_grad_norm are refused?",
    fails=("Pretrain/test_refuses",),
    source="folklore",
)
def norm_may_be_zero(
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
    """A norm of 0 means no clipping."""
    if steps < 1 or accumulate < 1 or max_grad_norm < 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        model.train()
        losses.append(_step(model, optimizer, batches, rate, max_grad_norm))
    return losses


@misconception(
    "text.pretrain",
    hint="What is the default?",
    fails=("Pretrain/test_decay",),
    source="folklore",
)
def decay_default(
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
    weight_decay=0.0,
    betas=(0.9, 0.95),
    rng=None,
):
    """Without a weight_decay nothing decays."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        model.train()
        losses.append(_step(model, optimizer, batches, rate, max_grad_norm))
    return losses


@misconception(
    "text.pretrain",
    hint="What is the default?",
    fails=("Pretrain/test_clipping",),
    source="folklore",
)
def norm_default(
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
    max_grad_norm=1000000000.0,
    weight_decay=0.1,
    betas=(0.9, 0.95),
    rng=None,
):
    """Without a max_grad_norm gradients are as large as they are."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        model.train()
        losses.append(_step(model, optimizer, batches, rate, max_grad_norm))
    return losses


@misconception(
    "text.pretrain",
    hint="What has a model lost if its plan is refused?",
    fails=("Pretrain/test_refuses",),
    source="folklore",
)
def gradients_discarded_first(
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
    """Before anything else, old gradients are discarded."""
    model.zero_grad()
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        model.train()
        losses.append(_step(model, optimizer, batches, rate, max_grad_norm))
    return losses


@misconception(
    "text.pretrain",
    hint="In which mode is a model whose plan is refused?",
    fails=("Pretrain/test_refuses",),
    source="folklore",
)
def training_mode_first(
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
    """Before anything else, the model is set to training mode."""
    model.train()
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(_step(model, optimizer, batches, rate, max_grad_norm))
    return losses
