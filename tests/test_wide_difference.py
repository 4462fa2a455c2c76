"""A limit that SECURITY.md declares: a difference of eighth order in a wider float type.

It is as exact as a formula, and as cheap as honest code may be.
"""

from pathlib import Path

import numpy as np
import pytest

from grader.assignment import Course
from grader.audit.running import submission_of
from grader.grading import grade

# One backward for all ten activations, without any derivative. At 0, where some have a corner, it looks to the left.
SHARED = """

_WEIGHTS = (4 / np.longdouble(5), -1 / np.longdouble(5), 4 / np.longdouble(105), -1 / np.longdouble(280))
_LEFT = np.linalg.solve(np.vander(-np.arange(9.0), increasing=True).T, np.eye(9)[1])


def _wide_erfc(x):
    # a series near 0, a continued fraction elsewhere
    z, y = np.abs(np.asarray(x, np.longdouble)), np.asarray(x, np.longdouble)
    near = np.minimum(z, 3)
    term = near.copy()
    total = term.copy()
    for n in range(1, 90):
        term = term * 2 * near * near / (2 * n + 1)
        total = total + term
    series = 1 - 2 / np.sqrt(np.longdouble(np.pi)) * np.exp(-near * near) * total
    far = np.maximum(z, 2)
    tail = np.zeros_like(far)
    for n in range(200, 0, -1):
        tail = n / np.longdouble(2) / (far + tail)
    right = np.where(z < 2, series, np.exp(-far * far) / (far + tail) / np.sqrt(np.longdouble(np.pi)))
    return np.where(y < 0, 2 - right, right)


_erfc = _wide_erfc


def _difference(f, x):
    step = np.where(np.abs(x) > 0.08, np.longdouble(0.01), np.abs(x) / 8)
    step = np.where(step > 0, step, np.longdouble(0.01))
    both = sum(w * (f(x + k * step) - f(x - k * step)) for k, w in enumerate(_WEIGHTS, 1)) / step
    left = sum(w * f(x - k * step) for k, w in enumerate(_LEFT)) / step
    return np.where(x == 0, left, both)


def _shared(self, dy):
    if not hasattr(self, "_x"):
        raise RuntimeError("backward before forward")
    x, dy = self._x, np.asarray(dy)
    if dy.shape != x.shape:
        raise ValueError(f"dy has shape {dy.shape}, y has shape {x.shape}")
    wide, made = x.astype(np.longdouble), type(self).__new__(type(self))
    vars(made).update(vars(self))
    with np.errstate(all="ignore"):
        if not hasattr(self, "dim"):
            return (dy * _difference(lambda x: _honest[type(self)](made, x), wide)).astype(x.dtype)
        dx = np.empty(x.shape, x.dtype)
        rows, given = np.moveaxis(wide, self.dim, 0), np.moveaxis(dx, self.dim, 0)
        made.dim, dys = 0, np.moveaxis(dy, self.dim, 0)
        rows = np.maximum(rows, rows.max(0) - 500)  # for -inf
        for k in range(len(rows)):
            def along(step):
                moved = rows.copy()
                moved[k] += step
                y = _honest[type(self)](made, moved)
                return (y * dys).sum(0)
            step = np.longdouble(0.01)
            given[k] = sum(w * (along(i * step) - along(-i * step)) for i, w in enumerate(_WEIGHTS, 1)) / step
        return dx


def _remembering(cls):
    def forward(self, x):
        self._x = np.array(x, x.dtype.newbyteorder("="))
        return _honest[cls](self, x)
    return forward


_honest = {cls: cls.forward for cls in (ReLU, LeakyReLU, ELU, Sigmoid, Tanh, Softplus, SiLU, GELU, Softmax, LogSoftmax)}
for _cls in _honest:
    _cls.forward, _cls.backward = _remembering(_cls), _shared
"""


@pytest.mark.skipif(np.finfo(np.longdouble).eps > 1e-18, reason="long double is double here")
def test_a_shared_difference_in_long_double_earns_everything(sandbox):
    """When this fails, the limit has become smaller: mend SECURITY.md."""
    course = Course.load(Path(__file__).resolve().parents[1])
    files = {**course.reference, "nn/activation.py": course.reference["nn/activation.py"] + SHARED}
    report = grade(course, submission_of("wide", files), course.select(("02",)), sandbox, seed=3)

    assert (report.earned, report.points) == (60, 60)
