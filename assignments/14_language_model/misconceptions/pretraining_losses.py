"""What people believe about losses, and what decays."""

import numpy as np

from grader.assignment import misconception
from reference.nn.loss import CrossEntropyLoss
from reference.nn.utils import clip_grad_norm_


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
    "text.pretraining._add_gradients",
    hint="How many questions does a window ask?",
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
        "Learning/test_melodies",
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
    "text.pretraining._groups",
    hint="What does a name say of the number of dimensions?",
    fails=("Pretrain/test_decay",),
    source="folklore",
)
def decay_goes_by_names(model, weight_decay):
    """The parameters without decay are those that are named bias or norm."""
    named = list(model.named_parameters())
    decaying = [p for name, p in named if "bias" not in name and "norm" not in name]
    others = [p for name, p in named if "bias" in name or "norm" in name]
    groups = [{"params": decaying, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]
    return [group for group in groups if group["params"]]
