"""What people believe about large numbers in a gate."""

import numpy as np

from grader.assignment import misconception


@misconception(
    "nn.modern.SwiGLU",
    hint="What is exp(-g) for g = -1000, and what does NumPy say of it?",
    fails=("SwiGLU/test_large",),
    source="a reader of the handout",
)
class sigmoid_by_its_equation:
    """silu(g) is g / (1 + exp(-g)) for every g."""

    def forward(self, x):
        g, values = self.gate(x), self.up(x)
        share = 1 / (1 + np.exp(-g))
        self.save_for_backward(g, share, values)
        return self.down(g * share * values)

    def backward(self, dy):
        g, share, values = self.saved_values
        d_hidden = self.down.backward(dy)
        dx = self.gate.backward(d_hidden * values * share * (1 + g * (1 - share)))
        return dx + self.up.backward(d_hidden * g * share)
