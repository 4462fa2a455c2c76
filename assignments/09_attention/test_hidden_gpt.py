"""Hidden checks of assignment 09: a language model, and its cache."""

from itertools import product

import numpy as np

from grader.calls import Call
from grader.checks import Tolerance, check_gradients, compare, fine, raises, weight
from grader.checks.battery import Layer, ModuleLaws, refuse_usual_seeds, upstream
from grader.checks.battery.drawing import compare_roughly

from .asking import in_pieces

PATH = "nn.transformer.GPT"
# Of 4,000 normal numbers, the spread is off by 7 % less than once in 10^9 draws, and the mean by 0.1 spreads.
MEAN, SPREAD = 0.1, 0.07
# What is not seen makes no difference but that of rounding; what is seen makes one of 0.01 and more.
UNSEEN = 1e-9


def words(rng, shape):
    """Tokens of a vocabulary of seven."""
    return rng.integers(7, size=shape)


GPT = Layer(
    PATH,
    arguments=(7, 6, 4, 2, 2),
    options=({"dropout": 0.3},),
    draw=words,
    differentiable=0,
    shapes=((2, 3), (1, 6), (3, 1), (4, 4), (0, 3)),
    sizes=((2, 4), (1, 4), (3, 4), (3, 5)),
    shapes_with_options=((2, 3), (1, 6)),
    random=True,
    impossible=(
        ((0, 6, 4, 2, 2), {}),
        ((7, 0, 4, 2, 2), {}),
        ((7, 6, 0, 2, 1), {}),
        ((7, 6, 4, 0, 2), {}),
        ((7, 6, 4, 2, 0), {}),
        ((7, 6, 4, 2, 3), {}),
        ((7, 6, 4, 2, 2), {"dropout": -0.5}),
    ),
)


def made(twin, *sizes, **options):
    sizes = sizes or (7, 9, 4, 3, 2)
    model = twin(PATH, *sizes, **options)
    model.name = GPT.called(sizes, options)
    return model


def caches(model):
    """New caches on both sides, held there."""
    [cache] = model.run([Call("call", model, "new_cache", keep=True)])
    return {"cache": cache}


class TestGPT(ModuleLaws, member=GPT, points=5.5):
    @weight(0.5)
    def test_sizes(self, twin, rng):
        """GPT takes any number of layers, heads and tokens, and a text as long as its context."""
        for sizes in ((3, 5, 6, 1, 3), (11, 4, 2, 3, 1), (4, 4, 4, 4, 4), (2, 1, 2, 1, 1)):
            model, tokens = made(twin, *sizes), rng.integers(sizes[0], size=(2, sizes[1]))
            compare_roughly(model.forward(tokens))
            check_gradients(model, tokens, differentiable=0, rng=rng)

    @weight(1)
    def test_table_has_both_gradients(self, twin, rng):
        """The gradient of the tied table is the sum of what it gets as the first and as the last layer."""
        for tokens in (np.array([[0, 1, 1, 5]]), np.array([[2, 2], [2, 2], [0, 2]])):
            model = made(twin)
            dy = upstream(rng, model.forward(tokens).expected.shape)
            for times in (1, 2):
                model.backward(dy)
                [table] = model.run([Call("get", model, "token_embedding.weight.grad")])
                table.name = f"token_embedding.weight.grad after {times} times backward"
                compare_roughly(table)

    @weight(0.5)
    def test_sees_no_future(self, student, rng):
        """The logits of a position do not depend on later tokens, but on each earlier one."""
        model = student.nn.transformer.GPT(7, 6, 4, 2, 2)
        for parameter in model.parameters():
            parameter.data = rng.normal(size=parameter.shape)
        tokens = rng.integers(7, size=(1, 6))
        logits = model.forward(tokens)
        for position in range(6):
            other = tokens.copy()
            other[0, position] = (other[0, position] + 1) % 7
            difference = np.abs(model.forward(other) - logits)[0].max(axis=1)
            name = f"the difference before position {position}"
            compare(difference[:position], np.zeros(position), name, Tolerance(0, 0, absolute=UNSEEN))
            seen = bool(difference[position:].min() > UNSEEN)
            compare(seen, True, f"`the logits from position {position} on depend on its token`")

    @weight(0.5)
    def test_table_is_one(self, twin, student, rng):
        """Input and output share one table: there is no other parameter for the logits, and a new table counts in both
        places.
        """
        model = made(twin)
        for training, written in product((True, False), (False, True, True)):
            model.train(training)
            if written:  # into the array that is there, as an optimizer does
                into = Call("set item", model, "token_embedding.weight.data", (Ellipsis, rng.normal(size=(7, 4))))
                model.run([into])
            else:
                model.set("token_embedding.weight.data", rng.normal(size=(7, 4)))
            compare_roughly(model.forward(words(rng, (2, 5))))
        found, expected = (
            ", ".join(name for name, _ in each.named_parameters()) for each in (model.actual, model.expected)
        )
        compare(found, expected, f"the names of the parameters of {model.name}")

    @weight(0.5)
    def test_draws_from_the_given_generator(self, student, reference):
        """A GPT has the initial values that are drawn from the given rng in the order of the handout."""
        for sizes in ((7, 6, 4, 2, 2), (5, 3, 6, 1, 3)):
            state = dict(student.nn.transformer.GPT(*sizes, rng=student.generator(3)).state_dict())
            expected = reference.nn.transformer.GPT(*sizes, rng=np.random.default_rng(3)).state_dict()
            compare(", ".join(state), ", ".join(expected), f"the list of keys of {GPT.called(sizes, {})}.state_dict()")
            compare(state, expected, f"{GPT.called(sizes, {})}.state_dict()")

    @weight(0.25)
    def test_initial_values_without_a_generator(self, student):
        """Without rng, both embeddings are normal with spread 0.02, new each time."""
        make = student.nn.transformer.GPT

        def draw(**rng):
            return make(3, 2, 2, 1, 1, **rng).token_embedding.weight.data

        refuse_usual_seeds(student, draw, "GPT(3, 2, 2, 1, 1)")
        model, other = (make(400, 400, 10, 1, 1) for _ in range(2))
        for name in ("token_embedding", "position_embedding"):
            values = getattr(model, name).weight.data.copy()
            compare(values.shape, (400, 10), f"the shape of {name}.weight")
            compare(float(values.mean()) / 0.02, 0.0, f"the mean of {name}, in spreads", Tolerance(0, 0, absolute=MEAN))
            compare(float(values.std()), 0.02, f"the spread of {name}", Tolerance(SPREAD, 0.0))
            same = bool(np.array_equal(values, getattr(other, name).weight.data))
            compare(same, False, f"`two new models have an equal {name}`")

    @fine
    @weight(0.5)
    def test_refuses_tokens(self, twin, student, rng):
        """GPT refuses tokens that are no (N, L), more positions than its context, and tokens that do not exist."""
        model = student.nn.transformer.GPT(7, 6, 4, 2, 2)
        for shape in ((3,), (1, 2, 3), (2, 7)):
            with raises(ValueError, doing=f"forward of tokens of shape {shape}", naming=(shape,)):
                model.forward(np.zeros(shape, int))
        for token in (-1, 7):
            with raises(IndexError, doing=f"forward of a token {token}"):
                model.forward(np.array([[0, token]]))
        cache = caches(made(twin, 7, 6, 4, 2, 2))["cache"]
        whole = made(twin, 7, 6, 4, 2, 2)
        compare_roughly(whole.forward(words(rng, (2, 4)), cache))
        with raises(ValueError, doing="forward of 3 tokens with 4 of 6 positions in the cache"):
            whole.actual.forward(np.zeros((2, 3), int), cache.actual)

    def compare_pieces(self, twin, rng, n, sizes, *of):
        model, tokens = made(twin, *of), words(rng, (n, sum(sizes)))
        for y in in_pieces(model, tokens, sizes, caches(model)):
            compare_roughly(y)

    @weight(1)
    def test_cache_of_single_tokens(self, twin, rng):
        """With a cache, one token at a time gives the logits of the whole text, from position 0 on."""
        for n, length in ((1, 9), (3, 5)):
            self.compare_pieces(twin, rng, n, (1,) * length)

    @weight(1)
    def test_cache_of_prompts(self, twin, rng):
        """With a cache, a prompt of any length and then single tokens give the logits of the whole text."""
        for sizes in ((1, 1, 1), (4, 1, 1, 1), (8, 1), (9,)):
            self.compare_pieces(twin, rng, 2, sizes)

    @weight(1)
    def test_cache_of_several_tokens(self, twin, rng):
        """With a cache, several new tokens at once see those before and each other, and no later one."""
        for sizes in ((1, 3, 4), (2, 2, 2), (3, 6), (1, 8), (4, 1, 3)):
            self.compare_pieces(twin, rng, 2, sizes)

    @weight(0.5)
    def test_cache_of_one_layer(self, twin, rng):
        """A model of a single layer, and one with a single head, have right caches, too."""
        for of in ((7, 9, 4, 1, 2), (7, 9, 4, 2, 1), (7, 8, 6, 4, 3)):
            self.compare_pieces(twin, rng, 2, (2, 1, 3, 1), *of)

    @weight(0.5)
    def test_two_texts(self, twin, rng):
        """Two texts with a cache each, read in turn, with a forward without any in between, do not mix."""
        model = made(twin)
        one, other = caches(model), caches(model)
        for sizes in ((2, 3), (1, 1), (3, 2)):
            for size, cache in zip(sizes, (one, other), strict=True):
                compare_roughly(model.forward(words(rng, (1, size)), **cache))
            compare_roughly(model.forward(words(rng, (2, 4))))

    @weight(0.5)
    def test_caches_of_layers(self, twin, rng):
        """new_cache gives an empty KVCache for each layer; afterwards each has the keys and values of its own layer."""
        model = made(twin)
        [cache] = model.run([Call("call", model, "new_cache", keep=True)])
        layers = list(cache)
        for layer in layers:
            compare(len(layer.actual), 0, "the length of a new cache")
        for tokens in (words(rng, (2, 3)), words(rng, (2, 1))):
            model.forward(tokens, cache)
        for number, layer in enumerate(layers):
            for kind in ("keys", "values"):
                [found] = layer.run([Call("get", layer, kind)])
                found.name = f"the {kind} in the cache of layer {number}"
                compare_roughly(found)

    @weight(0.5)
    def test_training_after_writing(self, twin, rng):
        """After a forward with a cache, a forward without one and its backward are as before."""
        model, tokens = made(twin), words(rng, (2, 5))
        model.forward(tokens[:, :2], **caches(model))
        compare_roughly(model.forward(tokens))
        check_gradients(model, tokens, differentiable=0, rng=rng)
