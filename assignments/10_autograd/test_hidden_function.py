"""Hidden checks of assignment 10: operations of one's own."""

import numpy as np

from grader.checks import fine, raises, weight
from grader.checks.battery import upstream
from grader.checks.battery.operation import CLOSE

from .graphs import compare_gradients, go_back, leaves
from .operations import positive


class TestFunction:
    @weight(1)
    def test_one_input(self, twin, rng):
        """An operation of one's own gives its value, and its gradient goes back, inside a graph of others."""
        [x] = leaves(twin, rng, (2, 3))
        go_back(twin("inside.applied", "Cube", x), rng, "Cube.apply(x)", x)
        [x] = leaves(twin, rng, (2, 3))
        y = twin("inside.applied", "Cube", x.tanh())
        go_back(y * x + y, rng, "y x + y with y = Cube.apply(tanh(x))", x)

    @weight(1)
    def test_several_inputs(self, twin, rng):
        """backward gives a gradient for each input, None where there is none; inputs may be no tensors."""
        [x] = leaves(twin, rng, (2, 3))
        go_back(twin("inside.applied", "Scaled", x, 2.5), rng, "Scaled.apply(x, 2.5)", x)
        x, y, z = leaves(twin, rng, (2, 3), (2, 3), (2, 3))
        go_back(twin("inside.applied", "Mixed", x, y, z), rng, "Mixed.apply(x, y, z)", x, y, z)
        x, y = leaves(twin, rng, (2, 3), (2, 3))
        go_back(twin("inside.applied", "Mixed", y, x, positive(rng, (2, 3))), rng, "Mixed.apply(y, x, array)", x, y)
        [x] = leaves(twin, rng, (2, 3))
        go_back(twin("inside.applied", "Mixed", x, x, x), rng, "Mixed.apply(x, x, x)", x)

    @weight(1)
    def test_what_is_given(self, twin, rng):
        """forward and backward are given arrays, and ctx.needs_input_grad says which inputs need a gradient."""
        x, y = leaves(twin, rng, (2, 3), (2, 3))
        constant = twin("autograd.Tensor", positive(rng, (2, 3)))
        twin("inside.seen")  # what other checks have left
        for inputs in ((x, y, constant), (constant, y, x), (x, constant, positive(rng, (2, 3)))):
            result = twin("inside.applied", "Mixed", *inputs)
            result.backward(upstream(rng, (2, 3)))
        notes = twin("inside.seen")
        notes.name = "what forward and backward of Mixed were given"
        notes.compare()
        compare_gradients("three results of Mixed", x, y)

    @weight(1)
    def test_a_context_for_each_call(self, twin, rng):
        """Each call of apply has a context of its own: what one saves is never another's."""
        x, y = leaves(twin, rng, (2, 3), (4,))
        one, other = twin("inside.applied", "Cube", x), twin("inside.applied", "Cube", y)
        factors = twin("inside.applied", "Scaled", x, 2.0), twin("inside.applied", "Scaled", x, 3.0)
        go_back(one, rng, "Cube.apply(x), after Cube.apply(y)", x)
        go_back(other, rng, "Cube.apply(y), after Cube.apply(x)", y)
        go_back(factors[0] * factors[1], rng, "Scaled.apply(x, 2.0) * Scaled.apply(x, 3.0)", x)
        go_back(one, rng, "Cube.apply(x), for a second time", x)

    @weight(0.5)
    def test_is_recorded_where_it_should(self, twin, rng):
        """An operation of one's own is recorded if an input requires a gradient, and not inside no_grad."""
        [x] = leaves(twin, rng, (2, 3))
        constant = twin("autograd.Tensor", positive(rng, (2, 3)))
        results = [twin("inside.applied", "Cube", x), twin("inside.applied", "Cube", constant)]
        with twin("autograd.no_grad"):
            results.append(twin("inside.applied", "Cube", x))
        for name, result in zip(("x", "a constant", "x inside no_grad"), results, strict=True):
            result.name = f"Cube.apply of {name}"
            result.compare("data", "requires_grad", "is_leaf", tolerance=CLOSE)

    @weight(0.5)
    def test_no_gradient_at_all(self, twin, rng):
        """If backward gives None, nothing goes back that way; other ways are not touched."""
        x, y = leaves(twin, rng, (2, 3), (2, 3))
        go_back(twin("inside.applied", "Nothing", x * 2) + x * y, rng, "Nothing.apply(2 x) + x y", x, y)
        [x] = leaves(twin, rng, (2, 3))
        go_back(twin("inside.applied", "Nothing", x.exp()), rng, "Nothing.apply(exp(x))", x)

    @fine
    @weight(0.5)
    def test_dtypes(self, twin, rng):
        """A gradient of another dtype is converted to that of its input; dy has the dtype of the result."""
        x = twin("autograd.Tensor", positive(rng, (2, 3)).astype("float32"), requires_grad=True)
        y = twin("inside.applied", "InFloat64", x)
        y.name, x.name = "InFloat64.apply(x) for x of float32", "x in InFloat64.apply(x)"
        y.compare("data")
        y.backward(upstream(rng, (2, 3)))
        x.compare("grad")
        single = [
            twin("autograd.Tensor", positive(rng, (2, 3)).astype("float32"), requires_grad=True) for _ in range(3)
        ]
        twin("inside.seen")
        twin("inside.applied", "Mixed", *single).backward(upstream(rng, (2, 3)))
        notes = twin("inside.seen")
        notes.name = "what Mixed was given for x, y and z of float32"
        notes.compare()

    @fine
    @weight(0.5)
    def test_refuses(self, student, twin, rng):
        """Too few gradients are a RuntimeError, a gradient of a wrong shape is a ValueError that names both shapes."""
        x = student.autograd.Tensor(positive(rng, (2, 3)), requires_grad=True)
        y = student.call("inside.applied", "TooFew", x, 2.0)
        with raises(RuntimeError, doing="a backward that gives one gradient for two inputs"):
            y.backward(np.ones((2, 3)))
        y = student.call("inside.applied", "WrongShape", x)
        with raises(ValueError, doing="a backward that gives a gradient of shape (3,)", naming=((3,), (2, 3))):
            y.backward(np.ones((2, 3)))
        y = student.call("inside.applied", "Turned", x)
        with raises(ValueError, doing="a backward that gives a gradient of shape (3, 2)", naming=((3, 2), (2, 3))):
            y.backward(np.ones((2, 3)))
        [x] = leaves(twin, rng, (2, 3))
        go_back(twin("inside.applied", "Cube", x), rng, "Cube.apply(x)", x)
        state = twin("autograd.is_grad_enabled")
        state.name = "whether operations are recorded after a backward that failed"
        state.compare()

    @fine
    @weight(0.25)
    def test_context(self, twin):
        """A context keeps what is saved, in its order; a second call replaces the first; nothing saved is ()."""
        ctx = twin("autograd.Context")
        ctx.compare("saved_tensors", "needs_input_grad")
        for saved in ((np.arange(3.0), 2.5, "text"), (np.ones((2, 2)),), ()):
            ctx.save_for_backward(*saved)
            ctx.compare("saved_tensors")
