"""What people believe about a gate."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import SiLU
from reference.nn.linear import Linear


@misconception(
    "nn.modern.SwiGLU.__init__",
    hint="Which function has (2)?",
    fails=(
        "Learning/test_melodies",
        "SwiGLU/test_worked_example",
        "SwiGLU/test_sizes",
        "SwiGLU/test_at_first",
        "SwiGLU/test_large",
        "SwiGLU/test_used_again",
        "SwiGLU/test_memory",
        "DecoderBlock/test_paths",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_at_first",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_memory",
        "LanguageModel/test_worked_example",
        "LanguageModel/test_sizes",
        "LanguageModel/test_tied",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_causal",
        "Generate/test_model",
    ),
    source="folklore",
    convention="This is GEGLU of the same paper; the contract has SiLU.",
)
def gelu_for_silu(self, dim, hidden_dim, *, rng=None):
    """The gate is a GELU."""
    rng = np.random.default_rng() if rng is None else rng
    self.gate = Linear(dim, hidden_dim, bias=False, rng=rng)
    self.up = Linear(dim, hidden_dim, bias=False, rng=rng)
    self.down = Linear(hidden_dim, dim, bias=False, rng=rng)
    from ..activation import GELU

    self.silu = GELU()


@misconception(
    "nn.modern.SwiGLU",
    hint="Which of the two does silu get?",
    fails=(
        "SwiGLU/test_worked_example",
        "SwiGLU/test_sizes",
        "SwiGLU/test_large",
        "SwiGLU/test_used_again",
        "SwiGLU/test_memory",
        "SwiGLU/test_values",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_values",
        "Generate/test_model",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_memory",
        "DecoderBlock/test_values",
        "DecoderBlock/test_values_with_options",
    ),
    source="folklore",
)
class silu_of_up:
    """up goes through silu, and gate multiplies it."""

    def forward(self, x):
        opened, values = (self.silu(self.up(x)), self.gate(x))
        self.save_for_backward(opened, values)
        return self.down(opened * values)

    def backward(self, dy):
        opened, values = self.saved_values
        d_hidden = self.down.backward(dy)
        dx = self.up.backward(self.silu.backward(d_hidden * values))
        return dx + self.gate.backward(d_hidden * opened)


@misconception(
    "nn.modern.SwiGLU.backward",
    hint="Which layers saw x?",
    fails=(
        "SwiGLU/test_worked_example",
        "SwiGLU/test_sizes",
        "SwiGLU/test_large",
        "SwiGLU/test_gradients",
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
        "LanguageModel/test_gradients",
        "LanguageModel/test_dtypes",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
def gradient_of_gate_is_dropped(self, dy):
    """dx comes back through up."""
    opened, values = self.saved_values
    d_hidden = self.down.backward(dy)
    self.gate.backward(self.silu.backward(d_hidden * values))
    return self.up.backward(d_hidden * opened)


@misconception(
    "nn.modern.SwiGLU.backward",
    hint="Which layers saw x?",
    fails=(
        "SwiGLU/test_worked_example",
        "SwiGLU/test_sizes",
        "SwiGLU/test_large",
        "SwiGLU/test_used_again",
        "SwiGLU/test_gradients",
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
        "LanguageModel/test_gradients",
        "LanguageModel/test_dtypes",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_memory",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
    ),
    source="folklore",
)
def gradient_of_up_is_dropped(self, dy):
    """dx comes back through the gate."""
    opened, values = self.saved_values
    d_hidden = self.down.backward(dy)
    dx = self.gate.backward(self.silu.backward(d_hidden * values))
    self.up.backward(d_hidden * opened)
    return dx


@misconception(
    "nn.modern.SwiGLU.backward",
    hint="What does the product rule say?",
    fails=(
        "SwiGLU/test_worked_example",
        "SwiGLU/test_sizes",
        "SwiGLU/test_large",
        "SwiGLU/test_used_again",
        "SwiGLU/test_memory",
        "SwiGLU/test_gradients",
        "LanguageModel/test_sizes",
        "LanguageModel/test_used_again",
        "LanguageModel/test_memory",
        "LanguageModel/test_gradients",
        "LanguageModel/test_dtypes",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_memory",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
def values_are_not_multiplied(self, dy):
    """The gate's gradient is that of the hidden layer."""
    opened, _values = self.saved_values
    d_hidden = self.down.backward(dy)
    dx = self.gate.backward(self.silu.backward(d_hidden))
    return dx + self.up.backward(d_hidden * opened)


@misconception(
    "nn.modern.SwiGLU.__init__",
    hint="Which parameters are listed?",
    fails=(
        "SwiGLU/test_worked_example",
        "SwiGLU/test_sizes",
        "SwiGLU/test_at_first",
        "SwiGLU/test_large",
        "SwiGLU/test_used_again",
        "SwiGLU/test_memory",
        "DecoderBlock/test_paths",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_at_first",
        "DecoderBlock/test_cache",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_memory",
        "LanguageModel/test_worked_example",
        "LanguageModel/test_sizes",
        "LanguageModel/test_cache",
        "LanguageModel/test_two_caches",
        "LanguageModel/test_at_first",
        "LanguageModel/test_used_again",
        "Generate/test_model",
    ),
    source="folklore",
)
def biases(self, dim, hidden_dim, *, rng=None):
    """A Linear layer has a bias."""
    rng = np.random.default_rng() if rng is None else rng
    self.gate = Linear(dim, hidden_dim, rng=rng)
    self.up = Linear(dim, hidden_dim, rng=rng)
    self.down = Linear(hidden_dim, dim, rng=rng)
    self.silu = SiLU()


@misconception(
    "nn.modern.SwiGLU.__init__",
    hint="In which order are the layers drawn?",
    fails=("LanguageModel/test_at_first", "SwiGLU/test_at_first", "DecoderBlock/test_at_first"),
    source="folklore",
)
def draws_up_first(self, dim, hidden_dim, *, rng=None):
    """up is drawn first."""
    rng = np.random.default_rng() if rng is None else rng
    self.up = Linear(dim, hidden_dim, bias=False, rng=rng)
    self.gate = Linear(dim, hidden_dim, bias=False, rng=rng)
    self.down = Linear(hidden_dim, dim, bias=False, rng=rng)
    self.silu = SiLU()


@misconception(
    "nn.modern.SwiGLU.__init__",
    hint="Who else uses rng?",
    fails=("LanguageModel/test_at_first", "SwiGLU/test_at_first", "DecoderBlock/test_at_first"),
    source="folklore",
)
def a_generator_for_each(self, dim, hidden_dim, *, rng=None):
    """Each layer draws from a generator of its own."""
    rng = np.random.default_rng() if rng is None else rng
    self.gate = Linear(dim, hidden_dim, bias=False)
    self.up = Linear(dim, hidden_dim, bias=False)
    self.down = Linear(hidden_dim, dim, bias=False)
    self.silu = SiLU()


@misconception(
    "nn.modern.SwiGLU.__init__",
    hint="Which shape does gate.weight have?",
    fails=("LanguageModel/test_at_first", "SwiGLU/test_at_first", "DecoderBlock/test_at_first"),
    source="folklore",
)
def sizes_are_swapped(self, dim, hidden_dim, *, rng=None):
    """hidden_dim is the first argument of a Linear layer."""
    rng = np.random.default_rng() if rng is None else rng
    self.gate = Linear(dim, hidden_dim, bias=False, rng=rng)
    self.up = Linear(dim, hidden_dim, bias=False, rng=rng)
    self.down = Linear(hidden_dim, dim, bias=False, rng=rng)
    self.down.weight.data = self.down.weight.data.reshape(hidden_dim, dim).T.copy()
    self.silu = SiLU()


@misconception(
    "nn.modern.SwiGLU.forward",
    hint="Which dtype does y have?",
    fails=("LanguageModel/test_dtypes", "SwiGLU/test_dtypes", "DecoderBlock/test_dtypes"),
    source="folklore",
)
def hidden_is_float64(self, x):
    """float64 is exact, and a bit more never hurts."""
    opened, values = (self.silu(self.gate(x)), self.up(x))
    self.save_for_backward(opened, values)
    return self.down((opened * values).astype(np.float64))


@misconception(
    "nn.modern.SwiGLU.__init__",
    hint="Which sizes are refused?",
    fails=("LanguageModel/test_refuses", "SwiGLU/test_refuses", "DecoderBlock/test_refuses"),
    source="folklore",
)
def sizes_below_one(self, dim, hidden_dim, *, rng=None):
    """A hidden layer of size 0 gives 0."""
    rng = np.random.default_rng() if rng is None else rng
    hidden_dim = max(hidden_dim, 1)
    self.gate = Linear(dim, hidden_dim, bias=False, rng=rng)
    self.up = Linear(dim, hidden_dim, bias=False, rng=rng)
    self.down = Linear(hidden_dim, dim, bias=False, rng=rng)
    self.silu = SiLU()


@misconception(
    "nn.modern.SwiGLU.backward",
    hint="What does the contract say of backward before forward?",
    fails=("SwiGLU/test_refuses",),
    source="folklore",
)
def zero_before_forward(self, dy):
    """Before forward there is no gradient."""
    if "_saved" not in vars(self):
        return np.zeros_like(dy)
    opened, values = self.saved_values
    d_hidden = self.down.backward(dy)
    dx = self.gate.backward(self.silu.backward(d_hidden * values))
    return dx + self.up.backward(d_hidden * opened)


@misconception(
    "nn.modern.SwiGLU.forward",
    hint="Which forward does backward belong to?",
    fails=(
        "LanguageModel/test_used_again",
        "LanguageModel/test_dtypes",
        "SwiGLU/test_used_again",
        "SwiGLU/test_dtypes",
        "DecoderBlock/test_used_again",
        "DecoderBlock/test_dtypes",
    ),
    source="folklore",
)
def keeps_the_first_forward(self, x):
    """What backward needs is kept at the first forward."""
    opened, values = (self.silu(self.gate(x)), self.up(x))
    if "_saved" not in vars(self) or self._saved[0].shape != opened.shape:
        self.save_for_backward(opened, values)
    return self.down(opened * values)


@misconception(
    "nn.modern.SwiGLU.forward",
    hint="How large may x be?",
    fails=("SwiGLU/test_large",),
    source="folklore",
)
def x_is_clipped(self, x):
    """Large numbers are clipped, so that nothing overflows."""
    x = np.clip(x, -50, 50)
    opened, values = (self.silu(self.gate(x)), self.up(x))
    self.save_for_backward(opened, values)
    return self.down(opened * values)


@misconception(
    "nn.modern.SwiGLU.forward",
    hint="Whose array is x?",
    fails=(
        "SwiGLU/test_worked_example",
        "SwiGLU/test_sizes",
        "SwiGLU/test_memory",
        "SwiGLU/test_gradients",
        "LanguageModel/test_sizes",
        "LanguageModel/test_gradients",
        "DecoderBlock/test_sizes",
        "DecoderBlock/test_gradients",
        "DecoderBlock/test_gradients_with_options",
    ),
    source="folklore",
)
def writes_into_x(self, x):
    """x may be overwritten."""
    opened, values = (self.silu(self.gate(x)), self.up(x))
    if x.flags.writeable:
        x *= 1.5
    self.save_for_backward(opened, values)
    return self.down(opened * values)
