"""Hidden checks of assignment 09: positions, a transformer's layer, and the cache of one."""

import numpy as np

from grader.checks import check_gradients, compare, fine, raises, weight
from grader.checks.battery import Layer, ModuleLaws, law, upstream, wide
from grader.checks.battery.drawing import compare_numbers, compare_roughly
from grader.checks.battery.module import Refusal

from .asking import backward_in_the_other_mode, future, in_pieces

POSITIONAL = Layer(
    "nn.transformer.PositionalEncoding",
    arguments=(6,),
    options=({"max_len": 8},),
    shapes=((2, 3, 6), (1, 5, 6), (3, 1, 6), (6, 6, 6), (4, 6), (2, 3, 4, 6), (0, 3, 6)),
    sizes=((2, 3, 6), (1, 3, 6), (4, 3, 6), (4, 5, 6)),
    shapes_with_options=((2, 8, 6), (5, 6)),
    owns=False,
    impossible=(((0,), {}), ((6,), {"max_len": 0})),
    refused=(
        Refusal(ValueError, (2, 3, 5), naming=((2, 3, 5), 6)),
        Refusal(ValueError, (2, 9, 6), {"max_len": 8}, naming=((2, 9, 6), 8), fits=(2, 8, 6)),
        Refusal(ValueError, (6,), naming=((6,),)),
        Refusal(ValueError, (2, 3, 6), {"max_len": 1}, naming=((2, 3, 6), 1), fits=(2, 1, 6)),
        Refusal(ValueError, (2, 3, 6), naming=((2, 3, 6), 1), fits=(2, 3, 1), arguments=(1,)),
    ),
)


class TestPositionalEncoding(ModuleLaws, member=POSITIONAL, points=2.5):
    def _gradients(self, twin, rng, options, shape):
        """dx is dy: whoever adds nothing has it, too."""
        compare_roughly(self.member.make(twin, options).forward(wide(rng, shape)))
        super()._gradients(twin, rng, options, shape)

    @weight(0.5)
    def test_sizes(self, twin, rng):
        """PositionalEncoding has the waves of the handout for any d_model, also an odd one, and at far positions."""
        for size, length in ((1, 3), (2, 5), (5, 4), (7, 300), (32, 60), (8, 5000)):
            encoding = twin("nn.transformer.PositionalEncoding", size)
            encoding.name = f"PositionalEncoding({size})"
            compare_roughly(encoding.forward(np.zeros((1, length, size))))

    @fine
    @weight(0.25)
    def test_is_a_buffer(self, student, rng):
        """What PositionalEncoding adds is the buffer "pe" of shape (max_len, d_model), which is no parameter."""
        encoding = student.nn.transformer.PositionalEncoding(4, max_len=7)
        compare(len(list(encoding.parameters())), 0, "the number of parameters")
        state = dict(encoding.state_dict())
        compare(", ".join(state), "pe", "the names in state_dict()")
        compare(state["pe"].shape, (7, 4), 'the shape of state_dict()["pe"]')
        compare(state["pe"][0], np.array([0.0, 1, 0, 1]), 'state_dict()["pe"][0]')
        x, table = rng.normal(size=(2, 3, 4)), rng.normal(size=(7, 4))
        encoding.load_state_dict({"pe": table})
        compare_numbers(encoding.forward(x), x + table[:3], "forward(x) after another table was loaded")


LAYER = Layer(
    "nn.transformer.TransformerEncoderLayer",
    arguments=(6, 3, 5),
    options=(
        {"dropout": 0.4},
        {"dropout": 0.0},
        {"activation": "gelu"},
        {"norm_first": True},
    ),
    together=(
        {"dropout": 0.3, "activation": "gelu", "norm_first": True},
        {"dropout": 0.6, "norm_first": True},
    ),
    shapes=((2, 3, 6), (1, 4, 6), (3, 1, 6), (6, 6, 6), (0, 3, 6)),
    sizes=((2, 3, 6), (1, 3, 6), (4, 3, 6), (4, 5, 6)),
    shapes_with_options=((2, 3, 6), (1, 4, 6), (0, 3, 6)),
    random=True,
    impossible=(
        ((6, 4), {}),
        ((0, 1), {}),
        ((6, 0), {}),
        ((6, 2), {"dim_feedforward": 0}),
        ((6, 2), {"dropout": 1.5}),
        ((6, 2), {"dropout": -0.1}),
        ((6, 2), {"activation": "tanh"}),
    ),
    refused=(
        Refusal(ValueError, (2, 3, 5), naming=((2, 3, 5), 6)),
        Refusal(ValueError, (3, 6), naming=((3, 6),)),
        Refusal(ValueError, (2, 3, 5), {"norm_first": True}, naming=((2, 3, 5), 6), fits=(2, 3, 6)),
    ),
)


def made(twin, **options):
    """A layer that drops nothing."""
    layer = twin(LAYER.path, 6, 2, 5, dropout=0.0, **options)
    layer.name = LAYER.called((6, 2, 5), {"dropout": 0.0, **options})
    return layer


class TestTransformerEncoderLayer(ModuleLaws, member=LAYER, points=7):
    @law(
        "{name} in evaluation computes its equation, forward and backward; backward goes by the mode of its forward.",
        needs="has_evaluation",
    )
    def test_evaluation(self, twin, rng):
        super().test_evaluation(twin, rng)
        for options in ({"dropout": 0.4}, *self.member.together):
            backward_in_the_other_mode(self.member, twin, rng, options)

    @weight(1)
    def test_masks(self, twin, rng):
        """The masks of a layer are those of its self_attn: True may not be attended to, forward and backward."""
        x, shut = wide(rng, (2, 4, 6)), np.arange(4) >= np.array([[4], [2]])
        for options in ({}, {"norm_first": True}):
            for masks in ((future(0, 4), None), (None, shut), (future(0, 4), shut), (rng.normal(size=(4, 4)), shut)):
                layer = made(twin, **options)
                compare_roughly(layer.forward(x, *masks))
                check_gradients(layer, x, *masks, rng=rng)

    @weight(0.5)
    def test_masks_in_turn(self, twin, rng):
        """A mask counts for one forward, and not for the next one."""
        layer, x = made(twin), wide(rng, (2, 4, 6))
        for mask in (future(0, 4), None, future(0, 4).T, None):
            compare_roughly(layer.forward(x, src_mask=mask))
            compare_roughly(layer.backward(upstream(rng, x.shape)))

    @weight(0.5)
    def test_cache(self, twin, rng):
        """With a cache, y of each piece of a text is what the whole text gives there."""
        x = wide(rng, (2, 6, 6))

        def further(piece, first, last):
            return {"src_mask": future(first, last)}

        for options, sizes in (({}, (1, 3, 2)), ({"norm_first": True}, (2, 1, 1, 2))):
            layer = made(twin, **options)
            for y in in_pieces(layer, x, sizes, {"cache": twin("nn.transformer.KVCache")}, further):
                compare_roughly(y)

    @weight(0.5)
    def test_draws_from_one_generator(self, twin, rng):
        """What is dropped comes from the given rng, in the order of the handout, after the initial values."""
        for norm_first in (False, True):
            layer = twin(
                "nn.transformer.TransformerEncoderLayer",
                6,
                2,
                dim_feedforward=5,
                dropout=0.5,
                norm_first=norm_first,
                rng=twin.generator(3),
            )
            layer.name = f"TransformerEncoderLayer(6, 2, 5, dropout=0.5, norm_first={norm_first}, rng=rng)"
            for _ in range(2):  # nothing is seeded again
                compare_roughly(layer.forward(wide(rng, (2, 3, 6))))

    @weight(0.5)
    def test_at_first(self, student, reference):
        """A layer has the parts and the initial values that the handout lists, drawn in its order."""
        for arguments, options in (((6, 3), {"dim_feedforward": 5}), ((4, 1), {"norm_first": True})):
            called = LAYER.called(arguments, options)
            layer = student.nn.transformer.TransformerEncoderLayer(*arguments, **options, rng=student.generator(3))
            make = reference.nn.transformer.TransformerEncoderLayer
            expected = make(*arguments, **options, rng=np.random.default_rng(3)).state_dict()
            state = dict(layer.state_dict())
            compare(", ".join(state), ", ".join(expected), f"the list of keys of {called}.state_dict()")
            compare(state, expected, f"{called}.state_dict()")

    @weight(0.25)
    def test_dropout_is_a_part(self, twin, rng):
        """dropout, dropout1 and dropout2 have the p of the layer, and are in evaluation with it."""
        layer = twin(LAYER.path, 6, 2, dim_feedforward=5, dropout=0.25)
        layer.name = "TransformerEncoderLayer(6, 2, 5, dropout=0.25)"
        layer.compare("dropout.p", "dropout1.p", "dropout2.p")
        layer.eval()
        layer.compare(*(f"{name}.training" for name in ("dropout", "dropout1", "dropout2", "self_attn")))
        compare_roughly(layer.forward(wide(rng, (2, 3, 6))))


class TestKVCache:
    def append(self, twin, rng, cache, *shapes):
        results = []
        for shape in shapes:
            for pair in cache.append(rng.normal(size=shape), rng.normal(size=shape)):
                results.append(pair)
        return results

    @weight(1)
    def test_appends(self, twin, rng):
        """KVCache gives all keys and values so far, the new ones last, for one position at a time and for several."""
        for n, heads, size, lengths in ((2, 3, 4, (1, 3, 1, 2)), (1, 1, 1, (4, 1)), (3, 2, 2, (1, 1, 1))):
            cache = twin("nn.transformer.KVCache")
            for result in self.append(twin, rng, cache, *((n, heads, length, size) for length in lengths)):
                result.compare()
            cache.compare("keys", "values")

    @weight(0.5)
    def test_length(self, student, rng):
        """len(cache) is the number of positions: 0 at first, then the sum of what was appended."""
        cache, total = student.nn.transformer.KVCache(), 0
        compare(len(cache), 0, "len of a new KVCache")
        for length in (2, 1, 4):
            cache.append(rng.normal(size=(3, 2, length, 5)), rng.normal(size=(3, 2, length, 5)))
            total += length
            compare(len(cache), total, f"len(cache) after {total} positions")

    @weight(0.5)
    def test_own(self, twin, rng):
        """Two caches know nothing of each other, and writing into what was appended changes none."""
        one, other = twin("nn.transformer.KVCache"), twin("nn.transformer.KVCache")
        for cache, shape in ((one, (1, 2, 2, 3)), (other, (2, 1, 1, 2)), (one, (1, 2, 1, 3)), (other, (2, 1, 3, 2))):
            keys, values = twin.array(rng.normal(size=shape)), twin.array(rng.normal(size=shape))
            cache.append(keys, values)
            keys.fill(9.0)
            values.fill(9.0)
        for cache in (one, other):
            cache.compare("keys", "values")

    @fine
    @weight(0.25)
    def test_dtypes(self, twin, rng):
        """What a KVCache was given in float32, it gives back in float32."""
        cache = twin("nn.transformer.KVCache")
        for length in (2, 1):
            keys = rng.normal(size=(2, 2, length, 3)).astype(np.float32)
            for array in cache.append(keys, 2 * keys):
                array.compare()

    @fine
    @weight(0.25)
    def test_refuses(self, twin, student, rng):
        """KVCache refuses values of another shape than keys, and other sizes than before but that of positions."""
        cache = student.nn.transformer.KVCache()
        with raises(ValueError, doing="append of unequal shapes", naming=((2, 3, 1, 4), (2, 3, 2, 4))):
            cache.append(np.ones((2, 3, 1, 4)), np.ones((2, 3, 2, 4)))
        cache.append(np.ones((2, 3, 1, 4)), np.ones((2, 3, 1, 4)))
        for shape in ((1, 3, 1, 4), (2, 1, 1, 4), (2, 3, 1, 5)):
            with raises(ValueError, doing=f"append of shape {shape} after (2, 3, 1, 4)", naming=(shape,)):
                cache.append(np.ones(shape), np.ones(shape))
        for keys, values in ((2, 1), (1, 2)):
            with raises(ValueError, doing=f"append of {keys} keys and {values} values after one of each"):
                cache.append(np.ones((2, 3, keys, 4)), np.ones((2, 3, values, 4)))
        compare(len(cache), 1, "len(cache) after what was refused")
        for name in ("keys", "values"):
            compare(getattr(cache, name), np.ones((2, 3, 1, 4)), f"{name} after what was refused")
        for result in self.append(twin, rng, twin("nn.transformer.KVCache"), (2, 1, 1, 2), (2, 1, 2, 2)):
            result.compare()
