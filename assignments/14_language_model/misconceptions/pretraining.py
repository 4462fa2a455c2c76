"""What people believe about training a language model."""

import numpy as np

from grader.assignment import misconception
from reference.nn.loss import CrossEntropyLoss
from reference.nn.utils import clip_grad_norm_
from reference.optim import AdamW
from reference.text.pretraining import _add_gradients, _groups, warmup_cosine
from reference.text.windows import random_windows


@misconception(
    "text.pretrain",
    hint="What does `+=` do with last step's gradients?",
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
def gradients_are_not_discarded(
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
    """Gradients are replaced by backward."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
    return losses


@misconception(
    "text.pretraining._add_gradients",
    hint="What is accumulated?",
    fails=("Pretrain/test_accumulating", "Pretrain/test_clipping", "Pretrain/test_decay", "Pretrain/test_begins_anew"),
    source="folklore",
)
def gradients_are_discarded_for_each_batch(model, x, target, share):
    """Each batch begins without gradients."""
    model.zero_grad()
    criterion = CrossEntropyLoss()
    logits = model(x)
    loss = criterion(logits.reshape(-1, logits.shape[-1]), target.reshape(-1))
    model.backward(share * criterion.backward().reshape(logits.shape))
    return loss


@misconception(
    "text.pretrain",
    hint="Is the gradient of a mean the sum?",
    fails=("Pretrain/test_accumulating", "Pretrain/test_decay", "Pretrain/test_begins_anew"),
    source="folklore",
)
def sum_over_batches(
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
    """The gradients of the batches are added up."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1.0) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
    return losses


@misconception(
    "text.pretrain",
    hint="Is the number larger if a step has more batches?",
    fails=("Pretrain/test_accumulating", "Pretrain/test_clipping", "Pretrain/test_decay", "Pretrain/test_begins_anew"),
    source="folklore",
)
def losses_are_summed(
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
    """The loss of a step is the sum over its batches."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches))
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
    return losses


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
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng)] * accumulate
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
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
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(1)]
        losses.append(sum(_add_gradients(model, *batch, 1.0) for batch in batches))
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
    return losses


@misconception(
    "text.pretrain",
    hint="How many windows does a training of 4 steps see?",
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
    model.train()
    losses = []
    batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
    return losses


@misconception(
    "text.pretrain",
    hint="What changes the rate?",
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
def rate_is_never_set(
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
    """The optimizer has its learning rate."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["step"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
    return losses


@misconception(
    "text.pretrain",
    hint="How many groups are there?",
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
def rate_of_first_group_only(
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
    """An optimizer has one learning rate."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups[:1]:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
    return losses


@misconception(
    "text.pretrain",
    hint="Which rate has the first step?",
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
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(max(step - 1, 0), warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
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
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=0.0 * min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
    return losses


@misconception(
    "text.pretrain",
    hint="Which norm may the gradients have?",
    fails=("Pretrain/test_accumulating", "Pretrain/test_clipping"),
    source="folklore",
)
def never_clipped(
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
    """Clipping is left to the optimizer."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        optimizer.step()
    return losses


@misconception(
    "text.pretrain",
    hint="Whose norm is limited?",
    fails=("Pretrain/test_accumulating", "Pretrain/test_clipping"),
    source="folklore",
)
def clipped_each_alone(
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
    """Each parameter's gradient is clipped to the norm."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        [clip_grad_norm_([p], max_grad_norm) for p in model.parameters()]
        optimizer.step()
    return losses


@misconception(
    "text.pretraining._add_gradients",
    hint="Is the norm of a sum the sum of the norms?",
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
def clipped_for_each_batch(model, x, target, share):
    """The gradients of each batch are clipped."""
    criterion = CrossEntropyLoss()
    logits = model(x)
    loss = criterion(logits.reshape(-1, logits.shape[-1]), target.reshape(-1))
    model.backward(share * criterion.backward().reshape(logits.shape))
    clip_grad_norm_(model.parameters(), 0.01)
    return loss


@misconception(
    "text.pretrain",
    hint="What does the step use?",
    fails=("Pretrain/test_accumulating", "Pretrain/test_clipping"),
    source="folklore",
)
def clipped_after_the_step(
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
    """Gradients are clipped after the step, for the next one."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        optimizer.step()
        clip_grad_norm_(model.parameters(), max_grad_norm)
    return losses


@misconception(
    "text.pretraining._groups",
    hint="What does decay do to the weight of a normalisation?",
    fails=("Pretrain/test_decay",),
    source="folklore",
    convention="This is what AdamW does with one group; the contract leaves parameters of one dimension alone.",
)
def everything_decays(model, weight_decay):
    """All parameters decay."""
    parameters = list(model.parameters())
    decaying = [p for p in parameters if p.data.ndim >= 0]
    others = [p for p in parameters if p.data.ndim < 0]
    groups = [{"params": decaying, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]
    return [group for group in groups if group["params"]]


@misconception(
    "text.pretrain",
    hint="Which betas has pretrain?",
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
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
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
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
    return losses


@misconception(
    "text.pretraining._add_gradients",
    hint="How many questions does a window ask?",
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
def last_position_alone(model, x, target, share):
    """The loss is that of the last token of each window."""
    criterion = CrossEntropyLoss()
    logits = model(x)
    loss = criterion(logits[:, -1], target[:, -1])
    upstream = np.zeros_like(logits)
    upstream[:, -1] = share * criterion.backward()
    model.backward(upstream)
    return loss


@misconception(
    "text.pretraining._add_gradients",
    hint="What is asked at a place?",
    fails=(
        "Pretrain/test_learns_a_cycle",
        "Pretrain/test_steps",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_clipping",
        "Pretrain/test_decay",
    ),
    source="folklore",
)
def targets_are_the_inputs(model, x, target, share):
    """The model has to say which token it sees."""
    criterion = CrossEntropyLoss()
    logits = model(x)
    loss = criterion(logits.reshape(-1, logits.shape[-1]), x.reshape(-1))
    model.backward(share * criterion.backward().reshape(logits.shape))
    return loss


@misconception(
    "text.pretrain",
    hint="Before or after the step?",
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
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
    return losses[1:] + losses[-1:]


@misconception(
    "text.pretrain",
    hint="What type has the docstring?",
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
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
    return np.array(losses)


@misconception(
    "text.pretrain",
    hint="What is changed before?",
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
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
    return losses


@misconception(
    "text.pretrain",
    hint="What is refused?",
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
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
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
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
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
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
    return losses


@misconception(
    "text.pretrain",
    hint="What do Adam's averages remember?",
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
def moments_start_at_each_step(
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
    """Each step has an optimizer of its own."""
    if steps < 1 or accumulate < 1 or max_grad_norm <= 0:
        given = f"steps={steps}, accumulate={accumulate}, max_grad_norm={max_grad_norm}"
        raise ValueError(f"pretrain needs steps >= 1, accumulate >= 1 and max_grad_norm above 0, got {given}")
    rng = np.random.default_rng() if rng is None else rng
    optimizer = AdamW(_groups(model, weight_decay), lr=lr, betas=betas)
    model.train()
    losses = []
    for step in range(steps):
        rate = warmup_cosine(step, warmup=warmup, total=steps, maximum=lr, minimum=min_lr)
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer = AdamW(_groups(model, weight_decay), lr=rate, betas=betas)
        model.zero_grad()
        batches = [random_windows(tokens, batch_size, length, rng) for _ in range(accumulate)]
        losses.append(sum(_add_gradients(model, *batch, 1 / accumulate) for batch in batches) / accumulate)
        clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
    return losses
