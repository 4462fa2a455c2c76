"""Hidden checks of assignment 06: datasets and loaders."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from grader.calls import Call
from grader.checks import EXACT, compare, fine, raises, weight
from grader.checks.battery import Battery, law, refuse_usual_seeds
from grader.checks.battery.drawing import compare_numbers
from grader.checks.battery.members import Named
from grader.checks.twin import Twin, Workbench
from grader.compare import refuse_type

from .loops import named

COUNT = 7  # examples of most datasets here


def arrays(rng, count=COUNT):
    """Three arrays of several kinds and numbers of dimensions, equally long."""
    floats = rng.normal(size=(count, 3)), rng.normal(size=(count, 2, 2)).astype(np.float32)
    return floats[0], rng.permutation(100)[:count], floats[1]


def tensors(twin, rng, count=COUNT):
    return twin("data.TensorDataset", *arrays(rng, count))


def given(twin, rng, count=COUNT):
    """The same examples in a dataset that is not the student's."""
    return twin("inside.Examples", *arrays(rng, count))


def compare_examples(found):
    """Compare examples, each a tuple of arrays and numbers."""
    for example in found:
        example.judge(lambda actual, expected, name=example.name: _same_example(actual, expected, name))


def _same_example(actual, expected, name):
    if type(actual) is not tuple:
        refuse_type(actual, name, "a tuple")
    compare(len(actual), len(expected), f"len({name})")
    for place, (one, other) in enumerate(zip(actual, expected, strict=True)):
        judge = compare if isinstance(other, np.ndarray) else compare_numbers
        judge(one, other, f"{name}[{place}]", EXACT)


def examples(dataset, indices):
    """The examples with these indices, on both sides."""
    found = dataset.run([Call("item", dataset, "", (i,)) for i in indices])
    for example, index in zip(found, indices, strict=True):
        example.name = f"{dataset.name}[{index}]"
    return found


def length(of):
    """len() on both sides."""
    found = of.run([Call("length", of)])[0]
    found.name = f"len({of.name})"
    return found


def listed(iterable, name="the batches"):
    """All that an iteration gives, on both sides."""
    found = iterable.run([Call("list", iterable)])[0]
    found.name = name
    return found


@dataclass(frozen=True)
class Data(Named):
    """A dataset, as the laws need it: `make(twin, rng, count)` gives one with so many examples."""

    path: str
    make: Callable[[Workbench, np.random.Generator, int], Twin]


class DatasetLaws(Battery):
    """For datasets: a length, and an example for each index."""

    member: ClassVar[Data]

    def _made(self, twin, rng, count):
        dataset = self.member.make(twin, rng, count)
        dataset.name = f"the {self.member.name} of {count} examples"
        return dataset

    @law("{name}: example i is the right one for every i, with all that belongs to it.", 1.5)
    def test_all_examples(self, twin, rng):
        for count in (COUNT, 1, 4):
            compare_examples(examples(self._made(twin, rng, count), range(count)))

    @law("{name}: negative indices count from the end.")
    def test_negative_indices(self, twin, rng):
        for count in (COUNT, 1):
            compare_examples(examples(self._made(twin, rng, count), range(-count, 0)))

    @law("len of {name} is the number of examples, also of none.", 0.5)
    def test_length(self, twin, rng):
        for count in (COUNT, 1, 0):
            length(self._made(twin, rng, count)).compare()

    @law("Two objects of {name} do not disturb each other.", 0.5)
    def test_two_objects(self, twin, rng):
        one, other = self._made(twin, rng, COUNT), self._made(twin, rng, 4)
        for i in range(4):
            compare_examples([*examples(one, [i]), *examples(other, [i])])
        length(one).compare()

    @law("{name} raises IndexError for an index that is too large or too small.", fine=True)
    def test_index_errors(self, twin, rng, student):
        for count in (COUNT, 0):
            dataset = self._made(twin, rng, count)
            for index in (count, -count - 1, 10 * count + 3):
                with raises(IndexError, doing=f"{dataset.name}[{index}]"):
                    student.run([Call("item", dataset.actual, "", (index,))])
        compare_examples(examples(self._made(twin, rng, COUNT), range(COUNT)))  # who refuses everything earns nothing


def subset(twin, rng, count):
    """Of a Subset, with one index twice."""
    inner = twin("data.Subset", given(twin, rng, 12), rng.permutation(12)[:9].tolist())
    indices = rng.permutation(9)[:count].tolist()
    return twin("data.Subset", inner, [*indices[:-1], *indices[:1]] if count > 1 else indices)


def part(twin, rng, count):
    generator = twin.generator(int(rng.integers(1 << 30)))
    return twin("data.random_split", given(twin, rng, 12), [12 - count, count], rng=generator)[1]


class TestTensorDataset(DatasetLaws, member=Data("data.TensorDataset", tensors), points=2.25):
    @weight(0.25)
    def test_one_array(self, twin, rng):
        """An example of a TensorDataset of one array is a tuple of one."""
        dataset = twin("data.TensorDataset", rng.normal(size=(3, 2)))
        compare_examples(examples(dataset, range(3)))

    @fine
    @weight(0.5)
    def test_refuses(self, twin, rng, student):
        """TensorDataset raises ValueError without an array, and for arrays of which one is longer or shorter."""
        compare_examples(examples(tensors(twin, rng), [0, 3]))
        x, labels, images = arrays(rng)
        for several in ((), (x, labels[:-1]), (x, labels, images[1:]), (x[:1], labels)):
            lengths = [len(array) for array in several]
            with raises(ValueError, doing=f"TensorDataset of arrays with lengths {lengths}", naming=(*lengths,)):
                student.make("data.TensorDataset", *several)


class TestSubset(DatasetLaws, member=Data("data.Subset", subset), points=2.25):
    @weight(0.25)
    def test_kinds_of_indices(self, twin, rng):
        """Subset takes its indices as a list, a tuple or an array."""
        for indices in ([4, 2, 2], (1, 6), np.array([5, 0, 3])):
            dataset = twin("data.Subset", given(twin, rng), indices)
            compare_examples(examples(dataset, range(len(indices))))

    @weight(0.5)
    def test_reads_when_asked(self, twin):
        """A Subset reads an example when it is asked for it, and not before; the dataset need not have arrays."""
        squares = twin("inside.Squares", 6)
        dataset = twin("data.Subset", squares, np.array([4, 1, 5]))
        squares.compare("asked")
        for example in examples(dataset, [2, 0]):
            example.compare()
        squares.compare("asked")


class TestRandomSplit(DatasetLaws, member=Data("a part of random_split", part), points=2):
    def _parts(self, twin, rng, count, lengths):
        generator = twin.generator(int(rng.integers(1 << 30)))
        parts = twin("data.random_split", given(twin, rng, count), lengths, rng=generator)
        return list(parts), generator

    @weight(0.5)
    @pytest.mark.parametrize("lengths", [(3, 4), (1, 0, 6), (7,), (2, 2, 2, 1)])
    def test_lengths(self, twin, rng, lengths):
        """Of given lengths, every part has as many examples, in the order of one permutation, which is all that is
        drawn.
        """
        parts, generator = self._parts(twin, rng, COUNT, list(lengths))
        for dataset, size in zip(parts, lengths, strict=True):
            length(dataset).compare()
            compare_examples(examples(dataset, range(size)))
        generator.random().compare()

    @weight(0.25)
    @pytest.mark.parametrize("fractions", [(0.5, 0.5), (0.7, 0.2, 0.1), (0.25, 0.25, 0.5), (1,)])
    def test_fractions(self, twin, rng, fractions):
        """Fractions are rounded down, and what is left goes to the parts from the first on, one example each."""
        for count in (COUNT, 11, 2):
            parts, _ = self._parts(twin, rng, count, list(fractions))
            for dataset in parts:
                length(dataset).compare()
            for dataset in parts:
                compare_examples(examples(dataset, range(len(dataset.expected))))

    @weight(0.5)
    def test_without_a_generator(self, student):
        """Without rng the parts are others every time, have every example once, and leave NumPy's state alone."""
        dataset = student.data.TensorDataset(np.arange(60))
        state = student.nn.parameter.np.random

        def draw(**generator):
            first, second = student.data.random_split(dataset, [40, 20], **generator)
            found = student.run([Call("item", d, "", (i,)) for d, n in ((first, 40), (second, 20)) for i in range(n)])
            return np.array([int(x) for (x,) in found])

        refuse_usual_seeds(student, draw, "random_split(dataset, [40, 20])")
        orders = []
        for _ in range(2):
            state.seed(7)
            before = state.get_state()
            orders.append(draw())
            compare(state.get_state(), before, "the state of numpy.random after random_split")
            compare(np.sort(orders[-1]), np.arange(60), "all examples of both parts, sorted")
        compare(np.array_equal(*orders), False, "`two splits are equal`")

    @fine
    @weight(0.5)
    def test_refuses(self, twin, rng, student):
        """random_split raises ValueError for lengths that do not add up, and for negative ones."""
        parts, _ = self._parts(twin, rng, COUNT, [5, 2])
        compare_examples(examples(parts[1], range(2)))
        dataset = student.data.TensorDataset(np.arange(COUNT))
        for lengths in ([3, 3], [5, 3], [0.5, 0.4], [0.9, 0.2], [9, -2], [1.5, -0.5]):
            with raises(ValueError, doing=f"random_split of 7 examples with lengths {lengths}"):
                student.call("data.random_split", dataset, lengths)


class TestDefaultCollate:
    @weight(0.5)
    def test_kinds_of_items(self, twin, rng):
        """Examples may be arrays of any shape, numbers, or tuples of one, two or three of them."""
        x, labels, images = arrays(rng, 4)
        for columns in ((x,), (x, labels), (images, labels, x)):
            twin("data.default_collate", list(zip(*columns, strict=True))).compare()
        for items in (list(x), list(images), [1.5, 2.0], [3, 4, 5], [x[0]]):
            twin("data.default_collate", items).compare()

    @weight(0.5)
    def test_one_example(self, twin, rng):
        """A batch of one example has a first dimension, too."""
        x, labels, images = arrays(rng, 1)
        twin("data.default_collate", [(x[0], int(labels[0]), images[0])]).compare()

    @fine
    @weight(0.5)
    def test_refuses(self, twin, rng, student):
        """Examples that differ in shape are a ValueError."""
        twin("data.default_collate", list(rng.normal(size=(3, 2)))).compare()
        for items in ([np.ones(2), np.ones(3)], [(np.ones((2, 1)), 1), (np.ones(2), 2)]):
            with raises(ValueError, doing="default_collate of arrays that differ in shape"):
                student.data.default_collate(items)


class TestDataLoader:
    @weight(1)
    def test_every_size(self, twin, rng):
        """Batches have the examples in order, whatever the sizes; a last batch may be shorter."""
        for count, size in ((7, 3), (6, 3), (2, 5), (1, 1), (5, 5), (0, 2)):
            loader = twin("data.DataLoader", given(twin, rng, count), size)
            for epoch in range(2):
                listed(loader, f"the batches of {count} examples, batch_size={size}, in epoch {epoch}").compare()

    @weight(1)
    def test_drop_last(self, twin, rng):
        """drop_last leaves out a batch that would be shorter, and no other."""
        for count, size in ((7, 3), (6, 3), (2, 5), (5, 5), (8, 3)):
            loader = twin("data.DataLoader", given(twin, rng, count), size, drop_last=True)
            listed(loader, f"the batches of {count} examples, batch_size={size}, drop_last=True").compare()

    @weight(0.5)
    def test_length(self, twin, rng):
        """len of a DataLoader is the number of batches of an epoch, with drop_last and without."""
        for count, size in ((7, 3), (6, 3), (2, 5), (5, 1), (0, 2)):
            for drop_last in (False, True):
                loader = twin("data.DataLoader", given(twin, rng, count), size, drop_last=drop_last)
                loader.name = f"DataLoader of {count} examples, batch_size={size}, drop_last={drop_last}"
                length(loader).compare()

    @weight(0.5)
    def test_batches_of_one(self, twin, rng):
        """By default a batch has one example."""
        listed(twin("data.DataLoader", given(twin, rng, 3))).compare()

    @weight(2)
    def test_new_order(self, twin, rng):
        """With shuffle every epoch draws one permutation; what belongs to an example stays together."""
        for count, size in ((7, 3), (4, 4), (9, 2)):
            generator = twin.generator(int(rng.integers(1 << 30)))
            loader = twin("data.DataLoader", given(twin, rng, count), size, shuffle=True, rng=generator)
            for epoch in range(3):
                listed(loader, f"the batches of {count} examples, shuffled, in epoch {epoch}").compare()
            drawn = generator.random()
            drawn.name = "the next number of the generator after three epochs"
            drawn.compare()

    @weight(0.5)
    def test_no_draw(self, twin, rng):
        """Without shuffle nothing is drawn."""
        generator = twin.generator(3)
        loader = twin("data.DataLoader", given(twin, rng), 2, rng=generator)
        for _ in range(2):
            listed(loader).compare()
        generator.random().compare()

    @weight(0.5)
    def test_drop_last_and_shuffle(self, twin, rng):
        """With drop_last and shuffle the left out examples are others in every epoch."""
        generator = twin.generator(int(rng.integers(1 << 30)))
        loader = twin("data.DataLoader", given(twin, rng), 3, shuffle=True, drop_last=True, rng=generator)
        for epoch in range(3):
            listed(loader, f"the batches in epoch {epoch}").compare()

    @weight(0.5)
    def test_interleaved(self, twin, rng):
        """An iteration over a DataLoader may begin while another one is going on."""
        loader = twin("data.DataLoader", given(twin, rng), 2)
        found = twin("inside.interleaved", loader)
        found.name = "the batches of two iterations in turn"
        found.compare()

    @weight(1)
    def test_collate_fn(self, twin):
        """A collate_fn gets the list of a batch's examples, and the loader gives what it returns."""
        make = named(twin, "inside.backwards")
        listed(twin("data.DataLoader", twin("inside.Squares", 7), 3, collate_fn=make)).compare()
        generator = twin.generator(5)
        loader = twin(
            "data.DataLoader",
            twin("inside.Squares", 8),
            3,
            shuffle=True,
            drop_last=True,
            collate_fn=make,
            rng=generator,
        )
        for epoch in range(2):
            listed(loader, f"the batches in epoch {epoch}, with shuffle, drop_last and a collate_fn").compare()

    @weight(1)
    def test_any_dataset(self, twin):
        """A DataLoader takes any dataset, and asks it with an int for each example, once an epoch."""
        squares = twin("inside.Squares", 5)
        loader = twin("data.DataLoader", squares, 2, shuffle=True, rng=twin.generator(11))
        squares.compare("asked")
        for epoch in range(2):
            listed(loader, f"the batches of squares in epoch {epoch}").compare()
            squares.compare("asked")

    @weight(1)
    def test_without_a_generator(self, student):
        """Without rng every epoch of every loader has an order of its own, and NumPy's global state is not used."""
        dataset = student.data.TensorDataset(np.arange(50))
        state = student.nn.parameter.np.random

        def draw(**generator):
            loader = student.make("data.DataLoader", dataset, 50, shuffle=True, **generator)
            return student.run([Call("list", loader)])[0][0][0]

        refuse_usual_seeds(student, draw, "DataLoader(dataset, shuffle=True)")
        state.seed(7)
        before = state.get_state()
        loader = student.make("data.DataLoader", dataset, 50, shuffle=True)
        orders = [student.run([Call("list", loader)])[0][0][0] for _ in range(2)]
        compare(state.get_state(), before, "the state of numpy.random after two epochs")
        for order in orders:
            compare(np.sort(order), np.arange(50), "the examples of an epoch, sorted")
        orders.append(draw())
        for one, other in ((0, 1), (0, 2)):
            compare(np.array_equal(orders[one], orders[other]), False, "`two epochs have the same order`")

    @fine
    @weight(0.5)
    def test_memory(self, twin, rng):
        """A batch shares no memory with the dataset, and shuffling does not change what is in it."""
        x = twin.array(rng.normal(size=(6, 2)))
        for shuffle, size in itertools.product((True, False), (6, 1)):
            options = {"shuffle": True, "rng": twin.generator(3)} if shuffle else {}
            loader = twin("data.DataLoader", twin("data.TensorDataset", x), size, **options)
            twin("inside.overwrite", loader)
            listed(loader, "the batch, after the one before was overwritten").compare()

    @fine
    @weight(0.5)
    def test_refuses(self, twin, rng, student):
        """A batch_size below 1 is a ValueError."""
        listed(twin("data.DataLoader", given(twin, rng), 2)).compare()
        for size in (0, -1):
            with raises(ValueError, doing=f"DataLoader(dataset, {size})"):
                student.make("data.DataLoader", student.data.TensorDataset(np.arange(3)), size)
