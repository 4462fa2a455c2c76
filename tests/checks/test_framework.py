"""A framework in this process, with the interface of one in another."""

import numpy as np
import pytest

from grader.calls import LAYOUTS, Call
from grader.checks.framework import LocalFramework
from grader.isolation.outside.remote import RemoteFramework


@pytest.fixture
def local(framework):
    return LocalFramework(framework())


def public(cls):
    return {name for name in vars(cls) if not name.startswith("_")}


def test_both_frameworks_have_the_same_methods():
    assert public(LocalFramework) == public(RemoteFramework)


def test_a_name_is_the_packages_own(local, classes):
    assert local.nn.Linear is classes["Linear"]


def test_a_name_that_is_not_there_raises_what_python_raises(local):
    with pytest.raises(AttributeError, match="missing"):
        _ = local.missing


def test_calls_are_done_in_order(local):
    linear = local.nn.Linear(2, 3)
    calls = [
        Call("set", linear, "bias.data", (np.ones(3),)),
        Call("call", linear, "forward", (np.zeros((1, 2)),)),
        Call("get", linear, "bias.grad"),
    ]

    nothing, y, grad = local.run(calls)

    assert (nothing, grad) == (None, None)
    assert y.tolist() == [[1.0, 1.0, 1.0]]


def test_an_attribute_is_set_and_read_by_its_path(local):
    linear = local.nn.Linear(2, 3)
    local.set(linear, "bias.data", np.arange(3.0))

    assert local.get(linear, "bias.data").tolist() == [0.0, 1.0, 2.0]


def test_something_held_is_the_very_thing(local):
    linear = local.nn.Linear(2, 3)
    held = local.hold(linear, "bias.data")
    linear.bias.data[0] = 7

    assert held is linear.bias.data
    assert local.value(held).tolist() == [7.0, 0.0, 0.0]
    assert local.value(held) is not held


def test_the_result_of_a_call_can_be_held(local):
    y = local.hold(local.nn.Tanh(), "forward", np.zeros(2))

    assert local.value(y).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_array_is_a_copy_in_its_layout(local, layout):
    values = np.arange(6.0).reshape(2, 3)
    array = local.array(values, layout)

    assert np.array_equal(array, values)
    assert not np.shares_memory(array, values)
