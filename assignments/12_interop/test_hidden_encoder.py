"""Hidden checks of assignment 12: the sentence encoder."""

import numpy as np

from grader.checks import EXACT, compare, fine, raises, weight

from . import states

SIZES = (7, 6, 4, 2, 5)  # the vocabulary, positions, the embedding, layers, the feed-forward part
HEADS = 2


def made(framework, state, heads=HEADS):
    return framework.interop.encoder_from_torch(state, heads)


def texts(rng, sizes=SIZES, count=4):
    """ids, and a mask of texts of different lengths, one of them full."""
    ids = rng.integers(sizes[0], size=(count, sizes[1]))
    lengths = np.maximum(sizes[1] - np.arange(count) * 2, 1)
    return ids, (np.arange(sizes[1]) < lengths[:, None]).astype(np.int64)


class TestSentenceEncoder:
    @weight(1)
    def test_values(self, student, reference, rng):
        """The embeddings of texts without padding are BERT's, for any sizes, in whatever order the names come."""
        for sizes, heads in ((SIZES, 2), ((5, 4, 6, 1, 8), 3), ((4, 3, 2, 11, 3), 1)):
            state = states.shuffled(rng, states.bert(rng, sizes))
            ids, _ = texts(rng, sizes)
            found, expected = made(student, state, heads).forward(ids), made(reference, state, heads).forward(ids)
            compare(found, expected, f"the embeddings of sizes {sizes}")

    @weight(1)
    def test_padding(self, student, reference, rng):
        """Padding is not attended to, has no part in the mean, and may have any id; it may also be at the beginning."""
        state, (ids, mask) = states.bert(rng, SIZES), texts(rng)
        model, expected = made(student, state), made(reference, state)
        for m in (mask, mask[:, ::-1].copy(), mask != 0):
            compare(model.forward(ids, m), expected.forward(ids, m), "the embeddings with a mask")
        others = np.where(mask == 1, ids, (ids + 1) % SIZES[0])
        compare(model.forward(others, mask), expected.forward(ids, mask), "the embeddings with other ids of padding")

    @weight(1)
    def test_small_numbers(self, student, reference, rng):
        """eps is 1e-12 in each LayerNorm, which shows where numbers are small."""
        state = states.bert(rng, SIZES)
        small = {
            key: array * 1e-3 if "embeddings" in key or "norm" not in key.lower() else array
            for key, array in state.items()
        }
        model, expected = made(student, small), made(reference, small)
        ids, mask = texts(rng)
        compare(model.forward(ids, mask), expected.forward(ids, mask), "the embeddings of small numbers")

    @weight(0.5)
    def test_length(self, student, reference, rng):
        """Each embedding has length 1, however long its text; one of padding alone is zeros, without a warning."""
        state, (ids, mask) = states.bert(rng, SIZES), texts(rng)
        mask[1] = 0
        y = made(student, state).forward(ids, mask)
        compare(y, made(reference, state).forward(ids, mask), "the embeddings")
        compare(y[1], np.zeros(SIZES[2]), "the embedding of padding alone")
        compare(np.linalg.norm(y[[0, 2, 3]], axis=1), np.ones(3), "the lengths of the others")
        last = f"encoder.layer.{SIZES[3] - 1}.output.LayerNorm"
        small = {key: array * 1e-20 if key.startswith(last) else array for key, array in state.items()}
        expected = made(reference, small).forward(ids, mask)
        compare(made(student, small).forward(ids, mask), expected, "the embeddings where all numbers are 1e-20")

    @weight(0.5)
    def test_gelu(self, student, reference, rng):
        """The GELU is the exact one, also where it is far from its approximation."""
        state = states.bert(rng, SIZES)
        state = {key: array * 3 if "intermediate" in key else array for key, array in state.items()}
        ids, _ = texts(rng)
        found, expected = made(student, state).forward(ids), made(reference, state).forward(ids)
        compare(found, expected, "the embeddings where intermediate numbers are large")

    @weight(0.5)
    def test_modes(self, student, reference, rng):
        """Nothing is dropped, also in training mode, and a second forward gives the same."""
        state, (ids, mask) = states.bert(rng, SIZES), texts(rng)
        model, expected = made(student, state), made(reference, state).forward(ids, mask)
        for mode in ("train", "eval"):
            getattr(model, mode)()
            compare(model.forward(ids, mask), expected, f"the embeddings after {mode}()")

    @weight(0.5)
    def test_made_by_hand(self, student, reference, rng):
        """SentenceEncoder(...) itself has the parameters of the docstring, and computes the same."""
        vocab_size, positions, embed_dim, layers, hidden = SIZES
        sizes = (vocab_size, positions, embed_dim, layers, HEADS, hidden)
        model = student.interop.SentenceEncoder(*sizes)
        expected = made(reference, states.bert(rng, SIZES))
        state = expected.state_dict()
        compare(sorted(model.state_dict()), sorted(state), "the names of a SentenceEncoder")
        model.load_state_dict(state)
        ids, mask = texts(rng)
        compare(model.forward(ids, mask), expected.forward(ids, mask), "the embeddings")

    @fine
    @weight(0.5)
    def test_rng(self, student, reference):
        """All initial values are drawn from rng, in the order in which the parts are registered."""
        vocab_size, positions, embed_dim, layers, hidden = SIZES
        sizes = (vocab_size, positions, embed_dim, layers, HEADS, hidden)
        found, expected = (
            framework.interop.SentenceEncoder(*sizes, rng=framework.generator(7)).state_dict()
            for framework in (student, reference)
        )
        for key, array in expected.items():
            compare(found[key], array, f"{key} of SentenceEncoder{sizes} with a generator")

    @weight(0.5)
    def test_float32(self, student, reference, rng):
        """An encoder from float32 arrays gives float32."""
        state = states.bert(rng, SIZES, np.float32)
        ids, mask = texts(rng)
        found, expected = made(student, state).forward(ids, mask), made(reference, state).forward(ids, mask)
        compare(found, expected, "the embeddings of float32 arrays")

    @fine
    @weight(0.5)
    def test_refuses(self, student, rng):
        """ids that are not (N, L), too long, or no tokens, and a mask of another shape, are refused; so are sizes."""
        model = made(student, states.bert(rng, SIZES))
        compare(model.forward(np.zeros((2, 6), int)).shape, (2, 4), "the shape of y")
        for ids in (np.zeros(3, int), np.zeros((2, 7), int), np.zeros((1, 2, 3), int)):
            with raises(ValueError, doing=f"forward of ids of shape {ids.shape}", naming=(ids.shape,)):
                model.forward(ids)
        for mask in (np.ones((2, 4), int), np.ones(5, int)):
            with raises(ValueError, doing=f"forward with a mask of shape {mask.shape}", naming=(mask.shape, (2, 5))):
                model.forward(np.zeros((2, 5), int), mask)
        for token in (7, -1):
            with raises(IndexError, doing=f"forward of the id {token} of 7"):
                model.forward(np.full((1, 2), token))
        for sizes in (
            (7, 6, 4, 2, 3, 5),
            (7, 6, 4, 0, 2, 5),
            (0, 6, 4, 2, 2, 5),
            (7, 0, 4, 2, 2, 5),
            (7, 6, 4, 2, 2, 0),
        ):
            with raises(ValueError, doing=f"SentenceEncoder{sizes}"):
                student.interop.SentenceEncoder(*sizes)


class TestEncoderFromTorch:
    @weight(1)
    def test_names(self, student, reference, rng):
        """Every array comes to its place, queries above keys above values, and the numbers are the very same."""
        for sizes in (SIZES, (3, 2, 2, 12, 3)):
            state = states.shuffled(rng, states.bert(rng, sizes))
            state = {key: array.astype("f4") if "bias" in key else array for key, array in state.items()}
            found, expected = made(student, state).state_dict(), made(reference, state).state_dict()
            compare(sorted(found), sorted(expected), "the names of the encoder")
            for key, array in expected.items():
                compare(found[key], array, key, EXACT)

    @weight(0.5)
    def test_other_names(self, student, reference, rng):
        """Names may begin with "bert."; the pooler and the ids of positions are left out."""
        state = states.bert(rng, SIZES)
        more = {"pooler.dense.weight": np.ones((4, 4)), "pooler.dense.bias": np.ones(4)}
        more["embeddings.position_ids"] = np.arange(6)[None]
        ids, _ = texts(rng)
        expected = made(reference, state).forward(ids)
        for start in ("", "bert."):
            found = made(student, {start + key: array for key, array in (state | more).items()})
            compare(found.forward(ids), expected, f"the embeddings if names begin with {start!r}")

    @weight(0.5)
    def test_missing(self, student, rng):
        """A name that is missing, whichever it is, or one that has no place, is a KeyError."""
        state = states.bert(rng, (7, 6, 4, 1, 5))
        made(student, state).state_dict()
        for name in state:
            with raises(KeyError, doing=f"encoder_from_torch without {name!r}"):
                made(student, {key: array for key, array in state.items() if key != name})
        for name in ("extra.weight", "encoder.layer.0.attention.self.distance.weight", "cls.predictions.bias"):
            with raises(KeyError, doing=f"encoder_from_torch with {name!r}"):
                made(student, state | {name: np.zeros(4)})

    @fine
    @weight(0.5)
    def test_memory(self, student, rng):
        """The state is not changed, the encoder shares no memory with it, and float32 stays float32."""
        facts = student.inside.encoder_facts(states.bert(rng, SIZES, np.float32), HEADS)
        compare(facts, [True, True, True], "`the state stays, memory of its own, float32`")

    @fine
    @weight(0.5)
    def test_refuses(self, student, rng):
        """Shapes that do not fit together, and heads that do not divide the embedding, are a ValueError."""
        state = states.bert(rng, SIZES)
        made(student, state).state_dict()
        for name in (name for name in state if name.endswith("bias")):
            with raises(ValueError, doing=f"encoder_from_torch with {name!r} of another shape"):
                made(student, state | {name: np.zeros(len(state[name]) + 1)})
        for kind, shapes in (("weight", ((5, 4), (3, 4))), ("bias", ((5,), (3,)))):
            names = [f"encoder.layer.1.attention.self.{part}.{kind}" for part in ("query", "key")]
            wrong = {name: np.zeros(shape) for name, shape in zip(names, shapes, strict=True)}
            with raises(ValueError, doing=f"encoder_from_torch with a query and a key of shapes {shapes}"):
                made(student, state | wrong)
        for heads in (3, 0):
            with raises(ValueError, doing=f"encoder_from_torch of an embedding of 4 with {heads} heads"):
                made(student, state, heads)
