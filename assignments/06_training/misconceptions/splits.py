"""What people believe about dividing a dataset at random."""

import math

import numpy as np

from grader.assignment import misconception
from reference.data.dataset import Subset, _of_fractions, _sizes


@misconception(
    "data.random_split",
    hint="The file has all zeros first, then all ones: what does each part have?",
    fails=("RandomSplit/test_draw",),
    source="folklore",
)
def parts_follow_each_other(dataset, lengths, rng=None):
    """The first part has the first examples of the dataset."""
    sizes = _sizes(len(dataset), lengths)
    ends = np.cumsum(sizes).tolist()
    return [Subset(dataset, list(range(end - size, end))) for size, end in zip(sizes, ends, strict=True)]


@misconception(
    "data.random_split",
    hint="Can an example be in two of your parts?",
    fails=("RandomSplit/test_draw",),
    source="folklore",
)
def every_part_draws_for_itself(dataset, lengths, rng=None):
    """Every part is a random choice from the whole dataset."""
    rng = np.random.default_rng() if rng is None else rng
    sizes = _sizes(len(dataset), lengths)
    return [Subset(dataset, rng.permutation(len(dataset))[:size].tolist()) for size in sizes]


@misconception(
    "data.random_split",
    hint="Where does the second part begin?",
    fails=("RandomSplit/test_draw",),
    source="folklore",
)
def every_part_begins_at_the_front(dataset, lengths, rng=None):
    """Every part has the first indices of the permutation."""
    order = (np.random.default_rng() if rng is None else rng).permutation(len(dataset)).tolist()
    return [Subset(dataset, order[:size]) for size in _sizes(len(dataset), lengths)]


@misconception(
    "data.random_split",
    hint="In which order are the examples of a part promised?",
    fails=("RandomSplit/test_draw",),
    source="folklore",
)
def parts_are_sorted(dataset, lengths, rng=None):
    """Within a part the examples are in the order of the dataset."""
    sizes = _sizes(len(dataset), lengths)
    order = (np.random.default_rng() if rng is None else rng).permutation(len(dataset)).tolist()
    ends = np.cumsum(sizes).tolist()
    return [Subset(dataset, sorted(order[end - size : end])) for size, end in zip(sizes, ends, strict=True)]


@misconception(
    "data.random_split",
    hint="Which call of the generator does the docstring state?",
    fails=("RandomSplit/test_draw",),
    source="folklore",
)
def order_by_sorting_random_numbers(dataset, lengths, rng=None):
    """A random order is the one that sorts random numbers."""
    sizes = _sizes(len(dataset), lengths)
    order = np.argsort((np.random.default_rng() if rng is None else rng).random(len(dataset))).tolist()
    ends = np.cumsum(sizes).tolist()
    return [Subset(dataset, order[end - size : end]) for size, end in zip(sizes, ends, strict=True)]


@misconception(
    "data.random_split",
    hint="Without rng, is the second split like the first?",
    fails=("RandomSplit/test_without_a_generator",),
    source="sklearn.model_selection.train_test_split with random_state=42",
)
def split_is_the_same_every_time(dataset, lengths, rng=None):
    """A split without rng is reproducible: it has a fixed seed."""
    sizes = _sizes(len(dataset), lengths)
    order = (np.random.default_rng(42) if rng is None else rng).permutation(len(dataset)).tolist()
    ends = np.cumsum(sizes).tolist()
    return [Subset(dataset, order[end - size : end]) for size, end in zip(sizes, ends, strict=True)]


@misconception(
    "data.random_split",
    hint="Who else uses NumPy's global generator?",
    fails=("RandomSplit/test_without_a_generator",),
    source="folklore",
)
def split_by_the_global_generator(dataset, lengths, rng=None):
    """Without rng the draw is NumPy's global one."""
    sizes = _sizes(len(dataset), lengths)
    order = (np.random if rng is None else rng).permutation(len(dataset)).tolist()
    ends = np.cumsum(sizes).tolist()
    return [Subset(dataset, order[end - size : end]) for size, end in zip(sizes, ends, strict=True)]


@misconception(
    "data.random_split",
    hint="The last part: is it what is left, or does it have a length of its own?",
    fails=("RandomSplit/test_refuses",),
    source="folklore",
)
def lengths_need_not_add_up(dataset, lengths, rng=None):
    """Lengths that do not add up leave some examples out."""
    sizes = _of_fractions(len(dataset), lengths) if math.isclose(sum(lengths), 1) else [int(n) for n in lengths]
    order = (np.random.default_rng() if rng is None else rng).permutation(len(dataset)).tolist()
    ends = np.cumsum(sizes).tolist()
    return [Subset(dataset, order[end - size : end]) for size, end in zip(sizes, ends, strict=True)]


@misconception(
    "data.dataset._sizes",
    hint="What is a part with -2 examples?",
    fails=("RandomSplit/test_refuses",),
    source="folklore",
)
def lengths_may_be_negative(count, lengths):
    """Only the sum of the lengths matters."""
    total = sum(lengths)
    if not (math.isclose(total, 1) or total == count):
        raise ValueError(f"lengths {list(lengths)} of a split have to add up to {count}, or as fractions to 1")
    return _of_fractions(count, lengths) if math.isclose(total, 1) else [int(length) for length in lengths]


@misconception(
    "data.dataset._sizes",
    hint="0.1 + 0.7 + 0.2 in Python: is it 1?",
    fails=("RandomSplit/test_fractions",),
    source="folklore",
)
def fractions_add_up_exactly(count, lengths):
    """Fractions add up to exactly 1."""
    total = sum(lengths)
    if any(length < 0 for length in lengths) or total not in (1, count):
        raise ValueError(f"lengths {list(lengths)} of a split have to add up to {count}, or as fractions to 1")
    return _of_fractions(count, lengths) if total == 1 else [int(length) for length in lengths]


@misconception(
    "data.dataset._sizes",
    hint="What do the lengths [1] mean for a dataset of seven?",
    fails=("RandomSplit/test_fractions",),
    source="folklore",
)
def fractions_are_floats(count, lengths):
    """Lengths are fractions if they are floats, and numbers of examples if they are ints."""
    is_of_fractions = any(isinstance(length, float) for length in lengths)
    wrong = not math.isclose(sum(lengths), 1) if is_of_fractions else sum(lengths) != count
    if wrong or any(length < 0 for length in lengths):
        raise ValueError(f"lengths {list(lengths)} of a split have to add up to {count}, or as fractions to 1")
    return _of_fractions(count, lengths) if is_of_fractions else list(lengths)


@misconception(
    "data.dataset._sizes",
    hint="Does the docstring know another way to say how large the parts are?",
    fails=("RandomSplit/test_fractions", "RandomSplit/test_half_and_quarters"),
    source="PyTorch before 1.13",
)
def fractions_are_no_lengths(count, lengths):
    """Lengths are numbers of examples."""
    if any(length < 0 for length in lengths) or sum(lengths) != count:
        raise ValueError(f"lengths {list(lengths)} of a split have to add up to {count}")
    return [int(length) for length in lengths]


@misconception(
    "data.dataset._of_fractions",
    hint="Ten examples, fractions 1/2, 1/4 and 1/4: do your parts add up to ten?",
    fails=("RandomSplit/test_fractions", "RandomSplit/test_half_and_quarters"),
    source="folklore",
)
def what_is_left_is_lost(count, fractions):
    """Fractions are rounded down."""
    return [math.floor(fraction * count) for fraction in fractions]


@misconception(
    "data.dataset._of_fractions",
    hint="Which parts get the examples that are left when all fractions are rounded down?",
    fails=("RandomSplit/test_fractions", "RandomSplit/test_half_and_quarters"),
    source="folklore",
)
def what_is_left_goes_to_the_last_part(count, fractions):
    """The last part gets what is left."""
    sizes = [math.floor(fraction * count) for fraction in fractions]
    return [*sizes[:-1], count - sum(sizes[:-1])]


@misconception(
    "data.dataset._of_fractions",
    hint="If two examples are left, which parts do they go to?",
    fails=("RandomSplit/test_fractions",),
    source="folklore",
)
def what_is_left_goes_to_the_first_part(count, fractions):
    """The first part gets all that is left."""
    sizes = [math.floor(fraction * count) for fraction in fractions]
    return [count - sum(sizes[1:]), *sizes[1:]]


@misconception(
    "data.dataset._of_fractions",
    hint="From which end are the parts served that get one more?",
    fails=("RandomSplit/test_fractions", "RandomSplit/test_half_and_quarters"),
    source="folklore",
)
def what_is_left_goes_round_from_the_last(count, fractions):
    """What is left goes to the last parts, one example each."""
    sizes = [math.floor(fraction * count) for fraction in fractions]
    for place in range(count - sum(sizes)):
        sizes[-1 - place % len(sizes)] += 1
    return sizes


@misconception(
    "data.dataset._of_fractions",
    hint="Is 2.5 rounded, or rounded down?",
    fails=("RandomSplit/test_fractions", "RandomSplit/test_half_and_quarters"),
    source="folklore",
)
def fractions_are_rounded(count, fractions):
    """The size of a part is rounded to the nearest number; the last one makes up for the difference."""
    sizes = [round(fraction * count) for fraction in fractions]
    return [*sizes[:-1], count - sum(sizes[:-1])]


@misconception(
    "data.dataset._of_fractions",
    hint="Who gets an example that is left: the next part, or the one with the largest rest?",
    fails=("RandomSplit/test_fractions", "RandomSplit/test_half_and_quarters"),
    source="folklore",
)
def largest_rest_first(count, fractions):
    """What is left goes to the parts that lost most by rounding."""
    exact = [fraction * count for fraction in fractions]
    sizes = [math.floor(size) for size in exact]
    by_rest = sorted(range(len(sizes)), key=lambda place: sizes[place] - exact[place])
    for place in by_rest[: count - sum(sizes)]:
        sizes[place] += 1
    return sizes
