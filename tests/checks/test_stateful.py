"""Gradient checks of layers with state, random numbers, several inputs and several outputs."""

import inspect

import numpy as np
import pytest

from grader.calls import Call
from grader.checks import check_gradients, check_own_gradients, seed
from grader.checks.twin import Workbench
from grader.compare import Mismatch
from grader.gradcheck import GradientError, RoughForward
from tests.checks import stateful_layers
from tests.checks.sides import package

TEXT = inspect.getsource(stateful_layers)
X = np.random.default_rng(3).normal(size=(6, 3)) + 1.0
STATE = tuple(np.random.default_rng(4).normal(size=(2, 6, 3)))


@pytest.fixture
def twin(open_student, rng):
    """Makes the `twin` of a check whose student has some text replaced."""
    return lambda *changes: Workbench(open_student(TEXT, *changes), package(TEXT), rng)


def judged(bench, module, *inputs, **arguments):
    """What a gradient check says, at once or at the end of the check; None if nothing."""
    try:
        check_gradients(module, *inputs, rng=np.random.default_rng(1), **arguments)
        bench.finish()
    except Mismatch as mismatch:
        return mismatch
    return bench.wrong.deferred[0] if bench.wrong.deferred else None


def test_a_right_batch_norm_passes_and_both_sides_have_counted_one_forward(twin):
    bench = twin()
    norm = bench("nn.BatchNorm1d", 3)

    assert judged(bench, norm, X) is None
    norm.compare("running_mean", "running_var")
    bench.finish()


def test_a_batch_norm_that_counts_otherwise_is_found_out(twin, said):
    bench = twin(("ddof=1", "ddof=0"))
    norm = bench("nn.BatchNorm1d", 3)

    assert judged(bench, norm, X) is None
    assert said(lambda: (norm.compare("running_var"), bench.finish())).startswith("BatchNorm1d.running_var[0] is")


def test_buffers_that_are_kept_up_to_date_are_drawn_like_parameters(twin):
    bench = twin()
    norm = bench("nn.BatchNorm1d", 3)
    norm.compare("running_mean", "running_var")
    bench.finish()

    assert np.all(norm.expected.running_mean != 0)
    assert np.all(norm.expected.running_var >= 0.5)
    assert not np.any(norm.expected.running_var == 1)


def test_in_evaluation_the_drawn_buffers_tell_who_does_not_use_them(twin):
    right, wrong = twin(), twin(("mean, var = self.running_mean, self.running_var", "mean, var = x.mean(0), x.var(0)"))
    for bench, is_right in ((right, True), (wrong, False)):
        norm = bench("nn.BatchNorm1d", 3)
        norm.set("training", False)

        assert (judged(bench, norm, X) is None) == is_right


def test_a_right_dropout_passes(twin):
    bench = twin()
    dropout = bench("nn.Dropout", 0.4, rng=bench.generator(7))

    assert judged(bench, dropout, X) is None


def test_a_dropout_whose_forward_is_nearly_right_earns_half_only_if_every_forward_draws_the_same(twin):
    for repeated, share in (((), None), ((7,), 0.5)):
        bench = twin(("/ (1 - self.p))", "/ (1 - self.p) * 1.001)"))
        generator = bench.generator(7)
        dropout = bench("nn.Dropout", 0.4, rng=generator)
        mismatch = judged(bench, dropout, X, before=[seed(generator, number) for number in repeated])

        assert getattr(mismatch, "share", None) == share


def test_after_finite_differences_the_state_is_what_one_forward_has_left(twin):
    bench = twin(("np.sqrt(var + 1e-5)", "np.sqrt(var + 1e-3)"))
    norm = bench("nn.BatchNorm1d", 3)
    mean = norm.expected.running_mean.copy()

    assert judged(bench, norm, X, before=[Call("set", norm, "running_mean", (mean,))]).share == 0.5
    norm.compare("running_mean")
    bench.finish()


def test_what_is_kept_on_the_twin_is_done_before_each_forward_too(twin):
    bench = twin(("/ (1 - self.p))", "/ (1 - self.p) * 1.001)"))
    generator = bench.generator(7)
    dropout = bench("nn.Dropout", 0.4, rng=generator)
    dropout.before = [seed(generator, 7)]

    assert judged(bench, dropout, X).share == 0.5


def test_nested_inputs_outputs_and_cotangents_are_checked_whole(twin):
    bench = twin()

    assert judged(bench, bench("nn.Recurrent", 3), X, STATE, differentiable=2) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            (".w.data, d_hidden,", ".w.data, 2 * d_hidden,"),
            "the gradient that Recurrent.backward gives for state[0] is",
        ),
        (("h * d_c\n", "h * h * d_c\n"), "the gradient that Recurrent.backward gives for state[1] is"),
        (("(d_h0.astype(x.dtype), d_c0.astype(x.dtype))", "d_h0"), "Recurrent.backward(dy)[1] is a numpy.ndarray"),
        (("(d_hidden * x)", "(d_hidden)"), "the gradient that Recurrent.backward gives for w is"),
        (
            ("= d_hidden * self.w.data, ", "= d_hidden, "),
            "the gradient that Recurrent.backward gives for x is",
        ),
    ],
)
def test_a_wrong_part_of_a_nested_gradient_is_named(twin, change, said):
    bench = twin(change)

    assert said in str(judged(bench, bench("nn.Recurrent", 3), X, STATE, differentiable=2))


def test_a_nested_output_that_differs_slightly_earns_half_for_its_own_derivative(twin):
    bench = twin(("(h * c0 * h)", "(h * c0 * h * 1.001)"), ("2 * h * c0 * d_out", "2.002 * h * c0 * d_out"),
                 ("h * h * d_out", "1.001 * h * h * d_out"))  # fmt: skip

    assert judged(bench, bench("nn.Recurrent", 3), X, STATE, differentiable=2).share == 0.5


def test_gradients_of_states_that_were_left_out_are_compared_too(twin):
    bench = twin()
    assert judged(bench, bench("nn.Recurrent", 3), X) is None

    bench = twin((".w.data, d_hidden,", ".w.data, 2 * d_hidden,"))
    assert "Recurrent.backward gives for input[1][0]" in str(judged(bench, bench("nn.Recurrent", 3), X))


def test_a_layer_on_indices_returns_no_gradient_for_them(twin):
    indices = np.array([0, 2, 2])
    bench = twin()
    assert judged(bench, bench("nn.Table", 4), indices, differentiable=0) is None

    bench = twin(('self.add("w", gradient)', 'self.add("w", gradient)\n        return dy'))
    assert "gives for input is a numpy.ndarray" in str(judged(bench, bench("nn.Table", 4), indices, differentiable=0))


def own(student, module, *inputs, **options):
    try:
        check_own_gradients(student, module, *inputs, rng=np.random.default_rng(1), **options)
    except (Mismatch, GradientError, RoughForward) as error:
        return error
    return None


def test_own_gradients_of_random_and_stateful_layers_need_the_same_start_every_time(open_student):
    student = open_student(TEXT)
    generator = student.generator(7)
    dropout, smoothed = student.nn.Dropout(0.4, rng=generator), student.nn.Smoothed()
    at_start = Call("set", smoothed, "running_mean", (np.ones(()),))

    assert own(student, dropout, X, before=[seed(generator, 7)]) is None
    assert own(student, dropout, X) is not None
    assert own(student, smoothed, X, before=[at_start]) is None
    assert own(student, smoothed, X) is not None


def test_own_gradients_of_nested_inputs_are_named_where_they_are_wrong(open_student):
    right, wrong = open_student(TEXT), open_student(TEXT, ("h * d_c\n", "h * h * d_c\n"))
    more = {"parameters": ("w",), "differentiable": 2}

    assert own(right, right.nn.Recurrent(3), X, STATE, **more) is None
    assert own(wrong, wrong.nn.Recurrent(3), X, STATE, **more).argument == "x1[1]"


def test_a_generator_draws_the_same_here_there_and_again(open_student):
    student = open_student(TEXT)
    generator = student.generator(7)
    [numbers] = student.run([Call("call", generator, "random", (3,))])
    student.later([seed(generator, 7)])
    [again] = student.run([Call("call", generator, "random", (3,))])

    assert np.array_equal(numbers, np.random.default_rng(7).random(3))
    assert np.array_equal(again, numbers)
