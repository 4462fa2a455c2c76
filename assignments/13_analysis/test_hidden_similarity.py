"""Hidden checks of assignment 13: how similar representations are."""

import numpy as np

from grader.checks import Tolerance, compare, fine, raises, weight

# Sums of up to a thousand products, in either of two orders: over examples or over columns.
CLOSE = Tolerance(1e-10, 1e-10)
ZERO = Tolerance(0.0, 0.0, absolute=1e-10)


def related(rng, rows, columns, others):
    """Two representations that have something in common, and means that are not 0."""
    one = rng.normal(size=(rows, columns)) * np.linspace(1, 3, columns) + 2
    return one, one @ rng.normal(size=(columns, others)) + rng.normal(size=(rows, others)) - 1


def orthogonal(rng, size):
    return np.linalg.qr(rng.normal(size=(size, size)))[0]


class TestLinearCKA:
    @weight(1.5)
    def test_values(self, student, reference, rng):
        """The value is right, for few columns and for many, and does not depend on which of the two comes first."""
        for shape in ((20, 3, 5), (8, 30, 2), (5, 40, 60), (2, 1, 1), (30, 1, 4)):
            one, other = related(rng, *shape)
            value = reference.analysis.linear_cka(one, other)
            compare(student.analysis.linear_cka(one, other), value, f"linear_cka of sizes {shape}", CLOSE)
            compare(student.analysis.linear_cka(other, one), value, f"linear_cka of sizes {shape}, exchanged", CLOSE)

    @weight(1)
    def test_invariances(self, student, reference, rng):
        """Orthogonal maps, numbers other than 0, and shifts of either side change nothing; X with itself gives 1."""
        one, other = related(rng, 15, 4, 6)
        value = reference.analysis.linear_cka(one, other)
        compare(student.analysis.linear_cka(one, one.copy()), 1.0, "linear_cka(X, X)", CLOSE)
        same = {
            "X turned": (one @ orthogonal(rng, 4), other),
            "Y turned": (one, other @ orthogonal(rng, 6)),
            "X times -3": (-3 * one, other),
            "Y divided by 1000": (one, other / 1000),
            "X shifted": (one + rng.normal(size=4) * 10, other),
            "Y shifted": (one, other - rng.normal(size=6) * 10),
            "examples in another order": (one[::-1].copy(), other[::-1].copy()),
            "columns in another order": (one[:, ::-1].copy(), other),
            "columns of zeros": (np.hstack([one, np.zeros((15, 2))]), other),
        }
        for what, (x, y) in same.items():
            compare(student.analysis.linear_cka(x, y), value, f"linear_cka, {what}", CLOSE)

    @weight(1)
    def test_what_changes_it(self, student, reference, rng):
        """Another invertible map, and examples of which only one side is in another order, do change it."""
        one, other = related(rng, 15, 4, 6)
        base = student.analysis.linear_cka(one, other)
        stretch = np.diag([0.1, 1.0, 5.0, 9.0]) @ orthogonal(rng, 4)
        for what, x in {"stretched": one @ stretch, "in another order": one[::-1].copy()}.items():
            value = student.analysis.linear_cka(x, other)
            compare(value, reference.analysis.linear_cka(x, other), f"linear_cka of X {what}", CLOSE)
            compare(abs(value - base) > 1e-3, True, f"`it differs if X is {what}`")

    @weight(0.5)
    def test_nothing_in_common(self, student, rng):
        """Representations whose differences are orthogonal give 0; so do equal rows, without a warning."""
        basis = np.linalg.qr(np.hstack([np.ones((9, 1)), rng.normal(size=(9, 4))]))[0]
        compare(student.analysis.linear_cka(basis[:, 1:3], basis[:, 3:]), 0.0, "linear_cka of orthogonal ones", ZERO)
        one = rng.normal(size=(9, 2))
        for flat in (np.zeros((9, 3)), np.full((9, 2), 0.1), np.tile([0.1, 0.7, -0.3], (9, 1)), np.full((9, 1), -3e8)):
            compare(student.analysis.linear_cka(one, flat), 0.0, "linear_cka with equal rows")
            compare(student.analysis.linear_cka(flat, one), 0.0, "linear_cka of equal rows")
        compare(student.analysis.linear_cka(one, one), 1.0, "linear_cka(X, X)", CLOSE)

    @weight(0.5)
    def test_range(self, student, reference, rng):
        """The largest and smallest numbers give what others do: nothing overflows, and nothing is lost."""
        one, other = related(rng, 12, 3, 4)
        value = reference.analysis.linear_cka(one, other)
        one, other = one + 20, other + 50  # far from 0: the sum of a column is more than its largest number
        most = 0.99 * np.finfo(float).max / max(np.abs(one).max(), np.abs(other).max())
        # The inverse of 1e-311 is above all numbers; numbers of that size are still right to 1e-12.
        for scale in (1e-311, 1e-150, 1e-80, 1e80, 1e150, most):
            compare(student.analysis.linear_cka(one * scale, other), value, f"linear_cka of X times {scale}", CLOSE)
            compare(student.analysis.linear_cka(one, other * scale), value, f"linear_cka of Y times {scale}", CLOSE)
        # Here differences are larger than the largest number.
        one, other = np.vstack([-one[:1], one]), np.vstack([other[:1], other])
        value = reference.analysis.linear_cka(one, other)
        most = 0.99 * np.finfo(float).max / np.abs(one).max()
        compare(student.analysis.linear_cka(one * most, other), value, "linear_cka of the largest of both signs", CLOSE)

    @fine
    @weight(0.5)
    def test_kinds(self, student, reference, rng):
        """The result is a Python float, also of float32 arrays, which are computed with in float64."""
        one, other = (array.astype(np.float32) for array in related(rng, 12, 3, 4))
        expected = reference.analysis.linear_cka(one.astype(float), other.astype(float))
        compare(student.analysis.linear_cka(one, other), expected, "linear_cka of float32", Tolerance(1e-9, 1e-9))

    @fine
    @weight(0.5)
    def test_memory(self, student, reference, rng):
        """Neither array is changed, in whatever layout it lies in memory."""
        one, other = related(rng, 12, 3, 4)
        value = reference.analysis.linear_cka(one, other)
        for layout in ("C", "F", "strided", "read-only"):
            x, y = student.array(one, layout), student.array(other, layout)
            compare(student.analysis.linear_cka(x, y), value, f"linear_cka in layout {layout}", CLOSE)
            compare(student.value(x), one, f"X afterwards, layout {layout}")
            compare(student.value(y), other, f"Y afterwards, layout {layout}")

    @fine
    @weight(0.5)
    def test_refuses(self, student):
        """Arrays that do not have two dimensions, other numbers of rows, and a single row are ValueErrors."""
        compare(student.analysis.linear_cka(np.eye(2), np.eye(2)), 1.0, "linear_cka(eye, eye)", CLOSE)
        for one, other in (((3, 2), (4, 2)), ((3,), (3, 2)), ((3, 2), (3,)), ((3, 2, 1), (3, 2)), ((1, 2), (1, 2))):
            with raises(ValueError, doing=f"linear_cka of {one} and {other}", naming=(one, other)):
                student.analysis.linear_cka(np.ones(one), np.ones(other))


class TestSimilarityMap:
    @weight(1)
    def test_values(self, student, reference, rng):
        """At [i, j] is the linear_cka of layer i and other j, whatever their sizes, and however many there are."""
        first = [rng.normal(size=(10, size)) for size in (3, 1, 20)]
        second = [rng.normal(size=(10, size)) for size in (2, 5)]
        square = (first[:2], second)  # as many of both, but not the same
        for layers, others in ((first, second), (second, first), (first, first), (first[:1], second), square):
            expected = reference.analysis.similarity_map(layers, others)
            compare(student.analysis.similarity_map(layers, others), expected, "similarity_map", CLOSE)

    @fine
    @weight(0.25)
    def test_refuses(self, student, rng):
        """Representations of other numbers of examples are a ValueError."""
        one, other = rng.normal(size=(5, 2)), rng.normal(size=(6, 2))
        compare(student.analysis.similarity_map([one], [one]), np.ones((1, 1)), "similarity_map([X], [X])", CLOSE)
        with raises(ValueError, doing="similarity_map of 5 and 6 examples", naming=((5, 2), (6, 2))):
            student.analysis.similarity_map([one, one], [one, other])


class TestLayerOutputs:
    @weight(1)
    def test_outputs(self, student, reference, rng):
        """Each output is that of its module on the output before, with one row for each example, also for none."""
        for count in (6, 1, 0):
            x = rng.normal(size=(count, 2, 4))
            found, expected = (
                framework.analysis.layer_outputs(framework.inside.network(), x) for framework in (student, reference)
            )
            compare(len(found), len(expected), "the number of outputs")
            for i, array in enumerate(expected):
                compare(found[i], array, f"output {i} for {count} examples")

    @weight(0.5)
    def test_modes(self, student):
        """The model computes in evaluation mode, and each module is in its own mode again, also after an error."""
        compare(student.inside.modes_of_a_look(), [True] * 5, MODES)

    @fine
    @weight(0.5)
    def test_copies(self, student):
        """What comes back is not changed by what is written into another output, into x, or by a later module."""
        facts = "`other outputs stay, x stays, the model stays, modules in place change nothing`"
        compare(student.inside.copies_of_a_look(), [True] * 4, facts)


MODES = "`evaluation, outputs are right, modes restored, an error passes, modes restored after it`"
