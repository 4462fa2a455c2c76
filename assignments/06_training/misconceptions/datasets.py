"""What people believe about datasets: what an example is, and which one an index means."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "data.TensorDataset.__len__",
    hint="A dataset of a hundred images and their labels: how many examples, and how many arrays?",
    fails=(
        "DataLoader/test_batches",
        "DataLoader/test_without_a_generator",
        "Digits/test_reads_digits",
        "RandomSplit/test_half_and_quarters",
        "RandomSplit/test_draw",
        "TensorDataset/test_examples",
        "TensorDataset/test_length",
        "TensorDataset/test_two_objects",
    ),
    source="folklore",
)
def length_is_that_of_the_list_of_arrays(self):
    """The length is the number of arrays."""
    return len(self.arrays)


@misconception(
    "data.TensorDataset.__len__",
    hint="How many numbers does one image have, and how many examples is it?",
    fails=(
        "DataLoader/test_memory",
        "Digits/test_reads_digits",
        "TensorDataset/test_examples",
        "TensorDataset/test_length",
        "TensorDataset/test_two_objects",
    ),
    source="folklore",
)
def length_is_the_number_of_numbers(self):
    """The length is the number of numbers in the first array."""
    return self.arrays[0].size


@misconception(
    "data.TensorDataset.__getitem__",
    hint="Which dimension of the arrays counts the examples, and which of your brackets counts the arrays?",
    fails=(
        "DataLoader/test_batches",
        "DataLoader/test_without_a_generator",
        "Digits/test_reads_digits",
        "RandomSplit/test_draw",
        "RandomSplit/test_without_a_generator",
        "Subset/test_examples",
        "TensorDataset/test_examples",
    ),
    source="folklore",
)
def index_chooses_an_array(self, index):
    """dataset[i] is array i."""
    return self.arrays[index]


@misconception(
    "data.TensorDataset.__getitem__",
    hint="Where does the label of the example go?",
    fails=(
        "DataLoader/test_batches",
        "DataLoader/test_without_a_generator",
        "Digits/test_reads_digits",
        "RandomSplit/test_draw",
        "RandomSplit/test_without_a_generator",
        "Subset/test_examples",
        "TensorDataset/test_examples",
    ),
    source="folklore",
)
def example_is_the_row_of_the_first_array(self, index):
    """An example is a row of the first array."""
    return self.arrays[0][index]


@misconception(
    "data.TensorDataset.__getitem__",
    hint="How many arrays may a dataset have?",
    fails=(
        "DataLoader/test_shuffle",
        "DataLoader/test_memory",
        "RandomSplit/test_without_a_generator",
        "TensorDataset/test_all_examples",
        "TensorDataset/test_one_array",
        "TensorDataset/test_index_errors",
    ),
    source="folklore",
)
def example_has_two_parts(self, index):
    """An example is a row of the first array and one of the last."""
    return self.arrays[0][index], self.arrays[-1][index]


@misconception(
    "data.TensorDataset.__getitem__",
    hint="With one array, what does your example look like: is it a tuple?",
    fails=(
        "DataLoader/test_batches",
        "DataLoader/test_without_a_generator",
        "DataLoader/test_shuffle",
        "RandomSplit/test_draw",
        "RandomSplit/test_without_a_generator",
        "Subset/test_examples",
        "TensorDataset/test_one_array",
    ),
    source="folklore",
)
def single_array_needs_no_tuple(self, index):
    """Where there is one array, an example is its row, without a tuple around it."""
    rows = tuple(array[index] for array in self.arrays)
    return rows if len(rows) > 1 else rows[0]


@misconception(
    "data.TensorDataset.__getitem__",
    hint="Of which type is what you return?",
    fails=(
        "DataLoader/test_batches",
        "DataLoader/test_without_a_generator",
        "Digits/test_reads_digits",
        "TensorDataset/test_all_examples",
        "TensorDataset/test_one_array",
        "TensorDataset/test_index_errors",
    ),
    source="torch.utils.data.default_collate, which gives lists",
)
def example_is_a_list(self, index):
    """An example is a list of rows."""
    return [array[index] for array in self.arrays]


@misconception(
    "data.TensorDataset.__getitem__",
    hint="What is array[i : i + 1].shape?",
    fails=(
        "DataLoader/test_batches",
        "DataLoader/test_without_a_generator",
        "Digits/test_reads_digits",
        "RandomSplit/test_draw",
        "RandomSplit/test_without_a_generator",
        "Subset/test_examples",
        "TensorDataset/test_examples",
    ),
    source="folklore",
)
def example_keeps_the_first_dimension(self, index):
    """An example is a batch of one: its arrays have a first dimension of 1."""
    return tuple(array[index : index + 1] for array in self.arrays)


@misconception(
    "data.TensorDataset.__getitem__",
    hint="What does array[-1] mean in NumPy, and what should dataset[-1] mean?",
    fails=("TensorDataset/test_negative_indices",),
    source="folklore",
)
def negative_index_is_an_error(self, index):
    """An index below 0 is an error."""
    if not 0 <= index < len(self):
        raise IndexError(f"no example {index}")
    return tuple(array[index] for array in self.arrays)


@misconception(
    "data.TensorDataset.__getitem__",
    hint="How does a for loop over the dataset learn that it is at the end?",
    fails=("TensorDataset/test_index_errors",),
    source="folklore",
)
def index_goes_round(self, index):
    """After the last example comes the first one again."""
    return tuple(array[index % max(1, len(self))] for array in self.arrays)


@misconception(
    "data.TensorDataset.__getitem__",
    hint="Labels are integers, images may be float32: what are they in your examples?",
    fails=(
        "DataLoader/test_batches",
        "DataLoader/test_without_a_generator",
        "Digits/test_reads_digits",
        "TensorDataset/test_all_examples",
        "TensorDataset/test_index_errors",
        "TensorDataset/test_negative_indices",
    ),
    source="folklore",
)
def example_is_of_floats(self, index):
    """All that is in an example is float64."""
    return tuple(np.asarray(array[index], dtype=np.float64)[()] for array in self.arrays)


@misconception(
    "data.TensorDataset.__init__",
    hint="What becomes of the image without a label?",
    fails=("TensorDataset/test_refuses",),
    source="folklore",
)
def lengths_may_differ(self, *arrays):
    """Arrays may differ in length."""
    if not arrays:
        raise ValueError("TensorDataset needs at least one array")
    self.arrays = arrays


@misconception(
    "data.TensorDataset.__init__",
    hint="Which of the arrays do you compare?",
    fails=("TensorDataset/test_refuses",),
    source="folklore",
)
def the_first_two_are_as_long(self, *arrays):
    """The first two arrays have to be equally long."""
    lengths = [len(array) for array in arrays]
    if not lengths or len(set(lengths[:2])) != 1:
        raise ValueError(f"TensorDataset needs arrays of one length, got lengths {lengths}")
    self.arrays = arrays


@misconception(
    "data.TensorDataset.__init__",
    hint="How many examples does a dataset without an array have?",
    fails=("TensorDataset/test_refuses",),
    source="folklore",
)
def no_array_is_an_empty_dataset(self, *arrays):
    """Without arrays the dataset is empty."""
    lengths = [len(array) for array in arrays]
    if len(set(lengths)) > 1:
        raise ValueError(f"TensorDataset needs arrays of one length, got lengths {lengths}")
    self.arrays = arrays


@misconception(
    "data.TensorDataset.__init__",
    hint="Where do two datasets keep their arrays?",
    fails=(
        "Digits/test_reads_digits",
        "TensorDataset/test_two_objects",
    ),
    source="folklore",
)
def arrays_belong_to_the_class(self, *arrays):
    """The arrays belong to the class."""
    lengths = [len(array) for array in arrays]
    if len(set(lengths)) != 1:
        raise ValueError(f"TensorDataset needs arrays of one length, got lengths {lengths}")
    type(self).arrays = arrays
