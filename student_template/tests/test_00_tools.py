"""Public checks of assignment 00: run them on your own machine with `pytest`.

The numbers are those of the handout's worked example. At home your tests are run on your own drafts; the grader runs
them on right and wrong implementations of its own.
"""

import numpy as np

from grader.checks import Tolerance, compare, raises, weight

# A numerical derivative with a sensible step is off by some 1e-11 here.
NUMERICAL = Tolerance(0.0, 0.0, absolute=2e-8)


def rejecting(student, file, implementation):
    """The names of the tests in a file that reject an implementation; one that is not written yet stops the check."""
    module = getattr(student.tests_written, file)
    return [name for name in student.inside.tests_of(module) if student.inside.rejects(module, name, implementation)]


def tell_apart(student, file, draft, wrong):
    found = ", ".join(rejecting(student, file, draft))
    compare(found, "", f"the list of tests in {file}.py that reject your own draft")
    compare(bool(rejecting(student, file, wrong)), True, f"`a test in {file}.py rejects an answer of zeros`")


class TestNumericalGradient:
    @weight(1)
    def test_worked_example(self, student):
        """The gradient of x0² x1 at (3, 2) is (12, 9), and with a step of 0.5 it is the same, as it is quadratic."""
        f = student.callback(lambda x: float(x[0] ** 2 * x[1]))
        x, expected = np.array([3.0, 2.0]), np.array([12.0, 9.0])
        compare(student.gradcheck.numerical_gradient(f, x), expected, "numerical_gradient(f, (3, 2))", NUMERICAL)
        compare(student.gradcheck.numerical_gradient(f, x, eps=0.5), expected, "the same with eps=0.5")

    @weight(0.5)
    def test_error_of_the_formula(self, student):
        """With a step of 0.5 the gradient of x³ at 2 is 12.25: the formula is off by the square of the step."""
        found = student.gradcheck.numerical_gradient(student.callback(lambda x: float(x[0] ** 3)), np.array([2.0]), 0.5)
        compare(found, np.array([12.25]), "numerical_gradient(x³, 2, eps=0.5)")


class TestNumericalVjp:
    @weight(1)
    def test_worked_example(self, student):
        """numerical_vjp of (x0 x1, x0 + x1) at (3, 2) for dy = (1, -1) is (1, 2)."""
        f = student.callback(lambda x: np.array([x[0] * x[1], x[0] + x[1]]))
        found = student.gradcheck.numerical_vjp(f, np.array([3.0, 2.0]), np.array([1.0, -1.0]))
        compare(found, np.array([1.0, 2.0]), "numerical_vjp(f, (3, 2), dy)", NUMERICAL)


class TestGradcheck:
    @weight(1)
    def test_worked_example(self, student):
        """gradcheck accepts a right module, and names the element of a gradient that is wrong."""
        x, weights = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([2.0, -1.0])
        right = student.inside.Affine(weights, weights)
        found = student.inside.verdict(right, x, rng=student.generator(1))
        compare(found, True, "gradcheck(a right module, x)")
        wrong = student.inside.Affine(weights, weights, {"weight": np.array([0.0, 0.5])})
        found = student.inside.verdict(wrong, x, rng=student.generator(1))
        compare(found is not True, True, "`gradcheck rejects a wrong gradient of weight[1]`")
        compare(list(found[:2]), ["weight", (1,)], "argument and index of the GradientError")

    @weight(0.5)
    def test_gradient_error(self, student):
        """GradientError is an AssertionError, so that a test fails by it."""
        x, weights = np.array([[1.0, 2.0]]), np.array([2.0, -1.0])
        wrong = student.inside.Upstream(weights, weights, "ones")
        with raises(AssertionError, doing="gradcheck of a backward that takes dy to be ones"):
            student.gradcheck.gradcheck(wrong, x, rng=student.generator(1))


class TestSoftmaxTests:
    @weight(1)
    def test_on_your_draft(self, student):
        """Your tests of softmax accept your own draft, which is right for (0, log 3), and reject an answer of zeros."""
        draft = student.tests_written.drafts.softmax
        compare(draft(np.log([1.0, 3.0])), np.array([0.25, 0.75]), "softmax((0, log 3))")
        tell_apart(student, "test_softmax", draft, student.inside.zeros_for_softmax)


class TestMeanSquaredErrorTests:
    @weight(1)
    def test_on_your_draft(self, student):
        """Your tests of mean_squared_error accept your own draft, which is right for (1, 4) and (2, 1), and reject an
        answer of zeros.
        """
        draft = student.tests_written.drafts.mean_squared_error
        compare(draft(np.array([1.0, 4.0]), np.array([2.0, 1.0])), 5.0, "mean_squared_error((1, 4), (2, 1))")
        tell_apart(student, "test_mean_squared_error", draft, student.inside.zeros_for_errors)


class TestLinearGradientsTests:
    @weight(1)
    def test_on_your_draft(self, student):
        """Your tests of linear_gradients accept your own draft, which is right for one row, and reject an answer of
        zeros.
        """
        draft = student.tests_written.drafts.linear_gradients
        found = draft(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([[10.0]]))
        expected = (np.array([[30.0, 40.0]]), np.array([[10.0, 20.0]]), np.array([10.0]))
        compare(found, expected, "linear_gradients(((1, 2),), ((3, 4),), ((10,),))")
        tell_apart(student, "test_linear_gradients", draft, student.inside.zeros_for_gradients)
