"""Hidden checks of assignment 01: the state of a module, saved and loaded."""

import numpy as np
import pytest

from grader.calls import Call
from grader.checks import compare, fine, raises, weight

from .trees import ONES, build, fill, large_tree, names_of

# State dicts for a module with weight, bias and scale of shape (2,).
STATE = {"weight": 3 * ONES, "bias": ONES, "scale": ONES}
SHORT = {**STATE, "scale": np.ones(1)}
STRICT, LENIENT = {"strict": True}, {"strict": False}
REFUSED = {  # the error, and for each wrong state the options with which it is loaded, and what its message has to name
    "other keys": (KeyError, (
        ({"weight": 3 * ONES, "a.b": ONES, "extra": ONES}, STRICT, ("bias", "scale", "a.b", "extra")),
        ({"weight": 3 * ONES, "bias": ONES}, {}, ("scale",)),
        ({**STATE, "extra": ONES}, STRICT, ("extra",)),
    )),
    "a wrong shape": (ValueError, (
        (SHORT, STRICT, ("scale", (1,), (2,))),
        (SHORT, LENIENT, ("scale", (1,), (2,))),
        ({"bias": np.ones((2, 1))}, LENIENT, ("bias", (2, 1), (2,))),
    )),
}  # fmt: skip


def loading(state, options):
    """What is done, for a message."""
    shapes = ", ".join(f"{name} of shape {values.shape}" for name, values in state.items())
    given = "".join(f", {name}={value}" for name, value in options.items())
    return f"load_state_dict(state{given}) with {shapes}"


class TestModule:
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
        """A load_state_dict that has to fail raises KeyError or ValueError and names all keys and shapes that are to
        blame."""
        error, states = REFUSED[case]
        net = build(student, dict.fromkeys(STATE, ONES))
        for state, options, naming in states:
            with raises(error, doing=loading(state, options), naming=naming):
                net.load_state_dict(state, **options)

    @weight(1)
    def test_load_state_dict_changes_all_or_nothing(self, student):
        """A load_state_dict that raises, whatever it raises, has changed nothing."""
        for case, (_, states) in REFUSED.items():
            for state, options, _ in states:
                net = build(student, dict.fromkeys(STATE, ONES))
                with raises(Exception, doing=loading(state, options)):
                    net.load_state_dict(state, **options)
                compare(
                    net.state_dict(), dict.fromkeys(STATE, ONES), f"net.state_dict() after load_state_dict with {case}"
                )

    @weight(1)
    def test_load_state_dict_not_strict(self, student):
        """With strict=False, load_state_dict loads the keys that both have, under whichever name the state knows an
        array."""
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
        """Names, state and mode of a module are those of its whole tree, however many levels and children it has, in
        their order."""
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
        """load_state_dict finds every array of a large tree, buffers of children too, and writes into it, in its
        dtype."""
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
