"""Hidden checks of assignment 14: the tokenizer."""

import numpy as np

from grader.calls import Call
from grader.checks import compare, fine, raises, seconds, weight

# Whoever counts all pairs of all different words anew for each merge takes 8.4 times as long as the reference; a heap
# takes 2.2 times, and looking through all words for the pair, but counting only what has changed, 2.6 to 3.7 times.
AT_MOST = 5.0
WORDS, LETTERS, LEARNED = 400, 12, 120
SPECIAL = ("<|end|>", "<|end|><|end|>", "[a.b]", "\n\n")
OVERLAPPING = ("bcd", "ab")  # in abcd the one that begins first counts, though the other is longer


def drawn_text(rng, alphabet, length):
    """A text of letters that are drawn one by one: with few of them, pairs tie and repeat."""
    return "".join(rng.choice(list(alphabet), size=length))


def drawn_words(rng, alphabet, words, count):
    """A text of few words, which are drawn first."""
    known = [drawn_text(rng, alphabet, int(rng.integers(2, 7))) for _ in range(words)]
    return " ".join(known[i] for i in rng.integers(words, size=count))


def trained(student, text, vocab_size, special_tokens=()):
    called = f"BPETokenizer.train({text if len(text) < 30 else '...'!r}, {vocab_size})"
    tokenizer = student.text.BPETokenizer.train(text, vocab_size, special_tokens)
    return tokenizer, called


def compare_training(student, reference, text, vocab_size, special_tokens=()):
    """Compare merges and vocabulary."""
    expected = reference.text.BPETokenizer.train(text, vocab_size, special_tokens)
    tokenizer, called = trained(student, text, vocab_size, special_tokens)
    compare(tokenizer.merges, expected.merges, f"{called}.merges")
    compare(dict(tokenizer.vocab), expected.vocab, f"{called}.vocab")


class TestBPETraining:
    @weight(1.5)
    def test_words(self, student, reference, rng):
        """The pair that occurs most often is merged, then the next one; each word counts as often as it occurs."""
        for alphabet in ("abcde", "abcdefghijklmnop"):
            compare_training(student, reference, drawn_words(rng, alphabet, 30, 300), 256 + 40)

    @weight(1)
    def test_ties(self, student, reference, rng):
        """Of pairs that occur equally often, the greatest pair of bytes is merged: neither the first one in the text,
        nor the one that would make the greatest token.
        """
        order = [int(i) for i in rng.permutation(26)]
        compare_training(student, reference, " ".join(chr(97 + i) * 2 for i in order), 256 + 30)
        compare_training(student, reference, "b ab" + " ab b"[:: int(rng.choice([1, -1]))] + " abé bz é", 256 + 8)
        for _ in range(6):
            compare_training(student, reference, drawn_text(rng, "abcé", 25), 256 + 12)

    @weight(1)
    def test_repeats(self, student, reference, rng):
        """In aaa the pair (a, a) occurs twice and is merged once, at the left; the next merge counts what is left."""
        for alphabet in ("a", "aab", "ab "):
            for length in (2, 3, 4, 7, 16, 40):
                compare_training(student, reference, drawn_text(rng, alphabet, length), 256 + 10)

    @weight(0.5)
    def test_pieces(self, student, reference, rng):
        """No pair reaches beyond a piece, and the pieces are those of PATTERN, in every script."""
        signs = [
            "don't",
            "we'll",
            " 1999",
            "a_b",
            "...",
            " ?!",
            "  ",
            "\n",
            "\t ",
            "\r\n",
            "naïve",
            "Straße",
            "²",
            "٣",
            "日本",
        ]
        for _ in range(4):
            text = "".join(signs[i] + drawn_text(rng, "ab '", 2) for i in rng.integers(len(signs), size=60))
            compare_training(student, reference, text, 256 + 60)

    @weight(0.5)
    def test_bytes(self, student, reference, rng):
        """Merges are of bytes: they begin with parts of characters."""
        for alphabet in ("äöüß", "日本語", "🙂🙃😀"):
            compare_training(student, reference, drawn_text(rng, alphabet, 60), 256 + 15)

    @weight(1)
    def test_special_tokens(self, student, reference, rng):
        """Special tokens are not counted, divide what is around them, and are the last in vocab, in their order."""
        for _ in range(3):
            parts = [drawn_text(rng, "abend<|>", 4) + SPECIAL[i] for i in rng.integers(len(SPECIAL), size=40)]
            for special_tokens in (SPECIAL, SPECIAL[::-1], SPECIAL[2:3]):
                compare_training(student, reference, "".join(parts), 256 + 20, special_tokens)
        compare_training(student, reference, "xxabcdxx abcdyy", 256 + 20, OVERLAPPING)

    @weight(0.5)
    def test_sizes(self, student, reference, rng):
        """vocab has vocab_size tokens, with the special ones; if no pair is left, it has fewer. A pair that occurs once
        is merged, too.
        """
        text = drawn_words(rng, "abcde", 4, 6)
        for vocab_size, special_tokens in ((256, ()), (257, ()), (258, ("<|end|>", "ab")), (400, ("<|end|>",))):
            compare_training(student, reference, text, vocab_size, special_tokens)
        compare_training(student, reference, "", 300)
        compare_training(student, reference, "abcdefg", 300)

    @fine
    @weight(0.25)
    def test_refuses(self, student):
        """A vocab_size without room for 256 bytes and the special tokens is a ValueError."""
        for vocab_size, special_tokens in ((255, ()), (257, ("a", "b"))):
            with raises(ValueError, doing=f"BPETokenizer.train('ab', {vocab_size}, {special_tokens})"):
                student.text.BPETokenizer.train("ab", vocab_size, special_tokens)
        compare(student.text.BPETokenizer.train("ab", 258, ("a", "b")).merges, [], "merges without room for any")

    @seconds(30)
    @weight(1.5)
    def test_cost(self, measure):
        """A merge costs as much as what it changes: training takes at most five times as long as it needs to."""

        def work(framework):
            def draw(rng):
                letters, order = rng.integers(26, size=(WORDS, LETTERS)), rng.permutation(WORDS)
                return Call("call", framework.inside, "learned", (letters, order, 256 + LEARNED))

            return draw

        measure(work).require(at_most=AT_MOST, what="BPETokenizer.train")


def made(twin, merges, special_tokens=()):
    tokenizer = twin("text.BPETokenizer", merges, special_tokens)
    tokenizer.name = f"BPETokenizer({merges if len(merges) < 5 else '...'}, {special_tokens})"
    return tokenizer


def learned(twin, reference, text, vocab_size, special_tokens=()):
    """A tokenizer with the merges that the reference learns, so that training is not the question."""
    return made(twin, reference.text.BPETokenizer.train(text, vocab_size).merges, special_tokens)


class TestBPETokenizer:
    @weight(1)
    def test_order(self, twin, reference, rng):
        """The merges are applied in their order: the earliest merge that fits comes first, not the longest token."""
        merges = [(b"b", b"c"), (b"a", b"b"), (b"ab", b"c"), (b"a", b"bc"), (b"c", b"a")][:3]
        made(twin, merges).encode("abc abcabc ab bc").compare()
        for alphabet in ("abc", "abcdefgh"):
            tokenizer = learned(twin, reference, drawn_words(rng, alphabet, 30, 300), 256 + 60)
            for _ in range(3):
                tokenizer.encode(drawn_words(rng, alphabet, 20, 60)).compare()

    @weight(0.5)
    def test_repeats(self, twin):
        """Of pairs that overlap, the left one is merged: aaa becomes aa, a."""
        tokenizer = made(twin, [(b"a", b"a"), (b"aa", b"a"), (b"aa", b"aa")])
        for length in range(1, 12):
            tokenizer.encode("a" * length + " b").compare()

    @weight(0.5)
    def test_pieces(self, twin, rng):
        """No merge reaches beyond a piece, even where its bytes stand side by side."""
        merges = [
            (b"a", b"b"),
            (b" ", b"a"),
            (b"a", b" "),
            (b"'", b"s"),
            (b"a", b"1"),
            (b"1", b"9"),
            (b".", b"."),
            (b"a", b"."),
        ]
        merges += [(b" ", b" "), (b"\n", b"\n"), (b"_", b"a"), (b"  ", b" "), (b"s", b"a")]
        tokenizer = made(twin, merges)
        for _ in range(5):
            tokenizer.encode(drawn_text(rng, "ab1 '._s9\n", 80)).compare()
        tokenizer.encode("a's a1 19a 1 a.. ..a   b  \n\n a_a _a's a").compare()

    @weight(1)
    def test_special_tokens(self, twin, rng):
        """A special token is one token, wherever it stands; of two that begin at one place, the longer one counts."""
        merges = [(b"<", b"|"), (b"e", b"n"), (b"en", b"d"), (b"|", b">"), (b"a", b"."), (b"\n", b"\n"), (b"a", b"e")]
        for special_tokens in (SPECIAL, SPECIAL[::-1], ("a", "aa", "end")):
            tokenizer = made(twin, merges, special_tokens)
            for _ in range(3):
                parts = [
                    drawn_text(rng, "ae<|\n ", 2) + special_tokens[i % len(special_tokens)]
                    for i in rng.integers(9, size=12)
                ]
                tokenizer.encode("".join(parts)).compare()
                tokenizer.encode("".join(parts[:2])[:-1]).compare()
        made(twin, merges, OVERLAPPING).encode("abcd abab bcdab aabcd").compare()
        made(twin, merges).encode("<|end|>end").compare()

    @weight(0.5)
    def test_round_trip(self, twin, reference, rng):
        """decode gives back every text that was encoded, with control characters, white space and any script."""
        tokenizer = learned(twin, reference, drawn_words(rng, "abé日🙂", 20, 100), 256 + 50, ("<|end|>",))
        for _ in range(4):
            codes = rng.choice(
                [rng.integers(0x80, size=60), rng.integers(0xD800, size=60), rng.integers(0x10000, 0x110000, 60)]
            )
            text = "".join(map(chr, codes.tolist())) + "<|end|>" + drawn_words(rng, "abé日🙂", 20, 10) + " \r\n\t  "
            ids = tokenizer.encode(text).compare()
            compare(tokenizer.actual.decode(ids.expected), text, "decode(encode(text))")

    @weight(0.5)
    def test_any_ids(self, twin, reference, rng):
        """decode takes any ids: their bytes are put together first, and what is no UTF-8 then becomes U+FFFD."""
        tokenizer = learned(twin, reference, drawn_text(rng, "aé日🙂", 200), 256 + 20, ("日",))
        for _ in range(3):
            tokenizer.decode(rng.integers(277, size=40)).compare()
            tokenizer.decode(rng.integers(128, 256, size=40)).compare()
        tokenizer.decode(np.frombuffer("日本🙂é".encode(), dtype=np.uint8).astype(np.int64)).compare()
        tokenizer.decode([104, 105, 276]).compare()

    @fine
    @weight(0.5)
    def test_kinds(self, student):
        """encode gives an int64 array of one dimension, also of no text; vocab is a dict and merges a list of pairs."""
        tokenizer = student.text.BPETokenizer([(b"a", b"b")], ["<|end|>"])
        compare(tokenizer.encode("xab<|end|>"), np.array([120, 256, 257]), "encode('xab<|end|>')")
        compare(tokenizer.encode(""), np.zeros(0, np.int64), "encode('')")
        compare(tokenizer.decode([]), "", "decode([])")
        compare(tokenizer.merges, [(b"a", b"b")], "merges")
        vocab = {i: bytes([i]) for i in range(256)} | {256: b"ab", 257: b"<|end|>"}
        compare(dict(tokenizer.vocab), vocab, "vocab")

    @weight(0.5)
    def test_independent(self, student):
        """A tokenizer encodes by its own merges, whatever it or another one has encoded before."""
        one = student.text.BPETokenizer([(b"a", b"b")], ["<|end|>"])
        other = student.text.BPETokenizer([(b"b", b"c")])
        for _ in range(2):
            compare(one.encode("abc<|end|>"), np.array([256, 99, 257]), "encode('abc<|end|>') by one tokenizer")
            compare(other.encode("abc<"), np.array([97, 256, 60]), "encode('abc<') by another")
        compare(one.merges, [(b"a", b"b")], "merges after encode")

    @fine
    @weight(0.5)
    def test_refuses(self, student):
        """Merges that make no new token of two that are there, special tokens that are empty or occur twice, and
        unknown ids are refused.
        """
        for merges, special_tokens in (
            ([(b"a", b"bc")], ()),
            ([(b"ab", b"c"), (b"a", b"b")], ()),
            ([(b"a", b"b"), (b"a", b"b")], ()),
            ([], ("",)),
            ([], ("a", "b", "a")),
        ):
            with raises(ValueError, doing=f"BPETokenizer({merges}, {special_tokens})"):
                student.text.BPETokenizer(merges, special_tokens)
        tokenizer = student.text.BPETokenizer([(b"a", b"b")])
        compare(tokenizer.decode([256, 97]), "aba", "BPETokenizer([(b'a', b'b')]).decode([256, 97])")
        for unknown in (257, -1, 1000):
            with raises(LookupError, doing=f"decode([97, {unknown}])"):
                tokenizer.decode([97, unknown])
