"""Hidden checks of assignment 01."""

from dataclasses import dataclass

import numpy as np
import pytest

from grader.calls import Call
from grader.checks import Tolerance, compare, fine, raises, weight
from grader.checks.battery import Layer, ModuleLaws
from grader.checks.battery.module import Refusal
from grader.compare import FLOAT32

ONES = np.ones(2)
# State dicts for a module with weight, bias and scale of shape (2,).
STATE = {"weight": 3 * ONES, "bias": ONES, "scale": ONES}
SHORT = {**STATE, "scale": np.ones(1)}
REFUSED = {  # the error, and for each wrong state whether `strict`, and what its message has to name
    "other keys": (KeyError, (
        ({"weight": 3 * ONES, "a.b": ONES, "extra": ONES}, True, ("bias", "scale", "a.b", "extra")),
        ({"weight": 3 * ONES, "bias": ONES}, True, ("scale",)),
        ({**STATE, "extra": ONES}, True, ("extra",)),
    )),
    "a wrong shape": (ValueError, (
        (SHORT, True, ("scale", (1,), (2,))),
        (SHORT, False, ("scale", (1,), (2,))),
        ({"bias": np.ones((2, 1))}, False, ("bias", (2, 1), (2,))),
    )),
}  # fmt: skip


@dataclass(frozen=True)
class Buffer:
    values: np.ndarray


def build(student, parts):
    """A Module with the given attributes: a dict stands for a Module, an array for a Parameter."""
    module = student.nn.Module()
    for name, part in parts.items():
        if isinstance(part, Buffer):
            module.register_buffer(name, part.values.copy())
        else:
            setattr(module, name, build(student, part) if isinstance(part, dict) else student.nn.Parameter(part.copy()))
    return module


def large_tree(rng, depth=4, children=12):
    """Parts of a Module four levels deep, with twelve children in no order; each level has parameters and buffers, each of two dtypes."""
    own = {
        "weight": rng.normal(size=(2, 3)),
        "mean": Buffer(rng.normal(size=2)),
        "scale": np.asarray(rng.normal(), "float32"),
    }
    own["count"] = Buffer(rng.integers(9, size=3))
    if depth == 1:
        return own
    names = [f"layer{number}" for number in rng.permutation(children)]
    return own | {name: large_tree(rng, depth - 1, 2) for name in names}


def names_of(pairs):
    """The names of (name, value) pairs, as one text: a message then shows all of them."""
    return ", ".join(name for name, _ in pairs)


def called(objects, names):
    """What each object is called, as one text; `names` maps object to name."""
    return ", ".join(names.get(item, "another object") for item in objects)


def loading(state, strict):
    """What is done, for a message."""
    shapes = ", ".join(f"{name} of shape {values.shape}" for name, values in state.items())
    return f"load_state_dict(state, strict={strict}) with {shapes}"


def fill(student, owner, path, value):
    """Overwrite an array in place where it lives."""
    student.run([Call("set item", owner, path, (Ellipsis, value))])


def normal(rng, shape):
    return np.asarray(rng.normal(size=shape))


LINEAR = Layer(
    "nn.Linear",
    arguments=(5, 3),
    options=({"bias": False},),
    shapes=((7, 5), (5,), (1, 5), (2, 3, 5), (2, 3, 4, 5), (0, 5), (2, 0, 5)),
    sizes=((4, 5), (2, 5), (5, 5)),
    draw=normal,
    impossible=(((0, 3), {}), ((3, 0), {})),
    refused=(Refusal(ValueError, (7, 4), naming=((7, 4), 5)), Refusal(ValueError, (7, 1), naming=((7, 1), 5))),
)


class TestLinear(ModuleLaws, member=LINEAR, points=7):
    @weight(1)
    def test_cost(self, twin, rng):
        """Linear.backward takes a time of the order of forward, not one forward for every weight."""
        linear, x = twin("nn.Linear", 256, 256), rng.normal(size=(8, 256))
        linear.forward(x)
        linear.backward(x).compare()

    @weight(1)
    def test_draws_from_the_given_generator(self, student, rng):
        """Linear draws first the weight, then the bias, from rng.uniform(-a, a) with a = 1/sqrt(in_features)."""
        for i, o, bias in ((5, 3, True), (1, 1, True), (5, 3, False)):
            seed, bound, name = int(rng.integers(1 << 30)), i**-0.5, f"Linear({i}, {o}, bias={bias}, rng=rng)"
            # A generator cannot cross: it is made there, with the NumPy of a file that is given.
            linear = student.nn.Linear(i, o, bias=bias, rng=student.nn.parameter.np.random.default_rng(seed))
            draw = np.random.default_rng(seed).uniform
            compare(linear.weight.data, draw(-bound, bound, (o, i)), f"{name}.weight.data")
            if bias:
                compare(linear.bias.data, draw(-bound, bound, o), f"{name}.bias.data")
            else:
                compare(linear.bias, None, f"{name}.bias")

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
        for name, values in (("weight", weights[0]), ("bias", linear.bias.data)):
            # The largest of 4000 draws is below 0.99 a once in 1e17; the other two tolerances are 6 standard errors.
            compare(float(np.abs(values).max()), 0.2, f"the largest absolute initial {name}", Tolerance(0.01, 0.0))
            compare(float(values.mean()), 0.0, f"the mean initial {name}", Tolerance(0.0, 0.0, absolute=0.012))
            compare(float(values.std()), 0.2 / 3**0.5, f"the spread of the initial {name}", Tolerance(0.05, 0.0))
        compare(bool(np.array_equal(*weights)), False, "`two new layers have equal weights`")


IDENTITY = Layer("nn.Identity", shapes=((), (5,), (0, 3), (4, 3), (2, 3, 4)), draw=normal, owns=False)


class TestIdentity(ModuleLaws, member=IDENTITY, points=1): ...


# By default all dimensions but the first are merged; the sizes have three dimensions, so that others can be.
FLATTEN = Layer(
    "nn.Flatten",
    options=({"start_dim": 0}, {"end_dim": 1}),
    together=({"start_dim": 0, "end_dim": 1}, {"start_dim": -3, "end_dim": -2}, {"start_dim": 1, "end_dim": 1}),
    shapes=((4, 3), (2, 3, 4), (1, 3, 2), (2, 3, 4, 5), (0, 3, 4), (3, 0, 4)),
    sizes=((4, 3, 2), (2, 3, 2), (5, 3, 2)),
    draw=normal,
    refused=(
        Refusal(IndexError, (4,)), Refusal(IndexError, (2, 3, 4), {"end_dim": 3}), Refusal(IndexError, (2, 3, 4), {"start_dim": -4}),
        Refusal(ValueError, (2, 3, 4), {"start_dim": 2, "end_dim": 1}), Refusal(ValueError, (2, 3, 4), {"start_dim": -1, "end_dim": -2}),
    ),
    owns=False,
)  # fmt: skip


class TestFlatten(ModuleLaws, member=FLATTEN, points=3):
    @weight(1)
    def test_row_major_order(self, twin, rng):
        """Flatten merges exactly the dimensions from start_dim to end_dim, in row-major order; an x without dimensions becomes one of shape (1,)."""
        for start, end, shape in (
            (1, 2, (2, 3, 4, 5)),
            (0, 1, (2, 3, 4)),
            (-3, -2, (2, 3, 4)),
            (0, -1, (3, 2)),
            (0, -1, (7,)),
            (0, -1, ()),
        ):
            flatten = twin("nn.Flatten", start, end)
            flatten.name = f"Flatten({start}, {end})"
            y = flatten.forward(normal(rng, shape)).compare()
            flatten.backward(normal(rng, y.expected.shape)).compare()


@dataclass(frozen=True)
class Chain(Layer):
    """A Sequential of layers whose sizes are equal, one of them a Sequential again: only the order tells them apart."""

    def make(self, twin, options):
        inner = twin("nn.Sequential", twin("nn.Linear", 4, 4), twin("nn.Identity"), twin("nn.Linear", 4, 4))
        chain = twin("nn.Sequential", twin("nn.Linear", 4, 4), inner)
        chain.name = "Sequential(Linear(4, 4), Sequential(Linear(4, 4), Identity(), Linear(4, 4)))"
        return chain


CHAIN = Chain(
    "nn.Sequential", shapes=((6, 4), (4,), (2, 3, 4), (0, 4)), sizes=((4, 4), (2, 4), (5, 4)), draw=normal, owns=False
)


class TestSequential(ModuleLaws, member=CHAIN, points=2):
    @weight(1)
    def test_of_twelve_modules(self, twin, rng):
        """A Sequential of more than ten modules keeps their order, forward, backward and in its names."""
        chain = twin("nn.Sequential", *(twin("nn.Linear", 4, 4) for _ in range(12)))
        chain.name = "Sequential(twelve of Linear(4, 4))"
        chain.forward(rng.normal(size=(3, 4))).compare()
        chain.backward(rng.normal(size=(3, 4))).compare()
        chain.state_dict().compare()

    @weight(1)
    def test_names(self, student):
        """A Sequential's modules are its children "0", "1" and so on, and one Sequential may be in another."""
        parts = [build(student, {"weight": ONES}) for _ in range(3)]
        chain = student.nn.Sequential(parts[0], student.nn.Sequential(parts[1], parts[2]))
        compare(names_of(chain.named_parameters()), "0.weight, 1.0.weight, 1.1.weight", "the list of names")

    @weight(1)
    def test_of_no_modules(self, student, twin, rng):
        """Sequential() is the identity, forward and backward, and as a part of another Sequential a module like others."""
        chain, x, dy = student.nn.Sequential(), rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
        compare([chain.forward(x), chain.backward(dy)], [x, dy], "[Sequential().forward(x), Sequential().backward(dy)]")
        longer = twin("nn.Sequential", twin("nn.Sequential"), twin("nn.Linear", 3, 4))
        longer.name = "Sequential(Sequential(), Linear(3, 4))"
        longer.forward(x).compare()
        longer.backward(rng.normal(size=(2, 4))).compare()
        longer.eval()
        longer.compare("0.training")
        compare(len(list(longer.actual.children())), 2, f"the number of children() of {longer.name}")

    @weight(0.75)
    def test_indexing(self, student):
        """A Sequential takes negative indices and slices, which give a Sequential."""
        parts = [build(student, {"weight": ONES}) for _ in range(3)]
        names = dict(zip(parts, ("first", "second", "third"), strict=True))
        chain = student.nn.Sequential(*parts)
        compare(called([chain[-3], *chain[1:]], names), "first, second, third", "[chain[-3], *chain[1:]]")
        compare(called(chain[::-2], names), "third, first", "chain[::-2]")
        compare(names_of(chain[1:].named_parameters()), "0.weight, 1.weight", "the list of names in chain[1:]")

    @weight(0.75)
    def test_append(self, twin, rng):
        """append adds a module at the end, also after the Sequential was used, and returns the Sequential."""
        chain = twin("nn.Sequential", twin("nn.Linear", 4, 4))
        chain.forward(rng.normal(size=(3, 4)))
        longer = chain.append(twin("nn.Linear", 4, 4))
        compare(longer.actual == chain.actual, True, "`chain.append(last) is chain`")
        chain.name = "Sequential(first).append(last)"
        chain.forward(rng.normal(size=(3, 4))).compare()
        chain.backward(rng.normal(size=(3, 4))).compare()

    @fine
    @weight(0.5)
    def test_what_is_no_module(self, student):
        """Sequential(...) and append raise TypeError for what is no Module; an index out of range is an IndexError."""
        chain = student.nn.Sequential(*(student.nn.Identity() for _ in range(3)))
        with raises(TypeError, doing="chain.append(None)"):
            chain.append(None)
        with raises(TypeError, doing="Sequential([first, second]) with a list"):
            student.nn.Sequential([student.nn.Identity(), student.nn.Identity()])
        for index in (3, -4):
            with raises(IndexError, doing=f"chain[{index}] of a Sequential of 3"):
                chain[index]


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
        """A shared parameter comes once, under its first name; parameters of equal values, or of one array, all come."""
        net, array = build(student, {"a": {"weight": ONES}, "b": {"weight": ONES}, "c": {}}), student.array(ONES)
        net.c.weight, net.d = net.a.weight, net.b
        net.e, net.f = student.nn.Parameter(array), student.nn.Parameter(array)
        compare(names_of(net.named_parameters()), "e, f, a.weight, b.weight", "the list of names")
        expected = [net.e, net.f, net.a.weight, net.b.weight]
        compare(list(net.parameters()) == expected, True, "`parameters() are e, f, a.weight, b.weight`")

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
        net.register_buffer("mean", None)
        net.mean = student.hold(net.part, "mean")
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
    def test_a_buffer_that_is_none(self, student):
        """A buffer may be None at first: it is left out until an array is assigned to its attribute, or registered."""
        net = student.nn.Module()
        for name in ("mean", "variance"):
            net.register_buffer(name, None)
        compare(names_of(net.named_buffers()), "", "the list of names of buffers that are None")
        net.mean = ONES
        compare(dict(list(net.named_buffers())), {"mean": ONES}, "net.named_buffers() after net.mean = array")
        net.register_buffer("variance", 2 * ONES)
        compare(names_of(net.named_buffers()), "mean, variance", "the list of names of buffers that were None")
        net.mean = None
        compare(
            names_of(net.state_dict().items()), "variance", "the list of keys of net.state_dict() after net.mean = None"
        )

    @weight(1)
    def test_buffers_of_another_module(self, student):
        """A name that is a buffer's in one module is that of an ordinary attribute in another, or of a parameter."""
        other, net = student.nn.Module(), build(student, {"weight": ONES})
        for name in ("mean", "weight"):
            other.register_buffer(name, 2 * ONES)
        net.mean = 3 * ONES
        compare(names_of(net.named_buffers()), "", "the list of names of buffers")
        compare(net.state_dict(), {"weight": ONES}, "net.state_dict()")
        compare(names_of(other.named_buffers()), "mean, weight", "the list of names of another module's buffers")

    @fine
    @weight(0.5)
    def test_impossible_names_of_buffers(self, student):
        """register_buffer raises KeyError for an empty name, one with a dot and one that another attribute has."""
        net, other = build(student, {"weight": ONES, "part": {}}), student.nn.Module()
        other.register_buffer("mean", ONES)
        net.mean, net.bias = ONES, None
        for name in ("weight", "part", "mean", "bias", "forward", "training", "saved_values", "", "a.b"):
            with raises(KeyError, doing=f"register_buffer({name!r}, array)"):
                net.register_buffer(name, ONES)

    @weight(1)
    def test_mode_of_children_that_differ(self, student):
        """train and eval set the mode of everything below, whatever it was before, and that of the module itself."""
        net = build(student, {"part": {"inner": {}}, "last": {}})
        modules = {"net": net, "net.part": net.part, "net.part.inner": net.part.inner, "net.last": net.last}
        for mode in (False, True):
            net.train(mode)
            for name, module in modules.items():
                compare(module.training, mode, f"{name}.training after net.train({mode})")
            net.part.train(not mode)
            net.last.train(not mode)
            net.train(mode)
            for name, module in modules.items():
                compare(
                    module.training,
                    mode,
                    f"{name}.training after net.train({mode}), children having been in the other mode",
                )

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
        net.register_buffer("count", np.zeros(2, "int64"))
        held = student.hold(net, "part.weight.data")
        net.load_state_dict({"scale": np.array(3.0), "count": 4 * ONES, "mean": source, "part.weight": values})
        fill(student, source, "", 5.0)
        compare(net.part.weight.data, values.astype("float32"), "net.part.weight.data")
        fill(student, held, "", 5.0)
        compare(net.part.weight.data, np.full(2, 5, "float32"), "net.part.weight.data, its first array filled with 5,")
        expected = [np.array(3.0), ONES, np.full(2, 4, "int64")]
        compare([net.scale.data, net.mean, net.count], expected, "[net.scale.data, net.mean, net.count] after all this")

    @fine
    @weight(0.5)
    @pytest.mark.parametrize("case", REFUSED)
    def test_load_state_dict_refuses(self, student, case):
        """A load_state_dict that has to fail raises KeyError or ValueError and names all keys and shapes that are to blame."""
        error, states = REFUSED[case]
        net = build(student, dict.fromkeys(STATE, ONES))
        for state, strict, naming in states:
            with raises(error, doing=loading(state, strict), naming=naming):
                net.load_state_dict(state, strict=strict)

    @weight(1)
    def test_load_state_dict_changes_all_or_nothing(self, student):
        """A load_state_dict that raises, whatever it raises, has changed nothing."""
        for case, (_, states) in REFUSED.items():
            for state, strict, _ in states:
                net = build(student, dict.fromkeys(STATE, ONES))
                with raises(Exception, doing=loading(state, strict)):
                    net.load_state_dict(state, strict=strict)
                compare(
                    net.state_dict(), dict.fromkeys(STATE, ONES), f"net.state_dict() after load_state_dict with {case}"
                )

    @weight(1)
    def test_load_state_dict_not_strict(self, student):
        """With strict=False, load_state_dict loads the keys that both have, under whichever name the state knows an array."""
        net = build(student, {"weight": ONES, "bias": ONES, "one": {"scale": ONES}, "two": {}})
        net.two.scale = net.one.scale
        net.load_state_dict({"bias": 3 * ONES, "more": ONES, "two.scale": 4 * ONES}, strict=False)
        expected = {"weight": ONES, "bias": 3 * ONES, "one.scale": 4 * ONES, "two.scale": 4 * ONES}
        compare(net.state_dict(), expected, "net.state_dict()")

    @fine
    @weight(0.5)
    def test_load_state_dict_only_reads_the_state(self, student):
        """load_state_dict leaves the state as it is, with strict=False, too."""
        for strict, parts in ((False, {"weight": 3 * ONES, "scale": ONES}), (True, {"weight": 3 * ONES})):
            net, other = build(student, {"weight": ONES}), build(student, parts)
            [state] = student.run([Call("call", other, "state_dict", keep=True)])
            net.load_state_dict(state, strict=strict)
            compare(net.weight.data, 3 * ONES, f"net.weight.data after load_state_dict with strict={strict}")
            compare(dict(list(state.items())), parts, f"the state after load_state_dict with strict={strict}")

    @weight(1)
    def test_a_large_tree(self, student, reference, rng):
        """Names, state and mode of a module are those of its whole tree, however many levels and children it has, in their order."""
        parts = large_tree(rng)
        net, expected = build(student, parts), build(reference, parts)
        compare(names_of(net.named_parameters()), names_of(expected.named_parameters()), "the list of names")
        compare(names_of(net.named_buffers()), names_of(expected.named_buffers()), "the list of names of buffers")
        compare(net.state_dict(), expected.state_dict(), "net.state_dict()")
        compare(
            names_of(net.state_dict().items()),
            names_of(expected.state_dict().items()),
            "the list of keys of net.state_dict()",
        )
        net.train(False)
        compare(
            [module.training for module in net.modules()],
            [False for _ in expected.modules()],
            "the modes of net.modules() after train(False)",
        )
        parameters = list(net.parameters())
        for parameter in parameters:
            parameter.grad = ONES
        net.zero_grad()
        compare(
            [parameter.grad for parameter in parameters],
            [None for _ in parameters],
            "the gradients after net.zero_grad()",
        )

    @weight(1)
    def test_loading_a_large_tree(self, student, reference, rng):
        """load_state_dict finds every array of a large tree, buffers of children too, and writes into it, in its dtype."""
        net, other = build(student, large_tree(rng)), build(reference, large_tree(rng))
        saved = other.state_dict()
        state = {str(name): saved[name] for name in rng.permutation(list(saved))}  # in whatever order
        paths = [
            ("layer3.layer1.layer0.weight.data", "layer3.layer1.layer0.weight"),
            ("layer10.layer0.mean", "layer10.layer0.mean"),
        ]
        held = [(student.hold(net, path), name) for path, name in paths]
        net.load_state_dict(state)
        loaded = net.state_dict()
        compare(
            {name: loaded.get(name) for name in saved},
            saved,
            "net.state_dict() after loading, in the order of the loaded state",
        )
        for array, name in held:
            compare(student.value(array), state[name], f"the array that was {name} before loading")


class TestAccumulateGrad:
    @weight(1.5)
    def test_every_shape(self, twin, rng):
        """accumulate_grad adds up gradients of every shape, also of none, in an array of the parameter's shape."""
        for shape in ((), (3,), (3, 2), (2, 1, 3), (0, 2)):
            parameter = twin("nn.Parameter", np.ones(shape))
            parameter.name = f"a parameter of shape {shape}"
            for _ in range(3):
                twin("nn.module.accumulate_grad", parameter, normal(rng, shape))
                parameter.compare("grad")

    @fine
    @weight(0.5)
    def test_dtype(self, twin, rng):
        """accumulate_grad gives parameter.grad the parameter's dtype, whatever that of the gradient."""
        for of_parameter, of_gradient in (("float32", "float64"), ("float64", "float32")):
            parameter = twin("nn.Parameter", np.ones((3, 2), of_parameter))
            parameter.name = f"a {of_parameter} parameter"
            for _ in range(2):
                twin("nn.module.accumulate_grad", parameter, rng.normal(size=(3, 2)).astype(of_gradient))
                parameter.compare("grad", tolerance=FLOAT32)

    @fine
    @weight(0.25)
    @pytest.mark.parametrize("dtype", ["float64", "float32"])
    def test_memory(self, twin, rng, dtype):
        """parameter.grad shares memory with no gradient and no array of the parameter: what is written into one changes no other."""
        parameter, gradients = twin("nn.Parameter", np.ones((3, 2), dtype)), []
        for _ in range(2):
            gradients.append(twin.array(rng.normal(size=(3, 2)).astype(dtype)))
            twin("nn.module.accumulate_grad", parameter, gradients[-1])
        parameter.compare("grad", tolerance=FLOAT32)
        for number, gradient in enumerate(gradients, 1):
            gradient.name = f"gradient {number} of two, after both were accumulated,"
            gradient.compare()
        other = twin("nn.Parameter", np.ones((3, 2), dtype))
        twin("nn.module.accumulate_grad", other, gradients[0])
        gradients[0].fill(5.0)
        other.name = "a parameter, the gradient given for it being filled with 5 afterwards,"
        other.compare("grad")
        parameter.hold("grad").fill(7.0)
        parameter.compare("grad", "data")
        gradients[1].compare()

    @fine
    @weight(0.5)
    def test_wrong_shape(self, student):
        """accumulate_grad raises ValueError naming both shapes, also for a gradient that NumPy would broadcast."""
        parameter = student.nn.Parameter(np.ones((3, 2)))
        for shape in ((2,), (1, 2), (2, 3)):
            with raises(ValueError, doing=f"accumulate_grad of shape {shape} for (3, 2)", naming=(shape, (3, 2))):
                student.nn.module.accumulate_grad(parameter, np.ones(shape))
