"""What people believe about the order of examples, and where it comes from."""

import numpy as np

from grader.assignment import misconception
from reference.data.dataloader import default_collate


@misconception(
    "data.DataLoader._order",
    hint="Which order does the second epoch have?",
    fails=("DataLoader/test_shuffle",),
    source="folklore",
)
def one_order_for_all_epochs(self):
    """The order is drawn once."""
    if not hasattr(self, "_drawn"):
        count = len(self.dataset)
        self._drawn = self.rng.permutation(count).tolist() if self.shuffle else list(range(count))
    return self._drawn


@misconception(
    "data.DataLoader._order",
    hint="A copy of a generator in the same state draws what?",
    fails=("DataLoader/test_shuffle",),
    source="folklore",
)
def every_epoch_begins_with_the_same_generator(self):
    """Every epoch begins with the generator as it was given, so that results can be repeated."""
    state = self.rng.bit_generator.state
    count = len(self.dataset)
    order = self.rng.permutation(count).tolist() if self.shuffle else list(range(count))
    self.rng.bit_generator.state = state
    return order


@misconception(
    "data.DataLoader._order",
    hint="Does an epoch see every example exactly once?",
    fails=("DataLoader/test_shuffle",),
    source="folklore",
)
def examples_are_drawn_with_replacement(self):
    """Each example of a batch is drawn from all."""
    count = len(self.dataset)
    return self.rng.integers(count, size=count).tolist() if self.shuffle and count else list(range(count))


@misconception(
    "data.DataLoader._order",
    hint="Do the same examples meet in a batch in every epoch?",
    fails=("DataLoader/test_new_order",),
    source="folklore",
)
def batches_are_shuffled_and_not_examples(self):
    """Shuffling changes the order of the batches."""
    count = len(self.dataset)
    if not self.shuffle:
        return list(range(count))
    starts = list(range(0, count, self.batch_size))
    chosen = [starts[i] for i in self.rng.permutation(len(starts))]
    return [i for start in chosen for i in range(start, min(start + self.batch_size, count))]


@misconception(
    "data.DataLoader._order",
    hint="From which order does the second epoch's permutation start?",
    fails=("DataLoader/test_new_order",),
    source="folklore",
)
def order_is_shuffled_further(self):
    """Every epoch shuffles the order of the one before."""
    if not hasattr(self, "_drawn"):
        self._drawn = np.arange(len(self.dataset))
    if self.shuffle:
        self.rng.shuffle(self._drawn)
    return self._drawn.tolist()


@misconception(
    "data.DataLoader._order",
    hint="How many numbers does a loader draw that does not shuffle?",
    fails=("DataLoader/test_no_draw",),
    source="folklore",
)
def draws_without_shuffling(self):
    """A permutation is drawn in any case, and used with shuffle."""
    count = len(self.dataset)
    order = self.rng.permutation(count).tolist()
    return order if self.shuffle else list(range(count))


@misconception(
    "data.DataLoader._order",
    hint="What does shuffle=False say?",
    fails=("DataLoader/test_batches",),
    source="folklore",
)
def always_shuffles(self):
    """A loader shuffles."""
    return self.rng.permutation(len(self.dataset)).tolist()


@misconception(
    "data.DataLoader._order",
    hint="Which examples does drop_last leave out in the second epoch?",
    fails=("DataLoader/test_collate_fn", "DataLoader/test_drop_last_and_shuffle"),
    source="folklore",
)
def drop_last_before_shuffling(self):
    """What does not fill a batch is left out before the order is drawn."""
    count = len(self.dataset)
    if self.drop_last:
        count -= count % self.batch_size
    return self.rng.permutation(count).tolist() if self.shuffle else list(range(count))


@misconception(
    "data.DataLoader._order",
    hint="Which call of the generator does the docstring state?",
    fails=("DataLoader/test_new_order",),
    source="folklore",
)
def order_is_that_of_random_numbers(self):
    """A random order is the one that sorts random numbers."""
    count = len(self.dataset)
    return np.argsort(self.rng.random(count)).tolist() if self.shuffle else list(range(count))


@misconception(
    "data.DataLoader.__init__",
    hint="Without rng, are the orders of two runs of your program the same?",
    fails=("DataLoader/test_without_a_generator",),
    source="folklore",
)
def loader_has_a_fixed_seed(self, dataset, batch_size=1, shuffle=False, drop_last=False, collate_fn=None, rng=None):
    """A loader without rng has a fixed seed."""
    if batch_size < 1:
        raise ValueError(f"DataLoader needs a batch_size of at least 1, got {batch_size}")
    self.dataset, self.batch_size, self.shuffle, self.drop_last = dataset, batch_size, shuffle, drop_last
    self.collate_fn = default_collate if collate_fn is None else collate_fn
    self.rng = np.random.default_rng(0) if rng is None else rng


@misconception(
    "data.DataLoader.__init__",
    hint="Who else uses NumPy's global generator?",
    fails=("DataLoader/test_without_a_generator",),
    source="folklore",
)
def loader_uses_the_global_generator(
    self, dataset, batch_size=1, shuffle=False, drop_last=False, collate_fn=None, rng=None
):
    """A loader without rng draws from NumPy's global generator."""
    if batch_size < 1:
        raise ValueError(f"DataLoader needs a batch_size of at least 1, got {batch_size}")
    self.dataset, self.batch_size, self.shuffle, self.drop_last = dataset, batch_size, shuffle, drop_last
    self.collate_fn = default_collate if collate_fn is None else collate_fn
    self.rng = np.random if rng is None else rng


@misconception(
    "data.DataLoader.__init__",
    hint="What is a batch of no examples?",
    fails=("DataLoader/test_refuses",),
    source="folklore",
)
def any_batch_size(self, dataset, batch_size=1, shuffle=False, drop_last=False, collate_fn=None, rng=None):
    """A batch_size may be any number."""
    self.dataset, self.batch_size, self.shuffle, self.drop_last = dataset, batch_size, shuffle, drop_last
    self.collate_fn = default_collate if collate_fn is None else collate_fn
    self.rng = np.random.default_rng() if rng is None else rng


@misconception(
    "data.DataLoader.__init__",
    hint="How many examples does a batch have if nobody says so?",
    fails=("DataLoader/test_batches_of_one",),
    source="folklore",
    convention="This is the default of Keras; the contract asks for PyTorch's, which is 1.",
)
def batches_of_thirty_two(self, dataset, batch_size=32, shuffle=False, drop_last=False, collate_fn=None, rng=None):
    """By default a batch has 32 examples."""
    if batch_size < 1:
        raise ValueError(f"DataLoader needs a batch_size of at least 1, got {batch_size}")
    self.dataset, self.batch_size, self.shuffle, self.drop_last = dataset, batch_size, shuffle, drop_last
    self.collate_fn = default_collate if collate_fn is None else collate_fn
    self.rng = np.random.default_rng() if rng is None else rng


@misconception(
    "data.DataLoader.__init__",
    hint="How many permutations are drawn before the first epoch begins?",
    fails=("DataLoader/test_any_dataset", "DataLoader/test_collate_fn", "DataLoader/test_shuffle"),
    source="folklore",
)
def order_is_made_with_the_loader(
    self, dataset, batch_size=1, shuffle=False, drop_last=False, collate_fn=None, rng=None
):
    """The first order is drawn when the loader is made, and the next ones at the beginnings of epochs."""
    if batch_size < 1:
        raise ValueError(f"DataLoader needs a batch_size of at least 1, got {batch_size}")
    self.dataset, self.batch_size, self.shuffle, self.drop_last = dataset, batch_size, shuffle, drop_last
    self.collate_fn = default_collate if collate_fn is None else collate_fn
    self.rng = np.random.default_rng() if rng is None else rng
    self._order()
