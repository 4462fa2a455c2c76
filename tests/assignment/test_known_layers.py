"""A layer of the course is recognised in disguise, whatever its options and weights; a new one is not."""

import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest

FILE = Path(__file__).parents[2] / "assignments/11_make_it_yours/known.py"
SPEC = importlib.util.spec_from_file_location("known_layers", FILE)
KNOWN = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(KNOWN)
ERF = np.vectorize(math.erf)


def sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -50, 50)))


def normalised(x, eps, centred=True):
    parts = x - x.mean(axis=1, keepdims=True) if centred else x
    return parts / np.sqrt((parts * parts).mean(axis=1, keepdims=True) + eps)


# x are rows, z is a Linear of them.
COPIES = {
    "LayerNorm, with an eps of 0.3": lambda x, z: 2 * normalised(x, 0.3) + 1,
    "LayerNorm, with an eps of 1e-5": lambda x, z: normalised(x, 1e-5),
    "RMSNorm, with an eps of 4": lambda x, z: normalised(x, 4.0, centred=False),
    "Softplus, with a beta of 3": lambda x, z: np.logaddexp(3 * x, 0) / 3,
    "a Linear, then Softplus with a beta of 2.2": lambda x, z: np.logaddexp(2.2 * z, 0) / 2.2,
    "a Linear, then ELU with an alpha of 0.4": lambda x, z: np.where(z > 0, z, 0.4 * np.expm1(np.minimum(z, 0))),
    "a Linear, then LeakyReLU with a slope of 0.3": lambda x, z: np.where(z > 0, z, 0.3 * z),
    "a Linear, then ReLU": lambda x, z: np.maximum(z, 0),
    "a Linear, then SiLU": lambda x, z: z * sigmoid(z),
    "a Linear, then GELU": lambda x, z: z * (1 + ERF(z / np.sqrt(2))) / 2,
    "a Linear, then Sigmoid": lambda x, z: sigmoid(z),
    "a Linear, then Tanh": lambda x, z: np.tanh(z),
}
NEW = {
    "a line, and an arc tangent below 0": lambda x, z: np.where(x > 0, x, np.arctan(x)),
    "logarithms of either sign": lambda x, z: np.sign(x) * np.log1p(np.abs(x)),
    "Swish with a learned beta": lambda x, z: x * sigmoid(np.array([0.5, 1.5, 1.7, 2.0]) * x),
    "Mish": lambda x, z: x * np.tanh(np.logaddexp(x, 0)),
    "a gate": lambda x, z: z * sigmoid(x),
    "the larger of two": lambda x, z: np.maximum(x, z),
    "an odd function": lambda x, z: x**3 / (x * x + 1),
    "SiLU and a line": lambda x, z: z * sigmoid(z) + 0.3 * x,
    "a mean size": lambda x, z: x / (1 + np.abs(x).mean(axis=1, keepdims=True)),
}


def told(of, seed):
    rng = np.random.default_rng(seed)
    x = 1.5 * rng.normal(size=(60, 4))
    return KNOWN.known(x, of(x, x @ rng.normal(size=(4, 4)) + rng.normal(size=4)))


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_recognised(name):
    assert all(told(COPIES[name], seed) for seed in range(5))


@pytest.mark.parametrize("name", NEW)
def test_a_new_layer_is_not_taken_for_a_known_one(name):
    assert not any(told(NEW[name], seed) for seed in range(5))
