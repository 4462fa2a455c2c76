"""What people believe about training and evaluation of layers and models."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.transformer.TransformerEncoderLayer.backward",
    hint="A forward in training has dropped some numbers. Then somebody calls eval(). What does backward drop?",
    fails=("TransformerEncoderLayer/test_evaluation",),
    source="folklore",
)
def mode_of_backward_counts(self, dy):
    """Nothing was dropped if the layer is in evaluation when backward is called."""
    (dtype,) = self.saved_values
    through = [layer.backward if self.training else np.array for layer in (self.dropout, self.dropout1, self.dropout2)]

    def feed(d):
        d_hidden = through[0](self.linear2.backward(through[2](d)))
        return self.linear1.backward(self.activation.backward(d_hidden))

    def attend(d):
        return sum(self.self_attn.backward(through[1](d)))

    if self.norm_first:
        dy = dy.astype(dtype, copy=False)
        d_hidden = dy + self.norm2.backward(feed(dy))
        return d_hidden + self.norm1.backward(attend(d_hidden))
    d_sum = self.norm2.backward(dy)
    d_sum = self.norm1.backward(d_sum + feed(d_sum))
    return d_sum + attend(d_sum)


@misconception(
    "nn.transformer.GPT.forward",
    hint="After an evaluation, training goes on and writes into the table. Which table has the next evaluation?",
    fails=("GPT/test_table_is_one",),
    source="folklore",
)
def evaluation_has_a_copy_of_the_table(self, tokens, cache=None):
    """In evaluation the table does not change, so a transposed copy of it is made once."""
    past = 0 if cache is None else len(cache[0])
    if tokens.ndim != 2 or past + tokens.shape[1] > self.context_length:
        limit = f"(N, L) with L <= {self.context_length - past}"
        raise ValueError(f"tokens have shape {tokens.shape}, but should have shape {limit}")
    length = tokens.shape[1]
    x = self.token_embedding(tokens) + self.position_embedding(np.arange(past, past + length))
    future = ~np.tri(length, past + length, past, dtype=bool)
    for number, layer in enumerate(self.layers):
        x = layer(x, future, cache=None if cache is None else cache[number])
    hidden = self.norm(x)
    self.save_for_backward(hidden)
    table = self.token_embedding.weight.data
    if self.training:
        return hidden @ table.T
    if vars(self).get("_copied", (None,))[0] is not table:
        self._copied = table, table.T.copy()
    return hidden @ self._copied[1]
