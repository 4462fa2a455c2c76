"""Hidden checks of assignment 00: gradcheck, on tiny modules that are right or wrong in one place."""

import numpy as np
import pytest

from grader.checks import Tolerance, compare, fine, raises, weight

# What numerical_vjp may be off for numbers of usual size, and what the rounding of a planted error adds.
NUMERICAL = Tolerance(1e-7, 1e-7, absolute=2e-8)
SHAPE = (4, 3)


def affine(student, rng, kind="Affine", **options):
    """One of the modules, with random parameters, and an input for it."""
    weights = rng.uniform(0.5, 2, SHAPE[1]) * rng.choice([-1, 1], SHAPE[1])
    return student.call(f"inside.{kind}", weights, rng.normal(size=3), **options), rng.normal(size=SHAPE)


def accepted(student, module, *inputs, what, seed=1, **options):
    """Ask gradcheck about a module that is right."""
    found = student.inside.verdict(module, *inputs, rng=student.generator(seed), **options)
    said = f": it names {found[0]}" if isinstance(found, tuple) else ""  # numbers would depend on how dy was drawn
    compare(found is True, True, f"`gradcheck returns True for {what}`{said}")


def refused(student, module, *inputs, what, seed=1, **options):
    """Argument, index, analytic and numerical value of the GradientError, where one is due."""
    found = student.inside.verdict(module, *inputs, rng=student.generator(seed), **options)
    compare(isinstance(found, tuple), True, f"`gradcheck raises GradientError for {what}`")
    return found


def planted(shape, index, size):
    """An array of zeros but for one element."""
    off = np.zeros(shape)
    off[index] = size
    return off


class TestGradcheck:
    @weight(1)
    def test_right_and_wrong(self, student, rng):
        """gradcheck returns True for a module that is right, and raises GradientError for one that ignores dy."""
        right, x = affine(student, rng)
        accepted(student, right, x, what="a right module")
        wrong, x = affine(student, rng, "Upstream", do="ones")
        refused(student, wrong, x, what="a backward that takes dy to be ones")

    @weight(0.4)
    @pytest.mark.parametrize("do", ["square", "cube", "minus", "size", "mean"])
    def test_upstream(self, student, rng, do):
        """dy has both signs and different sizes, so that a backward which changes it is found out."""
        module, x = affine(student, rng, "Upstream", do=do)
        refused(student, module, x, what=f"a backward that takes the {do} of dy")

    @weight(0.5)
    @pytest.mark.parametrize(("argument", "shape"), [("x", SHAPE), ("weight", (3,)), ("bias", (3,))])
    def test_place(self, student, rng, argument, shape):
        """GradientError says which element of which gradient is wrong, what backward gave, and what is right."""
        index = tuple(int(rng.integers(n)) for n in shape)
        module, x = affine(student, rng, off={argument: planted(shape, index, 0.01)})
        name = "inputs[0]" if argument == "x" else argument
        found = refused(student, module, x, what=f"a gradient of {argument} with one wrong element")
        compare(list(found[:2]), [name, index], "argument and index of the GradientError")
        compare(found[2] - found[3], 0.01, "analytic - numerical of the GradientError", NUMERICAL)

    @weight(0.5)
    def test_numerical_value(self, student, rng):
        """The numerical value is the derivative for the dy that backward was given."""
        module, x = affine(student, rng, "Upstream", do="square")
        found = refused(student, module, x, what="dy²")
        dy = module.seen[0]
        compare(found[0], "inputs[0]", "argument of the GradientError")
        compare(found[3], float(dy[found[1]] * module.weight.data[found[1][1]]), "its numerical value", NUMERICAL)
        compare(found[2], float(dy[found[1]] ** 2 * module.weight.data[found[1][1]]), "its analytic value", NUMERICAL)

    @weight(0.25)
    def test_furthest_of_the_first(self, student, rng):
        """Of several wrong elements the one that is furthest off is named, in the first argument that has any."""
        off = {"weight": np.array([0.1, -0.4, 0.3]), "bias": np.array([5.0, 5.0, 5.0])}
        module, x = affine(student, rng, off=off)
        found = refused(student, module, x, what="gradients of weight and bias that are wrong")
        compare(list(found[:2]), ["weight", (1,)], "argument and index of the GradientError")

    @weight(0.25)
    def test_names(self, student, rng):
        """Parameters go by the names that named_parameters gives them."""
        module, x = affine(student, rng, "Nested", off={"bias": np.array([0.0, 0.0, 1.0])})
        found = refused(student, module, x, what="a wrong gradient of part.bias")
        compare(list(found[:2]), ["part.bias", (2,)], "argument and index of the GradientError")

    @weight(1)
    def test_several_inputs(self, student, rng):
        """If backward returns a tuple, each of its gradients is compared, for its own input."""
        a, b = rng.normal(size=(2, *SHAPE))
        accepted(student, student.inside.Product(), a, b, what="a product of two inputs")
        wrong = student.inside.Product((0.0, planted(SHAPE, (2, 1), 0.01)))
        found = refused(student, wrong, a, b, what="a wrong gradient of the second input")
        compare(list(found[:2]), ["inputs[1]", (2, 1)], "argument and index of the GradientError")

    @weight(0.75)
    def test_constants(self, student, rng):
        """Inputs that backward gives no gradient for are constants; forward may return a float."""
        a, b = rng.normal(size=(2, *SHAPE))
        accepted(student, student.inside.Weighted(), a, b, what="a sum weighted by a constant")
        wrong = student.inside.Weighted((planted(SHAPE, (0, 2), 0.01), 0.0))
        found = refused(student, wrong, a, b, what="a wrong gradient of the first input")
        compare(list(found[:2]), ["inputs[0]", (0, 2)], "argument and index of the GradientError")

    @weight(0.75)
    def test_integers(self, student, rng):
        """If backward returns None, the parameters alone are compared; inputs of integers are given as they are."""
        table, rows = rng.normal(size=(4, 2)), np.array([[1, 3], [1, 0]])
        accepted(student, student.inside.Picked(table), rows, what="a table whose rows are picked")
        wrong = student.inside.Picked(table, planted((4, 2), (2, 1), 0.01))
        found = refused(student, wrong, rows, what="a gradient for a row that was not picked")
        compare(list(found[:2]), ["table", (2, 1)], "argument and index of the GradientError")

    @weight(0.5)
    def test_one_argument_is_moved(self, student, rng):
        """While one argument is moved, all the others are what they were: here each gradient depends on all others."""
        a, b = rng.uniform(0.5, 2, (2, *SHAPE))
        first, second = rng.uniform(0.5, 2, (2, SHAPE[1]))
        # An argument that was left where it was moved to is off by 6e-6, and so are the gradients of the others.
        for off, ask in ((0.0, accepted), (1e-5, refused)):
            module = student.inside.Scaled(first, second, off)
            ask(student, module, a, b, tolerance=1e-7, what=f"a product of four, one gradient off by {off:g}")

    @weight(0.5)
    def test_no_gradient(self, student, rng):
        """A parameter whose grad stays None has the gradient 0: that is right where it is not used, and only there."""
        module, _x = affine(student, rng, "Unused")
        x = rng.normal(size=(40, 3))  # so many, that rounding leaves something of a bias which cancels
        accepted(student, module, x, what="a module that does not use its bias")
        module, x = affine(student, rng, "Unused", forgets=True)
        found = refused(student, module, x, what="no gradient for a bias that is used")
        compare([found[0], found[2]], ["bias", 0.0], "argument and analytic value of the GradientError")

    @weight(1)
    def test_tolerance(self, student, rng):
        """A gradient may be off by the tolerance, 1e-6 by default, times the largest one of its argument."""
        for size, options, ask in (
            (1e-4, {}, refused),
            (1e-5, {}, refused),  # of one element in twelve: ten times the tolerance, but not their mean
            (1e-9, {}, accepted),
            (1e-3, {"tolerance": 0.1}, accepted),
        ):
            module, x = affine(student, rng, off={"x": planted(SHAPE, (1, 1), size)})
            ask(student, module, x, what=f"an error of {size:g}, options {options}", **options)

    @weight(0.5)
    def test_scale(self, student, rng):
        """The tolerance is a share of the largest element of the argument's own gradient, and not of 1 or of each
        element.
        """
        for factor, size, ask in ((1e-2, 1e-6, refused), (1e3, 1e-5, accepted)):
            module = student.inside.Affine(
                factor * np.array([1.0, -2.0, 1.5]), np.zeros(3), {"x": np.full(SHAPE, size)}
            )
            ask(student, module, rng.normal(size=SHAPE), what=f"an error of {size:g} in gradients of about {factor:g}")
        module = student.inside.Affine(np.array([1e3, -1e3, 1e-3]), np.zeros(3), {"x": planted(SHAPE, (1, 2), 1e-5)})
        accepted(student, module, rng.normal(size=SHAPE), what="an error of 1e-5 in a small element beside large ones")

    @weight(0.5)
    def test_nan(self, student, rng):
        """A gradient that is NaN is wrong."""
        module, x = affine(student, rng, off={"weight": planted((3,), 2, np.nan)})
        found = refused(student, module, x, what="a gradient that is NaN")
        compare(list(found[:2]), ["weight", (2,)], "argument and index of the GradientError")

    @weight(1)
    def test_it_restores(self, student, rng):
        """Parameters have the arrays and gradients that they had before, and inputs are what they were."""
        for off in ({}, {"weight": np.ones(3)}):
            module, x = affine(student, rng, off=off)
            before, grad = module.weight.data.copy(), rng.normal(size=3)
            module.weight.grad = grad
            array, held = student.array(x), student.hold(module, "weight.data")
            (refused if off else accepted)(student, module, array, what="the module")
            compare(module.weight.data, before, "weight.data after gradcheck")
            compare(module.weight.grad, grad, "weight.grad after gradcheck")
            compare(module.bias.grad, None, "bias.grad after gradcheck")
            compare(student.value(array), x, "the input after gradcheck")
            held.fill(5.0)
            compare(module.weight.data, np.full(3, 5.0), "weight.data after the array that it was is filled with 5")

    @weight(0.5)
    def test_it_restores_after_an_exception(self, student, rng):
        """What forward raises goes through, and the parameters are what they were then, too."""
        for calls in (0, 5, 27, 32):
            module, x = affine(student, rng, "Breaking", calls=calls)
            weights, bias, grad = module.weight.data.copy(), module.bias.data.copy(), rng.normal(size=3)
            module.weight.grad = grad
            with raises(ArithmeticError, doing=f"gradcheck of a forward that raises after {calls} calls"):
                student.gradcheck.gradcheck(module, x, rng=student.generator(1))
            compare(module.weight.data, weights, "weight.data after an exception")
            compare(module.bias.data, bias, "bias.data after an exception")
            compare(module.weight.grad, grad, "weight.grad after an exception")

    @weight(0.75)
    @pytest.mark.parametrize("anew", [False, True], ids=["in place", "a new array"])
    def test_buffers(self, student, rng, anew):
        """Every forward finds the same buffers, and afterwards they have the values that they had before."""
        module, x = affine(student, rng, "Counting", anew=anew)
        module.forward(x)
        accepted(student, module, x, what="a module that counts its forwards")
        compare(module.count, np.array([2.0]), "its buffer after gradcheck")
        module, x = affine(student, rng, "Counting", anew=anew, off={"bias": np.full(3, 0.1)})
        refused(student, module, x, what="the same with a wrong gradient")
        compare(module.count, np.array([1.0]), "its buffer after a GradientError")

    @fine
    @weight(0.75)
    def test_float32(self, student, rng):
        """A module in float32 is compared in float64, and is in float32 afterwards."""
        weights, x = rng.uniform(0.5, 2, 3).astype(np.float32), rng.normal(size=SHAPE).astype(np.float32)
        for size in (0.0, 1e-4):
            off = {"bias": planted((3,), 0, size)}
            module = student.inside.Affine(weights, weights, off)
            ask = refused if size else accepted
            # Rounding to float32 would be off by 6e-8, a numerical derivative in float64 is by 1e-10.
            ask(student, module, x, tolerance=1e-8, what=f"an error of {size:g} in a float32 module")
            compare(module.weight.data, weights, "weight.data after gradcheck")

    @fine
    @weight(0.5)
    def test_draws(self, student, rng):
        """dy is drawn from rng: equal generators give equal ones, others give others."""
        module, x = affine(student, rng, "Upstream")
        for seed in (1, 1, 2):
            accepted(student, module, x, what="a right module", seed=seed)
        first, again, other = module.seen
        compare(bool(np.all(first == again)), True, "`dy from an equal generator is the same`")
        compare(bool(np.any(first == other)), False, "`dy from another generator has a number of the first one`")

    @fine
    @weight(0.5)
    def test_shapes(self, student, rng):
        """A gradient of another shape is a ValueError that names the argument and both shapes; so is one too many."""
        for argument, off, shapes in (
            ("inputs[0]", {"x": np.zeros((1, *SHAPE))}, ((1, *SHAPE), SHAPE)),
            ("weight", {"weight": np.zeros((1, 3))}, ((1, 3), (3,))),
        ):
            module, x = affine(student, rng, off=off)
            module.bias.grad = np.ones(3)
            with raises(ValueError, doing=f"gradcheck, {argument} having another shape", naming=(argument, *shapes)):
                student.gradcheck.gradcheck(module, x, rng=student.generator(1))
            kept = module.bias.grad is not None and np.array_equal(module.bias.grad, np.ones(3))
            compare(kept, True, "`bias.grad after a ValueError is what it was`")
        a, b = rng.normal(size=(2, *SHAPE))
        with raises(ValueError, doing="gradcheck of two inputs, backward returning three gradients"):
            student.gradcheck.gradcheck(student.inside.TooMany(), a, b, rng=student.generator(1))
