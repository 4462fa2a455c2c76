"""What people believe about batches: how many there are, and who keeps them."""

import numpy as np

from grader.assignment import misconception
from reference.data.dataloader import default_collate


@misconception(
    "data.DataLoader.__len__",
    hint="Seven examples in batches of three: how many batches, and how many examples?",
    fails=("DataLoader/test_batches", "Digits/test_reads_digits"),
    source="folklore",
)
def length_counts_examples(self):
    """The length is the number of examples."""
    return len(self.dataset)


@misconception(
    "data.DataLoader.__len__",
    hint="Is the last, shorter batch a batch?",
    fails=("DataLoader/test_batches",),
    source="PyTorch issue 41292 and others of the kind",
)
def short_batch_does_not_count(self):
    """A last batch that is shorter does not count, and does not come."""
    return len(self.dataset) // self.batch_size


@misconception(
    "data.DataLoader.__len__",
    hint="How many batches come if the last one is left out?",
    fails=("DataLoader/test_batches",),
    source="folklore",
)
def drop_last_is_forgotten(self):
    """A last batch that is shorter always counts, and always comes."""
    return -(-len(self.dataset) // self.batch_size)


@misconception(
    "data.DataLoader.__len__",
    hint="Six examples in batches of three: how many batches?",
    fails=("DataLoader/test_every_size", "Digits/test_reads_digits"),
    source="folklore",
)
def one_batch_more(self):
    """There is one batch more than whole ones."""
    return len(self.dataset) // self.batch_size + (0 if self.drop_last else 1)


@misconception(
    "data.DataLoader.__len__",
    hint="With drop_last, which batch is dropped if all are full?",
    fails=("DataLoader/test_drop_last", "DataLoader/test_length"),
    source="folklore",
)
def drop_last_drops_the_last(self):
    """drop_last leaves out the last batch."""
    return max(0, -(-len(self.dataset) // self.batch_size) - (1 if self.drop_last else 0))


@misconception(
    "data.DataLoader.__len__",
    hint="What does drop_last=True say should happen to the last batch?",
    fails=("DataLoader/test_batches",),
    source="folklore",
)
def drop_last_the_other_way_round(self):
    """drop_last is False if a shorter batch is left out."""
    rest = self.batch_size - 1 if self.drop_last else 0
    return (len(self.dataset) + rest) // self.batch_size


@misconception(
    "data.DataLoader.__iter__",
    hint="How many examples does the last batch have, and does one of them come twice?",
    fails=("DataLoader/test_batches",),
    source="folklore",
)
def last_batch_is_filled_up(self):
    """A last batch that would be shorter is filled up from the beginning."""
    order = self._order()
    for number in range(len(self)):
        indices = [order[i % len(order)] for i in range(number * self.batch_size, (number + 1) * self.batch_size)]
        yield self.collate_fn([self.dataset[index] for index in indices])


@misconception(
    "data.DataLoader.__iter__",
    hint="When is the shorter batch complete, and who gives it away?",
    fails=("DataLoader/test_batches",),
    source="folklore",
)
def batch_comes_once_it_is_full(self):
    """A batch comes as soon as it is full."""
    items = []
    for index in self._order():
        items.append(self.dataset[index])
        if len(items) == self.batch_size:
            yield self.collate_fn(items)
            items = []


@misconception(
    "data.DataLoader.__iter__",
    hint="When the loop over the loader runs for the second time, where does it begin?",
    fails=("DataLoader/test_every_size", "Digits/test_reads_digits"),
    source="folklore",
)
def batches_are_used_up(self):
    """A loader gives its batches once."""
    if not hasattr(self, "_left"):
        self._left = iter(self._order())
    for _number in range(len(self)):
        indices = [index for _, index in zip(range(self.batch_size), self._left)]
        if indices:
            yield self.collate_fn([self.dataset[index] for index in indices])


@misconception(
    "data.DataLoader.__iter__",
    hint="Two loops over one loader run at the same time: where does each of them keep its place?",
    fails=("DataLoader/test_interleaved",),
    source="folklore",
)
def loader_remembers_the_place(self):
    """A loader remembers where it is."""
    self._given, self._place = self._order(), 0
    while self._place < len(self):
        begin = self._place * self.batch_size
        self._place += 1
        yield self.collate_fn([self.dataset[index] for index in self._given[begin : begin + self.batch_size]])


@misconception(
    "data.DataLoader.__iter__",
    hint="Does every dataset take an array of indices?",
    fails=("DataLoader/test_any_dataset", "DataLoader/test_collate_fn"),
    source="folklore",
)
def dataset_takes_many_indices(self):
    """A dataset is asked for all examples of a batch at once."""
    order = np.array(self._order(), dtype=int)
    for number in range(len(self)):
        indices = order[number * self.batch_size : (number + 1) * self.batch_size]
        is_own = self.collate_fn is not default_collate
        batch = self.dataset[indices]
        yield self.collate_fn(list(batch)) if is_own else tuple(part.copy() for part in batch)


@misconception(
    "data.DataLoader.__iter__",
    hint="Which attributes does a dataset have to have?",
    fails=("DataLoader/test_any_dataset", "DataLoader/test_collate_fn"),
    source="folklore",
)
def dataset_has_arrays(self):
    """Every dataset has arrays."""
    order = self._order()
    for number in range(len(self)):
        indices = order[number * self.batch_size : (number + 1) * self.batch_size]
        items = [tuple(array[index] for array in self.dataset.arrays) for index in indices]
        yield self.collate_fn(items)


@misconception(
    "data.DataLoader.__iter__",
    hint="How often does an epoch ask for an example that has to be read from a disk?",
    fails=("DataLoader/test_any_dataset",),
    source="folklore",
)
def every_example_is_read_twice(self):
    """An example is read once to look at it, and once for the batch."""
    order = self._order()
    for number in range(len(self)):
        indices = order[number * self.batch_size : (number + 1) * self.batch_size]
        if all(self.dataset[index] is not None for index in indices):
            yield self.collate_fn([self.dataset[index] for index in indices])


@misconception(
    "data.DataLoader.__iter__",
    hint="What happens to the dataset if somebody writes into a batch?",
    fails=("DataLoader/test_memory",),
    source="folklore",
)
def batch_is_a_view(self):
    """Without shuffle a batch is a slice of the dataset's arrays."""
    order = self._order()
    for number in range(len(self)):
        begin, end = number * self.batch_size, min((number + 1) * self.batch_size, len(order))
        if self.collate_fn is default_collate and hasattr(self.dataset, "arrays") and not self.shuffle:
            yield tuple(array[begin:end] for array in self.dataset.arrays)
        else:
            yield self.collate_fn([self.dataset[index] for index in order[begin:end]])


@misconception(
    "data.DataLoader.__iter__",
    hint="Image and label of an example: do they still belong together in your batch?",
    fails=("DataLoader/test_drop_last_and_shuffle", "DataLoader/test_new_order", "Digits/test_reads_digits"),
    source="folklore",
)
def every_array_has_an_order_of_its_own(self):
    """Every array is shuffled by itself."""
    orders = [self._order()]
    for number in range(len(self)):
        begin, end = number * self.batch_size, (number + 1) * self.batch_size
        items = [self.dataset[index] for index in orders[0][begin:end]]
        if isinstance(items[0], tuple) and self.shuffle:
            while len(orders) < len(items[0]):
                orders.append(self._order())
            columns = [[self.dataset[i][k] for i in order[begin:end]] for k, order in enumerate(orders)]
            items = list(zip(*columns, strict=True))
        yield self.collate_fn(items)
