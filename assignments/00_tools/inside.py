"""Tiny modules and functions for the checks of gradcheck: they run beside your code, and are right but where told."""

import numpy as np

from . import gradcheck as tools
from .nn.parameter import Parameter


class Affine:
    """y = x * weight + bias for x of shape (N, D), element by element. `off` is added to a gradient, by its name."""

    def __init__(self, weight, bias, off=None):
        self.weight, self.bias = Parameter(weight), Parameter(bias)
        self.off = off or {}

    def named_parameters(self):
        yield "weight", self.weight
        yield "bias", self.bias

    def named_buffers(self):
        return iter(())

    def forward(self, x):
        self.x = x
        return x * self.weight.data + self.bias.data

    def backward(self, dy):
        self.add(self.weight, (dy * self.x).sum(axis=0) + self.off.get("weight", 0.0))
        self.add(self.bias, dy.sum(axis=0) + self.off.get("bias", 0.0))
        return dy * self.weight.data + self.off.get("x", 0.0)

    def add(self, p, g):
        p.grad = np.asarray(g, p.data.dtype) if p.grad is None else np.add(p.grad, g, out=p.grad)


class Upstream(Affine):
    """An Affine whose backward does something to dy first, by name. It keeps every dy that it was given."""

    def __init__(self, weight, bias, do="nothing"):
        super().__init__(weight, bias)
        self.do, self.seen = do, []

    def backward(self, dy):
        self.seen.append(dy.copy())
        changed = {
            "nothing": dy,
            "ones": np.ones_like(dy),
            "square": dy * dy,
            "cube": dy**3,
            "minus": -dy,
            "size": np.abs(dy),
            "mean": np.full_like(dy, dy.mean()),
        }
        return super().backward(changed[self.do])


class Nested(Affine):
    """An Affine whose parameters belong to a part of it."""

    def named_parameters(self):
        yield from ((f"part.{name}", parameter) for name, parameter in super().named_parameters())


class Unused(Affine):
    """An Affine without its bias; the gradient of the bias stays None. With `forgets` that is a mistake."""

    def __init__(self, weight, bias, forgets=False):
        super().__init__(weight, bias)
        self.forgets = forgets

    def forward(self, x):
        return super().forward(x) if self.forgets else super().forward(x) - self.bias.data

    def backward(self, dy):
        found = super().backward(dy)
        self.bias.grad = None
        return found


class Breaking(Affine):
    """An Affine whose forward raises ArithmeticError after so many calls."""

    def __init__(self, weight, bias, calls):
        super().__init__(weight, bias)
        self.calls = calls

    def forward(self, x):
        self.calls -= 1
        if self.calls < 0:
            raise ArithmeticError("this forward breaks")
        return super().forward(x)


class Counting(Affine):
    """An Affine with a buffer, which grows in every forward, and which y is multiplied by. `anew`: a new array each
    time.
    """

    def __init__(self, weight, bias, off=None, anew=False):
        super().__init__(weight, bias, off)
        self.count, self.anew = np.ones(1), anew

    def named_buffers(self):
        yield "count", self.count

    def forward(self, x):
        self.used = self.count.copy()
        if self.anew:
            self.count = self.count + 1.0
        else:
            self.count += 1.0
        return super().forward(x) * self.used

    def backward(self, dy):
        return super().backward(dy * self.used)


class Product:
    """y = a * b, with a gradient for each; no parameters. `off` is added to the gradients, in their order."""

    def __init__(self, off=(0.0, 0.0)):
        self.off = off

    def named_parameters(self):
        return iter(())

    named_buffers = named_parameters

    def forward(self, a, b):
        self.a, self.b = a, b
        return a * b

    def backward(self, dy):
        return tuple(g + off for g, off in zip((dy * self.b, dy * self.a), self.off, strict=False))


class Scaled(Product):
    """y = a * b * first * second, where the parameters are of shape (D,): every gradient depends on all the others.
    `off` is added to the gradient of `second`.
    """

    def __init__(self, first, second, off=0.0):
        super().__init__()
        self.first, self.second, self.off_second = Parameter(first), Parameter(second), off

    def named_parameters(self):
        yield "first", self.first
        yield "second", self.second

    def forward(self, a, b):
        return super().forward(a, b) * self.first.data * self.second.data

    def backward(self, dy):
        first, second, ab = self.first.data, self.second.data, self.a * self.b
        self.first.grad = (dy * ab * second).sum(axis=0)
        self.second.grad = (dy * ab * first).sum(axis=0) + self.off_second
        return super().backward(dy * first * second)


class TooMany(Product):
    """A Product that has a gradient for an input that it does not have."""

    def backward(self, dy):
        return *super().backward(dy), dy


class Weighted(Product):
    """y = a * b, where b is a constant: there is a gradient for a alone. y is a float, as of a loss: their sum."""

    def forward(self, a, b):
        return float(super().forward(a, b).sum())

    def backward(self, dy):
        return super().backward(float(dy))[0]


class Picked:
    """Rows of a table, by integers; backward returns None. `off` is added to the gradient of the table."""

    def __init__(self, table, off=0.0):
        self.table, self.off = Parameter(table), off

    def named_parameters(self):
        yield "table", self.table

    def named_buffers(self):
        return iter(())

    def forward(self, rows):
        self.rows = rows
        return self.table.data[rows]

    def backward(self, dy):
        self.table.grad = np.zeros_like(self.table.data) + self.off
        np.add.at(self.table.grad, self.rows, dy)


def verdict(module, *inputs, rng, **options):
    """True, or what gradcheck says of the module: argument, index, analytic, numerical."""
    try:
        return tools.gradcheck(module, *inputs, rng=rng, **options)
    except tools.GradientError as error:
        index = tuple(int(i) for i in error.index)
        return error.argument, index, float(error.analytic), float(error.numerical)


class Keeping:
    """The sum of squares, by a function that keeps every array that it is given, with what was in it."""

    def __init__(self):
        self.kept = []

    def __call__(self, x):
        self.kept.append((x, x.copy()))
        return float(np.sum(x**2))

    def unchanged(self):
        """Whether there are two arrays or more, all of their own, and each has what it had."""
        alone = all(not np.shares_memory(a, b) for i, (a, _) in enumerate(self.kept) for b, _ in self.kept[:i])
        return len(self.kept) > 1 and alone and all(np.array_equal(array, before) for array, before in self.kept)


def overwriting(x):
    """The sum of squares, by a function that leaves zeros in the array that it is given."""
    total = float(np.sum(x**2))
    x[...] = 0.0
    return total


class Reusing:
    """The squares, by a function that returns one and the same array every time."""

    def __init__(self, size):
        self.y = np.zeros(size)

    def __call__(self, x):
        self.y[...] = x**2
        return self.y


# For your own tests


def tests_of(module):
    """The names of the tests in a file of tests_written, in their order."""
    return [name for name, value in vars(module).items() if name.startswith("test_") and callable(value)]


def rejects(module, name, implementation):
    """Whether a test rejects an implementation. A test that is not written yet goes on raising NotImplementedError."""
    test = getattr(module, name)
    if isinstance(test, type):  # it stands in for the tests of a file that could not be imported, and says why
        test(implementation)
    try:
        test(within_limits(implementation))
    except (NotImplementedError, TooLarge):
        raise
    except Exception:
        return True
    return False


class TooLarge(ValueError):
    """What the grader's implementations say of large arrays."""


def within_limits(implementation):
    """The implementation with the grader's limit on the size of arrays, so that it is met at home, too."""

    def given(*args, **options):
        values = [*args, *options.values()]
        if sum(max(np.size(value), 1) for value in values if isinstance(value, np.ndarray)) > 1000:
            raise TooLarge("a test gives arrays of more than 1000 numbers, all arguments together")
        return implementation(*args, **options)

    return given


def zeros_for_softmax(x, dim=-1):
    return np.zeros_like(x)


def zeros_for_errors(prediction, target, reduction="mean"):
    return np.zeros_like(prediction) if reduction == "none" else 0.0


def zeros_for_gradients(x, weight, dy):
    return np.zeros_like(x), np.zeros_like(weight), np.zeros(len(weight))
