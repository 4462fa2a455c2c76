"""The random graphs of assignment 10: right by an oracle, cut down to what is wrong, and written readably."""

import ast
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from grader.assignment import Course, Variants
from grader.assignment.inside import seen_by
from grader.compare import Mismatch

ROOT = Path(__file__).parents[2]
COURSE = Course.load(ROOT)
FOLDER = next(assignment.folder for assignment in COURSE.assignments if assignment.number == "10")
STEP = 1e-30  # of the complex step, whose error is its square


def _module(name: str) -> ModuleType:
    package = sys.modules.setdefault("assignment_10", ModuleType("assignment_10"))
    package.__path__ = [str(FOLDER)]
    return import_module(f"assignment_10.{name}")


drawing, programs = _module("drawing"), _module("programs")
checks = _module("test_hidden_programs")
REFERENCE = seen_by(Variants(COURSE).package(), "10")


# An oracle that shares no line with the reference: every operation on complex arrays, differentiated by a step along
# the imaginary axis. The graphs keep away from kinks, so comparisons look at the real part alone.


def _extreme(find):
    def extreme(x, axis=None, keepdims=False):
        axes = tuple(range(x.ndim)) if axis is None else tuple(np.atleast_1d(axis) % max(1, x.ndim)) if x.ndim else ()
        order = [i for i in range(x.ndim) if i not in axes] + sorted(axes)
        rows = x.transpose(order).reshape(*(x.shape[i] for i in order[: x.ndim - len(axes)]), -1)
        best = np.take_along_axis(rows, find(rows.real, axis=-1)[..., None], -1)[..., 0]
        return best.reshape([1 if i in axes else n for i, n in enumerate(x.shape)]) if keepdims else best

    return extreme


def _chosen(is_first):
    return lambda x, y: np.where(x.real == y.real, (x + y) / 2, np.where(is_first(x.real, y.real), x, y))


def _logsumexp(x, axis=-1, keepdims=False):
    axis = axis if x.ndim else None
    return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))


def _softmax(x, axis=-1):
    return np.exp(x - _logsumexp(x, axis, keepdims=True))


def _clip(x, min=-np.inf, max=np.inf):
    return np.where(x.real < min, min, np.where(x.real > max, max, x))


def _var(x, axis=None, keepdims=False, correction=1):
    n = x.size // max(1, np.sum(x.real, axis=axis).size)
    return np.sum((x - x.mean(axis=axis, keepdims=True)) ** 2, axis=axis, keepdims=keepdims) / (n - correction)


ORACLE = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "pow": lambda x, y: np.exp(y * np.log(x)),
    "matmul": np.matmul,
    "maximum": _chosen(np.greater),
    "minimum": _chosen(np.less),
    "neg": np.negative,
    "abs": lambda x: np.where(x.real < 0, -x, x),
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "relu": lambda x: np.where(x.real > 0, x, 0),
    "clip": _clip,
    "where": np.where,
    "sum": np.sum,
    "mean": np.mean,
    "var": _var,
    "max": _extreme(np.argmax),
    "min": _extreme(np.argmin),
    "logsumexp": _logsumexp,
    "softmax": _softmax,
    "log_softmax": lambda x, axis=-1: x - _logsumexp(x, axis, keepdims=True),
    "reshape": np.reshape,
    "transpose": lambda x, *axes: np.transpose(x, *axes),
    "broadcast_to": np.broadcast_to,
    "getitem": lambda x, key: x[key],
    "concatenate": np.concatenate,
    "stack": np.stack,
}


def value(program, leaves):
    results = list(leaves)
    for name, places, arguments, options, how in program.steps:
        operands = [results[one] if isinstance(one, int) else np.asarray(one, complex) for one in places]
        given = [operands] if how == "list" else operands
        given = [*arguments, *given] if how == "last" else [*given, *arguments]
        results.append(np.asarray(ORACLE[name](*given, **options)))
    return results[-1]


def slope(program, leaf, direction):
    """d(sum(dy * y)) along a direction of one leaf."""
    leaves = [array.astype(complex) for array, _ in program.leaves]
    leaves[leaf] = leaves[leaf] + 1j * STEP * direction
    return float(np.sum(program.dy * value(program, leaves).imag) / STEP)


def drawn(seed, names=drawing.EVERYTHING, count=60, length=40):
    rng = np.random.default_rng(seed)
    return [drawing.draw(REFERENCE, rng, names, int(length * rng.random()) + 1) for _ in range(count)]


def test_the_oracle_knows_every_operation():
    assert set(ORACLE) == set(drawing.EVERYTHING)


def test_the_gradients_of_random_graphs_are_those_of_an_oracle():
    rng = np.random.default_rng(5)
    for program, (expected, gradients) in drawn(1):
        found = value(program, [array.astype(complex) for array, _ in program.leaves]).real
        np.testing.assert_allclose(expected, found, 1e-10, 1e-10)
        for leaf, (array, wanted) in enumerate(program.leaves):
            assert (gradients[leaf] is not None) <= wanted
            if gradients[leaf] is None:
                continue
            direction = rng.normal(size=array.shape)
            scale = np.sum(np.abs(gradients[leaf] * direction)) + np.sum(np.abs(program.dy))
            assert abs(np.sum(gradients[leaf] * direction) - slope(program, leaf, direction)) < 1e-10 * scale


def test_graphs_use_every_operation_are_large_and_share():
    """Of one seed: each operation, up to a hundred steps, tensors that are used several times, also by one step."""
    found = [program for program, _ in drawn(2, count=120, length=60)]
    steps = [step for program in found for step in program.steps]
    uses = [[one for step in program.steps for one in step[1] if isinstance(one, int)] for program in found]

    assert {step[0] for step in steps} == set(drawing.EVERYTHING)
    assert max(len(program.steps) for program in found) > 60
    assert sum(len(set(places)) < len(places) for places in uses) > 60
    assert sum(len(step[1]) == 2 and step[1][0] == step[1][1] for step in steps) > 20


def test_the_same_seed_draws_the_same_graphs_and_another_one_others():
    texts = [[program.text() for program, _ in drawn(seed, count=5)] for seed in (3, 3, 4)]

    assert texts[0] == texts[1] != texts[2]


WRONG = {
    "mul": (
        """
def wrong(x, y):
    same = x is y
    x, y = _fitting("mul", x, y)
    return record(x.data * y.data, (x, y), lambda d, _: (d * y, None if same else d * x))
""",
        "the gradient of x of `x * x` is wrong. x is used twice in it.",
    ),
    "tanh": (
        """
def wrong(x):
    [x] = operands(x)
    return record(np.tanh(x.data), (x,), lambda dy, y: (dy * (1 - y),))
""",
        "the gradient of x of `tanh(x)` is wrong.",
    ),
    "sub": (
        """
def wrong(x, y):
    x, y = _fitting("sub", x, y)
    if x.data.ndim < y.data.ndim:
        raise ValueError("no")
    return record(x.data - y.data, (x, y), lambda d, _: (d, -d))
""",
        "the computation of `",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_cut_down_to_the_operation_that_is(name):
    text, said = WRONG[name]
    variant = Variants(COURSE).package((f"autograd.{name}", ast.parse(text).body[0]))
    names, lengths = (*drawing.ARITHMETIC, "tanh"), [15] * 60

    with pytest.raises(Mismatch) as caught:
        checks.require_same(seen_by(variant, "10"), REFERENCE, np.random.default_rng(1), names, *lengths)

    assert said in caught.value.kind
    assert not any(letter.isdigit() for letter in caught.value.kind.split("`")[0])
    assert str(caught.value).startswith("`")


def test_the_reference_agrees_with_itself():
    checks.require_same(REFERENCE, REFERENCE, np.random.default_rng(2), drawing.EVERYTHING, *[10] * 30)


def test_programs_are_written_as_people_write_them():
    steps = (
        ("exp", (0,), (), {}, "first"),
        ("mul", (1, 1), (), {}, "first"),
        ("sum", (2,), (), {"axis": 0}, "first"),
        ("sub", (2.0, 3), (), {}, "first"),
        ("stack", (4, 0), (), {"axis": -1}, "list"),
        ("where", (5, 4), (np.array(True),), {}, "last"),
    )
    program = programs.Program(((np.ones(2), True),), steps, np.ones(2))

    assert program.text() == "h1 = exp(x); h2 = 2 - sum(h1 * h1, axis=0); where(indices, stack([h2, x], axis=-1), h2)"


def test_what_a_result_is_not_made_of_is_left_out():
    steps = (("exp", (0,), (), {}, "first"), ("log", (1,), (), {}, "first"), ("neg", (1,), (), {}, "first"))
    program = programs.Program(((np.ones(2), True), (np.ones(3), True)), steps, np.ones(3)).pruned()

    assert (len(program.leaves), program.text()) == (1, "neg(x)")
