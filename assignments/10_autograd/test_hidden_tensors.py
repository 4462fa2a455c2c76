"""Hidden checks of assignment 10: tensors, what is detached, and what memory is kept."""

import numpy as np

from grader.checks import compare, fine, raises, weight
from grader.checks.battery import upstream
from grader.checks.battery.operation import CLOSE

from .graphs import compare_gradients, go_back, leaves
from .operations import compare_data, positive


class TestTensor:
    @weight(0.5)
    def test_data(self, twin, rng):
        """A tensor is made of an array, a number, lists of numbers or a tensor; numbers become float64, bool stays."""
        values = (rng.normal(size=(2, 3)), 3, 2.5, [1, 2, 3], [[0.5], [1.5]], rng.normal(size=(2,)).astype("float32"))
        for value in (*values, np.arange(4), np.array([True, False]), np.zeros((0, 3)), np.array(2.0)):
            tensor = twin("autograd.Tensor", value)
            tensor.name = f"Tensor({value!r:.40})"
            tensor.compare("data", "requires_grad", "grad", "is_leaf")
        again = twin("autograd.Tensor", twin("autograd.Tensor", rng.normal(size=3)), requires_grad=True)
        again.name = "Tensor(tensor, requires_grad=True)"
        again.compare("data", "requires_grad", "grad")
        copied = twin("autograd.Tensor", again)
        copied.name = "Tensor(a tensor that requires a gradient)"
        copied.compare("data", "requires_grad", "is_leaf")

    @fine
    @weight(0.25)
    def test_keeps_the_array(self, twin, rng):
        """A tensor keeps an array of floats itself: what is written into it later is seen by the next operation."""
        for dtype in ("float64", "float32"):
            array = twin.array(rng.normal(size=(2, 3)).astype(dtype))
            x = twin("autograd.Tensor", array, requires_grad=True)
            array.fill(2.5)
            compare_data(x * 2.0, "x * 2, after x's array was filled with 2.5,")

    @fine
    @weight(0.25)
    def test_bool_needs_no_gradient(self, student, twin):
        """A tensor of bool that requires a gradient is a RuntimeError."""
        with raises(RuntimeError, doing="Tensor(array of bool, requires_grad=True)"):
            student.autograd.Tensor(np.array([True, False]), requires_grad=True)
        twin("autograd.Tensor", np.array([1.0, 2.0]), requires_grad=True).compare("data", "requires_grad")

    @weight(0.5)
    def test_requires_grad(self, twin, rng):
        """A result requires a gradient if an operand does, and only then; it is a leaf if it does not."""
        x, constant = leaves(twin, rng, (2, 3))[0], twin("autograd.Tensor", rng.normal(size=(2, 3)))
        results = {
            "x": x,
            "constant": constant,
            "x * constant": x * constant,
            "constant * x": constant * x,
            "constant * 2": constant * 2,
            "constant + constant": constant + constant,
            "x > 1": x > 1,
            "x.sum()": x.sum(),
            "concatenate([constant, x])": twin("autograd.concatenate", [constant, x]),
            "concatenate([constant, constant])": twin("autograd.concatenate", [constant, constant]),
            "constant[0]": constant[0],
        }
        for name, tensor in results.items():
            tensor.name = name
            tensor.compare("data", "requires_grad", "is_leaf", "grad", tolerance=CLOSE)

    @weight(0.75)
    def test_constants_beside(self, twin, rng):
        """Numbers and arrays may stand at either side of an operator; a Python number keeps the tensor's dtype."""
        array, matrix = positive(rng, (2, 3)), positive(rng, (4, 2))
        expressions = {
            "2 - x": lambda x: 2 - x,
            "2 / x": lambda x: 2 / x,
            "2 ** x": lambda x: 2**x,
            "x - 2": lambda x: x - 2,
            "x / 4": lambda x: x / 4,
            "1.5 * x + 1": lambda x: 1.5 * x + 1,
            "array - x": lambda x: array.astype(x.expected.data.dtype) - x,
            "array / x": lambda x: array.astype(x.expected.data.dtype) / x,
            "matrix @ x": lambda x: matrix.astype(x.expected.data.dtype) @ x,
            "x * array": lambda x: x * array.astype(x.expected.data.dtype),
            "-x": lambda x: -x,
        }
        for name, expression in expressions.items():
            for dtype in ("float64", "float32"):
                x = twin("autograd.Tensor", positive(rng, (2, 3)).astype(dtype), requires_grad=True)
                y = expression(x)
                y.name = f"({name}) for x of {dtype}"
                y.compare("data")
                y.backward(upstream(rng, y.expected.data.shape))
                x.name = f"x in {y.name}"
                x.compare("grad")
        x = twin("autograd.Tensor", positive(rng, (2, 3)).astype("float32"), requires_grad=True)
        y = x * array
        y.name = "x * array for x of float32 and an array of float64"
        y.compare("data")


class TestDetach:
    @weight(0.75)
    def test_stops_gradients(self, twin, rng):
        """No gradient goes back through what was detached; it counts as a constant."""
        [x] = leaves(twin, rng, (2, 3))
        go_back(x * x.detach(), rng, "x * x.detach()", x)
        [x] = leaves(twin, rng, (2, 3))
        y = x.exp()
        go_back(y / y.detach().sum() + x, rng, "y / y.detach().sum() + x with y = exp(x)", x)
        detached = y.detach()
        detached.name = "y.detach()"
        detached.compare("data", "requires_grad", "is_leaf", "grad", tolerance=CLOSE)
        y.name = "y, after it was detached,"
        y.compare("requires_grad", "is_leaf")

    @fine
    @weight(0.25)
    def test_shares_its_array(self, twin, rng):
        """What is detached shares the array of the tensor."""
        [x] = leaves(twin, rng, (2, 3))
        detached = x.detach()
        x.hold("data").fill(2.5)
        compare_data(detached * 2.0, "x.detach() * 2, after x's array was filled with 2.5,")


class TestRetainedGraphs:
    @weight(0.75)
    def test_is_freed(self, student, twin, rng):
        """With retain_graph=False a second backward is a RuntimeError; the gradients of the first are right."""
        [x] = leaves(twin, rng, (2, 3))
        y = (x * x).exp()
        y.backward(upstream(rng, (2, 3)), retain_graph=False)
        compare_gradients("exp(x * x), with retain_graph=False", x)
        x = student.autograd.Tensor(positive(rng, (2, 3)), requires_grad=True)
        y = (x * x).exp()
        y.backward(np.ones((2, 3)), retain_graph=False)
        with raises(RuntimeError, doing="a second backward after retain_graph=False"):
            y.backward(np.ones((2, 3)))

    @weight(0.75)
    def test_shared_part_is_freed(self, student, twin, rng):
        """A graph that was freed cannot be gone through from another result either; its leaves stay as they are."""
        x = student.autograd.Tensor(positive(rng, (2, 3)), requires_grad=True)
        shared = x.exp()
        one, other = shared * x, shared * 2
        one.backward(np.ones((2, 3)), retain_graph=False)
        with raises(RuntimeError, doing="backward of another result that shares a part"):
            other.backward(np.ones((2, 3)))
        [x] = leaves(twin, rng, (2, 3))
        (x.exp() * x).backward(upstream(rng, (2, 3)), retain_graph=False)
        go_back(x.exp() * 2, rng, "exp(x) * 2, after exp(x) x was freed", x)
        y = x * 2
        y.backward(upstream(rng, (2, 3)), retain_graph=False)
        y.name = "x * 2, after it was freed,"
        y.compare("requires_grad", "is_leaf", "data", tolerance=CLOSE)


SIZE, LENGTH = 4000, 40
ARRAYS = 8 * SIZE * LENGTH  # bytes; a graph of so many operations needs at least one array for each


class TestMemory:
    @weight(1)
    def test_repetitions(self, student, reference, rng):
        """Graphs that nobody refers to any more are freed: the memory of many is that of two."""
        array = positive(rng, SIZE)
        early, late, gradient = student.inside.peak_of_repetitions(array, LENGTH, 5)
        compare(gradient, reference.inside.peak_of_repetitions(array, LENGTH, 1 + 1)[2], "x.grad of a long chain")
        # Each graph that is not freed adds 2 * ARRAYS. Python's own small objects vary by some thousand bytes.
        compare(late - early < ARRAYS, True, "`five graphs, one after another, need no more memory than two`")

    @weight(0.5)
    def test_freed_by_backward(self, student, reference, rng):
        """With retain_graph=False, backward frees the graph, although its result is still there."""
        array = positive(rng, SIZE)
        before, after, gradient = student.inside.left_after_backward(array, LENGTH, False)
        compare(gradient, reference.inside.left_after_backward(array, LENGTH, False)[2], "x.grad of a long chain")
        compare(after < before / 4, True, "`after backward(retain_graph=False) most memory of the graph is free`")

    @weight(0.5)
    def test_no_gradients_are_kept(self, student, reference, rng):
        """After backward only leaves have gradients: what lies between has none."""
        array = positive(rng, SIZE)
        before, after, gradient = student.inside.left_after_backward(array, LENGTH, True)
        compare(gradient, reference.inside.left_after_backward(array, LENGTH, True)[2], "x.grad of a long chain")
        compare(after - before < ARRAYS / 4, True, "`backward keeps no gradients of results between`")

    @weight(0.5)
    def test_no_grad(self, student, reference, rng):
        """Inside no_grad, results are freed as soon as the next one is there."""
        array = positive(rng, SIZE)
        peak, y = student.inside.left_inside_no_grad(array, LENGTH)
        compare(y, reference.inside.left_inside_no_grad(array, LENGTH)[1], "a long chain inside no_grad")
        compare(peak < ARRAYS / 4, True, "`a long chain inside no_grad needs the memory of a few arrays`")
