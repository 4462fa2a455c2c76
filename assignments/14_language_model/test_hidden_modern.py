"""Hidden checks of assignment 14: rotations, gates, attention and blocks."""

import math
from dataclasses import dataclass

import numpy as np

from grader.checks import Tolerance, check_gradients, compare, fine, raises, weight
from grader.checks.battery import Layer, ModuleLaws, signs
from grader.checks.battery.drawing import compare_roughly
from grader.checks.battery.module import Refusal
from grader.checks.strict import warnings_as_errors

# The angle of a large position is off by its rounding in float64, 1e-16 of it: 1e-10 for a million radians. In float32
# it would be off by 0.06.
FAR = Tolerance(0.0, 0.0, absolute=1e-6)


def places(rng, shape, options):
    """Positions for x of this shape: in no order, and now and then with as many dimensions as there are."""
    leading = shape[:-1]
    kept = leading[int(rng.integers(len(leading))) :]  # the shape of positions broadcasts to all leading dimensions
    return (rng.integers(0, 40, size=kept),)


ROPE = Layer(
    "nn.modern.RotaryEmbedding",
    arguments=(6,),
    options=({"base": 100.0}, {"interleaved": True}),
    together=({"base": 50.0, "interleaved": True},),
    shapes=((4, 6), (1, 6), (3, 5, 6), (2, 1, 6), (2, 3, 4, 6), (6, 6), (0, 3, 6)),
    sizes=((4, 5, 6), (1, 5, 6), (3, 5, 6), (3, 7, 6), (3, 2, 7, 6)),
    further=places,
    inputs=("x", "positions"),
    impossible=(((5,), {}), ((0,), {}), ((-2,), {}), ((4,), {"base": 0.0}), ((4,), {"base": -1.0})),
)


class TestRotaryEmbedding(ModuleLaws, member=ROPE, points=5):
    @weight(0.5)
    def test_dims(self, twin, rng):
        """RotaryEmbedding works for any even dim, with angles that depend on it."""
        for dim, options in ((2, {}), (4, {"interleaved": True}), (16, {}), (10, {"interleaved": True, "base": 3.0})):
            rope = twin("nn.modern.RotaryEmbedding", dim, **options)
            x, positions = rng.normal(size=(2, 3, dim)), rng.integers(9, size=3)
            compare_roughly(rope.forward(x, positions))
            check_gradients(rope, x, positions, rng=rng)

    @weight(0.75)
    def test_shapes_of_positions(self, twin, rng):
        """Positions may be those of every row, of each example, or one for all, forward and backward."""
        for options in ({}, {"interleaved": True}):
            rope = twin("nn.modern.RotaryEmbedding", 4, **options)
            for shape in ((3,), (2, 1, 3), (5, 3), (2, 5, 3), (2, 5, 1), (1,), (1, 1, 3), ()):
                x, positions = rng.normal(size=(2, 5, 3, 4)), rng.integers(0, 30, size=shape)
                compare_roughly(rope.forward(x, np.asarray(positions)))
                check_gradients(rope, x, np.asarray(positions), rng=rng)

    @weight(0.5)
    def test_apart(self, student, rng):
        """The product of two rows depends on how far their positions are apart, and each keeps its length."""
        for options in ({}, {"interleaved": True}):
            rope = student.nn.modern.RotaryEmbedding(6, **options)
            q, k = rng.normal(size=(2, 1, 6))
            expected = None
            for start in (0, 3, 50):
                turned = [rope.forward(row, np.array([place])) for row, place in ((q, start + 2), (k, start + 7))]
                product = float((turned[0] * turned[1]).sum())
                expected = self._product(q[0], k[0], 5, options) if expected is None else expected
                compare(product, expected, f"the product of rows at {start + 2} and {start + 7}", FAR)
            compare(float((turned[0] ** 2).sum()), float((q**2).sum()), "the squared length of a row", FAR)

    @staticmethod
    def _product(q, k, apart, options):
        pairs = [(0, 1), (2, 3), (4, 5)] if options else [(0, 3), (1, 4), (2, 5)]
        total = 0.0
        for i, (a, b) in enumerate(pairs):
            turn = complex(math.cos(apart * 1e4 ** (-i / 3)), math.sin(apart * 1e4 ** (-i / 3)))
            total += (complex(q[a], -q[b]) * complex(k[a], k[b]) * turn).real
        return total

    @fine
    @weight(0.5)
    def test_far(self, twin, rng):
        """Angles are computed in float64, also for float32; positions may be large, negative, of any integer dtype."""
        rope = twin("nn.modern.RotaryEmbedding", 8)
        x = signs(rng, (3, 8)).astype(np.float32)
        for positions in (np.array([10**6, -(10**6), 99_991]), np.array([7, -7, 120], dtype=np.int8)):
            y = rope.forward(x, positions)
            y.compare(tolerance=FAR)
            rope.backward(x).compare(tolerance=FAR)

    @fine
    @weight(0.25)
    def test_refuses_shapes(self, student, rng):
        """Another last dimension than dim, and positions that do not broadcast to x, are ValueErrors."""
        rope = student.nn.modern.RotaryEmbedding(4)
        x = rng.normal(size=(2, 3, 4))
        for shape, positions, naming in (
            ((2, 3, 6), (3,), ((2, 3, 6), 4)),
            ((2, 3, 4), (4,), ((4,), (2, 3))),
            ((2, 3, 4), (5, 3), ((5, 3), (2, 3))),
            ((2, 3, 4), (5, 2, 3), ((5, 2, 3), (2, 3))),
            ((1, 3, 4), (2, 3), ((2, 3), (1, 3))),
        ):
            called = f"RotaryEmbedding(4).forward(x, positions) with shapes {shape} and {positions}"
            with raises(ValueError, doing=called, naming=naming):
                rope.forward(np.ones(shape), np.ones(positions, np.int64))
        compare(rope.forward(x, np.zeros(3, np.int64)), x, "RotaryEmbedding(4).forward(x, zeros)")


SWIGLU = Layer(
    "nn.modern.SwiGLU",
    arguments=(4, 6),
    shapes=((4,), (3, 4), (1, 4), (2, 5, 4), (2, 1, 3, 4), (4, 4), (0, 4)),
    sizes=((5, 4), (1, 4), (3, 4), (2, 3, 4)),
    impossible=(((0, 3), {}), ((3, 0), {}), ((-1, 3), {})),
    refused=(Refusal(ValueError, (3, 6), naming=((3, 6), 4)), Refusal(ValueError, (3, 1), naming=((3, 1), 4))),
)


class TestSwiGLU(ModuleLaws, member=SWIGLU, points=3):
    @weight(0.5)
    def test_sizes(self, twin, rng):
        """SwiGLU takes any sizes, forward and backward."""
        for sizes in ((1, 1), (2, 7), (7, 2), (3, 3)):
            module = twin("nn.modern.SwiGLU", *sizes)
            x = rng.normal(size=(3, 2, sizes[0]))
            compare_roughly(module.forward(x))
            check_gradients(module, x, rng=rng)

    @weight(0.5)
    def test_at_first(self, student):
        """SwiGLU draws gate, then up, then down, and has no other parameters."""
        compare_initial(student, "nn.modern.SwiGLU", (3, 5), gate=(5, 3), up=(5, 3), down=(3, 5))

    @fine
    @weight(0.25)
    def test_large(self, twin, rng):
        """SwiGLU is right for large numbers of both signs, without a warning."""
        module = twin("nn.modern.SwiGLU", 4, 6)
        x = 1e3 * rng.normal(size=(5, 4))
        with warnings_as_errors(twin.student):
            module.forward(x).compare()
            module.backward(rng.normal(size=(5, 4))).compare()


def compare_initial(student, path, arguments, **shapes):
    """Compare names and initial values of Linear layers, drawn in this order."""
    module = student.make(path, *arguments, rng=student.generator(9))
    called = f"{path.rpartition('.')[2]}{arguments}"
    names = ", ".join(name for name, _ in module.named_parameters())
    compare(names, ", ".join(f"{name}.weight" for name in shapes), f"the parameters of {called}")
    rng = np.random.default_rng(9)
    for name, shape in shapes.items():
        bound = 1 / math.sqrt(shape[1])
        compare(getattr(module, name).weight.data, rng.uniform(-bound, bound, shape), f"{called}.{name}.weight.data")


def compare_in_parts(twin, module, x, lengths, positions):
    """Compare y of parts of these lengths, given one after the other with a cache, with y of the whole x."""
    cache, start = twin("nn.transformer.KVCache"), 0
    whole = module.forward(x, positions).compare().expected
    for end in np.cumsum(lengths):
        here = None if positions is None else positions[start:end]
        name = f"y of places {start} to {end - 1}, with a cache and positions {here}"
        part, expected = module.forward(x[:, start:end], here, cache=cache), whole[:, start:end]
        part.name = name
        part.judge(lambda actual, _, expected=expected, name=name: compare(actual, expected, name))
        start = int(end)


@dataclass(frozen=True)
class Turned(Layer):
    """A layer whose option `rope` is given as the options of a RotaryEmbedding, which is made on both sides."""

    head_dim: int = 4

    def make(self, twin, options):
        module = super().make(twin, options | self._rope(twin, options))
        module.name = self.called(self.arguments, options)
        return module

    def _rope(self, twin, options):
        return (
            {"rope": twin("nn.modern.RotaryEmbedding", self.head_dim, **options["rope"])} if "rope" in options else {}
        )

    def called(self, arguments, options):
        """As students write it: rope=RotaryEmbedding(4)."""
        if "rope" not in options:
            return super().called(arguments, options)
        made = options["rope"] if isinstance(options["rope"], dict) else {}
        given = ", ".join([str(self.head_dim), *(f"{key}={value}" for key, value in made.items())])
        return super().called(arguments, options | {"rope": _Shown(f"RotaryEmbedding({given})")})


class _Shown(str):
    """A text that is shown without quotation marks."""

    def __repr__(self):
        return str(self)


ATTENTION_SHAPES = {
    "shapes": ((2, 5, 8), (1, 3, 8), (3, 1, 8), (8, 8, 8), (1, 1, 8), (0, 3, 8)),
    "sizes": ((2, 5, 8), (1, 5, 8), (3, 5, 8), (3, 7, 8), (3, 2, 8)),
}
OTHER_SHAPES = (
    Refusal(ValueError, (2, 5, 6), naming=((2, 5, 6), 8)),
    Refusal(ValueError, (2, 5, 1), naming=((2, 5, 1), 8)),
    Refusal(ValueError, (5, 8), naming=((5, 8),)),
    Refusal(ValueError, (2, 2, 5, 8), naming=((2, 2, 5, 8),)),
)
ATTENTION = Turned(
    "nn.modern.GroupedQueryAttention",
    arguments=(8, 4, 2),
    head_dim=2,
    options=({"rope": {}}, {"rope": {"interleaved": True}}, {"rope": {"base": 10.0}}),
    impossible=(
        ((0, 1, 1), {}),
        ((8, 0, 1), {}),
        ((8, 4, 0), {}),
        ((8, 3, 1), {}),
        ((8, 4, 3), {}),
        ((8, 2, 4), {}),
    ),
    refused=OTHER_SHAPES,
    **ATTENTION_SHAPES,
)
HEADS = ((8, 4, 4), (8, 4, 1), (6, 1, 1), (12, 6, 2), (12, 6, 3), (4, 4, 2))


class TestGroupedQueryAttention(ModuleLaws, member=ATTENTION, points=7):
    @weight(0.5)
    def test_heads(self, twin, rng):
        """Any number of heads that divides embed_dim, and any number of key heads that divides it, are right:
        neighbours share keys and values.
        """
        for sizes in HEADS:
            module = twin("nn.modern.GroupedQueryAttention", *sizes)
            x = rng.normal(size=(2, 4, sizes[0]))
            compare_roughly(module.forward(x))
            check_gradients(module, x, rng=rng)

    @weight(0.5)
    def test_causal(self, student, twin, rng):
        """What comes later changes nothing: y of a beginning is the beginning of y."""
        for rope in (False, True):
            options = {"rope": twin("nn.modern.RotaryEmbedding", 4)} if rope else {}
            module = twin("nn.modern.GroupedQueryAttention", 8, 2, 1, **options)
            x = rng.normal(size=(2, 6, 8))
            y = module.forward(x).compare()
            for length in (1, 4):
                beginning = module.actual.forward(x[:, :length])
                compare(beginning, y.expected[:, :length], f"y of the first {length} of 6 positions")

    @weight(1)
    def test_positions(self, twin, rng):
        """Positions that are given turn queries and keys, for all sequences or for each, forward and backward."""
        for options in ({}, {"interleaved": True}):
            rope = twin("nn.modern.RotaryEmbedding", 4, **options)
            module = twin("nn.modern.GroupedQueryAttention", 8, 2, 1, rope)
            x = rng.normal(size=(3, 5, 8))
            for positions in (rng.permutation(9)[:5], rng.integers(30, size=(3, 5)), np.arange(5) + 7):
                compare_roughly(module.forward(x, positions))
                check_gradients(module, x, positions, rng=rng)

    @weight(0.5)
    def test_shared_rope(self, twin, rng):
        """Two attentions may share a rope, and go backward after both have gone forward."""
        rope = twin("nn.modern.RotaryEmbedding", 4)
        modules = [twin("nn.modern.GroupedQueryAttention", 8, 2, heads, rope) for heads in (1, 2)]
        for module, length in zip(modules, (5, 3)):
            compare_roughly(module.forward(rng.normal(size=(2, length, 8)), np.arange(length) * 3))
        for module, length in zip(modules, (5, 3)):
            compare_roughly(module.backward(rng.normal(size=(2, length, 8))))
            module.compare("q_proj.weight.grad", "k_proj.weight.grad")

    @weight(1)
    def test_cache(self, twin, rng):
        """With a cache, y of parts is y of the whole: of parts of any lengths, in batches, with and without a rope, for
        positions that count on and for any others.
        """
        for sizes, options in (((8, 4, 2), None), ((8, 2, 1), {}), ((8, 2, 2), {"interleaved": True})):
            rope = (
                {} if options is None else {"rope": twin("nn.modern.RotaryEmbedding", sizes[0] // sizes[1], **options)}
            )
            module = twin("nn.modern.GroupedQueryAttention", *sizes, **rope)
            for positions in (None, rng.permutation(30)[:7]):
                compare_in_parts(twin, module, rng.normal(size=(2, 7, 8)), (3, 1, 1, 2), positions)

    @weight(0.5)
    def test_at_first(self, student):
        """It draws q_proj, k_proj, v_proj and out_proj, in this order, and has no bias."""
        shapes = {"q_proj": (8, 8), "k_proj": (4, 8), "v_proj": (4, 8), "out_proj": (8, 8)}
        compare_initial(student, "nn.modern.GroupedQueryAttention", (8, 4, 2), **shapes)

    @fine
    @weight(0.5)
    def test_large(self, twin, rng):
        """Scores may be large: nothing overflows, forward and backward, without a warning."""
        module = twin("nn.modern.GroupedQueryAttention", 8, 2, 1)
        for size in (40, 1e6):  # scores of some thousands, and beyond every number that could stand for -infinity
            x = size * signs(rng, (2, 5, 8)) * rng.uniform(1, 2, (2, 5, 8))
            with warnings_as_errors(twin.student):
                module.forward(x).compare()
                module.backward(rng.normal(size=(2, 5, 8))).compare()


BLOCK = Turned(
    "nn.modern.DecoderBlock",
    arguments=(8, 4, 2, 6),
    head_dim=2,
    options=({"rope": {}}, {"rope": {"interleaved": True}}),
    impossible=(((0, 1, 1, 6), {}), ((8, 3, 1, 6), {}), ((8, 4, 3, 6), {}), ((8, 4, 2, 0), {})),
    refused=OTHER_SHAPES,
    **ATTENTION_SHAPES,
)


class TestDecoderBlock(ModuleLaws, member=BLOCK, points=4):
    @weight(0.5)
    def test_sizes(self, twin, rng):
        """DecoderBlock takes any sizes and any positions, forward and backward."""
        for sizes in ((8, 2, 1, 3), (6, 3, 3, 6), (4, 1, 1, 9)):
            rope = twin("nn.modern.RotaryEmbedding", sizes[0] // sizes[1])
            block = twin("nn.modern.DecoderBlock", *sizes, rope)
            x, positions = rng.normal(size=(2, 4, sizes[0])), rng.permutation(9)[:4]
            compare_roughly(block.forward(x, positions))
            check_gradients(block, x, positions, rng=rng)

    @weight(0.5)
    def test_at_first(self, student, reference):
        """DecoderBlock has the parameters that the handout lists, drawn in its order."""
        block = student.nn.modern.DecoderBlock(8, 4, 2, 6, rng=student.generator(3))
        expected = reference.nn.modern.DecoderBlock(8, 4, 2, 6, rng=np.random.default_rng(3)).state_dict()
        compare(dict(block.state_dict()), expected, "DecoderBlock(8, 4, 2, 6).state_dict()")

    @weight(0.5)
    def test_cache(self, student, twin, rng):
        """With a cache, y of parts is y of the whole, for positions that count on and for any others."""
        block = twin("nn.modern.DecoderBlock", 8, 2, 1, 6, twin("nn.modern.RotaryEmbedding", 4))
        for positions in (None, rng.permutation(30)[:5]):
            compare_in_parts(twin, block, rng.normal(size=(2, 5, 8)), (2, 1, 2), positions)
