"""Hidden checks of assignment 09: attention with several heads."""

import math

import numpy as np

from grader.calls import Call
from grader.checks import Tolerance, check_gradients, compare, fine, raises, weight
from grader.checks.battery import Layer, ModuleLaws, refuse_usual_seeds, upstream, wide
from grader.checks.battery.drawing import compare_roughly
from grader.checks.battery.module import Refusal
from grader.checks.strict import warnings_as_errors

from .asking import future, in_pieces

PATH = "nn.transformer.MultiheadAttention"
# Some thousand weights are uniform in [-b, b). The largest is below 0.99 b once in 1e34; the other two tolerances are
# six standard errors of their mean and spread.
LARGEST, MEAN, SPREAD = 0.01, 0.04, 0.03
# Scores of up to 100 are off by 100 roundings of float32, and so are weights; in gradients of keys, terms cancel.
IN_FLOAT32 = Tolerance(1e-4, 1e-4)


def keys_and_values(rng, shape, options=None):
    """Two more than queries."""
    n, length, size = shape
    return wide(rng, (n, length + 2, size)), wide(rng, (n, length + 2, size))


def made(twin, embed_dim=6, num_heads=3, name="", **options):
    attention = twin(PATH, embed_dim, num_heads, **options)
    attention.name = f"MultiheadAttention({embed_dim}, {num_heads}){name}"
    return attention


def ask(twin, rng, given, name, heads=3, **masks):
    """Compare y and all gradients."""
    attention = made(twin, given[0].shape[2], heads, f" {name}")
    masks = {"attn_mask": None, "key_padding_mask": None, **masks}
    compare_roughly(attention.forward(*given, *masks.values()))
    check_gradients(attention, *given, *masks.values(), differentiable=3, rng=rng)


def hidden(rng, shape):
    """A boolean mask by chance: True may not be attended to. Every query has a key, and not all of them."""
    mask = rng.random(shape) < 0.5
    mask[..., 0], mask[..., 1] = False, True
    return mask


def padding(lengths, most):
    """True where a text of this length has ended."""
    return np.arange(most) >= np.array(lengths)[:, None]


MULTIHEAD = Layer(
    PATH,
    arguments=(6, 3),
    options=({"bias": False},),
    shapes=((2, 3, 6), (1, 4, 6), (3, 1, 6), (6, 6, 6), (0, 3, 6)),
    sizes=((2, 3, 6), (1, 3, 6), (4, 3, 6), (4, 5, 6)),
    shapes_with_options=((2, 3, 6), (1, 4, 6), (0, 3, 6)),
    further=keys_and_values,
    inputs=("query", "key", "value"),
    differentiable=3,
    impossible=(((6, 4), {}), ((4, 8), {}), ((0, 1), {}), ((6, 0), {}), ((5, 2), {"bias": False})),
    refused=(
        Refusal(ValueError, (2, 3, 5), naming=((2, 3, 5), 6)),
        Refusal(ValueError, (3, 6), naming=((3, 6), 6)),
        Refusal(ValueError, (2, 3, 6, 6), naming=((2, 3, 6, 6), 6)),
    ),
)


class TestMultiheadAttention(ModuleLaws, member=MULTIHEAD, points=6.5):
    @weight(0.5)
    def test_numbers_of_heads(self, twin, rng):
        """MultiheadAttention takes any number of heads that divides embed_dim, from one to as many as there are."""
        for size, heads in ((6, 1), (6, 2), (6, 6), (8, 2), (1, 1), (9, 3)):
            given = wide(rng, (2, 4, size)), *keys_and_values(rng, (2, 4, size))
            ask(twin, rng, given, "of queries, keys and values", heads)

    @weight(0.5)
    def test_cross_attention(self, twin, rng):
        """Queries may come from another text than keys and values, which may be longer or shorter."""
        for length, keys in ((2, 5), (5, 2), (1, 4), (4, 1), (3, 3)):
            query, memory = wide(rng, (2, length, 6)), wide(rng, (2, keys, 6))
            ask(twin, rng, (query, memory, memory.copy()), f"of {length} queries and {keys} keys")

    @weight(0.5)
    def test_self_attention(self, twin, rng):
        """If some of query, key and value are one and the same array, each of the three gets a gradient of its own."""
        for shape in ((2, 4, 6), (1, 5, 6)):
            x, other, attention = twin.array(wide(rng, shape)), twin.array(wide(rng, shape)), made(twin)
            for given in ((x, x, x), (x, x, other), (x, other, other), (x, other, x)):
                compare_roughly(attention.forward(*given))
                for gradient in attention.backward(upstream(rng, shape)):
                    compare_roughly(gradient)
            for name, _ in attention.expected.named_parameters():
                compare_roughly(attention.run([Call("get", attention, f"{name}.grad")])[0])

    @weight(1)
    def test_attn_mask(self, twin, rng):
        """Where a boolean attn_mask of shape (L, S) is True, no text and no head attends."""
        for n, length in ((2, 3), (1, 4), (3, 3)):
            given = wide(rng, (n, length, 6)), *keys_and_values(rng, (n, length, 6))
            ask(twin, rng, given, "with a boolean mask", attn_mask=hidden(rng, (length, length + 2)))

    @weight(0.5)
    def test_attn_mask_of_heads(self, twin, rng):
        """An attn_mask of shape (N * H, L, S) has a mask for each head of the first text, then for the next text."""
        for n, length, heads in ((2, 3, 3), (3, 4, 2), (2, 2, 6)):
            given = wide(rng, (n, length, 6)), *keys_and_values(rng, (n, length, 6))
            shape = n * heads, length, length + 2
            ask(twin, rng, given, "with a boolean mask for each head", heads, attn_mask=hidden(rng, shape))
            ask(twin, rng, given, "with a float mask for each head", heads, attn_mask=rng.normal(size=shape))

    @weight(0.5)
    def test_float_attn_mask(self, twin, rng):
        """A float attn_mask is added to the scores."""
        for length in (3, 4):
            mask = rng.normal(size=(length, length + 2))
            mask[:, 1] = -np.inf
            given = wide(rng, (2, length, 6)), *keys_and_values(rng, (2, length, 6))
            ask(twin, rng, given, "with a float mask", attn_mask=mask)

    @weight(1)
    def test_key_padding_mask(self, twin, rng):
        """Where key_padding_mask is True for a text, none of its queries attends, in any head; other texts do."""
        for lengths, most in (((5, 2, 3), 5), ((1, 4), 4), ((3,), 6)):
            n = len(lengths)
            given = wide(rng, (n, 3, 6)), wide(rng, (n, most, 6)), wide(rng, (n, most, 6))
            ask(twin, rng, given, "with padding", key_padding_mask=padding(lengths, most))

    @weight(0.5)
    def test_both_masks(self, twin, rng):
        """With both masks, a query attends where neither forbids it, whether attn_mask is boolean or float."""
        given = wide(rng, (2, 4, 6)), wide(rng, (2, 4, 6)), wide(rng, (2, 4, 6))
        shut = padding((4, 2), 4)
        for mask in (
            future(0, 4),
            np.where(future(0, 4), -np.inf, 0.5),
            hidden(rng, (6, 4, 4)),
            rng.normal(size=(4, 4)),
        ):
            ask(twin, rng, given, "with both masks", attn_mask=mask, key_padding_mask=shut)

    @weight(0.5)
    def test_nothing_to_attend_to(self, twin, rng):
        """A query that may attend to nothing gets the bias of out_proj, and sends back zeros, without a warning."""
        given = wide(rng, (2, 3, 6)), wide(rng, (2, 4, 6)), wide(rng, (2, 4, 6))
        row = hidden(rng, (3, 4))
        row[1] = True
        for masks in (
            {"key_padding_mask": padding((0, 3), 4)},
            {"attn_mask": row},
            {"attn_mask": row, "key_padding_mask": padding((3, 1), 4)},
            {"attn_mask": np.where(row, -np.inf, 0.0)},
            {"attn_mask": rng.normal(size=(3, 4)), "key_padding_mask": padding((0, 3), 4)},
            {"attn_mask": np.where(row, -np.inf, 0.0), "key_padding_mask": padding((3, 1), 4)},
        ):
            with warnings_as_errors(twin.student):
                ask(twin, rng, given, "where some queries have no key", **masks)

    @weight(1)
    def test_cache(self, twin, rng):
        """With a cache, y of each piece is what the whole text gives there, for one position at a time or several."""
        x = wide(rng, (2, 7, 6))
        for sizes in ((1,) * 7, (1, 3, 2, 1), (4, 3), (7,)):
            attention = made(twin)
            for y in in_pieces(attention, x, sizes, {"cache": twin("nn.transformer.KVCache")}, _causal):
                compare_roughly(y)

    @weight(0.5)
    def test_cache_and_masks(self, twin, rng):
        """With a cache, masks are for all keys so far: padding is, too."""
        x = wide(rng, (2, 5, 6))
        shut = padding((5, 4), 5) | [[False] * 5, [True, True, False, False, False]]
        for sizes in ((1, 1, 3), (2, 3), (3, 1, 1)):
            attention, cache = made(twin), {"cache": twin("nn.transformer.KVCache")}

            def further(piece, first, last):
                return {"args": (piece, piece), "key_padding_mask": shut[:, :last]}

            for y in in_pieces(attention, x, sizes, cache, further):
                compare_roughly(y)

    @weight(0.5)
    def test_draws_from_the_given_generator(self, student, rng):
        """MultiheadAttention draws in_proj_weight, then out_proj, from the given rng; all biases begin as 0."""
        for size, heads, options in ((6, 3, {}), (4, 1, {"bias": False}), (5, 5, {})):
            seed = int(rng.integers(1 << 30))
            attention = student.nn.transformer.MultiheadAttention(size, heads, **options, rng=student.generator(seed))
            draw, called = np.random.default_rng(seed).uniform, f"MultiheadAttention({size}, {heads}, rng=rng)"
            bound = math.sqrt(6 / (4 * size))
            compare(
                attention.in_proj_weight.data, draw(-bound, bound, (3 * size, size)), f"{called}.in_proj_weight.data"
            )
            bound = 1 / math.sqrt(size)
            compare(attention.out_proj.weight.data, draw(-bound, bound, (size, size)), f"{called}.out_proj.weight.data")
            if options:
                compare(attention.in_proj_bias, None, f"{called}.in_proj_bias without a bias")
                compare(attention.out_proj.bias, None, f"{called}.out_proj.bias without a bias")
            else:
                compare(attention.in_proj_bias.data, np.zeros(3 * size), f"{called}.in_proj_bias.data")
                compare(attention.out_proj.bias.data, np.zeros(size), f"{called}.out_proj.bias.data")

    @weight(0.25)
    def test_initial_values_without_a_generator(self, student):
        """Without rng, in_proj_weight is uniform, new each time, and NumPy's global state is left alone."""
        make, state = student.nn.transformer.MultiheadAttention, student.nn.parameter.np.random
        refuse_usual_seeds(student, lambda **rng: make(4, 2, **rng).in_proj_weight.data, "MultiheadAttention(4, 2)")
        weights = []
        for _ in range(2):
            state.seed(7)
            before = state.get_state()
            weights.append(make(40, 2).in_proj_weight.data.copy())
            compare(state.get_state(), before, "the state of numpy.random after MultiheadAttention(40, 2)")
        compare(weights[0].shape, (120, 40), "the shape of MultiheadAttention(40, 2).in_proj_weight")
        bound = math.sqrt(6 / 160)
        compare(float(np.abs(weights[0]).max()) / bound, 1.0, "the largest weight, in bounds", Tolerance(LARGEST, 0.0))
        mean, spread = float(weights[0].mean()) / bound, float(weights[0].std()) / bound
        compare(mean, 0.0, "the mean weight, in bounds", Tolerance(0.0, 0.0, absolute=MEAN))
        compare(spread, 3**-0.5, "the spread of the weights, in bounds", Tolerance(SPREAD, 0.0))
        compare(bool(np.array_equal(*weights)), False, "`two new layers have equal weights`")

    @weight(0.5)
    def test_names(self, twin, rng):
        """The names and shapes of its parameters are those of PyTorch, in its order."""
        for options in ({}, {"bias": False}):
            attention, x = made(twin, 6, 2, f" with {options}", **options), wide(rng, (2, 3, 6))
            compare_roughly(attention.forward(x, x, x))
            found, expected = (
                {name: tuple(p.shape) for name, p in module.named_parameters()}
                for module in (attention.actual, attention.expected)
            )
            compare(", ".join(found), ", ".join(expected), f"the names of the parameters of {attention.name}")
            compare(found, expected, f"the shapes of the parameters of {attention.name}")

    @fine
    @weight(0.25)
    def test_refuses_what_does_not_fit(self, twin, student, rng):
        """MultiheadAttention refuses keys, values and masks of shapes that do not fit, and names them."""
        attention = student.nn.transformer.MultiheadAttention(6, 3)
        x = np.ones((2, 3, 6))
        for key, value in (
            ((2, 4, 5), (2, 4, 6)),
            ((2, 4, 6), (2, 4, 5)),
            ((1, 4, 6), (1, 4, 6)),
            ((2, 4, 6), (2, 5, 6)),
        ):
            with raises(ValueError, doing=f"forward with keys of shape {key} and values of shape {value}"):
                attention.forward(x, np.ones(key), np.ones(value))
        for shape in ((3, 4), (2, 3, 3), (3,), (5, 3, 3), (1, 1), (1, 3), (1, 3, 3), (2, 3, 3, 3)):
            with raises(ValueError, doing=f"forward with an attn_mask of shape {shape}", naming=(shape, (6, 3, 3))[:1]):
                attention.forward(x, x, x, attn_mask=np.zeros(shape, bool))
        for shape in ((3, 2), (2, 4), (3,), (1, 3)):
            with raises(ValueError, doing=f"forward with padding of shape {shape}", naming=(shape, (2, 3))):
                attention.forward(x, x, x, key_padding_mask=np.zeros(shape, bool))
        ask(twin, rng, (wide(rng, (2, 3, 6)),) * 3, "of what fits", attn_mask=future(0, 3))

    @fine
    @weight(0.25)
    def test_refused_with_a_cache(self, twin, rng):
        """A forward that is refused leaves the cache as it was."""
        x = wide(rng, (2, 5, 6))
        attention, cache = made(twin), twin("nn.transformer.KVCache")
        first = {"attn_mask": future(0, 2), "cache": cache}
        attention.run([Call("call", attention, "forward", (x[:, :2],) * 3, first)])
        new, refused = (x[:, 2:],) * 3, attention.actual.forward
        for given, masks in (
            (new, {"attn_mask": np.zeros((3, 3), bool)}),
            (new, {"key_padding_mask": np.zeros((2, 3), bool)}),
            ((new[0], new[1][:1], new[2][:1]), {}),
            ((new[0], new[1], new[2][:, :2]), {}),
        ):
            shapes = ", ".join(str(array.shape) for array in (*given, *masks.values()))
            with raises(ValueError, doing=f"forward with shapes {shapes} and two positions in the cache"):
                refused(*given, **masks, cache=cache.actual)
            cache.compare("keys", "values")
        empty = twin("nn.transformer.KVCache")
        with raises(ValueError, doing="forward of 2 texts of queries and 1 text of keys, with an empty cache"):
            refused(x, x[:1], x[:1], cache=empty.actual)
        compare(len(empty.actual), 0, "len(cache) after what was refused")
        [y] = attention.run([Call("call", attention, "forward", new, {"attn_mask": future(2, 5), "cache": cache})])
        compare_roughly(y)

    @fine
    @weight(0.25)
    def test_mask_memory(self, twin, rng):
        """Masks may be in any memory layout and read-only, and are not changed; y stays float32."""
        x = wide(rng, (2, 4, 6)).astype(np.float32)
        for mask in (future(0, 4), rng.normal(size=(4, 4)), hidden(rng, (6, 4, 4)), rng.normal(size=(6, 4, 4))):
            for layout in ("F", "strided", "read-only"):
                held, shut, attention = twin.array(mask, layout), twin.array(padding((4, 3), 4), layout), made(twin)
                attention.forward(x, x, x, held, shut).compare(tolerance=IN_FLOAT32)
                compare_roughly(attention.backward(upstream(rng, (2, 4, 6)))[1], IN_FLOAT32)
                for array, name in ((held, "attn_mask"), (shut, "key_padding_mask")):
                    array.name = f"{name} ({layout}) after forward and backward"
                    array.compare()


def _causal(piece, first, last):
    return {"args": (piece, piece), "attn_mask": future(first, last)}
