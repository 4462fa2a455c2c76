"""What people believe about positions and a cache, both given to a block."""

from grader.assignment import misconception


@misconception(
    "nn.modern.DecoderBlock.forward",
    hint="Who is told the positions, if there is a cache, too?",
    fails=("DecoderBlock/test_cache",),
    source="a reader of the handout",
)
def cache_replaces_positions(self, x, positions=None, cache=None):
    """Where there is a cache, positions need not be passed on."""
    self.save_for_backward(x.dtype)
    h = x + self.attention(self.attention_norm(x), positions if cache is None else None, cache)
    return h + self.feed_forward(self.feed_forward_norm(h))
