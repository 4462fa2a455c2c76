"""What a comparison says: what was called, what came, what should have come, where, and how many differ."""

import numpy as np
import pytest

from grader.compare import EXACT, Mismatch, Opaque, Tolerance, compare, describe


def message(actual, expected, name="f(x)", tolerance=None):
    with pytest.raises(Mismatch) as caught:
        compare(actual, expected, name, tolerance)
    return str(caught.value)


def kind(actual, expected):
    with pytest.raises(Mismatch) as caught:
        compare(actual, expected)
    return caught.value.kind


@pytest.mark.parametrize(
    ("actual", "expected", "rung"),
    [
        ([5.0], np.zeros((2, 2)), "The type is not the expected one."),
        (np.full(3, np.nan, np.float32), np.zeros((2, 2)), "The dtype is not the expected one."),
        (np.full(3, np.nan), np.zeros((2, 2)), "The shape is not the expected one."),
        (np.array([5.0, np.nan]), np.zeros(2), "Some values are not finite numbers."),
        (np.array([5.0, 0.0]), np.zeros(2), "The values are not the expected ones."),
        ({"b": 5.0}, {"a": 1.0}, "The keys are not the expected ones."),
        ([5.0, 5.0], [1.0], "The number of items is not the expected one."),
        (3, 4, "The value is not the expected one."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_first_rung_that_does_not_hold_is_named(actual, expected, rung):
    assert kind(actual, expected) == rung


ROWS = np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        (None, ROWS, "f(x) is None (is a `return` missing?), but should be a numpy.ndarray"),
        ([1.0], ROWS, "f(x) is a list of 1 item, but should be a numpy.ndarray"),
        (Opaque("numpy.matrix"), ROWS, "f(x) is an object of type numpy.matrix, but should be a numpy.ndarray"),
        (np.array([[1.0]]).view(np.matrix), ROWS, "f(x) is an object of type matrix, but should be a numpy.ndarray"),
        (iter([]), ROWS, "f(x) is an object of type list_iterator, but should be a numpy.ndarray"),
        (ROWS.astype("f4"), ROWS, "f(x) has dtype float32, but should have dtype float64"),
        (ROWS.astype(">f4"), ROWS, "f(x) has dtype float32, but should have dtype float64"),
        (ROWS.T, ROWS, "f(x) has shape (3, 2), but should have shape (2, 3) (it is transposed)"),
        (ROWS.ravel(), ROWS, "f(x) has shape (6,), but should have shape (2, 3) (the number of elements is right)"),
        (ROWS[:1], ROWS, "f(x) has shape (1, 3), but should have shape (2, 3)"),
        (ROWS + 1.5, ROWS, "f(x)[0, 0] is 1.5, but should be 0 (6 of 6 differ)"),
        (ROWS * [[1], [-1]], ROWS, "f(x)[1, 0] is -3, but should be 3 (3 of 6 differ)"),
        (ROWS * np.nan, ROWS, "f(x)[0, 0] is nan, but should be 0 (6 of 6 are NaN)"),
        (np.array([1.0, -np.inf]), np.array([1.0, 2.0]), "f(x)[1] is -inf, but should be 2 (1 of 2 are infinity)"),
        (np.array([1.0, 2.0]), np.array([1.0, np.inf]), "f(x)[1] is 2, but should be inf (1 of 2 differ)"),
        (np.array(3.0), np.array(4.0), "f(x) is 3, but should be 4"),
        (np.array([1, 2]), np.array([1, 3]), "f(x)[1] is 2, but should be 3 (1 of 2 differ)"),
        (np.array([True]), np.array([False]), "f(x)[0] is True, but should be False (1 of 1 differ)"),
        (0.25, 0.5, "f(x) is 0.25, but should be 0.5"),
        (np.array(0.5), 0.5, "f(x) is a numpy.ndarray of shape () and dtype float64, but should be a float"),
        (np.float32(0.5), 0.5, "f(x) is a numpy.float32, but should be a float"),
        (1, 0.5, "f(x) is the int 1, but should be a float"),
        (3, 4, "f(x) is 3, but should be 4"),
        (3.0, 3, "f(x) is the float 3.0, but should be 3"),
        ("sum", "mean", "f(x) is 'sum', but should be 'mean'"),
        (None, {}, "f(x) is None (is a `return` missing?), but should be a dict"),
        ([1, 2], (1, 2), "f(x) is a list of 2 items, but should be a tuple"),
        ([1], [1, 2], "f(x) has 1 item, but should have 2"),
        ([1, 5], [1, 2], "f(x)[1] is 5, but should be 2"),
        ({"a": {"b": ROWS}}, {"a": {"b": -ROWS}}, "f(x)['a']['b'][0, 1] is 1, but should be -1 (5 of 6 differ)"),
        ({"a": 1}, {"a": 1, "b": 2}, "f(x) has the keys ['a'], but should have ['a', 'b'] (missing: 'b')"),
        ({"a": 1, "c": 2}, {"a": 1}, "f(x) has the keys ['a', 'c'], but should have ['a'] (not expected: 'c')"),
        (
            {"b": 1, "a": 1},
            {"a": 1, "b": 1},
            "f(x) has the keys ['b', 'a'], but should have ['a', 'b'] (in this order)",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_message_says_what_was_called_what_came_and_what_should_have_come(actual, expected, said):
    assert message(actual, expected) == said


def test_two_numbers_that_differ_late_are_not_printed_alike():
    assert message(np.array([1 + 1e-11]), np.array([1.0])) == (
        "f(x)[0] is 1.00000000001, but should be 1.0 (1 of 1 differ; it is off by 1e-11, allowed is 2e-12)"
    )


@pytest.mark.parametrize(
    ("factor", "tolerance", "told"),
    [
        (1.00001, None, "; it is off by 2e-05, allowed is 4e-12"),
        (1.00001, Tolerance(0.0, 0.0, 1e-9), "; it is off by 2e-05, allowed is 1e-09"),
        (1.00001, EXACT, "; it is off by 2e-05, allowed is 0"),
        (1.01, None, ""),
        (np.inf, None, ""),
    ],
)
def test_how_far_off_is_said_of_a_value_that_looks_right(factor, tolerance, told):
    said = message(np.array([2.0 * factor]), np.array([2.0]), tolerance=tolerance)

    assert said.endswith(f"(1 of 1 differ{told})") or np.isinf(factor)
    assert "off by inf" not in said


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        (ROWS + 1.5, ROWS, "p.data after step 1 is 1.5 at [0, 0], but should be 0 (6 of 6 differ)"),
        (ROWS * np.nan, ROWS, "p.data after step 1 is nan at [0, 0], but should be 0 (6 of 6 are NaN)"),
        ([1.0, ROWS + 1], [1.0, ROWS], "item 1 of p.data after step 1 is 1 at [0, 0], but should be 0 (6 of 6 differ)"),
        ({"a": 5.0}, {"a": 2.5}, "item 'a' of p.data after step 1 is 5, but should be 2.5"),
    ],
    ids=["array", "NaN", "list", "dict"],
)
def test_an_index_is_not_glued_to_a_name_that_is_a_phrase(actual, expected, said):
    assert message(actual, expected, "p.data after step 1") == said


def test_spaces_inside_brackets_make_no_phrase():
    assert message(ROWS + 1, ROWS, "f(x, [1, 2])").startswith("f(x, [1, 2])[0, 0] is 1, but")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "None"),
        (ROWS, "a numpy.ndarray of shape (2, 3) and dtype float64"),
        (np.float64(1.0), "a numpy.float64"),
        (True, "the bool True"),
        ("x" * 100, "the str '" + "x" * 59),
        ((), "a tuple of 0 items"),
        ({"a": 1}, "a dict of 1 item"),
        ({1}, "an object of type set"),
        (object(), "an object of type object"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_of_the_wrong_type_is_described_shortly(value, said):
    assert describe(value) == said


@pytest.mark.parametrize(
    "name",
    [
        "f(x)",
        "y",
        "Scale(3).forward",
        "clip_grad_norm_",
        "an earlier dx",
        "ReLU().backward for a float32 x",
        "the gradient that Tanh.backward gives for x",
        "[Sequential().forward(x), Sequential().backward(dy)][0]",
        "nn.logsumexp(x)",
        "Adam(lr=0.1).state_dict()",
    ],
)
@pytest.mark.parametrize("expected", [np.ones(2), 1.0, [1], {}, "text", 3], ids=str)
def test_a_result_that_is_none_lacks_a_return_whatever_should_have_come(name, expected):
    with pytest.raises(Mismatch) as caught:
        compare(None, expected, name)

    assert caught.value.kind == "The result is None: is a `return` missing?"
    assert str(caught.value).startswith(f"{name} is None (is a `return` missing?), but should be ")


@pytest.mark.parametrize(
    "name",
    ["weight.grad", "Linear.0.bias.data", "p.data after a step", "the gradient that Linear.backward gives for weight"],
)
def test_an_attribute_that_is_none_lacks_none(name):
    with pytest.raises(Mismatch, match=r"is None, but should be a numpy\.ndarray") as caught:
        compare(None, np.ones(2), name)

    assert caught.value.kind == "The type is not the expected one."


@pytest.mark.parametrize("data", [memoryview(b"x"), Opaque("memoryview")], ids=["here", "in another process"])
def test_a_plain_array_in_the_place_of_a_parameter_is_told_as_one(data):
    """An array has a `data` of its own."""
    with pytest.raises(Mismatch, match=r"^Linear\.weight is a numpy\.ndarray, but should be a Parameter$") as caught:
        compare(data, np.ones(2), "Linear.weight.data")

    assert caught.value.kind == "A numpy.ndarray stands where a Parameter should be."
