"""Twins: both sides get the same calls and the same numbers, and a difference is named."""

import numpy as np
import pytest

from grader.calls import Call
from grader.compare import Tolerance

X = np.arange(6.0).reshape(3, 2)


class Counter:
    """Not a module: things to be called, read, listed and indexed."""

    def __init__(self, *parts, **named):
        self.parts, self.named = list(parts), named

    def __call__(self, x):
        return x + 1

    def __getitem__(self, key):
        return self.parts[key]

    def __iter__(self):
        return iter(self.parts)

    def total(self):
        return float(sum(part.data.sum() for part in self.parts))

    def double(self):
        for part in self.parts:
            part.data *= 2


@pytest.fixture
def linear(classes):
    return classes["Linear"]


def test_both_sides_get_the_same_parameters_and_their_own_arrays(twins):
    t = twins()("nn.Linear", 2, 3)

    assert np.any(t.actual.weight.data)
    assert np.array_equal(t.actual.weight.data, t.expected.weight.data)
    assert not np.shares_memory(t.actual.weight.data, t.expected.weight.data)


def test_two_objects_get_different_parameters(twins):
    twin = twins()

    assert not np.array_equal(twin("nn.Linear", 2, 3).actual.weight.data, twin("nn.Linear", 2, 3).actual.weight.data)


def test_parameters_keep_their_dtype(twins, linear):
    class Single(linear):
        def __init__(self, *sizes):
            super().__init__(*sizes)
            self.weight.data = self.weight.data.astype(np.float32)

    twin = twins(Linear=Single)
    twin.reference.nn.Linear = Single

    assert twin("nn.Linear", 2, 3).actual.weight.data.dtype == np.float32


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (np.zeros((2, 3)), "has shape (2, 3), but should have shape (3, 2) (it is transposed)"),
        (np.zeros((3, 2), np.float32), "has dtype float32, but should have dtype float64"),
        (None, "is None, but should be a numpy.ndarray"),
        ([[0.0, 0.0]] * 3, "is a list of 3 items, but should be a numpy.ndarray"),
        (np.zeros((3, 2)).view(np.ma.MaskedArray), "is an object of type MaskedArray, but should be a numpy.ndarray"),
    ],
    ids=["transposed", "float32", "None", "list", "masked"],
)
def test_a_parameter_of_another_kind_is_refused_by_name(said, twins, linear, data, problem):
    class Other(linear):
        def __init__(self, *sizes):
            super().__init__(*sizes)
            self.weight.data = data

    assert said(lambda: twins(Linear=Other)("nn.Linear", 2, 3)) == f"Linear.weight.data {problem}"


def test_equal_results_compare_equal_and_give_the_twin_back(twins):
    t = twins()("nn.Linear", 2, 3)
    y = t.forward(X)
    t.backward(np.ones((3, 3)))

    assert y.compare() is y
    assert t.compare("weight.grad", "bias.grad", "x") is t


def test_a_difference_names_the_call(said, twins, linear):
    class Shifted(linear):
        def forward(self, x):
            return super().forward(x) * 0 + 1.5

    t = twins(Linear=Shifted)("nn.Linear", 2, 3)
    t.set("weight.data", np.zeros((3, 2)))
    t.set("bias.data", np.zeros(3))

    assert said(t.forward(X).compare) == (
        "Linear.forward(array of shape (3, 2))[0, 0] is 1.5, but should be 0 (9 of 9 differ)"
    )


def test_a_difference_in_an_attribute_names_its_path(said, twins, linear):
    class Averaged(linear):
        def backward(self, dy):
            dx = super().backward(dy)
            self.bias.grad = dy.mean(0)
            return dx

    t = twins(Linear=Averaged)("nn.Linear", 2, 3)
    t.forward(X)
    t.backward(np.ones((3, 3)))

    assert said(lambda: t.compare("weight.grad", "bias.grad")).startswith("Linear.bias.grad[0] is 1, but should be 3")


def test_a_tolerance_can_be_given(said, twins):
    t = twins()("nn.Parameter", X)
    t.actual.data = t.actual.data * 1.001
    t.compare("data", tolerance=Tolerance(0.01, 0.0))

    assert "differ" in said(lambda: t.compare("data"))


@pytest.fixture
def counters(twins):
    """A workbench whose two frameworks have Counter, and the student's perhaps another one."""

    def make(student=Counter):
        twin = twins(Counter=student)
        twin.reference.nn.Counter = Counter
        return twin

    return make


def test_twins_may_be_arguments_also_inside_lists_tuples_and_dicts(counters):
    twin = counters()
    p, q = twin("nn.Parameter", X), twin("nn.Parameter", 10 * X)
    t = twin("nn.Counter", p, [q, (p,)], key={"name": q})

    assert t.actual.parts == [p.actual, [q.actual, (p.actual,)]]
    assert t.expected.parts == [p.expected, [q.expected, (p.expected,)]]
    assert t.expected.named == {"key": {"name": q.expected}}


def test_what_an_object_does_to_its_arguments_is_seen_on_both_sides(counters):
    twin = counters()
    p = twin("nn.Parameter", X)
    t = twin("nn.Counter", p)
    t.double()
    p.compare("data")

    assert p.expected.data.tolist() == (2 * X).tolist()
    assert t.total().compare().expected == 30.0


def test_an_attribute_of_a_twin_may_be_an_argument(twins):
    twin = twins()
    t = twin("nn.Linear", 2, 3)
    y = twin("nn.Tanh").forward(t.weight.data)
    y.compare()

    assert y.name == "Tanh.forward(Linear.weight.data)"


@pytest.mark.parametrize("value", [np.ones((3, 2)), None, 5.0], ids=["array", "None", "number"])
def test_an_attribute_is_set_on_both_sides(twins, value):
    t = twins()("nn.Linear", 2, 3)
    t.set("weight.grad", value)
    t.compare("weight.grad")

    for side in (t.actual, t.expected):
        assert np.array_equal(side.weight.grad, value) or side.weight.grad is value is None
    assert t.actual.weight.grad is not t.expected.weight.grad or not isinstance(value, np.ndarray)


def test_items_and_iteration_give_twins_with_their_index(counters):
    t = counters()("nn.Counter", 1.0, 2.0)

    assert (t[1].actual, t[1].expected, t[1].name) == (2.0, 2.0, "Counter[1]")
    assert [part.compare().name for part in t] == ["Counter[0]", "Counter[1]"]


@pytest.mark.parametrize("surplus", [-1, 1])
def test_another_number_of_items_is_a_wrong_answer(said, counters, surplus):
    class Other(Counter):
        def __iter__(self):
            return iter(range(2 + surplus))

    t = counters(Other)("nn.Counter", 1.0, 2.0)

    assert said(lambda: list(t)) == f"Counter gave {2 + surplus} item{'s' * (surplus > 0)}, but should give 2"


@pytest.mark.parametrize("answer", [None, 5.0, np.array(1.0)], ids=["None", "number", "array"])
def test_what_has_no_items_is_a_wrong_answer_where_items_are_expected(said, counters, answer):
    class Other(Counter):
        def total(self):
            return answer

    class Listing(Counter):
        def total(self):
            return [1.0]

    twin = counters(Other)
    twin.reference.nn.Counter = Listing
    result = twin("nn.Counter").total()

    assert "Counter.total() is " in said(lambda: list(result))
    assert "but should be something with items" in said(lambda: list(result))
    assert said(lambda: result[0]) in (said(lambda: list(result)), "Counter.total() has no item 0")


def test_an_item_that_is_not_there_is_a_wrong_answer(said, counters):
    class Short(Counter):
        def __getitem__(self, key):
            return self.parts[:1][key]

    t = counters(Short)("nn.Counter", 1.0, 2.0)

    assert said(lambda: t[1]) == "Counter has no item 1"


def test_calling_a_twin_calls_both(counters):
    y = counters()("nn.Counter")(X)

    assert y.compare().name == "Counter(array of shape (3, 2))"
    assert y.expected.tolist() == (X + 1).tolist()


@pytest.mark.parametrize(
    ("args", "kwargs", "name"),
    [
        ((1, 2.5, "mean", None, True), {}, "Counter(1, 2.5, 'mean', None, True)"),
        ((X.astype(np.float32),), {}, "Counter(float32 array of shape (3, 2))"),
        ((X > 1,), {"scale": 2}, "Counter(bool array of shape (3, 2), scale=2)"),
        (([1, 2],), {"x": (1,)}, "Counter(..., x=...)"),
    ],
)
def test_a_call_is_named_as_it_was_written(counters, args, kwargs, name):
    class Anything(Counter):
        def __call__(self, *args, **kwargs):
            return 1.0

    twin = counters(Anything)
    twin.reference.nn.Counter = Anything

    assert twin("nn.Counter")(*args, **kwargs).name == name


def test_the_values_of_several_twins_are_read_by_one_call_and_have_a_name_each(twins):
    twin = twins()
    layers = [twin("nn.Linear", 2, 3), twin("nn.Linear", 3, 2)]
    twin.later([Call("set each", layers, "bias.data", ((np.ones(3), np.zeros(2)),))])
    ones, zeros = twin.each(layers, "bias.data")

    assert (ones.actual.tolist(), zeros.actual.tolist()) == ([1, 1, 1], [0, 0])
    assert (ones.expected.tolist(), zeros.expected.tolist()) == ([1, 1, 1], [0, 0])
    assert ones.name == "Linear.bias.data"
    assert twin.shapes[-2:] == ((3,), (2,))


def test_the_shapes_of_all_arrays_that_were_given_are_known(twins):
    twin = twins()
    t = twin("nn.Linear", 2, 3)
    twin.given.clear()
    t.set("weight.data", np.ones((3, 2)))
    t.forward(X)
    t.backward(dy=np.ones((len(X), 3)))

    assert twin.shapes == ((3, 2), X.shape, (len(X), 3))


def test_the_reference_is_asked_first_so_that_its_failure_is_not_blamed_on_the_student(twins):
    t = twins()("nn.Linear", 2, 3)
    t._actual = None

    with pytest.raises(ValueError, match="does not fit"):
        t.forward(np.ones((3, 5)))
