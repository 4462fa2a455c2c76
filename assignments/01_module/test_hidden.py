"""Hidden checks of assignment 01."""

import itertools

import numpy as np
import pytest

from grader.calls import LAYOUTS, Call
from grader.checks import Tolerance, check_gradients, compare, raises, weight
from grader.compare import FLOAT32

ONES = np.ones(2)
# Shapes for Linear(5, 3). One without rows is not asked for alone: whoever gives nothing but zeros is right about it.
BATCHES = [[(7, 5)], [(2, 3, 4, 5)], [(5,)], [(3, 5), (0, 5)]]
# State dicts for a module with weight, bias and scale of shape (2,): the error, and what its message names.
STATE = {"weight": 3 * ONES, "bias": ONES, "scale": ONES}
REFUSED = {  # the error, and for each wrong state what its message has to name
    "other keys": (KeyError, (
        ({"weight": 3 * ONES, "a.b": ONES, "extra": ONES}, ("bias", "scale", "a.b", "extra")),
        ({"weight": 3 * ONES, "bias": ONES}, ("scale",)),
        ({**STATE, "extra": ONES}, ("extra",)),
    )),
    "a short array": (ValueError, (({**STATE, "scale": np.ones(1)}, ("scale", (1,), (2,))),)),
}


def build(student, parts):
    """A Module with the given attributes: a dict stands for a Module, an array for a Parameter."""
    module = student.nn.Module()
    for name, part in parts.items():
        setattr(module, name, build(student, part) if isinstance(part, dict) else student.nn.Parameter(part.copy()))
    return module


def names_of(pairs):
    """The names of (name, value) pairs, as one text: a message then shows all of them."""
    return ", ".join(name for name, _ in pairs)


def called(objects, names):
    """What each object is called, as one text; `names` maps object to name."""
    return ", ".join(names.get(item, "another object") for item in objects)


def fill(student, owner, path, value):
    """Overwrite an array in place where it lives."""
    student.run([Call("set item", owner, path, (Ellipsis, value))])


class TestLinear:
    @weight(1)
    @pytest.mark.parametrize("shape", [(7, 5), (2, 3, 5)], ids=str)
    def test_forward(self, twin, rng, shape):
        """Linear computes y = x W^T + b for any number of leading dimensions."""
        twin("nn.Linear", 5, 3).forward(rng.normal(size=shape)).compare()

    @weight(1)
    @pytest.mark.parametrize("shapes", BATCHES, ids=lambda shapes: " and ".join(map(str, shapes)))
    def test_gradients(self, twin, rng, shapes):
        """The gradients of Linear's input, weight and bias are right for any dy and any leading dimensions."""
        for shape in shapes:
            check_gradients(twin("nn.Linear", 5, 3), rng.normal(size=shape), rng=rng)

    @weight(1)
    def test_without_bias(self, twin, rng):
        """Linear(5, 3, bias=False) has a bias of None and works without one."""
        linear = twin("nn.Linear", 5, 3, bias=False)
        linear.forward(rng.normal(size=(7, 5))).compare()
        linear.backward(rng.normal(size=(7, 3))).compare()
        linear.compare("weight.grad", "bias")

    @weight(1)
    @pytest.mark.parametrize(("of_x", "of_parameters"), [("float32", "float64"), ("float64", "float32")])
    def test_dtypes(self, twin, rng, of_x, of_parameters):
        """Linear's y and dx have the dtype of x and its gradients that of the parameters, also where the two differ."""
        linear = twin("nn.Linear", 5, 3)
        for name, shape in (("weight", (3, 5)), ("bias", 3)):
            linear.set(f"{name}.data", rng.normal(size=shape).astype(of_parameters))
        # It is open which of the two dtypes is computed in: only float32's precision may be asked for.
        linear.forward(rng.normal(size=(7, 5)).astype(of_x)).compare(tolerance=FLOAT32)
        linear.backward(rng.normal(size=(7, 3)).astype(of_x)).compare(tolerance=FLOAT32)
        linear.compare("weight.grad", "bias.grad", tolerance=FLOAT32)

    @weight(1)
    def test_gradients_add_up_over_passes(self, twin, rng):
        """Each backward uses the input of the last forward and adds to the gradients that are already there."""
        linear = twin("nn.Linear", 5, 3)
        for rows in (7, 7, 2):
            linear.forward(rng.normal(size=(rows, 5)))
            linear.backward(rng.normal(size=(rows, 3))).compare()
        linear.compare("weight.grad", "bias.grad")

    @weight(1)
    def test_memory_layouts(self, twin, rng):
        """Linear takes x and dy in any memory layout, read-only ones too, and changes neither."""
        linear = twin("nn.Linear", 5, 3)
        for layout in LAYOUTS:
            x = twin.array(rng.normal(size=(2, 4, 5)), layout)
            dy = twin.array(rng.normal(size=(2, 4, 3)), layout)
            for result in (linear.forward(x), linear.backward(dy), x, dy):
                result.compare()
        linear.compare("weight.grad", "bias.grad")

    @weight(1)
    def test_results_have_memory_of_their_own(self, twin, rng):
        """What Linear returned, and the dy it was given, are not changed by its later calls."""
        linear, dy = twin("nn.Linear", 5, 3), twin.array(rng.normal(size=3))
        y, dx = linear.hold("forward", rng.normal(size=5)), linear.hold("backward", dy)
        linear.forward(rng.normal(size=5))
        linear.backward(rng.normal(size=3))
        y.name, dx.name, dy.name = "an earlier y", "an earlier dx", "an earlier dy"
        for held in (y, dx, dy):
            held.compare()

    @weight(1)
    @pytest.mark.parametrize("what", ["x", "dy"])
    def test_wrong_shapes(self, student, what):
        """A size below 1, an x whose last length is not in_features and a dy not of y's shape raise ValueError."""
        for sizes in ((0, 3), (3, 0)):
            with raises(ValueError, doing=f"Linear{sizes}"):
                student.nn.Linear(*sizes)
        student.nn.Linear(1, 1)  # the smallest there is
        linear = student.nn.Linear(5, 3)
        linear.forward(np.ones((7, 5)))
        call, right = {"x": (linear.forward, 5), "dy": (linear.backward, (7, 3))}[what]
        for wrong in {"x": ((7, 4), (7, 1)), "dy": ((1, 3), (3,), (7, 1))}[what]:
            with raises(ValueError, doing=f"Linear(5, 3) with {what} of shape {wrong}", naming=(wrong, right)):
                call(np.ones(wrong))

    @weight(1)
    def test_cost(self, twin, rng):
        """Linear.backward takes a time of the order of forward, not one forward for every weight."""
        linear, x = twin("nn.Linear", 256, 256), rng.normal(size=(8, 256))
        linear.forward(x)
        linear.backward(x).compare()

    @weight(1)
    def test_draws_from_the_given_generator(self, student, rng):
        """Linear draws first the weight, then the bias, from rng.uniform(-a, a) with a = 1/sqrt(in_features)."""
        seed, bound = int(rng.integers(1 << 30)), 5**-0.5
        # A generator cannot cross: it is made there, with the NumPy of a file that is given.
        linear = student.nn.Linear(5, 3, rng=student.nn.parameter.np.random.default_rng(seed))
        draw = np.random.default_rng(seed).uniform
        compare(linear.weight.data, draw(-bound, bound, (3, 5)), "Linear(5, 3, rng=rng).weight.data")
        compare(linear.bias.data, draw(-bound, bound, 3), "Linear(5, 3, rng=rng).bias.data")

    @weight(1)
    def test_initial_values_without_a_generator(self, student):
        """Without rng, initial values are uniform in [-a, a) and new each time; NumPy's global state plays no part."""
        state, weights = student.nn.parameter.np.random, []
        for _ in range(2):
            state.seed(7)
            before = state.get_state()
            linear = student.nn.Linear(25, 4000)
            compare(state.get_state(), before, "the state of numpy.random after Linear(25, 4000)")
            weights.append(linear.weight.data)
        compare(bool(np.array_equal(*weights)), False, "`two new layers have equal weights`")
        for name, values in (("weight", weights[0]), ("bias", linear.bias.data)):
            # The largest of 4000 draws is below 0.99 a once in 1e17; the other two tolerances are 6 standard errors.
            compare(float(np.abs(values).max()), 0.2, f"the largest absolute initial {name}", Tolerance(0.01, 0.0))
            compare(float(values.mean()), 0.0, f"the mean initial {name}", Tolerance(0.0, 0.0, absolute=0.012))
            compare(float(values.std()), 0.2 / 3**0.5, f"the spread of the initial {name}", Tolerance(0.05, 0.0))


class TestIdentity:
    @weight(1)
    def test_changes_nothing(self, twin, rng):
        """Identity returns x, and its backward dy, of any shape; a dy of another shape raises ValueError."""
        identity = twin("nn.Identity")
        for shape in ((), (0, 3), (2, 3, 4)):
            identity.forward(np.full(shape, rng.normal(), "float32")).compare()
            identity.backward(np.full(shape, rng.normal())).compare()  # of another dtype than x, which decides
        with raises(ValueError, doing="Identity with dy of shape (1, 4)", naming=((1, 4), (2, 3, 4))):
            identity.actual.backward(np.ones((1, 4)))


class TestFlatten:
    @weight(1)
    @pytest.mark.parametrize(
        ("cases", "layouts"),
        [
            ([(1, 2, (2, 3, 4, 5)), (0, 1, (2, 3, 4)), (1, 1, (2, 3))], ["C"]),
            ([(-3, -2, (2, 3, 4)), (0, -1, (3, 2))], ["C"]),
            ([(1, -1, (0, 3, 4)), (0, 1, (0, 3, 4)), (0, -1, ())], ["C"]),
            ([(1, -1, (2, 3, 4))], LAYOUTS),
        ],
        ids=["some dimensions", "negative dimensions", "no values or no dimensions", "any memory layout"],
    )
    def test_row_major_order(self, twin, rng, cases, layouts):
        """Flatten merges exactly the dimensions from start_dim to end_dim, in row-major order; backward undoes it."""
        for (start, end, shape), layout in itertools.product(cases, layouts):
            flatten, x = twin("nn.Flatten", start, end), np.asarray(rng.normal(size=shape), "float32")
            flatten.name = f"Flatten({start}, {end})"
            y = flatten.forward(twin.array(x, layout)).compare()
            flatten.backward(twin.array(rng.normal(size=y.expected.shape), layout)).compare()

    @weight(1)
    def test_errors(self, student):
        """Flatten raises IndexError for a missing dimension, ValueError for start after end or a dy of wrong shape."""
        missing = [(IndexError, 1, -1, (4,)), (IndexError, 0, 3, (2, 3, 4)), (IndexError, -4, -1, (2, 3, 4))]
        for error, start, end, shape in [*missing, (ValueError, 2, 1, (2, 3, 4))]:
            with raises(error, doing=f"Flatten({start}, {end}).forward of an x of shape {shape}"):
                student.nn.Flatten(start, end).forward(np.ones(shape))
        flatten = student.nn.Flatten()
        flatten.forward(np.ones((2, 3, 4)))
        with raises(ValueError, doing="Flatten() with dy of shape (12, 2)", naming=((12, 2), (2, 12))):
            flatten.backward(np.ones((12, 2)))


class TestSequential:
    @weight(1)
    def test_order_among_equal_sizes(self, twin, rng):
        """Sequential runs first to last and goes back last to first, also where equal sizes would hide it."""
        inner = twin("nn.Sequential", twin("nn.Linear", 4, 4), twin("nn.Linear", 4, 4))
        chain = twin("nn.Sequential", twin("nn.Linear", 4, 4), inner)
        chain.forward(rng.normal(size=(5, 4))).compare()
        chain.backward(rng.normal(size=(5, 4))).compare()
        chain.compare("0.weight.grad", "1.0.weight.grad", "1.1.bias.grad")

    @weight(1)
    def test_names(self, student):
        """A Sequential's modules are its children "0", "1" and so on, and one Sequential may be in another."""
        parts = [build(student, {"weight": ONES}) for _ in range(3)]
        chain = student.nn.Sequential(parts[0], student.nn.Sequential(parts[1], parts[2]))
        compare(names_of(chain.named_parameters()), "0.weight, 1.0.weight, 1.1.weight", "the list of names")

    @weight(1)
    def test_of_no_modules(self, student, twin, rng):
        """Sequential() is the identity, forward and backward, also as a part of another Sequential."""
        chain, x, dy = student.nn.Sequential(), rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
        compare([chain.forward(x), chain.backward(dy)], [x, dy], "[Sequential().forward(x), Sequential().backward(dy)]")
        longer = twin("nn.Sequential", twin("nn.Sequential"), twin("nn.Linear", 3, 4))
        longer.name = "Sequential(Sequential(), Linear(3, 4))"
        longer.forward(x).compare()
        longer.backward(rng.normal(size=(2, 4))).compare()

    @weight(1)
    def test_indexing(self, student):
        """A Sequential takes negative indices and slices, which give a Sequential; out of range is an IndexError."""
        parts = [build(student, {"weight": ONES}) for _ in range(3)]
        names = dict(zip(parts, ("first", "second", "third"), strict=True))
        chain = student.nn.Sequential(*parts)
        compare(called([chain[-3], *chain[1:]], names), "first, second, third", "[chain[-3], *chain[1:]]")
        compare(names_of(chain[1:].named_parameters()), "0.weight, 1.weight", "the list of names in chain[1:]")
        for index in (3, -4):
            with raises(IndexError, doing=f"chain[{index}] of a Sequential of 3"):
                chain[index]

    @weight(1)
    def test_append(self, student):
        """append adds at the end and returns the Sequential; it and Sequential(...) raise TypeError for non-Modules."""
        first, second = student.nn.Identity(), student.nn.Identity()
        chain = student.nn.Sequential(first)
        compare(chain.append(second) == chain, True, "`chain.append(second) is chain`")
        compare(called(chain, {first: "first", second: "second"}), "first, second", "list(chain)")
        with raises(TypeError, doing="chain.append(None)"):
            chain.append(None)
        with raises(TypeError, doing="Sequential([first, second]) with a list"):
            student.nn.Sequential([first, second])


class TestModule:
    @weight(1)
    def test_call(self, student):
        """Calling a module calls its forward with the same arguments, positional and by keyword."""
        module = student.nn.Module()
        module.forward = student.nn.parameter.np.subtract
        found = module(5 * ONES, ONES, dtype="float32")
        compare(found, np.full(2, 4, "float32"), "m(a, b, dtype=...), where m.forward is np.subtract,")

    @weight(1)
    def test_order_of_names(self, student):
        """named_parameters goes depth first, own parameters before children's, in the order of first assignment."""
        low = {"inner": {"bias": ONES}, "weight": ONES}
        net = build(student, {"b": low, "scale": ONES, "a": {"weight": ONES}, "shift": ONES})
        net.b = build(student, low)  # assigned again: it keeps its place
        compare(names_of(net.named_parameters()), "scale, shift, b.weight, b.inner.bias, a.weight", "the list of names")

    @weight(1)
    def test_only_attributes_count(self, student):
        """Arrays, None, the contents of lists and dicts, and former attributes are neither parameters nor children."""
        net = build(student, {"weight": ONES, "bias": ONES, "part": {"weight": ONES}})
        net.constant, net.bias, net.part = ONES, None, None
        net.layers = [build(student, {"weight": ONES}), student.nn.Parameter(ONES)]
        net.table = {"one": build(student, {"weight": ONES})}
        compare(names_of(net.named_parameters()), "weight", "the list of names")
        compare(len(list(net.children())), 0, "the number of net.children()")

    @weight(1)
    def test_shared_means_the_same_object(self, student):
        """A shared parameter comes once, under its first name; parameters that are merely equal all come."""
        net = build(student, {"a": {"weight": ONES}, "b": {"weight": ONES}, "c": {}})
        net.c.weight, net.d = net.a.weight, net.b
        compare(names_of(net.named_parameters()), "a.weight, b.weight", "the list of names")
        compare(list(net.parameters()) == [net.a.weight, net.b.weight], True, "`parameters() are a.weight, b.weight`")

    @weight(1)
    def test_children_and_modules(self, student):
        """children are the modules directly below, modules this one and all below it, depth first; each comes once."""
        net = build(student, {"a": {"inner": {}}, "b": {}})
        net.again, net.b.shared = net.a, net.a.inner
        names = {net: "net", net.a: "a", net.a.inner: "a.inner", net.b: "b"}
        compare(called(net.children(), names), "a, b", "net.children()")
        compare(called(net.modules(), names), "net, a, a.inner, b", "net.modules()")

    @weight(1)
    def test_names_of_buffers(self, student):
        """named_buffers gives each buffer of the tree once, by dotted name, unless it is None; none is a parameter."""
        net, shared = build(student, {"part": {"weight": ONES}}), student.array(ONES)
        net.part.register_buffer("count", np.array([3, 4]))
        net.part.register_buffer("mean", shared)
        net.register_buffer("unused", None)
        net.register_buffer("mean", shared)
        compare(dict(list(net.named_buffers())), {"mean": ONES, "part.count": np.array([3, 4])}, "net.named_buffers()")
        compare(names_of(net.named_parameters()), "part.weight", "the list of names")

    @weight(1)
    def test_a_buffer_is_its_attribute(self, student):
        """A buffer is the very array that was registered last, until another one is assigned to the attribute."""
        net, array = student.nn.Module(), student.array(ONES)
        for each in (2 * ONES, array):  # a buffer may be registered again
            net.register_buffer("mean", each)
        fill(student, array, "", 5.0)
        compare(net.mean, 5 * ONES, "net.mean after the registered array was filled with 5")
        net.mean = 7 * ONES
        compare(dict(list(net.named_buffers())), {"mean": 7 * ONES}, "net.named_buffers() after net.mean = another")

    @weight(1)
    def test_impossible_names_of_buffers(self, student):
        """register_buffer raises KeyError for an empty name, one with a dot and one that another attribute has."""
        net = build(student, {"weight": ONES})
        for name in ("weight", "forward", "", "a.b"):
            with raises(KeyError, doing=f"register_buffer({name!r}, array)"):
                net.register_buffer(name, ONES)

    @weight(1)
    def test_without_the_base_constructor(self, student):
        """A subclass whose constructor does not call Module's still has its attributes, buffers, mode and state."""
        [net] = student.run([Call("call", student.nn.Module, "__new__", (student.nn.Module,))])
        net.weight, net.part = student.nn.Parameter(ONES), build(student, {"weight": 2 * ONES})
        net.register_buffer("mean", 3 * ONES)
        compare(net.training, True, "net.training")
        state = list(net.state_dict().items())
        compare(names_of(state), "weight, mean, part.weight", "the list of keys of net.state_dict()")
        compare(dict(state), {"weight": ONES, "mean": 3 * ONES, "part.weight": 2 * ONES}, "net.state_dict()")

    @weight(1)
    def test_state_dict_lists_everything(self, student):
        """state_dict gives own parameters, own buffers, then the children's, what is shared under each of its names."""
        net = build(student, {"part": {"weight": ONES}, "scale": 2 * ONES, "tied": {}})
        net.tied.weight = net.part.weight
        net.register_buffer("mean", 3 * ONES)
        expected = {"scale": 2 * ONES, "mean": 3 * ONES, "part.weight": ONES, "tied.weight": ONES}
        compare(dict(list(net.state_dict().items())), expected, "net.state_dict()")

    @weight(1)
    def test_state_dict_copies(self, student):
        """What a state_dict holds does not change when the model does."""
        net = build(student, {"weight": ONES})
        net.register_buffer("mean", ONES.copy())
        [state] = student.run([Call("call", net, "state_dict", keep=True)])
        fill(student, net, "weight.data", 5.0)
        fill(student, net, "mean", 5.0)
        compare(dict(list(state.items())), {"weight": ONES, "mean": ONES}, "a state_dict from before")

    @weight(1)
    def test_load_state_dict_writes_in_place(self, student, rng):
        """load_state_dict writes into the existing arrays, which keep their dtype and share nothing with the state."""
        values, source = rng.normal(size=2), student.array(ONES)
        net = build(student, {"part": {"weight": np.zeros(2, "float32")}, "scale": np.array(0.0)})
        net.register_buffer("mean", np.zeros(2))
        held = student.hold(net, "part.weight.data")
        net.load_state_dict({"scale": np.array(3.0), "mean": source, "part.weight": values})
        fill(student, source, "", 5.0)
        compare(net.part.weight.data, values.astype("float32"), "net.part.weight.data")
        fill(student, held, "", 5.0)
        compare(net.part.weight.data, np.full(2, 5, "float32"), "net.part.weight.data, its first array filled with 5,")
        compare([net.scale.data, net.mean], [np.array(3.0), ONES], "[net.scale.data, net.mean] after all this")

    @weight(1)
    @pytest.mark.parametrize("case", REFUSED)
    def test_load_state_dict_refuses(self, student, case):
        """A load_state_dict that has to fail names all keys and shapes that are to blame, and changes nothing."""
        error, states = REFUSED[case]
        net = build(student, {"weight": ONES, "bias": ONES, "scale": ONES})
        for state, naming in states:
            with raises(error, doing=f"load_state_dict with {case}", naming=naming):
                net.load_state_dict(state)
        compare(net.weight.data, ONES, f"net.weight.data after load_state_dict with {case}")

    @weight(1)
    def test_load_state_dict_not_strict(self, student):
        """With strict=False, load_state_dict loads the keys that both have; a wrong shape still raises ValueError."""
        net = build(student, {"weight": ONES, "bias": ONES})
        net.load_state_dict({"bias": 3 * ONES, "more": ONES}, strict=False)
        compare([net.weight.data, net.bias.data], [ONES, 3 * ONES], "[net.weight.data, net.bias.data]")
        with raises(ValueError, doing="load_state_dict(state, strict=False) with shape (3,) for (2,)"):
            net.load_state_dict({"bias": np.ones(3)}, strict=False)


class TestAccumulateGrad:
    @weight(1)
    @pytest.mark.parametrize("dtype", ["float64", "float32"])
    def test_memory_and_dtype(self, twin, rng, dtype):
        """accumulate_grad gives parameter.grad the parameter's dtype and memory that it shares with no gradient."""
        parameter, gradient = twin("nn.Parameter", np.ones((3, 2), dtype)), twin.array(rng.normal(size=(3, 2)))
        for each in (gradient, rng.normal(size=(3, 2))):
            twin("nn.module.accumulate_grad", parameter, each)
        parameter.compare("grad")
        gradient.name = "the first gradient, after a second was accumulated,"
        gradient.compare()

    @weight(1)
    def test_wrong_shape(self, student):
        """accumulate_grad raises ValueError naming both shapes, also for a gradient that NumPy would broadcast."""
        parameter = student.nn.Parameter(np.ones((3, 2)))
        for shape in ((2,), (1, 2), (2, 3)):
            with raises(ValueError, doing=f"accumulate_grad of shape {shape} for (3, 2)", naming=(shape, (3, 2))):
                student.nn.module.accumulate_grad(parameter, np.ones(shape))
