"""What people believe about the steps of training."""

from grader.assignment import misconception
from reference.nn.utils import clip_grad_norm_
from reference.optim import AdamW
from reference.text.pretraining import _add_gradients


@misconception(
    "text.pretraining._step",
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
def gradients_are_not_discarded(model, optimizer, batches, rate, max_grad_norm):
    """Gradients are replaced by backward."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    loss = sum(_add_gradients(model, *batch, 1 / len(batches)) for batch in batches) / len(batches)
    clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss


@misconception(
    "text.pretraining._step",
    hint="Is the gradient of a mean of losses the sum of their gradients?",
    fails=("Pretrain/test_accumulating", "Pretrain/test_decay", "Pretrain/test_begins_anew"),
    source="folklore",
)
def sum_over_batches(model, optimizer, batches, rate, max_grad_norm):
    """The gradients of the batches are added up."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    model.zero_grad()
    loss = sum(_add_gradients(model, *batch, 1.0) for batch in batches) / len(batches)
    clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss


@misconception(
    "text.pretraining._step",
    hint="Should the loss of a step grow with the number of its batches?",
    fails=("Pretrain/test_accumulating", "Pretrain/test_clipping", "Pretrain/test_decay", "Pretrain/test_begins_anew"),
    source="folklore",
)
def losses_are_summed(model, optimizer, batches, rate, max_grad_norm):
    """The loss of a step is the sum over its batches."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    model.zero_grad()
    loss = sum(_add_gradients(model, *batch, 1 / len(batches)) for batch in batches)
    clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss


@misconception(
    "text.pretraining._step",
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
def rate_is_never_set(model, optimizer, batches, rate, max_grad_norm):
    """The optimizer has its learning rate."""
    for group in optimizer.param_groups:
        group["step"] = rate
    model.zero_grad()
    loss = sum(_add_gradients(model, *batch, 1 / len(batches)) for batch in batches) / len(batches)
    clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss


@misconception(
    "text.pretraining._step",
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
def rate_of_first_group_only(model, optimizer, batches, rate, max_grad_norm):
    """An optimizer has one learning rate."""
    for group in optimizer.param_groups[:1]:
        group["lr"] = rate
    model.zero_grad()
    loss = sum(_add_gradients(model, *batch, 1 / len(batches)) for batch in batches) / len(batches)
    clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss


@misconception(
    "text.pretraining._step",
    hint="Which norm may the gradients have?",
    fails=("Pretrain/test_accumulating", "Pretrain/test_clipping"),
    source="folklore",
)
def never_clipped(model, optimizer, batches, rate, max_grad_norm):
    """Clipping is left to the optimizer."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    model.zero_grad()
    loss = sum(_add_gradients(model, *batch, 1 / len(batches)) for batch in batches) / len(batches)
    optimizer.step()
    return loss


@misconception(
    "text.pretraining._step",
    hint="Whose norm is limited?",
    fails=("Pretrain/test_accumulating", "Pretrain/test_clipping"),
    source="folklore",
)
def clipped_each_alone(model, optimizer, batches, rate, max_grad_norm):
    """Each parameter's gradient is clipped to the norm."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    model.zero_grad()
    loss = sum(_add_gradients(model, *batch, 1 / len(batches)) for batch in batches) / len(batches)
    [clip_grad_norm_([p], max_grad_norm) for p in model.parameters()]
    optimizer.step()
    return loss


@misconception(
    "text.pretraining._step",
    hint="What does the step use?",
    fails=("Pretrain/test_accumulating", "Pretrain/test_clipping"),
    source="folklore",
)
def clipped_after_the_step(model, optimizer, batches, rate, max_grad_norm):
    """Gradients are clipped after the step, for the next one."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    model.zero_grad()
    loss = sum(_add_gradients(model, *batch, 1 / len(batches)) for batch in batches) / len(batches)
    optimizer.step()
    clip_grad_norm_(model.parameters(), max_grad_norm)
    return loss


@misconception(
    "text.pretraining._step",
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
def moments_start_at_each_step(model, optimizer, batches, rate, max_grad_norm):
    """Each step has an optimizer of its own."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    groups = [{key: value for key, value in group.items() if key != "lr"} for group in optimizer.param_groups]
    optimizer = AdamW(groups, lr=rate)
    model.zero_grad()
    loss = sum(_add_gradients(model, *batch, 1 / len(batches)) for batch in batches) / len(batches)
    clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    return loss
