"""Hidden checks of assignment 09: scaled dot-product attention."""

import numpy as np

from grader.checks import check_gradients, compare, fine, raises, weight
from grader.checks.battery import Layer, ModuleLaws, upstream, wide
from grader.checks.battery.drawing import FAR_OFF, TO_ROUNDING, compare_roughly
from grader.checks.strict import warnings_as_errors

PATH = "nn.transformer.ScaledDotProductAttention"
SHAPES = ((2, 3, 4), (1, 4, 2), (3, 1, 5), (4, 4, 4), (2, 3, 5, 2), (3, 5))


def keys_and_values(rng, shape, options=None, keys=None, size=None):
    """For queries of this shape, two keys more than queries, and values of another size than keys."""
    *leading, length, features = shape
    count = length + 2 if keys is None else keys
    return wide(rng, (*leading, count, features)), wide(rng, (*leading, count, size or features + 1))


def inputs(rng, shape, **sizes):
    return wide(rng, shape), *keys_and_values(rng, shape, **sizes)


def ask(twin, rng, given, name, **masks):
    """Compare y and all gradients for these inputs and masks."""
    attention = twin(PATH)
    attention.name = name
    masks = {"attn_mask": None, "is_causal": False, **masks}
    compare_roughly(attention.forward(*given, *masks.values()))
    check_gradients(attention, *given, *masks.values(), differentiable=3, rng=rng)


def some(rng, shape):
    """A boolean mask by chance, in which every query has a key and some have not all."""
    mask = rng.random(shape) < 0.5
    mask[..., 0], mask[..., 1] = True, False
    return mask


ATTENTION = Layer(
    PATH,
    shapes=(*SHAPES, (0, 3, 4)),
    sizes=((2, 3, 4), (1, 3, 4), (3, 3, 4), (3, 5, 4)),
    further=keys_and_values,
    inputs=("q", "k", "v"),
    differentiable=3,
)


class TestScaledDotProductAttention(ModuleLaws, member=ATTENTION, points=5.5):
    @weight(0.5)
    def test_numbers_of_keys(self, twin, rng):
        """There may be fewer keys than queries, as many, or one; values may be longer or shorter than keys."""
        for keys, size in ((2, 1), (5, 7), (1, 3), (9, 2), (5, 3)):
            given = inputs(rng, (2, 5, 3), keys=keys, size=size)
            ask(twin, rng, given, f"attention of 5 queries to {keys} keys with values of size {size}")

    @weight(1)
    def test_boolean_mask(self, twin, rng):
        """A boolean mask lets those keys take part where it is True, forward and backward."""
        for shape in ((2, 3, 4), (4, 4, 4), (5, 2)):
            mask = some(rng, (*shape[:-1], shape[-2] + 2))
            ask(twin, rng, inputs(rng, shape), "attention with a boolean mask", attn_mask=mask)

    @weight(0.5)
    def test_float_mask(self, twin, rng):
        """A float mask is added to the scores, after they were scaled."""
        for shape in ((2, 3, 4), (3, 3, 3)):
            mask = rng.normal(size=(*shape[:-1], shape[-2] + 2))
            mask[..., 1] = -np.inf
            ask(twin, rng, inputs(rng, shape), "attention with a float mask", attn_mask=mask)

    @weight(0.5)
    def test_masks_broadcast(self, twin, rng):
        """A mask for one query, for one text or for all of them counts for every one."""
        shape = (2, 3, 4, 5)
        for of in ((4, 6), (2, 1, 1, 6), (3, 1, 6), (1, 6), (2, 3, 4, 6)):
            given = inputs(rng, shape)
            ask(twin, rng, given, f"attention with a boolean mask of shape {of}", attn_mask=some(rng, of))
            ask(twin, rng, given, f"attention with a float mask of shape {of}", attn_mask=rng.normal(size=of))

    @weight(1)
    def test_causal(self, twin, rng):
        """With is_causal, query i attends to keys 0 to i, also if there are more keys than queries, or fewer."""
        for length, keys in ((4, 4), (3, 6), (5, 2), (1, 4), (4, 1)):
            given = inputs(rng, (2, length, 3), keys=keys)
            ask(twin, rng, given, f"causal attention of {length} queries to {keys} keys", is_causal=True)

    @weight(1)
    def test_nothing_to_attend_to(self, twin, rng):
        """A query that may attend to no key gets zeros and sends back zeros, without a warning; others are as usual."""
        q, k, v = inputs(rng, (2, 3, 4))
        allowed = some(rng, (2, 3, 5))
        allowed[0, 1] = allowed[1, 0] = allowed[1, 2] = False
        for mask in (allowed, np.where(allowed, 0.5, -np.inf), np.zeros((3, 5), bool)):
            with warnings_as_errors(twin.student):
                ask(twin, rng, (q, k, v), "attention of queries, some without a key", attn_mask=mask)
        with warnings_as_errors(twin.student):
            ask(twin, rng, (q, k[:, :0], v[:, :0]), "attention without keys")
        ask(twin, rng, (q, k, v), "attention to all keys")

    @weight(1)
    def test_large_scores(self, twin, rng):
        """Attention is exact to rounding for scores of magnitude 10000, of either sign, without a warning."""
        # Whole numbers up to 200, and 16 of them: scores are exact in float32, also if q and k are both divided by 2.
        q = rng.integers(1, 200, (2, 3, 16)) * 1.0
        far = 100 * np.ones((2, 1, 16))
        for sign in (1, -1):
            k = sign * far + rng.integers(0, 2, (2, 5, 16)) * (np.arange(16) < 2)
            k[:, 1], k[:, 4] = k[:, 0], far[:, 0]  # the key 4 has by far the largest scores, if it may be attended to
            masks = some(rng, (3, 5)), np.arange(5) < [[4], [3], [2]]
            for more in ({}, *({"attn_mask": mask} for mask in masks), {"is_causal": True}):
                attention, v = twin(PATH), wide(rng, (2, 5, 3))
                for dtype, tolerance in TO_ROUNDING.items():
                    with warnings_as_errors(twin.student):
                        given = (array.astype(dtype) for array in (q, k, v))
                        compare_roughly(attention.forward(*given, **more), tolerance)
                        dy = upstream(rng, (2, 3, 3)).astype(dtype)
                        # of large q and k: what is exact are the weights
                        compare_roughly(attention.backward(dy)[2], tolerance)

    @weight(0.5)
    def test_function(self, twin, rng):
        """scaled_dot_product_attention gives what the module gives, with and without a mask."""
        for shape in (*SHAPES, (0, 3, 4)):
            given = inputs(rng, shape)
            for masks in ({}, {"attn_mask": some(rng, (shape[-2], shape[-2] + 2))}, {"is_causal": True}):
                found = twin("nn.transformer.scaled_dot_product_attention", *given, **masks)
                found.name = f"scaled_dot_product_attention of shape {shape} with {list(masks)}"
                compare_roughly(found)

    @weight(0.5)
    def test_masks_in_turn(self, twin, rng):
        """Each backward goes by the mask of the last forward, whichever kinds came before."""
        attention, given = twin(PATH), inputs(rng, (2, 3, 4))
        masks = {"attn_mask": some(rng, (3, 5))}, {}, {"is_causal": True}, {}, {"attn_mask": rng.normal(size=(3, 5))}
        for mask in masks:
            compare_roughly(attention.forward(*given, **mask))
            for gradient in attention.backward(upstream(rng, (2, 3, 5))):
                compare_roughly(gradient)

    @fine
    @weight(0.25)
    def test_mask_memory(self, twin, rng):
        """A mask may be in any memory layout and read-only, and is not changed."""
        q, k, v = inputs(rng, (2, 4, 3))
        for mask in (some(rng, (4, 6)), rng.normal(size=(4, 6))):
            for layout in ("C", "F", "strided", "read-only"):
                held, attention = twin.array(mask, layout), twin(PATH)
                compare_roughly(attention.forward(q, k, v, held))
                compare_roughly(attention.backward(np.ones((2, 4, 4)))[0])
                held.name = f"a {layout} mask after forward and backward"
                held.compare()

    @fine
    @weight(0.25)
    def test_mask_dtypes(self, twin, rng):
        """With a float64 mask, y of float32 inputs is float32, and so are the gradients."""
        given = tuple(array.astype(np.float32) for array in inputs(rng, (2, 4, 3)))
        for mask in (rng.normal(size=(4, 6)), some(rng, (4, 6)), rng.normal(size=(4, 6)).astype(np.float32)):
            attention = twin(PATH)
            attention.forward(*given, mask).compare()
            for gradient in attention.backward(upstream(rng, (2, 4, 4))):
                gradient.compare(tolerance=FAR_OFF)  # terms cancel

    @fine
    @weight(0.5)
    def test_refuses_what_does_not_fit(self, twin, student, rng):
        """Attention refuses q, k, v and masks of shapes that do not fit together, and names them."""
        attention = student.nn.transformer.ScaledDotProductAttention()
        for q, k, v, named in (
            ((2, 3, 4), (2, 5, 3), (2, 5, 4), ((2, 5, 3), 4)),
            ((2, 3, 4), (1, 5, 4), (1, 5, 4), ((1, 5, 4), 2)),
            ((2, 3, 4), (2, 5, 4), (2, 6, 4), ((2, 6, 4), 5)),
            ((2, 3, 4), (5, 4), (5, 4), ((5, 4),)),
            ((4,), (5, 4), (5, 4), ((4,),)),
        ):
            with raises(ValueError, doing=f"attention of shapes {q}, {k} and {v}", naming=named):
                attention.forward(np.ones(q), np.ones(k), np.ones(v))
        given = np.ones((2, 3, 4)), np.ones((2, 5, 4)), np.ones((2, 5, 4))
        for shape in ((3, 4), (5, 3), (2, 3), (3, 3, 5), (1, 2, 3, 5)):
            for kind in (bool, float):
                doing = f"attention with a {kind.__name__} mask of shape {shape} and scores of shape (2, 3, 5)"
                with raises(ValueError, doing=doing, naming=(shape, (2, 3, 5))):
                    attention.forward(*given, attn_mask=np.ones(shape, kind))
        with raises(ValueError, doing="attention with a mask of integers"):
            attention.forward(*given, attn_mask=np.ones((3, 5), int))
        with raises(ValueError, doing="attention with a mask and is_causal=True"):
            attention.forward(*given, attn_mask=np.ones((3, 5), bool), is_causal=True)
        with raises(ValueError, doing="scaled_dot_product_attention with a mask and is_causal=True"):
            student.nn.transformer.scaled_dot_product_attention(*given, attn_mask=np.ones((3, 5), bool), is_causal=True)
        ask(twin, rng, inputs(rng, (2, 3, 4)), "attention with a mask that fits", attn_mask=some(rng, (3, 5)))

    @fine
    @weight(0.25)
    def test_parameters(self, student, rng):
        """ScaledDotProductAttention has no parameters, and a module of it can be a part of others."""
        attention = student.nn.transformer.ScaledDotProductAttention()
        compare(len(list(attention.parameters())), 0, "the number of parameters of ScaledDotProductAttention()")
        v = rng.normal(size=(2, 3))
        y = np.broadcast_to(v.mean(axis=0), (4, 3))
        compare(attention(np.zeros((4, 5)), np.ones((2, 5)), v), y, "attention(q, k, v) of equal scores")
