"""What people believe about how a batch is made of examples."""

import numpy as np

from grader.assignment import misconception
from reference.data.dataloader import default_collate


@misconception(
    "data.default_collate",
    hint="What is the shape of a batch of three vectors of two numbers?",
    fails=(
        "DataLoader/test_batches_of_one",
        "DataLoader/test_drop_last",
        "DataLoader/test_interleaved",
        "DefaultCollate/test_tuples",
        "Digits/test_reads_digits",
    ),
    source="folklore",
)
def batch_is_concatenated(items):
    """A batch has its examples one after the other, along their first dimension."""
    if isinstance(items[0], tuple):
        return tuple(np.concatenate([np.atleast_1d(one) for one in column]) for column in zip(*items, strict=True))
    return np.concatenate([np.atleast_1d(one) for one in items])


@misconception(
    "data.default_collate",
    hint="What does the training loop unpack: a list of examples, or arrays?",
    fails=(
        "DataLoader/test_batches_of_one",
        "DataLoader/test_batches",
        "DataLoader/test_drop_last",
        "DefaultCollate/test_tuples",
        "Digits/test_reads_digits",
    ),
    source="folklore",
)
def batch_is_a_tuple_of_lists(items):
    """A batch is a tuple of lists."""
    return tuple(list(column) for column in zip(*items, strict=True)) if isinstance(items[0], tuple) else items


@misconception(
    "data.default_collate",
    hint="Does your code assume something about what an example is?",
    fails=("DataLoader/test_any_dataset", "DefaultCollate/test_kinds_of_items", "DefaultCollate/test_refuses"),
    source="folklore",
)
def examples_are_tuples(items):
    """Every example is a tuple."""
    return tuple(np.stack(column) for column in zip(*items, strict=True))


@misconception(
    "data.default_collate",
    hint="How many parts may an example have?",
    fails=(
        "DataLoader/test_batches_of_one",
        "DataLoader/test_drop_last",
        "DataLoader/test_interleaved",
        "DefaultCollate/test_kinds_of_items",
        "DefaultCollate/test_one_example",
    ),
    source="folklore",
)
def examples_are_pairs(items):
    """Every tuple is a pair of x and target."""
    if isinstance(items[0], tuple):
        return np.stack([item[0] for item in items]), np.stack([item[-1] for item in items])
    return np.stack(items)


@misconception(
    "data.default_collate",
    hint="Which dimension counts the examples?",
    fails=(
        "DataLoader/test_batches_of_one",
        "DataLoader/test_drop_last",
        "DataLoader/test_interleaved",
        "DefaultCollate/test_tuples",
        "Digits/test_reads_digits",
    ),
    source="folklore",
)
def examples_lie_along_the_last_dimension(items):
    """The examples lie along the last dimension."""
    if isinstance(items[0], tuple):
        return tuple(np.stack(column, axis=-1) for column in zip(*items, strict=True))
    return np.stack(items, axis=-1)


@misconception(
    "data.default_collate",
    hint="Labels are integers: what are they in your batch?",
    fails=(
        "DataLoader/test_batches_of_one",
        "DataLoader/test_batches",
        "DataLoader/test_without_a_generator",
        "DefaultCollate/test_kinds_of_items",
        "DefaultCollate/test_one_example",
        "DefaultCollate/test_tuples",
        "Digits/test_reads_digits",
    ),
    source="folklore",
)
def batch_is_of_floats(items):
    """A batch is float64."""
    if isinstance(items[0], tuple):
        return tuple(np.stack(column).astype(np.float64) for column in zip(*items, strict=True))
    return np.stack(items).astype(np.float64)


@misconception(
    "data.default_collate",
    hint="Which shape does a batch of a single example have?",
    fails=(
        "DataLoader/test_batches_of_one",
        "DataLoader/test_batches",
        "DataLoader/test_any_dataset",
        "DefaultCollate/test_kinds_of_items",
        "DefaultCollate/test_one_example",
    ),
    source="folklore",
)
def batch_of_one_is_the_example(items):
    """A batch of one example is that example."""
    if isinstance(items[0], tuple):
        return tuple(np.squeeze(np.stack(column)) for column in zip(*items, strict=True))
    return np.squeeze(np.stack(items))


@misconception(
    "data.default_collate",
    hint="How does a loss want its targets: as (N,), or as (N, 1)?",
    fails=(
        "DataLoader/test_batches_of_one",
        "DataLoader/test_batches",
        "DataLoader/test_without_a_generator",
        "DefaultCollate/test_kinds_of_items",
        "DefaultCollate/test_one_example",
        "DefaultCollate/test_tuples",
        "Digits/test_reads_digits",
    ),
    source="folklore",
)
def numbers_become_columns(items):
    """Numbers become a column, as a batch has two dimensions."""

    def stacked(column):
        array = np.stack(column)
        return array[:, None] if array.ndim == 1 else array

    if isinstance(items[0], tuple):
        return tuple(stacked(column) for column in zip(*items, strict=True))
    return stacked(items)


@misconception(
    "data.default_collate",
    hint="What can NumPy do with an array of arrays that differ in shape?",
    fails=("DefaultCollate/test_refuses",),
    source="folklore",
)
def shapes_may_differ(items):
    """Examples that differ in shape become an array of objects."""

    def stacked(column):
        if len({np.shape(one) for one in column}) == 1:
            return np.stack(column)
        array = np.empty(len(column), dtype=object)
        array[:] = list(column)
        return array

    if isinstance(items[0], tuple):
        return tuple(stacked(column) for column in zip(*items, strict=True))
    return stacked(items)


@misconception(
    "data.DataLoader.__iter__",
    hint="What does a collate_fn need to see, to make a batch?",
    fails=("DataLoader/test_collate_fn",),
    source="folklore",
)
def collate_fn_is_for_one_example(self):
    """collate_fn is applied to every example."""
    order = self._order()
    for number in range(len(self)):
        indices = order[number * self.batch_size : (number + 1) * self.batch_size]
        items = [self.dataset[index] for index in indices]
        is_own = self.collate_fn is not default_collate
        yield [self.collate_fn([item]) for item in items] if is_own else default_collate(items)


@misconception(
    "data.DataLoader.__iter__",
    hint="Who makes the batch if a collate_fn is given?",
    fails=("DataLoader/test_collate_fn",),
    source="folklore",
)
def collate_fn_is_ignored(self):
    """A batch is always made by default_collate."""
    order = self._order()
    for number in range(len(self)):
        indices = order[number * self.batch_size : (number + 1) * self.batch_size]
        yield default_collate([self.dataset[index] for index in indices])


@misconception(
    "data.DataLoader.__iter__",
    hint="Is a collate_fn given what the dataset gave, or what default_collate made of it?",
    fails=("DataLoader/test_collate_fn",),
    source="folklore",
)
def collate_fn_comes_after_the_default(self):
    """collate_fn is given the batch that default_collate made."""
    order = self._order()
    for number in range(len(self)):
        indices = order[number * self.batch_size : (number + 1) * self.batch_size]
        batch = default_collate([self.dataset[index] for index in indices])
        yield batch if self.collate_fn is default_collate else self.collate_fn(list(batch))


@misconception(
    "data.default_collate",
    hint="Somebody writes into a batch of one example. What is in the dataset afterwards?",
    fails=("DataLoader/test_memory",),
    source="a reader of the handout",
)
def single_example_is_only_reshaped(items):
    """A batch of one example is that example with one dimension more."""
    if isinstance(items[0], tuple):
        return tuple(
            np.asarray(column[0])[None] if len(column) == 1 else np.stack(column) for column in zip(*items, strict=True)
        )
    return np.asarray(items[0])[None] if len(items) == 1 else np.stack(items)
