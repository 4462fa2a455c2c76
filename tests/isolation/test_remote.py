"""Remote objects read like ordinary ones, and believe nothing."""

import numpy as np
import pytest

from grader.calls import LAYOUTS, Call
from grader.isolation.outside.faults import SandboxError, StudentError
from grader.isolation.outside.objects import Method, Remote
from grader.isolation.outside.remote import RemoteFramework

SOURCE = """
import numpy as np

class Tensor:
    def __init__(self, data, scale=1): self.data, self.scale, self.child = data, scale, None
    def scaled(self, by=2): return self.data * by * self.scale
    def me(self): return self
    def adopt(self, other): self.child = other; return other.data
    def __call__(self, x): return x + self.data
    def __getitem__(self, key): return self.data[key]
    def __setitem__(self, key, value): self.data[key] = value
    def __len__(self): return len(self.data)
    def __iter__(self): return iter([self, 2])
    def flags(self, x): return [x.flags.c_contiguous, x.flags.f_contiguous, x.flags.writeable, x.dtype.byteorder]

class Sub:
    class Inner:
        answer = 42

CONSTANT = 7
def both(a, b, *, c=0): return [a, b, c]
def same(a, b): return a is b
def endless():
    while True: yield 1
class Endless:
    def __iter__(self): return endless()
"""


@pytest.fixture
def framework(bench):
    return bench.framework(SOURCE)


@pytest.fixture
def tensor(framework):
    return framework.Tensor(np.arange(3.0), scale=3)


def test_methods_attributes_items_length_and_calls_read_like_those_of_an_object_here(tensor):
    assert tensor.scaled(by=10).tolist() == [0, 30, 60]
    assert tensor.scale == 3
    assert tensor(1.0).tolist() == [1, 2, 3]
    assert tensor[1] == 1.0
    assert tensor[::2].tolist() == [0, 2]
    assert tensor[...].tolist() == [0, 1, 2]
    assert len(tensor) == 3
    assert bool(tensor)
    tensor[0] = 5.0
    tensor.scale = 1
    assert tensor.scaled().tolist() == [10, 2, 4]
    first, second = tensor
    assert first == tensor
    assert second == 2


def test_an_object_stays_the_same_object_over_there(framework, tensor):
    other = framework.Tensor(np.ones(2))

    assert tensor.me() == tensor
    assert hash(tensor.me()) == hash(tensor)
    assert tensor != other
    assert tensor.adopt(other).tolist() == [1, 1]
    assert tensor.child == other
    assert framework.same(tensor, tensor.me()) is True
    assert "Tensor" in repr(tensor)


def test_classes_and_functions_are_known_by_their_path(framework):
    assert framework.both(1, (2, None), c=[3.5]) == [1, (2, None), [3.5]]
    assert framework.Sub.Inner().answer == 42
    assert framework.same(framework.Sub, framework.Sub) is True


def test_values_are_copied_in_both_directions(framework):
    data = np.zeros(3)
    tensor = framework.Tensor(data)
    tensor[0] = 1.0
    mine = tensor.data
    mine[1] = 2.0

    assert data.tolist() == [0, 0, 0]
    assert tensor.data.tolist() == [1, 0, 0]


def test_something_can_be_held_there_without_a_copy(framework, tensor):
    held = framework.hold(tensor, "data")
    framework.run([Call("set item", held, "", (0, 9.0))])

    assert isinstance(held, Remote)
    assert tensor.data[0] == 9.0
    assert framework.value(held).tolist() == [9, 1, 2]
    assert framework.value(framework.hold(tensor, "scaled", 2)).tolist() == [54, 6, 12]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_array_can_be_made_in_any_memory_layout(framework, tensor, layout):
    values = np.arange(6.0).reshape(2, 3)
    held = framework.array(values, layout)
    c_contiguous, f_contiguous, writeable, byteorder = tensor.flags(held)

    assert framework.value(held).tolist() == values.tolist()
    assert (c_contiguous, f_contiguous) == {"F": (False, True), "strided": (False, False)}.get(layout, (True, False))
    assert writeable is (layout != "read-only")
    assert (byteorder == ">") is (layout == "big-endian")


def test_several_calls_make_one_round_trip_and_stop_at_the_first_that_fails(framework, tensor):
    assert framework.run([Call("get", tensor, "scale"), Call("call", tensor, "data.sum")]) == [3, 3.0]
    with pytest.raises(StudentError):
        framework.run(
            [Call("set", tensor, "scale", (4,)), Call("get", tensor, "nothing"), Call("set", tensor, "scale", (5,))]
        )
    assert tensor.scale == 4


def test_an_endless_iterator_is_an_error(framework):
    with pytest.raises(StudentError, match="more than 10000 items"):
        list(framework.Endless())


def test_an_object_without_a_length_can_still_be_listed(framework):
    with pytest.raises(TypeError):
        len(framework.Endless())


def test_private_names_are_asked_for_only_on_objects(framework, tensor):
    with pytest.raises(AttributeError):
        framework._root  # noqa: B018
    with pytest.raises(AttributeError):
        tensor.__wrapped__  # noqa: B018


@pytest.mark.parametrize("outcome", [ValueError, ZeroDivisionError])
def test_an_exception_knows_its_classes(bench, outcome):
    framework = bench.framework(f"class Mine({outcome.__name__}): pass\ndef fail(): raise Mine('words')\n")
    with pytest.raises(StudentError, match="Mine: words") as caught:
        framework.fail()

    assert caught.value.is_a(outcome)
    assert not caught.value.is_a(KeyError)


# What waits for the next round trip


@pytest.fixture
def round_trips(framework, monkeypatch):
    """The number of requests so far."""
    asked, post = [], framework._worker.post
    monkeypatch.setattr(framework._worker, "post", lambda *request: (asked.append(request), post(*request)))
    return lambda: len(asked)


def test_what_nobody_needs_goes_along_with_the_next_round_trip(framework, tensor, round_trips):
    framework.later([Call("set", tensor, "scale", (10,))])
    other = framework.make("Tensor", np.ones(2), scale=2)
    framework.later([Call("set", other, "scale", (4,))])
    assert round_trips() == 0

    assert framework.run([Call("call", other, "scaled"), Call("get", tensor, "scale")])[0].tolist() == [8, 8]
    assert framework.both(other, tensor.scale)[1] == 10
    assert round_trips() == 3


def test_an_object_that_is_still_to_be_made_can_be_given_to_the_next(framework):
    inner = framework.make("Tensor", framework.array(np.arange(2.0)))
    outer = framework.make("Tensor", inner)

    assert outer.data == inner
    assert hash(outer.data) == hash(inner)
    assert outer.data.scaled(by=3).tolist() == [0, 3]
    assert inner.type_name == "Tensor"
    assert framework.make("Tensor", 0) != inner


def test_what_waited_and_went_wrong_is_told_by_the_next_round_trip(framework, tensor):
    framework.make("Tensor")
    framework.later([Call("set", tensor, "scale", (7,))])
    with pytest.raises(StudentError, match="missing 1 required positional argument"):
        framework.get(tensor, "scale")

    assert tensor.scale == 3


def test_what_still_waits_can_be_finished(framework, tensor, round_trips):
    framework.finish()
    assert round_trips() == 0
    framework.later([Call("get", tensor, "nothing")])
    with pytest.raises(StudentError, match="nothing"):
        framework.finish()


def test_a_function_can_be_called_by_its_path(framework):
    assert framework.call("both", 1, 2, c=3) == [1, 2, 3]


@pytest.mark.parametrize("size", [3, 3000])
def test_results_of_one_round_trip_are_what_they_were_when_they_came_about(bench, size):
    """As if each call had had one of its own, whatever a later call writes into the same array."""
    framework = bench.framework(f"import numpy as np\ny = np.zeros({size})\ndef add(): y[...] += 1; return y\n")
    first, second = framework.run([Call("call", framework.add)] * 2)

    assert (first[0], second[0]) == (1.0, 2.0)


def test_what_waits_is_what_it_was_when_it_was_asked_for(framework, tensor):
    """As if it had crossed at once, whatever becomes of the array here."""
    values = np.ones(2)
    tensor.data = values
    other = framework.make("Tensor", values)
    values[:] = 5.0

    assert tensor.data.tolist() == [1, 1]
    assert framework.run([Call("get", other, "data")])[0].tolist() == [1, 1]


def test_a_promise_is_kept_by_the_next_round_trip_or_makes_one(framework, tensor, round_trips):
    tensor.scale = 2
    doubled = framework.ask(Call("call", tensor, "scaled", (1,)))
    kept = framework.ask(Call("get", tensor, "scale"))
    tensor.scale = 5
    assert round_trips() == 0

    assert kept() == 2
    assert doubled().tolist() == [0, 2, 4]
    assert tensor.scale == 5
    assert round_trips() == 2


def test_a_promise_of_a_call_that_failed_raises_the_same_whenever_it_is_asked_for(framework, tensor):
    framework.later([Call("get", tensor, "nothing")])
    promise = framework.ask(Call("get", tensor, "scale"))
    for _ in range(2):
        with pytest.raises(StudentError, match="nothing"):
            promise()
    assert tensor.scale == 3


def test_a_promise_of_a_call_before_the_one_that_failed_is_kept(framework, tensor):
    promise = framework.ask(Call("get", tensor, "scale"))
    framework.later([Call("get", tensor, "nothing")])
    with pytest.raises(StudentError, match="nothing"):
        framework.finish()
    assert promise() == 3


def test_a_promise_of_a_worker_that_is_gone_says_so(framework, tensor):
    one, other = (framework.ask(Call("get", tensor, "scale")) for _ in range(2))
    framework._worker.end()
    for promise in (one, other):
        with pytest.raises(SandboxError, match="ended"):
            promise()


def test_an_object_of_a_known_class_is_made_with_the_next_round_trip(bench):
    class Tensor:
        def scaled(self): ...

    def class_at(path):
        return Tensor if path == "Tensor" else None

    framework = RemoteFramework(bench.load({"__init__.py": SOURCE}), class_at)
    framework.Tensor()
    with pytest.raises(StudentError, match="missing 1 required positional argument"):
        framework.finish()
    good = framework.Tensor(np.arange(2.0))
    assert (good.type_name, type(good.scaled)) == ("Tensor", Method)
    assert good.scaled().tolist() == [0, 2]


def test_what_is_expected_is_judged_with_the_next_round_trip(framework, tensor, round_trips):
    said = []
    framework.expect([], said.append)
    assert said == [[]]  # nothing to wait for

    framework.expect([Call("get", tensor, "scale"), Call("get", tensor, "scale")], said.append)
    framework.expect([], said.append)
    assert (said, round_trips()) == ([[]], 0)

    assert tensor.scale == 3
    assert (said, round_trips()) == ([[], [3, 3], []], 1)


def test_a_judge_may_ask_for_more_of_what_was_there_before_what_waits_after_it(framework, tensor):
    seen = []
    framework.expect([Call("get", tensor, "scale")], lambda found: seen.extend([*found, tensor.scale]))
    framework.later([Call("set", tensor, "scale", (7,))] * 40)
    framework.later([Call("set", tensor, "scale", (8,))])

    assert tensor.scale == 8
    assert seen == [3, 7]


def test_what_a_judge_leaves_to_a_later_round_trip_is_done_before_what_waits_after_it(framework, tensor):
    made = []
    framework.expect([Call("get", tensor, "scale")], lambda _found: made.append(framework.hold(tensor, "scale")))
    framework.later([Call("set", tensor, "scale", (7,))] * 40)
    framework.later([Call("set", tensor, "scale", (8,))])
    framework.finish()

    assert framework.value(made[0]) == 7


def test_a_promise_that_a_judge_asked_for_before_it_refused_says_so(framework, tensor):
    asked = []

    def refuse(found):
        asked.append(framework.ask(Call("get", tensor, "scale")))
        raise AssertionError(found)

    framework.expect([Call("get", tensor, "scale")], refuse)
    for action in (framework.finish, lambda: asked[0]()):
        with pytest.raises(AssertionError, match="3"):
            action()


def test_what_a_judge_raises_ends_a_round_trip(framework, tensor):
    def refuse(found):
        raise AssertionError(found)

    framework.expect([Call("get", tensor, "scale")], refuse)
    after = framework.ask(Call("get", tensor, "scale"))
    framework.later([Call("get", tensor, "nothing")])
    for action in (framework.finish, after):
        with pytest.raises(AssertionError, match="3"):
            action()
    framework.finish()
    assert tensor.scale == 3
