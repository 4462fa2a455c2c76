"""Calls as data: each deed does what its name says, here as in a worker."""

import itertools
from collections import OrderedDict
from types import SimpleNamespace

import numpy as np
import pytest

from grader.calls import DEEDS, LAYOUTS, MAX_ITEMS, Call, arrange, follow, perform, perform_here, seed


class Layer:
    def __init__(self):
        self.weight = SimpleNamespace(data=np.ones(2), grad=None)

    def forward(self, x, *, scale=1):
        return scale * x

    def __call__(self, x):
        return -x


@pytest.fixture
def model():
    return SimpleNamespace(layers=[Layer(), Layer()], state={})


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("", lambda m: m),
        ("state", lambda m: m.state),
        ("layers.1", lambda m: m.layers[1]),
        ("layers.0.weight.data", lambda m: m.layers[0].weight.data),
    ],
)
def test_a_path_goes_through_attributes_and_a_number_is_an_index(model, path, wanted):
    assert follow(model, path) is wanted(model)


@pytest.mark.parametrize(
    ("path", "error"), [("missing", AttributeError), ("layers.7", IndexError), ("state.0", KeyError)]
)
def test_a_path_that_leads_nowhere_raises_what_python_raises(model, path, error):
    with pytest.raises(error):
        follow(model, path)


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (lambda m: Call("get", m, "layers.0.weight.grad"), None),
        (lambda m: Call("call", m, "layers.0.forward", (3,)), 3),
        (lambda m: Call("call", m, "layers.0.forward", (3,), {"scale": 2}), 6),
        (lambda m: Call("call", m.layers[0], "", (3,)), -3),
        (lambda m: Call("length", m, "layers"), 2),
        (lambda m: Call("item", [5, 6, 7], "", (slice(1, 3),)), [6, 7]),
        (lambda m: Call("list", iter("abc")), ["a", "b", "c"]),
        (lambda m: Call("list", {"a": 1, "b": 2}), ["a", "b"]),
    ],
    ids=["get", "call", "keyword", "call itself", "length", "item", "list", "keys"],
)
def test_a_deed_gives_what_the_same_expression_would(model, call, wanted):
    assert perform(call(model)) == wanted


def test_set_changes_an_attribute_and_gives_nothing(model):
    assert perform(Call("set", model, "layers.1.weight.grad", (5.0,))) is None

    assert model.layers[1].weight.grad == 5.0
    assert model.layers[0].weight.grad is None


def test_what_is_done_to_each_of_several_objects_gives_and_takes_one_value_for_each(model):
    weights = [layer.weight for layer in model.layers]

    assert perform(Call("set each", weights, "grad", ((1.0, 2.0),))) is None
    assert perform(Call("get each", model.layers, "weight.grad")) == [1.0, 2.0]


def test_as_many_values_are_set_as_there_are_objects(model):
    with pytest.raises(ValueError, match="shorter"):
        perform(Call("set each", [layer.weight for layer in model.layers], "grad", ((1.0,),)))


def test_set_item_writes_into_the_very_array(model):
    data = model.layers[0].weight.data
    perform(Call("set item", model, "layers.0.weight.data", (Ellipsis, 7.0)))

    assert model.layers[0].weight.data is data
    assert data.tolist() == [7.0, 7.0]


def test_what_the_framework_raises_passes_through():
    with pytest.raises(ZeroDivisionError):
        perform(Call("call", lambda: 1 / 0))


def test_a_result_is_what_it_was_when_the_call_ended_also_in_an_ordered_dict():
    array = np.ones(2)
    found = perform_here(Call("get", OrderedDict(a=[array])))
    array[:] = 7.0

    assert type(found) is dict
    assert found["a"][0].tolist() == [1.0, 1.0]


def test_an_iterator_that_never_ends_is_cut_off():
    with pytest.raises(ValueError, match=f"more than {MAX_ITEMS} items"):
        perform(Call("list", itertools.count()))


def test_an_iterator_of_the_most_items_is_not():
    assert len(perform(Call("list", range(MAX_ITEMS)))) == MAX_ITEMS


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "values", [np.arange(6.0).reshape(2, 3), np.array(3.0), np.zeros((0, 2)), np.arange(4)], ids=repr
)
def test_a_layout_keeps_the_values_and_shares_no_memory(values, layout):
    arranged = arrange(values, layout)

    assert type(arranged) is np.ndarray
    assert arranged.shape == values.shape
    assert arranged.dtype.newbyteorder("=") == values.dtype
    assert np.array_equal(arranged, values)
    assert not np.shares_memory(arranged, values)


@pytest.mark.parametrize(
    ("layout", "test"),
    [
        ("C", lambda a: a.flags.c_contiguous and a.flags.writeable and a.dtype.isnative),
        ("F", lambda a: a.flags.f_contiguous and not a.flags.c_contiguous),
        ("strided", lambda a: not a.flags.c_contiguous and not a.flags.f_contiguous),
        ("read-only", lambda a: not a.flags.writeable),
        ("big-endian", lambda a: not a.dtype.isnative),
    ],
)
def test_a_layout_is_what_its_name_says(layout, test):
    assert test(arrange(np.arange(6.0).reshape(2, 3), layout))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_only_a_read_only_array_cannot_be_written_to(layout):
    assert arrange(np.ones(3), layout).flags.writeable == (layout != "read-only")


def test_an_array_can_be_made_by_a_call():
    assert not perform(Call("array", None, "", (np.ones(3), "read-only"))).flags.writeable


def test_a_generator_can_be_made_by_a_call_and_brought_back_to_a_seed():
    generator = perform(Call("generator", None, "", (7,)))
    drawn = generator.random(3)
    perform(seed(generator, 7))

    assert np.array_equal(drawn, np.random.default_rng(7).random(3))
    assert np.array_equal(generator.random(3), drawn)


def test_an_operator_is_that_of_python():
    assert perform(Call("operate", 2, "sub", (5,))) == -3
    assert perform(Call("operate", 2, "neg")) == -2
    assert perform(Call("operate", [1], "iadd", ([2],))) == [1, 2]
    with pytest.raises(TypeError, match="unsupported operand"):
        perform(Call("operate", object(), "sub", (2,)))


def test_a_value_is_moved_there_and_back():
    assert perform(Call("move", None, "", (5,), {"inputs": (np.ones(3),)})) == 5


def test_a_context_is_entered_and_left():
    left = []

    class Context:
        def __enter__(self):
            return "entered"

        def __exit__(self, kind, error, _trace):
            left.append((kind, str(error)))

    assert perform(Call("enter", Context())) == "entered"
    perform(Call("exit", Context()))
    perform(Call("exit", Context(), "", ("KeyError", "x")))
    assert left == [(None, "None"), (KeyError, "'x'")]
    with pytest.raises(TypeError, match="'object' object does not support the context manager protocol"):
        perform(Call("enter", object()))


@pytest.mark.parametrize("layout", ["fortran", "", None])
def test_a_layout_that_does_not_exist_is_refused(layout):
    with pytest.raises(ValueError, match="no memory layout"):
        arrange(np.ones(3), layout)


def test_every_deed_is_covered_here():
    values = {
        "get",
        "get each",
        "set each",
        "call",
        "set",
        "item",
        "set item",
        "length",
        "list",
        "array",
        "generator",
        "seed",
        "file",
    }

    assert set(DEEDS) == values | {"operate", "enter", "exit", "move"}
