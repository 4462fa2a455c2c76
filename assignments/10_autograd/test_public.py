"""Public checks of assignment 10: the example of the handout, and one check of each kind that the hidden ones have.

`tensor` makes a leaf, and `check` compares a gradient with central differences of the very function.
"""

import numpy as np

from grader.checks import compare, fine, raises, weight
from grader.compare import Tolerance

# Central differences with a step of 1e-5 are off by about 1e-10 times the third derivative, and by rounding: 1e-11.
DIFFERENCES = Tolerance(1e-6, 1e-6, absolute=1e-7)
STEP = 1e-5


def tensor(student, array):
    return student.autograd.Tensor(array, requires_grad=True)


def check(student, rng, expression, expected, *arrays, name):
    """The values of an expression, and its gradients: d(sum(dy * y)) / dx by differences of the values."""
    leaves = [tensor(student, array) for array in arrays]
    y = expression(*leaves)
    value = np.asarray(expected(*arrays))
    compare(y.data, value, name, Tolerance(1e-10, 1e-10))
    dy = rng.uniform(0.5, 1.5, value.shape) * rng.choice([-1.0, 1.0], value.shape)
    y.backward(dy)
    for place, (letter, leaf) in enumerate(zip("xyz", leaves)):
        compare(leaf.grad, differences(expected, arrays, place, dy), f"{letter}.grad of {name}", DIFFERENCES)


def differences(function, arrays, place, dy):
    gradient = np.zeros_like(arrays[place])
    for index in np.ndindex(gradient.shape):
        ends = []
        for step in (STEP, -STEP):
            moved = [array.copy() for array in arrays]
            moved[place][index] += step
            ends.append(np.sum(dy * function(*moved)))
        gradient[index] = (ends[0] - ends[1]) / (2 * STEP)
    return gradient


def normal(rng, *shape):
    return rng.normal(size=shape)


def positive(rng, *shape):
    return rng.uniform(0.5, 2.0, shape)


class TestExample:
    @weight(1)
    def test_worked_example(self, student):
        """The worked example of the handout comes out, number by number."""
        w = tensor(student, np.array([1.0, -2.0]))
        x = student.autograd.Tensor(np.array([[3.0, 1.0], [0.0, 2.0], [1.0, -1.0]]))
        b = tensor(student, np.array(0.5))
        h = x @ w + b
        y = (h * h).mean()
        compare(h.data, np.array([1.5, -3.5, 3.5]), "h")
        compare(y.data, np.array(26.75 / 3), "y")
        y.backward()
        compare(w.grad, np.array([16 / 3, -18 / 3]), "w.grad")
        compare(b.grad, np.array(1.0), "b.grad")
        compare(x.grad, None, "x.grad, of a constant")
        y.backward()
        compare(b.grad, np.array(2.0), "b.grad after a second backward")


class TestOperations:
    @weight(0.5)
    def test_arithmetic(self, student, rng):
        """Arithmetic has the right values and gradients, also where operands broadcast, in each direction."""
        for name, function in {
            "x + y": lambda x, y: x + y,
            "x - y": lambda x, y: x - y,
            "x * y": lambda x, y: x * y,
            "x / y": lambda x, y: x / y,
            "x ** y": lambda x, y: x**y,
        }.items():
            for shapes in (((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2, 3)), ((0, 3), (3,))):
                arrays = [positive(rng, *shape) for shape in shapes]
                check(student, rng, function, function, *arrays, name=f"{name} for shapes {shapes}")

    @weight(0.5)
    def test_matmul(self, student, rng):
        """x @ y multiplies matrices, batches of them, rows and columns."""
        for shapes in (((2, 3), (3, 4)), ((3,), (3,)), ((3,), (3, 2)), ((5, 2, 3), (3, 4)), ((2, 3), (4, 3, 2))):
            arrays = [normal(rng, *shape) for shape in shapes]
            check(student, rng, lambda x, y: x @ y, np.matmul, *arrays, name=f"x @ y for shapes {shapes}")

    @weight(0.5)
    def test_functions(self, student, rng):
        """Functions of every entry have the right values and gradients."""
        for name in ("exp", "log", "sqrt", "tanh"):
            for shape in ((2, 3), ()):
                x = positive(rng, *shape)
                check(student, rng, lambda x, name=name: getattr(x, name)(), getattr(np, name), x, name=f"{name}(x)")
        x = normal(rng, 2, 3)
        check(student, rng, lambda x: x.sigmoid(), lambda x: 1 / (1 + np.exp(-x)), x, name="sigmoid(x)")
        check(student, rng, lambda x: x.relu(), lambda x: np.maximum(x, 0), x, name="relu(x)")

    @weight(0.5)
    def test_reductions(self, student, rng):
        """Sums, means and their like have the right values and gradients, along any axis."""
        x = normal(rng, 2, 3, 4)
        for axis in (None, 1, -1, (0, 2)):
            for name in ("sum", "mean", "max"):
                check(
                    student,
                    rng,
                    lambda x, name=name, axis=axis: getattr(x, name)(axis=axis, keepdims=True),
                    lambda x, name=name, axis=axis: getattr(np, name)(x, axis=axis, keepdims=True),
                    x,
                    name=f"{name}(x, axis={axis}, keepdims=True)",
                )

    @weight(0.5)
    def test_shapes(self, student, rng):
        """Reshaping, transposing, indexing and joining bring each gradient back to where its number came from."""
        x = normal(rng, 3, 4)
        for name, function in {
            "reshape(x, 2, 6)": lambda x: x.reshape(2, 6),
            "transpose(x)": lambda x: x.transpose(),
            "x[1:, ::2]": lambda x: x[1:, ::2],
            "x[[0, 0, 2]]": lambda x: x[[0, 0, 2]],
        }.items():
            check(student, rng, function, function, x, name=name)
        y = normal(rng, 3, 2)
        joined = student.autograd.concatenate
        check(
            student,
            rng,
            lambda x, y: joined([x, y], axis=1),
            lambda x, y: np.concatenate([x, y], axis=1),
            x,
            y,
            name="concatenate([x, y], axis=1)",
        )

    @weight(0.25)
    def test_constants(self, student, rng):
        """Numbers and arrays are constants, at either side: `2 - x`, `array / x`."""
        array = positive(rng, 3)
        for name, function in {"2 - x": lambda x: 2 - x, "array / x": lambda x: array / x}.items():
            check(student, rng, function, function, positive(rng, 2, 3), name=name)

    @fine
    @weight(0.25)
    def test_float32(self, student, rng):
        """What is made of float32 is float32, and so is its gradient; no operand is changed."""
        array = positive(rng, 2, 3).astype("float32")
        before, x = array.copy(), tensor(student, array)
        y = 2 * x.exp() / x
        y.backward(np.ones((2, 3)))
        compare(y.data, 2 * np.exp(before) / before, "2 exp(x) / x")
        expected = 2 * np.exp(before) * (before - 1) / before**2
        compare(x.grad, expected, "x.grad", Tolerance(1e-4, 1e-4))  # terms cancel where x is near 1
        compare(array, before, "the array that x was made of")

    @fine
    @weight(0.25)
    def test_refuses(self, student, rng):
        """Shapes that do not broadcast are a ValueError that names both."""
        x, y = tensor(student, normal(rng, 2, 3)), tensor(student, normal(rng, 2))
        with raises(ValueError, doing="x + y for shapes (2, 3) and (2,)", naming=((2, 3), (2,))):
            x + y
        compare((x + y[0]).data.shape, (2, 3), "the shape of x + y[0]")


class TestGraphs:
    @weight(0.5)
    def test_diamond(self, student, rng):
        """What is used twice gets the sum of both gradients, also as both operands of one operation."""
        x = positive(rng, 2, 3)
        for name, function in {
            "x * x": lambda x: x * x,
            "h * h + h with h = x * 2": lambda x: (x * 2) * (x * 2) + x * 2,
            "x / x + x": lambda x: x / x + x,
        }.items():
            check(student, rng, function, function, x, name=name)
        leaf = tensor(student, x)
        h = leaf.exp()
        y = h * h.log() + h
        y.backward(np.ones((2, 3)))
        compare(leaf.grad, np.exp(x) * (x + 2), "x.grad of h log(h) + h with h = exp(x)", Tolerance(1e-10, 1e-10))

    @weight(0.25)
    def test_deep(self, student):
        """A graph of ten thousand operations needs no recursion."""
        x = y = tensor(student, np.array([1.0, 2.0]))
        for _ in range(10_000):
            y = y * 1.0001
        y.backward(np.ones(2))
        compare(x.grad, np.full(2, 1.0001**10_000), "x.grad of 10,000 operations", Tolerance(1e-10, 1e-10))

    @weight(0.25)
    def test_no_grad(self, student):
        """Inside no_grad nothing is recorded; a detached tensor is a constant."""
        x = tensor(student, np.array([1.0, 2.0]))
        with student.autograd.no_grad():
            inside = x * 3
        compare(inside.requires_grad, False, "requires_grad of x * 3 inside no_grad")
        y = x * inside + x * x.detach()
        y.backward(np.ones(2))
        compare(x.grad, np.array([4.0, 8.0]), "x.grad of x * inside + x * x.detach()")
