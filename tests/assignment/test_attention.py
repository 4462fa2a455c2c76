"""The transformer of assignment 09: its gradients by differences, its cache, and its text."""

import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest

import reference
from reference.gradcheck import gradcheck
from reference.nn.transformer import (
    GPT,
    KVCache,
    MultiheadAttention,
    PositionalEncoding,
    ScaledDotProductAttention,
    TransformerEncoderLayer,
    generate,
)

ROOT = Path(__file__).parents[2]
DATA = ROOT / "assignments" / "09_attention" / "data"
FUTURE = np.triu(np.ones((4, 4), bool), 1)
PADDING = np.array([[False] * 4, [False, False, True, True]])


@pytest.fixture
def rng():
    return np.random.default_rng(9)


def drawn(module, rng):
    """The module with parameters that are all different from 0."""
    for parameter in module.parameters():
        parameter.data = rng.normal(size=parameter.shape)
    return module


class Masked(reference.nn.Module):
    """A module that is given a constant mask by keyword."""

    def __init__(self, inner, **masks):
        self.inner, self.masks = inner, masks

    def forward(self, *inputs):
        return self.inner.forward(*inputs, **self.masks)

    def backward(self, dy):
        return self.inner.backward(dy)


@pytest.mark.parametrize(
    "masks",
    [
        {},
        {"is_causal": True},
        {"attn_mask": np.array([[True, False, True, False, True]] * 2 + [[False] * 5] * 2)},
        {"attn_mask": np.where(np.arange(5) == 2, -np.inf, np.arange(5.0))},
    ],
    ids=str,
)
def test_the_gradients_of_attention_are_its_derivatives(rng, masks):
    attention = Masked(ScaledDotProductAttention(), **masks)

    assert gradcheck(attention, *(rng.normal(size=(2, n, d)) for n, d in ((4, 3), (5, 3), (5, 2))), rng=rng)


@pytest.mark.parametrize("masks", [{}, {"attn_mask": FUTURE}, {"key_padding_mask": PADDING}], ids=str)
def test_the_gradients_of_heads_are_their_derivatives(rng, masks):
    attention = Masked(drawn(MultiheadAttention(6, 3), rng), **masks)

    assert gradcheck(attention, *rng.normal(size=(3, 2, 4, 6)), rng=rng)


@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("masks", [{}, {"src_mask": FUTURE, "src_key_padding_mask": PADDING}], ids=str)
def test_the_gradients_of_a_layer_are_its_derivatives(rng, norm_first, masks):
    layer = TransformerEncoderLayer(4, 2, 3, dropout=0.0, activation="gelu", norm_first=norm_first)

    assert gradcheck(Masked(drawn(layer, rng), **masks), rng.normal(size=(2, 4, 4)), rng=rng)


def test_the_gradients_of_positions_and_of_a_language_model_are_their_derivatives(rng):
    assert gradcheck(PositionalEncoding(5), rng.normal(size=(2, 3, 5)), rng=rng)
    assert gradcheck(drawn(GPT(5, 6, 4, 2, 2), rng), rng.integers(5, size=(2, 4)), rng=rng)


@pytest.mark.parametrize("sizes", [(1,) * 8, (8,), (1, 3, 4), (5, 1, 2)])
def test_a_text_in_pieces_has_the_logits_of_the_whole(rng, sizes):
    model, tokens = drawn(GPT(5, 8, 6, 3, 2), rng), rng.integers(5, size=(2, 8))
    cache, ends = model.new_cache(), np.cumsum(sizes)

    pieces = [model(tokens[:, end - size : end], cache) for size, end in zip(sizes, ends, strict=True)]

    np.testing.assert_allclose(np.concatenate(pieces, axis=1), model(tokens), rtol=1e-11, atol=1e-11)


def test_keys_and_values_of_heads_in_pieces_are_those_of_the_whole(rng):
    attention, x, cache = drawn(MultiheadAttention(6, 2), rng), rng.normal(size=(2, 4, 6)), KVCache()

    pieces = [attention(x[:, i : i + 1], *[x[:, i : i + 1]] * 2, cache=cache) for i in range(4)]

    whole = attention(x, x, x, attn_mask=FUTURE)
    np.testing.assert_allclose(np.concatenate(pieces, axis=1), whole, rtol=1e-11, atol=1e-11)


def test_no_warning_and_no_lost_digit_for_scores_of_ten_thousand():
    q, k, v = np.full((1, 4), 100.0), np.array([[50.0] * 4, [50.0] * 4, [-50.0] * 4]), np.array([[1.0], [3.0], [9.0]])

    with np.errstate(divide="raise", over="raise", invalid="raise"):
        assert ScaledDotProductAttention()(q, k, v).tolist() == [[2.0]]


@pytest.mark.parametrize("options", [{"temperature": 0.0}, {}, {"top_k": 2, "temperature": 0.7}], ids=str)
def test_a_model_writes_the_same_with_a_cache_and_without(rng, options):
    model = drawn(GPT(5, 6, 4, 2, 2), rng)

    texts = [
        generate(model, np.array([1, 4]), 9, rng=np.random.default_rng(5), use_cache=use_cache, **options)
        for use_cache in (True, False)
    ]

    np.testing.assert_array_equal(*texts)


def test_the_share_of_each_token_is_its_probability(rng):
    class Fixed(GPT):
        def forward(self, tokens, cache=None):
            return np.log([0.1, 0.2, 0.3, 0.4])[None, None]

    text = generate(Fixed(4, 4, 2, 1, 1), np.array([0]), 4_000, rng=rng, use_cache=False)

    # five standard deviations of a share
    np.testing.assert_allclose(
        np.bincount(text) / len(text), [0.1, 0.2, 0.3, 0.4], atol=5 * math.sqrt(0.25 / len(text))
    )


def script():
    spec = importlib.util.spec_from_file_location("who_has_what", ROOT / "benchmarks" / "who_has_what.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_text_is_what_its_script_writes(tmp_path, monkeypatch):
    source = script()
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(source, "FOLDER", tmp_path)

    source.write()

    for part in ("train", "held_out"):
        written = (tmp_path / "data" / f"{part}.txt").read_text(encoding="ascii")
        assert written == (DATA / f"{part}.txt").read_text(encoding="ascii")


def test_what_the_handout_says_of_counting_and_of_the_source_is_so():
    source, handout = script(), (DATA.parent / "README.md").read_text(encoding="utf-8")
    train, held_out = ((DATA / f"{part}.txt").read_text(encoding="ascii") for part in ("train", "held_out"))

    assert f"pair of them has {source.counted(train, held_out, 2):.3f}" in " ".join(handout.split())
    assert f"by chance needs {source.of_the_source(held_out):.3f}" in " ".join(handout.split())
