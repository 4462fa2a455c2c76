"""Hidden checks of assignment 02."""

import math

import numpy as np

from grader.calls import Call
from grader.checks import EXACT, Tolerance, check_gradients, compare, raises, weight
from grader.checks.strict import warnings_as_errors

MODULES = ("ReLU", "LeakyReLU", "ELU", "Sigmoid", "Tanh", "Softplus", "SiLU", "GELU", "Softmax", "LogSoftmax")
LAYOUTS = ("F", "strided", "read-only", "big-endian")
EXTREMES = [20.0, 50.0, 88.0, 89.0, 104.0, 710.0, 745.0, 1000.0, 1e4]  # about where exp gives up, and the promised end

# The handout promises rounding "relative to the larger of 1 and the value": beside a value of 1e4, the usual share of the
# largest value would forgive too much. 64 roundings of float32, as usual.
SINGLE = Tolerance(relative=4e-6, scaled=0.0, absolute=4e-6)
# The same in float64, with 900 roundings.
DOUBLE = Tolerance(relative=1e-13, scaled=0.0, absolute=1e-13)
# For gradients where the curve is flat, where a difference of f, of whatever order, loses digits that a formula keeps: 450
# roundings of the value and 36 of 1. Formulas in their usual forms stay within 14 of 1.
FLAT = Tolerance(relative=1e-13, scaled=0.0, absolute=8e-15)
# For checks to which values do not matter: type, dtype, shape and finiteness remain.
ANY_VALUES = Tolerance(relative=0.0, scaled=0.0, absolute=math.inf)

# Shapes and a dim of each, negative ones too: from one dimension to four, a batch of one and a single class.
DIMS = [((5,), 0), ((4, 3), 0), ((4, 3), 1), ((4, 3), -2), ((1, 6), -1), ((6, 1), 1), ((2, 3, 4), 1), ((2, 3, 4, 5), -3)]


def wide(rng, shape):
    """Numbers of both signs and many sizes, from 0.001 to 5; none is so close to 0 that a step of a check crosses it."""
    return signs(rng, shape) * 10 ** rng.uniform(-3, 0.7, shape)


def upstream(rng, shape):
    """An upstream gradient: all entries differ, and none is close to 0."""
    return signs(rng, shape) * rng.uniform(0.5, 1.5, shape)


def signs(rng, shape):
    return rng.choice([-1.0, 1.0], shape)


def make(twin, name, arguments):
    """A module on both sides that messages call by its name and arguments."""
    module = twin(f"nn.{name}", **arguments)
    module.name = f"{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"
    return module


def titled(sentence):
    """Give a check that several activations share the sentence that its student reads."""

    def decorate(check):
        check.__doc__ = sentence
        return check

    return decorate


def compare_precisely(twin, module, x, rng):
    """Forward and backward in float32, where exp gives up soonest, and in float64, where a small number added shows."""
    dy = upstream(rng, x.shape)
    for dtype, tolerance in ((np.float32, SINGLE), (np.float64, DOUBLE)):
        with warnings_as_errors(twin.student):
            module.forward(x.astype(dtype)).compare(tolerance=tolerance)
            module.backward(dy.astype(dtype)).compare(tolerance=tolerance)


def compare_where_flat(module, rng):
    """The gradient far from 0, to rounding of 1."""
    check_gradients(module, signs(rng, 500) * rng.uniform(5, 20, 500), rng=rng, tolerance=FLAT)


def check_memory(student, module, values, rng):
    """Whoever overwrites what came out must not change what went in, nor what comes out next.

    Only y is compared with the reference: a wrong gradient has a check of its own.
    """
    dy_values = upstream(rng, values.shape)
    x, dy = student.array(values), student.array(dy_values)
    y = student.hold(module.actual, "forward", x)
    compare(student.value(y), module.expected.forward(values), f"{module.name}.forward(x)")
    dx = student.hold(module.actual, "backward", dy)
    before = student.value(dx)
    compare(before, values, f"{module.name}.backward(dy)", ANY_VALUES)
    y[...] = dx[...] = 0.0
    compare(student.value(x), values, f"x, after {module.name} was run and y and dx were overwritten,", EXACT)
    compare(student.value(dy), dy_values, f"dy, after {module.name} was run and y and dx were overwritten,", EXACT)
    again = module.actual.backward(dy)
    compare(again, before, f"{module.name}.backward(dy), again, after y and dx were overwritten,")


def elementwise(name, *changed):
    """The checks of every elementwise activation; `changed` are arguments other than the defaults."""
    arguments = ({}, *changed)
    also = ", also for other arguments than the defaults" if changed else ""

    class Checks:
        @weight(1)
        @titled(f"{name}'s gradient is right for any upstream gradient{also}.")
        def test_gradient_for_any_upstream_gradient(self, twin, rng):
            for chosen in arguments:
                check_gradients(make(twin, name, chosen), wide(rng, (20, 50)), rng=rng)
                compare_where_flat(make(twin, name, chosen), rng)

        @weight(1)
        @titled(f"{name} turns float32 into float32, exact to rounding and without a warning up to |x| = 10000, both ways; float64 too.")
        def test_float32_up_to_large_numbers(self, twin, rng):
            x = np.concatenate([wide(rng, 1000), EXTREMES, np.negative(EXTREMES)])
            for chosen in arguments:
                compare_precisely(twin, make(twin, name, chosen), x, rng)

        @weight(1)
        @titled(f"{name} leaves x and dy as they are and returns new arrays: overwriting y does not spoil dx.")
        def test_arrays_are_new_and_inputs_unchanged(self, student, twin, rng):
            check_memory(student, make(twin, name, {}), wide(rng, (10, 4, 25)), rng)

    return Checks


def compare_corner(module):
    module.forward(np.array([-0.0, 0.0]))
    module.backward(np.array([3.0, 5.0])).compare()


class TestReLU(elementwise("ReLU")):
    @weight(1)
    def test_derivative_at_zero(self, twin):
        """ReLU's derivative at exactly 0 is 0."""
        compare_corner(make(twin, "ReLU", {}))


class TestLeakyReLU(elementwise("LeakyReLU", {"negative_slope": 0.3}, {"negative_slope": 1.7})):
    @weight(1)
    def test_any_slope(self, twin, rng):
        """LeakyReLU is x right of zero and negative_slope x elsewhere: for slopes above 1 and below 0 too, 0.01 by default."""
        x = wide(rng, (50, 20))
        make(twin, "LeakyReLU", {}).forward(x).compare()
        for slope in (0.3, 0.0, 1.7, -0.5):
            make(twin, "LeakyReLU", {"negative_slope": slope}).forward(x).compare()

    @weight(1)
    def test_derivative_at_zero(self, twin):
        """LeakyReLU's derivative at exactly 0 is negative_slope."""
        compare_corner(make(twin, "LeakyReLU", {"negative_slope": 0.3}))


class TestELU(elementwise("ELU", {"alpha": 2.0}, {"alpha": 0.3})):
    @weight(1)
    def test_derivative_at_zero(self, twin):
        """ELU's derivative at exactly 0 is alpha."""
        compare_corner(make(twin, "ELU", {"alpha": 2.0}))


class TestSigmoid(elementwise("Sigmoid")):
    pass


class TestTanh(elementwise("Tanh")):
    pass


class TestSoftplus(elementwise("Softplus", {"beta": 3.0}, {"beta": 0.5})):
    @weight(1)
    def test_any_beta(self, twin):
        """Softplus is log(1 + exp(beta x)) / beta for any beta and every x, also where beta x is above 20."""
        x = np.linspace(-8, 8, 321)  # beta x passes 20 in small steps
        for chosen in ({}, {"beta": 0.5}, {"beta": 3.0}, {"beta": 10.0}):
            make(twin, "Softplus", chosen).forward(x).compare(tolerance=DOUBLE)


class TestSiLU(elementwise("SiLU")):
    pass


class TestGELU(elementwise("GELU")):
    @weight(1)
    def test_tanh_form(self, twin, rng):
        """GELU(approximate="tanh") is x / 2 (1 + tanh(u)) up to |x| = 10000, in float64 and float32."""
        gelu = make(twin, "GELU", {"approximate": "tanh"})
        x = np.concatenate([wide(rng, 1000), EXTREMES, np.negative(EXTREMES)])
        gelu.forward(x).compare(tolerance=DOUBLE)
        gelu.forward(x.astype(np.float32)).compare(tolerance=SINGLE)

    @weight(1)
    def test_tanh_form_gradient(self, twin, rng):
        """GELU(approximate="tanh").backward is the derivative of the tanh form, for any upstream gradient."""
        check_gradients(make(twin, "GELU", {"approximate": "tanh"}), wide(rng, (20, 50)), rng=rng)


def rowwise(name, scores):
    """The checks of Softmax and LogSoftmax; `scores(rng)` are for float32."""

    class Checks:
        @weight(1)
        @titled(f"{name} normalises along dim alone, wherever it is in one to four dimensions; along the last by default.")
        def test_any_dim(self, twin, rng):
            make(twin, name, {}).forward(rng.normal(0, 2, (2, 3, 4))).compare()
            for shape, dim in DIMS:
                make(twin, name, {"dim": dim}).forward(rng.normal(0, 2, shape)).compare()

        @weight(1)
        @titled(f"{name}'s gradient is the product with the whole Jacobian, for any upstream gradient and dim, in the time of some forwards.")
        def test_gradient_for_any_upstream_gradient(self, twin, rng):
            check_gradients(make(twin, name, {}), rng.normal(0, 2, (7, 4)), rng=rng)
            for shape, dim in DIMS:
                check_gradients(make(twin, name, {"dim": dim}), rng.normal(0, 2, shape), rng=rng)
            large = rng.normal(0, 2, (1024, 32))  # one forward for every number would not end
            check_gradients(make(twin, name, {}), large, rng=rng)

        @weight(1)
        @titled(f"{name} turns float32 into float32, exact to rounding and without a warning for scores up to 10000; float64 too.")
        def test_float32_for_extreme_scores(self, twin, rng):
            compare_precisely(twin, make(twin, name, {}), scores(rng), rng)

        @weight(1)
        @titled(f"{name} leaves x and dy as they are and returns new arrays: overwriting y does not spoil dx.")
        def test_arrays_are_new_and_inputs_unchanged(self, student, twin, rng):
            check_memory(student, make(twin, name, {"dim": 1}), rng.normal(0, 2, (4, 3, 5)), rng)

    return Checks


def extreme_scores(rng):
    """Rows of scores, moderate ones and ones far apart. Those far apart are whole numbers, which float32 subtracts exactly."""
    apart = [[1e4, -1e4, 0.0, 50.0, -np.inf], [-5e3, -1e4, -9e3, -1e4, -np.inf], [-np.inf, 100.0, 0.0, -100.0, -1e4]]
    return np.concatenate([rng.normal(0, 2, (20, 5)), apart])


def close_scores(rng):
    """Rows of scores that are large and close together: what matters is in their last digits."""
    return 9990 * signs(rng, (20, 1)) + rng.uniform(-5, 5, (20, 5))


def large_scores(rng):
    return np.concatenate([extreme_scores(rng), close_scores(rng)])


class TestSoftmax(rowwise("Softmax", large_scores)):
    pass


class TestLogSoftmax(rowwise("LogSoftmax", extreme_scores)):
    @weight(1)
    def test_large_scores_keep_what_tells_them_apart(self, twin, rng):
        """LogSoftmax of scores near 10000 is exact to rounding of the result, in float32 and float64."""
        log_softmax, x = make(twin, "LogSoftmax", {}), close_scores(rng)
        log_softmax.forward(x.astype(np.float32)).compare(tolerance=SINGLE)
        log_softmax.forward(x).compare(tolerance=DOUBLE)


class TestLogsumexp:
    @weight(1)
    def test_dim_and_keepdim(self, twin, rng):
        """logsumexp sums along dim, the last by default, and keeps it with length 1 if keepdim is True."""
        compare_logsumexp(twin, rng.normal(0, 2, (2, 3, 4)))
        for shape, dim in DIMS:
            compare_logsumexp(twin, rng.normal(0, 2, shape), dim=dim, keepdim=True)
            if len(shape) > 1:
                compare_logsumexp(twin, rng.normal(0, 2, shape), dim=dim)

    @weight(1)
    def test_float32_for_large_numbers(self, twin, rng):
        """logsumexp turns float32 into float32, exact to rounding for numbers up to 10000 and down to -10000."""
        compare_logsumexp(twin, large_scores(rng).astype(np.float32), tolerance=SINGLE, dim=1)

    @weight(1)
    def test_zeros_add_up_to_zero(self, twin):
        """logsumexp of numbers that are all -inf is -inf, and a single -inf among others adds nothing."""
        inf = math.inf
        x = np.array([[-inf, -inf, -inf], [0.5, -inf, 0.5], [-inf, -inf, 7.0]])
        compare_logsumexp(twin, x)
        compare_logsumexp(twin, x[:2], dim=0, keepdim=True)

    @weight(1)
    def test_x_is_unchanged(self, student, rng):
        """logsumexp leaves x as it is."""
        values = rng.normal(0, 2, (4, 3))
        x = student.array(values)
        compare(student.nn.logsumexp(x), np.log(np.exp(values).sum(axis=-1)), "logsumexp(x)")
        compare(student.value(x), values, "x, after logsumexp(x),", EXACT)


def compare_logsumexp(twin, x, tolerance=None, **arguments):
    sums = twin("nn.logsumexp", x, **arguments)
    given = "".join(f", {key}={value}" for key, value in arguments.items())
    sums.name = f"logsumexp({x.dtype} array of shape {x.shape}{given})"
    sums.compare(tolerance=tolerance)


class TestEveryModule:
    """What comes out is compared with what the same module gives for plain arrays: values have checks of their own."""

    @weight(1)
    def test_rows_and_leading_dimensions(self, student, rng):
        """Every module treats the rows of x alike and alone: one row, a batch of one, an empty batch, or four dimensions."""
        x, dy = wide(rng, (6, 4)), upstream(rng, (6, 4))
        parts = (lambda a: a[0], lambda a: a[:1], lambda a: a[:0], lambda a: a.reshape(3, 1, 2, 4))
        for name, module in every_module(student):
            whole = check_passes(student, module, name, x, dy)
            for part, found in zip(parts, passes(student, module, [(part(x), part(dy)) for part in parts])):
                for value, expected, does in zip(found, whole, ("forward", "backward")):
                    label = f"{name}().{does} for a part of shape {part(x).shape}, alone instead of with the rest,"
                    compare(value, part(expected), label)

    @weight(1)
    def test_any_memory_layout(self, student, rng):
        """Every module takes x and dy in any memory layout: Fortran order, strided, read-only or big-endian."""
        x, dy = wide(rng, (6, 4)), upstream(rng, (6, 4))
        for name, module in every_module(student):
            whole = check_passes(student, module, name, x, dy)
            given = [(student.array(x, layout), student.array(dy, layout)) for layout in LAYOUTS]
            for layout, found in zip(LAYOUTS, passes(student, module, given)):
                for value, expected, does in zip(found, whole, ("forward", "backward")):
                    compare(value, expected, f"{name}().{does} for {layout} arrays instead of plain ones,")

    @weight(1)
    def test_dtype_of_x_decides(self, student, rng):
        """Every module's dx has the dtype of x, whatever the dtype of dy."""
        x, dy = wide(rng, (6, 4)), upstream(rng, (6, 4))
        for name, module in every_module(student):
            types = (("float32", "float64"), ("float64", "float32"))
            given = [(x.astype(x_type), dy.astype(dy_type)) for x_type, dy_type in types]
            for (x_type, dy_type), (_, dx) in zip(types, passes(student, module, given)):
                label = f"{name}().backward for a {x_type} x and a {dy_type} dy"
                compare(dx, x.astype(x_type), label, ANY_VALUES)

    @weight(1)
    def test_wrong_use_is_refused(self, student):
        """Early backward is a RuntimeError, a wrong dy or argument a ValueError, a dim that x lacks an IndexError."""
        x = np.ones((2, 3))
        for name, module in every_module(student):
            with raises(RuntimeError, doing=f"{name}().backward(dy) before any forward"):
                module.backward(x)
            module.forward(x)
            for shape in [(3,), (2, 1), (4, 2, 3)]:
                doing = f"{name}().backward(dy) with dy of shape {shape} and y of shape (2, 3)"
                with raises(ValueError, doing=doing, naming=(shape, (2, 3))):
                    module.backward(np.ones(shape))
        for name in ("Softmax", "LogSoftmax"):
            with raises(IndexError, doing=f"{name}(dim=2).forward(x) with x of shape (2, 3)"):
                getattr(student.nn, name)(dim=2).forward(x)
        with raises(IndexError, doing="logsumexp(x, dim=-3) with x of shape (2, 3)"):
            student.nn.logsumexp(x, dim=-3)
        with raises(ValueError, doing='GELU(approximate="tan")'):
            student.nn.GELU(approximate="tan")
        with raises(ValueError, doing="Softplus(beta=0)"):
            student.nn.Softplus(beta=0)


def every_module(student):
    """A new module of each kind with its default arguments, by name."""
    return ((name, getattr(student.nn, name)()) for name in MODULES)


def passes(student, module, given):
    """The module's (y, dx) for each (x, dy), in one round trip."""
    calls = [Call("call", module, does, (a,)) for pair in given for does, a in zip(("forward", "backward"), pair)]
    values = iter(student.run(calls))
    return list(zip(values, values))


def check_passes(student, module, name, x, dy):
    """The module's y and dx, after checking that they are arrays like x."""
    [found] = passes(student, module, [(x, dy)])
    for value, does in zip(found, ("forward", "backward")):
        compare(value, x, f"{name}().{does} for x of shape {x.shape}", ANY_VALUES)
    return found
