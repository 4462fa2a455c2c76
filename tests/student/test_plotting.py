"""Curves of what a student's classes compute."""

import numpy as np
import pytest

from grader.student.plotting import Curve, drawn

OWN = """
import numpy as np

class Square:
    def forward(self, x):
        self.x = x
        return x ** 2
    def backward(self, dy):
        return 2 * self.x * dy

class Sum(Square):
    def forward(self, x):
        return x.sum(axis=0)

class Loss:
    def forward(self, input, target):
        self.distance = input - target
        return float(np.mean(self.distance ** 2))
    def backward(self, dy=1.0):
        return 2 * self.distance * dy

class Parameter:
    def __init__(self, data): self.data = data

class SGD:
    def __init__(self, params, lr): self.param_groups = [{"params": params, "lr": lr}]
    def step(self): pass
"""
SCHEDULE = """
class Halves:
    def __init__(self, optimizer, every): self.optimizer, self.every, self.steps = optimizer, every, 0
    def step(self):
        self.steps += 1
        self.optimizer.param_groups[0]["lr"] *= 0.5 if self.steps % self.every == 0 else 1.0
"""


@pytest.fixture
def plot(check_outside, template):
    """Run `plot` on these classes."""
    with (template / "framework/nn/__init__.py").open("a") as file:
        file.write("\nfrom .own import Parameter\nfrom . import own\n")
    (template / "framework/nn/own.py").write_text(OWN)
    (template / "framework/optim/lr_scheduler").mkdir(parents=True)
    (template / "framework/optim/__init__.py").write_text("from ..nn.own import SGD\nfrom . import lr_scheduler\n")
    (template / "framework/optim/lr_scheduler/__init__.py").write_text(SCHEDULE)
    with (template / "framework/__init__.py").open("a") as file:
        file.write("\nfrom . import nn, optim\n")

    return lambda typed: check_outside("plot", *typed.split())


def test_an_activation_and_its_slope(plot):
    status, printed, _ = plot("nn.own.Square --between -2,2")
    first, second = printed.split("its slope, by your backward")

    assert status == 0
    assert first.startswith("Square()\n\n         4 |*")
    assert f"\n         4 |{' ' * 57}****\n" in second
    assert "\n        -4 |****\n" in second


def test_a_loss_over_its_input(plot):
    status, printed, _ = plot("Loss --target 3 --between -1,7")

    assert status == 0
    assert printed.startswith("Loss(), for a target of 3\n\n        16 |*")
    assert "\n            -1                                                          7\n" in printed


def test_a_schedule_over_its_steps(plot):
    status, printed, _ = plot("Halves 2 --steps 4")

    assert status == 0
    assert printed.startswith("Halves(2): lr over the steps, from an lr of 1\n\n         1 |**\n")
    assert "\n       0.5 |  **\n" in printed


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("Sum", 2, "Sum() gives shape (1,) for x of shape (61, 1), so there is no curve of it."),
        ("Nothing", 2, "Nothing in framework/ has the name 'Nothing'."),
        ("nn.shift.shifted", 2, "is no class"),
        ("Square --between 2,1", 2, "invalid range value"),
        ("Square 3", 2, "takes no arguments"),
        ("Scale 2.0", 1, "is not written yet."),
    ],
)
def test_what_has_no_curve_is_refused_in_a_sentence(plot, typed, status, said):
    code, printed, errors = plot(typed)

    assert (code, said in printed + errors) == (status, True), printed + errors


def test_lines_have_at_most_79_characters_and_a_mark_in_every_column():
    lines = drawn(Curve("f", np.arange(1000.0), np.sin(np.arange(1000.0) / 100)))
    rows = [line[12:].ljust(61) for line in lines if "|" in line]

    assert max(map(len, lines)) <= 79
    assert all(sum(row[column] == "*" for row in rows) == 1 for column in range(61))


def test_numbers_that_are_not_finite_leave_a_gap():
    assert sum(line.count("*") for line in drawn(Curve("f", np.arange(3.0), np.array([1.0, np.nan, 2.0])))) == 2
    assert drawn(Curve("f", np.arange(2.0), np.array([np.inf, np.nan]))) == ["f: no number of it is finite"]


def test_a_constant_is_a_line():
    assert sum(line.count("*") for line in drawn(Curve("f", np.arange(5.0), np.full(5, 7.0)))) == 5
