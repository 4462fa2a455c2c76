"""Hidden checks of assignment 10: backward through graphs of every form."""

import numpy as np

from grader.checks import EXACT, Tolerance, fine, raises, seconds, weight
from grader.checks.battery import upstream

from .graphs import compare_gradients, go_back, leaves
from .operations import positive


class TestBackward:
    @weight(1)
    def test_chains(self, twin, rng):
        """Gradients go back through one operation after another, by the chain rule."""
        x, w, b = leaves(twin, rng, (4, 3), (5, 3), (5,))
        go_back(
            (x @ w.transpose() + b).tanh().sum(axis=0).exp(), rng, "exp(sum(tanh(x w.T + b), 0))", x, w, b, names="xwb"
        )
        [x] = leaves(twin, rng, (2, 3))
        go_back((((x * 3).log() + 1) / 2).sqrt().reshape(3, 2).mean(1), rng, "a chain of six operations", x)

    @weight(1)
    def test_both_operands(self, twin, rng):
        """A tensor that is both operands of an operation gets the sum of both gradients."""
        for name, expression in {
            "x + x": lambda x: x + x,
            "x - x": lambda x: x - x,
            "x * x": lambda x: x * x,
            "x / x": lambda x: x / x,
            "x @ x": lambda x: x @ x,
            "x ** x": lambda x: x**x,
            "x * x[0]": lambda x: x * x[0],
            "x @ x[1]": lambda x: x @ x[1],
        }.items():
            [x] = leaves(twin, rng, (3, 3))
            go_back(expression(x), rng, name, x)

    @weight(1.5)
    def test_diamonds(self, twin, rng):
        """What is used several times is gone back through once, with the sum of the gradients of all its uses."""
        [x] = leaves(twin, rng, (2, 3))
        y = x.exp()
        go_back(y * y.log() + y.sqrt(), rng, "y * log(y) + sqrt(y) with y = exp(x)", x)
        [x] = leaves(twin, rng, (2, 3))
        y = x * 2
        z = y.tanh()
        w = z * y
        go_back(w + z * w + y * x, rng, "w + z w + y x with y = 2 x, z = tanh(y), w = z y", x)
        [x] = leaves(twin, rng, (3,))
        y = x
        for _ in range(6):
            y = y * y.tanh() + y / 2
        go_back(y, rng, "six times y = y tanh(y) + y / 2", x)

    @weight(1.5)
    def test_long_and_short_ways(self, twin, rng):
        """A gradient waits until it has come along all ways, however different their lengths."""
        for turn in range(4):
            x, other = leaves(twin, rng, (2, 2), (2, 2))
            y = x * other
            long = y
            for _ in range(5):
                long = (long * 0.9).tanh()
            parts = [y * 3, long, long * y, y + other * long]
            total = parts[turn]
            for part in parts[turn + 1 :] + parts[:turn]:
                total = total + part if turn % 2 else part + total
            go_back(total, rng, f"a sum of ways of lengths 1 to 12, in order {turn}", x, other)

    @weight(0.75)
    def test_results_that_are_not_used(self, twin, rng):
        """What a result was not made of gets no gradient, although it uses the same tensors."""
        x, w, unused = leaves(twin, rng, (2, 3), (3,), (3,))
        beside = x * unused
        y = x * w
        (beside * y).exp()
        go_back(y.sum(), rng, "sum(x w)", x, w, unused, beside, y, names=["x", "w", "unused", "x * unused", "x * w"])

    @weight(1)
    def test_upstream(self, twin, rng):
        """backward takes the gradient of its result: an array or a tensor; left out, it is 1 if there is one entry."""
        for shape, dy in (((), None), ((), 2.5), ((1, 1), None), ((2, 3), upstream(rng, (2, 3))), ((), np.array(-1.5))):
            [x] = leaves(twin, rng, shape)
            y = x * x * x
            y.backward(*([] if dy is None else [dy]))
            compare_gradients(f"x ** 3 of shape {shape}, with {'no gradient given' if dy is None else 'a gradient'}", x)
        [x] = leaves(twin, rng, (2, 3))
        (x * x).backward(twin("autograd.Tensor", upstream(rng, (2, 3))))
        compare_gradients("x * x, with a tensor as its gradient", x)
        [x] = leaves(twin, rng, (2, 3))
        x.backward(upstream(rng, (2, 3)))
        compare_gradients("x itself, which is a leaf", x)

    @weight(1)
    def test_adds_up(self, twin, rng):
        """Gradients add up over several results, until grad is set to None; of arrays that are there, too."""
        x, w = leaves(twin, rng, (2, 3), (3,))
        for name in ("a first result", "a second one", "a third one"):
            go_back((x * w).tanh() + x, rng, name, x, w)
        x.set("grad", None)
        go_back(x * w, rng, "a result after x.grad was None again", x, w)
        x.set("grad", upstream(rng, (2, 3)))
        go_back(x * x, rng, "a result where x.grad was an array before", x)

    @weight(1)
    def test_twice(self, twin, rng):
        """A second backward of the same result adds the same gradients again, for its own upstream gradient."""
        x, w = leaves(twin, rng, (2, 3), (3,))
        y = (x * w).tanh() * x + x.exp()
        for turn in ("first", "second", "third"):
            go_back(y, rng, f"tanh(x w) x + exp(x), after the {turn} backward", x, w)
        y.backward(upstream(rng, (2, 3)), retain_graph=True)
        compare_gradients("tanh(x w) x + exp(x), with retain_graph=True", x, w)

    @weight(1)
    def test_shared_parts(self, twin, rng):
        """Two results that share a part each give its gradient, and neither is mixed with the other's."""
        x, w = leaves(twin, rng, (2, 3), (3,))
        shared = (x * w).exp()
        one, other = shared * x, (shared + w).sqrt()
        go_back(one, rng, "exp(x w) x", x, w)
        go_back(other, rng, "sqrt(exp(x w) + w), after another result of exp(x w)", x, w)
        go_back(shared, rng, "exp(x w), after two results of it", x, w)
        go_back(one, rng, "exp(x w) x, once more", x, w)

    @weight(0.75)
    def test_only_leaves(self, twin, rng):
        """Only leaves that require a gradient get one, and what has retain_grad()."""
        x, w = leaves(twin, rng, (2, 3), (3,))
        constant = twin("autograd.Tensor", positive(rng, (3,)))
        y = x * w
        z = y.tanh() * constant
        go_back(z, rng, "z", x, w, y, z, constant, names=["x", "w", "x * w, which is no leaf", "z", "a constant"])
        y.retain_grad()
        x.retain_grad()
        go_back(z, rng, "z, where x * w and x retain theirs", x, y, z, names=["x", "x * w", "z"])
        go_back(z, rng, "z, for a second time", x, y, names=["x", "x * w"])

    @fine
    @weight(0.25)
    def test_retain_grad_needs_a_gradient(self, student, twin, rng):
        """retain_grad of what requires no gradient is a RuntimeError."""
        with raises(RuntimeError, doing="retain_grad of a constant"):
            student.autograd.Tensor(np.ones(3)).retain_grad()
        [x] = leaves(twin, rng, (3,))
        y = x * 2
        y.retain_grad()
        go_back(y * y, rng, "y * y", y, names="y")

    @weight(1.5)
    def test_deep(self, twin, rng):
        """Graphs of ten thousand operations need no recursion."""
        [x] = leaves(twin, rng, (3,))
        go_back(twin("inside.chain", x, 10_000), rng, "a chain of 10,000 operations", x)

    @weight(1)
    def test_deep_and_wide(self, twin, rng):
        """Deep graphs with a thousand ways side by side give each gradient once."""
        [x] = leaves(twin, rng, (2,))
        go_back(twin("inside.left_behind", x, 1500), rng, "a chain each link of which also goes into the result", x)
        [x] = leaves(twin, rng, (1000,))
        go_back(twin("inside.scalars", x, 1000), rng, "a sum of 1,000 entries, one after another", x)

    @seconds(12)
    @weight(1)
    def test_many_ways(self, twin, rng):
        """However many ways lead back, no operation is gone back through twice."""
        [x] = leaves(twin, rng, (2, 3))
        go_back(twin("inside.ladder", x, 300), rng, "300 operations, each of which uses the one before twice", x)

    @fine
    @weight(0.5)
    def test_refuses_gradients(self, student, twin, rng):
        """backward needs a gradient for more than one entry (RuntimeError), and of just its shape (ValueError)."""
        x = student.autograd.Tensor(np.ones((2, 3)), requires_grad=True)
        with raises(RuntimeError, doing="backward of shape (2, 3) without a gradient"):
            (x * 2).backward()
        for shape in ((3,), (1, 3), (3, 2), (), (6,)):
            with raises(ValueError, doing=f"backward of shape (2, 3) given {shape}", naming=((2, 3), shape)):
                (x * 2).backward(np.ones(shape))
        [x] = leaves(twin, rng, (2, 3))
        go_back(x * 2, rng, "x * 2", x)

    @fine
    @weight(0.5)
    def test_refuses_constants(self, student, twin, rng):
        """backward of what requires no gradient is a RuntimeError."""
        constant = student.autograd.Tensor(np.ones(()))
        for name, y in (("a constant", constant), ("constant * 2", constant * 2)):
            with raises(RuntimeError, doing=f"backward of {name}"):
                y.backward()
        [x] = leaves(twin, rng, ())
        go_back(x * 2, rng, "x * 2", x)

    @fine
    @weight(0.5)
    def test_own_memory(self, twin, rng):
        """Each gradient has memory of its own: neither another one's, nor that of what backward was given."""
        x, w = leaves(twin, rng, (2, 3), (2, 3))
        dy = twin.array(upstream(rng, (2, 3)))
        y = x + w
        y.retain_grad()
        y.backward(dy)
        for number, tensor in enumerate((x, y)):
            compare_gradients("x + w", x, w, y, names="xwy")
            tensor.hold("grad").fill(7.0 + number)
        dy.name = "what backward was given, after the gradients were overwritten,"
        dy.compare(tolerance=EXACT)
        compare_gradients("x + w, after the gradients of x and of x + w were overwritten", w, names="w")

    @fine
    @weight(0.5)
    def test_dtypes(self, twin, rng):
        """A gradient has the dtype of its tensor, also where both dtypes meet in one graph."""
        single = twin("autograd.Tensor", positive(rng, (3,)).astype("float32"), requires_grad=True)
        [double] = leaves(twin, rng, (2, 3))
        y = (single.exp() * double).sum(axis=0) / single
        y.name = "sum(exp(single) double, 0) / single"
        tolerance = Tolerance(1e-5, 1e-5)  # a few roundings of float32
        y.compare("data", tolerance=tolerance)
        y.backward(upstream(rng, (3,)))
        single.name, double.name = "single", "double"
        single.compare("grad", tolerance=tolerance)
        double.compare("grad", tolerance=tolerance)
