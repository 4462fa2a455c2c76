"""What people believe about windows and targets."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "text.random_windows",
    hint="What is asked at the last place of a window?",
    fails=(
        "Learning/test_melodies",
        "Windows/test_worked_example",
        "Windows/test_values",
        "Windows/test_ends",
        "Windows/test_successive",
        "Windows/test_memory",
        "Pretrain/test_learns_a_cycle",
        "Pretrain/test_steps",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_clipping",
        "Pretrain/test_decay",
    ),
    source="folklore",
)
def target_is_x(tokens, batch_size, length, rng):
    """The target of a place is the token at that place."""
    if batch_size < 1 or not 1 <= length < len(tokens):
        raise ValueError(f"{len(tokens)} tokens do not give {batch_size} windows of {length} and a target for each")
    starts = rng.integers(len(tokens) - length, size=batch_size)
    places = starts[:, None] + np.arange(length)
    return (tokens[places], tokens[places])


@misconception(
    "text.random_windows",
    hint="Which way does a text go on?",
    fails=(
        "Learning/test_melodies",
        "Windows/test_worked_example",
        "Windows/test_values",
        "Windows/test_ends",
        "Windows/test_successive",
        "Windows/test_memory",
        "Windows/test_refuses",
        "Pretrain/test_learns_a_cycle",
        "Pretrain/test_steps",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_clipping",
        "Pretrain/test_decay",
    ),
    source="folklore",
)
def target_is_before(tokens, batch_size, length, rng):
    """The target of a place is the token before it."""
    if batch_size < 1 or not 1 <= length < len(tokens):
        raise ValueError(f"{len(tokens)} tokens do not give {batch_size} windows of {length} and a target for each")
    starts = rng.integers(len(tokens) - length, size=batch_size)
    places = starts[:, None] + np.arange(length)
    return (tokens[places + 1], tokens[places])


@misconception(
    "text.random_windows",
    hint="What is asked at the last place?",
    fails=(
        "Windows/test_worked_example",
        "Windows/test_values",
        "Windows/test_ends",
        "Windows/test_successive",
        "Windows/test_memory",
        "Pretrain/test_learns_a_cycle",
        "Pretrain/test_steps",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_clipping",
        "Pretrain/test_decay",
    ),
    source="folklore",
)
def target_turns_round(tokens, batch_size, length, rng):
    """The target is the window, turned by one place."""
    if batch_size < 1 or not 1 <= length < len(tokens):
        raise ValueError(f"{len(tokens)} tokens do not give {batch_size} windows of {length} and a target for each")
    starts = rng.integers(len(tokens) - length, size=batch_size)
    places = starts[:, None] + np.arange(length)
    return (tokens[places], np.roll(tokens[places], -1, axis=1))


@misconception(
    "text.random_windows",
    hint="How many places are drawn?",
    fails=(
        "Learning/test_melodies",
        "Windows/test_worked_example",
        "Windows/test_values",
        "Windows/test_ends",
        "Windows/test_successive",
        "Windows/test_memory",
        "Pretrain/test_steps",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_clipping",
        "Pretrain/test_decay",
        "Pretrain/test_begins_anew",
    ),
    source="folklore",
)
def one_window_for_all(tokens, batch_size, length, rng):
    """A batch is one window for all its rows."""
    if batch_size < 1 or not 1 <= length < len(tokens):
        raise ValueError(f"{len(tokens)} tokens do not give {batch_size} windows of {length} and a target for each")
    starts = np.full(batch_size, rng.integers(len(tokens) - length))
    places = starts[:, None] + np.arange(length)
    return (tokens[places], tokens[places + 1])


@misconception(
    "text.random_windows",
    hint="Where does the last window begin?",
    fails=(
        "Windows/test_values",
        "Windows/test_ends",
        "Windows/test_successive",
        "Windows/test_memory",
        "Pretrain/test_steps",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_clipping",
        "Pretrain/test_decay",
        "Pretrain/test_begins_anew",
    ),
    source="folklore",
)
def last_token_is_never_a_target(tokens, batch_size, length, rng):
    """One token has to be kept at the end, so that indices do not run out."""
    if batch_size < 1 or not 1 <= length < len(tokens):
        raise ValueError(f"{len(tokens)} tokens do not give {batch_size} windows of {length} and a target for each")
    starts = rng.integers(max(len(tokens) - length - 1, 1), size=batch_size)
    places = starts[:, None] + np.arange(length)
    return (tokens[places], tokens[places + 1])


@misconception(
    "text.random_windows",
    hint="May two windows overlap?",
    fails=(
        "Windows/test_worked_example",
        "Windows/test_values",
        "Windows/test_ends",
        "Windows/test_successive",
        "Windows/test_memory",
        "Pretrain/test_steps",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_clipping",
        "Pretrain/test_decay",
        "Pretrain/test_begins_anew",
    ),
    source="folklore",
)
def windows_do_not_overlap(tokens, batch_size, length, rng):
    """The text is cut into windows, and some of them are drawn."""
    if batch_size < 1 or not 1 <= length < len(tokens):
        raise ValueError(f"{len(tokens)} tokens do not give {batch_size} windows of {length} and a target for each")
    starts = length * rng.integers((len(tokens) - 1) // length, size=batch_size)
    places = starts[:, None] + np.arange(length)
    return (tokens[places], tokens[places + 1])


@misconception(
    "text.random_windows",
    hint="What does a generator give the next time?",
    fails=(
        "Learning/test_melodies",
        "Windows/test_worked_example",
        "Windows/test_values",
        "Windows/test_successive",
        "Windows/test_memory",
        "Pretrain/test_steps",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_clipping",
        "Pretrain/test_decay",
        "Pretrain/test_begins_anew",
    ),
    source="folklore",
)
def always_the_same_windows(tokens, batch_size, length, rng):
    """The windows of a seed are the same for every batch."""
    if batch_size < 1 or not 1 <= length < len(tokens):
        raise ValueError(f"{len(tokens)} tokens do not give {batch_size} windows of {length} and a target for each")
    starts = np.random.default_rng(0).integers(len(tokens) - length, size=batch_size)
    places = starts[:, None] + np.arange(length)
    return (tokens[places], tokens[places + 1])


@misconception(
    "text.random_windows",
    hint="Which dtype do the tokens have?",
    fails=("Windows/test_memory",),
    source="folklore",
)
def windows_are_int64(tokens, batch_size, length, rng):
    """Tokens are int64."""
    if batch_size < 1 or not 1 <= length < len(tokens):
        raise ValueError(f"{len(tokens)} tokens do not give {batch_size} windows of {length} and a target for each")
    starts = rng.integers(len(tokens) - length, size=batch_size)
    places = starts[:, None] + np.arange(length)
    return (tokens[places].astype(np.int64), tokens[places + 1].astype(np.int64))


@misconception(
    "text.random_windows",
    hint="Whose array is it?",
    fails=(
        "Pretrain/test_learns_a_cycle",
        "Pretrain/test_steps",
        "Pretrain/test_schedule",
        "Pretrain/test_accumulating",
        "Pretrain/test_clipping",
        "Pretrain/test_decay",
        "Windows/test_memory",
    ),
    source="folklore",
)
def writes_into_tokens(tokens, batch_size, length, rng):
    """The tokens of the text may be reused."""
    if batch_size < 1 or not 1 <= length < len(tokens):
        raise ValueError(f"{len(tokens)} tokens do not give {batch_size} windows of {length} and a target for each")
    starts = rng.integers(len(tokens) - length, size=batch_size)
    places = starts[:, None] + np.arange(length)
    x, target = (tokens[places], tokens[places + 1])
    tokens[: len(target[0])] = tokens[1 : len(target[0]) + 1]
    return (x, target)


@misconception(
    "text.random_windows",
    hint="Which texts are refused?",
    fails=("Windows/test_refuses", "Pretrain/test_refuses"),
    source="folklore",
)
def short_texts_are_cut(tokens, batch_size, length, rng):
    """If a text is too short, windows are shorter."""
    length = min(length, len(tokens) - 1)
    if batch_size < 1 or length < 1:
        raise ValueError(f"{len(tokens)} tokens do not give {batch_size} windows of {length} and a target for each")
    starts = rng.integers(len(tokens) - length, size=batch_size)
    places = starts[:, None] + np.arange(length)
    return (tokens[places], tokens[places + 1])


@misconception(
    "text.random_windows",
    hint="Which sizes are refused?",
    fails=(
        "Pretrain/test_refuses",
        "Windows/test_refuses",
    ),
    source="folklore",
)
def sizes_are_not_checked(tokens, batch_size, length, rng):
    """A batch without windows is empty."""
    if length >= len(tokens):
        raise ValueError(f"{len(tokens)} tokens do not give {batch_size} windows of {length} and a target for each")
    starts = rng.integers(len(tokens) - length, size=batch_size)
    places = starts[:, None] + np.arange(length)
    return (tokens[places], tokens[places + 1])


@misconception(
    "text.random_windows",
    hint="How many arrays are there?",
    fails=("Windows/test_memory",),
    source="folklore",
)
def views_of_one_array(tokens, batch_size, length, rng):
    """x and target overlap but for one token, so both can be parts of one array."""
    if batch_size < 1 or not 1 <= length < len(tokens):
        raise ValueError(f"{len(tokens)} tokens do not give {batch_size} windows of {length} and a target for each")
    starts = rng.integers(len(tokens) - length, size=batch_size)
    windows = tokens[starts[:, None] + np.arange(length + 1)]
    return (windows[:, :-1], windows[:, 1:])
