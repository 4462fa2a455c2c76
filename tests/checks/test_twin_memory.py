"""Memory: no side sees what another does to an array, and what is shared, replaced or overwritten is found."""

import numpy as np
import pytest

from grader.calls import LAYOUTS

X = np.arange(6.0).reshape(3, 2)


class Doubler:
    """Doubles a parameter in place."""

    def __init__(self, parameter):
        self.parameter = parameter

    def double(self):
        self.parameter.data *= 2


def test_arrays_are_copied_so_that_no_side_sees_what_another_does(twins):
    class Greedy:
        def forward(self, x):
            x *= 0
            return x

    x = X.copy()
    twin = twins(Tanh=Greedy)
    t = twin("nn.Tanh")
    y = t.forward(x)

    assert x.tolist() == X.tolist()
    assert y.expected.tolist() == np.tanh(X).tolist()
    assert twin.given[-1].tolist() == X.tolist()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_changed_input_is_found_whatever_its_layout(said, twins, layout):
    class Greedy:
        def forward(self, x):
            if x.flags.writeable:
                x[0] = 7
            return np.tanh(x)

    twin = twins(Tanh=Greedy)
    x = twin.array(X, layout)
    twin("nn.Tanh").forward(x)
    if layout == "read-only":
        x.compare()
    else:
        assert "is 7 at [0, 0], but should be 0 (2 of 6 differ)" in said(x.compare)


def test_a_result_that_is_the_cache_itself_is_found_by_overwriting_it(said, twins, classes):
    class Sharing(classes["Tanh"]):
        def forward(self, x):
            super().forward(x)
            return self.y

    def check(**other):
        t = twins(**other)("nn.Tanh")
        y = t.hold("forward", X)
        y.compare()
        y.fill(0.0)
        t.backward(np.ones((3, 2))).compare()

    check()
    assert "Tanh.backward(array of shape (3, 2))" in said(lambda: check(Tanh=Sharing))


def test_an_attribute_can_be_held_and_changes_are_seen(twins):
    twin = twins(Doubler=Doubler)
    twin.reference.nn.Doubler = Doubler
    p = twin("nn.Parameter", X)
    data = p.hold("data")
    twin("nn.Doubler", p).double()
    data.compare()

    assert data.expected is p.expected.data
    assert data.actual is p.actual.data
    assert data.name == "Parameter.data"


def test_an_update_that_is_not_in_place_is_found(said, twins):
    class Replacing(Doubler):
        def double(self):
            self.parameter.data = self.parameter.data * 2

    twin = twins(Doubler=Replacing)
    twin.reference.nn.Doubler = Doubler
    p = twin("nn.Parameter", X)
    data = p.hold("data")
    twin("nn.Doubler", p).double()
    p.compare("data")

    assert said(data.compare) == "Parameter.data[0, 1] is 1, but should be 2 (5 of 6 differ)"
