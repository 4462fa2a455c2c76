"""Hidden checks of assignment 01: what a module consists of, and its mode."""

import numpy as np

from grader.checks import compare, fine, raises, weight

from .trees import ONES, build, called, fill, names_of


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
        """A shared parameter comes once, under its first name; parameters of equal values, or of one array, all
        come."""
        net, array = build(student, {"a": {"weight": ONES}, "b": {"weight": ONES}, "c": {}}), student.array(ONES)
        net.c.weight, net.d = net.a.weight, net.b
        net.e, net.f = student.nn.Parameter(array), student.nn.Parameter(array)
        compare(names_of(net.named_parameters()), "e, f, a.weight, b.weight", "the list of names")
        expected = [net.e, net.f, net.a.weight, net.b.weight]
        compare(list(net.parameters()) == expected, True, "`parameters() are e, f, a.weight, b.weight`")

    @weight(1)
    def test_children_and_modules(self, student):
        """children are the modules directly below, modules this one and all below it, depth first; each comes once."""
        net = build(student, {"c": {"inner": {}}, "a": {}, "b": {}})
        net.again, net.a.shared = net.c, net.c.inner
        names = {net: "net", net.c: "c", net.c.inner: "c.inner", net.a: "a", net.b: "b"}
        compare(called(net.children(), names), "c, a, b", "net.children()")
        compare(called(net.modules(), names), "net, c, c.inner, a, b", "net.modules()")

    @weight(1)
    def test_names_of_buffers(self, student):
        """named_buffers gives each buffer of the tree once, by dotted name, unless it is None; none is a parameter."""
        net, shared = build(student, {"part": {"weight": ONES}}), student.array(ONES)
        net.part.register_buffer("count", np.array([3, 4]))
        net.part.register_buffer("mean", shared)
        for name in ("unused", "first", "mean"):
            net.register_buffer(name, None)
        net.first, net.mean = 2 * ONES, student.hold(net.part, "mean")
        expected = {"first": 2 * ONES, "mean": ONES, "part.count": np.array([3, 4])}
        compare(dict(list(net.named_buffers())), expected, "net.named_buffers()")
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
        with raises(KeyError, doing='register_buffer("saved_values", array) of an Identity, which inherits it'):
            student.nn.Identity().register_buffer("saved_values", ONES)

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
