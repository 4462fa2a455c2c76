"""What people believe about subsets."""

import numpy as np

from grader.assignment import misconception
from reference.data.dataset import Subset


@misconception(
    "data.Subset.__getitem__",
    hint="Example 0 of the subset [2, 0]: which example of the dataset is it?",
    fails=(
        "RandomSplit/test_draw",
        "RandomSplit/test_without_a_generator",
        "RandomSplit/test_refuses",
        "Subset/test_examples",
    ),
    source="folklore",
)
def subset_begins_at_the_front(self, index):
    """Example i of the subset is example i of the dataset."""
    if not -len(self) <= index < len(self):
        raise IndexError(f"no example {index}")
    return self.dataset[index]


@misconception(
    "data.Subset.__getitem__",
    hint="Is the order of the indices part of the subset?",
    fails=(
        "RandomSplit/test_draw",
        "RandomSplit/test_all_examples",
        "RandomSplit/test_index_errors",
        "Subset/test_examples",
    ),
    source="folklore",
)
def indices_are_a_set(self, index):
    """A subset has its examples in the order of the dataset."""
    return self.dataset[int(sorted(self.indices)[index])]


@misconception(
    "data.Subset.__getitem__",
    hint="The subset has four of ten examples: what is subset[-1]?",
    fails=(
        "RandomSplit/test_index_errors",
        "RandomSplit/test_negative_indices",
        "Subset/test_index_errors",
        "Subset/test_negative_indices",
    ),
    source="folklore",
)
def negative_index_of_the_dataset(self, index):
    """A negative index counts from the end of the dataset."""
    return self.dataset[int(self.indices[index]) if index >= 0 else index]


@misconception(
    "data.Subset.__len__",
    hint="How many examples can you ask the subset for?",
    fails=(
        "RandomSplit/test_length",
        "RandomSplit/test_half_and_quarters",
        "RandomSplit/test_lengths",
        "Subset/test_examples",
        "Subset/test_length",
        "Subset/test_two_objects",
    ),
    source="folklore",
)
def subset_is_as_long_as_the_dataset(self):
    """The length is that of the dataset."""
    return len(self.dataset)


@misconception(
    "data.Subset.__init__",
    hint="May an index occur twice, and what is your order?",
    fails=("Subset/test_length", "Subset/test_kinds_of_indices", "Subset/test_all_examples"),
    source="folklore",
)
def every_index_once(self, dataset, indices):
    """An index that is there twice counts once."""
    self.dataset = dataset
    self.indices = list(dict.fromkeys(np.asarray(indices).tolist()))


@misconception(
    "data.Subset.__init__",
    hint="Which dataset do the indices of a subset of a subset refer to?",
    fails=("Subset/test_all_examples", "Subset/test_index_errors", "Subset/test_negative_indices"),
    source="folklore",
)
def subset_of_a_subset_skips_it(self, dataset, indices):
    """A subset of a subset chooses from the dataset below."""
    self.dataset = dataset.dataset if isinstance(dataset, Subset) else dataset
    self.indices = indices


@misconception(
    "data.Subset",
    hint="A dataset may read its examples from a disk: how many of them do you need when the subset is made?",
    fails=("Subset/test_reads_when_asked",),
    source="folklore",
)
class SubsetReadsAtOnce:
    """A subset reads its examples when it is made."""

    def __init__(self, dataset, indices):
        self.indices = indices
        self.dataset = [dataset[int(index)] for index in indices]

    def __getitem__(self, index):
        return self.dataset[index]
