"""When two failures have the same cause."""

import numpy as np
import pytest

from grader.compare import Mismatch, compare
from grader.diagnosis.evidence import contains, same, same_arrays, same_text, wrong_numbers
from grader.isolation.outside.faults import StudentError

RIGHT = np.array([1.0, 2.0, 3.0])


def mismatch(actual, expected=RIGHT, name="y") -> Mismatch:
    with pytest.raises(Mismatch) as caught:
        compare(actual, expected, name)
    return caught.value


def test_the_same_wrong_array_is_the_same_mistake():
    assert same(mismatch(RIGHT / 7), mismatch(RIGHT / 7 * (1 + 1e-15)))


@pytest.mark.parametrize("other", [RIGHT / 6, RIGHT.astype(np.float32), RIGHT[:2], -RIGHT, np.array([np.nan, 1, 1])])
def test_another_wrong_array_is_another_mistake(other):
    assert not same(mismatch(RIGHT / 7), mismatch(other))


def test_the_same_array_in_another_place_is_another_mistake():
    assert not same(mismatch(RIGHT / 7, name="weight.grad"), mismatch(RIGHT / 7, name="bias.grad"))


def test_where_the_same_is_missing_in_the_same_way_it_is_the_same_mistake():
    one, other = np.array([np.nan, 2.0, 9.0]), np.array([np.nan, 2.0, 9.0])

    assert same_arrays(one, other, RIGHT)
    assert not same_arrays(one, np.array([2.0, np.nan, 9.0]), RIGHT)


@pytest.mark.parametrize("slip", [1e-3, 1e-6, 1e-9, 1e-11])
def test_a_small_mistake_is_told_from_one_of_twice_its_size(slip):
    one = RIGHT + slip

    assert same_arrays(one, one * (1 + 2e-16), RIGHT)
    assert not same_arrays(one, RIGHT + 2 * slip, RIGHT)


def test_rounding_of_float32_does_not_hide_that_it_is_the_same_mistake():
    one = (RIGHT / 7).astype(np.float32)

    assert same_arrays(one, one * np.float32(1 + 1e-6), RIGHT.astype(np.float32))


def test_an_exception_in_a_worker_is_the_same_as_one_here():
    there = StudentError(["builtins.ValueError", "builtins.Exception"], "shapes (2, 3) and (4,) do not fit", [])

    assert same(there, ValueError("shapes (2, 3) and (4,) do not fit"))
    assert not same(there, ValueError("shapes (2, 5) and (4,) do not fit"))
    assert not same(there, TypeError("shapes (2, 3) and (4,) do not fit"))


def test_of_answers_in_a_wrong_dtype_the_values_are_the_same_to_the_rounding_of_the_right_one():
    """They are right, so that no share of their error is a measure."""
    right = RIGHT.astype(np.float32)
    one, other = RIGHT * (1 + 1e-7), RIGHT * (1 - 1e-7)

    assert same_arrays(one, other, right)
    assert not same_arrays(one, 1.01 * other, right)


def test_nothing_raised_is_no_evidence():
    assert not same(ValueError("x"), None)


def test_texts_are_equal_up_to_the_last_digits_of_their_numbers():
    assert same_text("y is 1.23456789, not 3", "y is 1.23456788, not 3")
    assert not same_text("y is 1.2345, not 3", "y is 1.2346, not 3")
    assert not same_text("y is 1", "z is 1")


def test_what_pytest_shows_below_the_first_line_is_no_evidence():
    assert same(AssertionError("assert a\n + at 0x7f01"), AssertionError("assert a\n + at 0x7f02"))


def test_a_text_that_looks_like_a_pattern_is_only_a_text():
    assert not same_text("shape #", "shape 5")
    assert not same_text("shape 5", "shape #")


@pytest.mark.parametrize(
    ("actual", "count"),
    [
        (RIGHT / 7, 3),
        (np.array([1.0, 2.0, 4.0]), 1),
        (np.zeros(3), 1),
        (np.array([np.nan, 0.5, np.inf]), 1),
        (RIGHT.astype(np.float32) / 7, 0),
        (np.array([5.0, 6.0, 5.0, 7.0]), 3),
        (np.arange(5000.0), 1000),
    ],
    ids=str,
)
def test_evidence_is_counted_in_different_wrong_numbers(actual, count):
    """That of a dtype, or of one number everywhere, is soon the same by chance."""
    assert wrong_numbers(mismatch(actual)) == count


@pytest.mark.parametrize(
    ("actual", "expected", "count"), [([1, 2], [1, 3], 1), ([True, False], [False, False], 1)], ids=str
)
def test_whole_numbers_are_counted_too(actual, expected, count):
    assert wrong_numbers(mismatch(np.array(actual), np.array(expected))) == count


def test_an_exception_shows_no_number():
    assert wrong_numbers(ValueError("1, 2, 3, 4")) == 0


def raised_in(name: str) -> BaseException:
    """What a variant raises in this method."""
    space: dict = {}
    exec(
        compile(
            f"class Scale:\n    def __call__(self): self.{name}()\n    def {name}(self): 1 / 0\n",
            "framework/nn/scale.py",
            "exec",
        ),
        space,
    )
    with pytest.raises(ZeroDivisionError) as caught:
        space["Scale"]()()
    return caught.value


@pytest.mark.parametrize(
    ("frames", "is_same"),
    [
        (["Scale.forward"], True),
        (["Module.__call__", "Mine.forward", "helper"], True),
        (["Scale.backward"], False),
        ([], True),
        (["f"] * 30, True),
    ],
)
def test_an_exception_in_another_method_is_another_mistake(frames, is_same):
    error = StudentError(
        ["builtins.ZeroDivisionError"], "division by zero", [("framework/nn/scale.py", 1, name) for name in frames]
    )

    assert same(error, raised_in("forward")) is is_same


def both_wrong(*actual: np.ndarray) -> Mismatch:
    first, *later = [mismatch(one, name=f"y{i}") for i, one in enumerate(actual)]
    first.later = tuple(later)
    return first


def test_all_that_is_wrong_in_a_check_has_to_be_the_same():
    assert same(both_wrong(RIGHT / 7, -RIGHT), both_wrong(RIGHT / 7, -RIGHT))
    assert not same(both_wrong(RIGHT / 7, -RIGHT), both_wrong(RIGHT / 7, 2 * RIGHT))
    assert not same(both_wrong(RIGHT / 7, -RIGHT), both_wrong(RIGHT / 7))


def test_a_part_of_what_is_wrong_is_contained_in_it_and_no_more():
    whole = both_wrong(RIGHT / 7, -RIGHT)

    assert contains(whole, mismatch(-RIGHT, name="y1"))
    assert not contains(whole, mismatch(2 * RIGHT, name="y1"))
    assert not contains(mismatch(-RIGHT, name="y1"), whole)


def test_numbers_of_all_that_is_wrong_are_counted_once():
    assert wrong_numbers(both_wrong(RIGHT / 7, -RIGHT, RIGHT / 7)) == 6


def test_a_wrong_formula_is_recognised_in_float32():
    """What is computed in float32 and given in float64 differs by rounding of float32."""
    one = RIGHT / 7
    in_float32 = (RIGHT.astype(np.float32) / np.float32(7)).astype(float)

    assert same_arrays(one, in_float32, RIGHT)
    assert not same_arrays(one, RIGHT / 7.001, RIGHT)
