"""Hidden checks of assignment 10: where nothing is recorded."""

from grader.checks import weight
from grader.checks.battery import upstream
from grader.checks.battery.operation import CLOSE

from .graphs import compare_gradients, go_back, leaves
from .operations import positive


class TestNoGrad:
    @weight(0.75)
    def test_records_nothing(self, twin, rng):
        """Inside no_grad no result requires a gradient; before and after it, they do."""
        [x] = leaves(twin, rng, (2, 3))
        before = x * 2
        with twin("autograd.no_grad"):
            inside = [x * 2, x.exp(), x.sum(), twin("autograd.concatenate", [x, x]), before + 1, x @ x.transpose()]
            made = twin("autograd.Tensor", positive(rng, (3,)), requires_grad=True)
        after = x * 2
        for name, tensor in (
            ("before", before),
            *(("inside", one) for one in inside),
            ("after", after),
            ("made", made),
        ):
            tensor.name = f"a tensor from {name} no_grad"
            tensor.compare("data", "requires_grad", "is_leaf", tolerance=CLOSE)
        go_back(made * after[0] * before[1], rng, "what was made inside, and results from before and after", made, x)

    @weight(0.5)
    def test_is_a_constant(self, twin, rng):
        """What was computed inside no_grad counts as a constant afterwards."""
        [x] = leaves(twin, rng, (2, 3))
        with twin("autograd.no_grad"):
            scale = x.sum(axis=0)
        go_back(x * scale + x, rng, "x * scale + x with a scale from inside no_grad", x)

    @weight(0.5)
    def test_backward_inside(self, twin, rng):
        """backward works inside no_grad, for what was recorded before."""
        x, w = leaves(twin, rng, (2, 3), (3,))
        y = (x * w).tanh()
        with twin("autograd.no_grad"):
            y.backward(upstream(rng, (2, 3)))
        compare_gradients("tanh(x w), by a backward inside no_grad", x, w)

    @weight(0.5)
    def test_nested(self, twin, rng):
        """Contexts may be nested: each one that is left brings back what was before it."""
        [x] = leaves(twin, rng, (2, 3))
        outer, inner, again = twin("autograd.no_grad"), twin("autograd.no_grad"), twin("autograd.enable_grad")
        found = []
        with outer:
            with inner:
                found.append(x * 2)
            found.append(x * 2)
            with again:
                found.append(x * 2)
                with twin("autograd.no_grad"):
                    found.append(x * 2)
                found.append(x * 2)
            found.append(x * 2)
        found.append(x * 2)
        for number, tensor in enumerate(found):
            tensor.name = f"result {number} of nested contexts"
            tensor.compare("requires_grad", "data", tolerance=CLOSE)
        go_back(found[-1] * x, rng, "a result after all contexts", x)

    @weight(0.5)
    def test_exceptions(self, twin, rng):
        """An exception leaves a context as usual: afterwards operations are recorded again."""
        states = twin("inside.states_around_a_failure")
        states.name = "whether operations are recorded around exceptions"
        states.compare()
        [x] = leaves(twin, rng, (2, 3))
        go_back(x * 2, rng, "x * 2, after exceptions inside no_grad", x)

    @weight(0.5)
    def test_decorators(self, twin, rng):
        """no_grad() and enable_grad() are decorators, too, also of functions that call themselves."""
        [x] = leaves(twin, rng, (2, 3))
        for name in ("evaluated", "trained", "evaluated"):
            y = twin(f"inside.{name}", x)
            y.name = f"what a function decorated with {'no' if name == 'evaluated' else 'enable'}_grad() gives"
            y.compare("requires_grad", "data", tolerance=CLOSE)
        states = twin("inside.countdown", x, 3)
        states.name = "whether operations are recorded in a function that calls itself"
        states.compare()
        after = twin("autograd.is_grad_enabled")
        after.name = "whether operations are recorded after a function that calls itself"
        after.compare()
        with twin("autograd.no_grad"):
            trained = twin("inside.trained", x)
        go_back(trained, rng, "what a function decorated with enable_grad() gives inside no_grad", x)

    @weight(0.25)
    def test_tells_its_state(self, twin, rng):
        """is_grad_enabled() says whether operations are recorded now."""
        found = [twin("autograd.is_grad_enabled")]
        with twin("autograd.no_grad"):
            found.append(twin("autograd.is_grad_enabled"))
            with twin("autograd.enable_grad"):
                found.append(twin("autograd.is_grad_enabled"))
            found.append(twin("autograd.is_grad_enabled"))
        found.append(twin("autograd.is_grad_enabled"))
        for number, state in enumerate(found):
            state.name = f"is_grad_enabled() at place {number} of nested contexts"
            state.compare()
