"""The reference's gradients through time are the derivatives of its own forward, by finite differences."""

import numpy as np
import pytest

import reference
from grader.checks import check_own_gradients
from grader.checks.framework import LocalFramework

FRAMEWORK = LocalFramework(reference)
LAYERS = ({}, {"bias": False}, {"num_layers": 2, "bidirectional": True}, {"num_layers": 3})
INPUTS, HIDDEN = 3, 2


def states_for(kind: str, rng: np.random.Generator, shape: tuple[int, ...]):
    h, c = rng.normal(size=shape), rng.normal(size=shape)
    return (h, c) if "LSTM" in kind else h


def require_own_gradients(module, *inputs, differentiable: int, rng: np.random.Generator) -> None:
    names = tuple(name for name, _ in module.named_parameters())
    check_own_gradients(FRAMEWORK, module, *inputs, parameters=names, differentiable=differentiable, rng=rng)


@pytest.mark.parametrize("kind", ["RNNCell", "LSTMCell", "GRUCell"])
@pytest.mark.parametrize("bias", [True, False])
def test_a_cell_goes_back_through_its_own_step(kind, bias):
    rng = np.random.default_rng(1)
    cell = getattr(reference.nn, kind)(INPUTS, HIDDEN, bias, rng=rng)

    inputs = rng.normal(size=(4, INPUTS)), states_for(kind, rng, (4, HIDDEN))

    require_own_gradients(cell, *inputs, differentiable=2, rng=rng)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("options", LAYERS, ids=str)
@pytest.mark.parametrize("length", [1, 5])
def test_a_layer_goes_back_through_its_own_steps(kind, options, length):
    rng = np.random.default_rng(2)
    layer = getattr(reference.nn, kind)(INPUTS, HIDDEN, **options, rng=rng)
    rows = options.get("num_layers", 1) * (1 + options.get("bidirectional", False))

    inputs = rng.normal(size=(length, 2, INPUTS)), states_for(kind, rng, (rows, 2, HIDDEN))

    require_own_gradients(layer, *inputs, differentiable=2, rng=rng)


def test_a_table_goes_back_through_repeated_indices():
    rng = np.random.default_rng(3)

    require_own_gradients(reference.nn.Embedding(4, 3, rng=rng), rng.integers(0, 4, (5, 2)), differentiable=0, rng=rng)


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_ctc_goes_back_through_its_own_sum_over_paths(reduction):
    rng = np.random.default_rng(4)
    targets, lengths = np.array([[1, 1], [2, 0], [3, 2]]), (np.array([5, 4, 3]), np.array([2, 0, 2]))
    log_probs = rng.normal(size=(5, 3, 4))

    loss = reference.nn.CTCLoss(reduction=reduction)

    require_own_gradients(loss, log_probs, targets, *lengths, differentiable=1, rng=rng)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_hundreds_of_steps_of_large_numbers_are_finite_without_a_warning(kind):
    rng = np.random.default_rng(5)
    layer = getattr(reference.nn, kind)(INPUTS, HIDDEN, num_layers=2, bidirectional=True, rng=rng)
    x = rng.choice([-1e4, 1e4], size=(500, 2, INPUTS))

    with np.errstate(all="raise", under="ignore"):
        out, _ = layer.forward(x)
        dx, _ = layer.backward(np.ones(out.shape))

    assert np.isfinite(out).all()
    assert np.isfinite(dx).all()
