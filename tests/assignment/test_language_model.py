"""Assignment 14 of the reference: held by slow and obvious code, by the complex step, and by the handout's numbers."""

import re
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import reference
from grader.assignment.loading import module_of
from reference import nn, optim
from reference.nn import activation
from reference.nn.modern import LanguageModel, RotaryEmbedding, generate
from reference.nn.transformer import KVCache
from reference.text import BPETokenizer, warmup_cosine
from reference.text.bpe import PATTERN

FOLDER = Path(__file__).parents[2] / "assignments" / "14_language_model"
STEP = 1e-30  # of the complex step: so small that its square is lost, and no difference is taken that could cancel
TINY = 1e-12  # some thousand roundings of float64


def learned_slowly(text: str, count: int) -> list[tuple[bytes, bytes]]:
    """Merges by the definition: all pairs of the whole text are counted again for each merge."""
    pieces = [[bytes([value]) for value in piece.encode()] for piece in re.findall(PATTERN, text)]
    merges: list[tuple[bytes, bytes]] = []
    while len(merges) < count:
        counts = Counter(pair for piece in pieces for pair in pairwise(piece))
        if not counts:
            break
        best = sorted(counts, key=lambda pair: (counts[pair], pair))[-1]
        merges.append(best)
        pieces = [merged_slowly(piece, best) for piece in pieces]
    return merges


def merged_slowly(piece: list[bytes], pair: tuple[bytes, bytes]) -> list[bytes]:
    for i in range(len(piece) - 1):
        if (piece[i], piece[i + 1]) == pair:
            return [*piece[:i], piece[i] + piece[i + 1], *merged_slowly(piece[i + 2 :], pair)]
    return piece


@pytest.mark.parametrize("alphabet", ["a", "ab", "ab ", "aé日 ", "ab'.1_ \n"])
def test_merges_are_those_of_a_slow_and_obvious_trainer(alphabet):
    rng = np.random.default_rng(14)
    for _ in range(20):
        text = "".join(rng.choice(list(alphabet), size=rng.integers(60)))

        assert BPETokenizer.train(text, 256 + 15).merges == learned_slowly(text, 15)


def test_encoding_applies_the_merges_one_after_the_other_in_their_order():
    rng = np.random.default_rng(15)
    for _ in range(20):
        text = "".join(rng.choice(list("aab '"), size=80))
        tokenizer = BPETokenizer(learned_slowly(text, 12))
        other = "".join(rng.choice(list("aab '"), size=80))
        pieces = [[bytes([value]) for value in piece.encode()] for piece in re.findall(PATTERN, other)]
        for pair in tokenizer.merges:
            pieces = [merged_slowly(piece, pair) for piece in pieces]

        wanted = [token for piece in pieces for token in piece]
        assert [tokenizer.vocab[i] for i in tokenizer.encode(other).tolist()] == wanted


def test_the_pieces_of_any_text_are_the_text():
    every = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    shuffled = "".join(np.random.default_rng(14).permutation(list(every)).tolist())

    assert "".join(re.findall(PATTERN, every)) == every
    assert "".join(re.findall(PATTERN, shuffled)) == shuffled


@pytest.fixture
def complex_sigmoid(monkeypatch):
    """The reference's has an absolute value in it, which has no complex derivative."""
    monkeypatch.setattr(activation, "_sigmoid", lambda x: 1 / (1 + np.exp(-x)))


def made_complex(module):
    """A module whose parameters, and so whose results, are complex."""
    for parameter in module.parameters():
        parameter.data = parameter.data.astype(complex)
    return module


def assert_own_gradients(module, x, dy, *more):
    """Compare what backward gives with the complex step through forward, for x and for every parameter."""
    module.forward(x.astype(complex) if x.dtype.kind == "f" else x, *more)
    dx = module.backward(dy)
    found = {name: (p, p.grad.real.copy()) for name, p in module.named_parameters()}
    for name, (parameter, gradient) in found.items():
        stepped = by_complex_step(lambda: module.forward(x.astype(dx_dtype(x)), *more), parameter.data, dy)
        np.testing.assert_allclose(gradient, stepped, atol=TINY, err_msg=name)
    if dx is not None:
        z = x.astype(complex)
        np.testing.assert_allclose(dx.real, by_complex_step(lambda: module.forward(z, *more), z, dy), atol=TINY)


def dx_dtype(x):
    return complex if x.dtype.kind == "f" else x.dtype


def by_complex_step(forward, array, dy):
    """The derivative of the sum of dy * y with respect to each entry of an array, which is moved in place."""
    gradient = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        array[index] += STEP * 1j
        gradient[index] = (forward().imag * dy).sum() / STEP
        array[index] -= STEP * 1j
    return gradient


@pytest.mark.usefixtures("complex_sigmoid")
@pytest.mark.parametrize("interleaved", [False, True])
def test_gradients_of_layers_are_those_of_the_complex_step(interleaved):
    rng = np.random.default_rng(14)
    rope, positions = RotaryEmbedding(4, 50.0, interleaved), np.array([4, 0, 9])
    x, dy = rng.normal(size=(2, 2, 3, 8))
    for module, *more in (
        (nn.modern.SwiGLU(8, 3, rng=rng),),
        (RotaryEmbedding(8, 7.0, interleaved), positions),
        (nn.modern.GroupedQueryAttention(8, 2, 1, rope, rng=rng), positions),
        (nn.modern.DecoderBlock(8, 2, 1, 5, rope, rng=rng), positions),
    ):
        assert_own_gradients(made_complex(module), x, dy, *more)


@pytest.mark.usefixtures("complex_sigmoid")
def test_gradients_of_a_language_model_are_those_of_the_complex_step():
    rng = np.random.default_rng(14)
    model = LanguageModel(5, 6, 4, 2, 2, 1, 3, rng=rng)

    assert_own_gradients(made_complex(model), rng.integers(5, size=(2, 4)), rng.normal(size=(2, 4, 5)))


def test_parts_with_a_cache_are_the_whole():
    rng = np.random.default_rng(14)
    attention = nn.modern.GroupedQueryAttention(8, 4, 2, RotaryEmbedding(2), rng=rng)
    x, cache = rng.normal(size=(2, 9, 8)), KVCache()

    parts = [attention(part, cache=cache) for part in np.split(x, [1, 4, 5], axis=1)]

    np.testing.assert_allclose(np.concatenate(parts, axis=1), attention(x), atol=TINY)


def test_a_text_is_the_same_with_a_cache_and_without_also_beyond_the_context():
    model = LanguageModel(9, 7, 8, 2, 4, 2, 6, rng=np.random.default_rng(14))

    one, other = (
        generate(model, np.array([3, 1]), 15, top_k=5, rng=np.random.default_rng(1), use_cache=use_cache)
        for use_cache in (True, False)
    )

    assert one.tolist() == other.tolist()


def test_the_learning_rate_is_that_of_schedulers_of_assignment_04():
    optimizer = optim.SGD([nn.Parameter(0.0)], lr=2.0)
    up = optim.lr_scheduler.LinearLR(optimizer, start_factor=1 / 4, total_iters=3)
    down = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=8, eta_min=0.5)
    both = optim.lr_scheduler.SequentialLR(optimizer, [up, down], milestones=[4])

    for step in range(12):
        found = warmup_cosine(step, warmup=4, total=12, maximum=2.0, minimum=0.5)
        assert found == pytest.approx(both.get_last_lr()[0], rel=1e-12)
        both.step()


def test_the_melodies_are_what_their_script_writes_and_none_is_in_both_files():
    texts, followers = module_of(FOLDER / "melodies.py").texts(), {}
    for name, text in texts.items():
        assert (FOLDER / "data" / name).read_text(encoding="utf-8") == text
        words = [line.split() for line in text.splitlines()]
        followers[name] = {tuple(line[i : i + 3]) for line in words for i in range(len(line) - 2)}

    assert not followers["melodies.txt"] & followers["held_out.txt"]


def test_the_package_offers_what_the_handout_names():
    handout = (FOLDER / "README.md").read_text(encoding="utf-8")

    for name in (*reference.nn.modern.__all__, *reference.text.__all__):
        assert f"`{name}" in handout or f"{name}**" in handout, name
