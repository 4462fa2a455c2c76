"""`gradcheck` on a layer of the student's own."""

import pytest

LAYER = """
import numpy as np

class Own:
    def __init__(self, size, slope=2.0, *, rng=None):
        self.weight = Parameter(rng.normal(size=size))
        self.rng, self.slope = rng, slope
    def forward(self, x):
        self.kept = x, self.rng.random(x.shape)
        return self.slope * self.weight.data * x * self.kept[1]
    def backward(self, dy):
        x, factor = self.kept
        self.weight.grad = (self.slope * dy * x * factor).sum(axis=0)
        return self.slope * dy * self.weight.data * factor

class Loss:
    def forward(self, input, target):
        self.kept = input, target
        return float(np.sum(input[np.arange(len(target)), target] ** 2))
    def backward(self, dy=1.0):
        input, target = self.kept
        dx = np.zeros_like(input)
        dx[np.arange(len(target)), target] = 2 * dy * input[np.arange(len(target)), target]
        return dx

class Pairs:
    def forward(self, x, state):
        return x * state[0] + state[1], (state[0] * 3, state[1] * x)
    def backward(self, dy, d_state):
        return dy, (dy, dy)

class Parameter:
    grad = None
    def __init__(self, data): self.data = data

class Unwritten:
    def forward(self, x): raise NotImplementedError("nn.Unwritten.forward")
"""


@pytest.fixture
def own(check_outside, template):
    """Run gradcheck on these layers, with parts of the text replaced."""

    def own(typed: str, old: str = "", new: str = "") -> tuple[int, str, str]:
        assert old in LAYER
        (template / "framework/nn/own.py").write_text(LAYER.replace(old, new) if old else LAYER)
        (template / "framework/nn/__init__.py").write_text("from . import own\n")
        return check_outside("gradcheck", *typed.split())

    return own


def test_right_gradients_of_a_layer_that_draws_random_numbers(own):
    assert own("Own 3 slope=0.5 --shape 4,3") == (
        0,
        "Own(3, slope=0.5): the gradients of x, weight are those of its forward.\n",
        "",
    )


def test_a_wrong_one_names_the_argument_and_the_index(own):
    status, printed, _ = own("nn.own.Own 3 --shape 4,3", "x * factor).sum(axis=0)", "x * factor).mean(axis=0)")

    assert status == 1
    assert printed.startswith("A gradient is not the derivative of your forward pass.\n\n    the gradient of weight[")
    assert "3 of 3 elements of weight" in printed


def test_a_loss_with_classes_as_its_target(own):
    assert own("Loss --shape 4,3 --target 4 --classes 3")[0] == 0
    assert own("Loss --shape 4,3 --target 4 --classes 3", "2 * dy", "dy")[0] == 1


def test_a_pair_of_arrays_is_one_input_and_has_gradients(own):
    """Those of `Pairs` are wrong, which can only be found if both arrays of the pair are moved."""
    status, printed, _ = own("Pairs --shape 2,3 --pair 2,3")

    assert status == 1
    assert "6 of 6 elements of x0, " in " ".join(printed.split())
    assert "6 of 6 elements of x1[0], 6 of 6 elements of x1[1] differ" in " ".join(printed.split())


@pytest.mark.parametrize(
    ("typed", "status", "told"),
    [
        ("Own --shape 2,3", 2, "missing 1 required positional argument: 'size'"),
        ("Own 3 slop=1 --shape 2,3", 2, "unexpected keyword argument 'slop'"),
        ("Own 3 --shape 2,4", 1, "    framework/nn/own.py:10, in forward\n"),
        ("Own 3 --shape 2,4", 1, "could not be broadcast together"),
        ("Unwritten --shape 2", 1, "nn.Unwritten.forward is not written yet.\n"),
        ("Shift 3 --shape 2", 2, "framework/nn/shift.py is not imported by framework/__init__.py"),
    ],
)
def test_what_does_not_fit_is_told_without_the_inside_of_the_grader(own, typed, status, told):
    found, printed, errors = own(typed)

    assert found == status
    assert told in (printed if status == 1 else errors)
    assert "grader/" not in printed + errors


def test_a_package_that_cannot_be_imported(check_outside, template):
    (template / "framework/nn/scale.py").write_text("class Scale:\n    pass\n\n1 / 0\n")

    status, _, errors = check_outside("gradcheck", "Scale", "--shape", "2")

    assert status == 2
    assert errors == "framework/nn/scale.py cannot be imported (line 4: 1 / 0). ZeroDivisionError: division by zero\n"
