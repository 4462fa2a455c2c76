"""Law 2, second half: what is wrong but has the right shape earns nothing: zeros, NaN, the input, noise, and ones for
gradients."""

from types import SimpleNamespace

import numpy as np
import pytest

from grader.audit.falsehoods import KINDS, Given
from grader.audit.falsifying import account, falsifying

HIDDEN = "assignments/01_scaling/test_hidden.py"
WHOLE = [kind for kind in KINDS if not KINDS[kind].only]
COMPARED = 'twin("nn.Shift", 7.25).forward(rng.normal(size=(2, 3))).compare()'


def of_shift(found: list[str]) -> list[str]:
    """The kinds of frameworks that pass the check of Shift."""
    named = [v for v in found if "01/hidden/Shift/test_forward" in v]
    return [v.removeprefix("a framework of ").partition(" passes ")[0] for v in named]


def test_a_check_that_compares_an_answer_only_with_another_answer_of_its_own_is_found(change, violations):
    asked = 'x = rng.normal(size=(2, 3))\n        shift = twin("nn.Shift", 7.25).actual\n'
    change(HIDDEN, COMPARED, f"{asked}        assert str(shift.forward(x)) == str(shift.forward(x))")

    assert of_shift(violations(2)) == ["zeros", "NaN", "its input"]


def test_a_check_that_asks_for_a_shape_alone_is_found(change, violations):
    change(HIDDEN, COMPARED, 'assert twin("nn.Shift", 7.25).actual.forward(rng.normal(size=(2, 3))).shape == (2, 3)')

    assert of_shift(violations(2)) == WHOLE


def test_a_check_that_only_asks_where_the_right_answer_is_zero_is_found(change, violations):
    change(HIDDEN, COMPARED, 'twin("nn.Shift", 7.0).forward(rng.normal(size=(2, 3)) * 0 - 7.0).compare()')

    assert violations(2) == ["a framework of zeros passes 01/hidden/Shift/test_forward: 2 of 2 points"]


def test_a_check_of_gradients_that_asks_for_their_shape_alone_is_found(change, violations):
    """Of a framework whose forward is right, and whose backward gives ones; the checks of forward are its own."""
    backward = "backward(rng.normal(size=(2, 3)))"
    change(HIDDEN, f"{backward}.compare()", f"{backward}.compare(tolerance=Tolerance(0.0, 0.0, absolute=1e9))")
    change(HIDDEN, "import hide_errors,", "import Tolerance, hide_errors,")

    of_ones = [v for v in violations(2) if v.startswith("a framework of ones for gradients")]

    assert of_ones == ["a framework of ones for gradients passes 01/hidden/Scale/test_backward: 2 of 2 points"]


def test_who_returns_the_input_where_that_is_right_earns_it_and_it_is_said(examine):
    template, worthless = examine(2, number="02").findings

    assert worthless.violations == template.violations == ()
    assert worthless.evidence == "0 points for zeros, NaN, its input, noise, ones for gradients"
    check = "02/public/Chain/test_an_empty_chain_changes_nothing"
    assert worthless.notes == (f"to give its input is right in {check}: 2 of 2 points",)


@pytest.mark.parametrize("kind", WHOLE)
def test_no_answer_is_right_but_each_has_the_right_type_and_shape(kind):
    right = {"a": np.ones((2, 3), "float32"), "b": [1.5, 7, True, "text", None]}
    right["c"] = np.float64(2.5), np.arange(1, 5)

    wrong = KINDS[kind].instead_of(right, Given())

    assert wrong["a"].dtype == "float32"
    assert wrong["a"].shape == (2, 3)
    assert not np.any(wrong["a"] == right["a"])
    assert [type(item) for item in wrong["b"]] == [float, int, bool, str, type(None)]
    assert not any(w == r for w, r in zip(wrong["b"][:4], right["b"][:4], strict=True))
    assert [type(item) for item in wrong["c"]] == [np.float64, np.ndarray]


def test_the_input_takes_the_shape_and_dtype_of_the_right_answer():
    @falsifying("its input")
    def add_up(x, axis):
        return x.sum(axis)

    found = add_up(np.array([[1, 2], [3, 4]]), axis=0)

    assert found.tolist() == [1, 2]


def test_what_a_call_changes_is_wrong_as_well_in_the_same_memory():
    @falsifying("zeros")
    def step(parameter, group):
        parameter.data -= 1.0
        parameter.grad = np.ones(2)
        parameter._steps = 1
        group["lr"] = 0.5

    data = np.array([3.0, 4.0])
    parameter, group = SimpleNamespace(data=data, grad=None, kept=7.0), {"lr": 1.0, "eps": 0.1}
    step(parameter, group)

    assert parameter.data is data
    assert data.tolist() == [0.0, 0.0]
    assert parameter.grad.tolist() == [0.0, 0.0]
    assert (parameter.kept, parameter._steps) == (7.0, 1)
    assert group == {"lr": 0.0, "eps": 0.1}


def test_what_is_set_to_none_holds_numbers_afterwards():
    @falsifying("NaN")
    def zero_grad(parameters):
        for parameter in parameters:
            parameter.grad = None

    parameter = SimpleNamespace(grad=np.ones(2))
    zero_grad(iter([parameter]))

    assert np.isnan(parameter.grad).all()


def test_it_refuses_nothing():
    @falsifying("zeros")
    def forward(x):
        raise ValueError("a shape that cannot be")

    assert forward(np.ones(3)).tolist() == [0.0, 0.0, 0.0]


def test_what_it_asks_of_itself_inside_is_right():
    @falsifying("noise")
    def double(x):
        return 2 * x

    @falsifying("its input")
    def halve_and_double(x):
        asked.append(double(x / 2))
        return asked[-1]

    asked, account.wrong = [], 0
    given = np.array([3.0])

    assert halve_and_double(given).tolist() == [3.0]
    assert asked == [np.array([3.0])]
    assert account.wrong == 0


def test_an_iterator_of_parts_names_none_of_them():
    def named_parameters(self):
        yield "weight", self.weight

    module = SimpleNamespace(weight=SimpleNamespace(data=np.ones(2)))
    found = {kind: list(falsifying(kind)(named_parameters)(module)) for kind in WHOLE}

    assert found["zeros"] == found["NaN"] == []
    [(name, part)] = found["noise"]
    assert name not in ("", "weight")
    assert part is None
    assert found["its input"] == [("", module)]
