"""Public checks of assignment 14: run them on your own machine with `pytest`.

The numbers are those of the handout's worked example. The hidden checks ask the same of other texts, sizes, options and
upstream gradients.
"""

import math

import numpy as np

from grader.checks import Tolerance, compare, fine, raises, weight

# The worked example leaves out the eps of RMSNorm, 1e-6 beside a mean square of 0.5 or more.
WITHOUT_EPS = Tolerance(1e-5, 0.0)
TEXT = "the tea at the sea: tea!"


class TestBPETraining:
    @weight(1)
    def test_worked_example(self, student):
        """Training finds the five merges of the handout, in their order."""
        tokenizer = student.text.BPETokenizer.train(TEXT, 262, ["<end>"])
        merges = [(b"e", b"a"), (b" ", b"t"), (b"h", b"e"), (b" t", b"ea"), (b"t", b"he")]
        compare(tokenizer.merges, merges, f"BPETokenizer.train({TEXT!r}, 262, ['<end>']).merges")
        compare(tokenizer.vocab[256], b"ea", "vocab[256]")
        compare(tokenizer.vocab[261], b"<end>", "vocab[261]")
        compare(len(tokenizer.vocab), 262, "len(vocab)")


class TestBPETokenizer:
    @weight(1)
    def test_worked_example(self, student):
        """Merges are applied in their order within each piece, and a special token is one token."""
        tokenizer = student.text.BPETokenizer([(b"e", b"a"), (b"t", b"h"), (b"th", b"e"), (b"a", b"t")], ["<end>"])
        compare(tokenizer.encode("eat the<end>a"), np.array([256, 116, 32, 258, 260, 97]), "encode('eat the<end>a')")
        compare(tokenizer.decode([256, 116, 260]), "eat<end>", "decode([256, 116, 260])")

    @weight(0.5)
    def test_any_text(self, student):
        """Every text comes back from its tokens, and bytes that are no text become U+FFFD."""
        tokenizer = student.text.BPETokenizer([(b"\xc3", b"\xa9")])
        for text in ("", "café\r\n\t", "日本 🙂", "a_b  c\x00"):
            compare(tokenizer.decode(tokenizer.encode(text)), text, f"decode(encode({text!r}))")
        compare(tokenizer.decode([0xC3, 104]), "�h", "decode([0xC3, 104])")


class TestWindows:
    @weight(0.5)
    def test_worked_example(self, student):
        """A target is the token after, for windows that begin where rng.integers(T - L, size=N) says."""
        x, target = student.text.random_windows(np.arange(10) ** 2, 3, 4, student.generator(14))
        starts = np.random.default_rng(14).integers(6, size=3)
        compare(x, (starts[:, None] + np.arange(4)) ** 2, "x of random_windows")
        compare(target, (starts[:, None] + np.arange(1, 5)) ** 2, "target of random_windows")


class TestWarmupCosine:
    @weight(0.5)
    def test_worked_example(self, student):
        """Two steps up to 0.4, then half a wave down to 0.1 in four."""
        options = {"warmup": 2, "total": 6, "maximum": 0.4, "minimum": 0.1}
        middle = 0.15 / math.sqrt(2)
        for step, rate in enumerate([0.2, 0.4, 0.4, 0.25 + middle, 0.25, 0.25 - middle, 0.1, 0.1]):
            compare(student.text.warmup_cosine(step, **options), rate, f"warmup_cosine({step}, ...)")


class TestPretrain:
    @weight(0.5)
    def test_learns_a_cycle(self, student):
        """A model that sees one token learns which one comes next in a text that goes round and round."""
        model = student.nn.Embedding(4, 4, rng=student.generator(14))
        plan = {"steps": 60, "batch_size": 4, "length": 6, "lr": 0.3, "weight_decay": 0.0}
        losses = student.text.pretrain(model, np.arange(80) % 4, rng=student.generator(15), **plan)
        compare(len(losses), 60, "the number of losses")
        compare(losses[-1] < 0.1, True, f"`the last loss is below 0.1` ({losses[-1]:.3f})")
        compare(model.forward(np.arange(4)).argmax(axis=1), np.array([1, 2, 3, 0]), "what comes after 0, 1, 2 and 3")


class TestRotaryEmbedding:
    @weight(1)
    def test_worked_example(self, student):
        """Pairs are turned by their angles, in both layouts, and gradients are turned back."""
        x, positions = np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([2])
        c, s, d, t = math.cos(2), math.sin(2), math.cos(0.2), math.sin(0.2)
        halves = np.array([[c - 3 * s, 2 * d - 4 * t, s + 3 * c, 2 * t + 4 * d]])
        neighbours = np.array([[c - 2 * s, s + 2 * c, 3 * d - 4 * t, 3 * t + 4 * d]])
        for interleaved, y in ((False, halves), (True, neighbours)):
            rope = student.nn.modern.RotaryEmbedding(4, base=100.0, interleaved=interleaved)
            called = f"RotaryEmbedding(4, base=100, interleaved={interleaved})"
            compare(rope.forward(x, positions), y, f"{called}.forward(x, [2])")
            compare(rope.backward(y), x, f"{called}.backward(y)")


class TestSwiGLU:
    @weight(1)
    def test_worked_example(self, student):
        """SwiGLU(1, 1) computes the numbers of the handout, forward and backward."""
        module = student.nn.modern.SwiGLU(1, 1)
        for linear, value in ((module.gate, math.log(3)), (module.up, 2.0), (module.down, 4.0)):
            linear.weight.data = np.array([[value]])
        log = math.log(3)
        compare(module.forward(np.array([[1.0]])), np.array([[6 * log]]), "SwiGLU(1, 1).forward([[1]])")
        slope = 0.75 * (1 + log / 4)  # of silu at log 3
        compare(module.backward(np.array([[1.0]])), np.array([[8 * slope * log + 6 * log]]), "backward([[1]])")
        compare(module.gate.weight.grad, np.array([[8 * slope]]), "gate.weight.grad")
        compare(module.up.weight.grad, np.array([[3 * log]]), "up.weight.grad")
        compare(module.down.weight.grad, np.array([[1.5 * log]]), "down.weight.grad")


class TestGroupedQueryAttention:
    def example(self, student, **options):
        """Two heads of one number that share keys and values; every position asks for the same."""
        attention = student.nn.modern.GroupedQueryAttention(2, 2, 1, **options)
        attention.q_proj.weight.data = np.zeros((2, 2))
        attention.k_proj.weight.data = np.array([[1.0, 1.0]])
        attention.v_proj.weight.data = np.array([[1.0, 0.0]])
        attention.out_proj.weight.data = np.array([[1.0, 0.0], [0.0, 2.0]])
        return attention

    @weight(1)
    def test_worked_example(self, student):
        """Where all scores are equal, each position has the mean of the values so far."""
        attention = self.example(student)
        x, dy = np.array([[[2.0, 0.0], [4.0, 0.0], [9.0, 1.0]]]), np.array([[[1.0, 0.0], [0.0, 1.0], [3.0, 0.0]]])
        compare(attention.forward(x), np.array([[[2.0, 4.0], [3.0, 6.0], [5.0, 10.0]]]), "forward(x)")
        compare(attention.backward(dy), np.array([[[3.0, 0.0], [2.0, 0.0], [1.0, 0.0]]]), "backward(dy)")
        compare(attention.v_proj.weight.grad, np.array([[23.0, 1.0]]), "v_proj.weight.grad")
        compare(attention.out_proj.weight.grad, np.array([[17.0, 17.0], [3.0, 3.0]]), "out_proj.weight.grad")
        compare(attention.k_proj.weight.grad, np.zeros((1, 2)), "k_proj.weight.grad")

    @weight(0.5)
    def test_cache(self, student):
        """With a cache, the parts of a sequence give what the whole gives."""
        attention, cache = self.example(student), student.nn.transformer.KVCache()
        for x, y in (([[2.0, 0.0], [4.0, 0.0]], [[2.0, 4.0], [3.0, 6.0]]), ([[9.0, 1.0]], [[5.0, 10.0]])):
            compare(attention.forward(np.array([x]), cache=cache), np.array([y]), f"forward({x}, cache=cache)")

    @fine
    @weight(0.25)
    def test_refuses(self, student):
        """Heads that do not divide each other, and x of another shape, are ValueErrors."""
        for sizes in ((8, 3, 1), (8, 4, 3)):
            with raises(ValueError, doing=f"GroupedQueryAttention{sizes}"):
                student.nn.modern.GroupedQueryAttention(*sizes)
        with raises(ValueError, doing="forward of x of shape (1, 3, 4)", naming=((1, 3, 4), 2)):
            self.example(student).forward(np.ones((1, 3, 4)))


class TestDecoderBlock:
    @weight(0.5)
    def test_paths(self, student):
        """Where both parts give 0, a DecoderBlock gives x, and dx is dy."""
        block = student.nn.modern.DecoderBlock(4, 2, 1, 3)
        block.attention.out_proj.weight.data = np.zeros((4, 4))
        block.feed_forward.down.weight.data = np.zeros((4, 3))
        x, dy = np.arange(8.0).reshape(1, 2, 4), np.arange(8.0).reshape(1, 2, 4) - 3
        compare(block.forward(x), x, "DecoderBlock(4, 2, 1, 3).forward(x)")
        compare(block.backward(dy), dy, "DecoderBlock(4, 2, 1, 3).backward(dy)")
        compare(block.feed_forward_norm.weight.grad, np.zeros(4), "feed_forward_norm.weight.grad")


class TestLanguageModel:
    def example(self, student):
        """Both parts of its block give 0, so the logits are those of the token alone."""
        model = student.nn.modern.LanguageModel(3, 4, 2, 1, 1, 1, 2)
        model.blocks[0].attention.out_proj.weight.data = np.zeros((2, 2))
        model.blocks[0].feed_forward.down.weight.data = np.zeros((2, 2))
        model.embedding.weight.data = np.array([[3.0, 4.0], [0.0, 1.0], [-1.0, 1.0]])
        return model

    @weight(1)
    def test_worked_example(self, student):
        """The logits are products of the normalised row of a token with all rows, and each row's gradient has two
        parts.
        """
        model = self.example(student)
        root = math.sqrt(2)
        logits = model.forward(np.array([[0, 1]]))
        compare(logits, np.array([[[5, 0.8, 0.2], [4, 1, 1]]]) * root, "forward([[0, 1]])", WITHOUT_EPS)
        model.backward(np.array([[[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]]))
        gradient = np.array([[-0.224, 0.168], [0.0, 0.0], [0.6, 0.8]]) * root
        compare(model.embedding.weight.grad, gradient, "embedding.weight.grad", WITHOUT_EPS)


class TestGenerate:
    @weight(1)
    def test_worked_example(self, student):
        """Greedily, and with probabilities, as in the handout."""
        scores = np.log([[0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4]])
        model = student.inside.Table(scores, 10)
        found = student.nn.modern.generate(model, np.array([1]), 3, temperature=0)
        compare(found, np.array([1, 3, 3, 0]), "generate(model, [1], 3, temperature=0)")
        for options, token in (({}, 1), ({"top_k": 2}, 2), ({"top_p": 0.3}, 3), ({"temperature": 0.5}, 2)):
            found = student.nn.modern.generate(model, np.array([1]), 1, rng=student.generator(2), **options)
            drawn = np.random.default_rng(2).random()  # 0.26
            compare(found, np.array([1, token]), f"generate(model, [1], 1, {options}) where {drawn:.2f} is drawn")
