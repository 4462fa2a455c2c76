"""Hidden checks of assignment 09: writing."""

import numpy as np

from grader.checks import compare, fine, raises, weight
from grader.checks.battery import refuse_usual_seeds
from grader.checks.strict import warnings_as_errors

PATH = "nn.transformer.generate"


def tables(twin, rng, words=6, context=12, scale=2.0, kind="Tables"):
    """A model whose logits depend on the last token and on its position."""
    return twin(f"inside.{kind}", scale * rng.normal(size=(words, words)), scale * rng.normal(size=(context, words)))


def ask(twin, model, prompt, count, seed=None, **options):
    """Compare what is generated; one number more of the generator shows how many were drawn."""
    generator = twin.generator(5 if seed is None else seed)
    found = twin(PATH, model, np.array(prompt), count, **options, rng=generator)
    shown = ", ".join(f"{key}={value}" for key, value in options.items())
    found.name = f"generate(model, {prompt}, {count}, {shown})"
    found.compare()
    drawn = generator.random()
    drawn.name = f"the next number of rng after {found.name}"
    drawn.compare()
    return found


class TestGenerate:
    @weight(1)
    def test_greedy(self, twin, rng):
        """With temperature 0, the token with the largest logit follows, whatever top_k, and nothing is drawn."""
        for prompt in ([3], [0, 5, 2], [1] * 6):
            for options in ({}, {"top_k": 2}, {"top_k": 1}, {"use_cache": False}):
                ask(twin, tables(twin, rng), prompt, 6, temperature=0.0, **options)

    @weight(1)
    def test_draws(self, twin, rng):
        """Each token takes one number of rng, and is the first whose cumulative probability is above it."""
        for prompt in ([3], [0, 5, 2]):
            for seed in range(4):
                ask(twin, tables(twin, rng), prompt, 8, seed=seed)

    @weight(1)
    def test_temperature(self, twin, rng):
        """Logits are divided by the temperature: below 1 likely tokens become likelier, above 1 less so."""
        for temperature in (0.3, 0.7, 1.5, 4.0):
            for seed in range(3):
                ask(twin, tables(twin, rng), [2, 4], 8, seed=seed, temperature=temperature)

    @weight(1)
    def test_top_k(self, twin, rng):
        """Only the top_k tokens with the largest logits may follow, with their probabilities among each other."""
        for top_k in (1, 2, 4, 5):
            for seed in range(3):
                ask(twin, tables(twin, rng, scale=0.5), [2, 4], 8, seed=seed, top_k=top_k)

    @weight(0.5)
    def test_together(self, twin, rng):
        """top_k and temperature work together, with a cache and without."""
        for options in (
            {"temperature": 0.5, "top_k": 3},
            {"temperature": 2.5, "top_k": 2, "use_cache": False},
            {"temperature": 0.5, "use_cache": False},
            {"top_k": 4, "use_cache": False},
        ):
            for seed in range(2):
                ask(twin, tables(twin, rng), [2, 4, 1], 7, seed=seed, **options)

    @weight(0.5)
    def test_ties(self, twin, rng):
        """Of equal logits the first is the largest, and top_k keeps exactly so many tokens, the first of equal ones."""
        for row in ([1.0, 2, 2, 0, 2, 1], [0.0] * 6, [3.0, 1, 3, 3, 1, 1]):
            model = twin("inside.Tables", np.array([row] * 6), np.zeros((12, 6)))
            ask(twin, model, [5], 3, temperature=0.0)
            for top_k in (2, 3, 5):
                ask(twin, model, [5], 8, top_k=top_k)

    @weight(0.5)
    def test_few_tokens(self, twin, rng):
        """A top_k of the whole vocabulary or more keeps all tokens; none at all may be asked for."""
        for top_k in (6, 7, 100):
            ask(twin, tables(twin, rng), [2, 4], 6, top_k=top_k)
        for use_cache in (True, False):
            ask(twin, tables(twin, rng), [2, 4], 0, use_cache=use_cache)
            ask(twin, tables(twin, rng), [2, 4], 1, use_cache=use_cache)

    @weight(1)
    def test_without_a_cache(self, twin, rng):
        """Without a cache, each forward is given all tokens so far."""
        model = tables(twin, rng)
        ask(twin, model, [3, 1, 4], 5, use_cache=False)
        model.compare("given")

    @weight(1)
    def test_with_a_cache(self, twin, rng):
        """With a cache, forward is given the prompt once, and from then on the newest token alone."""
        for prompt, count in (([3, 1, 4], 5), ([2], 5), ([2, 5], 12)):  # the last one fills the context, and goes on
            model = tables(twin, rng)
            ask(twin, model, prompt, count)
            model.compare("given")

    @weight(1)
    def test_beyond_the_context(self, twin, rng):
        """If there are more tokens than the context holds, the last ones count, with positions from 0 on."""
        for prompt, context in (([3, 1, 4], 5), ([2], 1), ([1, 2, 3, 4, 5, 0, 1], 4), ([1, 2, 3, 4], 4)):
            for use_cache in (True, False):
                model = tables(twin, rng, context=context)
                ask(twin, model, prompt, 7, use_cache=use_cache)
                ask(twin, model, prompt, 7, use_cache=use_cache, temperature=0.0)

    @weight(1)
    def test_of_a_gpt(self, twin, rng):
        """A GPT writes the same with a cache and without, within its context and beyond it."""
        model = twin("nn.transformer.GPT", 5, 8, 4, 2, 2)
        model.name = "GPT(5, 8, 4, 2, 2)"
        for options in ({"temperature": 0.0}, {"top_k": 3}, {"temperature": 2.0}):
            for use_cache in (True, False):
                ask(twin, model, [1, 0, 3], 9, use_cache=use_cache, **options)

    @weight(0.5)
    def test_evaluation(self, twin, rng):
        """The model writes in evaluation mode, and is in its former mode afterwards."""
        for training in (True, False):
            model = tables(twin, rng)
            model.train(training)
            ask(twin, model, [1, 0], 3)
            model.compare("modes", "training")

    @weight(0.5)
    def test_without_dropout(self, twin, rng):
        """Nothing is dropped while a GPT writes, and it drops again afterwards."""
        model = twin("nn.transformer.GPT", 5, 8, 4, 1, 2, dropout=0.5, rng=twin.generator(1))
        model.name = "GPT(5, 8, 4, 1, 2, dropout=0.5)"
        for _ in range(2):
            ask(twin, model, [1, 0], 5)
            model.forward(np.array([[1, 2, 3]])).compare()

    @fine
    @weight(0.25)
    def test_after_an_exception(self, twin, student, rng):
        """If forward raises, so does generate, and the model is in its former mode all the same."""
        for training in (True, False):
            model = tables(twin, rng, kind="Failing")
            model.train(training)
            with raises(ArithmeticError, doing="generate with a model that fails"):
                student.nn.transformer.generate(model.actual, np.array([1, 2]), 3)
            compare(model.actual.training, training, "model.training after an exception")
        ask(twin, tables(twin, rng), [1, 2], 3)

    @weight(0.5)
    def test_without_a_generator(self, student, rng):
        """Without rng, what is drawn is new each time, and NumPy's global state is left alone."""
        even = np.where(np.arange(50) % 2, -1000.0, 0.0)
        model = student.inside.Tables(np.zeros((50, 50)), np.tile(even, (40, 1)))

        def draw(**options):
            return student.nn.transformer.generate(model, np.array([3]), 30, **options)

        refuse_usual_seeds(student, draw, "generate(model, [3], 30)")
        state, found = student.nn.parameter.np.random, []
        for _ in range(2):
            state.seed(7)
            before = state.get_state()
            found.append(draw())
            compare(state.get_state(), before, "the state of numpy.random after generate")
        compare(found[0].shape, (31,), "the shape of generate(model, [3], 30)")
        compare(int(found[0][0]), 3, "the first token of generate(model, [3], 30)")
        compare(bool(np.all(found[0][1:] % 2 == 0)), True, "`all tokens after the prompt are likely ones`")
        compare(len(set(found[0].tolist())) > 7, True, "`more than 7 of 25 equally likely tokens occur in 30`")
        compare(bool(np.array_equal(*found)), False, "`two texts are equal`")

    @weight(0.5)
    def test_range(self, twin, rng):
        """Logits of magnitude 10000 and small temperatures give no warning, and the right tokens."""
        for offset in (1e4, -1e4):
            model = twin("inside.Tables", offset + rng.normal(size=(6, 6)), np.zeros((12, 6)))
            with warnings_as_errors(twin.student):
                for options in ({}, {"top_k": 2}, {"temperature": 0.05}, {"temperature": 0.0}):
                    ask(twin, model, [1, 2], 8, **options)

    @fine
    @weight(0.5)
    def test_result(self, twin, rng):
        """generate returns int64, prompt first, in new memory; the prompt is not changed, and may be of any kind."""
        model = tables(twin, rng)
        for kind in (np.int32, np.int64, np.uint8):
            for count in (0, 3):
                prompt = twin.array(np.array([4, 2], kind))
                found = twin(PATH, model, prompt, count, temperature=0.0)
                found.name = f"generate of {count} tokens after a prompt of {np.dtype(kind)}"
                found.compare()
                prompt.name = f"the prompt after {found.name}"
                prompt.compare()

    @fine
    @weight(0.5)
    def test_refuses(self, twin, student, rng):
        """generate refuses an empty prompt, several prompts, a negative count or temperature, and a top_k below 1."""
        model, generate = tables(twin, rng), student.nn.transformer.generate
        for prompt in (np.zeros(0, int), np.zeros((1, 2), int), np.array(3)):
            with raises(ValueError, doing=f"generate with a prompt of shape {prompt.shape}"):
                generate(model.actual, prompt, 3)
        for options in ({"temperature": -0.5}, {"top_k": 0}, {"top_k": -1}, {"max_new_tokens": -1}):
            with raises(ValueError, doing=f"generate with {options}"):
                generate(model.actual, np.array([1, 2]), **{"max_new_tokens": 3, **options})
        ask(twin, tables(twin, rng), [1, 2], 3)
