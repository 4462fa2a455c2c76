"""What people believe about the learning rate of a step."""

import math

from grader.assignment import misconception


@misconception(
    "text.warmup_cosine",
    hint="What does a step with rate 0 change?",
    fails=(
        "WarmupCosine/test_worked_example",
        "WarmupCosine/test_values",
        "WarmupCosine/test_without_a_part",
        "WarmupCosine/test_refuses",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_decay",
    ),
    source="folklore",
    convention="This is the form in which many libraries have it; the contract's first step has maximum / warmup.",
)
def first_rate_is_zero(step, *, warmup, total, maximum, minimum=0.0):
    """The rate rises from 0, so the first step has 0."""
    if not 0 <= warmup <= total or not 0 <= minimum <= maximum:
        given = f"warmup={warmup}, total={total}, minimum={minimum}, maximum={maximum}"
        raise ValueError(f"warmup_cosine needs 0 <= warmup <= total and 0 <= minimum <= maximum, got {given}")
    if step < warmup:
        return maximum * step / warmup
    if step >= total:
        return minimum
    progress = (step - warmup) / (total - warmup)
    return minimum + (maximum - minimum) * (1 + math.cos(math.pi * progress)) / 2


@misconception(
    "text.warmup_cosine",
    hint="How large is the rate at the end of the warm-up?",
    fails=(
        "Learning/test_melodies",
        "WarmupCosine/test_worked_example",
        "WarmupCosine/test_values",
        "WarmupCosine/test_without_a_part",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_decay",
    ),
    source="folklore",
)
def warmup_is_not_scaled(step, *, warmup, total, maximum, minimum=0.0):
    """During the warm-up the rate is the share of steps that are done."""
    if not 0 <= warmup <= total or not 0 <= minimum <= maximum:
        given = f"warmup={warmup}, total={total}, minimum={minimum}, maximum={maximum}"
        raise ValueError(f"warmup_cosine needs 0 <= warmup <= total and 0 <= minimum <= maximum, got {given}")
    if step < warmup:
        return (step + 1) / warmup
    if step >= total:
        return minimum
    progress = (step - warmup) / (total - warmup)
    return minimum + (maximum - minimum) * (1 + math.cos(math.pi * progress)) / 2


@misconception(
    "text.warmup_cosine",
    hint="What does the equation say for the first step?",
    fails=(
        "WarmupCosine/test_worked_example",
        "WarmupCosine/test_values",
        "WarmupCosine/test_without_a_part",
        "WarmupCosine/test_refuses",
        "Pretrain/test_schedule",
    ),
    source="folklore",
)
def warmup_from_minimum(step, *, warmup, total, maximum, minimum=0.0):
    """The warm-up rises from the minimum to the maximum."""
    if not 0 <= warmup <= total or not 0 <= minimum <= maximum:
        given = f"warmup={warmup}, total={total}, minimum={minimum}, maximum={maximum}"
        raise ValueError(f"warmup_cosine needs 0 <= warmup <= total and 0 <= minimum <= maximum, got {given}")
    if step < warmup:
        return minimum + (maximum - minimum) * (step + 1) / warmup
    if step >= total:
        return minimum
    progress = (step - warmup) / (total - warmup)
    return minimum + (maximum - minimum) * (1 + math.cos(math.pi * progress)) / 2


@misconception(
    "text.warmup_cosine",
    hint="Where is `maximum` in the equation?",
    fails=(
        "Learning/test_melodies",
        "WarmupCosine/test_worked_example",
        "WarmupCosine/test_values",
        "WarmupCosine/test_minimum",
        "WarmupCosine/test_without_a_part",
        "Pretrain/test_steps",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_clipping",
        "Pretrain/test_decay",
        "Pretrain/test_begins_anew",
    ),
    source="folklore",
)
def maximum_hard_coded(step, *, warmup, total, maximum, minimum=0.0):
    """The maximum is 1, and the optimizer multiplies it."""
    if not 0 <= warmup <= total or not 0 <= minimum <= maximum:
        given = f"warmup={warmup}, total={total}, minimum={minimum}, maximum={maximum}"
        raise ValueError(f"warmup_cosine needs 0 <= warmup <= total and 0 <= minimum <= maximum, got {given}")
    if step < warmup:
        return maximum * (step + 1) / warmup
    if step >= total:
        return minimum
    progress = (step - warmup) / (total - warmup)
    return minimum + (1 - minimum) * (1 + math.cos(math.pi * progress)) / 2


@misconception(
    "text.warmup_cosine",
    hint="Where is `minimum` in the equation?",
    fails=(
        "WarmupCosine/test_worked_example",
        "WarmupCosine/test_values",
        "WarmupCosine/test_minimum",
        "WarmupCosine/test_without_a_part",
        "Pretrain/test_schedule",
    ),
    source="folklore",
)
def minimum_ignored(step, *, warmup, total, maximum, minimum=0.0):
    """The cosine falls to 0."""
    if not 0 <= warmup <= total or not 0 <= minimum <= maximum:
        given = f"warmup={warmup}, total={total}, minimum={minimum}, maximum={maximum}"
        raise ValueError(f"warmup_cosine needs 0 <= warmup <= total and 0 <= minimum <= maximum, got {given}")
    if step < warmup:
        return maximum * (step + 1) / warmup
    if step >= total:
        return minimum
    progress = (step - warmup) / (total - warmup)
    return maximum * (1 + math.cos(math.pi * progress)) / 2


@misconception(
    "text.warmup_cosine",
    hint="Which rate does the middle of the wave have?",
    fails=(
        "WarmupCosine/test_worked_example",
        "WarmupCosine/test_values",
        "WarmupCosine/test_minimum",
        "WarmupCosine/test_without_a_part",
        "Pretrain/test_schedule",
    ),
    source="folklore",
)
def minimum_is_a_floor(step, *, warmup, total, maximum, minimum=0.0):
    """The cosine falls to 0, and is cut off at the minimum."""
    if not 0 <= warmup <= total or not 0 <= minimum <= maximum:
        given = f"warmup={warmup}, total={total}, minimum={minimum}, maximum={maximum}"
        raise ValueError(f"warmup_cosine needs 0 <= warmup <= total and 0 <= minimum <= maximum, got {given}")
    if step < warmup:
        return maximum * (step + 1) / warmup
    if step >= total:
        return minimum
    progress = (step - warmup) / (total - warmup)
    return max(minimum, maximum * (1 + math.cos(math.pi * progress)) / 2)


@misconception(
    "text.warmup_cosine",
    hint="Half a wave, or a quarter?",
    fails=(
        "WarmupCosine/test_worked_example",
        "WarmupCosine/test_values",
        "WarmupCosine/test_minimum",
        "WarmupCosine/test_without_a_part",
        "Pretrain/test_steps",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_clipping",
        "Pretrain/test_decay",
        "Pretrain/test_begins_anew",
    ),
    source="folklore",
)
def quarter_of_a_wave(step, *, warmup, total, maximum, minimum=0.0):
    """The rate falls as the cosine does from 0 to a right angle."""
    if not 0 <= warmup <= total or not 0 <= minimum <= maximum:
        given = f"warmup={warmup}, total={total}, minimum={minimum}, maximum={maximum}"
        raise ValueError(f"warmup_cosine needs 0 <= warmup <= total and 0 <= minimum <= maximum, got {given}")
    if step < warmup:
        return maximum * (step + 1) / warmup
    if step >= total:
        return minimum
    progress = (step - warmup) / (total - warmup)
    return minimum + (maximum - minimum) * math.cos(math.pi * progress / 2)


@misconception(
    "text.warmup_cosine",
    hint="How many steps are there in all?",
    fails=(
        "WarmupCosine/test_worked_example",
        "WarmupCosine/test_values",
        "WarmupCosine/test_minimum",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_decay",
    ),
    source="folklore",
)
def wave_after_warmup_and_total(step, *, warmup, total, maximum, minimum=0.0):
    """total is the number of steps after the warm-up."""
    if not 0 <= warmup <= total or not 0 <= minimum <= maximum:
        given = f"warmup={warmup}, total={total}, minimum={minimum}, maximum={maximum}"
        raise ValueError(f"warmup_cosine needs 0 <= warmup <= total and 0 <= minimum <= maximum, got {given}")
    if step < warmup:
        return maximum * (step + 1) / warmup
    if step >= total:
        return minimum
    progress = (step - warmup) / total
    return minimum + (maximum - minimum) * (1 + math.cos(math.pi * progress)) / 2


@misconception(
    "text.warmup_cosine",
    hint="Which step is the first with the minimum?",
    fails=(
        "WarmupCosine/test_worked_example",
        "WarmupCosine/test_values",
        "WarmupCosine/test_minimum",
        "WarmupCosine/test_without_a_part",
        "Pretrain/test_steps",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_clipping",
        "Pretrain/test_decay",
        "Pretrain/test_begins_anew",
    ),
    source="folklore",
)
def reaches_minimum_at_the_last_step(step, *, warmup, total, maximum, minimum=0.0):
    """The last step has the minimum."""
    if not 0 <= warmup <= total or not 0 <= minimum <= maximum:
        given = f"warmup={warmup}, total={total}, minimum={minimum}, maximum={maximum}"
        raise ValueError(f"warmup_cosine needs 0 <= warmup <= total and 0 <= minimum <= maximum, got {given}")
    if step < warmup:
        return maximum * (step + 1) / warmup
    if step >= total:
        return minimum
    progress = (step - warmup) / max(total - warmup - 1, 1)
    return minimum + (maximum - minimum) * (1 + math.cos(math.pi * progress)) / 2


@misconception(
    "text.warmup_cosine",
    hint="What is the rate after the last step?",
    fails=("WarmupCosine/test_worked_example", "WarmupCosine/test_minimum"),
    source="folklore",
)
def rises_again(step, *, warmup, total, maximum, minimum=0.0):
    """After the wave comes the next one."""
    if not 0 <= warmup <= total or not 0 <= minimum <= maximum:
        given = f"warmup={warmup}, total={total}, minimum={minimum}, maximum={maximum}"
        raise ValueError(f"warmup_cosine needs 0 <= warmup <= total and 0 <= minimum <= maximum, got {given}")
    if step < warmup:
        return maximum * (step + 1) / warmup
    if step >= total and total == warmup:
        return minimum
    progress = (step - warmup) / (total - warmup)
    return minimum + (maximum - minimum) * (1 + math.cos(math.pi * progress)) / 2


@misconception(
    "text.warmup_cosine",
    hint="What does the equation say for step >= total?",
    fails=("WarmupCosine/test_without_a_part",),
    source="folklore",
)
def maximum_without_wave(step, *, warmup, total, maximum, minimum=0.0):
    """Without steps after the warm-up the rate stays at the maximum."""
    if not 0 <= warmup <= total or not 0 <= minimum <= maximum:
        given = f"warmup={warmup}, total={total}, minimum={minimum}, maximum={maximum}"
        raise ValueError(f"warmup_cosine needs 0 <= warmup <= total and 0 <= minimum <= maximum, got {given}")
    if step < warmup:
        return maximum * (step + 1) / warmup
    if warmup == total:
        return maximum
    if step >= total:
        return minimum
    progress = (step - warmup) / (total - warmup)
    return minimum + (maximum - minimum) * (1 + math.cos(math.pi * progress)) / 2


@misconception(
    "text.warmup_cosine",
    hint="Which plans are refused?",
    fails=("WarmupCosine/test_refuses", "Pretrain/test_refuses"),
    source="folklore",
)
def plans_are_not_checked(step, *, warmup, total, maximum, minimum=0.0):
    """A plan is what it is."""
    if warmup < 0:
        given = f"warmup={warmup}, total={total}, minimum={minimum}, maximum={maximum}"
        raise ValueError(f"warmup_cosine needs 0 <= warmup <= total and 0 <= minimum <= maximum, got {given}")
    if step < warmup:
        return maximum * (step + 1) / warmup
    if step >= total:
        return minimum
    progress = (step - warmup) / (total - warmup)
    return minimum + (maximum - minimum) * (1 + math.cos(math.pi * progress)) / 2


@misconception(
    "text.warmup_cosine",
    hint="Which plans are refused?",
    fails=("WarmupCosine/test_refuses", "Pretrain/test_refuses"),
    source="folklore",
)
def warmup_may_be_longer(step, *, warmup, total, maximum, minimum=0.0):
    """A warm-up that is longer than all is cut off."""
    if warmup < 0 or not 0 <= minimum <= maximum:
        given = f"warmup={warmup}, total={total}, minimum={minimum}, maximum={maximum}"
        raise ValueError(f"warmup_cosine needs 0 <= warmup <= total and 0 <= minimum <= maximum, got {given}")
    if step < warmup:
        return maximum * (step + 1) / warmup
    if step >= total:
        return minimum
    progress = (step - warmup) / (total - warmup)
    return minimum + (maximum - minimum) * (1 + math.cos(math.pi * progress)) / 2
