"""What people believe about the loop of a training."""

import numpy as np

from grader.assignment import misconception
from reference.optim import AdamW
from reference.text.pretraining import _groups, _step, warmup_cosine
from reference.text.windows import random_windows


@misconception(
    "text.pretrain",
    hint="How many batches are drawn?",
    fails=("Pretrain/test_accumulating", "Pretrain/test_clipping", "Pretrain/test_decay", "Pretrain/test_begins_anew"),
    source="folklore",
)
def same_batch_again(
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
    """A step uses one batch, `accumulate` times."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        batches = [random_windows(tokens, batch_size, length, rng)] * accumulate
        model.train()
        losses.append(_step(model, optimizer, batches, rate, max_grad_norm))
    return losses


@misconception(
    "text.pretrain",
    hint="What is `accumulate` for?",
    fails=("Pretrain/test_accumulating", "Pretrain/test_clipping", "Pretrain/test_decay", "Pretrain/test_begins_anew"),
    source="folklore",
)
def accumulate_is_ignored(
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
    """Each step has one batch."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(1)]
        model.train()
        losses.append(_step(model, optimizer, batches, rate, max_grad_norm))
    return losses


@misconception(
    "text.pretrain",
    hint="How many windows does a training of 4 steps see?",
    fails=(
        "Learning/test_melodies",
        "Pretrain/test_steps",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_clipping",
        "Pretrain/test_decay",
        "Pretrain/test_begins_anew",
    ),
    source="folklore",
)
def batches_are_drawn_once(
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
    """The windows are drawn before the first step."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    losses = []
    batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        model.train()
        losses.append(_step(model, optimizer, batches, rate, max_grad_norm))
    return losses


@misconception(
    "text.pretrain",
    hint="In which mode does a model learn?",
    fails=("Pretrain/test_begins_anew",),
    source="folklore",
)
def mode_is_left(
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
    """Whoever trains has set the mode."""
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


@misconception(
    "text.pretrain",
    hint="Is the loss of a step that of the model before it, or after it?",
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
def losses_after_the_steps(
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
    """The loss of a step is that after it."""
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
    return losses[1:] + losses[-1:]


@misconception(
    "text.pretrain",
    hint="What type does the docstring name?",
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
def losses_are_an_array(
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
    """The losses are an array."""
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
    return np.array(losses)
