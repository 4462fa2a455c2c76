"""Functions of a check that the framework calls: the same on a student's machine and across the boundary."""

import numpy as np
import pytest

from grader.callbacks import Callback, UsedUpError, is_plain
from grader.checks.crossing import as_if_elsewhere
from grader.checks.errors import raises, under_test
from grader.checks.twin import Workbench
from grader.isolation.outside.callbacks import TooManyCalls
from grader.isolation.outside.faults import StudentError
from tests.checks.sides import package

TEXT = """
import numpy as np

def numerical_gradient(f, x, eps=1e-6):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        for sign in (1, -1):
            point = x.copy()
            point[index] += sign * eps
            gradient[index] += sign * f(point) / (2 * eps)
    return gradient

def apply(f, *args, **kwargs):
    return f(*args, **kwargs)

def overwrite(f, x):
    y = f(x)
    y[...] = 0.0
    return x, f(x)

def guarded(f, x):
    try:
        return f(x)
    except ValueError as error:
        return f"refused: {error}"

def repeated(f, count):
    return [f(i) for i in range(count)]

def swallowing(f, x):
    try:
        return f(x)
    except BaseException:
        return x

class Kept:
    def __init__(self, f):
        self.f = f
    def use(self, x):
        return self.f(x)

class Own: ...

def given_an_object(f):
    return f(Own())
"""
X = np.arange(6.0).reshape(2, 3)


@pytest.fixture
def student(open_student):
    return open_student(TEXT)


def test_student_code_calls_a_function_of_the_check_as_any_other(student):
    f = student.callback(lambda x: float(np.sum(x**3)))

    assert np.allclose(student.nn.numerical_gradient(f, X), 3 * X**2, atol=1e-6)


def test_arguments_names_and_results_of_every_kind_cross(student):
    f = student.callback(lambda *args, **kwargs: (list(args), kwargs))
    values = [1, 2.5, "x", b"x", None, True, np.float32(1.5), {"a": (1, 2)}]
    args, kwargs = student.nn.apply(f, *values, scale=X)

    assert args == values
    assert [type(value) for value in args] == [type(value) for value in values]
    assert np.array_equal(kwargs["scale"], X)


def test_neither_side_sees_what_the_other_does_to_an_array(student):
    held = X.copy()

    def f(x):
        x *= 2
        return held

    x, y = student.nn.overwrite(student.callback(f), X.copy())

    assert np.array_equal(x, X)
    assert np.array_equal(y, X)
    assert np.array_equal(held, X)


def test_an_object_may_keep_a_function_and_call_it_later(student):
    kept = student.nn.Kept(student.callback(lambda x: x + 1))

    assert [kept.use(1), kept.use(2)] == [2, 3]


def test_twins_call_it_on_both_sides(open_student, rng, said):
    bench = Workbench(open_student(TEXT, ("/ (2 * eps)", "/ eps")), package(TEXT), rng)
    f = bench.callback(lambda x: float(np.sum(x**2)))
    assert said(lambda: (bench("nn.numerical_gradient", f, X).compare(), bench.finish())).startswith(
        "numerical_gradient[0, 1] is 4"
    )


def test_an_exception_crosses_if_the_check_says_so(student):
    def f(x):
        raise ValueError("no such thing")

    assert student.nn.guarded(student.callback(f, crossing=(ValueError,)), 1) == "refused: no such thing"


def test_an_exception_that_was_not_to_cross_is_the_checks_own_whatever_student_code_does(open_student):
    """Where there is one process, Python's own rules hold; a grading has two."""
    student = open_student(TEXT)

    def f(x):
        raise ArithmeticError("a mistake in the check")

    if isinstance(student.callback(f), Callback):
        with pytest.raises(ArithmeticError, match="a mistake in the check"):
            student.nn.guarded(student.callback(f), 1)
        return
    with pytest.raises(ArithmeticError, match="a mistake in the check"):
        student.nn.swallowing(student.callback(f), 1)


def test_what_does_not_cross_is_a_type_error_in_student_code(student):
    f = student.callback(lambda x: x)
    with under_test(student), raises(TypeError, doing="it", naming=("numbers, texts, bytes, arrays",)):
        student.nn.given_an_object(f)


def test_what_the_check_returns_has_to_be_a_value(student):
    with pytest.raises(TypeError, match="not object"):
        student.nn.apply(student.callback(lambda: object()))


def test_it_may_be_called_so_often_and_no_more(student):
    assert student.nn.repeated(student.callback(lambda i: i, calls=3), 3) == [0, 1, 2]
    with pytest.raises((UsedUpError, TooManyCalls), match="more often, or for longer"):
        student.nn.repeated(student.callback(lambda i: i, calls=3), 4)


def test_it_may_take_so_long_and_no_longer(student):
    def slow(_i):
        return float(np.linalg.svd(np.ones((200, 200)))[1][0])

    with pytest.raises((UsedUpError, TooManyCalls), match="more often, or for longer"):
        student.nn.repeated(student.callback(slow, seconds=0.02), 1000)


def test_only_exceptions_that_both_sides_know_can_cross(student):
    with pytest.raises(ValueError, match="OSError cannot cross to student code; there are"):
        student.callback(lambda: None, crossing=(OSError,))


def test_a_function_cannot_be_called_while_it_runs():
    def f(x):
        return callback(x)

    callback = Callback(f)
    with pytest.raises(RuntimeError, match="while it runs"):
        callback(1)


def test_the_reference_calls_it_as_if_it_were_in_another_process():
    elsewhere = as_if_elsewhere(package(TEXT))

    assert elsewhere.nn.numerical_gradient(elsewhere.callback(lambda x: float(np.sum(x**2))), X).shape == X.shape

    def f():
        raise ArithmeticError("a mistake in the check")

    with pytest.raises(StudentError, match="a mistake in the check"):
        elsewhere.nn.apply(elsewhere.callback(f))


@pytest.mark.parametrize(
    ("value", "is_one"),
    [(np.array([None]), False), ({1.5: 1}, False), ([{"a": (1, X)}], True), (np.ma.zeros(2), False), (1j, False)],
)
def test_a_value_is_plain_in_all_its_parts(value, is_one):
    assert is_plain(value) == is_one


IMPLEMENTATIONS = """
import numpy as np

def test_cubes(implementation):
    x = np.array([1.0, 2.0])
    found = implementation(lambda x: float(np.sum(x**3)), x, eps=1e-6)
    assert np.allclose(found, 3 * x**2, atol=1e-4), found

def gives_what_raises(implementation):
    def f(x):
        raise KeyError("of the student's own")
    try:
        implementation(f, 1)
    except KeyError as error:
        return str(error)

def keeps_the_array(implementation):
    x = np.ones(2)
    def f(y):
        y *= 2
        return x
    return implementation(f, x), x

def within(implementation):
    return implementation(lambda x: implementation(abs, x), 1)

def gives_an_object(implementation):
    return implementation(lambda x: object(), 1)
"""


def difference(share):
    def numerical_gradient(f, x, eps):
        gradient = np.zeros_like(x)
        for i in range(x.size):
            step = np.zeros_like(x)
            step[i] = eps
            gradient[i] = (f(x + step) - f(x - share * step)) / ((1 + share) * eps)
        return gradient

    return numerical_gradient


@pytest.fixture
def written(open_student):
    """Tests that a student has written."""
    return open_student(IMPLEMENTATIONS)


def test_an_implementation_that_stays_in_the_grader_calls_functions_of_the_student(written):
    written.nn.test_cubes(written.callback(difference(1.0), functions=True))
    with under_test(written), raises(AssertionError, doing="test_cubes of a wrong implementation"):
        written.nn.test_cubes(written.callback(lambda f, x, eps: 2 * difference(1.0)(f, x, eps), functions=True))


def test_what_such_a_function_raises_goes_through_the_grader_back_to_the_student(written):
    assert written.nn.gives_what_raises(written.callback(lambda f, x: f(x), functions=True)) == repr(
        "of the student's own"
    )


def test_arrays_are_copied_on_the_way_to_such_a_function_and_back(written):
    def implementation(f, x):
        y = f(x)
        y += 5.0
        return x

    result, x = written.nn.keeps_the_array(written.callback(implementation, functions=True))

    assert result.tolist() == x.tolist() == [1.0, 1.0]


def test_such_a_function_cannot_call_the_check_again(written):
    with under_test(written), raises(RuntimeError, doing="a call within a call", naming=("while it runs",)):
        written.nn.within(written.callback(lambda f, x: f(x), functions=True))


def test_such_a_function_can_be_called_only_until_the_call_ends(written):
    kept = []
    written.nn.gives_what_raises(written.callback(lambda f, x: kept.append(f), functions=True))
    if isinstance(written.callback(abs), Callback):
        pytest.skip("where there is one process, it is a function like any other")
    with pytest.raises(RuntimeError, match="after the call that it was given to"):
        kept[0](1)


def test_a_function_is_an_argument_only_where_the_check_says_so(written):
    with under_test(written), raises(TypeError, doing="it", naming=("numbers, texts, bytes, arrays",)):
        written.nn.within(written.callback(lambda f, x: f(x)))
