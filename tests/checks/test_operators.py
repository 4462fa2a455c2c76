"""Operators, comparisons, items and `with` on objects of the framework, and on twins."""

import inspect

import numpy as np
import pytest

from grader.calls import EXCEPTIONS, Call, perform
from grader.checks import raises
from grader.checks.errors import under_test
from grader.checks.twin import Workbench
from grader.compare import Mismatch
from grader.isolation.outside.faults import StudentError
from tests.checks import autograd_package
from tests.checks.sides import package

TEXT = inspect.getsource(autograd_package)
A, B = np.arange(6.0).reshape(2, 3) + 1, np.arange(6.0).reshape(3, 2) - 2


@pytest.fixture
def student(open_student):
    return open_student(TEXT)


@pytest.fixture
def twin(open_student, rng):
    """Makes the `twin` of a check whose student has some text replaced."""
    return lambda *changes: Workbench(open_student(TEXT, *changes), package(TEXT), rng)


EXPRESSIONS = {
    "t + 2": lambda t, u: t + 2,
    "2 + t": lambda t, u: 2 + t,
    "t - t": lambda t, u: t - t,
    "2 - t": lambda t, u: 2 - t,
    "array - t": lambda t, u: A - t,
    "t * array": lambda t, u: t * A,
    "-t": lambda t, u: -t,
    "t @ u": lambda t, u: t @ u,
    "t ** 3": lambda t, u: t**3,
    "t[:, 1]": lambda t, u: t[:, 1],
    "t[1]": lambda t, u: t[1],
    "(t @ u - 1) ** 2 * 0.5": lambda t, u: (t @ u - 1) ** 2 * 0.5,
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_gives_what_the_class_computes(student, expression):
    there = EXPRESSIONS[expression](student.nn.Tensor(A), student.nn.Tensor(B))
    here = EXPRESSIONS[expression](autograd_package.Tensor(A), autograd_package.Tensor(B))

    assert np.array_equal(there.data, here.data)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_twins_compute_on_both_sides_and_name_what_differs(twin, expression):
    bench = twin()
    EXPRESSIONS[expression](bench("nn.Tensor", A), bench("nn.Tensor", B)).compare("data")
    bench.finish()


def test_a_wrong_operator_is_named_as_it_was_written(twin, said):
    bench = twin(("self.data + other.data, (self", "self.data - other.data, (self"))
    t = bench("nn.Tensor", A)

    def compare():
        (t + t).compare("data")
        bench.finish()

    assert said(compare).startswith("add(Tensor, Tensor).data[0, 0] is 0, but should be 2")


def test_in_place_operators_keep_the_object(student):
    t = same = student.nn.Tensor(A)
    t += 1.0

    assert t == same
    assert np.array_equal(same.data, A + 1)


def test_a_comparison_gives_its_value_and_equality_says_whether_it_is_the_same_object(student):
    t, u = student.nn.Tensor(A), student.nn.Tensor(A)

    assert np.array_equal(t < 3, A < 3)
    assert np.array_equal(3 > t, A < 3)  # noqa: SIM300
    assert t == t.itself()
    assert t != u
    assert len(t) == 2


def test_items_of_twins_can_be_set(twin):
    bench = twin(
        ("    def __len__", "    def __setitem__(self, key, value):\n        self.data[key] = value\n\n    def __len__")
    )
    vars(bench.reference.nn)["Tensor"].__setitem__ = lambda self, key, value: self.data.__setitem__(key, value)
    t = bench("nn.Tensor", A)
    t[0] = 5.0
    t.compare("data")
    bench.finish()

    assert t.expected.data[0].tolist() == [5.0] * 3


@pytest.mark.parametrize(
    "operate", [lambda p: p + 1, lambda p: 2 - p, lambda p: -p, lambda p: p @ p, lambda p: p[0], lambda p: p < 1]
)
def test_what_the_class_does_not_define_is_a_type_error(student, operate):
    with under_test(student), raises(TypeError, doing="it"):
        operate(student.nn.Plain())


def test_a_context_that_the_class_does_not_define_is_a_type_error(student):
    with under_test(student), raises(TypeError, doing="it"), student.nn.Plain():
        pass


def test_a_context_holds_inside_and_is_left_at_its_end(student):
    t = student.nn.Tensor(A)
    with student.nn.no_grad():
        inside = t + 1
    after = t + 1

    assert [len(inside.parents), len(after.parents)] == [0, 2]


def test_twins_enter_and_leave_on_both_sides(twin):
    bench = twin()
    t = bench("nn.Tensor", A)
    with bench("nn.no_grad"):
        inside = t + 1
    inside.backward()
    (t * 2).backward()
    assert t.expected.grad is not None
    t.compare("grad")
    bench.finish()


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), Mismatch("a kind", "x")])
def test_a_context_swallows_nothing_and_knows_what_it_is_left_with(twin, error):
    bench = twin()
    manager = bench("nn.no_grad")

    with pytest.raises(type(error)), manager:
        raise error
    left_with = bench.student.nn.Tensor(1.0).left_with
    assert left_with == (type(error).__name__ if type(error).__name__ in EXCEPTIONS else "AssertionError")
    assert bench.reference.nn.Tensor.left_with == left_with


def test_what_fails_inside_is_raised_inside_and_the_context_is_left(student):
    if not hasattr(student.nn.Tensor(A), "type_name"):
        pytest.skip("in one process Python's own rules hold")
    t = student.nn.Tensor(A)
    with pytest.raises(StudentError, match="unsupported operand"), student.nn.no_grad():
        student.nn.Plain() + student.nn.Plain()

    assert len((t + 1).parents) == 2
    assert t.left_with == "TypeError"


def test_a_class_that_the_other_side_names_as_an_exception_is_never_looked_up(twin):
    """A name like "builtins.exec" may come from the student's process; the reference is left with it, too."""
    hostile = StudentError(["builtins.exec", "builtins.Exception"], "raise SystemExit", [], [])
    bench = twin()

    with pytest.raises(StudentError, match="SystemExit"), bench("nn.no_grad"):
        raise hostile
    assert bench.reference.nn.Tensor.left_with == "Exception"
    with pytest.raises(KeyError, match="exec"):
        perform(Call("exit", bench.reference.nn.no_grad(), "", ("exec", "raise SystemExit")))


def test_a_graph_of_ten_thousand_nodes_is_built_and_differentiated_within_a_check(open_student):
    student = open_student(TEXT)
    x = student.nn.Tensor(np.full(3, 1.0))
    y = x
    for _ in range(5_000):
        y = y * 1.0001 + 1e-6
    y.backward()
    gradient = x.grad

    assert np.allclose(gradient, 1.0001**5_000)


def test_a_graph_of_ten_thousand_nodes_of_twins(twin):
    bench = twin()
    x = bench("nn.Tensor", np.full(3, 1.0))
    y = x
    for _ in range(5_000):
        y = y * 1.0001 + 1e-6
    y.backward()
    x.compare("grad")
    bench.finish()

    assert len(y.name) < 100
