"""Hidden checks of assignment 00: numerical derivatives."""

import numpy as np
import pytest

from grader.checks import Tolerance, compare, fine, raises, weight

# Central differences with the step that the handout derives are off by some 1e-11 for functions of this size; a step
# of 1e-4 or of 1e-7 still is inside, one of 1e-3 or of 1e-9 is not, nor is any one-sided difference.
GOOD = Tolerance(0.0, 0.0, absolute=2e-8)
# The formula for a given eps is exact but for rounding, which 1e-16 / eps multiplies.
EXACTLY = Tolerance(1e-9, 1e-9)
FLOAT32 = Tolerance(1e-6, 1e-6)  # ten roundings of float32: the result is rounded once
# A derivative of the second degree is exact for any step. So where f keeps, overwrites or raises, eps is given: then a
# wrong answer does not depend on how somebody has rounded the default step. That of shape () is asked for elsewhere.
X = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -1.5]])


def curved(c):
    """A smooth function of usual size, and its gradient."""
    return lambda x: float(np.sum(c * np.sin(x))), lambda x: c * np.cos(x)


def named(x):
    """What a message calls x."""
    return f"x of shape {x.shape}"


def mapped(rng, shape, out):
    """A function from one shape to another, the right answer, x and dy."""
    a, x, dy = rng.normal(size=(*out, *shape)), np.asarray(rng.normal(size=shape)), np.asarray(rng.normal(size=out))
    axes = tuple(range(len(out), len(out) + len(shape)))

    def f(x):
        y = np.sum(a * np.sin(x), axis=axes)
        return np.asarray(y) if out else float(y)

    return f, np.asarray(np.tensordot(dy, a, len(out)) * np.cos(x)), x, dy


class TestNumericalGradient:
    @weight(1)
    def test_values(self, student, rng):
        """numerical_gradient gives the gradient of a smooth function, to eight digits."""
        f, gradient = curved(rng.normal(size=(3, 4)))
        x = rng.normal(size=(3, 4))
        found = student.gradcheck.numerical_gradient(student.callback(f), x)
        compare(found, gradient(x), "numerical_gradient(f, x)", GOOD)

    @weight(1)
    def test_shapes(self, student, rng):
        """The gradient has the shape of x, whatever that is."""
        for shape in ((0, 3), (5,), (2, 3, 2), ()):
            f, gradient = curved(rng.normal(size=shape))
            x = np.asarray(rng.normal(size=shape))
            found = student.gradcheck.numerical_gradient(student.callback(f), x)
            compare(found, np.asarray(gradient(x)), f"numerical_gradient(f, x) for x of shape {shape}", GOOD)

    @weight(1)
    def test_step(self, student, rng):
        """With eps, f is called at x + eps and x - eps, for one element at a time."""
        x, eps = rng.normal(size=(2, 3)), 0.25
        f = student.callback(lambda x: float(np.sum(x**3)))
        found = student.gradcheck.numerical_gradient(f, x, eps=eps)
        compare(found, 3 * x**2 + eps**2, f"numerical_gradient(f, x, eps={eps}) of the sum of x³", EXACTLY)

    @weight(1)
    def test_default_step_of_large_numbers(self, student, rng):
        """Without eps, the step grows with the element: the gradient is exact to nine digits of numbers of 1e6, too."""
        x = 1e6 * rng.uniform(1, 2, 4) * np.array([1, -1, 1, -1])
        found = student.gradcheck.numerical_gradient(student.callback(lambda x: float(np.sum(x**2))), x)
        # The sum of squares is 1e13 and is rounded by 1e-3, which a step of 6 makes 1e-4: 1e-10 of the gradient. A step
        # of 6e-6 would make it 1e2.
        compare(found, 2 * x, "numerical_gradient(f, x) of the sum of x² for x of about 1e6", Tolerance(1e-8, 1e-8))

    @weight(0.5)
    def test_default_step_near_zero(self, student):
        """Without eps, the step does not vanish with the element: the gradient at 0, and at 1e-12, is right, too."""
        x = np.array([0.0, 1e-12, -1e-11])
        found = student.gradcheck.numerical_gradient(student.callback(lambda x: float(np.sum(np.exp(x)))), x)
        compare(found, np.exp(x), "numerical_gradient(f, x) of the sum of exp(x) near 0", GOOD)

    @fine
    @weight(0.5)
    def test_float32(self, student, rng):
        """Of a float32 x, f gets float64 copies; the gradient is float32 again, and right in all its digits."""
        dtypes = set()

        def f(x):
            dtypes.add(str(x.dtype))
            return float(np.sum(np.sin(x)))

        x = rng.normal(size=5).astype(np.float32)
        found = student.gradcheck.numerical_gradient(student.callback(f), x)
        compare(sorted(dtypes), ["float64"], "the dtypes of what f is given")
        compare(found, np.cos(x), "numerical_gradient(f, x) for x in float32", FLOAT32)

    @weight(0.5)
    def test_calls(self, student, rng):
        """f is called twice for every element, no more."""
        x, calls = rng.normal(size=(2, 3)), []
        f = student.callback(lambda x: calls.append(1) or float(np.sum(x)))
        compare(student.gradcheck.numerical_gradient(f, x), np.ones((2, 3)), "numerical_gradient(sum, x)", GOOD)
        compare(len(calls), 12, "the number of calls of f for 6 elements")

    @weight(0.75)
    @pytest.mark.parametrize("layout", ["C", "F", "strided"])
    def test_x_is_left_alone(self, student, layout):
        """x is what it was afterwards, in whatever order it lies in memory."""
        x = student.array(X, layout)
        found = student.gradcheck.numerical_gradient(student.callback(lambda x: float(np.sum(x**2))), x)
        compare(student.value(x), X, "x after numerical_gradient(f, x)")
        compare(found, 2 * X, "numerical_gradient(f, x) of the sum of x²", GOOD)

    @weight(1)
    def test_x_after_an_exception(self, student):
        """What f raises goes through, and x is what it was then, too."""
        x, calls = student.array(X), []

        def f(x):
            calls.append(1)
            if len(calls) > 4:
                raise ArithmeticError("this f breaks")
            return float(np.sum(x**2))

        with raises(ArithmeticError, doing="numerical_gradient of an f that raises ArithmeticError"):
            student.gradcheck.numerical_gradient(student.callback(f, crossing=(ArithmeticError,)), x, eps=0.25)
        compare(student.value(x), X, "x after an f that raised")

    @fine
    @weight(0.5)
    @pytest.mark.parametrize("layout", ["read-only", "big-endian"])
    def test_memory(self, student, layout):
        """x may be read-only, or in another byte order."""
        x = student.array(X, layout)
        f = student.callback(lambda x: float(np.sum(x**2)))
        found = student.gradcheck.numerical_gradient(f, x)
        compare(found, 2 * X, f"numerical_gradient(f, x) for x that is {layout}", GOOD)

    @weight(0.75)
    def test_what_f_keeps(self, student):
        """f may keep what it is given: every call gets an array of its own, which does not change any more."""
        for x in (X, np.array(0.7)):
            f = student.inside.Keeping()
            found = student.gradcheck.numerical_gradient(f, x, eps=0.25)
            compare(np.asarray(found), np.asarray(2 * x), f"numerical_gradient(f, {named(x)}, eps=0.25)", GOOD)
            compare(f.unchanged(), True, "`all arrays that f was given are what they were`")

    @weight(0.75)
    def test_what_f_overwrites(self, student):
        """f may overwrite what it is given, which is an array also for x of shape ()."""
        for value in (X, np.array(0.7)):
            x = student.array(value)
            found = student.gradcheck.numerical_gradient(student.inside.overwriting, x, eps=0.25)
            compare(
                np.asarray(found),
                np.asarray(2 * value),
                f"numerical_gradient of an f that overwrites, {named(value)}",
                GOOD,
            )
            compare(student.value(x), value, "x after an f that overwrites what it is given")

    @fine
    @weight(0.5)
    def test_errors(self, student):
        """eps has to be above 0, and f has to return one number: anything else is a ValueError."""
        f = student.callback(lambda x: float(np.sum(x)))
        for x, eps in ((X, -1e-6), (X, 0.0), (np.zeros((0, 3)), -1.0)):
            with raises(ValueError, doing=f"numerical_gradient(f, {named(x)}, eps={eps})"):
                student.gradcheck.numerical_gradient(f, x, eps=eps)
        for shape in ((2, 3), (1,), (1, 1)):
            f = student.callback(lambda x, shape=shape: np.full(shape, np.sum(x)))
            with raises(ValueError, doing=f"numerical_gradient of an f that returns an array of shape {shape}"):
                student.gradcheck.numerical_gradient(f, X)


class TestNumericalVjp:
    @weight(1)
    def test_values(self, student, rng):
        """numerical_vjp(f, x, dy) gives the gradient of sum(dy * f(x)), to eight digits."""
        a, x, dy = rng.normal(size=(3, 5)) / 2, rng.normal(size=(4, 3)), rng.normal(size=(4, 5))
        f = student.callback(lambda x: np.tanh(x @ a))
        expected = (dy * (1 - np.tanh(x @ a) ** 2)) @ a.T
        compare(student.gradcheck.numerical_vjp(f, x, dy), expected, "numerical_vjp(f, x, dy)", GOOD)

    @weight(1)
    def test_shapes(self, student, rng):
        """The result has the shape of x, whatever the shape of dy; f may return a number if that is ()."""
        for shape, out in (((0,), (2,)), ((3,), (2, 2)), ((2, 3), ()), ((), (3,)), ((), ())):
            f, expected, x, dy = mapped(rng, shape, out)
            found = student.gradcheck.numerical_vjp(student.callback(f), x, dy)
            compare(found, expected, f"numerical_vjp(f, x, dy) for x of shape {shape} and dy of shape {out}", GOOD)

    @weight(1)
    def test_step(self, student, rng):
        """With eps, f is called at x + eps and x - eps; without it, the step grows with the element."""
        x, dy = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
        f = student.callback(lambda x: x**3)
        found = student.gradcheck.numerical_vjp(f, x, dy, eps=0.5)
        compare(found, dy * (3 * x**2 + 0.25), "numerical_vjp(f, x, dy, eps=0.5) of x³", EXACTLY)
        large = 1e6 * rng.uniform(1, 2, (2, 3))
        found = student.gradcheck.numerical_vjp(student.callback(lambda x: x**2), large, dy)
        compare(found, 2 * dy * large, "numerical_vjp(f, x, dy) of x² for x of about 1e6", Tolerance(1e-8, 1e-8))
        small = np.array([[0.0, 1e-12, -1e-11]] * 2)
        found = student.gradcheck.numerical_vjp(student.callback(np.exp), small, dy)
        compare(found, dy * np.exp(small), "numerical_vjp(f, x, dy) of exp(x) near 0", GOOD)

    @weight(0.5)
    def test_differences_first(self, student, rng):
        """A large output that does not depend on an element of x costs that element no digits."""
        x, dy = rng.normal(size=3), rng.uniform(0.5, 2, 4)
        # In a sum with 1e9, whose last digit is 1e-7, a step of 6e-6 is not seen.
        f = student.callback(lambda x: np.append(np.sin(x), 1e9))
        compare(student.gradcheck.numerical_vjp(f, x, dy), dy[:3] * np.cos(x), "numerical_vjp(f, x, dy)", GOOD)

    @weight(0.25)
    def test_calls(self, student, rng):
        """f is called twice for every element, no more."""
        x, dy, calls = rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), []
        f = student.callback(lambda x: calls.append(1) or 2 * x)
        compare(student.gradcheck.numerical_vjp(f, x, dy), 2 * dy, "numerical_vjp(f, x, dy) of 2x", GOOD)
        compare(len(calls), 12, "the number of calls of f for 6 elements")

    @weight(0.25)
    @pytest.mark.parametrize("layout", ["F", "strided", "read-only"])
    def test_layouts(self, student, layout):
        """x and dy may lie in memory in any order, and be read-only."""
        x, dy = student.array(X, layout), student.array(X + 1, layout)
        f = student.callback(lambda x: x * x)
        found = student.gradcheck.numerical_vjp(f, x, dy)
        compare(found, 2 * X * (X + 1), f"numerical_vjp(f, x, dy) of x² for x and dy that are {layout}", GOOD)

    @weight(0.5)
    def test_what_f_does(self, student):
        """f may keep or overwrite what it is given, which is an array of its own, also for x of shape ()."""
        for x in (X, np.array(0.7)):
            f, dy, expected = student.inside.Keeping(), np.array(2.0), np.asarray(4 * x)
            found = student.gradcheck.numerical_vjp(f, x, dy, eps=0.25)
            compare(np.asarray(found), expected, f"numerical_vjp(f, {named(x)}, 2, eps=0.25)", GOOD)
            compare(f.unchanged(), True, "`all arrays that f was given are what they were`")
            found = student.gradcheck.numerical_vjp(student.inside.overwriting, x, dy, eps=0.25)
            compare(np.asarray(found), expected, f"numerical_vjp of an f that overwrites, {named(x)}", GOOD)

    @fine
    @weight(0.5)
    def test_float32(self, student, rng):
        """The result has the dtype of x, and is right in all its digits; f gets float64."""
        x, dy = rng.normal(size=4).astype(np.float32), rng.normal(size=4)
        f = student.callback(lambda x: np.sin(x) if x.dtype == np.float64 else x * np.nan)
        wide, single = x.astype(np.float64), dy.astype(np.float32)
        found = student.gradcheck.numerical_vjp(f, wide, single)
        compare(found, single * np.cos(wide), "numerical_vjp(f, x, dy) for dy in float32", GOOD)
        compare(
            student.gradcheck.numerical_vjp(f, x, dy),
            (dy * np.cos(x)).astype(np.float32),
            "numerical_vjp(f, x, dy) for x in float32",
            FLOAT32,
        )

    @weight(0.75)
    def test_arrays_are_left_alone(self, student):
        """x and dy are what they were afterwards, also if f raises."""
        x, dy, calls = student.array(X), student.array(X + 1), []

        def f(x):
            calls.append(1)
            if len(calls) > 17:
                raise ArithmeticError("this f breaks")
            return x * x

        f = student.callback(f, crossing=(ArithmeticError,))
        compare(student.gradcheck.numerical_vjp(f, x, dy), 2 * X * (X + 1), "numerical_vjp(f, x, dy) of x²", GOOD)
        with raises(ArithmeticError, doing="numerical_vjp of an f that raises ArithmeticError"):
            student.gradcheck.numerical_vjp(f, x, dy, eps=0.25)
        compare(student.value(x), X, "x after numerical_vjp(f, x, dy)")
        compare(student.value(dy), X + 1, "dy after numerical_vjp(f, x, dy)")

    @weight(0.75)
    def test_one_array_for_all_answers(self, student, rng):
        """f may return one and the same array every time."""
        x, dy = rng.normal(size=3), rng.normal(size=3)
        f = student.inside.Reusing(3)
        compare(student.gradcheck.numerical_vjp(f, x, dy), 2 * x * dy, "numerical_vjp(f, x, dy) of x²", GOOD)

    @fine
    @weight(0.5)
    def test_errors(self, student, rng):
        """If f does not return exactly dy's shape, that is a ValueError which names both; so is an eps not above 0."""
        for shape, out in (
            *(((3,), (3, 1)), ((3,), (1,)), ((2, 3), (3,)), ((1,), ())),
            *(((1,), (3,)), ((3,), (2, 3)), ((), (1,))),  # these broadcast to dy
        ):
            y = np.ones(shape) if shape else 1.0
            f = student.callback(lambda x, y=y: x[0] * y)
            doing = f"numerical_vjp of an f that returns shape {shape}, with dy of shape {out}"
            with raises(ValueError, doing=doing, naming=(shape, out)):
                student.gradcheck.numerical_vjp(f, rng.normal(size=2), np.ones(out))
        for x, eps in ((X, -1.0), (X, 0.0), (np.zeros((0, 3)), -1.0)):
            with raises(ValueError, doing=f"numerical_vjp(f, {named(x)}, dy, eps={eps})"):
                student.gradcheck.numerical_vjp(student.callback(lambda x: x), x, x, eps=eps)
