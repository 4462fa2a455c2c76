"""Public checks of assignment 09: run them on your own machine with `pytest`.

The numbers are those of the handout's worked example. The hidden checks ask the same of other shapes, options and
upstream gradients.
"""

import math

import numpy as np

from grader.checks import compare, fine, raises, weight

LOG_3 = math.log(3)


def example():
    """Two queries, two keys and their values; e^(ln 3) = 3 makes the weights quarters and halves."""
    q = np.array([[2.0, 0, 0, 0], [0, 0, 0, 0]])
    k = np.array([[0.0, 0, 0, 0], [LOG_3, 0, 0, 0]])
    v = np.array([[4.0, 0], [0, 8]])
    return q, k, v


class TestScaledDotProductAttention:
    @weight(1)
    def test_worked_example(self, student):
        """Attention is the weighted mean of the values, and its gradients are those of the handout."""
        attention = student.nn.transformer.ScaledDotProductAttention()
        q, k, v = example()
        compare(attention.forward(q, k, v), np.array([[1.0, 6], [2, 4]]), "attention of the worked example")
        dq, dk, dv = attention.backward(np.array([[4.0, 0], [0, 1]]))
        compare(dq, np.array([[-1.5 * LOG_3, 0, 0, 0], [LOG_3, 0, 0, 0]]), "dq")
        compare(dk, np.array([[3.0, 0, 0, 0], [-3, 0, 0, 0]]), "dk")
        compare(dv, np.array([[1, 0.5], [3, 0.5]]), "dv")

    @weight(0.5)
    def test_masks(self, student):
        """True in a mask takes part; is_causal shows the first query the first key; without any key there are zeros."""
        attend = student.nn.transformer.scaled_dot_product_attention
        mask = np.array([[False, True], [False, False]])
        compare(attend(*example(), attn_mask=mask), np.array([[0.0, 8], [0, 0]]), "y with a boolean mask")
        mask = np.array([[0.0, -np.inf], [LOG_3, 0]])
        compare(attend(*example(), attn_mask=mask), np.array([[4.0, 0], [3, 2]]), "y with a float mask")
        compare(attend(*example(), is_causal=True), np.array([[4.0, 0], [2, 4]]), "y with is_causal=True")

    @fine
    @weight(0.25)
    def test_refuses(self, student):
        """Attention refuses a mask together with is_causal, a mask of integers, and backward before forward."""
        attention = student.nn.transformer.ScaledDotProductAttention()
        with raises(RuntimeError, doing="ScaledDotProductAttention().backward(dy) before any forward"):
            attention.backward(np.ones((2, 2)))
        with raises(ValueError, doing="attention with a mask and is_causal=True"):
            attention.forward(*example(), attn_mask=np.ones((2, 2), bool), is_causal=True)
        with raises(ValueError, doing="attention with a mask of integers"):
            attention.forward(*example(), attn_mask=np.ones((2, 2), int))


def two_heads(student):
    """Each head sees one number; the projections scale by 1, ln 3 and 4."""
    attention = student.nn.transformer.MultiheadAttention(2, 2)
    attention.in_proj_weight.data = np.concatenate([np.eye(2), LOG_3 * np.eye(2), 4 * np.eye(2)])
    attention.out_proj.weight.data = np.array([[1.0, 1], [0, 1]])
    attention.out_proj.bias.data = np.array([0.0, 1])
    return attention


class TestMultiheadAttention:
    @weight(1)
    def test_worked_example(self, student):
        """MultiheadAttention attends in each head by itself, and its gradients are those of the handout."""
        attention, x = two_heads(student), np.eye(2)[None]
        compare(attention.forward(x, x, x), np.array([[[5.0, 3], [5, 4]]]), "MultiheadAttention(2, 2)(x, x, x)")
        d_query, d_key, d_value = attention.backward(np.array([[[4.0, -4], [0, 0]]]))
        compare(d_query, np.array([[[3 * LOG_3, 0], [0, 0]]]), "d_query")
        compare(d_key, np.array([[[3 * LOG_3, 0], [-3 * LOG_3, 0]]]), "d_key")
        compare(d_value, np.array([[[12.0, 0], [4, 0]]]), "d_value")
        compare(attention.out_proj.weight.grad, np.array([[12.0, 8], [-12, -8]]), "out_proj.weight.grad")
        rows = [[3 * LOG_3, 0], [0, 0], [3, -3], [0, 0], [3, 1], [0, 0]]
        compare(attention.in_proj_weight.grad, np.array(rows), "in_proj_weight.grad")

    @weight(0.5)
    def test_masks(self, student):
        """True in the masks of MultiheadAttention may not be attended to, whether for one query or in a whole text."""
        attention, x = two_heads(student), np.eye(2)[None]
        future, padding = np.array([[False, True], [False, False]]), np.array([[True, False]])
        compare(attention.forward(x, x, x, attn_mask=future), np.array([[[4.0, 1], [5, 4]]]), "y with attn_mask")
        y = np.array([[[4.0, 5], [4, 5]]])
        compare(attention.forward(x, x, x, key_padding_mask=padding), y, "y with key_padding_mask")


class TestPositionalEncoding:
    @weight(0.5)
    def test_worked_example(self, student):
        """PositionalEncoding adds sines and cosines in turn, slower ones farther right."""
        encoding = student.nn.transformer.PositionalEncoding(4)
        slow = 0.01  # 1 / 10000^(2/4)
        rows = [[math.sin(t), math.cos(t), math.sin(slow * t), math.cos(slow * t)] for t in range(3)]
        compare(encoding.forward(np.ones((2, 3, 4))), np.array([rows, rows]) + 1, "PositionalEncoding(4)(ones)")
        dy = np.arange(24.0).reshape(2, 3, 4)
        compare(encoding.backward(dy), dy, "PositionalEncoding(4).backward(dy)")


class TestTransformerEncoderLayer:
    @weight(1)
    def test_paths(self, student):
        """If attention gives 1 and the feed-forward network 2 everywhere, both kinds of layer are as in the handout."""
        x = np.array([[[1.0, 3, 5], [-2, 0, 8]]])
        for norm_first in (True, False):
            layer = student.nn.transformer.TransformerEncoderLayer(
                3, 1, dim_feedforward=4, dropout=0.0, norm_first=norm_first
            )
            for linear, bias in ((layer.self_attn.out_proj, 1.0), (layer.linear2, 2.0)):
                linear.weight.data, linear.bias.data = np.zeros(linear.weight.shape), np.full(3, bias)
            normal = x - x.mean(axis=-1, keepdims=True)
            for _ in range(2):  # the mean of every row is 0, and constants are subtracted
                normal = normal / np.sqrt((normal**2).mean(axis=-1, keepdims=True) + 1e-5)
            compare(layer.forward(x), x + 3 if norm_first else normal, f"y with norm_first={norm_first}")
            if norm_first:
                compare(layer.backward(x), x, "backward(dy) with norm_first=True")


class TestKVCache:
    @weight(0.5)
    def test_appends(self, student):
        """KVCache keeps what it was given, in order, and counts positions."""
        cache = student.nn.transformer.KVCache()
        keys = np.arange(8.0).reshape(1, 2, 2, 2)
        compare(cache.append(keys, -keys), (keys, -keys), "the first append(keys, values)")
        both = np.concatenate([keys, keys[:, :, :1] + 9], axis=2)
        found = cache.append(keys[:, :, :1] + 9, -keys[:, :, :1] - 9)
        compare(found, (both, -both), "the second append(keys, values)")
        compare(len(cache), 3, "len(cache)")


class TestGPT:
    def still(self, student):
        """A GPT whose layers add nothing."""
        model = student.nn.transformer.GPT(vocab_size=3, context_length=4, embed_dim=2, num_layers=2, num_heads=1)
        for layer in model.layers:
            for linear in (layer.self_attn.out_proj, layer.linear2):
                linear.weight.data, linear.bias.data = np.zeros(linear.weight.shape), np.zeros(2)
        model.token_embedding.weight.data = np.array([[0.0, 0], [1, 0], [0, 2]])
        model.position_embedding.weight.data = np.array([[3.0, 1], [1, 3], [5, 1], [0, 4]])
        model.norm.bias.data = np.array([0.0, 1.0])
        return model

    @weight(1)
    def test_worked_example(self, student):
        """If the layers of a GPT add nothing, its logits are those of the handout, and the table has both gradients."""
        model, a = self.still(student), 1 / math.sqrt(1 + 1e-5)  # as eps is below the root
        logits = np.array([[[0, a, 2 - 2 * a], [0, -a, 2 + 2 * a]]])
        compare(model.forward(np.array([[0, 0]])), logits, "the logits of the tokens 0 0")
        model.backward(np.array([[[1.0, 0, 0], [0, 0, 0]]]))
        found = model.token_embedding.weight.grad
        compare(found, np.array([[a, 1 - a], [0, 0], [0, 0]]), "token_embedding.weight.grad of the first logit")

    @weight(1)
    def test_cache(self, student, rng):
        """With a cache, each piece of a text gives the logits that the whole text gives there."""
        model = self.still(student)
        for layer in model.layers:
            for linear in (layer.self_attn.out_proj, layer.linear2):
                linear.weight.data = rng.normal(size=linear.weight.shape)
        tokens = np.array([[2, 0, 1, 2]])
        whole, cache = model.forward(tokens), model.new_cache()
        compare(whole.shape, (1, 4, 3), "the shape of the logits")
        compare(bool(np.ptp(whole[..., 1:]) > 0.1), True, "`the logits differ`")
        for first, last in ((0, 1), (1, 3), (3, 4)):
            piece = model.forward(tokens[:, first:last], cache)
            compare(piece, whole[:, first:last], f"the logits of positions {first} to {last - 1}, by a cache")


class TestGenerate:
    def model(self, student):
        """Token t is followed by t + 1 or, half as likely, by t + 2, modulo 4."""
        table = np.full((4, 4), -1000.0)
        for token in range(4):
            table[token, (token + 1) % 4], table[token, (token + 2) % 4] = math.log(2), 0.0
        return student.inside.Tables(table, np.zeros((9, 4)))

    @weight(0.5)
    def test_greedy(self, student):
        """With temperature 0, generate appends the likeliest token each time, with a cache or without."""
        for use_cache in (True, False):
            found = student.nn.transformer.generate(
                self.model(student), np.array([2, 3]), 4, temperature=0.0, use_cache=use_cache
            )
            compare(found, np.array([2, 3, 0, 1, 2, 3]), f"generate with use_cache={use_cache}")

    @weight(0.5)
    def test_draws(self, student):
        """generate compares one number of rng with the cumulative probabilities of each token."""
        drawn = np.random.default_rng(5).random(5)
        tokens = [1]
        for u in drawn:  # after 0 and 1, the likelier token comes first in the vocabulary; after 2, token 0 does
            token = tokens[-1]
            likelier, other = (token + 1) % 4, (token + 2) % 4
            share = {likelier: 2 / 3, other: 1 / 3}
            first, second = sorted(share)
            tokens.append(first if share[first] > u else second)
        found = student.nn.transformer.generate(self.model(student), np.array([1]), 5, rng=student.generator(5))
        compare(found, np.array(tokens), "generate with a generator of seed 5")
