"""Hidden checks of assignment 08: the table of words."""

import math

import numpy as np

from grader.calls import Call
from grader.checks import compare, fine, raises, weight
from grader.checks.battery import Layer, ModuleLaws, law, refuse_usual_seeds, upstream
from grader.checks.battery.drawing import compare_roughly

ROWS, SIZE = 7, 4
# 4,000 normal numbers: eight standard errors of their mean and of their spread.
MEAN, SPREAD = 8 / math.sqrt(4000), 8 / math.sqrt(2 * 4000)


def indices(rng, shape):
    return np.array(rng.integers(ROWS, size=shape))


EMBEDDING = Layer(
    "nn.Embedding",
    arguments=(ROWS, SIZE),
    options=({"padding_idx": 0}, {"padding_idx": 2}, {"padding_idx": ROWS - 1}, {"padding_idx": -1}),
    shapes=((9,), (4, 3), (1, 5), (5, 1), (), (2, 3, 4), (7, 4), (0,), (2, 0)),
    sizes=((4, 3), (2, 3), (5, 3)),
    draw=indices,
    differentiable=0,
    impossible=(
        ((0, 4), {}),
        ((7, 0), {}),
        ((7, 4), {"padding_idx": 7}),
        ((7, 4), {"padding_idx": -8}),
    ),
)


class TestEmbedding(ModuleLaws, member=EMBEDDING, points=4.5):
    @law(
        "{name} answers for its last forward alone, whatever it or another object was asked before; its backward adds"
        " to gradients that are there, also in the row padding_idx."
    )
    def test_used_again(self, twin, rng):
        super().test_used_again(twin, rng)
        for options in ({}, *self.member.options):  # as of a table that is used elsewhere, too
            table, x = self.member.make(twin, options), np.arange(ROWS)
            table.set("weight.grad", upstream(rng, (ROWS, SIZE)))
            compare_roughly(table.forward(x))
            table.backward(upstream(rng, (ROWS, SIZE)))
            compare_roughly(table.run([Call("get", table, "weight.grad")])[0])

    @law("What {name} returns has the dtype of its weight, and so has the gradient.", fine=True)
    def test_dtypes(self, twin, rng):
        super().test_dtypes(twin, rng)

    @weight(0.5)
    def test_draws(self, student, rng):
        """Embedding draws its weight as rng.normal(0, 1, shape), and only then sets the row padding_idx to 0."""
        for options in ({}, {"padding_idx": 3}, {"padding_idx": -2}):
            seed = int(rng.integers(1 << 30))
            drawn = np.random.default_rng(seed).normal(0, 1, (6, 5))
            if options:
                drawn[options["padding_idx"]] = 0
            table = student.nn.Embedding(6, 5, **options, rng=student.generator(seed))
            compare(table.weight.data, drawn, f"{EMBEDDING.called((6, 5), {**options, 'rng': 'rng'})}.weight.data")

    @weight(0.25)
    def test_initial_values_without_a_generator(self, student):
        """Without rng, initial values of Embedding are normal, new each time, and leave NumPy's global state alone."""
        refuse_usual_seeds(student, lambda **rng: student.nn.Embedding(6, 5, **rng).weight.data, "Embedding(6, 5)")
        state, tables = student.nn.parameter.np.random, []
        for _ in range(2):
            state.seed(7)
            before = state.get_state()
            tables.append(student.nn.Embedding(50, 80).weight.data.copy())
            compare(state.get_state(), before, "the state of numpy.random after Embedding(50, 80)")
        compare(tables[0].shape, (50, 80), "the shape of Embedding(50, 80).weight.data")
        compare(abs(float(tables[0].mean())) < MEAN, True, "`the mean of 4000 weights is near 0`")
        compare(abs(float(tables[0].std()) - 1) < SPREAD, True, "`the spread of 4000 weights is near 1`")
        compare(bool(np.array_equal(*tables)), False, "`two new tables have equal weights`")
        table = student.nn.Embedding(50, 80)
        compare(table.forward(np.array([7])), table.weight.data[[7]], "what a new table gives for the index 7")

    @weight(0.5)
    def test_sizes(self, twin, rng):
        """A table may have any number of rows and columns, also one, and any row may be padding, counted either way."""
        for rows, columns in ((1, 3), (4, 1), (1, 1), (3, 5)):
            for padding in (None, *range(-rows, rows)):
                table, x = twin("nn.Embedding", rows, columns, padding_idx=padding), rng.integers(rows, size=(4, 2))
                table.name = f"Embedding({rows}, {columns}, padding_idx={padding})"
                compare_roughly(table.forward(x))
                table.backward(rng.normal(size=(4, 2, columns)))
                table.compare("weight.grad")

    @weight(0.5)
    def test_repeated(self, twin, rng):
        """If all places have the same index, its row gets the sum of all gradients, also if it is the last one."""
        for index in (0, 3, ROWS - 1):
            table, x = twin("nn.Embedding", ROWS, SIZE), np.full((5, 6), index)
            compare_roughly(table.forward(x))
            table.backward(rng.normal(size=(5, 6, SIZE)))
            table.compare("weight.grad")

    @fine
    @weight(0.25)
    def test_kinds_of_integers(self, twin, rng):
        """Embedding takes indices of every integer dtype."""
        for dtype in ("int8", "uint8", "int32", "uint64", ">i4"):
            table = twin("nn.Embedding", 200, 2)
            x = rng.integers(128, size=(3, 4)).astype(dtype)
            compare_roughly(table.forward(x))
            table.backward(rng.normal(size=(3, 4, 2)))
            table.compare("weight.grad")

    @fine
    @weight(0.5)
    def test_refuses_indices(self, student, rng):
        """An index that the table does not have is an IndexError, also a negative one; other numbers than integers are
        a ValueError.
        """
        for index in (-1, ROWS, -ROWS - 1):
            x = indices(rng, (3, 2))
            x[1, 1] = index
            with raises(IndexError, doing=f"Embedding(7, 4).forward(x) with an index of {index}", naming=(index,)):
                student.nn.Embedding(ROWS, SIZE).forward(x)
        with raises(ValueError, doing="Embedding(7, 4).forward(x) with an x of floats", naming=("float64",)):
            student.nn.Embedding(ROWS, SIZE).forward(np.ones(3))
        table = student.nn.Embedding(ROWS, SIZE)
        compare(table.forward(np.array([6, 0])), table.weight.data[[6, 0]], "Embedding(7, 4).forward of 6 and 0")
