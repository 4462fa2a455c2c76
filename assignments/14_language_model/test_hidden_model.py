"""Hidden checks of assignment 14: the whole model, and what it writes."""

import numpy as np

from grader.calls import Call
from grader.checks import Tolerance, check_gradients, compare, fine, raises, weight
from grader.checks.battery import Layer, ModuleLaws, refuse_usual_seeds
from grader.checks.battery.drawing import compare_roughly

VOCAB, CONTEXT = 11, 9
ARGUMENTS = (VOCAB, CONTEXT, 8, 2, 4, 2, 6)
# 30,000 numbers with a standard deviation of 0.1: seven standard errors of the mean, and of the deviation itself.
MEAN, DEVIATION = 0.004, 0.03


def tokens(rng, shape):
    return rng.integers(VOCAB, size=shape)


MODEL = Layer(
    "nn.modern.LanguageModel",
    arguments=ARGUMENTS,
    draw=tokens,
    inputs=("tokens",),
    differentiable=0,
    shapes=((2, 5), (1, 4), (3, 1), (4, 9), (5, 5), (0, 3)),
    sizes=((2, 5), (1, 5), (3, 5), (3, 9), (3, 2)),
    impossible=(
        *(((*ARGUMENTS[:i], 0, *ARGUMENTS[i + 1 :]), {}) for i in range(7)),
        ((11, 9, 8, 2, 3, 3, 6), {}),
        ((11, 9, 8, 2, 4, 3, 6), {}),
        ((11, 9, 6, 2, 2, 1, 6), {}),
    ),
)


class TestLanguageModel(ModuleLaws, member=MODEL, points=6):
    @weight(0.5)
    def test_sizes(self, twin, rng):
        """LanguageModel takes any sizes, with one layer and with several, forward and backward."""
        for sizes in ((5, 7, 4, 1, 2, 1, 3), (7, 4, 12, 3, 2, 2, 5), (3, 4, 6, 1, 1, 1, 6)):
            model = twin("nn.modern.LanguageModel", *sizes)
            x = rng.integers(sizes[0], size=(2, 4))
            compare_roughly(model.forward(x))
            check_gradients(model, x, differentiable=0, rng=rng)

    @weight(1)
    def test_tied(self, student, rng):
        """The embedding's weight has two uses: the logits change with it, and its gradient is the sum of both."""
        model = student.nn.modern.LanguageModel(5, 6, 4, 1, 2, 1, 3, rng=student.generator(int(rng.integers(1 << 30))))
        names = [name for name, parameter in model.named_parameters() if tuple(parameter.shape) == (5, 4)]
        compare(names, ["embedding.weight"], "the names of parameters of shape (5, 4)")
        values = rng.normal(size=(5, 4))
        model.embedding.weight.data = values
        before = model.forward(np.array([[0, 1, 0]]))
        changed = values.copy()
        changed[4] = 2 * values[4]  # a token that is not in the text, and so only a score
        model.embedding.weight.data = changed
        after = model.forward(np.array([[0, 1, 0]]))
        before[:, :, 4] *= 2
        compare(after, before, "the logits after row 4 of the embedding's weight was doubled")
        dy = np.zeros((1, 3, 5))
        dy[0, 2, 4] = 1.0
        model.backward(dy)
        gradient = model.embedding.weight.grad
        compare(bool(np.abs(gradient[:2]).min() > 0), True, "`rows that were looked up have a gradient`")
        compare(bool(np.abs(gradient[4]).max() > 0), True, "`a row that was only a score has a gradient`")
        compare(gradient[2:4], np.zeros((2, 4)), "the gradient of rows that no loss depends on")

    @weight(1)
    def test_cache(self, twin, rng):
        """With a cache, the logits of parts are those of the whole text: of parts of any lengths, in batches."""
        for sizes in (ARGUMENTS, (VOCAB, 8, 8, 3, 2, 1, 5)):
            model, x = twin("nn.modern.LanguageModel", *sizes), rng.integers(VOCAB, size=(2, 8))
            compare_roughly(model.forward(x))
            for lengths in ((1,) * 8, (5, 1, 2), (8,)):
                parts = twin("inside.in_parts", model, x, lengths)
                parts.name = f"the logits of parts of {lengths} tokens"
                parts.compare()
            compare_roughly(model.forward(x[:, :3]))  # without a cache, nothing is remembered

    @weight(0.5)
    def test_two_caches(self, twin, rng):
        """Two caches of one model have nothing to do with each other."""
        model = twin("nn.modern.LanguageModel", *ARGUMENTS)
        x, other = rng.integers(VOCAB, size=(2, 2, 6))
        twin("inside.both_in_turn", model, x, other).compare()

    @weight(0.5)
    def test_causal(self, student, rng):
        """The logits at a place do not depend on what comes after it, and do on everything before it."""
        model = student.nn.modern.LanguageModel(*ARGUMENTS, rng=student.generator(4))
        model.embedding.weight.data = rng.normal(size=(VOCAB, 8))
        x = rng.integers(VOCAB, size=(1, 7))
        y = model.forward(x)
        for place in (0, 3, 6):
            changed = x.copy()
            changed[0, place] = (x[0, place] + 1) % VOCAB
            moved = model.forward(changed)
            compare(moved[:, :place], y[:, :place], f"the logits before place {place} after its token was changed")
            differs = np.abs(moved - y).max(axis=(0, 2)) > 1e-9
            compare(
                differs[place:].tolist(), [True] * (7 - place), f"`logits from place {place} on change with its token`"
            )

    @weight(1)
    def test_at_first(self, student, reference):
        """It draws the embedding, then block after block; the embedding's weight is what was drawn by sqrt(E)."""
        model = student.nn.modern.LanguageModel(*ARGUMENTS, rng=student.generator(8))
        names = ", ".join(name for name, _ in model.named_parameters())
        expected = reference.nn.modern.LanguageModel(*ARGUMENTS, rng=np.random.default_rng(8))
        compare(names, ", ".join(name for name, _ in expected.named_parameters()), "the parameters")
        for name, parameter in expected.named_parameters():
            [value] = student.run([Call("get", model, f"{name}.data")])
            compare(value, parameter.data, f"{name}.data of LanguageModel{ARGUMENTS}")

    @weight(0.5)
    def test_without_a_generator(self, student):
        """Without rng, initial values are new each time, and NumPy's global state is left alone."""
        refuse_usual_seeds(
            student,
            lambda **rng: student.nn.modern.LanguageModel(*ARGUMENTS, **rng).embedding.weight.data,
            "LanguageModel",
        )
        state, weights = student.nn.parameter.np.random, []
        for _ in range(2):
            state.seed(7)
            before = state.get_state()
            model = student.nn.modern.LanguageModel(300, 4, 100, 1, 2, 1, 3)
            compare(state.get_state(), before, "the state of numpy.random after LanguageModel(...)")
            weights.append(np.array(model.embedding.weight.data))
        compare(bool(np.array_equal(*weights)), False, "`two new models have equal weights`")
        compare(float(weights[0].mean()), 0.0, "the mean of an embedding's weight", Tolerance(0.0, 0.0, absolute=MEAN))
        compare(float(weights[0].std()), 0.1, "the deviation of an embedding's weight", Tolerance(DEVIATION, 0.0))

    @fine
    @weight(0.5)
    def test_refuses_tokens(self, student):
        """Unknown tokens are an IndexError; a wrong number of dimensions, and more than context_length positions, with
        a cache or without, are ValueErrors.
        """
        model = student.nn.modern.LanguageModel(*ARGUMENTS)
        for token in (VOCAB, -1):
            with raises(IndexError, doing=f"forward of token {token} of {VOCAB}"):
                model.forward(np.array([[0, token]]))
        for shape in ((4,), (1, 2, 3)):
            with raises(ValueError, doing=f"forward of tokens of shape {shape}", naming=(shape,)):
                model.forward(np.zeros(shape, np.int64))
        with raises(ValueError, doing=f"forward of {CONTEXT + 1} positions of {CONTEXT}", naming=(CONTEXT,)):
            model.forward(np.zeros((2, CONTEXT + 1), np.int64))
        cache = model.new_cache()
        model.forward(np.zeros((2, CONTEXT - 1), np.int64), cache)
        y = model.forward(np.zeros((2, 1), np.int64), cache)
        compare(y.shape, (2, 1, VOCAB), "the shape of the logits of the last of all positions")
        with raises(ValueError, doing="forward of one position more, with a cache that is full", naming=(CONTEXT,)):
            model.forward(np.zeros((2, 1), np.int64), cache)


def table(twin, rng, rows=40, columns=VOCAB, context_length=60, spread=2.0):
    model = twin("inside.Table", spread * rng.normal(size=(rows, columns)), context_length)
    model.name = "model"
    return model


def write(twin, rng, model, prompt, count, **options):
    """What both sides write, from generators of the same seed."""
    generator = twin.generator(int(rng.integers(1 << 30)))
    found = twin("nn.modern.generate", model, prompt, count, rng=generator, **options)
    given = ", ".join(["model", "prompt", str(count), *(f"{key}={value}" for key, value in options.items())])
    found.name = f"generate({given})"
    found.compare()
    return generator


class TestGenerate:
    @weight(1)
    def test_samples(self, twin, rng):
        """Each new token is the first for which the sum of probabilities is above the number drawn, one for each."""
        for _ in range(3):
            generator = write(twin, rng, table(twin, rng), rng.integers(VOCAB, size=4), 30)
            drawn = generator.random()
            drawn.name = "the next number of the generator"
            drawn.compare()

    @weight(0.5)
    def test_temperature(self, twin, rng):
        """The logits are divided by the temperature."""
        for temperature in (0.3, 0.7, 2.0, 10.0):
            write(twin, rng, table(twin, rng), rng.integers(VOCAB, size=4), 30, temperature=temperature)

    @weight(0.5)
    def test_greedy(self, twin, rng):
        """With temperature 0 the most probable token is next, of equal ones the first, and nothing is drawn."""
        model = twin("inside.Table", rng.integers(4, size=(40, VOCAB)).astype(float), 60)
        for options in ({}, {"top_k": 3, "top_p": 0.5}):
            generator = write(twin, rng, model, rng.integers(VOCAB, size=4), 30, temperature=0, **options)
            generator.random().compare()

    @weight(1)
    def test_top_k(self, twin, rng):
        """With top_k only the k most probable tokens can be next; more than there are is all."""
        for k in (1, 2, 5, VOCAB, 100):
            write(twin, rng, table(twin, rng, spread=1.0), rng.integers(VOCAB, size=4), 30, top_k=k)

    @weight(1)
    def test_top_p(self, twin, rng):
        """With top_p only the most probable tokens can be next, as few as have at least this probability together."""
        for p in (0.01, 0.3, 0.6, 0.9, 1.0):
            write(twin, rng, table(twin, rng, spread=1.0), rng.integers(VOCAB, size=4), 30, top_p=p)
        for p in (0.25, 0.5, 0.75):  # four probabilities of 1/4, whose sums are exact
            write(twin, rng, table(twin, rng, columns=4, spread=0.0), rng.integers(4, size=4), 30, top_p=p)

    @weight(0.5)
    def test_together(self, twin, rng):
        """The temperature comes first, then top_k, then top_p of what is left."""
        for options in (
            {"temperature": 0.5, "top_k": 4},
            {"temperature": 3.0, "top_p": 0.7},
            {"top_k": 4, "top_p": 0.75},
            {"temperature": 2.0, "top_k": 6, "top_p": 0.6},
            {"top_k": 5, "top_p": 0.8, "use_cache": False},
            {"temperature": 2.0, "use_cache": False},
        ):
            write(twin, rng, table(twin, rng, spread=1.5), rng.integers(VOCAB, size=4), 40, **options)

    @fine
    @weight(0.5)
    def test_ties(self, twin, rng):
        """Of tokens that are equally probable, top_k and top_p keep those of the lower ids."""
        scores = np.log(rng.permuted(np.tile([0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1], (40, 1)), axis=1))
        model = twin("inside.Table", scores, 60)
        for options in ({"top_k": 2}, {"top_k": 5}, {"top_p": 0.3}, {"top_p": 0.75}):
            write(twin, rng, model, rng.integers(7, size=4), 40, **options)

    @fine
    @weight(0.5)
    def test_rounding(self, twin, rng):
        """Where rounding leaves the sum of all probabilities below the number drawn, the last token that can be next
        is next.
        """
        highest = twin("inside.Highest")
        for options in ({}, {"top_k": 4}, {"top_p": 0.8}, {"temperature": 0.7}):
            model, prompt = table(twin, rng), rng.integers(VOCAB, size=4)
            found = twin("nn.modern.generate", model, prompt, 40, rng=highest, **options)
            found.name = f"generate(model, prompt, 40, {options}) where the greatest number below 1 is drawn"
            found.compare()

    @weight(0.5)
    def test_prompts(self, twin, rng):
        """The prompt comes first in what is returned; several prompts of one length go on side by side."""
        model = table(twin, rng)
        for shape, count in (((1,), 5), ((6,), 0), ((1, 4), 3), ((3, 4), 8), ((4, 4), 4)):
            for use_cache in (True, False):
                write(twin, rng, model, rng.integers(VOCAB, size=shape), count, use_cache=use_cache)

    @weight(1)
    def test_long(self, twin, rng):
        """Beyond context_length, the model sees the last context_length tokens, at positions from 0, cache or not."""
        model = table(twin, rng, context_length=7)
        for length, count in ((4, 12), (7, 5), (11, 4), (6, 1)):
            for use_cache in (True, False):
                write(twin, rng, model, rng.integers(VOCAB, size=length), count, use_cache=use_cache)

    @weight(0.5)
    def test_use_cache(self, student, rng):
        """With use_cache, each token goes through the model once."""
        for shape, count in (((5,), 20), ((2, 3), 10)):
            model = student.inside.Table(rng.normal(size=(40, VOCAB)), 60)
            student.nn.modern.generate(model, rng.integers(VOCAB, size=shape), count, rng=student.generator(3))
            passed = sum(model.lengths)
            compare(passed <= shape[-1] + count, True, f"`at most {shape[-1] + count} of {passed} tokens are passed`")
            compare(passed >= shape[-1] + count - 1, True, f"`at least {shape[-1] + count - 1} of {passed} are`")

    @weight(1)
    def test_model(self, twin, rng):
        """With a LanguageModel, it writes the same with a cache and without, also beyond context_length."""
        model = twin("nn.modern.LanguageModel", *ARGUMENTS)
        for prompt, options in ((rng.integers(VOCAB, size=3), {}), (rng.integers(VOCAB, size=(2, 4)), {"top_k": 5})):
            for use_cache in (True, False):
                write(twin, rng, model, prompt, 12, use_cache=use_cache, **options)

    @fine
    @weight(0.5)
    def test_large(self, twin, rng):
        """Logits may be large, of any sign, -inf among them, and float32; nothing overflows."""
        for offset in (-1e4, 1e4):
            scores = offset + 3 * rng.normal(size=(40, VOCAB))
            scores[:, 2] = -np.inf
            for dtype in (np.float64, np.float32):
                model = twin("inside.Table", scores.astype(dtype), 60)
                for options in ({}, {"top_p": 0.8}, {"temperature": 0.01}):
                    write(twin, rng, model, rng.integers(VOCAB, size=4), 20, **options)

    @fine
    @weight(0.5)
    def test_leaves_alone(self, student, rng):
        """The prompt, the model's mode and NumPy's global state stay as they are, and what is returned has memory of
        its own; without rng, texts differ.
        """
        model = student.inside.Table(np.zeros((40, VOCAB)), 60)
        state, texts = student.nn.parameter.np.random, []
        values = rng.integers(VOCAB, size=5)
        for training in (True, False):
            model.train(training)
            prompt = student.array(values)
            state.seed(7)
            before = state.get_state()
            student.hold(student.nn.modern, "generate", model, prompt, 0).fill(0)
            compare(student.value(prompt), values, "the prompt after generate(model, prompt, 0)[...] = 0")
            texts.append(student.nn.modern.generate(model, prompt, 40))
            compare(state.get_state(), before, "the state of numpy.random after generate")
            compare(student.value(prompt), values, "the prompt after generate")
            compare(model.training, training, "model.training after generate")
            compare(texts[-1][:5], values.astype(np.int64), "the beginning of what generate returns")
        compare(bool(np.array_equal(*texts)), False, "`two texts that were drawn without rng are equal`")

    @fine
    @weight(0.5)
    def test_refuses(self, student):
        """An empty prompt, and arguments that cannot be, are ValueErrors."""
        model = student.inside.Table(np.zeros((40, VOCAB)), 60)
        for wrong in (
            {"prompt": np.zeros(0, np.int64)},
            {"max_new_tokens": -1},
            {"temperature": -0.5},
            {"top_k": 0},
            {"top_p": 0.0},
            {"top_p": 1.5},
        ):
            arguments = {"prompt": np.array([1, 2]), "max_new_tokens": 3} | wrong
            with raises(ValueError, doing=f"generate with {wrong}"):
                student.nn.modern.generate(model, **arguments)
        found = student.nn.modern.generate(model, np.array([1, 2]), 3, temperature=0)
        compare(found, np.array([1, 2, 0, 0, 0]), "generate of a model without a preference, greedily")
